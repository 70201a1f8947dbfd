//! Kits: subtrees that are copied under another node.

use std::collections::HashMap;
use std::sync::Arc;

use super::nodes::check_child;
use super::{Context, Decision, too_deep};
use crate::domain::graph::{Graph, Place};
use crate::domain::record::Outcome;
use crate::domain::{Body, Effect, Node, NodeId, Rejection, Stamp, State};

pub fn apply(
    state: &State,
    target_id: NodeId,
    kit_root_id: NodeId,
    context: &Context<'_>,
) -> Result<Decision, Rejection> {
    let graph = &state.graph;
    let target = graph.node(target_id).ok_or_else(|| Rejection::missing_node(target_id))?;
    let kit = graph.node(kit_root_id).ok_or_else(|| Rejection::missing_node(kit_root_id))?;
    let tops: Vec<&Arc<Node>> = graph.children(Some(kit.id)).collect();
    if tops.is_empty() {
        return Ok(Decision::NothingToDo);
    }
    for top in &tops {
        check_child(state, target, &top.node_type)?;
    }
    if graph.ancestors(target_id).count() + graph.height(kit.id) - 1 > context.limits.depth {
        return Err(too_deep(target_id, context));
    }
    let originals: Vec<Arc<Node>> =
        tops.iter().flat_map(|top| graph.subtree(top.id).into_iter().rev()).collect();
    if graph.len() + originals.len() > context.limits.nodes {
        return Err(Rejection::node_limit(context.limits.nodes));
    }
    let copies: HashMap<NodeId, NodeId> =
        (0..).zip(&originals).map(|(n, original)| (original.id, context.new_id(n))).collect();
    let mut copying = Copying { target: graph.clone(), target_id, kit: kit.id, copies, context };
    let mut effects: Vec<Effect> = originals.iter().map(|original| copying.copy(original)).collect();
    effects.extend(originals.iter().filter_map(|original| copying.relate(original)));
    let node_ids = tops.iter().filter_map(|top| copying.copies.get(&top.id).copied()).collect();
    Ok(Decision::Commit { effects, outcome: Outcome { node_ids, ..Outcome::default() } })
}

struct Copying<'a> {
    /// The graph with the copies that were made so far.
    target: Graph,
    target_id: NodeId,
    kit: NodeId,
    copies: HashMap<NodeId, NodeId>,
    context: &'a Context<'a>,
}

impl Copying<'_> {
    fn copy(&mut self, original: &Node) -> Effect {
        let node_id = self.copies.get(&original.id).copied().unwrap_or_default();
        let place = match original.place.parent_id {
            Some(parent) if parent != self.kit => {
                Place { parent_id: self.copies.get(&parent).copied(), ..original.place.clone() }
            }
            _ => {
                let parent_id = Some(self.target_id);
                Place { parent_id, key: self.target.key_at(parent_id, None, node_id) }
            }
        };
        let body = Body {
            created_at: self.context.now,
            index: Some(self.target.index(&place, node_id)),
            place,
            blocked_by: None,
            written: None,
            ..original.body()
        };
        let effect = Effect::Node { node_id, before: None, after: Some(Box::new(body)) };
        // Never seen by anyone: it only tells one copy of the others.
        let user = &self.context.author.user_id;
        let (by, owner) = (Arc::clone(user), Arc::clone(user));
        let stamp = Stamp { seq: 0, by, owner, at: self.context.now, restored: false };
        self.target.apply(&effect, &Arc::new(stamp));
        effect
    }

    /// What waits within the kit waits within the copy.
    fn relate(&self, original: &Node) -> Option<Effect> {
        let after = self.copies.get(&original.blocked_by?).copied();
        let node_id = self.copies.get(&original.id).copied()?;
        after.map(|_| Effect::BlockedBy { node_id, before: None, after })
    }
}
