//! Presence: who is in a session and what they are at.
//!
//! Of the moment alone: nothing of it is kept, and of several changes the last counts. Each change has a
//! number, so that a member who could not be told for a while is told everything at once.

mod color;
mod news;
mod said;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use graphroom_protocol::EventName;
use graphroom_protocol::presence::{DoingChange, Participant, PresenceStatus, PresenceUpdate};
use serde_json::value::RawValue;

pub use news::News;

use self::said::Said;
use super::events::encode;
use crate::clock::Instant;
use crate::domain::Author;

/// How long a participant whose connection was lost is away, before it is gone.
pub const GRACE: Duration = Duration::from_secs(30);
/// How long a participant without a connection is there without another word.
pub const LEASE: Duration = Duration::from_secs(60);
/// How long after its last sign of life a participant is gone at the latest.
pub const SILENCE: Duration = Duration::from_secs(60);
/// How often members are told at most.
pub const INTERVAL: Duration = Duration::from_millis(50);
/// Those who left, of whom members can be told one by one.
const MAX_LEFT: usize = 4_096;

/// Whom a connection belongs to.
#[derive(Clone, Debug)]
pub struct Person {
    /// The key: one person in three tabs is one participant.
    pub user_id: Arc<str>,
    /// What people call it.
    pub name: Option<Arc<str>>,
    /// The color it asked for.
    pub color: Option<Arc<str>>,
    /// It has no name to come back by.
    pub is_anonymous: bool,
}

impl Person {
    /// The person who acts as this author.
    #[must_use]
    pub fn new(author: &Author, color: Option<Arc<str>>) -> Self {
        let is_anonymous = author.user_id.starts_with("anonymous:");
        Self { user_id: Arc::clone(&author.user_id), name: author.name.clone(), color, is_anonymous }
    }
}

/// Who is here.
pub struct Presence {
    state: Mutex<State>,
    /// The number of the last change.
    version: AtomicU64,
}

struct State {
    version: u64,
    people: BTreeMap<Arc<str>, Entry>,
    /// Who is gone, by the number of that change, oldest first.
    left: VecDeque<(u64, Arc<str>)>,
    /// The last change that is not in `left` any more.
    forgotten: u64,
    /// When somebody's time is over, or earlier: who came back in time is still counted here.
    deadline: Option<Instant>,
}

struct Entry {
    person: Person,
    version: u64,
    connections: Vec<Arc<str>>,
    away: Vec<Away>,
    lease: Option<Instant>,
    said: Said,
}

/// A connection that was lost.
struct Away {
    client_id: Arc<str>,
    until: Instant,
}

impl Entry {
    fn is_gone(&self) -> bool {
        self.connections.is_empty() && self.away.is_empty() && self.lease.is_none()
    }

    fn participant(&self) -> Participant {
        let is_active = !self.connections.is_empty() || self.lease.is_some();
        Participant {
            user_id: self.person.user_id.to_string(),
            name: self.person.name.as_deref().map(str::to_owned),
            color: match &self.person.color {
                Some(color) => color.to_string(),
                None => color::of(&self.person.user_id).to_owned(),
            },
            status: if is_active { PresenceStatus::Active } else { PresenceStatus::Away },
            connections: self.connections.iter().map(ToString::to_string).collect(),
            doing: self.said.doing().clone(),
        }
    }

    fn has(&self, client_id: &str) -> bool {
        self.connections.iter().any(|known| **known == *client_id)
    }

    /// A connection is not here any more, and what it said is not so.
    fn take_out(&mut self, client_id: &str) {
        self.connections.retain(|known| **known != *client_id);
        self.said.forget(Some(client_id));
    }
}

impl State {
    /// Somebody's time is over then.
    fn ends(&mut self, until: Instant) {
        self.deadline = Some(self.deadline.map_or(until, |deadline| deadline.min(until)));
    }

    /// The entry of a person, who is there from now on, changed.
    fn change(&mut self, person: &Person) -> &mut Entry {
        self.version += 1;
        let entry = self.people.entry(Arc::clone(&person.user_id)).or_insert_with(|| Entry {
            person: person.clone(),
            version: 0,
            connections: Vec::new(),
            away: Vec::new(),
            lease: None,
            said: Said::default(),
        });
        entry.version = self.version;
        if person.name.is_some() {
            entry.person.name.clone_from(&person.name);
        }
        if person.color.is_some() {
            entry.person.color.clone_from(&person.color);
        }
        entry
    }

    /// Changes somebody who is there, and takes out who is gone then.
    fn change_known(&mut self, user_id: &str, change: impl FnOnce(&mut Entry)) {
        let Some(entry) = self.people.get_mut(user_id) else { return };
        change(entry);
        self.version += 1;
        entry.version = self.version;
        if !entry.is_gone() {
            return;
        }
        if let Some((user_id, _)) = self.people.remove_entry(user_id) {
            self.left.push_back((self.version, user_id));
        }
        if self.left.len() > MAX_LEFT
            && let Some((version, _)) = self.left.pop_front()
        {
            self.forgotten = version;
        }
    }
}

impl Default for Presence {
    fn default() -> Self {
        let state = State {
            version: 0,
            people: BTreeMap::new(),
            left: VecDeque::new(),
            forgotten: 0,
            deadline: None,
        };
        Self { state: Mutex::new(state), version: AtomicU64::new(0) }
    }
}

