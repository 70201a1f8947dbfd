//! Who hears what: lines that listen to topics, each known by a text, a project's id say.
//!
//! Nothing is kept of what was told, and nobody waits: a line that cannot take something keeps it, and is cut if that
//! gets too much. Who may listen is not decided here, nor what a topic is.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::outlet::{Line, Packet};

/// The lines of a topic, by what their connections are known by.
type Lines = BTreeMap<Arc<str>, Arc<dyn Line>>;

/// All topics that somebody hears.
#[derive(Default)]
pub struct Channels {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The lines of each topic.
    topics: BTreeMap<Arc<str>, Lines>,
    /// What each of those hears.
    clients: HashMap<Arc<str>, BTreeSet<Arc<str>>>,
}

impl State {
    fn take_out(&mut self, topic: &str, client_id: &str) -> bool {
        let Some(lines) = self.topics.get_mut(topic) else { return false };
        let was_in = lines.remove(client_id).is_some();
        if lines.is_empty() {
            self.topics.remove(topic);
        }
        if let Some(heard) = self.clients.get_mut(client_id) {
            heard.remove(topic);
            if heard.is_empty() {
                self.clients.remove(client_id);
            }
        }
        was_in
    }
}

impl Channels {
    /// Nothing can break halfway under this lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a connection hear a topic. False if it does already; then it is told by the newer line.
    pub fn join(&self, topic: &str, client_id: &Arc<str>, line: Arc<dyn Line>) -> bool {
        let mut state = self.lock();
        let topic =
            state.topics.get_key_value(topic).map_or_else(|| topic.into(), |(known, _)| Arc::clone(known));
        state.clients.entry(Arc::clone(client_id)).or_default().insert(Arc::clone(&topic));
        state.topics.entry(topic).or_default().insert(Arc::clone(client_id), line).is_none()
    }

    /// A connection hears a topic no more. False if it did not.
    pub fn leave(&self, topic: &str, client_id: &str) -> bool {
        self.lock().take_out(topic, client_id)
    }

    /// A connection hears nothing any more. The topics that it heard.
    pub fn leave_all(&self, client_id: &str) -> Vec<Arc<str>> {
        let mut state = self.lock();
        let heard = state.clients.get(client_id).cloned().unwrap_or_default();
        for topic in &heard {
            state.take_out(topic, client_id);
        }
        heard.into_iter().collect()
    }

    /// Tells a topic's listeners, all but one. How many were told.
    pub fn tell(&self, topic: &str, packets: &[Packet], but: Option<&str>) -> usize {
        let lines: Vec<_> = match self.lock().topics.get(topic) {
            Some(lines) => {
                let wanted = lines.iter().filter(|(client_id, _)| Some(&***client_id) != but);
                wanted.map(|(_, line)| Arc::clone(line)).collect()
            }
            None => return 0,
        };
        let told = lines.len();
        // Not under the lock: a line may be cut over this, and leave.
        for line in lines {
            line.send(packets.to_vec());
        }
        told
    }

    /// Tells everybody who hears any of these topics, once. How many were told.
    pub fn tell_once(&self, topics: &[&str], packets: &[Packet]) -> usize {
        self.tell_once_but(topics, packets, &HashSet::new())
    }

    /// The same, but not to some connections.
    pub fn tell_once_but(&self, topics: &[&str], packets: &[Packet], but: &HashSet<&str>) -> usize {
        let lines: Lines = {
            let state = self.lock();
            let heard = topics.iter().filter_map(|topic| state.topics.get(*topic)).flatten();
            let heard = heard.filter(|(client_id, _)| !but.contains(&***client_id));
            heard.map(|(client_id, line)| (Arc::clone(client_id), Arc::clone(line))).collect()
        };
        for line in lines.values() {
            Arc::clone(line).send(packets.to_vec());
        }
        lines.len()
    }

    /// Whether a connection hears a topic.
    #[must_use]
    pub fn hears(&self, topic: &str, client_id: &str) -> bool {
        self.lock().topics.get(topic).is_some_and(|lines| lines.contains_key(client_id))
    }

    /// What a connection hears, in the order of the texts.
    #[must_use]
    pub fn heard_by(&self, client_id: &str) -> Vec<Arc<str>> {
        self.lock().clients.get(client_id).into_iter().flatten().cloned().collect()
    }

