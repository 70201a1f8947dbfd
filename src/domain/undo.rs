//! Undo and redo: a step's effects, turned round, where nobody else has written since.
//!
//! Both are the same thing. The step that an undo leaves behind holds what the undo really changed, so
//! taking that back in turn is the redo.

use std::sync::Arc;

use super::decide::deletion;
use super::graph::{Graph, Node, Place};
use super::record::{Conflict, ConflictReason, Outcome, Reparented, StepRef};
use super::{Body, Context, Decision, Effect, NodeId, Rejection, Scope, Stamp, State, Step, StepState};

/// Takes back the newest step in `wanted` state (`Done`: an undo, `Undone`: a redo).
///
/// # Errors
/// `NodeLimit` if there is no room for what it would bring back; the step stays.
pub fn take_back(
    state: &State,
    wanted: StepState,
    scope: Scope,
    force: bool,
    context: &Context<'_>,
) -> Result<Decision, Rejection> {
    let Some(step) = state.steps.newest(wanted, scope, &context.author.user_id) else {
        return Ok(Decision::NothingToUndo);
    };
    // Never seen by anyone: it only tells the inverse effects of one another.
    let stamp = Arc::new(Stamp {
        seq: step.seq,
        by: Arc::clone(&step.author),
        owner: Arc::clone(&step.author),
        at: context.now,
        restored: true,
    });
    let mut inverse = Inverse {
        graph: state.graph.clone(),
        stamp,
        step,
        force,
        effects: Vec::new(),
        outcome: Outcome::default(),
    };
    for effect in step.effects.iter().rev() {
        inverse.turn_round(effect);
    }
    let Inverse { graph, effects, mut outcome, .. } = inverse;
    if graph.len() > context.limits.nodes.max(state.graph.len()) {
        return Err(Rejection::node_limit(context.limits.nodes));
    }
    outcome.step = Some(StepRef {
        seq: step.seq,
        command_id: Arc::clone(&step.command_id),
        command_type: Arc::clone(&step.command_type),
        author: Arc::clone(&step.author),
    });
    Ok(Decision::Commit { effects, outcome })
}

struct Inverse<'a> {
    graph: Graph,
    stamp: Arc<Stamp>,
    step: &'a Step,
    force: bool,
    effects: Vec<Effect>,
    outcome: Outcome,
}

impl Inverse<'_> {
    fn turn_round(&mut self, effect: &Effect) {
        match effect {
            Effect::Node { node_id, before: None, after: Some(body) } => self.delete(*node_id, body),
            Effect::Node { node_id, before: Some(body), after: None } => self.bring_back(*node_id, body),
            Effect::Property { node_id, property_id, before, after } => {
                let Some(node) = self.graph.node(*node_id) else {
                    return self.deleted_since(*node_id, Some(property_id));
                };
                let last = node.properties.get(property_id);
                let as_left = node.value(property_id) == after.as_ref();
                let stamp = last.map_or_else(|| Arc::clone(&node.existence), |cell| Arc::clone(&cell.stamp));
                if !self.force && !self.untouched(&stamp, as_left) {
                    return self.conflict(
                        *node_id,
                        Some(property_id),
                        ConflictReason::ChangedSince,
                        Some(&stamp),
                    );
                }
                self.push(Effect::Property {
                    node_id: *node_id,
                    property_id: Arc::clone(property_id),
                    before: node.value(property_id).cloned(),
                    after: before.clone(),
                });
            }
            // Creating a project is no step, and nothing else writes these.
            Effect::Node { .. } | Effect::ProjectName { .. } | Effect::Template { .. } => {}
        }
    }

    fn push(&mut self, effect: Effect) {
        self.graph.apply(&effect, &self.stamp);
        self.effects.push(effect);
    }

    /// Whether a register is as the step left it, as far as others are concerned. What was written
    /// before the step came back with it, and who put back what had been there has not worked on it.
    fn untouched(&self, last: &Stamp, as_left: bool) -> bool {
        last.seq <= self.step.seq || (as_left && (last.restored || last.owner == self.step.author))
    }

    /// Deletes the node that the step created as `body`, unless others have worked on it or below it.
    fn delete(&mut self, node_id: NodeId, body: &Body) {
        let subtree = self.graph.subtree(node_id);
        if subtree.is_empty() {
            return self.deleted_since(node_id, None);
        }
        let marks = subtree.iter().flat_map(|node| marks(node, (node.id == node_id).then_some(body)));
        let foreign = marks
            .filter(|(last, as_left)| !self.untouched(last, *as_left))
            .map(|(last, _)| last)
            .find(|last| last.restored || last.owner != self.step.author)
            .cloned();
        if let Some(stamp) = foreign.filter(|_| !self.force) {
            return self.conflict(node_id, None, ConflictReason::WorkedOnSince, Some(&stamp));
        }
        for effect in deletion(&self.graph, node_id) {
            self.push(effect);
        }
    }

    fn bring_back(&mut self, node_id: NodeId, body: &Body) {
        if let Some(node) = self.graph.node(node_id) {
            let stamp = Arc::clone(&node.existence);
            return self.conflict(node_id, None, ConflictReason::NodeExists, Some(&stamp));
        }
        let parent_id = self.living(body.place.parent_id);
        let place = if parent_id == body.place.parent_id {
            body.place.clone()
        } else {
            self.outcome.reparented.push(Reparented { node_id, parent_id });
            Place { parent_id, key: self.graph.key_at(parent_id, None, node_id) }
        };
        let index = Some(self.graph.index(&place, node_id));
        let body = Body { place, index, ..body.clone() };
        self.push(Effect::Node { node_id, before: None, after: Some(Box::new(body)) });
    }

    /// The parent, or its nearest ancestor that still lives.
    fn living(&self, mut parent: Option<NodeId>) -> Option<NodeId> {
        while let Some(id) = parent {
            if self.graph.node(id).is_some() {
                break;
            }
            parent = self.graph.tombstone(id).and_then(|tombstone| tombstone.parent_id);
        }
        parent
    }

    fn deleted_since(&mut self, node_id: NodeId, property_id: Option<&Arc<str>>) {
        let gone = self.graph.tombstone(node_id).map(|tombstone| Arc::clone(&tombstone.stamp));
        self.conflict(node_id, property_id, ConflictReason::NodeDeleted, gone.as_ref());
    }

    fn conflict(
        &mut self,
        node_id: NodeId,
        property_id: Option<&Arc<str>>,
        reason: ConflictReason,
        stamp: Option<&Arc<Stamp>>,
    ) {
        self.outcome.conflicts.push(Conflict {
            node_id,
            property_id: property_id.cloned(),
            reason,
            by: stamp.map(|stamp| Arc::clone(&stamp.by)),
            at: stamp.map(|stamp| stamp.at),
        });
    }
}

/// The marks of everybody who wrote in a node, and whether what they wrote is as in `body`.
fn marks<'a>(node: &'a Node, body: Option<&'a Body>) -> impl Iterator<Item = (&'a Arc<Stamp>, bool)> {
    let existence = (&node.existence, body.is_some());
    let place = (&node.place_stamp, body.is_some_and(|body| body.place == node.place));
    let properties = node.properties.iter().map(move |(id, cell)| {
        (&cell.stamp, body.is_some_and(|body| body.properties.get(id) == cell.value.as_ref()))
    });
    [existence, place].into_iter().chain(properties)
}
