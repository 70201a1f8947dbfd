//! All broadcasts in numbers. They add up: of all receivers some succeeded, some failed, and the others are waited for.

use std::sync::atomic::{AtomicU64, Ordering};

use graphroom_protocol::rest::broadcasts::{ActiveBroadcasts, BroadcastQueues, BroadcastStats};

/// What is counted since the server started.
#[derive(Default)]
pub struct Totals {
    /// Broadcasts.
    pub broadcasts: AtomicU64,
    /// Their receivers.
    pub receivers: AtomicU64,
    /// Receivers that have what they were to have: were handed it or, where that was asked for, said so.
    pub successes: AtomicU64,
    /// Receivers that it failed for.
    pub failures: AtomicU64,
    /// Attempts beside the first of each broadcast.
    pub retries: AtomicU64,
}

impl Totals {
    /// One or several more.
    pub fn add(number: &AtomicU64, more: usize) {
        number.fetch_add(more as u64, Ordering::Relaxed);
    }

    /// One that failed did not after all, or is tried again.
    pub fn take_back(number: &AtomicU64, less: usize) {
        number.fetch_sub(less as u64, Ordering::Relaxed);
    }

    /// All in numbers.
    pub fn stats(
        &self,
        queues: BroadcastQueues,
        (completed, total): (usize, usize),
        timestamp: String,
    ) -> BroadcastStats {
        let Self { broadcasts, receivers, successes, failures, retries } = self;
        let [broadcasts, receivers, successes, failures, retries] =
            [broadcasts, receivers, successes, failures, retries].map(|count| count.load(Ordering::Relaxed));
        BroadcastStats {
            queues,
            active_broadcasts: ActiveBroadcasts { total, completed, pending: total - completed },
            total_broadcasts: broadcasts,
            total_receivers: receivers,
            successful_deliveries: successes,
            failed_deliveries: failures,
            retry_count: retries,
            success_rate: if receivers == 0 { 0.0 } else { (successes as f64 / receivers as f64).min(1.0) },
            timestamp,
        }
    }
}