impl Presence {
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that panics runs under this lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state();
        let result = change(&mut state);
        self.version.store(state.version, Ordering::Release);
        result
    }

    /// The number of the last change.
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// A connection joins. False if it takes the place of one that was lost: then nobody came.
    pub fn join(&self, person: &Person, client_id: &Arc<str>) -> bool {
        self.changed(|state| {
            let entry = state.change(person);
            entry.connections.push(Arc::clone(client_id));
            let is_back = !entry.away.is_empty();
            if is_back {
                entry.away.remove(0);
            }
            !is_back
        })
    }

    /// Whether somebody has a connection that was lost and may come back.
    pub fn is_away(&self, person: &Person) -> bool {
        self.state().people.get(&person.user_id).is_some_and(|entry| !entry.away.is_empty())
    }

    /// A connection leaves for good. False if it was not here.
    pub fn leave(&self, person: &Person, client_id: &str) -> bool {
        self.changed(|state| {
            let is_here = state.people.get(&person.user_id).is_some_and(|entry| entry.has(client_id));
            if is_here {
                state.change_known(&person.user_id, |entry| entry.take_out(client_id));
            }
            is_here
        })
    }

    /// A connection was lost, and may come back until then. False if it may not: it has to leave.
    pub fn lose(&self, person: &Person, client_id: &Arc<str>, until: Instant) -> bool {
        if person.is_anonymous {
            return false;
        }
        self.changed(|state| {
            if !state.people.get(&person.user_id).is_some_and(|entry| entry.has(client_id)) {
                return;
            }
            state.change_known(&person.user_id, |entry| {
                entry.take_out(client_id);
                entry.away.push(Away { client_id: Arc::clone(client_id), until });
            });
            state.ends(until);
        });
        true
    }

    /// Says what somebody is at, who is there by this connection. False if nobody is.
    pub fn set(&self, person: &Person, client_id: &Arc<str>, change: DoingChange) -> bool {
        let mut state = self.state();
        let known = state.people.get(&person.user_id);
        if known.is_none_or(|entry| !entry.has(client_id)) {
            return false;
        }
        state.change(person).said.say(change, Some(client_id));
        self.version.store(state.version, Ordering::Release);
        true
    }

    /// Somebody without a connection is there until then.
    pub fn lease(&self, person: &Person, change: DoingChange, until: Instant) -> Participant {
        self.changed(|state| {
            let entry = state.change(person);
            entry.lease = Some(until);
            entry.said.say(change, None);
            let participant = entry.participant();
            state.ends(until);
            participant
        })
    }

    /// Somebody gives its lease back. False if it had none.
    pub fn release(&self, user_id: &str) -> bool {
        self.changed(|state| {
            let had = state.people.get(user_id).is_some_and(|entry| entry.lease.is_some());
            if had {
                state.change_known(user_id, Entry::end_lease);
            }
            had
        })
    }

    /// Whether anybody is here by a lease.
    pub fn has_leases(&self) -> bool {
        self.state().people.values().any(|entry| entry.lease.is_some())
    }

    /// Whether anybody is here, those among them who may come back.
    pub fn is_anybody_here(&self) -> bool {
        !self.state().people.is_empty()
    }

    /// Takes out whose time is over. The connections that are gone for good.
    pub fn expire(&self, now: Instant) -> Vec<Arc<str>> {
        if self.deadline().is_none_or(|deadline| deadline > now) {
            return Vec::new();
        }
        let is_over = |entry: &&Entry| entry.deadline().is_some_and(|deadline| deadline <= now);
        self.changed(|state| {
            let over = state.people.values().filter(is_over);
            let over: Vec<_> = over.map(|entry| Arc::clone(&entry.person.user_id)).collect();
            let mut gone = Vec::new();
            for user_id in over {
                state.change_known(&user_id, |entry| gone.extend(entry.expire(now)));
            }
            state.deadline = state.people.values().filter_map(Entry::deadline).min();
            gone
        })
    }

    /// When to look whose time is over.
    pub fn deadline(&self) -> Option<Instant> {
        self.state().deadline
    }

    /// Everybody who is here, and the number of the last change.
    pub fn list(&self) -> (Vec<Participant>, u64) {
        let state = self.state();
        (state.people.values().map(Entry::participant).collect(), state.version)
    }

    /// What changed since somebody was told of `seen`, and the number of the last change.
    pub fn update(&self, session_id: &str, seen: u64) -> (Option<Arc<RawValue>>, u64) {
        let state = self.state();
        let reset = seen < state.forgotten;
        let is_new = |version: u64| reset || version > seen;
        let people = state.people.values().filter(|entry| is_new(entry.version));
        let left = state
            .left
            .iter()
            .filter(|(version, user_id)| !reset && is_new(*version) && !state.people.contains_key(user_id));
        let update = PresenceUpdate {
            event: EventName::PresenceUpdate,
            session_id,
            participants: people.map(Entry::participant).collect(),
            left: left.map(|(_, user_id)| &**user_id).collect(),
            reset,
        };
        let says_nothing = update.participants.is_empty() && update.left.is_empty() && !reset;
        (if says_nothing { None } else { encode(&update) }, state.version)
    }
}

impl Entry {
    /// Ends what lasted until now, and gives the connections that are gone for good.
    fn expire(&mut self, now: Instant) -> Vec<Arc<str>> {
        if self.lease.is_some_and(|until| until <= now) {
            self.end_lease();
        }
        let (lost, away): (Vec<_>, Vec<_>) = self.away.drain(..).partition(|away| away.until <= now);
        self.away = away;
        lost.into_iter().map(|away| away.client_id).collect()
    }

    fn end_lease(&mut self) {
        self.lease = None;
        self.said.forget(None);
    }

    fn deadline(&self) -> Option<Instant> {
        self.away.iter().map(|away| away.until).chain(self.lease).min()
    }
}
