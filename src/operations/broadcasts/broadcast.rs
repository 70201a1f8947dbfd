//! One broadcast: what is told to whom, and how far it got with each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use graphroom_protocol::rest::broadcasts::BroadcastInfo;
use uuid::Uuid;

use super::Receiver;
use super::figures::Totals;
use crate::breaker::Turn;
use crate::clock::Clock;
use crate::domain::Timestamp;
use crate::outlet::{Named, Packet, Receipt, Wanted};

/// What kind of receivers a broadcast is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Everybody.
    System,
    /// Who is in a project's session, or hears it.
    Project,
    /// A user's connections.
    User,
    /// The members of a session.
    Session,
    /// A client's connections.
    Client,
    /// One connection.
    Connection,
    /// Who is in a conversation.
    Conversation,
}

impl Target {
    /// As it is told.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Project => "project",
            Self::User => "user",
            Self::Session => "session",
            Self::Client => "client",
            Self::Connection => "connection",
            Self::Conversation => "conversation",
        }
    }

    /// How ids begin of broadcasts for it.
    const fn prefix(self) -> &'static str {
        match self {
            Self::System => "sys",
            Self::Project => "proj",
            Self::Connection => "conn",
            Self::Conversation => "conv",
            Self::User | Self::Session | Self::Client => self.as_str(),
        }
    }
}

/// What somebody wants to be told.
#[derive(Clone, Debug)]
pub struct Order {
    /// What the event is called.
    pub event_type: String,
    /// The event, as receivers get it.
    pub packet: Packet,
    /// Which kind of receivers it is for.
    pub target: Target,
    /// How urgent it is.
    pub priority: i64,
    /// Whether each receiver has to say that it has it.
    pub require_ack: bool,
    /// Who sends it.
    pub author: Arc<str>,
}

/// How far it got with a receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Pending,
    Succeeded,
    Failed,
}

struct Place {
    receiver: Weak<dyn Receiver>,
    outcome: Outcome,
    is_delivered: bool,
    /// It was handed a packet and has not taken it yet.
    in_flight: bool,
}

struct Progress {
    places: HashMap<Uuid, Place>,
    pending: usize,
    delivered: usize,
    acknowledged: usize,
    failed: usize,
    attempts: u32,
    /// How often it was sent again at somebody's wish.
    round: u32,
    over_since: Option<Timestamp>,
    /// Kept until it was handed over: how that went says whether broadcasting works.
    turn: Option<Turn>,
}

/// A broadcast.
pub struct Broadcast {
    /// Names it.
    pub id: Arc<str>,
    order: Order,
    target_count: usize,
    created_at: Timestamp,
    progress: Mutex<Progress>,
    totals: Arc<Totals>,
}

/// What is handed to whom.
pub type Parcel = (Arc<dyn Receiver>, Packet, Receipt);

impl Broadcast {
    /// One that nobody was handed yet.
    pub fn new(order: Order, receivers: &[Arc<dyn Receiver>], totals: Arc<Totals>, now: Timestamp) -> Self {
        let place = |receiver: &Arc<dyn Receiver>| Place {
            receiver: Arc::downgrade(receiver),
            outcome: Outcome::Pending,
            is_delivered: false,
            in_flight: false,
        };
        let places: HashMap<_, _> = receivers.iter().map(|one| (one.id(), place(one))).collect();
        let target_count = places.len();
        let over_since = places.is_empty().then_some(now);
        let progress = Progress {
            places,
            pending: target_count,
            delivered: 0,
            acknowledged: 0,
            failed: 0,
            attempts: 0,
            round: 0,
            over_since,
            turn: None,
        };
        let id = format!("{}_{}", order.target.prefix(), Uuid::new_v4()).into();
        Self { id, order, target_count, created_at: now, progress: Mutex::new(progress), totals }
    }

    /// Nothing can break halfway under this lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts it among all of them.
    pub fn count(&self) {
        Totals::add(&self.totals.broadcasts, 1);
        Totals::add(&self.totals.receivers, self.target_count);
    }

    /// It was let through, and may be handed over already.
    pub fn admit(&self, turn: Turn) {
        self.lock().turn = Some(turn);
    }

    /// It was handed over.
    pub fn end_turn(&self) -> Option<Turn> {
        self.lock().turn.take()
    }

    /// How urgent it is.
    pub fn priority(&self) -> i64 {
        self.order.priority
    }

    /// Who sent it.
    pub fn author(&self) -> &Arc<str> {
        &self.order.author
    }

    /// Whether its receivers have to say that they have it.
    pub fn wants_acknowledgement(&self) -> bool {
        self.order.require_ack
    }

    /// Whether nothing is waited for.
    pub fn is_over(&self) -> bool {
        self.over_since().is_some()
    }

    /// Since when.
    pub fn over_since(&self) -> Option<Timestamp> {
        self.lock().over_since
    }

    /// How often it was sent again at somebody's wish.
    pub fn round(&self) -> u32 {
        self.lock().round
    }

    /// Begins an attempt: what is to be handed to those that it is waited for. Who has not taken an earlier packet gets
    /// no second one.
    pub fn attempt(self: &Arc<Self>, clock: &Clock) -> Vec<Parcel> {
        let mut progress = self.lock();
        progress.attempts += 1;
        if progress.attempts > 1 {
            Totals::add(&self.totals.retries, 1);
        }
        let waiting = |place: &Place| place.outcome == Outcome::Pending && !place.in_flight;
        let ids: Vec<Uuid> =
            progress.places.iter().filter(|(_, place)| waiting(place)).map(|(id, _)| *id).collect();
        let mut parcels = Vec::with_capacity(ids.len());
        for id in ids {
            let Some(place) = progress.places.get_mut(&id) else { continue };
            match place.receiver.upgrade() {
                Some(receiver) => {
                    place.in_flight = true;
                    parcels.push((receiver, self.packet(id, clock), self.receipt(id, clock)));
                }
                None => self.fail(&mut progress, id),
            }
        }
        self.settle(&mut progress, clock());
        parcels
    }

