//! Restoring: the graph, or a node and everything below it, becomes what it was.
//!
//! A subtree is put together again from what was and what there is. Nodes that are there keep what need not
//! change; those that are gone are made anew; what came to stand below since goes: back to where it stood if it
//! was there before, away if it was not. The effects are ordinary ones, so that undo turns them round like any.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde_json::json;

use super::{Context, Decision, project, spot_of_leaving, too_deep};
use crate::domain::command::{ReplaceGraph, Restore};
use crate::domain::graph::{Graph, Place};
use crate::domain::record::{Conflict, ConflictReason, Outcome, Reparented};
use crate::domain::{Body, Effect, Node, NodeId, Rejection, RejectionCode, Stamp, State, deletion};

/// Conflicts that are told one by one.
const MAX_CONFLICTS: usize = 500;

pub fn restore(state: &State, wanted: &Restore, context: &Context<'_>) -> Result<Decision, Rejection> {
    match wanted {
        Restore::Graph(fields) if is_as_it_was(state, fields) => Ok(Decision::NothingToDo),
        Restore::Graph(fields) => project::replace_graph(state, fields, context),
        Restore::Node { node_id, past } => subtree(state, *node_id, past, context),
    }
}

/// Whether the graph and its template are what is wanted: then nobody's steps are to end for it.
fn is_as_it_was(state: &State, wanted: &ReplaceGraph) -> bool {
    wanted.template.as_ref().is_none_or(|template| *template == state.template)
        && wanted.nodes.len() == state.graph.len()
        && wanted.nodes.iter().all(|row| state.graph.node(row.id).is_some_and(|node| node.holds(&row.node)))
}

fn subtree(
    state: &State,
    node_id: NodeId,
    past: &Graph,
    context: &Context<'_>,
) -> Result<Decision, Rejection> {
    // Parents first.
    let nodes: Vec<Arc<Node>> = past.subtree(node_id).into_iter().rev().collect();
    let top = nodes.first().ok_or_else(|| Rejection::missing_node(node_id))?;
    check_types(&state.graph, &nodes)?;
    let user = &context.author.user_id;
    // Never seen by anyone: it only tells one effect of the others.
    let stamp = Stamp {
        seq: state.head + 1,
        by: Arc::clone(user),
        owner: Arc::clone(user),
        at: context.now,
        restored: false,
    };
    let mut restoring = Restoring {
        state: state.clone(),
        past,
        within: nodes.iter().map(|node| node.id).collect(),
        stamp: Arc::new(stamp),
        context,
        effects: Vec::new(),
        outcome: Outcome::default(),
    };
    let strangers = restoring.strangers(&nodes);
    for id in strangers.older {
        restoring.send_back(id);
    }
    restoring.put_top(top)?;
    for node in &nodes[1..] {
        restoring.put(node, node.place.clone())?;
    }
    for node in &nodes {
        restoring.write(node);
    }
    restoring.relate(&nodes);
    for id in strangers.newer {
        for effect in deletion::effects(&restoring.state.graph, id) {
            restoring.push(effect);
        }
    }
    let Restoring { state: restored, effects, outcome, .. } = restoring;
    if effects.is_empty() {
        return Ok(Decision::NothingToDo);
    }
    if restored.graph.len() > context.limits.nodes.max(state.graph.len()) {
        return Err(Rejection::node_limit(context.limits.nodes));
    }
    Ok(Decision::Commit { effects, outcome })
}

/// A node's type is for good: an id that was used again for another kind of node cannot be what it was.
fn check_types(graph: &Graph, nodes: &[Arc<Node>]) -> Result<(), Rejection> {
    let is_another =
        |node: &&Arc<Node>| graph.node(node.id).is_some_and(|there| there.node_type != node.node_type);
    match nodes.iter().find(is_another) {
        None => Ok(()),
        Some(node) => {
            let message = format!("Node {} is one of another type now", node.id);
            Err(Rejection::new(RejectionCode::NodeExists, message)
                .with_details(json!({ "node_id": node.id })))
        }
    }
}

