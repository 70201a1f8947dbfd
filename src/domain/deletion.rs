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

/// What effects begin with that may be a run: some that let go, then some that delete nodes.
pub struct Run<'a> {
    letting_go: &'a [Effect],
    nodes: &'a [Effect],
    /// The nodes that go.
    going: HashSet<NodeId>,
}

impl<'a> Run<'a> {
    /// All of them that `effects` begin with: it is looked at once, however many of them are told on their own.
    #[must_use]
    pub fn at(effects: &'a [Effect]) -> Self {
        let letting_go = effects.iter().take_while(|effect| lets_go(effect)).count();
        let (letting_go, behind) = effects.split_at(letting_go);
        let nodes = behind.iter().take_while(|effect| gone(effect).is_some()).count();
        let nodes = &behind[..nodes];
        let going = nodes.iter().filter_map(gone).map(|(node_id, _)| node_id).collect();
        Self { letting_go, nodes, going }
    }

    /// How many effects it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.letting_go.len() + self.nodes.len()
    }

    /// Whether effects begin with something else.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Those that let go of something else: they were told to do so, and are told on their own.
    pub fn told_alone(&self) -> impl Iterator<Item = &'a Effect> {
        self.letting_go.iter().filter(|effect| match effect {
            Effect::BlockedBy { node_id, before: Some(blocking), .. } => {
                !self.going.contains(node_id) && !self.going.contains(blocking)
            }
            _ => true,
        })
    }
}

/// The topmost nodes of a run.
#[must_use]
pub fn tops(run: &Run<'_>) -> Vec<Top> {
    let Run { nodes, going, .. } = run;
    let mut below: HashMap<NodeId, Vec<NodeId>> = HashMap::new();
    let mut tops = Vec::new();
    for (node_id, parent_id) in nodes.iter().filter_map(gone) {
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