    /// The packet for one receiver: where it has to say that it has it, with the way to say so.
    fn packet(self: &Arc<Self>, receiver: Uuid, clock: &Clock) -> Packet {
        let Packet::Named(named) = &self.order.packet else { return self.order.packet.clone() };
        if !self.order.require_ack {
            return Packet::Named(Arc::clone(named));
        }
        let (broadcast, clock) = (Arc::downgrade(self), Arc::clone(clock));
        let acknowledge = Arc::new(move || {
            if let Some(broadcast) = broadcast.upgrade() {
                broadcast.acknowledged(receiver, clock());
            }
        });
        let wanted = Some(Wanted { id: Arc::clone(&self.id), acknowledge });
        Packet::Named(Arc::new(Named { wanted, ..(**named).clone() }))
    }

    fn receipt(self: &Arc<Self>, receiver: Uuid, clock: &Clock) -> Receipt {
        let (broadcast, clock) = (Arc::clone(self), Arc::clone(clock));
        Receipt::new(move |is_taken| broadcast.handed(receiver, is_taken, clock()))
    }

    /// A receiver took a packet, or is gone.
    fn handed(&self, receiver: Uuid, is_taken: bool, now: Timestamp) {
        let mut progress = self.lock();
        let Some(place) = progress.places.get_mut(&receiver) else { return };
        place.in_flight = false;
        if !is_taken {
            self.fail(&mut progress, receiver);
        } else {
            if !std::mem::replace(&mut place.is_delivered, true) {
                progress.delivered += 1;
            }
            if !self.order.require_ack {
                self.succeed(&mut progress, receiver);
            }
        }
        self.settle(&mut progress, now);
    }

    /// A receiver says that it has it. False if nobody waits for that.
    pub fn acknowledged(&self, receiver: Uuid, now: Timestamp) -> bool {
        let mut progress = self.lock();
        if !self.order.require_ack || !progress.places.contains_key(&receiver) {
            return false;
        }
        if self.succeed(&mut progress, receiver) {
            progress.acknowledged += 1;
        }
        self.settle(&mut progress, now);
        true
    }

    /// Gives it up for who has not said that it has it. True if nobody has.
    pub fn give_up(&self, now: Timestamp) -> bool {
        let mut progress = self.lock();
        let ids: Vec<Uuid> = progress.places.keys().copied().collect();
        for id in ids {
            self.fail(&mut progress, id);
        }
        self.settle(&mut progress, now);
        progress.acknowledged == 0
    }

    /// Those that it failed for are waited for again, once it is over. How many they are.
    pub fn revive(&self) -> usize {
        let mut progress = self.lock();
        if progress.over_since.is_none() {
            return 0;
        }
        let failed = progress.places.values_mut().filter(|place| place.outcome == Outcome::Failed);
        let again = failed.map(|place| place.outcome = Outcome::Pending).count();
        if again > 0 {
            progress.failed -= again;
            progress.pending += again;
            progress.round += 1;
            progress.over_since = None;
            Totals::take_back(&self.totals.failures, again);
        }
        again
    }

    /// It fails for one that was waited for.
    fn fail(&self, progress: &mut Progress, receiver: Uuid) {
        let Some(place) = progress.places.get_mut(&receiver) else { return };
        if place.outcome == Outcome::Pending {
            place.outcome = Outcome::Failed;
            progress.pending -= 1;
            progress.failed += 1;
            Totals::add(&self.totals.failures, 1);
        }
    }

    /// One has it, perhaps after it was given up for it. False if that was known.
    fn succeed(&self, progress: &mut Progress, receiver: Uuid) -> bool {
        let Some(place) = progress.places.get_mut(&receiver) else { return false };
        match std::mem::replace(&mut place.outcome, Outcome::Succeeded) {
            Outcome::Succeeded => return false,
            Outcome::Pending => progress.pending -= 1,
            Outcome::Failed => {
                progress.failed -= 1;
                Totals::take_back(&self.totals.failures, 1);
            }
        }
        Totals::add(&self.totals.successes, 1);
        true
    }

    /// Once nothing is waited for, only those are remembered that it failed for: it may be sent to them again.
    fn settle(&self, progress: &mut Progress, now: Timestamp) {
        if progress.pending > 0 || progress.over_since.is_some() {
            return;
        }
        progress.over_since = Some(now);
        progress.places.retain(|_, place| place.outcome == Outcome::Failed || place.in_flight);
        progress.places.shrink_to_fit();
    }

    /// How it is with it.
    pub fn info(&self) -> BroadcastInfo {
        let progress = self.lock();
        BroadcastInfo {
            message_id: self.id.to_string(),
            event_type: self.order.event_type.clone(),
            target_type: self.order.target.as_str(),
            target_count: self.target_count,
            delivered_count: progress.delivered,
            acknowledged_count: progress.acknowledged,
            failed_count: progress.failed,
            attempts: progress.attempts,
            created_at: self.created_at.in_microseconds(),
            is_complete: progress.over_since.is_some(),
            require_ack: self.order.require_ack,
            priority: self.order.priority,
        }
    }
}
