//! Undo and redo: a step's effects, turned round, where nobody else has written since.
//!
//! Both are the same thing. The step that an undo leaves behind holds what the undo really changed, so
//! taking that back in turn is the redo.

mod work;

use std::sync::Arc;

use serde_json::{Value, json};

use self::work::Left;
use super::decide::spot_of_leaving;
use super::effect::Spot;
use super::graph::{Graph, Place};
use super::record::{Conflict, ConflictReason, Outcome, Reparented, StepRef};
use super::{
    Body, Context, Decision, Effect, NodeId, OnConflict, Rejection, RejectionCode, Scope, Stamp, State, Step,
    StepState, Template, deletion,
};

/// Conflicts that are told one by one.
pub const MAX_CONFLICTS: usize = 500;
/// Bytes of them: they are told in one event, which has to fit into a packet with the rest of it.
pub const MAX_CONFLICT_BYTES: usize = 192 * 1024;

/// Takes back the newest step in `wanted` state (`Done`: an undo, `Undone`: a redo).
///
/// # Errors
/// `NodeLimit` if there is no room for what it would bring back, `LeavesAlone` if it is to be refused where it
/// would leave something alone; the step stays.
pub fn take_back(
    state: &State,
    wanted: StepState,
    scope: Scope,
    force: bool,
    on_conflict: OnConflict,
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
        state: state.clone(),
        stamp,
        step,
        left: Left::by(step),
        force,
        max_depth: context.limits.depth,
        effects: Vec::new(),
        conflict_bytes: 0,
        outcome: Outcome::default(),
    };
    for effect in step.effects.iter().rev() {
        inverse.turn_round(effect);
    }
    let Inverse { state: undone, effects, mut outcome, .. } = inverse;
    if undone.graph.len() > context.limits.nodes.max(state.graph.len()) {
        return Err(Rejection::node_limit(context.limits.nodes));
    }
    // What is not listed is counted, and nothing is counted before something is listed.
    if on_conflict == OnConflict::Refuse && !outcome.conflicts.is_empty() {
        return Err(leaves_alone(step, effects.is_empty(), &outcome));
    }
    outcome.step = Some(StepRef {
        seq: step.seq,
        command_id: Arc::clone(&step.command_id),
        command_type: Arc::clone(&step.command_type),
        author: Arc::clone(&step.author),
    });
    Ok(Decision::Commit { effects, outcome })
}

/// The refusal of taking a step back in part.
fn leaves_alone(step: &Step, all: bool, outcome: &Outcome) -> Rejection {
    let what = if all { "All" } else { "A part" };
    let message = format!("{what} of this {} would be left alone", step.command_type);
    let mut details = json!({
        "undone_command_id": step.command_id,
        "command_type": step.command_type,
        "all_left_alone": all,
        "conflicts": outcome.conflicts,
    });
    if outcome.conflicts_omitted > 0 {
        details["conflicts_omitted"] = outcome.conflicts_omitted.into();
    }
    Rejection::new(RejectionCode::LeavesAlone, message).with_details(details)
}

struct Inverse<'a> {
    /// The state with what was taken back so far.
    state: State,
    stamp: Arc<Stamp>,
    step: &'a Step,
    left: Left<'a>,
    force: bool,
    max_depth: usize,
    effects: Vec<Effect>,
    conflict_bytes: usize,
    outcome: Outcome,
}

