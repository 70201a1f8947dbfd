//! What the assistant is working on now, project by project, and how often it did so: for who asks how it is.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use graphroom_protocol::ErrorBody;

use super::{Asked, Processed};
use crate::clock::Instant;

/// A message that is worked on.
#[derive(Clone, Debug)]
pub struct Doing {
    /// The project, as it is told of.
    pub topic: std::sync::Arc<str>,
    /// The session as the client named it.
    pub session: Option<String>,
    /// `processing` or `generating`.
    pub status: &'static str,
    /// Since when.
    pub since: Instant,
}

/// What was done since the server's start.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Totals {
    /// Messages that were answered.
    pub answered: u64,
    /// Messages that were not.
    pub failed: u64,
    /// Answers that were to be looked at.
    pub unsure: u64,
    /// How long the answers took, in seconds, all together.
    pub seconds: f64,
    /// How sure they were, all together.
    pub confidence: f64,
}

/// Everything that is worked on.
#[derive(Default)]
pub struct Doings {
    now: Mutex<BTreeMap<String, Doing>>,
    totals: Mutex<Totals>,
}

/// Something that is worked on, as long as this is there.
pub(super) struct Mark<'a> {
    doings: &'a Doings,
    request_id: String,
}

impl Drop for Mark<'_> {
    fn drop(&mut self) {
        lock(&self.doings.now).remove(&self.request_id);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Doings {
    pub(super) fn begin(&self, asked: &Asked) -> Mark<'_> {
        let (topic, session) = (std::sync::Arc::clone(&asked.topic), asked.session.clone());
        let doing = Doing { topic, session, status: "processing", since: Instant::now() };
        lock(&self.now).insert(asked.request_id.clone(), doing);
        Mark { doings: self, request_id: asked.request_id.clone() }
    }

    pub(super) fn step(&self, request_id: &str, status: &'static str) {
        if let Some(doing) = lock(&self.now).get_mut(request_id) {
            doing.status = status;
        }
    }

    pub(super) fn count(&self, done: &Result<Processed, ErrorBody>) {
        let mut totals = lock(&self.totals);
        match done {
            Ok(processed) => {
                totals.answered += 1;
                totals.unsure += u64::from(processed.verification_required);
                totals.seconds += processed.whole;
                totals.confidence += processed.explained.confidence;
            }
            Err(_) => totals.failed += 1,
        }
    }

    /// What is worked on in a project, by its requests' ids.
    #[must_use]
    pub fn of(&self, topic: &str) -> Vec<(String, Doing)> {
        let now = lock(&self.now);
        let here = now.iter().filter(|(_, doing)| &*doing.topic == topic);
        here.map(|(request_id, doing)| (request_id.clone(), doing.clone())).collect()
    }

    /// What was done since the server's start.
    #[must_use]
    pub fn totals(&self) -> Totals {
        *lock(&self.totals)
    }
}
