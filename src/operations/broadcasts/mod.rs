//! Broadcasts: events that callers send to many clients at once, each with a record of who got it.
//!
//! Three queues by priority; one task takes from the highest that has something, and hands each broadcast to its receivers,
//! waiting for none. Who may send what to whom, and how a receiver gets it, is decided by the transports.

mod attempts;
mod broadcast;
mod figures;
mod health;
mod priority;
mod queues;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use graphroom_protocol::rest::broadcasts::{BroadcastInfo, BroadcastStats};
use tokio::sync::Notify;
use uuid::Uuid;

pub use self::attempts::PAUSES;
use self::broadcast::Broadcast;
pub use self::broadcast::{Order, Target};
use self::figures::Totals;
use self::health::Health;
pub use self::health::{Blamed, FAULTS, Failure, Refused};
pub use self::priority::read as read_priority;
use self::queues::Queues;
use crate::breaker::{Breaker, Turn};
use crate::clock::Clock;
use crate::domain::Timestamp;
use crate::outlet::{Packet, Receipt};

/// Broadcasts that are remembered, unless more of them are not over.
pub const KEPT: usize = 1_000;
/// How long one is remembered that is over, in milliseconds.
pub const KEPT_FOR: i64 = 3_600_000;
/// The most broadcasts that are told of in a list.
const LISTED: usize = 50;

/// Somebody who can be handed a broadcast.
pub trait Receiver: Send + Sync + 'static {
    /// Names it, and no other one ever.
    fn id(&self) -> Uuid;
    /// Hands it a packet, behind what waits for it. Never waits.
    fn hand(self: Arc<Self>, packet: Packet, receipt: Receipt);
}

/// As many broadcasts of a priority wait as may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Full;

/// All broadcasts that are remembered, and those that wait.
pub struct Broadcasts {
    state: Mutex<State>,
    totals: Arc<Totals>,
    filled: Notify,
    health: Arc<Health>,
    clock: Clock,
}

struct State {
    queues: Queues,
    /// The oldest first.
    kept: VecDeque<Arc<Broadcast>>,
}

impl State {
    /// Forgets what is over and old enough, and the oldest that are over where there are too many with so many more.
    fn forget(&mut self, now: Timestamp, more: usize) {
        let is_old = |over: Option<Timestamp>| over.is_some_and(|at| now.millis() - at.millis() > KEPT_FOR);
        let mut too_many = (self.kept.len() + more).saturating_sub(KEPT);
        self.kept.retain(|one| {
            let over = one.over_since();
            let goes = is_old(over) || (over.is_some() && too_many > 0);
            too_many -= usize::from(goes && too_many > 0);
            !goes
        });
    }
}

impl Broadcasts {
    /// Nothing was sent yet. So many may wait of each priority, and after several faults nobody broadcasts for `pause`.
    #[must_use]
    pub fn new(capacity: usize, pause: Duration, clock: Clock) -> Self {
        let state = State { queues: Queues::new(capacity), kept: VecDeque::new() };
        let health = Arc::new(Health::new(pause));
        Self { state: Mutex::new(state), totals: Arc::default(), filled: Notify::new(), health, clock }
    }

    /// Nothing can break halfway under this lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a broadcast to those receivers. Its id, and how many they are; one to nobody is over at once.
    ///
    /// # Errors
    /// Too many wait, or are not over, or broadcasting has failed again and again.
    pub fn send(&self, order: Order, receivers: &[Arc<dyn Receiver>]) -> Result<BroadcastInfo, Refused> {
        let turn = self.health.enter()?;
        self.take(order, receivers, Some(turn))
    }

    /// Sends what the server itself has to say: it is tried whatever has failed.
    ///
    /// # Errors
    /// Too many wait, or are not over.
    pub fn announce(&self, order: Order, receivers: &[Arc<dyn Receiver>]) -> Result<BroadcastInfo, Refused> {
        self.take(order, receivers, None)
    }

    fn take(
        &self,
        order: Order,
        receivers: &[Arc<dyn Receiver>],
        turn: Option<Turn>,
    ) -> Result<BroadcastInfo, Refused> {
        let now = (self.clock)();
        let broadcast = Arc::new(Broadcast::new(order, receivers, Arc::clone(&self.totals), now));
        // One to nobody says nothing of whether it works.
        if let Some(turn) = turn.filter(|_| !broadcast.is_over()) {
            broadcast.admit(turn);
        }
        if self.put(&broadcast, now).is_err() {
            return Err(self.health.full(broadcast.end_turn()));
        }
        broadcast.count();
        self.filled.notify_one();
        Ok(broadcast.info())
    }

