//! Who has worked on what a step wrote: whether taking the step back would destroy somebody's work.

use std::collections::HashMap;
use std::sync::Arc;

use super::Inverse;
use crate::domain::{Body, Effect, Node, NodeId, Stamp, Step};

/// What a step left behind.
pub(super) struct Left<'a> {
    /// The nodes that it brought back, as they came; new ones are not among them.
    bodies: HashMap<NodeId, &'a Body>,
    /// What it said that nodes wait for.
    relations: HashMap<NodeId, Option<NodeId>>,
}

impl<'a> Left<'a> {
    pub(super) fn by(step: &'a Step) -> Self {
        let mut left = Self { bodies: HashMap::new(), relations: HashMap::new() };
        for effect in step.effects.iter() {
            match effect {
                Effect::Node { node_id, after: Some(body), .. } if body.written.is_some() => {
                    left.bodies.insert(*node_id, body);
                }
                Effect::BlockedBy { node_id, after, .. } => {
                    left.relations.insert(*node_id, *after);
                }
                _ => {}
            }
        }
        left
    }

    pub(super) fn body(&self, node_id: NodeId) -> Option<&'a Body> {
        self.bodies.get(&node_id).copied()
    }

    /// Whether a node waits for what the step left it waiting for, if it said so or made it as `body`.
    fn waits_as_left(&self, node: &Node, body: Option<&Body>) -> bool {
        let left = self.relations.get(&node.id).copied();
        left.or_else(|| body.map(|body| body.blocked_by)) == Some(node.blocked_by)
    }
}

impl Inverse<'_> {
    /// Whether a register is as the step left it, as far as others are concerned. What was written
    /// before the step came back with it, and who put back what had been there has not worked on it.
    pub(super) fn untouched(&self, last: &Stamp, as_left: bool) -> bool {
        last.seq <= self.step.seq || (as_left && (last.restored || last.owner == self.step.author))
    }

    /// The work that deleting a node, which the step made as `body`, would destroy: what others wrote in it
    /// or below it, what others let wait for it, and older nodes that came to stand below it.
    pub(super) fn work_in(&self, node_id: NodeId, body: &Body) -> Option<Arc<Stamp>> {
        let subtree = self.graph().subtree(node_id);
        let within = subtree.iter().flat_map(|node| {
            let body = if node.id == node_id { Some(body) } else { self.left.body(node.id) };
            self.marks(node, body)
        });
        let waiting = subtree.iter().flat_map(|node| self.waiting_outside(node.id, node_id));
        let foreign = within
            .chain(waiting)
            .filter(|(last, as_left)| !self.untouched(last, *as_left))
            .map(|(last, _)| last)
            .find(|last| last.restored || last.owner != self.step.author)
            .cloned();
        // What was there before the step, and was put below it since, is no part of it.
        let is_older = |node: &&Arc<Node>| node.existence.seq < self.step.seq && node.id != node_id;
        foreign.or_else(|| subtree.iter().find(is_older).map(|node| Arc::clone(&node.place_stamp)))
    }

    /// The marks of those who said that something outside `top` waits for `id`.
    fn waiting_outside(&self, id: NodeId, top: NodeId) -> impl Iterator<Item = (&Arc<Stamp>, bool)> {
        let graph = self.graph();
        let outside = graph.waiting_for(id).filter(move |waiting| !graph.is_within(*waiting, top));
        outside.filter_map(|waiting| {
            let node = graph.node(waiting)?;
            Some((node.blocked_stamp.as_ref()?, self.left.waits_as_left(node, None)))
        })
    }

    /// Who put the last one of the nodes that stand between `node_id` and `parent`, which is below it: but
    /// for that there would be no cycle.
    pub(super) fn cycle_of_places(&self, node_id: NodeId, parent: NodeId) -> Option<Arc<Stamp>> {
        let between = self.graph().ancestors(parent).take_while(|node| node.id != node_id);
        between.map(|node| &node.place_stamp).max_by_key(|stamp| stamp.seq).cloned()
    }

    /// Who said last that one of the nodes waits through which `blocking` waits for `node_id`.
    pub(super) fn cycle_of_waiting(&self, node_id: NodeId, blocking: NodeId) -> Option<Arc<Stamp>> {
        let chain = std::iter::successors(Some(blocking), |id| self.graph().node(*id)?.blocked_by);
        let between = chain.take_while(|id| *id != node_id);
        let stamps = between.filter_map(|id| self.graph().node(id)?.blocked_stamp.as_ref());
        stamps.max_by_key(|stamp| stamp.seq).cloned()
    }

    /// The marks of everybody who wrote in a node, and whether what they wrote is as the step left it.
    fn marks<'n>(
        &self,
        node: &'n Node,
        body: Option<&'n Body>,
    ) -> impl Iterator<Item = (&'n Arc<Stamp>, bool)> {
        let existence = (&node.existence, body.is_some());
        let place = (&node.place_stamp, body.is_some_and(|body| body.place == node.place));
        let properties = node.properties.iter().map(move |(id, cell)| {
            (&cell.stamp, body.is_some_and(|body| body.properties.get(id) == cell.value.as_ref()))
        });
        let as_left = self.left.waits_as_left(node, body);
        let relation = node.blocked_stamp.iter().map(move |stamp| (stamp, as_left));
        [existence, place].into_iter().chain(properties).chain(relation)
    }
}
