//! Frames: the graph events of a stretch of the ring in one packet, for members that asked for batches.
//!
//! Members mostly stand at the same place, so a frame is encoded once and shared. When it may leave is
//! for the [`Pace`] to say: a packet costs a system call for each member, however little is in it.

use std::time::Duration;

use graphroom_protocol::EventName;
use graphroom_protocol::event::Frame;
use serde_json::value::RawValue;

use super::events::{Names, encode};
use super::presence;
use super::ring::Stamped;
use crate::clock::Instant;
use crate::domain::Seq;
use crate::outlet::Packet;

/// Bytes of events in a frame, but for a first one that is larger.
const MAX_BYTES: usize = 250 * 1024;
/// The longest that a frame waits.
const MAX_INTERVAL: Duration = Duration::from_millis(16);
/// What the members' frames may take of a core: so long for each of them, with a packet's cost at a quarter of it.
const PER_MEMBER: Duration = Duration::from_micros(16);
/// The timer knows nothing shorter.
const MIN_INTERVAL: Duration = Duration::from_millis(1);

/// The frame that was made last.
pub struct Frames<'a> {
    names: &'a Names,
    /// Where it begins, how many items it stands for, and the last `seq` that it leaves out.
    made: Option<(u64, usize, Seq)>,
    packet: Option<Packet>,
}

impl<'a> Frames<'a> {
    /// Frames of a session.
    pub fn new(names: &'a Names) -> Self {
        Self { names, made: None, packet: None }
    }

    /// Frames bear these names from now on: a session may get its project while its members are visited.
    pub fn bear(&mut self, names: &'a Names) {
        self.names = names;
    }

    /// The frame of these items, which begin at a position: graph events with a `seq` over `floor`. None if
    /// there are none.
    pub fn packet(&mut self, position: u64, items: &[Stamped], floor: Seq) -> Option<&Packet> {
        // Who was told more when it joined shares nothing; everybody else has floors that lie behind.
        let first = items.iter().find_map(|stamped| stamped.item.seq);
        let floor = if first.is_some_and(|first| first > floor) { 0 } else { floor };
        let wanted = Some((position, items.len(), floor));
        if self.made != wanted {
            self.made = wanted;
            self.packet = self.encode(items, floor);
        }
        self.packet.as_ref()
    }

    fn encode(&self, items: &[Stamped], floor: Seq) -> Option<Packet> {
        let durable = |stamped: &Stamped| stamped.item.seq.filter(|seq| *seq > floor);
        let events: Vec<&RawValue> = items
            .iter()
            .filter(|stamped| durable(stamped).is_some())
            .map(|stamped| &*stamped.item.payload)
            .collect();
        let from = items.iter().find_map(durable)?;
        let to = items.iter().rev().find_map(durable)?;
        let frame = Frame {
            event: EventName::Events,
            session_id: &self.names.session_id,
            epoch: &self.names.epoch,
            from,
            to,
            events,
        };
        Some(Packet::Event { name: EventName::Events.as_str(), payload: Some(encode(&frame)?) })
    }
}

/// How many of these items go into one frame: up to the first that goes by itself.
pub fn stretch(items: &[Stamped], goes_alone: impl Fn(&Stamped) -> bool) -> usize {
    let mut bytes = 0;
    let fits = |stamped: &&Stamped| {
        let size = if stamped.item.seq.is_some() { stamped.item.payload.get().len() } else { 0 };
        let is_first = bytes == 0;
        bytes += size;
        !goes_alone(stamped) && (is_first || bytes <= MAX_BYTES)
    };
    items.iter().take_while(fits).count()
}

/// When the next frames may leave: at once in a quiet room, and so that they leave time for the rest in a busy one.
pub struct Pace {
    next: Instant,
    next_presence: Instant,
}

impl Pace {
    /// Nothing has left yet.
    pub fn new(now: Instant) -> Self {
        Self { next: now, next_presence: now }
    }

    /// Whether frames may leave.
    pub fn is_due(&self, now: Instant) -> bool {
        now >= self.next
    }

    /// When they may.
    pub fn next(&self) -> Instant {
        self.next
    }

    /// Whether it may be told who is here.
    pub fn is_presence_due(&self, now: Instant) -> bool {
        now >= self.next_presence
    }

    /// When it may.
    pub fn next_presence(&self) -> Instant {
        self.next_presence
    }

