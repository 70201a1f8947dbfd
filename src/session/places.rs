//! Places for sessions that are loaded: as many as the server may have.
//!
//! Which session has one is the registry's to know; here they are only counted.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

/// The places of one server.
pub(super) struct Places {
    /// 0 for any number.
    most: usize,
    taken: AtomicUsize,
    changed: Notify,
}

/// A place that is given back unless it is kept, since whoever waits for a session to be loaded may go away.
pub(super) struct Place<'a>(&'a Places);

impl Places {
    /// All of them free; 0 for any number.
    pub(super) fn new(most: usize) -> Self {
        Self { most, taken: AtomicUsize::new(0), changed: Notify::new() }
    }

    /// How many there are; 0 for any number.
    pub(super) fn most(&self) -> usize {
        self.most
    }

    /// Takes one, if there is one.
    pub(super) fn take(&self) -> Option<Place<'_>> {
        let one_more = |taken| (!self.is_most(taken)).then_some(taken + 1);
        self.taken.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more).ok().map(|_| Place(self))
    }

    /// Takes one, whether or not there is one.
    pub(super) fn take_above(&self) -> Place<'_> {
        self.taken.fetch_add(1, Ordering::AcqRel);
        Place(self)
    }

    /// One that was kept is free again.
    pub(super) fn give_back(&self) {
        self.taken.fetch_sub(1, Ordering::AcqRel);
        self.changed.notify_waiters();
    }

    /// Until one is free again.
    pub(super) fn changed(&self) -> Notified<'_> {
        self.changed.notified()
    }

    fn is_most(&self, taken: usize) -> bool {
        self.most != 0 && taken >= self.most
    }
}

impl Place<'_> {
    /// Keeps it until it is given back.
    pub(super) fn keep(self) {
        std::mem::forget(self);
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.give_back();
    }
}

#[cfg(test)]
mod tests {
    //! Proves LIM-1 (docs/behaviour.md).

    use super::*;

    #[test]
    fn a_place_is_free_again_when_it_is_not_kept_or_given_back() {
        let places = Places::new(2);
        drop(places.take());
        places.take().unwrap().keep();
        places.take().unwrap().keep();
        assert!(places.take().is_none());
        places.give_back();
        assert!(places.take().is_some());
    }

    #[test]
    fn one_that_is_taken_above_the_most_is_counted_until_it_is_given_back() {
        let places = Places::new(1);
        places.take().unwrap().keep();
        let above = places.take_above();
        places.give_back();
        assert!(places.take().is_none());
        drop(above);
        assert!(places.take().is_some());
    }

    #[test]
    fn with_zero_there_are_as_many_as_anybody_wants() {
        let places = Places::new(0);
        (0..1_000).for_each(|_| places.take().unwrap().keep());
    }
}
