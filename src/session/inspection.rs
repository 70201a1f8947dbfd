//! A loaded session as operators see it. It is read from beside the work: neither the actor nor the mailbox is asked, and
//! nobody who publishes waits for long.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use graphroom_protocol::request::Delivery;
use graphroom_protocol::rest::inspector::LoadedSession;

use super::presence::Person;
use super::room::Session;
use crate::domain::Timestamp;

/// A member as its session knows it.
pub struct Inspected {
    /// The connection's id.
    pub client_id: Arc<str>,
    /// Whose connection it is.
    pub person: Person,
    /// How graph events come to it.
    pub delivery: Delivery,
    /// Graph events that it has yet to be handed.
    pub behind: u64,
    /// How old the oldest of them is.
    pub lag: Option<Duration>,
    /// Packets of answers that wait for their turn, and the bytes of them.
    pub queued: (usize, usize),
}

impl Session {
    /// When it was loaded.
    pub fn loaded_at(&self) -> Timestamp {
        self.loaded.at
    }

    /// Commands that came since it was loaded, and graph events that were committed.
    pub fn activity(&self) -> (u64, u64) {
        let events = self.committed().state.head.saturating_sub(self.loaded.head);
        (self.commands.load(Ordering::Relaxed), events)
    }

    /// Whether its name or one of its ids has this in it, in small letters.
    pub fn is_called(&self, text: &str) -> bool {
        let project = self.project().map(|project| project.project_id.to_string());
        self.id().contains(text)
            || project.is_some_and(|id| id.contains(text))
            || self.committed().state.name.to_lowercase().contains(text)
    }

    /// How it stands.
    pub fn inspected(&self) -> LoadedSession {
        let committed = self.committed();
        let (commands, events) = self.activity();
        let places = self.publisher().places();
        let (ring_items, ring_bytes) = self.publisher().kept();
        LoadedSession {
            session_id: self.id().to_owned(),
            project_id: self.project().map(|project| project.project_id.to_string()),
            name: self.project().map(|_| committed.state.name.to_string()),
            state: self.state_name().to_owned(),
            seq: committed.state.head,
            nodes: committed.state.graph.len(),
            members: places.len(),
            lagging: places.iter().filter(|(member, _)| member.is_lagging()).count(),
            behind: places.iter().map(|(_, place)| place.behind).max().unwrap_or(0),
            mailbox: self.waiting(),
            ring_items,
            ring_bytes,
            commands,
            events,
            last_activity_at: self.last_activity().to_string(),
        }
    }

    /// Those members that are most behind, so many at most.
    pub fn inspected_members(&self, most: usize) -> Vec<Inspected> {
        let mut places = self.publisher().places();
        places.sort_by(|(one, here), (other, there)| {
            there.behind.cmp(&here.behind).then_with(|| one.client_id.cmp(&other.client_id))
        });
        places.truncate(most);
        let inspected = places.into_iter().map(|(member, place)| Inspected {
            client_id: Arc::clone(&member.client_id),
            person: member.person.clone(),
            delivery: match member.wants() {
                Some(wants) if wants.batch => Delivery::Batch,
                _ => Delivery::Events,
            },
            behind: place.behind,
            lag: place.oldest.map(|at| at.elapsed()),
            queued: member.queued(),
        });
        inspected.collect()
    }
}
