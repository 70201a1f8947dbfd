//! Whether the server can work: asked of the store, and not guessed from what it did last.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, MutexGuard};
use tokio::time::timeout;

use crate::store::Store;

/// How long the store may take to answer.
pub const LIMIT: Duration = Duration::from_secs(1);
/// How long an answer is taken for true: anybody may ask, and each question costs a flush.
const FRESH: Duration = Duration::from_millis(500);

/// Asks the store.
pub struct Readiness {
    store: Arc<dyn Store>,
    limit: Duration,
    /// Held while the store is asked, so that those who ask meanwhile share the answer.
    last: Mutex<Option<Answer>>,
}

#[derive(Clone, Copy)]
struct Answer {
    at: Instant,
    works: bool,
}

impl Readiness {
    /// Of a store that has so long to answer.
    pub fn new(store: Arc<dyn Store>, limit: Duration) -> Self {
        Self { store, limit, last: Mutex::default() }
    }

    /// Whether the store takes writes, or did so a moment ago.
    pub async fn store_works(&self) -> bool {
        let last = self.last.lock().await;
        match last.filter(|answer| answer.at.elapsed() < FRESH) {
            Some(answer) => answer.works,
            None => self.ask(last).await,
        }
    }

    /// Whether it takes one now. Not everybody may ask so.
    pub async fn store_works_now(&self) -> bool {
        let last = self.last.lock().await;
        self.ask(last).await
    }

    async fn ask(&self, mut last: MutexGuard<'_, Option<Answer>>) -> bool {
        let asked = timeout(self.limit, self.store.probe()).await;
        let works = matches!(asked, Ok(Ok(())));
        if last.is_none_or(|before| before.works) != works {
            match asked {
                Ok(Ok(())) => tracing::info!("ready again: the store takes writes"),
                Ok(Err(error)) => tracing::error!(%error, "not ready: the store takes no writes"),
                Err(_) => tracing::error!(limit = ?self.limit, "not ready: the store does not answer"),
            }
        }
        *last = Some(Answer { at: Instant::now(), works });
        works
    }
}
