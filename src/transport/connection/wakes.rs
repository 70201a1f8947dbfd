//! Who waits until a wire that was full can take more.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::lock;
use crate::outlet::{Subscription, Wake};

/// Those who wait.
#[derive(Default)]
pub struct Wakes {
    is_blocked: AtomicBool,
    waiting: Mutex<HashMap<u64, Wake>>,
    next: AtomicU64,
}

impl Wakes {
    /// Something was refused. Who says so tries once more: what made room meanwhile has woken nobody.
    pub fn block(&self) {
        self.is_blocked.store(true, Ordering::SeqCst);
    }

    /// There is room: everybody is woken, if anything was refused since the last time.
    pub fn progressed(&self) {
        if self.is_blocked.swap(false, Ordering::SeqCst) {
            let wakes: Vec<Wake> = lock(&self.waiting).values().cloned().collect();
            for wake in wakes {
                wake();
            }
        }
    }

    /// Wakes `wake` whenever there is room again, until the subscription is dropped.
    pub fn subscribe(self: &Arc<Self>, wake: Wake) -> Subscription {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        lock(&self.waiting).insert(id, wake);
        Box::new(Waiting { wakes: Arc::clone(self), id })
    }
}

struct Waiting {
    wakes: Arc<Wakes>,
    id: u64,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        lock(&self.wakes.waiting).remove(&self.id);
    }
}
