//! The tail: the graph events behind a place in the journal.
//!
//! From the ring while it keeps all of them, else from the journal: the same events, made by the same
//! function. A tail ends where a command ends, and never beyond what readers see.

use std::sync::Arc;

use serde_json::value::RawValue;
use tokio::sync::watch;

use super::OpenError;
use super::events::Wanted;
use super::ring::Item;
use super::room::Session;
use crate::domain::Seq;
use crate::store::{Most, StoreError};

/// Bytes that a reader gets at once, but for those of the first command.
pub const MAX_PAGE_BYTES: usize = 1024 * 1024;

/// Graph events, in order and without a gap.
#[derive(Clone, Debug, Default)]
pub struct Tail {
    /// The events.
    pub events: Vec<TailEvent>,
    /// The last `seq` that is covered.
    pub seq: Seq,
}

/// A graph event as members get it.
#[derive(Clone, Debug)]
pub struct TailEvent {
    /// Its place in the journal.
    pub seq: Seq,
    /// Its name on the wire.
    pub name: &'static str,
    /// Its payload.
    pub payload: Arc<RawValue>,
}

impl Tail {
    /// Bytes of payload.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.events.iter().map(|event| event.payload.get().len()).sum()
    }

    fn push(&mut self, item: Item) {
        if let Some(seq) = item.seq {
            self.events.push(TailEvent { seq, name: item.name, payload: item.payload });
        }
    }
}

impl Session {
    /// The graph events behind `after`: those of the first command, and of others as long as they are fewer
    /// than `most` in number and bytes. None in a session without a project.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub(super) async fn tail(&self, after: Seq, most: Most) -> Result<Tail, StoreError> {
        let Some(project_id) = self.project().map(|project| project.project_id) else {
            return Ok(Tail { seq: after, ..Tail::default() });
        };
        if let Some(tail) = self.publisher().tail(after, most) {
            return Ok(tail);
        }
        let head = self.committed().state.head;
        let records = self.store().read_from(project_id, after, most).await?;
        let mut tail = Tail { seq: after, ..Tail::default() };
        // The journal is ahead of the readers for a moment after each append.
        for record in records.iter().take_while(|record| record.seq_last <= head) {
            for item in self.names().record(record, Wanted::default()) {
                if item.seq.is_some_and(|seq| seq > after) {
                    tail.push(item);
                }
            }
            tail.seq = record.seq_last;
            if tail.events.len() >= most.records || tail.bytes() >= most.bytes {
                break;
            }
        }
        Ok(tail)
    }
}

/// Somebody who reads a session's events without being a member: the session stays open meanwhile.
pub struct Reader {
    session: Arc<Session>,
    seq: watch::Receiver<Seq>,
}

impl Reader {
    /// A reader of a session; none if it is being unloaded.
    #[must_use]
    pub fn new(session: Arc<Session>) -> Option<Self> {
        let seq = session.publisher().read()?;
        Some(Self { session, seq })
    }

    /// The session.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Somebody uses the session.
    pub fn touch(&self) {
        self.session.touch();
    }

    /// The graph events behind `after`: those of the first command, and of others as long as they are fewer
    /// than `events` in number and a mebibyte.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn tail(&self, after: Seq, events: usize) -> Result<Tail, OpenError> {
        Ok(self.session.tail(after, Most { records: events, bytes: MAX_PAGE_BYTES }).await?)
    }

    /// Waits until there are events behind `after`. False if there will be none: the session is over, or the
    /// server goes down.
    pub async fn has_more(&mut self, after: Seq) -> bool {
        self.session.touch();
        tokio::select! {
            biased;
            more = self.seq.wait_for(|seq| *seq > after) => more.is_ok(),
            () = self.session.ending().gone.cancelled() => false,
            () = self.session.drain().cancelled() => false,
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.session.touch();
        self.session.publisher().read_no_more();
    }
}

/// All of a ring's events behind `after`, if they are kept and are no more than `most`.
pub(super) fn kept<'a>(
    items: impl Iterator<Item = &'a Item>,
    after: Seq,
    through: Seq,
    most: Most,
) -> Option<Tail> {
    let mut tail = Tail { seq: through.max(after), ..Tail::default() };
    let mut bytes = 0;
    for item in items.filter(|item| item.seq.is_some()) {
        bytes += item.payload.get().len();
        if tail.events.len() >= most.records || bytes > most.bytes {
            return None;
        }
        tail.push(item.clone());
    }
    Some(tail)
}
