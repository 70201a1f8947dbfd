//! Who is connected to `/ws/chat`: how many there may be, and what is counted of each.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::ChatRules;

/// Those who are connected.
pub struct ChatSessions {
    rules: ChatRules,
    live: Mutex<BTreeMap<Uuid, Place>>,
    totals: Arc<Totals>,
}

/// Counted since the server's start.
#[derive(Default)]
pub struct Totals {
    connections: AtomicU64,
    messages: AtomicU64,
    tokens: AtomicU64,
    errors: AtomicU64,
}

/// What a connection is entered with.
pub struct Place {
    /// Whose it is.
    pub client_id: String,
    /// Where that one is.
    pub address: IpAddr,
    /// Since when it is connected.
    pub connected_at: String,
    /// What is counted of it.
    pub counts: Arc<Counts>,
}

/// What is counted of a connection.
pub struct Counts {
    totals: Arc<Totals>,
    messages: AtomicU64,
    tokens: AtomicU64,
    errors: AtomicU64,
    last_activity: Mutex<Instant>,
}

/// A connection, as who lists them sees it.
#[derive(Clone, Debug)]
pub struct ChatSession {
    /// Its id.
    pub session_id: Uuid,
    /// Whose it is.
    pub client_id: String,
    /// Where that one is.
    pub address: IpAddr,
    /// Since when.
    pub connected_at: String,
    /// For how long nothing came or went.
    pub idle: Duration,
    /// Frames that went.
    pub message_count: u64,
    /// Tokens among them.
    pub token_count: u64,
    /// Errors among them.
    pub error_count: u64,
}

/// All of it, counted.
#[derive(Clone, Copy, Debug)]
pub struct ChatTotals {
    /// Connected now.
    pub active_connections: usize,
    /// Clients of those.
    pub unique_clients: usize,
    /// Ever connected.
    pub total_connections: u64,
    /// Frames that went.
    pub total_messages: u64,
    /// Tokens among them.
    pub total_tokens: u64,
    /// Errors among them.
    pub total_errors: u64,
}

/// A place among them, as long as it is kept.
pub struct Seat<'a> {
    sessions: &'a ChatSessions,
    session_id: Uuid,
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.sessions.lock().remove(&self.session_id);
    }
}

impl ChatSessions {
    /// Nobody is connected.
    pub fn new(rules: ChatRules) -> Self {
        Self { rules, live: Mutex::default(), totals: Arc::default() }
    }

    /// What clients may use.
    pub fn rules(&self) -> &ChatRules {
        &self.rules
    }

    /// Nothing can break halfway under this lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Uuid, Place>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What will be counted of a connection.
    pub fn counts(&self) -> Arc<Counts> {
        Arc::new(Counts {
            totals: Arc::clone(&self.totals),
            messages: AtomicU64::new(0),
            tokens: AtomicU64::new(0),
            errors: AtomicU64::new(0),
            last_activity: Mutex::new(Instant::now()),
        })
    }

    /// Enters a connection; none if it is one too many, of all or of its client.
    pub fn enter(&self, session_id: Uuid, place: Place) -> Option<Seat<'_>> {
        let mut live = self.lock();
        let own = live.values().filter(|known| known.client_id == place.client_id).count();
        if live.len() >= self.rules.connections || own >= self.rules.connections_of_a_client {
            return None;
        }
        live.insert(session_id, place);
        self.totals.connections.fetch_add(1, Ordering::Relaxed);
        Some(Seat { sessions: self, session_id })
    }

    /// Those who are connected, or one client's of them.
    pub fn list(&self, client_id: Option<&str>) -> Vec<ChatSession> {
        let live = self.lock();
        let seen = live.iter().filter(|(_, place)| client_id.is_none_or(|id| place.client_id == id));
        let shown = |(id, place): (&Uuid, &Place)| ChatSession {
            session_id: *id,
            client_id: place.client_id.clone(),
            address: place.address,
            connected_at: place.connected_at.clone(),
            idle: place.counts.idle(),
            message_count: place.counts.messages.load(Ordering::Relaxed),
            token_count: place.counts.tokens.load(Ordering::Relaxed),
            error_count: place.counts.errors.load(Ordering::Relaxed),
        };
        seen.map(shown).collect()
    }

    /// How many there are and were.
    pub fn totals(&self) -> ChatTotals {
        let live = self.lock();
        let clients: std::collections::BTreeSet<&str> =
            live.values().map(|place| &*place.client_id).collect();
        ChatTotals {
            active_connections: live.len(),
            unique_clients: clients.len(),
            total_connections: self.totals.connections.load(Ordering::Relaxed),
            total_messages: self.totals.messages.load(Ordering::Relaxed),
            total_tokens: self.totals.tokens.load(Ordering::Relaxed),
            total_errors: self.totals.errors.load(Ordering::Relaxed),
        }
    }
}

impl Counts {
    fn touch(&self) {
        *self.last_activity.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn idle(&self) -> Duration {
        self.last_activity.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    /// A frame came.
    pub fn received(&self) {
        self.touch();
    }

    /// A frame went.
    pub fn sent(&self) {
        self.touch();
        self.messages.fetch_add(1, Ordering::Relaxed);
        self.totals.messages.fetch_add(1, Ordering::Relaxed);
    }

    /// It was a token.
    pub fn token(&self) {
        self.tokens.fetch_add(1, Ordering::Relaxed);
        self.totals.tokens.fetch_add(1, Ordering::Relaxed);
    }

    /// It was an error.
    pub fn error(&self) {
        self.errors.fetch_add(1, Ordering::Relaxed);
        self.totals.errors.fetch_add(1, Ordering::Relaxed);
    }
}
