//! Every connection that there is, of whichever transport: to be listed, counted and ended.
//!
//! A transport adds each of its connections and says what they know of themselves when somebody asks. Nothing is
//! written down here while messages come and go.

mod statistics;
#[cfg(test)]
mod tests;

use std::ops::Add;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use dashmap::DashMap;
use governor::clock::Clock;
use graphroom_protocol::rest::connections::ConnectionInfo;
use graphroom_protocol::{ErrorBody, ErrorCode};
use serde_json::json;
use uuid::Uuid;

use super::Backend;
use super::limits::Time;
use crate::domain::{Caller, Standing};
pub use statistics::{counted, stats, view};

/// How often connections are looked for where nobody is any more.
const ROUND: Duration = Duration::from_secs(5);

/// A connection, as those see it who list connections.
pub trait Live: Send + Sync {
    /// Names it, and no other one ever.
    fn id(&self) -> Uuid;
    /// Whether it is over.
    fn is_gone(&self) -> bool;
    /// The client that it is of.
    fn client_id(&self) -> Arc<str>;
    /// Who it is, if it is anybody.
    fn user_id(&self) -> Option<Arc<str>>;
    /// Whether it is in a session.
    fn is_in(&self, session: Uuid) -> bool;
    /// When something last came from it, be it the answer to a ping.
    fn last_activity(&self) -> Instant;
    /// When something was last said by it or to it, where that is known; else the same.
    fn last_said(&self) -> Instant {
        self.last_activity()
    }
    /// How much came and went.
    fn figures(&self) -> Figures;
    /// How long it has been there.
    fn uptime(&self) -> Duration;
    /// All that it says of itself.
    fn info(&self) -> ConnectionInfo;
    /// Tells it why, and lets it go for good.
    fn end(self: Arc<Self>, why: &ErrorBody);
}

/// How much came and went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Messages that came.
    pub received: u64,
    /// Messages that were handed to clients.
    pub sent: u64,
    /// What came and was refused.
    pub refused: u64,
}

impl Add for Figures {
    type Output = Self;

    fn add(self, more: Self) -> Self {
        Self {
            received: self.received + more.received,
            sent: self.sent + more.sent,
            refused: self.refused + more.refused,
        }
    }
}

/// Which connections somebody may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    All,
    /// This user's.
    Of(Arc<str>),
    /// None.
    Nobody,
}

impl Scope {
    /// What a caller may see: its own or, where it may do everything, all.
    #[must_use]
    pub fn of(caller: Option<&Caller>) -> Self {
        match caller {
            Some(Caller { standing: Standing::Everybody | Standing::Admin, .. }) => Self::All,
            Some(user) => Self::Of(Arc::clone(&user.user_id)),
            None => Self::Nobody,
        }
    }

    fn covers(&self, connection: &dyn Live) -> bool {
        match self {
            Self::All => true,
            Self::Of(user_id) => connection.user_id().as_ref() == Some(user_id),
            Self::Nobody => false,
        }
    }
}

/// Which connections are to be ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// One of them.
    Connection(Uuid),
    /// All of a user's.
    User(String),
    /// All that are in a session.
    Session(Uuid),
}

impl Whom {
    fn is(&self, connection: &dyn Live) -> bool {
        match self {
            Self::Connection(id) => connection.id() == *id,
            Self::User(user_id) => connection.user_id().is_some_and(|known| *known == **user_id),
            Self::Session(id) => connection.is_in(*id),
        }
    }
}

/// The connections.
pub struct Roster {
    live: DashMap<Uuid, Weak<dyn Live>>,
    /// How many there were.
    ever: AtomicU64,
    /// What came and went of those that are gone.
    past: Mutex<Figures>,
    begun: Instant,
    time: Time,
    /// What the time was then.
    offset: Duration,
    end_idle_after: Duration,
}

impl Roster {
    /// Nobody is there yet. How long somebody is idle is measured by this time, and whoever is for too long is ended.
    #[must_use]
    pub fn new(time: Time, end_idle_after: Duration) -> Self {
        Self {
            live: DashMap::new(),
            ever: AtomicU64::new(0),
            past: Mutex::default(),
            begun: Instant::now(),
            offset: time.now(),
            time,
            end_idle_after,
        }
    }

