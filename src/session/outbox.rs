//! The outbox: what a member has yet to be handed, and in which order.
//!
//! A cursor in the ring and the answers due to the member. Answers have *slots*, taken in the order in which
//! the member sent its commands and filled in whatever order they come; they leave in the order of their
//! slots, each once the cursor has passed the events that it answers for.

use std::collections::VecDeque;
use std::sync::Arc;

use super::frame::{self, Frames};
use super::member::Wants;
use super::outlet::{Packet, Subscription};
use super::ring::{Item, Stamped};
use crate::domain::Seq;

/// Where an answer will stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SlotId(pub(super) u64);

#[derive(Debug)]
pub(super) enum Slot {
    /// The command is on its way.
    Waiting,
    /// To be sent once the cursor is at `after`.
    Due { after: u64, packets: VecDeque<Packet> },
}

#[derive(Default)]
pub(super) struct Outbox {
    /// The next item of the ring; none before a join and after a leave.
    pub(super) cursor: Option<u64>,
    pub(super) wants: Option<Wants>,
    /// The last `seq` that it was told when it joined: the ring may have it yet to come.
    pub(super) floor: Seq,
    /// The last change of who is here that it was told.
    pub(super) presence_told: u64,
    pub(super) slots: VecDeque<Slot>,
    pub(super) first_slot: u64,
    /// Bytes of the answers that are due.
    pub(super) slot_bytes: usize,
    /// Whether the publisher visits it.
    pub(super) is_listed: bool,
    pub(super) subscription: Option<Subscription>,
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
pub(super) enum Next {
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
    pub(super) fn next(&self, lot: &Lot<'_>, moved: usize, frames: &mut Frames) -> Next {
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
    pub(super) fn due(&mut self) -> Option<&Packet> {
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
    pub(super) fn sent(&mut self) {
        if let Some(Slot::Due { packets, .. }) = self.slots.front_mut() {
            self.slot_bytes -= packets.pop_front().as_ref().map_or(0, Packet::len);
            if packets.is_empty() {
                self.slots.pop_front();
                self.first_slot += 1;
            }
        }
    }
}
