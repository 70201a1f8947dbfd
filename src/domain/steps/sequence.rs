//! Steps in the order of their `seq`, in blocks that copies share.
//!
//! Every command adds a step at the end and, in a project that is worked in, drops one at the beginning, while
//! readers keep the state of before. A change copies the list of blocks and one or two of them: a general map's
//! nodes are larger, and each step in them costs a count that is far away in memory.

use std::sync::Arc;

use super::{Seq, Step};

/// Steps a block.
const BLOCK: usize = 16;

/// A block: never empty.
#[derive(Clone, Debug)]
struct Block {
    /// Of its first step.
    first: Seq,
    steps: Arc<Vec<Arc<Step>>>,
}

impl Block {
    fn new(steps: Vec<Arc<Step>>) -> Option<Self> {
        Some(Self { first: steps.first()?.seq, steps: Arc::new(steps) })
    }
}

/// The steps, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Sequence {
    blocks: Arc<Vec<Block>>,
    len: usize,
}

impl PartialEq for Sequence {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

impl Sequence {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Every step, oldest first.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<Step>> {
        self.blocks.iter().flat_map(|block| block.steps.iter())
    }

    /// The block in which `seq` is, or would be, if there is any block.
    fn block_of(&self, seq: Seq) -> usize {
        self.blocks.partition_point(|block| block.first <= seq).saturating_sub(1)
    }

    /// Puts a step where its `seq` belongs, in the place of one that is there.
    pub(super) fn insert(&mut self, step: Arc<Step>) {
        let at = self.block_of(step.seq);
        let blocks = Arc::make_mut(&mut self.blocks);
        let is_last = at + 1 >= blocks.len();
        let Some(block) = blocks.get_mut(at) else {
            blocks.extend(Block::new(vec![step]));
            self.len = 1;
            return;
        };
        let place = block.steps.partition_point(|there| there.seq < step.seq);
        if is_last && place == BLOCK {
            blocks.extend(Block::new(vec![step]));
            self.len += 1;
            return;
        }
        let steps = Arc::make_mut(&mut block.steps);
        if let Some(there) = steps.get_mut(place).filter(|there| there.seq == step.seq) {
            *there = step;
            return;
        }
        block.first = block.first.min(step.seq);
        steps.insert(place, step);
        self.len += 1;
        if steps.len() > BLOCK {
            let behind = Block::new(steps.split_off(BLOCK / 2));
            blocks.splice(at + 1..=at, behind);
        }
    }

    /// Takes the step at `seq` out.
    pub(super) fn remove(&mut self, seq: Seq) -> Option<Arc<Step>> {
        let at = self.block_of(seq);
        let place = self.blocks.get(at)?.steps.binary_search_by_key(&seq, |step| step.seq).ok()?;
        let blocks = Arc::make_mut(&mut self.blocks);
        let steps = Arc::make_mut(&mut blocks[at].steps);
        let step = steps.remove(place);
        self.len -= 1;
        match steps.first() {
            Some(first) => blocks[at].first = first.seq,
            None => drop(blocks.remove(at)),
        }
        join(blocks, at);
        if let Some(before) = at.checked_sub(1) {
            join(blocks, before);
        }
        Some(step)
    }
}

/// Makes one of a block and the next, where they are small: there are never many more blocks than steps need.
fn join(blocks: &mut Vec<Block>, at: usize) {
    let [one, next, ..] = blocks.get(at..).unwrap_or_default() else { return };
    if one.steps.len() + next.steps.len() <= BLOCK / 2 {
        let next = blocks.remove(at + 1);
        Arc::make_mut(&mut blocks[at].steps).extend(next.steps.iter().cloned());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::super::StepState;
    use super::*;

    fn step(seq: Seq, name: &str) -> Arc<Step> {
        let (author, state, command_type) = ("ann".into(), StepState::Done, "UpdateProperty".into());
        Arc::new(Step { seq, author, state, command_id: name.into(), command_type, effects: [].into() })
    }

    proptest! {
        #[test]
        fn a_sequence_is_a_sorted_map_and_copies_stay_as_they_were(
            changes in prop::collection::vec((any::<bool>(), 0..120_u64), 0..600),
        ) {
            let (mut sequence, mut map) = (Sequence::default(), BTreeMap::new());
            for (number, (adds, seq)) in changes.into_iter().enumerate() {
                let (copy, before) = (sequence.clone(), map.clone());
                if adds {
                    let step = step(seq, &number.to_string());
                    sequence.insert(Arc::clone(&step));
                    map.insert(seq, step);
                } else {
                    prop_assert_eq!(sequence.remove(seq), map.remove(&seq));
                }
                prop_assert_eq!(sequence.len(), map.len());
                prop_assert!(sequence.iter().eq(map.values()));
                prop_assert!(copy.iter().eq(before.values()));
                prop_assert!(sequence.blocks.len() <= 1 + map.len() / (BLOCK / 4));
            }
        }
    }

    #[test]
    fn steps_that_come_at_the_end_and_go_at_the_beginning_fill_their_blocks() {
        let mut sequence = Sequence::default();
        for seq in 0..1_000 {
            sequence.insert(step(seq, "a"));
            if seq >= 200 {
                assert!(sequence.remove(seq - 200).is_some());
            }
        }
        assert_eq!((sequence.len(), sequence.blocks.len()), (200, 200_usize.div_ceil(BLOCK)));
    }
}
