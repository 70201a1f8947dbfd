//! How the server ended the last connections of people who may come back. It outlives the sessions, of which one that broke is
//! loaded anew. Who comes back is told once; nobody else is.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use graphroom_protocol::PreviousEnd;

use crate::store::SessionId;

/// Ends that are remembered; above it the oldest is forgotten.
pub const MAX_ENDS: usize = 10_000;

type Whose = (SessionId, Arc<str>);

/// The ends of all sessions.
pub(super) struct Ends {
    kept: Mutex<Kept>,
    most: usize,
}

#[derive(Default)]
struct Kept {
    by_person: HashMap<Whose, (u64, PreviousEnd)>,
    by_age: BTreeMap<u64, Whose>,
    next: u64,
}

impl Default for Ends {
    fn default() -> Self {
        Self::of(MAX_ENDS)
    }
}

impl Ends {
    fn of(most: usize) -> Self {
        Self { kept: Mutex::default(), most }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Nothing that panics runs under this lock.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How somebody's connection in a session was ended.
    pub(super) fn remember(&self, session: SessionId, user_id: &Arc<str>, end: PreviousEnd) {
        let (whose, mut kept) = ((session, Arc::clone(user_id)), self.kept());
        kept.take(&whose);
        if kept.by_person.len() >= self.most
            && let Some((_, oldest)) = kept.by_age.pop_first()
        {
            kept.by_person.remove(&oldest);
        }
        let number = kept.next;
        kept.next += 1;
        kept.by_age.insert(number, whose.clone());
        kept.by_person.insert(whose, (number, end));
    }

    /// The same, for who comes back; it is forgotten.
    pub(super) fn take(&self, session: SessionId, user_id: &Arc<str>) -> Option<PreviousEnd> {
        self.kept().take(&(session, Arc::clone(user_id)))
    }
}

impl Kept {
    fn take(&mut self, whose: &Whose) -> Option<PreviousEnd> {
        let (number, end) = self.by_person.remove(whose)?;
        self.by_age.remove(&number);
        Some(end)
    }
}

#[cfg(test)]
mod tests {
    //! Proves SYNC-4 (docs/behaviour.md).

    use graphroom_protocol::EndReason;
    use uuid::Uuid;

    use super::*;

    fn end(reason: EndReason) -> PreviousEnd {
        PreviousEnd { reason, at: "2026-03-04T05:06:07.089Z".to_owned() }
    }

    #[test]
    fn each_end_is_told_once_and_to_whom_it_happened() {
        let (ends, session, ann) = (Ends::default(), Uuid::new_v4(), Arc::from("ann"));
        ends.remember(session, &ann, end(EndReason::Stalled));
        ends.remember(session, &ann, end(EndReason::FellBehind));
        assert_eq!(ends.take(Uuid::new_v4(), &ann), None, "that is another session");
        assert_eq!(ends.take(session, &Arc::from("bob")), None);
        assert_eq!(ends.take(session, &ann), Some(end(EndReason::FellBehind)), "the last one counts");
        assert_eq!(ends.take(session, &ann), None);
    }

    #[test]
    fn the_oldest_is_forgotten_when_there_are_too_many() {
        let (ends, session) = (Ends::of(2), Uuid::new_v4());
        let people: Vec<Arc<str>> = ["ann", "bob", "eve"].map(Arc::from).into();
        for person in &people {
            ends.remember(session, person, end(EndReason::Stalled));
        }
        let told: Vec<bool> = people.iter().map(|person| ends.take(session, person).is_some()).collect();
        assert_eq!(told, [false, true, true]);
        let kept = ends.kept();
        assert!(kept.by_age.is_empty() && kept.by_person.is_empty());
    }
}
