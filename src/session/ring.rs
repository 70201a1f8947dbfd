//! The ring: the latest events of a session, encoded once, by position.
//!
//! Durable events have a `seq`; lifecycle events do not. Both have a position, which is only a place in
//! this ring and dies with the process.

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::value::RawValue;

use crate::clock::Instant;
use crate::domain::Seq;

/// How much of its latest events a session keeps, for members that are behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Items kept at most.
    pub items: usize,
    /// Bytes of payload kept at most. The newest item stays whatever its size.
    pub bytes: usize,
}

impl Default for Kept {
    fn default() -> Self {
        Self { items: 8_192, bytes: 4 * 1024 * 1024 }
    }
}

/// Which members an item is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everybody: graph events.
    All,
    /// Those who want `command:*` and `session:*`.
    Lifecycle,
    /// Those among them who want the older names too.
    Legacy,
}

/// One encoded event.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its payload.
    pub payload: Arc<RawValue>,
    /// For whom.
    pub audience: Audience,
    /// Its place in the journal, if it has one.
    pub seq: Option<Seq>,
}

/// An item, and when it was committed or came up.
#[derive(Clone, Debug)]
pub struct Stamped {
    /// The item.
    pub item: Item,
    /// Its time.
    pub at: Instant,
    /// The `seq` of the last durable item up to here, this one included.
    pub through: Seq,
    /// The same, but for what announces a command: that of the command's first event.
    belongs_to: Seq,
    /// The first event of the command that it is of, if it is of one.
    pub command: Option<Seq>,
}

impl Stamped {
    fn bytes(&self) -> usize {
        self.item.payload.get().len()
    }
}

/// The latest items.
#[derive(Debug)]
pub struct Ring {
    most: Kept,
    items: VecDeque<Stamped>,
    start: u64,
    bytes: usize,
    /// The `seq` of the last durable item that is not kept any more, or was before all of them.
    base: Seq,
}

impl Ring {
    /// An empty ring, whose next durable item follows `seq`.
    pub fn new(seq: Seq, most: Kept) -> Self {
        Self { most, items: VecDeque::new(), start: 0, bytes: 0, base: seq }
    }

    /// The `seq` of the last durable item that was added.
    pub fn seq(&self) -> Seq {
        self.items.back().map_or(self.base, |newest| newest.through)
    }

    /// The position of the first durable item with a `seq` over `seq`, or of what announces it; the end if there is
    /// none yet. None if one of those is not kept any more.
    pub fn position_after(&self, seq: Seq) -> Option<u64> {
        let place = self.items.partition_point(|stamped| stamped.belongs_to <= seq);
        (seq >= self.base).then_some(self.start + place as u64)
    }

    /// The position of the oldest item that is kept.
    pub fn start(&self) -> u64 {
        self.start
    }

    /// The position that the next item will have.
    pub fn end(&self) -> u64 {
        self.start + self.items.len() as u64
    }

    /// How many durable items stand at or after a position.
    pub fn behind(&self, position: u64) -> u64 {
        if position >= self.end() { 0 } else { self.seq() - self.through(position) }
    }

    /// When the first of them was committed, of those that are kept.
    pub fn oldest(&self, position: u64) -> Option<Instant> {
        let through = self.through(position);
        let place = self.items.partition_point(|stamped| stamped.through <= through);
        self.items.get(place).filter(|_| position < self.end()).map(|stamped| stamped.at)
    }

    /// The `seq` of the last durable item before a position.
    fn through(&self, position: u64) -> Seq {
        let before = position.checked_sub(self.start + 1).and_then(|place| usize::try_from(place).ok());
        before.and_then(|place| self.items.get(place)).map_or(self.base, |item| item.through)
    }

    /// Adds items that belong together: a command's events with what stands around them.
    pub fn push_all(&mut self, items: Vec<Item>, at: Instant) {
        let first = items.iter().find_map(|item| item.seq);
        for item in items {
            let through = item.seq.unwrap_or_else(|| self.seq());
            let belongs_to = first.map_or(through, |first| first.max(through));
            let stamped = Stamped { item, at, through, belongs_to, command: first };
            self.bytes += stamped.bytes();
            self.items.push_back(stamped);
        }
    }

    /// How many items are kept.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// How many bytes of payload.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Drops the oldest items over the limits, but none at or after `visited`, and no more than twice as
    /// much as `added` items: what one huge command brought leaves little by little behind those who
    /// still take it.
    pub fn trim(&mut self, visited: u64, added: usize) {
        let newest = self.items.iter().rev().take(added);
        let (mut spare_items, mut spare_bytes) = (added * 2, newest.map(Stamped::bytes).sum::<usize>() * 2);
        while self.start < visited
            && (self.items.len() > self.most.items || self.bytes > self.most.bytes)
            && (spare_items > 0 || spare_bytes > 0)
        {
            let Some(oldest) = self.items.pop_front() else { break };
            let bytes = oldest.bytes();
            self.bytes -= bytes;
            self.start += 1;
            self.base = oldest.through;
            spare_items = spare_items.saturating_sub(1);
            spare_bytes = spare_bytes.saturating_sub(bytes);
        }
    }

