//! What a participant is at, and who said each part of it last: what a connection said ends with it, and so does what
//! was said by a lease.

use std::sync::Arc;

use graphroom_protocol::presence::{Doing, DoingChange};

/// What was said of a participant.
#[derive(Default)]
pub(super) struct Said {
    doing: Doing,
    cursor: Who,
    selection: Who,
    editing: Who,
    typing: Who,
}

/// A connection; none who has a lease.
type Who = Option<Arc<str>>;

impl Said {
    /// What the participant is at.
    pub(super) fn doing(&self) -> &Doing {
        &self.doing
    }

    /// A connection says something, or somebody by a lease.
    pub(super) fn say(&mut self, change: DoingChange, who: Option<&Arc<str>>) {
        let DoingChange { cursor, selection, editing, typing } = change;
        set(&mut self.doing.cursor, &mut self.cursor, cursor, who);
        set(&mut self.doing.selection, &mut self.selection, selection, who);
        set(&mut self.doing.editing, &mut self.editing, editing, who);
        set(&mut self.doing.typing, &mut self.typing, typing, who);
    }

    /// What a connection said, or somebody by a lease, is not so any more.
    pub(super) fn forget(&mut self, who: Option<&str>) {
        forget(&mut self.doing.cursor, &mut self.cursor, who);
        forget(&mut self.doing.selection, &mut self.selection, who);
        forget(&mut self.doing.editing, &mut self.editing, who);
        forget(&mut self.doing.typing, &mut self.typing, who);
    }
}

fn set<T>(field: &mut Option<T>, by: &mut Who, said: Option<Option<T>>, who: Option<&Arc<str>>) {
    if let Some(value) = said {
        (*field, *by) = (value, who.cloned());
    }
}

fn forget<T>(field: &mut Option<T>, by: &mut Who, who: Option<&str>) {
    if by.as_deref() == who {
        (*field, *by) = (None, None);
    }
}
