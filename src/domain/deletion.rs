//! Deletions: the effects of deleting a subtree, and what they tell when they are read again.
//!
//! A deletion is a *run* of effects: first whoever waits for one of the nodes, or is one of them and
//! waits, lets go; then the nodes go, the deepest first, so that the inverse brings parents back before
//! their children and relations last. A run is told as one event for each topmost node: who hears that a
//! node went clears what waits for it.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Body, Effect, Graph, NodeId};

/// The effects of deleting `node_id` and everything below it.
#[must_use]
pub fn effects(graph: &Graph, node_id: NodeId) -> Vec<Effect> {
    let nodes = graph.subtree(node_id);
    let going: HashSet<NodeId> = nodes.iter().map(|node| node.id).collect();
    let own = nodes.iter().filter(|node| node.blocked_by.is_some()).map(|node| node.id);
    let others = nodes.iter().flat_map(|node| graph.waiting_for(node.id)).filter(|id| !going.contains(id));
    let letting_go: BTreeSet<NodeId> = own.chain(others).collect();
    let lets_go = letting_go.into_iter().map(|node_id| Effect::BlockedBy {
        node_id,
        before: graph.node(node_id).and_then(|node| node.blocked_by),
        after: None,
    });
    let goes = nodes.iter().map(|node| {
        let before = Some(Box::new(Body { blocked_by: None, ..node.body() }));
        Effect::Node { node_id: node.id, before, after: None }
    });
    lets_go.chain(goes).collect()
}

/// A topmost node of a run, with everything below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Top {
    /// The topmost node.
    pub node_id: NodeId,
    /// All of them, parents first.
    pub node_ids: Vec<NodeId>,
    /// Where the topmost one stood.
    pub parent_id: Option<NodeId>,
}

/// The run that `effects` begin with; empty if they begin with something else.
#[must_use]
pub fn run(effects: &[Effect]) -> &[Effect] {
    let letting_go = effects.iter().take_while(|effect| lets_go(effect)).count();
    let (before, behind) = effects.split_at(letting_go);
    let nodes = behind.iter().take_while(|effect| gone(effect).is_some()).count();
    let going: HashSet<NodeId> =
        behind[..nodes].iter().filter_map(gone).map(|(node_id, _)| node_id).collect();
    // One that lets go of something else was told to do so, and is told on its own.
    let is_part = |effect: &Effect| match effect {
        Effect::BlockedBy { node_id, before: Some(blocking), after: None } => {
            going.contains(node_id) || going.contains(blocking)
        }
        _ => false,
    };
    if before.first().is_some_and(|first| !is_part(first)) {
        return &[];
    }
    // The run ends at the first that is no part of it; with nodes it is whole.
    let parts = before.iter().take_while(|effect| is_part(effect)).count();
    if parts < before.len() { &effects[..parts] } else { &effects[..letting_go + nodes] }
}

/// The topmost nodes of a run.
#[must_use]
pub fn tops(run: &[Effect]) -> Vec<Top> {
    let going: HashSet<NodeId> = run.iter().filter_map(gone).map(|(node_id, _)| node_id).collect();
    let mut below: HashMap<NodeId, Vec<NodeId>> = HashMap::new();
    let mut tops = Vec::new();
    for (node_id, parent_id) in run.iter().filter_map(gone) {
        match parent_id.filter(|parent| going.contains(parent)) {
            Some(parent) => below.entry(parent).or_default().push(node_id),
            None => tops.push((node_id, parent_id)),
        }
    }
    let collect = |(top, parent_id): (NodeId, Option<NodeId>)| {
        let mut node_ids = vec![top];
        let mut next = 0;
        while let Some(id) = node_ids.get(next).copied() {
            // They went in reverse.
            node_ids.extend(below.get(&id).into_iter().flatten().rev());
            next += 1;
        }
        Top { node_id: top, node_ids, parent_id }
    };
    tops.into_iter().map(collect).collect()
}

fn lets_go(effect: &Effect) -> bool {
    matches!(effect, Effect::BlockedBy { before: Some(_), after: None, .. })
}

/// The node that an effect deletes, and its parent.
fn gone(effect: &Effect) -> Option<(NodeId, Option<NodeId>)> {
    match effect {
        Effect::Node { node_id, before: Some(body), after: None } => Some((*node_id, body.place.parent_id)),
        _ => None,
    }
}
