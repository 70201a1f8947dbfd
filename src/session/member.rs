//! A member: one connection in a session, with its outbox.
//!
//! The outbox is a cursor in the ring and the answers due to the member. Answers have *slots*, taken in
//! the order in which the member sent its commands and filled in whatever order they come; they leave
//! in the order of their slots, each once the cursor has passed the events that it answers for.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::frame::{self, Frames};
use super::observer::{Cut, Observer};
use super::outlet::{Handed, Outlet, Packet, Subscription};
use super::ring::{Audience, Item, Stamped};
use crate::domain::Seq;

/// Answers that may be due to one member. A client that asks for more without reading any is cut.
pub const MAX_SLOTS: usize = 8_192;
/// Bytes of answers that may be due to one member. More than that is cut, too.
const MAX_SLOT_BYTES: usize = 16 * 1024 * 1024;

/// What a member wants beside graph events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wants {
    /// `command:*` and `session:*`.
    pub lifecycle: bool,
    /// The older names beside the canonical ones.
    pub legacy: bool,
    /// Graph events in frames, not each by its own name.
    pub batch: bool,
}

impl Wants {
    fn wants(self, audience: Audience) -> bool {
        match audience {
            Audience::All => true,
            Audience::Lifecycle => self.lifecycle,
            Audience::Legacy => self.lifecycle && self.legacy,
        }
    }
}

/// Where an answer will stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SlotId(u64);

#[derive(Debug)]
enum Slot {
    /// The command is on its way.
    Waiting,
    /// To be sent once the cursor is at `after`.
    Due { after: u64, packets: VecDeque<Packet> },
}

#[derive(Default)]
struct Outbox {
    /// The next item of the ring; none before a join and after a leave.
    cursor: Option<u64>,
    wants: Option<Wants>,
    /// The last `seq` that it was told when it joined: the ring may have it yet to come.
    floor: Seq,
    slots: VecDeque<Slot>,
    first_slot: u64,
    /// Bytes of the answers that are due.
    slot_bytes: usize,
    /// Whether the publisher visits it.
    is_listed: bool,
    subscription: Option<Subscription>,
}

/// One connection in a session.
pub struct Member {
    /// The connection's id.
    pub client_id: Arc<str>,
    outlet: Arc<dyn Outlet>,
    outbox: Mutex<Outbox>,
    gone: AtomicBool,
    /// It could take no more when it was visited last.
    lagging: AtomicBool,
    observer: Arc<dyn Observer>,
}

/// How far a member got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pumped {
    /// It has everything there is.
    Idle,
    /// It could take more, but it is the others' turn.
    More,
    /// It waits for the time of the next frame.
    Later,
    /// It cannot take more now.
    Blocked,
    /// The connection is gone, or what it needs is.
    Gone,
}

impl Member {
    /// A connection that has not joined yet.
    pub(super) fn new(client_id: Arc<str>, outlet: Arc<dyn Outlet>, observer: Arc<dyn Observer>) -> Self {
        let (outbox, gone, lagging) = (Mutex::default(), AtomicBool::new(false), AtomicBool::new(false));
        Self { client_id, outlet, outbox, gone, lagging, observer }
    }

    fn outbox(&self) -> std::sync::MutexGuard<'_, Outbox> {
        // Nothing that panics runs under this lock.
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the next slot, and says whether the publisher visits the member. None once the client has
    /// far too many answers outstanding: it is cut.
    pub(super) fn reserve(&self) -> Option<(SlotId, bool)> {
        let mut outbox = self.outbox();
        if outbox.slots.len() >= MAX_SLOTS {
            drop(outbox);
            self.cut(Cut::AnswersOutstanding);
            return None;
        }
        outbox.slots.push_back(Slot::Waiting);
        Some((SlotId(outbox.first_slot + outbox.slots.len() as u64 - 1), outbox.is_listed))
    }

    /// The publisher will visit it, woken by `wake`. False if it does already.
    pub(super) fn list(&self, wake: super::Wake) -> bool {
        if std::mem::replace(&mut self.outbox().is_listed, true) {
            return false;
        }
        let subscription = self.outlet.subscribe(wake);
        self.outbox().subscription = Some(subscription);
        true
    }

