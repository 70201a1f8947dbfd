//! The outbox: what a member has yet to be handed, and in which order.
//!
//! A cursor in the ring and the answers due to the member. Answers have *slots*, taken in the order in which
//! the member sent its commands and filled in whatever order they come; they leave in the order of their
//! slots, each once the cursor has passed the events that it answers for.

use std::collections::VecDeque;
use std::sync::Arc;

use super::frame::{self, Frames};
use super::member::Wants;
use super::ring::{Item, Stamped};
use crate::domain::Seq;
use crate::outlet::{Packet, Subscription};

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
    /// The slot of the join whose answer has not left yet.
    pub(super) joining: Option<SlotId>,
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
    /// Items, mostly from the member's cursor on; but it may have moved since they were taken.
    pub items: &'a [Stamped],
    /// The position of the first of them.
    pub start: u64,
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
    /// What comes next of a lot.
    pub(super) fn next(&self, lot: &Lot<'_>, frames: &mut Frames<'_>) -> Next {
        let (Some(cursor), Some(wants)) = (self.cursor, self.wants) else { return Next::Nothing };
        // What comes from now on comes behind the answer to the join, or behind what that waits for.
        if cursor >= lot.end || self.joining.is_some_and(|slot| !self.is_next(slot)) {
            return Next::Nothing;
        }
        if wants.batch && !lot.is_due && !self.awaits_events(cursor) {
            return Next::Later;
        }
        let place = cursor.checked_sub(lot.start).and_then(|place| usize::try_from(place).ok());
        let rest = place.and_then(|place| lot.items.get(place..)).unwrap_or_default();
        let Some(first) = rest.first() else { return Next::NotHere };
        let item = &first.item;
        // What is around the events of a command that it was told of with the answer is known with them.
        let is_known = |stamped: &Stamped| stamped.command.is_some_and(|first| first <= self.floor);
        let goes_alone = |stamped: &Stamped| {
            stamped.item.seq.is_none() && wants.wants(stamped.item.audience) && !is_known(stamped)
        };
        // A frame ends where an answer is due: the answer to a join comes before all that is behind it.
        let passed =
            if wants.batch { frame::stretch(self.up_to_answer(cursor, rest), goes_alone) } else { 0 };
        if passed > 0 {
            let packet = frames.packet(cursor, &rest[..passed], self.floor).cloned();
            return Next::Items { passed, packet };
        }
        let packet = (!is_known(first) && wants.wants(item.audience)).then(|| item.packet());
        Next::Items { passed: 1, packet }
    }

    /// The items from the cursor on that the next answer waits for; all of them if none does.
    fn up_to_answer<'a>(&self, cursor: u64, items: &'a [Stamped]) -> &'a [Stamped] {
        let after = match self.slots.front() {
            Some(Slot::Due { after, .. }) => after.checked_sub(cursor),
            Some(Slot::Waiting) | None => None,
        };
        let wanted = after.and_then(|after| usize::try_from(after).ok()).filter(|after| *after > 0);
        wanted.and_then(|after| items.get(..after)).unwrap_or(items)
    }

    /// Whether the answer of a slot is there, and those before it have left.
    fn is_next(&self, slot: SlotId) -> bool {
        slot.0 == self.first_slot && matches!(self.slots.front(), Some(Slot::Due { .. }))
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
            self.pop();
        }
        // What was asked before the join came from no member: its events come with the join's answer, or behind it.
        let is_before_join = self.joining.is_some_and(|slot| self.first_slot < slot.0);
        match self.slots.front()? {
            Slot::Due { after, packets }
                if is_before_join || self.cursor.is_none_or(|cursor| cursor >= *after) =>
            {
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
                self.pop();
            }
        }
    }

    fn pop(&mut self) {
        self.slots.pop_front();
        self.first_slot += 1;
        self.joining = self.joining.filter(|slot| slot.0 >= self.first_slot);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;
    use crate::clock::Instant;
    use crate::session::events::Names;
    use crate::session::ring::{Audience, Kept, Ring};

    fn ring() -> Ring {
        let mut ring = Ring::new(0, Kept::default());
        for seq in 1..=9 {
            let payload = RawValue::from_string(seq.to_string()).unwrap().into();
            let item = Item { name: "node-created", payload, audience: Audience::All, seq: Some(seq) };
            ring.push_all(vec![item], Instant::now());
        }
        ring
    }

    /// What a member at `cursor` is handed of a lot that was taken at `start`.
    fn handed(cursor: u64, start: u64) -> Option<String> {
        let ring = ring();
        let items: Vec<_> = ring.from(start, 3).unwrap().cloned().collect();
        let wants = Wants { lifecycle: false, legacy: false, batch: false, presence: false };
        let outbox = Outbox { cursor: Some(cursor), wants: Some(wants), ..Outbox::default() };
        let lot = Lot { items: &items, start, end: ring.end(), budget: 1, is_due: true };
        let names = Names { session_id: "s".into(), project_id: "p".into(), epoch: "e".into() };
        match outbox.next(&lot, &mut Frames::new(&names)) {
            Next::Items { packet: Some(Packet::Event { payload, .. }), passed: 1 } => {
                payload.map(|payload| payload.get().to_owned())
            }
            Next::NotHere => None,
            _ => panic!("an event, or none of this lot"),
        }
    }

    #[test]
    fn a_frame_ends_where_an_answer_is_due() {
        let ring = ring();
        let items: Vec<_> = ring.from(4, 5).unwrap().cloned().collect();
        let lot = Lot { items: &items, start: 4, end: ring.end(), budget: 1, is_due: true };
        let names = Names { session_id: "s".into(), project_id: "p".into(), epoch: "e".into() };
        let wants = Wants { lifecycle: false, legacy: false, batch: true, presence: false };
        for (after, expected) in [(5, 1), (7, 3), (4, 5), (99, 5)] {
            let slots = VecDeque::from([Slot::Due { after, packets: VecDeque::new() }]);
            let outbox = Outbox { cursor: Some(4), wants: Some(wants), slots, ..Outbox::default() };
            match outbox.next(&lot, &mut Frames::new(&names)) {
                Next::Items { passed, .. } => assert_eq!(passed, expected, "an answer at {after}"),
                _ => panic!("a frame"),
            }
        }
    }

    #[test]
    fn nothing_comes_before_the_answer_to_a_join() {
        let ring = ring();
        let items: Vec<_> = ring.from(4, 3).unwrap().cloned().collect();
        let lot = Lot { items: &items, start: 4, end: ring.end(), budget: 1, is_due: true };
        let names = Names { session_id: "s".into(), project_id: "p".into(), epoch: "e".into() };
        let mut frames = Frames::new(&names);
        for batch in [false, true] {
            let wants = Wants { lifecycle: false, legacy: false, batch, presence: false };
            let mut outbox = Outbox { cursor: Some(4), wants: Some(wants), ..Outbox::default() };
            outbox.joining = Some(SlotId(0));
            assert!(matches!(outbox.next(&lot, &mut frames), Next::Nothing));
            outbox.joining = None;
            assert!(matches!(outbox.next(&lot, &mut frames), Next::Items { .. }));
        }
    }

    #[test]
    fn a_member_that_joins_while_a_lot_is_taken_gets_nothing_of_another_place() {
        assert_eq!(handed(4, 4).as_deref(), Some("5"));
        assert_eq!(handed(5, 4).as_deref(), Some("6"));
        assert_eq!(handed(7, 4), None, "behind the lot");
        assert_eq!(handed(3, 4), None, "before the lot");
    }
}