    /// It was told who is here.
    pub fn told_presence(&mut self, now: Instant) {
        self.next_presence = now + presence::INTERVAL;
    }

    /// Frames left to so many members.
    pub fn left(&mut self, now: Instant, members: usize) {
        let members = u32::try_from(members).unwrap_or(u32::MAX);
        let interval = PER_MEMBER.saturating_mul(members).min(MAX_INTERVAL);
        self.next = if interval < MIN_INTERVAL { now } else { now + interval };
    }
}

#[cfg(test)]
mod tests {
    //! Proves SYNC-4 (docs/behaviour.md).

    use std::sync::Arc;

    use super::*;
    use crate::session::ring::{Audience, Item, Kept, Ring};

    fn stamped(seq: Option<Seq>, payload: &str) -> Stamped {
        let payload = RawValue::from_string(payload.to_owned()).unwrap().into();
        let audience = if seq.is_some() { Audience::All } else { Audience::Lifecycle };
        let item = Item { name: "node-created", payload, audience, seq };
        let mut ring = Ring::new(0, Kept::default());
        ring.push_all(vec![item], Instant::now());
        ring.from(0, 1).unwrap().next().unwrap().clone()
    }

    fn names() -> Names {
        Names { session_id: "s".into(), project_id: "p".into(), epoch: "e".into() }
    }

    fn text(packet: Option<&Packet>) -> Option<&str> {
        match packet? {
            Packet::Event { payload, .. } => payload.as_ref().map(|payload| payload.get()),
            Packet::Answer { .. } | Packet::Named(_) => None,
        }
    }

    #[test]
    fn a_frame_holds_the_graph_events_and_says_from_where_to_where() {
        let items = [stamped(Some(4), "1"), stamped(None, "2"), stamped(Some(5), "3")];
        let names = names();
        let mut frames = Frames::new(&names);
        let expected = r#"{"event":"events","session_id":"s","epoch":"e","from":4,"to":5,"events":[1,3]}"#;
        assert_eq!(text(frames.packet(7, &items, 0)), Some(expected));
        let expected = r#"{"event":"events","session_id":"s","epoch":"e","from":5,"to":5,"events":[3]}"#;
        assert_eq!(text(frames.packet(7, &items, 4)), Some(expected), "what a member knows is left out");
        assert_eq!(text(frames.packet(7, &items, 5)), None);
        assert_eq!(text(frames.packet(8, &items[1..2], 0)), None, "there is no graph event");
    }

    #[test]
    fn members_at_the_same_place_share_a_frame() {
        let items = [stamped(Some(4), "1"), stamped(Some(5), "3")];
        let names = names();
        let mut frames = Frames::new(&names);
        let payload = |packet: Option<&Packet>| match packet {
            Some(Packet::Event { payload: Some(payload), .. }) => Arc::clone(payload),
            _ => panic!("no frame"),
        };
        let one = payload(frames.packet(7, &items, 0));
        let other = payload(frames.packet(7, &items, 3));
        assert!(Arc::ptr_eq(&one, &other));
    }

    #[test]
    fn a_frame_ends_where_something_goes_alone_and_where_it_is_full() {
        let large = format!("\"{}\"", "x".repeat(MAX_BYTES / 2));
        let items =
            [stamped(Some(1), &large), stamped(Some(2), "2"), stamped(None, "3"), stamped(Some(3), &large)];
        assert_eq!(stretch(&items, |stamped| stamped.item.seq.is_none()), 2);
        assert_eq!(stretch(&items[2..], |stamped| stamped.item.seq.is_none()), 0);
        assert_eq!(stretch(&items, |_| false), 3);
        let huge = stamped(Some(1), &format!("\"{}\"", "x".repeat(2 * MAX_BYTES)));
        assert_eq!(
            stretch(&[huge, stamped(Some(2), "2")], |_| false),
            1,
            "a first event goes whatever its size"
        );
    }

    #[test]
    fn frames_wait_longer_the_more_members_there_are_and_not_at_all_in_a_small_room() {
        let now = Instant::now();
        let mut pace = Pace::new(now);
        assert!(pace.is_due(now));
        for (members, millis) in [(1, 0), (62, 0), (63, 1), (500, 8), (1_000, 16), (100_000, 16)] {
            pace.left(now, members);
            let waits = pace.next().duration_since(now).as_millis();
            assert_eq!(waits, millis, "{members} members");
        }
    }
}
