//! What waits to be handed over: three bounded queues, the highest first, each in the order in which it was filled.

use std::collections::VecDeque;
use std::sync::Arc;

use graphroom_protocol::rest::broadcasts::BroadcastQueues;

use super::Full;
use super::broadcast::Broadcast;
use super::priority::Level;

/// The queues.
pub struct Queues {
    capacity: usize,
    high: VecDeque<Arc<Broadcast>>,
    normal: VecDeque<Arc<Broadcast>>,
    low: VecDeque<Arc<Broadcast>>,
}

impl Queues {
    /// Queues of so many broadcasts each.
    pub fn new(capacity: usize) -> Self {
        Self { capacity, high: VecDeque::new(), normal: VecDeque::new(), low: VecDeque::new() }
    }

    /// How many each may have.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    fn of(&mut self, broadcast: &Broadcast) -> &mut VecDeque<Arc<Broadcast>> {
        match Level::of(broadcast.priority()) {
            Level::High => &mut self.high,
            Level::Normal => &mut self.normal,
            Level::Low => &mut self.low,
        }
    }

    /// Whether there is room for it.
    pub fn has_room(&mut self, broadcast: &Broadcast) -> bool {
        self.of(broadcast).len() < self.capacity
    }

    /// Puts it behind those of its priority.
    ///
    /// # Errors
    /// There is no room; none that waits gives way.
    pub fn push(&mut self, broadcast: Arc<Broadcast>) -> Result<(), Full> {
        if !self.has_room(&broadcast) {
            return Err(Full);
        }
        self.of(&broadcast).push_back(broadcast);
        Ok(())
    }

    /// The next one.
    pub fn pop(&mut self) -> Option<Arc<Broadcast>> {
        [&mut self.high, &mut self.normal, &mut self.low].into_iter().find_map(VecDeque::pop_front)
    }

    /// How many wait.
    pub fn lengths(&self) -> BroadcastQueues {
        BroadcastQueues {
            high_priority: self.high.len(),
            normal_priority: self.normal.len(),
            low_priority: self.low.len(),
        }
    }
}
