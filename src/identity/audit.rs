//! The audit log, as those see it who have something to say: a note never waits, and is stored a moment later.
//!
//! What is worth a note is said where it happens. That entries are only added is the store's.

mod note;
#[cfg(test)]
mod tests;
mod windows;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

pub use self::note::{Note, looks_secret};
use self::windows::Windows;
use crate::clock::Clock;
pub use crate::store::{AuditEntry, AuditPage, AuditQuery, Outcome};
use crate::store::{Store, StoreError};
pub use graphroom_protocol::rest::audit::AuditKind as Kind;

/// Entries that may wait to be stored: with the longest ones some 8 MiB.
const WAITING: usize = 8_192;
/// Entries that are stored at once.
const MOST: usize = 512;
/// How long entries wait for others. What is stored together costs one transaction.
const PAUSE: Duration = Duration::from_millis(250);
/// How long it takes until a store that failed is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// A user's id as it stands in entries.
#[must_use]
pub fn as_noted(user_id: &str) -> String {
    note::cut(user_id, note::MAX_ID)
}

/// Told of each note that is lost.
type OnDropped = Box<dyn Fn() + Send + Sync>;

/// Takes notes, and has them stored.
pub struct Audit {
    store: Arc<dyn Store>,
    clock: Clock,
    waiting: Mutex<Waiting>,
    /// Half of the room is taken.
    is_filling: Notify,
    /// Held by who stores: entries are stored in order, and once.
    storing: tokio::sync::Mutex<()>,
    on_dropped: OnDropped,
}

#[derive(Default)]
struct Waiting {
    entries: VecDeque<AuditEntry>,
    windows: Windows,
    dropped: u64,
}

impl Audit {
    /// Notes of which none is stored before somebody [`run`](Self::run)s it. `on_dropped` is called for each that is lost.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Clock, on_dropped: OnDropped) -> Self {
        Self {
            store,
            clock,
            waiting: Mutex::default(),
            is_filling: Notify::new(),
            storing: tokio::sync::Mutex::default(),
            on_dropped,
        }
    }

    /// Takes a note. Of what somebody does often, the first is an entry at once, and what follows within ten seconds
    /// is one more together. If too many wait, it is lost, and that it is becomes an entry.
    pub fn note(&self, note: Note) {
        let now = (self.clock)();
        let mut waiting = self.waiting();
        let Some(note) = waiting.windows.offer(note, now) else { return };
        if waiting.entries.len() >= WAITING {
            waiting.dropped += 1;
            drop(waiting);
            return (self.on_dropped)();
        }
        waiting.entries.push_back(note.entry(now));
        if waiting.entries.len() == WAITING / 2 {
            self.is_filling.notify_one();
        }
    }

    /// Stores what is noted, until the future is dropped.
    pub async fn run(self: Arc<Self>) {
        let mut pause = PAUSE;
        loop {
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.is_filling.notified(), if pause == PAUSE => {}
            }
            self.sweep(false);
            let stored = self.flush().await;
            match &stored {
                Err(error) if pause == PAUSE => tracing::error!(%error, "the audit log takes nothing"),
                Ok(()) if pause == RETRY => tracing::info!("the audit log takes entries again"),
                Ok(()) | Err(_) => {}
            }
            pause = if stored.is_ok() { PAUSE } else { RETRY };
        }
    }

    /// Stores everything, for the last time.
    pub async fn close(self: &Arc<Self>) {
        self.sweep(true);
        if let Err(error) = self.flush().await {
            let lost = self.waiting().entries.len();
            tracing::error!(%error, lost, "entries of the audit log were not stored");
        }
    }

    /// What is over of what somebody does often becomes entries; all of it, if it is the end.
    fn sweep(&self, is_end: bool) {
        let now = (self.clock)();
        let mut waiting = self.waiting();
        let Waiting { entries, windows, dropped } = &mut *waiting;
        entries.extend(windows.sweep(now, is_end).map(|(at, note)| note.entry(at)));
        if *dropped > 0 {
            let lost = Note::new(Kind::EntriesDropped).with("count", std::mem::take(dropped));
            entries.push_back(lost.entry(now));
        }
    }

    /// Stores what waits by now. Who waits for it may go: nothing is stored twice.
    ///
    /// # Errors
    /// If the store fails; what was not stored waits on.
    pub async fn flush(self: &Arc<Self>) -> Result<(), StoreError> {
        let audit = Arc::clone(self);
        let stored = tokio::spawn(async move { audit.store_waiting().await });
        stored.await.unwrap_or_else(|error| Err(StoreError::Unavailable(error.to_string())))
    }

    async fn store_waiting(&self) -> Result<(), StoreError> {
        let _alone = self.storing.lock().await;
        let mut left = self.waiting().entries.len();
        while left > 0 {
            let some: Vec<_> = self.waiting().entries.iter().take(left.min(MOST)).cloned().collect();
            let stored = some.len();
            self.store.append_audit(some).await?;
            self.waiting().entries.drain(..stored);
            left -= stored;
        }
        Ok(())
    }

    /// A page of the log, with what was noted until now.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn page(self: &Arc<Self>, query: AuditQuery) -> Result<AuditPage, StoreError> {
        self.flush().await?;
        self.store.audit(query).await
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
