//! The state of a project: what replaying its journal gives.

use std::sync::Arc;

use super::steps::{Step, StepState, Steps};
use super::{Change, Effect, Graph, Record, Seq, Stamp, Template};

/// A project as it is after the record that ends at `head`. A clone shares everything.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The `seq_last` of the last record; 0 before the first.
    pub head: Seq,
    /// The head when the project was last saved; a new project is.
    pub saved: Seq,
    /// What the project is called.
    pub name: Arc<str>,
    /// The template it pinned.
    pub template: Arc<Template>,
    /// The nodes.
    pub graph: Graph,
    /// What undo and redo work on.
    pub steps: Steps,
}

impl Default for State {
    fn default() -> Self {
        let template = Template {
            id: Arc::from(""),
            version: String::new(),
            name: String::new(),
            description: String::new(),
            node_types: Vec::new(),
        };
        Self {
            head: 0,
            saved: 0,
            name: Arc::from(""),
            template: Arc::new(template),
            graph: Graph::default(),
            steps: Steps::default(),
        }
    }
}

impl State {
    /// Whether something was changed since the last save.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.head > self.saved
    }

    /// Adds a record. Cannot fail: whatever could be wrong was decided before it was written.
    pub fn apply(&mut self, record: &Record) {
        let owner = record.result.step.as_ref().map_or(&record.author.user_id, |step| &step.author);
        let stamp = Arc::new(Stamp {
            seq: record.seq_last,
            by: Arc::clone(&record.author.user_id),
            owner: Arc::clone(owner),
            at: record.at,
            restored: record.result.step.is_some(),
        });
        for effect in &record.effects {
            match effect {
                Effect::ProjectName { after, .. } => self.name = Arc::clone(after),
                Effect::Template { after, .. } => self.template = Arc::clone(after),
                Effect::Node { .. } | Effect::Property { .. } => self.graph.apply(effect, &stamp),
            }
        }
        self.apply_steps(record);
        if self.head == 0 {
            self.saved = record.seq_last;
        }
        self.head = record.seq_last;
    }

    fn apply_steps(&mut self, record: &Record) {
        if let Some(taken) = &record.result.step {
            let Some(step) = self.steps.remove(taken.seq) else { return };
            // Where everything was left alone there is nothing that could be done again.
            if !record.effects.is_empty() {
                let state = match step.state {
                    StepState::Done => StepState::Undone,
                    StepState::Undone => StepState::Done,
                };
                self.steps.insert(Step {
                    seq: record.seq_last,
                    state,
                    effects: record.effects.as_slice().into(),
                    ..Step::clone(&step)
                });
            }
        } else if self.head > 0 && !record.effects.iter().all(Effect::changes_nothing) {
            self.steps.push(Step {
                seq: record.seq_last,
                author: Arc::clone(&record.author.user_id),
                state: StepState::Done,
                command_id: Arc::clone(&record.command_id),
                command_type: Arc::clone(&record.command_type),
                effects: record.effects.as_slice().into(),
            });
        }
    }

    /// How many events a record with these effects has, so that its `seq_last` can be set.
    #[must_use]
    pub fn event_count(record: &Record) -> Seq {
        Change::all(record).len() as Seq
    }
}