    /// Up to `limit` items from `position` on; nothing if it is not kept any more.
    pub fn from(&self, position: u64, limit: usize) -> Option<impl Iterator<Item = &Stamped>> {
        let skip = usize::try_from(position.checked_sub(self.start)?).ok()?;
        Some(self.items.iter().skip(skip).take(limit))
    }

    /// Whether more than half of what may be kept lies at or after `position`.
    pub fn is_half_unvisited(&self, position: u64) -> bool {
        let visited = usize::try_from(position.saturating_sub(self.start)).unwrap_or(usize::MAX);
        let unvisited = self.items.len().saturating_sub(visited);
        if unvisited > self.most.items / 2 {
            return true;
        }
        let half = self.most.bytes / 2;
        self.bytes > half && self.items.iter().skip(visited).map(Stamped::bytes).sum::<usize>() > half
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX_ITEMS: usize = 8_192;
    const MAX_BYTES: usize = 4 * 1024 * 1024;

    fn item(bytes: usize) -> Item {
        let payload = RawValue::from_string(format!("\"{}\"", "x".repeat(bytes - 2))).unwrap();
        Item { name: "node-created", payload: payload.into(), audience: Audience::All, seq: None }
    }

    /// Adds items one by one, all of them visited at once.
    fn filled(items: usize, bytes: usize) -> Ring {
        let mut ring = Ring::new(0, Kept::default());
        for _ in 0..items {
            ring.push_all(vec![item(bytes)], Instant::now());
            ring.trim(ring.end(), 1);
        }
        ring
    }

    // SYNC-4
    #[test]
    fn positions_go_on_while_the_oldest_items_fall_out_by_number() {
        let ring = filled(MAX_ITEMS + 10, 8);
        assert_eq!((ring.start(), ring.end()), (10, MAX_ITEMS as u64 + 10));
        assert!(ring.from(9, 1).is_none(), "a position that fell out is told");
        assert_eq!(ring.from(10, usize::MAX).unwrap().count(), MAX_ITEMS);
        assert_eq!(ring.from(ring.end(), 5).unwrap().count(), 0);
    }

    // SYNC-2, SYNC-4
    #[test]
    fn a_seq_is_found_among_items_that_have_none() {
        let mut ring = Ring::new(4, Kept::default());
        assert_eq!((ring.seq(), ring.position_after(3), ring.position_after(4)), (4, None, Some(0)));
        // A connection, then a command with what announces and ends it, a refusal, and another command.
        for seqs in [vec![None], vec![None, Some(5), Some(6), None], vec![None], vec![None, Some(7)]] {
            let items = seqs.into_iter().map(|seq| Item { seq, ..item(8) });
            ring.push_all(items.collect(), Instant::now());
        }
        assert_eq!((ring.seq(), ring.end()), (7, 8));
        let positions = [3, 4, 5, 6, 7, 8].map(|seq| ring.position_after(seq));
        assert_eq!(positions, [None, Some(1), Some(3), Some(6), Some(8), Some(8)]);
        let behind = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(|position| ring.behind(position));
        assert_eq!(behind, [3, 3, 3, 2, 1, 1, 1, 1, 0, 0]);
    }

    // SYNC-2
    #[test]
    fn a_seq_that_fell_out_is_not_found() {
        let mut ring = Ring::new(0, Kept::default());
        for seq in 1..=MAX_ITEMS as u64 + 2 {
            ring.push_all(vec![Item { seq: Some(seq), ..item(8) }], Instant::now());
            ring.trim(ring.end(), 1);
        }
        assert_eq!((ring.position_after(1), ring.position_after(2)), (None, Some(2)));
    }

    #[test]
    fn the_oldest_items_fall_out_by_bytes() {
        let ring = filled(9, MAX_BYTES / 4);
        assert_eq!((ring.start(), ring.end()), (5, 9));
    }

    // SYNC-4
    #[test]
    fn nothing_falls_out_before_it_was_visited() {
        let mut ring = filled(MAX_ITEMS, 8);
        for _ in 0..100 {
            ring.push_all(vec![item(8)], Instant::now());
        }
        ring.trim(7, 100);
        assert_eq!(ring.start(), 7);
    }

    #[test]
    fn what_a_huge_command_brought_leaves_little_by_little() {
        let mut ring = Ring::new(0, Kept::default());
        for _ in 0..3 * MAX_ITEMS {
            ring.push_all(vec![item(8)], Instant::now());
        }
        ring.trim(0, 3 * MAX_ITEMS);
        assert_eq!(ring.start(), 0, "not visited yet");
        for pushed in 1..=10 {
            ring.push_all(vec![item(8)], Instant::now());
            ring.trim(3 * MAX_ITEMS as u64, 1);
            assert_eq!(ring.start(), 2 * pushed);
        }
    }

    #[test]
    fn half_of_the_ring_counts_in_items_and_in_bytes() {
        let mut ring = Ring::new(0, Kept::default());
        ring.push_all(vec![item(MAX_BYTES / 2 + 1)], Instant::now());
        assert!(ring.is_half_unvisited(0));
        assert!(!ring.is_half_unvisited(1));
        let mut ring = Ring::new(0, Kept::default());
        for _ in 0..=MAX_ITEMS / 2 {
            ring.push_all(vec![item(8)], Instant::now());
        }
        assert!(ring.is_half_unvisited(0));
        assert!(!ring.is_half_unvisited(1));
    }
}
