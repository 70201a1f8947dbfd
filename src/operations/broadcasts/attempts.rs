//! How a broadcast is handed over, and tried again where it has to be acknowledged and is not.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use super::broadcast::Broadcast;
use super::health::{Failure, Health};
use crate::clock::Clock;

/// How long is waited for acknowledgements after each attempt: there are as many attempts.
pub const PAUSES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(2)];
/// Receivers that are handed it before others have a turn.
const AT_ONCE: usize = 64;

/// Hands a broadcast to its receivers. Where it has to be acknowledged, that is seen to meanwhile.
pub async fn deliver(broadcast: Arc<Broadcast>, clock: &Clock, health: &Arc<Health>) {
    let failure = attempt(&broadcast, clock).await;
    health.ended(broadcast.end_turn(), failure);
    if broadcast.wants_acknowledgement() && !broadcast.is_over() {
        tokio::spawn(insist(broadcast, Arc::clone(clock), Arc::clone(health)));
    }
}

/// Tries again for those that have not acknowledged it, and then gives it up for them.
async fn insist(broadcast: Arc<Broadcast>, clock: Clock, health: Arc<Health>) {
    let round = broadcast.round();
    let is_done = || broadcast.is_over() || broadcast.round() != round;
    for (done, pause) in PAUSES.into_iter().enumerate() {
        tokio::time::sleep(pause).await;
        if is_done() {
            return;
        }
        if done + 1 < PAUSES.len() {
            health.ended(None, attempt(&broadcast, &clock).await);
        }
    }
    if broadcast.give_up(clock()) {
        health.tell(Failure::Unheard);
    }
}

/// A receiver at which it breaks is one that it fails for, and costs the others nothing.
async fn attempt(broadcast: &Arc<Broadcast>, clock: &Clock) -> Option<Failure> {
    let parcels = broadcast.attempt(clock);
    let mut failure = None;
    for (number, (receiver, packet, receipt)) in parcels.into_iter().enumerate() {
        if number % AT_ONCE == AT_ONCE - 1 {
            tokio::task::yield_now().await;
        }
        // A receipt that is dropped on the way says that it is lost.
        if catch_unwind(AssertUnwindSafe(|| receiver.hand(packet, receipt))).is_err() {
            failure = Some(Failure::Broke);
        }
    }
    failure
}
