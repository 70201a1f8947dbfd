//! Which users hear a topic, by however many connections: who is the first, and who was the last.
//!
//! What is told of that is not decided here.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The topic that stands for any: whoever hears one hears it, until its connection is gone.
pub const ANYWHERE: &str = "";

/// A topic, and who hears it.
type Seat = (Arc<str>, Arc<str>);

/// The users of all topics. It is as large as what connections hear, which is bounded there.
#[derive(Default)]
pub struct People(Mutex<State>);

#[derive(Default)]
struct State {
    /// Whose a connection was when it came to a topic: it may be somebody else by the time it goes.
    seats: HashMap<Seat, Arc<str>>,
    /// How many connections of a user hear a topic.
    counts: HashMap<Seat, usize>,
}

impl People {
    /// Nothing can break halfway under this lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection of a user's hears a topic. True if it is the user's first there.
    pub fn come(&self, topic: &Arc<str>, client_id: &Arc<str>, user_id: &Arc<str>) -> bool {
        let mut state = self.lock();
        let seat = (Arc::clone(topic), Arc::clone(client_id));
        if state.seats.contains_key(&seat) {
            return false;
        }
        state.seats.insert(seat, Arc::clone(user_id));
        let count = state.counts.entry((Arc::clone(topic), Arc::clone(user_id))).or_default();
        *count += 1;
        *count == 1
    }

    /// A connection hears a topic no more: whose it was, if it was the user's last there.
    pub fn go(&self, topic: &Arc<str>, client_id: &Arc<str>) -> Option<Arc<str>> {
        let mut state = self.lock();
        let user_id = state.seats.remove(&(Arc::clone(topic), Arc::clone(client_id)))?;
        let seat = (Arc::clone(topic), Arc::clone(&user_id));
        let count = state.counts.get_mut(&seat)?;
        *count -= 1;
        let is_last = *count == 0;
        if is_last {
            state.counts.remove(&seat);
        }
        is_last.then_some(user_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_comes_with_its_first_connection_and_goes_with_its_last() {
        let people = People::default();
        let [topic, other, tab, phone, ann, bob]: [Arc<str>; 6] =
            ["p", "q", "tab", "phone", "ann", "bob"].map(Arc::from);
        assert!(people.come(&topic, &tab, &ann));
        assert!(!people.come(&topic, &tab, &bob), "it is there already, as who it was");
        assert!(!people.come(&topic, &phone, &ann));
        assert!(people.come(&other, &phone, &ann));
        assert_eq!(people.go(&topic, &tab), None);
        assert_eq!(people.go(&topic, &tab), None, "it is gone");
        assert_eq!(people.go(&topic, &phone).as_deref(), Some("ann"));
        assert_eq!(people.go(&other, &phone).as_deref(), Some("ann"));
        let state = people.lock();
        assert!(state.seats.is_empty() && state.counts.is_empty(), "nothing is left");
    }
}