impl Inverse<'_> {
    fn turn_round(&mut self, effect: &Effect) {
        match effect {
            Effect::Node { node_id, before: None, after: Some(body) } => self.delete(*node_id, body),
            Effect::Node { node_id, before: Some(body), after: None } => self.bring_back(*node_id, body),
            Effect::Property { node_id, property_id, before, after } => {
                self.write_back(*node_id, property_id, before.as_ref(), after.as_ref());
            }
            Effect::Place { node_id, before, after } => self.put_back(*node_id, before, after),
            Effect::BlockedBy { node_id, before, after } => self.relate_back(*node_id, *before, *after),
            Effect::Template { before: Some(before), after } => self.adopt_back(before, after),
            // Creating a project is no step, and the others end all steps or make none.
            Effect::Node { .. }
            | Effect::Template { .. }
            | Effect::Graph { .. }
            | Effect::ProjectName { .. }
            | Effect::Strict { .. }
            | Effect::Life { .. }
            | Effect::Deleted => {}
        }
    }

    fn write_back(
        &mut self,
        node_id: NodeId,
        property_id: &Arc<str>,
        before: Option<&Arc<Value>>,
        after: Option<&Arc<Value>>,
    ) {
        let Some(node) = self.graph().node(node_id) else {
            return self.deleted_since(node_id, Some(property_id));
        };
        let last = node.properties.get(property_id);
        let as_left = node.value(property_id) == after;
        let stamp = last.map_or_else(|| Arc::clone(&node.existence), |cell| Arc::clone(&cell.stamp));
        let there = node.value(property_id).cloned();
        if !self.may_write(&stamp, as_left) {
            return self.conflict(
                Some(node_id),
                Some(property_id),
                ConflictReason::ChangedSince,
                Some(&stamp),
            );
        }
        self.push(Effect::Property {
            node_id,
            property_id: Arc::clone(property_id),
            before: there,
            after: before.cloned(),
        });
    }

    fn put_back(&mut self, node_id: NodeId, before: &Spot, after: &Spot) {
        let Some(node) = self.graph().node(node_id).cloned() else {
            return self.deleted_since(node_id, None);
        };
        if !self.may_write(&node.place_stamp, node.place == after.place) {
            return self.conflict(Some(node_id), None, ConflictReason::MovedSince, Some(&node.place_stamp));
        }
        let place = self.living_place(node_id, &before.place);
        let depth = place.parent_id.map_or(0, |parent| self.graph().ancestors(parent).count());
        if let Some(parent) = place.parent_id.filter(|parent| self.graph().is_within(*parent, node_id)) {
            let last = self.cycle_of_places(node_id, parent);
            return self.conflict(Some(node_id), None, ConflictReason::Cycle, last.as_ref());
        }
        if depth + self.graph().height(node_id) > self.max_depth {
            return self.conflict(Some(node_id), None, ConflictReason::DepthLimit, None);
        }
        self.note_reparented(node_id, &before.place, &place);
        let effect = Effect::Place {
            node_id,
            before: self.graph().spot(&node),
            after: spot_of_leaving(self.graph(), &node, place),
        };
        self.push(effect);
    }

    fn relate_back(&mut self, node_id: NodeId, before: Option<NodeId>, after: Option<NodeId>) {
        let Some(node) = self.graph().node(node_id) else { return self.deleted_since(node_id, None) };
        // What is deleted again is let go of; if it has to stay, so does what waits for it.
        if before.is_none() && (self.stays(node_id) || after.is_some_and(|id| self.stays(id))) {
            return;
        }
        let there = node.blocked_by;
        let stamp = node.blocked_stamp.clone().unwrap_or_else(|| Arc::clone(&node.existence));
        if !self.may_write(&stamp, there == after) {
            let reason = ConflictReason::BlockingChangedSince;
            return self.conflict(Some(node_id), None, reason, Some(&stamp));
        }
        if let Some(blocking) = before {
            if self.graph().node(blocking).is_none() {
                return self.deleted_since(blocking, None);
            }
            if self.graph().waits_for(blocking, node_id) {
                let last = self.cycle_of_waiting(node_id, blocking);
                return self.conflict(Some(node_id), None, ConflictReason::Cycle, last.as_ref());
            }
        }
        self.push(Effect::BlockedBy { node_id, before: there, after: before });
    }

    fn adopt_back(&mut self, before: &Arc<Template>, after: &Arc<Template>) {
        let there = Arc::clone(&self.state.template);
        if let Some(stamp) = self.state.template_stamp.clone()
            && !self.may_write(&stamp, there == *after)
        {
            return self.conflict(None, None, ConflictReason::TemplateChangedSince, Some(&stamp));
        }
        self.push(Effect::Template { before: Some(there), after: Arc::clone(before) });
    }

    fn graph(&self) -> &Graph {
        &self.state.graph
    }

    fn push(&mut self, effect: Effect) {
        self.state.write(&effect, &self.stamp);
        self.effects.push(effect);
    }

    /// Whether a register may be written back.
    fn may_write(&self, last: &Stamp, as_left: bool) -> bool {
        self.force || self.untouched(last, as_left)
    }

    /// Whether a node that the step brought back will not be deleted again.
    fn stays(&self, node_id: NodeId) -> bool {
        let body = self.left.body(node_id);
        !self.force && body.is_some_and(|body| self.work_in(node_id, body).is_some())
    }

    /// Deletes the node that the step created as `body`, unless others have worked on it or below it.
    fn delete(&mut self, node_id: NodeId, body: &Body) {
        if self.graph().node(node_id).is_none() {
            return self.deleted_since(node_id, None);
        }
        if let Some(stamp) = self.work_in(node_id, body).filter(|_| !self.force) {
            return self.conflict(Some(node_id), None, ConflictReason::WorkedOnSince, Some(&stamp));
        }
        for effect in deletion::effects(self.graph(), node_id) {
            self.push(effect);
        }
    }

    fn bring_back(&mut self, node_id: NodeId, body: &Body) {
        if let Some(node) = self.graph().node(node_id) {
            let stamp = Arc::clone(&node.existence);
            return self.conflict(Some(node_id), None, ConflictReason::NodeExists, Some(&stamp));
        }
        // Its id was in use again, and somebody else deleted that one.
        let gone = self.graph().tombstone(node_id).map(|tombstone| Arc::clone(&tombstone.stamp));
        if gone.is_some_and(|stamp| !self.may_write(&stamp, true)) {
            return self.deleted_since(node_id, None);
        }
        let place = self.living_place(node_id, &body.place);
        let depth = place.parent_id.map_or(0, |parent| self.graph().ancestors(parent).count());
        if depth >= self.max_depth {
            return self.conflict(Some(node_id), None, ConflictReason::DepthLimit, None);
        }
        self.note_reparented(node_id, &body.place, &place);
        let index = Some(self.graph().index(&place, node_id));
        let body = Body { place, index, ..body.clone() };
        self.push(Effect::Node { node_id, before: None, after: Some(Box::new(body)) });
    }

    /// The place, or the last one below the nearest ancestor that lives.
    fn living_place(&self, node_id: NodeId, place: &Place) -> Place {
        let parent_id = self.living(place.parent_id);
        if parent_id == place.parent_id {
            place.clone()
        } else {
            Place { parent_id, key: self.graph().key_at(parent_id, None, node_id) }
        }
    }

    fn note_reparented(&mut self, node_id: NodeId, wanted: &Place, place: &Place) {
        let parent_id = place.parent_id;
        if parent_id != wanted.parent_id {
            self.outcome.reparented.push(Reparented { node_id, parent_id });
        }
    }

    /// The parent, or its nearest ancestor that still lives.
    fn living(&self, mut parent: Option<NodeId>) -> Option<NodeId> {
        while let Some(id) = parent {
            if self.graph().node(id).is_some() {
                break;
            }
            parent = self.graph().tombstone(id).and_then(|tombstone| tombstone.parent_id);
        }
        parent
    }

    fn deleted_since(&mut self, node_id: NodeId, property_id: Option<&Arc<str>>) {
        let gone = self.graph().tombstone(node_id).map(|tombstone| Arc::clone(&tombstone.stamp));
        self.conflict(Some(node_id), property_id, ConflictReason::NodeDeleted, gone.as_ref());
    }

    fn conflict(
        &mut self,
        node_id: Option<NodeId>,
        property_id: Option<&Arc<str>>,
        reason: ConflictReason,
        stamp: Option<&Arc<Stamp>>,
    ) {
        let conflict = Conflict {
            node_id,
            property_id: property_id.cloned(),
            reason,
            by: stamp.map(|stamp| Arc::clone(&stamp.by)),
            at: stamp.map(|stamp| stamp.at),
        };
        self.conflict_bytes += serde_json::to_string(&conflict).map_or(0, |text| text.len() + 1);
        let Outcome { conflicts, conflicts_omitted, .. } = &mut self.outcome;
        if conflicts.len() == MAX_CONFLICTS || self.conflict_bytes > MAX_CONFLICT_BYTES {
            *conflicts_omitted += 1;
        } else {
            conflicts.push(conflict);
        }
    }
}
