//! Which users hear a topic, by however many connections: who is the first, and who was the last; and where a user was told to be
//! online.
//!
//! What is told of that is not decided here.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Topics that a user left, of which it is remembered that it was told there to be online. Of those beyond, it is told again.
const MAX_LEFT: usize = 1_000;

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
    /// Whose a connection was when it came to its first topic.
    here: HashMap<Arc<str>, Arc<str>>,
    /// The users of these.
    online: HashMap<Arc<str>, Online>,
}

/// A user that has heard a topic by a connection that is there.
#[derive(Default)]
struct Online {
    connections: usize,
    /// Where that was told.
    told: HashSet<Arc<str>>,
}

/// What it means that a connection hears a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Came {
    /// It is its user's first there.
    pub is_first: bool,
    /// Nobody there was told that the user is online.
    pub is_online: bool,
}

impl People {
    /// Nothing can break halfway under this lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection of a user's hears a topic.
    pub fn come(&self, topic: &Arc<str>, client_id: &Arc<str>, user_id: &Arc<str>) -> Came {
        let mut state = self.lock();
        let seat = (Arc::clone(topic), Arc::clone(client_id));
        if state.seats.contains_key(&seat) {
            return Came { is_first: false, is_online: false };
        }
        state.seats.insert(seat, Arc::clone(user_id));
        let count = state.counts.entry((Arc::clone(topic), Arc::clone(user_id))).or_default();
        *count += 1;
        let is_first = *count == 1;
        Came { is_first, is_online: state.appear(topic, client_id, user_id) }
    }

    /// A connection hears a topic no more: whose it was, if it was the user's last there.
    pub fn go(&self, topic: &Arc<str>, client_id: &Arc<str>) -> Option<Arc<str>> {
        let mut state = self.lock();
        let user_id = state.seats.remove(&(Arc::clone(topic), Arc::clone(client_id)))?;
        let seat = (Arc::clone(topic), Arc::clone(&user_id));
        let count = state.counts.get_mut(&seat)?;
        *count -= 1;
        if *count > 0 {
            return None;
        }
        state.counts.remove(&seat);
        if let Some(online) = state.online.get_mut(&user_id)
            && online.told.len() > MAX_LEFT
        {
            online.told.remove(topic);
        }
        Some(user_id)
    }

    /// A connection is gone: whose it was, if it was the user's last, and where that was told to be online.
    pub fn vanish(&self, client_id: &Arc<str>) -> Option<(Arc<str>, HashSet<Arc<str>>)> {
        let mut state = self.lock();
        let user_id = state.here.remove(client_id)?;
        let online = state.online.get_mut(&user_id)?;
        online.connections -= 1;
        if online.connections > 0 {
            return None;
        }
        let told = state.online.remove(&user_id)?.told;
        Some((user_id, told))
    }
}

impl State {
    /// Whether it is news in a topic that a user is online.
    fn appear(&mut self, topic: &Arc<str>, client_id: &Arc<str>, user_id: &Arc<str>) -> bool {
        let here = self.here.entry(Arc::clone(client_id));
        let is_new = matches!(here, std::collections::hash_map::Entry::Vacant(_));
        // Who was somebody else when it came is online as that one.
        let user_id = Arc::clone(here.or_insert_with(|| Arc::clone(user_id)));
        let online = self.online.entry(user_id).or_default();
        online.connections += usize::from(is_new);
        online.told.insert(Arc::clone(topic))
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
        let came = |is_first, is_online| Came { is_first, is_online };
        assert_eq!(people.come(&topic, &tab, &ann), came(true, true));
        assert_eq!(people.come(&topic, &tab, &bob), came(false, false), "it is there already, as who it was");
        assert_eq!(people.come(&topic, &phone, &ann), came(false, false));
        assert_eq!(people.come(&other, &phone, &ann), came(true, true));
        assert_eq!(people.go(&topic, &tab), None);
        assert_eq!(people.go(&topic, &tab), None, "it is gone");
        assert_eq!(people.go(&topic, &phone).as_deref(), Some("ann"));
        assert_eq!(people.come(&topic, &phone, &ann), came(true, false), "there it was told");
        assert_eq!(people.go(&topic, &phone).as_deref(), Some("ann"));
        assert_eq!(people.vanish(&tab), None, "the other one is there");
        assert_eq!(people.go(&other, &phone).as_deref(), Some("ann"));
        let everywhere = HashSet::from([topic, other]);
        assert_eq!(people.vanish(&phone), Some((ann, everywhere)), "wherever it was told");
        assert_eq!(people.vanish(&phone), None);
        let state = people.lock();
        assert!(state.seats.is_empty() && state.counts.is_empty(), "nothing is left");
        assert!(state.here.is_empty() && state.online.is_empty(), "nothing is left");
    }

    #[test]
    fn what_a_user_left_is_not_remembered_without_end() {
        let (people, tab, ann): (_, Arc<str>, Arc<str>) = (People::default(), "tab".into(), "ann".into());
        for n in 0..3 * MAX_LEFT {
            let topic = Arc::from(n.to_string());
            assert!(people.come(&topic, &tab, &ann).is_online);
            people.go(&topic, &tab);
        }
        assert_eq!(people.vanish(&tab).unwrap().1.len(), MAX_LEFT);
    }
}