/// Who waits and what for, each before what it waits for: then no chain is put together before it is looked
/// through. Nobody waited for itself.
fn waiting_first(left: &[(NodeId, NodeId)]) -> Vec<(NodeId, NodeId)> {
    let waits: HashMap<NodeId, NodeId> = left.iter().copied().collect();
    let mut waited_for: HashMap<NodeId, usize> = HashMap::new();
    for (_, blocking) in left {
        *waited_for.entry(*blocking).or_default() += 1;
    }
    let mut sorted = Vec::with_capacity(left.len());
    let begin: Vec<NodeId> =
        left.iter().map(|(id, _)| *id).filter(|id| !waited_for.contains_key(id)).collect();
    for id in begin {
        let mut next = Some(id);
        while let Some((id, blocking)) = next.and_then(|id| Some((id, *waits.get(&id)?))) {
            sorted.push((id, blocking));
            let others = waited_for.get_mut(&blocking).map(|others| {
                *others -= 1;
                *others
            });
            next = (others == Some(0)).then_some(blocking);
        }
    }
    sorted
}

/// What stands below the nodes now and did not then: the topmost ones.
#[derive(Default)]
struct Strangers {
    /// They stood elsewhere; those that stood higher up come first.
    older: Vec<NodeId>,
    /// They were not there.
    newer: Vec<NodeId>,
}

struct Restoring<'a> {
    /// The state with what was restored so far.
    state: State,
    past: &'a Graph,
    /// The nodes to restore.
    within: HashSet<NodeId>,
    stamp: Arc<Stamp>,
    context: &'a Context<'a>,
    effects: Vec<Effect>,
    outcome: Outcome,
}

