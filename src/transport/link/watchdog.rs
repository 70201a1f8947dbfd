//! The watchdog: cuts links that have taken nothing for longer than a living client needs.
//!
//! The kernel's own `TCP_USER_TIMEOUT` is no use here: while the peer's window is smaller than the packet
//! that waits, it counts on although bytes are taken, and ends slow but steady readers.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::task::JoinHandle;

use super::{Link, Shared};

/// How long a write may be pending. Two heartbeats fail in that time.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// How often the links are looked at.
const ROUND: Duration = Duration::from_secs(1);

pub(super) type Links = Arc<Mutex<Vec<Weak<Shared>>>>;

/// Watches the links of one listener, and ends with it.
#[derive(Debug)]
pub struct Watchdog {
    links: Links,
    task: JoinHandle<()>,
}

impl Watchdog {
    /// A watchdog without links, which calls `told` for each that it cuts. Needs a runtime.
    pub fn start(told: Arc<dyn Fn() + Send + Sync>) -> Self {
        let links = Links::default();
        let task = tokio::spawn(rounds(Arc::clone(&links), told));
        Self { links, task }
    }

    /// Watches a link until it is closed.
    pub fn watch(&self, link: &Link) {
        self.links.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(&link.shared));
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn rounds(links: Links, told: Arc<dyn Fn() + Send + Sync>) {
    loop {
        tokio::time::sleep(ROUND).await;
        for link in stalled(&links, PATIENCE) {
            tracing::info!(peer = %link.peer(), "link cut: it took nothing for too long");
            link.shared.stalled.store(true, Ordering::Release);
            link.cut();
            told();
        }
    }
}

/// The links whose write has been pending for longer than `patience`; those that are closed are forgotten.
pub(super) fn stalled(links: &Links, patience: Duration) -> Vec<Link> {
    let mut stalled = Vec::new();
    let mut links = links.lock().unwrap_or_else(PoisonError::into_inner);
    links.retain(|shared| {
        let Some(link) = shared.upgrade().map(|shared| Link { shared }) else { return false };
        if link.pending_for() > patience {
            stalled.push(link.clone());
        }
        !link.is_closed()
    });
    stalled
}