    /// How long a connection lasts that shows no sign of life.
    #[must_use]
    pub fn end_idle_after(&self) -> Duration {
        self.end_idle_after
    }

    /// A connection is there. It is listed as long as somebody keeps it.
    pub fn add(&self, connection: &Arc<dyn Live>) {
        self.ever.fetch_add(1, Ordering::Relaxed);
        self.live.insert(connection.id(), Arc::downgrade(connection));
    }

    /// A connection is there no more, and this is what came and went of it.
    pub fn remove(&self, id: &Uuid, figures: Figures) {
        let mut past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        if self.live.remove(id).is_some() {
            *past = *past + figures;
        }
    }

    /// What came and went in all, of these that are there and of those that are gone.
    fn figures(&self, live: &[Arc<dyn Live>]) -> Figures {
        let past = *self.past.lock().unwrap_or_else(PoisonError::into_inner);
        live.iter().map(|connection| connection.figures()).fold(past, Add::add)
    }

    /// How many there are, and what came and went in all.
    #[must_use]
    pub fn totals(&self) -> (usize, Figures) {
        let mut live: Vec<_> = self.live.iter().filter_map(|entry| entry.upgrade()).collect();
        live.retain(|connection| !connection.is_gone());
        (live.len(), self.figures(&live))
    }

    /// How long the server has been there.
    #[must_use]
    pub fn uptime(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Those that are there, oldest first.
    #[must_use]
    pub fn list(&self, scope: &Scope) -> Vec<Arc<dyn Live>> {
        let mut live: Vec<_> = self.live.iter().filter_map(|entry| entry.upgrade()).collect();
        live.retain(|connection| !connection.is_gone() && scope.covers(&**connection));
        live.sort_by_key(|connection| connection.id());
        live
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, scope: &Scope, id: Uuid) -> Option<Arc<dyn Live>> {
        let connection = self.live.get(&id)?.upgrade()?;
        (!connection.is_gone() && scope.covers(&*connection)).then_some(connection)
    }

    /// Ends connections, which are told so. How many.
    pub fn disconnect(&self, whom: &Whom, why: &ErrorBody) -> usize {
        let mut ended = self.list(&Scope::All);
        ended.retain(|connection| whom.is(&**connection));
        for connection in &ended {
            tracing::info!(connection = %connection.id(), client_id = %connection.client_id(), "disconnected");
            Arc::clone(connection).end(why);
        }
        ended.len()
    }

    /// Ends those with which nothing has been said for so long, and tells how many.
    pub fn clean_up(&self, max_idle: Duration) -> usize {
        self.end_idle(max_idle, |connection| connection.last_said())
    }

    /// Ends those from which nothing has come for too long, and tells how many.
    pub fn clean_up_silent(&self) -> usize {
        self.end_idle(self.end_idle_after, |connection| connection.last_activity())
    }

    fn end_idle(&self, max_idle: Duration, last: impl Fn(&dyn Live) -> Instant) -> usize {
        let now = self.now();
        let mut idle = self.list(&Scope::All);
        idle.retain(|connection| now.saturating_duration_since(last(&**connection)) >= max_idle);
        for connection in &idle {
            tracing::info!(connection = %connection.id(), client_id = %connection.client_id(), "idle: ended");
            Arc::clone(connection).end(&ended("idle", "Inactive connection"));
        }
        idle.len()
    }

    /// Ends those from which nothing has come for too long, again and again, until the future is dropped.
    pub async fn sweep(&self) {
        loop {
            tokio::time::sleep(ROUND).await;
            self.clean_up_silent();
        }
    }

    fn now(&self) -> Instant {
        self.begun + self.time.now().saturating_sub(self.offset)
    }
}

/// What a connection is told that the server ends.
#[must_use]
pub fn ended(reason: &str, message: &str) -> ErrorBody {
    let details = Some(json!({ "reason": reason }));
    ErrorBody { details, ..ErrorBody::new(ErrorCode::ConnectionEnded, message) }
}

impl Backend {
    /// The connections that a caller may see, oldest first.
    #[must_use]
    pub fn connections_of(&self, caller: Option<&Caller>) -> Vec<Arc<dyn Live>> {
        self.roster.list(&Scope::of(caller))
    }
}
