//! The rules: from a command to its effects, or to a rejection.

mod batch;
mod kit;
mod nodes;
mod places;
mod project;
mod relations;
mod restore;
mod size;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;

use super::record::Outcome;
use super::{
    Author, Command, Effect, NodeId, Rejection, RejectionCode, State, StepState, Template, Timestamp, undo,
};

pub use nodes::{MAX_VALUE_DEPTH, allows_child, check_kind, check_size, same};
pub(super) use places::spot_of_leaving;

/// How large a project may get, and what one command may tell of it.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Nodes a project.
    pub nodes: usize,
    /// Levels from a root to a leaf, both counted.
    pub depth: usize,
    /// Bytes of a property value's canonical JSON.
    pub property_bytes: usize,
    /// Events of one command; more of them are told as one.
    pub events: usize,
    /// Bytes of one event; a command with a larger one tells all it did as one small one.
    pub event_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { nodes: 100_000, depth: 60, property_bytes: 64 * 1024, events: 1_000, event_bytes: 256 * 1024 }
    }
}

/// The templates that a project can move to, by their ids.
pub type TemplateSet = BTreeMap<Arc<str>, Arc<Template>>;

/// What a decision depends on beside the state and the command.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Who asks.
    pub author: &'a Author,
    /// The time it is recorded with.
    pub now: Timestamp,
    /// New ids are UUID v5 of it and a counter: decided again, a command gives the same ids.
    pub seed: Uuid,
    /// How large the project may get.
    pub limits: Limits,
    /// Whether a node whose parent is unknown becomes a root, as some clients expect.
    pub lenient_parents: bool,
    /// What there is to adopt.
    pub templates: &'a TemplateSet,
}

impl Context<'_> {
    /// The `n`th new id of this command.
    #[must_use]
    pub fn new_id(&self, n: u32) -> NodeId {
        Uuid::new_v5(&self.seed, &n.to_be_bytes())
    }
}

/// What a command would do.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// It becomes a record.
    Commit {
        /// What changes, in order.
        effects: Vec<Effect>,
        /// What the answer says beyond that.
        outcome: Outcome,
    },
    /// There was nothing to copy: no record, no event.
    NothingToDo,
    /// An undo or redo without a step: no record, no event.
    NothingToUndo,
}

impl Decision {
    fn commit(effects: Vec<Effect>) -> Self {
        Self::Commit { effects, outcome: Outcome::default() }
    }
}

/// Decides what `command` does to `state`. Nothing is changed.
///
/// # Errors
/// The rule that forbids it.
pub fn decide(state: &State, command: &Command, context: &Context<'_>) -> Result<Decision, Rejection> {
    project::is_open_to(state, command)?;
    let mut decision = decide_one(state, command, context)?;
    if let Decision::Commit { effects, outcome } = &mut decision {
        outcome.graph_replaced = size::graph_replaced(state, effects, outcome, context.limits);
    }
    Ok(decision)
}

/// Decides a command, or one of a batch.
fn decide_one(state: &State, command: &Command, context: &Context<'_>) -> Result<Decision, Rejection> {
    match command {
        Command::CreateNode(fields) => nodes::create(state, fields, context),
        Command::DeleteNode { node_id } => nodes::delete(state, *node_id),
        Command::UpdateProperty(fields) => nodes::update_property(state, fields, context),
        Command::DeleteProperty { node_id, property_id } => {
            nodes::delete_property(state, *node_id, property_id)
        }
        Command::LinkNode { parent_id, child_id } => places::link(state, *parent_id, *child_id, context),
        Command::UnlinkNode { parent_id, child_id } => places::unlink(state, *parent_id, *child_id),
        Command::MoveNode(fields) => places::move_node(state, fields, context),
        Command::ReorderNode { node_id, new_index } => places::reorder(state, *node_id, *new_index),
        Command::ApplyKit { target_id, kit_root_id } => kit::apply(state, *target_id, *kit_root_id, context),
        Command::UpdateBlockingRelationship { blocked_node_id, blocking_node_id } => {
            relations::block(state, *blocked_node_id, *blocking_node_id)
        }
        Command::AdoptTemplate { template_id } => {
            project::adopt_template(state, template_id.as_deref(), context)
        }
        Command::Batch(commands) => batch::decide(state, commands, context),
        Command::RenameProject { name } => Ok(project::rename(state, name)),
        Command::ReplaceGraph(fields) => project::replace_graph(state, fields, context),
        Command::Restore(wanted) => restore::restore(state, wanted, context),
        Command::SetState { state: next } => project::set_state(state, *next),
        Command::DeleteProject => Ok(Decision::commit(vec![Effect::Deleted])),
        Command::Undo { scope, force, on_conflict } => {
            undo::take_back(state, StepState::Done, *scope, *force, *on_conflict, context)
        }
        Command::Redo { scope, force, on_conflict } => {
            undo::take_back(state, StepState::Undone, *scope, *force, *on_conflict, context)
        }
    }
}

/// The refusal of a tree that would get too deep below `parent`.
fn too_deep(parent: NodeId, context: &Context<'_>) -> Rejection {
    let limit = context.limits.depth;
    Rejection::new(RejectionCode::DepthLimit, format!("A graph is at most {limit} levels deep"))
        .with_details(json!({ "limit": limit, "parent_id": parent }))
}