    /// The publisher need not visit it any more, unless it gets events or has answers due.
    pub(super) fn unlist_if_done(&self) -> bool {
        let mut outbox = self.outbox();
        let done = self.is_gone() || (outbox.cursor.is_none() && outbox.slots.is_empty());
        if done {
            outbox.is_listed = false;
            outbox.subscription = None;
        }
        done
    }

    /// Fills a slot with what is to be sent once the member has everything before position `after`.
    pub fn fill(&self, slot: SlotId, after: u64, packets: impl IntoIterator<Item = Packet>) {
        let mut outbox = self.outbox();
        let place = slot.0.checked_sub(outbox.first_slot).and_then(|place| usize::try_from(place).ok());
        let packets: VecDeque<Packet> = packets.into_iter().collect();
        let bytes: usize = packets.iter().map(Packet::len).sum();
        if let Some(entry) = place.and_then(|place| outbox.slots.get_mut(place)) {
            *entry = Slot::Due { after, packets };
            outbox.slot_bytes += bytes;
        }
        let too_much = outbox.slot_bytes > MAX_SLOT_BYTES;
        drop(outbox);
        if too_much {
            self.cut(Cut::AnswersOutstanding);
        }
    }

    /// Starts getting events from a position on, but no graph event up to `seq`. Who gets them already goes
    /// on where it is or, if it `is_updated` up to `seq` by other means, from there; then it gives false.
    pub(super) fn start(&self, position: u64, seq: Seq, wants: Wants, is_updated: bool) -> bool {
        let mut outbox = self.outbox();
        outbox.wants = Some(wants);
        let known = outbox.cursor;
        if is_updated || known.is_none() {
            outbox.cursor = Some(known.map_or(position, |cursor| cursor.max(position)));
            outbox.floor = outbox.floor.max(seq);
        }
        known.is_none()
    }

    /// Stops getting events; answers still come. False if it got none.
    pub(super) fn stop(&self) -> bool {
        self.outbox().cursor.take().is_some()
    }

    /// Whether it gets events.
    pub(super) fn is_joined(&self) -> bool {
        self.outbox().cursor.is_some()
    }

    /// Whether it is to hear of what happens around graph events. Who is not in the room said nothing of it.
    pub fn wants_lifecycle(&self) -> bool {
        self.wants().is_none_or(|wants| wants.lifecycle)
    }

    pub(super) fn wants(&self) -> Option<Wants> {
        let outbox = self.outbox();
        outbox.cursor.and(outbox.wants)
    }

    /// Whether it has everything before position `end` and every answer.
    pub(super) fn is_settled(&self, end: u64) -> bool {
        let outbox = self.outbox();
        self.is_gone() || (outbox.slots.is_empty() && outbox.cursor.is_none_or(|cursor| cursor >= end))
    }

    /// Whether it neither gets events nor has an answer due.
    pub(super) fn is_done(&self) -> bool {
        let outbox = self.outbox();
        outbox.cursor.is_none() && outbox.slots.is_empty()
    }

    /// The next item that it needs; none while it gets no events.
    pub(super) fn cursor(&self) -> Option<u64> {
        self.outbox().cursor
    }

    /// The connection is gone: nothing more will be handed over.
    pub(super) fn mark_gone(&self) {
        self.gone.store(true, Ordering::Release);
    }

