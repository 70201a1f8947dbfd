//! The list of steps that undo and redo work on.
//!
//! It is part of the state: replaying the journal gives it back. At most [`PER_AUTHOR`] steps of one
//! author and [`IN_ALL`] of everybody are kept; older ones fall off the end.

mod sequence;

use std::sync::Arc;

use imbl::HashMap;

use self::sequence::Sequence;
use super::{Effect, Scope, Seq};

/// Steps kept of one author.
pub const PER_AUTHOR: usize = 200;
/// Steps kept in all.
pub const IN_ALL: usize = 2_000;

/// Whether a step stands or was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// It can be undone.
    Done,
    /// It can be redone.
    Undone,
}

/// One command that can be taken back, or done again.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The `seq_last` of the record that wrote last: the command's, then its undo's, its redo's …
    pub seq: Seq,
    /// Whose step it is, whoever undid it.
    pub author: Arc<str>,
    /// Done or undone.
    pub state: StepState,
    /// The command that made it.
    pub command_id: Arc<str>,
    /// That command's type.
    pub command_type: Arc<str>,
    /// What the record at `seq` changed.
    pub effects: Arc<[Effect]>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    done: usize,
    undone: usize,
}

impl Counts {
    fn of(&mut self, state: StepState) -> &mut usize {
        match state {
            StepState::Done => &mut self.done,
            StepState::Undone => &mut self.undone,
        }
    }

    fn get(mut self, state: StepState) -> usize {
        *self.of(state)
    }
}

/// The steps of a project, by their `seq`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Steps {
    steps: Sequence,
    counts: HashMap<Arc<str>, Counts>,
    done: usize,
}

impl Steps {
    /// Whether there is a step in this state; `author` none means anybody's.
    #[must_use]
    pub fn available(&self, state: StepState, author: Option<&str>) -> bool {
        match (author, state) {
            (Some(author), state) => self.counts.get(author).is_some_and(|counts| counts.get(state) > 0),
            (None, StepState::Done) => self.done > 0,
            (None, StepState::Undone) => self.steps.len() > self.done,
        }
    }

    /// The step that an undo (`Done`) or a redo (`Undone`) takes: the newest one of the scope.
    #[must_use]
    pub fn newest(&self, state: StepState, scope: Scope, author: &str) -> Option<&Arc<Step>> {
        let wanted = match scope {
            Scope::Mine => Some(author),
            Scope::Session => None,
        };
        if !self.available(state, wanted) {
            return None;
        }
        self.steps
            .iter()
            .rev()
            .find(|step| step.state == state && wanted.is_none_or(|author| *step.author == *author))
    }

    /// Every step, oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<Step>> {
        self.steps.iter()
    }

    /// Adds a new command's step and clears its author's redo steps.
    pub fn push(&mut self, step: Step) {
        self.clear_undone(&step.author);
        self.insert(step);
    }

    /// Clears the redo steps of one author.
    pub fn clear_undone(&mut self, author: &str) {
        if !self.available(StepState::Undone, Some(author)) {
            return;
        }
        let stale: Vec<Seq> = self
            .steps
            .iter()
            .filter(|step| step.state == StepState::Undone && *step.author == *author)
            .map(|step| step.seq)
            .collect();
        for seq in stale {
            self.remove(seq);
        }
    }

    /// Puts `step` in the list at its own `seq`.
    pub fn insert(&mut self, step: Step) {
        let author = Arc::clone(&step.author);
        let counts = self.counts.entry(Arc::clone(&author)).or_default();
        *counts.of(step.state) += 1;
        let counts = *counts;
        self.done += usize::from(step.state == StepState::Done);
        self.steps.insert(Arc::new(step));
        if counts.done + counts.undone > PER_AUTHOR {
            let oldest = self.steps.iter().find(|step| step.author == author).map(|step| step.seq);
            self.remove(oldest.unwrap_or_default());
        }
        if self.steps.len() > IN_ALL {
            let oldest = self.steps.iter().next().map(|step| step.seq);
            self.remove(oldest.unwrap_or_default());
        }
    }

    /// Takes the step at `seq` out of the list.
    pub fn remove(&mut self, seq: Seq) -> Option<Arc<Step>> {
        let step = self.steps.remove(seq)?;
        self.done -= usize::from(step.state == StepState::Done);
        if let Some(counts) = self.counts.get_mut(&step.author) {
            *counts.of(step.state) -= 1;
            if *counts == Counts::default() {
                self.counts.remove(&step.author);
            }
        }
        Some(step)
    }
}