    fn put(&self, broadcast: &Arc<Broadcast>, now: Timestamp) -> Result<(), Full> {
        let mut state = self.lock();
        state.forget(now, 1);
        if !broadcast.is_over() {
            // Those are bounded too, should very many receivers take nothing.
            if state.kept.len() >= KEPT + state.queues.capacity() * 3 {
                return Err(Full);
            }
            state.queues.push(Arc::clone(broadcast))?;
        }
        state.kept.push_back(Arc::clone(broadcast));
        Ok(())
    }

    /// Hands over what waits, the highest priority first, until the future is dropped.
    pub async fn run(self: Arc<Self>) {
        loop {
            let next = self.lock().queues.pop();
            match next {
                Some(broadcast) => attempts::deliver(broadcast, &self.clock, &self.health).await,
                None => self.filled.notified().await,
            }
        }
    }

    /// A receiver says that it has a broadcast. False if nobody waits for that any more, or ever did.
    #[must_use]
    pub fn acknowledge(&self, id: &str, receiver: Uuid) -> bool {
        self.find(id).is_some_and(|broadcast| broadcast.acknowledged(receiver, (self.clock)()))
    }

    /// Sends a broadcast again, to those alone that it failed for. How many those are; none if it is not known.
    ///
    /// # Errors
    /// Too many wait, or broadcasting has failed again and again.
    pub fn retry(&self, id: &str) -> Result<Option<(usize, BroadcastInfo)>, Refused> {
        let Some(broadcast) = self.find(id) else { return Ok(None) };
        let turn = self.health.enter()?;
        let again = self.put_again(&broadcast, turn).map_err(|turn| self.health.full(Some(turn)))?;
        self.filled.notify_one();
        Ok(Some((again, broadcast.info())))
    }

    fn put_again(&self, broadcast: &Arc<Broadcast>, turn: Turn) -> Result<usize, Turn> {
        let mut state = self.lock();
        if !state.queues.has_room(broadcast) {
            return Err(turn);
        }
        let again = broadcast.revive();
        if again > 0 {
            broadcast.admit(turn);
            let pushed = state.queues.push(Arc::clone(broadcast));
            debug_assert!(pushed.is_ok(), "there is room");
        }
        Ok(again)
    }

    /// From now on this is told of every failure. The first word counts.
    pub fn tell_failures(&self, blamed: Blamed) {
        self.health.tell_failures(blamed);
    }

    /// What keeps callers from broadcasting for a while.
    #[must_use]
    pub fn breaker(&self) -> &Breaker {
        self.health.breaker()
    }

    fn find(&self, id: &str) -> Option<Arc<Broadcast>> {
        let mut state = self.lock();
        state.forget((self.clock)(), 0);
        state.kept.iter().rev().find(|one| *one.id == *id).map(Arc::clone)
    }

    /// How it is with a broadcast, and who sent it.
    #[must_use]
    pub fn describe(&self, id: &str) -> Option<(Arc<str>, BroadcastInfo)> {
        self.find(id).map(|broadcast| (Arc::clone(broadcast.author()), broadcast.info()))
    }

    /// The newest that are remembered, over or not, the newest first.
    #[must_use]
    pub fn latest(&self) -> Vec<BroadcastInfo> {
        self.list(|_| true)
    }

    /// The newest that failed for somebody.
    #[must_use]
    pub fn failed(&self) -> Vec<BroadcastInfo> {
        self.list(|info| info.failed_count > 0)
    }

    fn list(&self, wanted: impl Fn(&BroadcastInfo) -> bool) -> Vec<BroadcastInfo> {
        let kept: Vec<_> = {
            let mut state = self.lock();
            state.forget((self.clock)(), 0);
            state.kept.iter().rev().map(Arc::clone).collect()
        };
        kept.iter().map(|one| one.info()).filter(wanted).take(LISTED).collect()
    }

    /// All of them in numbers.
    #[must_use]
    pub fn stats(&self) -> BroadcastStats {
        let now = (self.clock)();
        let (waiting, completed, total) = {
            let mut state = self.lock();
            state.forget(now, 0);
            (state.queues.lengths(), state.kept.iter().filter(|one| one.is_over()).count(), state.kept.len())
        };
        self.totals.stats(waiting, (completed, total), now.in_microseconds())
    }
}
