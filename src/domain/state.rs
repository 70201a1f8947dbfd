//! The state of a project: what replaying its journal gives.

use std::sync::Arc;

use super::steps::{Step, StepState, Steps};
use super::{Change, Effect, Graph, Life, Record, Seq, Stamp, Template};

/// A project as it is after the record that ends at `head`. A clone shares everything.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The `seq_last` of the last record; 0 before the first.
    pub head: Seq,
    /// What the project is called.
    pub name: Arc<str>,
    /// The template it pinned.
    pub template: Arc<Template>,
    /// Who pinned it; none in a new project.
    pub template_stamp: Option<Arc<Stamp>>,
    /// Whether commands are held to what the template says of children and values.
    pub strict: bool,
    /// Whether it is worked in.
    pub life: Life,
    /// Whether the project was deleted.
    pub deleted: bool,
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
            name: Arc::from(""),
            template: Arc::new(template),
            template_stamp: None,
            strict: false,
            life: Life::default(),
            deleted: false,
            graph: Graph::default(),
            steps: Steps::default(),
        }
    }
}

impl State {
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
            self.write(effect, &stamp);
        }
        self.apply_steps(record);
        self.head = record.seq_last;
    }

    /// Writes one effect, without its record: steps and head stay.
    pub(super) fn write(&mut self, effect: &Effect, stamp: &Arc<Stamp>) {
        match effect {
            Effect::ProjectName { after, .. } => self.name = Arc::clone(after),
            Effect::Template { after, .. } => {
                self.template = Arc::clone(after);
                self.template_stamp = Some(Arc::clone(stamp));
            }
            Effect::Strict { after, .. } => self.strict = *after,
            Effect::Life { after, .. } => self.life = *after,
            Effect::Deleted => self.deleted = true,
            Effect::Node { .. }
            | Effect::Property { .. }
            | Effect::Place { .. }
            | Effect::BlockedBy { .. }
            | Effect::Graph { .. } => self.graph.apply(effect, stamp),
        }
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
        } else if record.effects.iter().any(Effect::ends_steps) {
            // What there was to take back is gone with the graph.
            self.steps = Steps::default();
        } else if self.head > 0 && record.effects.iter().any(Effect::is_undoable) {
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
