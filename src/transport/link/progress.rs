//! Who wants to know that a link has taken bytes.
//!
//! The list is read at every write and changed at every join, so readers take no lock.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use arc_swap::ArcSwap;

use super::Shared;

/// What is called when a link has made progress.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// Ends the registration when it is dropped; see [`Link::on_progress`](super::Link::on_progress).
#[must_use = "dropping the guard ends the registration"]
pub struct ProgressGuard {
    shared: Weak<Shared>,
    id: u64,
}

impl Drop for ProgressGuard {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.progress.remove(self.id);
        }
    }
}

pub(super) fn register(shared: &Arc<Shared>, wake: Wake) -> ProgressGuard {
    ProgressGuard { shared: Arc::downgrade(shared), id: shared.progress.add(wake) }
}

#[derive(Default)]
pub(super) struct Progress {
    next_id: AtomicU64,
    wakes: ArcSwap<Vec<(u64, Wake)>>,
}

impl Progress {
    pub(super) fn tell(&self) {
        for (_, wake) in self.wakes.load().iter() {
            wake();
        }
    }

    /// Tells everybody for the last time and lets go of them: a wake that holds its own link would
    /// keep both for ever.
    pub(super) fn end(&self) {
        for (_, wake) in self.wakes.swap(Arc::default()).iter() {
            wake();
        }
    }

    fn add(&self, wake: Wake) -> u64 {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let entry = (id, wake);
        self.wakes.rcu(|wakes| {
            let mut wakes = Vec::clone(wakes);
            wakes.push(entry.clone());
            wakes
        });
        id
    }

    fn remove(&self, id: u64) {
        self.wakes.rcu(|wakes| wakes.iter().filter(|(other, _)| *other != id).cloned().collect::<Vec<_>>());
    }
}