    /// How many connections hear a topic.
    #[must_use]
    pub fn listeners(&self, topic: &str) -> usize {
        self.lock().topics.get(topic).map_or(0, BTreeMap::len)
    }

    /// How many topics somebody hears, and how many connections hear any.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let state = self.lock();
        (state.topics.len(), state.clients.len())
    }

    /// The topics that most connections hear, and how many.
    #[must_use]
    pub fn busiest(&self, most: usize) -> Vec<(Arc<str>, usize)> {
        let mut topics: Vec<_> =
            self.lock().topics.iter().map(|(topic, lines)| (Arc::clone(topic), lines.len())).collect();
        topics.sort_by(|(one, few), (other, more)| more.cmp(few).then_with(|| one.cmp(other)));
        topics.truncate(most);
        topics
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outlet::{Handed, Outlet, Subscription, Wake};

    /// A line that keeps the names of what it is sent.
    #[derive(Default)]
    struct Ear(Mutex<Vec<&'static str>>);

    impl Outlet for Ear {
        fn hand(&self, _: &Packet) -> Handed {
            Handed::Taken
        }

        fn subscribe(&self, _: Wake) -> Subscription {
            Box::new(())
        }

        fn cut(&self) {}
    }

    impl Line for Ear {
        fn send(self: Arc<Self>, packets: Vec<Packet>) {
            let names = packets.iter().map(|packet| match packet {
                Packet::Event { name, .. } => *name,
                Packet::Answer { .. } | Packet::Named(_) => "another",
            });
            self.0.lock().unwrap().extend(names);
        }

        fn is_clear(&self) -> bool {
            true
        }
    }

    fn news(name: &'static str) -> [Packet; 1] {
        [Packet::Event { name, payload: None }]
    }

    // HEAR-1
    #[test]
    fn who_joined_a_topic_hears_it_until_it_leaves_and_nothing_is_left_of_it() {
        let (channels, ann, bob) = (Channels::default(), Arc::new(Ear::default()), Arc::new(Ear::default()));
        let (a, b): (Arc<str>, Arc<str>) = ("a".into(), "b".into());
        assert!(channels.join("p", &a, ann.clone()));
        assert!(channels.join("p", &b, bob.clone()));
        assert!(!channels.join("p", &a, ann.clone()), "it hears it already");
        assert_eq!(channels.tell("p", &news("one"), None), 2);
        assert_eq!(channels.tell("p", &news("two"), Some("a")), 1);
        assert_eq!(channels.tell("q", &news("three"), None), 0);
        channels.join("q", &b, bob.clone());
        assert_eq!(channels.tell_once(&["p", "q", "r"], &news("once")), 2, "b hears both");
        assert_eq!(channels.tell_once_but(&["p", "q"], &news("but"), &HashSet::from(["b", "x"])), 1, "not b");
        assert!(channels.leave("q", "b"));
        assert!(channels.leave("p", "b"));
        assert!(!channels.leave("p", "b"));
        assert_eq!(channels.tell("p", &news("four"), None), 1);
        assert_eq!(*ann.0.lock().unwrap(), ["one", "once", "but", "four"]);
        assert_eq!(*bob.0.lock().unwrap(), ["one", "two", "once"]);
        assert_eq!(channels.counts(), (1, 1));
        assert_eq!(channels.leave_all("a"), ["p".into()]);
        assert_eq!(channels.counts(), (0, 0));
    }

    #[test]
    fn the_busiest_topics_come_first_and_a_connection_knows_what_it_hears() {
        let channels = Channels::default();
        let ear = Arc::new(Ear::default());
        for (topic, client) in [("q", "a"), ("p", "a"), ("r", "a"), ("r", "b")] {
            channels.join(topic, &client.into(), ear.clone());
        }
        assert_eq!(channels.busiest(2), [("r".into(), 2), ("p".into(), 1)]);
        assert_eq!(channels.heard_by("a"), ["p".into(), "q".into(), "r".into()]);
        assert_eq!((channels.listeners("r"), channels.listeners("none")), (2, 0));
        assert!(channels.hears("r", "b") && !channels.hears("p", "b"));
        channels.leave_all("a");
        assert_eq!(channels.busiest(9), [("r".into(), 1)]);
    }
}