    pub(super) fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Acquire)
    }

    pub(super) fn is_lagging(&self) -> bool {
        self.lagging.load(Ordering::Relaxed) && self.is_joined() && !self.is_gone()
    }

    pub(super) fn mark_lagging(&self, lagging: bool) {
        self.lagging.store(lagging, Ordering::Relaxed);
    }

    pub(super) fn cut(&self, reason: Cut) {
        if !self.gone.swap(true, Ordering::AcqRel) {
            tracing::info!(client_id = %self.client_id, reason = reason.as_str(), "member cut");
            self.observer.cut(reason);
            self.outlet.cut();
        }
    }

    /// The outlet says that nobody is there any more.
    fn went(&self) -> Pumped {
        self.mark_gone();
        Pumped::Gone
    }

    /// Hands over due answers and the items of `lot` until there is no more, the connection cannot take more, or as
    /// many packets have gone as the lot allows. `moved` is how many items were passed.
    pub(super) fn pump(&self, lot: &Lot<'_>, frames: &mut Frames, moved: &mut usize) -> Pumped {
        let mut outbox = self.outbox();
        for _ in 0..lot.budget {
            if self.is_gone() {
                return Pumped::Gone;
            }
            let (handed, passed) = match outbox.due() {
                Some(packet) => (self.outlet.hand(packet), None),
                None => match outbox.next(lot, *moved, frames) {
                    Next::Nothing => return Pumped::Idle,
                    Next::Later => return Pumped::Later,
                    Next::NotHere => return Pumped::More,
                    Next::Items { passed, packet: None } => (Handed::Taken, Some(passed)),
                    Next::Items { passed, packet: Some(packet) } => (self.outlet.hand(&packet), Some(passed)),
                },
            };
            match (handed, passed) {
                (Handed::Taken, None) => outbox.sent(),
                (Handed::Taken, Some(passed)) => {
                    outbox.cursor = outbox.cursor.map(|cursor| cursor + passed as u64);
                    *moved += passed;
                }
                (Handed::Full, _) => return Pumped::Blocked,
                (Handed::Gone, _) => return self.went(),
            }
        }
        Pumped::More
    }
}

/// What a visit can hand over.
pub(super) struct Lot<'a> {
    /// Items from the member's cursor on.
    pub items: &'a [Stamped],
    /// The position behind the last item that there is.
    pub end: u64,
    /// Packets.
    pub budget: usize,
    /// Whether frames may leave now.
    pub is_due: bool,
}

/// What comes next to a member.
enum Next {
    /// It has everything.
    Nothing,
    /// A frame, but not yet.
    Later,
    /// An item that is not in the lot.
    NotHere,
    /// So many items, by this packet if any of them is for it.
    Items { passed: usize, packet: Option<Packet> },
}

impl Item {
    fn packet(&self) -> Packet {
        Packet::Event { name: self.name, payload: Some(Arc::clone(&self.payload)) }
    }
}

impl Outbox {
    /// What comes after the first `moved` items of a lot.
    fn next(&self, lot: &Lot<'_>, moved: usize, frames: &mut Frames) -> Next {
        let (Some(cursor), Some(wants)) = (self.cursor, self.wants) else { return Next::Nothing };
        if cursor >= lot.end {
            return Next::Nothing;
        }
        if wants.batch && !lot.is_due && !self.awaits_events(cursor) {
            return Next::Later;
        }
        let rest = lot.items.get(moved..).unwrap_or_default();
        let Some(Stamped { item, .. }) = rest.first() else { return Next::NotHere };
        let goes_alone = |stamped: &Stamped| stamped.item.seq.is_none() && wants.wants(stamped.item.audience);
        let passed = if wants.batch { frame::stretch(rest, goes_alone) } else { 0 };
        if passed > 0 {
            let packet = frames.packet(cursor, &rest[..passed], self.floor).cloned();
            return Next::Items { passed, packet };
        }
        let is_known = item.seq.is_some_and(|seq| seq <= self.floor);
        let packet = (!is_known && wants.wants(item.audience)).then(|| item.packet());
        Next::Items { passed: 1, packet }
    }

    /// Whether an answer waits for nothing but events that are there.
    fn awaits_events(&self, cursor: u64) -> bool {
        matches!(self.slots.front(), Some(Slot::Due { after, .. }) if *after > cursor)
    }

    /// The next packet of an answer whose time has come.
    fn due(&mut self) -> Option<&Packet> {
        while let Some(Slot::Due { packets, .. }) = self.slots.front()
            && packets.is_empty()
        {
            self.slots.pop_front();
            self.first_slot += 1;
        }
        match self.slots.front()? {
            Slot::Due { after, packets } if self.cursor.is_none_or(|cursor| cursor >= *after) => {
                packets.front()
            }
            Slot::Due { .. } | Slot::Waiting => None,
        }
    }

    /// The packet that `due` gave has gone.
    fn sent(&mut self) {
        if let Some(Slot::Due { packets, .. }) = self.slots.front_mut() {
            self.slot_bytes -= packets.pop_front().as_ref().map_or(0, Packet::len);
            if packets.is_empty() {
                self.slots.pop_front();
                self.first_slot += 1;
            }
        }
    }
}