impl Restoring<'_> {
    fn graph(&self) -> &Graph {
        &self.state.graph
    }

    fn push(&mut self, effect: Effect) {
        self.state.write(&effect, &self.stamp);
        self.effects.push(effect);
    }

    fn strangers(&self, nodes: &[Arc<Node>]) -> Strangers {
        let (graph, mut strangers) = (self.graph(), Strangers::default());
        let children = |id| graph.children(Some(id)).map(|child| child.id);
        for node in nodes {
            // Below a newer node there may be older ones, and those are to stay.
            let mut waiting: Vec<(NodeId, bool)> = children(node.id).map(|id| (id, true)).collect();
            while let Some((id, is_top)) = waiting.pop() {
                if self.within.contains(&id) {
                    continue;
                }
                if self.past.node(id).is_some() {
                    strangers.older.push(id);
                    continue;
                }
                if is_top {
                    strangers.newer.push(id);
                }
                waiting.extend(children(id).map(|id| (id, false)));
            }
        }
        strangers.older.sort_by_key(|id| (self.past.ancestors(*id).count(), *id));
        strangers.newer.sort_unstable();
        strangers
    }

    /// The nearest node above `id`, as it was, that is there and stands neither below `id` nor among what is
    /// restored; none among the roots.
    fn living_parent(&self, id: NodeId) -> Option<NodeId> {
        let is_free = |parent: NodeId| {
            !self.graph().ancestors(parent).any(|above| above.id == id || self.within.contains(&above.id))
        };
        let mut above = self.past.ancestors(id).skip(1).map(|node| node.id);
        above.find(|parent| self.graph().node(*parent).is_some() && is_free(*parent))
    }

    /// Where a node goes whose parent may be gone: last there if it is another one.
    fn living_place(&self, node: &Node) -> Place {
        let parent_id = self.living_parent(node.id);
        if parent_id == node.place.parent_id {
            return node.place.clone();
        }
        match self.graph().node(node.id).filter(|there| there.place.parent_id == parent_id) {
            Some(there) => there.place.clone(),
            None => Place { parent_id, key: self.graph().key_at(parent_id, None, node.id) },
        }
    }

    fn put_top(&mut self, top: &Node) -> Result<(), Rejection> {
        let place = self.living_place(top);
        let parent_id = place.parent_id;
        if parent_id != top.place.parent_id {
            // The answer tells of the first.
            self.outcome.reparented.insert(0, Reparented { node_id: top.id, parent_id });
        }
        self.put(top, place)
    }

    /// Puts a node that stands below since where it stood, with everything below it.
    fn send_back(&mut self, id: NodeId) {
        let Some(was) = self.past.node(id) else { return };
        let mut place = self.living_place(was);
        if self.is_too_deep(id, place.parent_id) {
            place = Place { parent_id: None, key: self.graph().key_at(None, None, id) };
        }
        if place.parent_id != was.place.parent_id {
            self.outcome.reparented.push(Reparented { node_id: id, parent_id: place.parent_id });
        }
        self.place(id, place);
    }

    fn is_too_deep(&self, id: NodeId, parent: Option<NodeId>) -> bool {
        let above = parent.map_or(0, |parent| self.graph().ancestors(parent).count());
        above + self.graph().height(id).max(1) > self.context.limits.depth
    }

    /// Puts a node at a place, or makes it there. Steps on the way that are too deep would be in the way of an
    /// undo: they are refused, too.
    fn put(&mut self, node: &Node, place: Place) -> Result<(), Rejection> {
        if self.graph().node(node.id).is_some_and(|there| there.place == place) {
            return Ok(());
        }
        if let Some(parent) = place.parent_id.filter(|parent| self.is_too_deep(node.id, Some(*parent))) {
            return Err(too_deep(parent, self.context));
        }
        if self.graph().node(node.id).is_some() {
            self.place(node.id, place);
        } else {
            let index = Some(self.graph().index(&place, node.id));
            let body = Body { place, index, blocked_by: None, written: None, ..node.body() };
            self.push(Effect::Node { node_id: node.id, before: None, after: Some(Box::new(body)) });
        }
        Ok(())
    }

    fn place(&mut self, node_id: NodeId, place: Place) {
        let Some(node) = self.graph().node(node_id).cloned() else { return };
        let (before, after) = (self.graph().spot(&node), spot_of_leaving(self.graph(), &node, place));
        self.push(Effect::Place { node_id, before, after });
    }

    /// Writes what a node's properties held.
    fn write(&mut self, was: &Node) {
        let Some(there) = self.graph().node(was.id).cloned() else { return };
        if there.created_at != was.created_at {
            self.conflict(was.id, ConflictReason::NodeExists, Some(&there.existence));
        }
        let ids: BTreeSet<&Arc<str>> = was.properties.keys().chain(there.properties.keys()).collect();
        for id in ids.into_iter().filter(|id| was.value(id) != there.value(id)) {
            let (before, after) = (there.value(id).cloned(), was.value(id).cloned());
            self.push(Effect::Property { node_id: was.id, property_id: Arc::clone(id), before, after });
        }
    }

    /// Lets nodes wait for what they waited for. Where that is gone, or would make a circle, they wait for nothing.
    fn relate(&mut self, nodes: &[Arc<Node>]) {
        let mut left: Vec<(NodeId, NodeId)> = Vec::new();
        for was in nodes {
            if self.waits(was.id) == was.blocked_by {
                continue;
            }
            match was.blocked_by {
                None => self.block(was.id, None),
                Some(blocking) if self.graph().node(blocking).is_some() => left.push((was.id, blocking)),
                Some(blocking) => {
                    self.block(was.id, None);
                    let gone = self.graph().tombstone(blocking).map(|gone| Arc::clone(&gone.stamp));
                    self.conflict(blocking, ConflictReason::NodeDeleted, gone.as_ref());
                }
            }
        }
        let mut left = waiting_first(&left);
        self.relate_those_that_can(&mut left);
        // What closes the circle may be what another one of them waits for now.
        for (id, _) in &left {
            self.block(*id, None);
        }
        self.relate_those_that_can(&mut left);
        for (id, _) in left {
            self.conflict(id, ConflictReason::Cycle, None);
        }
    }

    fn relate_those_that_can(&mut self, left: &mut Vec<(NodeId, NodeId)>) {
        let mut before = usize::MAX;
        while left.len() < before {
            before = left.len();
            left.retain(|(id, blocking)| {
                let is_circle = self.graph().waits_for(*blocking, *id);
                if !is_circle {
                    self.block(*id, Some(*blocking));
                }
                is_circle
            });
        }
    }

    fn waits(&self, id: NodeId) -> Option<NodeId> {
        self.graph().node(id).and_then(|node| node.blocked_by)
    }

    fn block(&mut self, node_id: NodeId, after: Option<NodeId>) {
        let before = self.waits(node_id);
        if before != after {
            self.push(Effect::BlockedBy { node_id, before, after });
        }
    }

    fn conflict(&mut self, node_id: NodeId, reason: ConflictReason, stamp: Option<&Arc<Stamp>>) {
        if self.outcome.conflicts.len() == MAX_CONFLICTS {
            self.outcome.conflicts_omitted += 1;
            return;
        }
        self.outcome.conflicts.push(Conflict {
            node_id: Some(node_id),
            property_id: None,
            reason,
            by: stamp.map(|stamp| Arc::clone(&stamp.by)),
            at: stamp.map(|stamp| stamp.at),
        });
    }
}
