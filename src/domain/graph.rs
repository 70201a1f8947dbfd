//! The graph: nodes, their properties and their places, each register with the stamp of its last write.
//!
//! It is a persistent map: a clone costs nothing, shares everything, and stays as it was.

mod assembly;
mod node;
mod nodes;
pub(super) mod properties;

use std::sync::Arc;

use imbl::{HashMap, OrdSet};

use self::nodes::Nodes;
use self::properties::Lists;
use super::effect::{Body, Effect, Spot};
use super::{NodeId, OrderKey, Stamp};

pub use self::assembly::{Held, Listed};
pub use self::node::{Cell, NAME, Node, Place};
pub use self::properties::Properties;

/// What is left of a deleted node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// Who deleted it.
    pub stamp: Arc<Stamp>,
    /// Where it stood, so that what is brought back below it finds its nearest living ancestor.
    pub parent_id: Option<NodeId>,
}

/// Children in their order, by parent; the roots under `None`. A parent without children has no entry.
type Children = HashMap<Option<NodeId>, OrdSet<(OrderKey, NodeId)>>;
/// The nodes that wait, by what they wait for.
type Waiting = HashMap<NodeId, OrdSet<NodeId>>;

/// A project's nodes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    nodes: Nodes,
    children: Children,
    waiting: Waiting,
    deleted: HashMap<NodeId, Tombstone>,
    lists: Lists,
}

impl Graph {
    /// How many nodes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no node.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The node with this id, unless it does not exist or was deleted.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<&Arc<Node>> {
        self.nodes.get(id)
    }

    /// Every node, in no particular order.
    pub fn nodes(&self) -> impl Iterator<Item = &Arc<Node>> {
        self.nodes.iter()
    }

    /// What is left of a node that was deleted and not brought back.
    #[must_use]
    pub fn tombstone(&self, id: NodeId) -> Option<&Tombstone> {
        self.deleted.get(&id)
    }

    /// What is left of every node that was deleted and not brought back, in no particular order.
    pub(super) fn tombstones(&self) -> impl Iterator<Item = (&NodeId, &Tombstone)> {
        self.deleted.iter()
    }

    /// The children of `parent` in their order; the roots for `None`.
    pub fn children(&self, parent: Option<NodeId>) -> impl DoubleEndedIterator<Item = &Arc<Node>> {
        self.children
            .get(&parent)
            .into_iter()
            .flat_map(|entries| entries.iter())
            .filter_map(|(_, id)| self.nodes.get(*id))
    }

    /// How many children `parent` has; how many roots for `None`.
    #[must_use]
    pub fn child_count(&self, parent: Option<NodeId>) -> usize {
        self.children.get(&parent).map_or(0, OrdSet::len)
    }

    /// How many siblings stand before this place.
    ///
    /// The end of the list, where nearly everything is put, is known without counting.
    #[must_use]
    pub fn index(&self, place: &Place, id: NodeId) -> usize {
        let Some(entries) = self.children.get(&place.parent_id) else { return 0 };
        let entry = (place.key.clone(), id);
        match entries.get_max() {
            Some(last) if *last < entry => entries.len(),
            Some(last) if *last == entry => entries.len() - 1,
            _ => entries.range(..entry).count(),
        }
    }

    /// A key that puts `node` before the child that is at `index`, `node` itself taken out; past the end
    /// puts it last.
    #[must_use]
    pub fn key_at(&self, parent: Option<NodeId>, index: Option<usize>, node: NodeId) -> OrderKey {
        let Some(entries) = self.children.get(&parent) else { return OrderKey::between(None, None, node) };
        let mut keys = entries.iter().filter(|(_, id)| *id != node).map(|(key, _)| key);
        let index = index.unwrap_or(usize::MAX);
        if index >= entries.len() {
            return OrderKey::between(keys.next_back(), None, node);
        }
        let after = index.checked_sub(1).and_then(|before| keys.nth(before));
        // Among equal keys there is no room: the place is the next one that has some.
        let before = keys.find(|key| after.is_none_or(|after| *key > after));
        OrderKey::between(after, before, node)
    }

    /// The nodes from `id` up to its root, `id` first.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = &Arc<Node>> {
        std::iter::successors(self.node(id), |node| self.node(node.place.parent_id?))
    }

    /// The nodes that wait for `id`, in the order of their ids.
    pub fn waiting_for(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        self.waiting.get(&id).into_iter().flat_map(|nodes| nodes.iter().copied())
    }

    /// Whether `id` is `ancestor` or stands below it.
    #[must_use]
    pub fn is_within(&self, id: NodeId, ancestor: NodeId) -> bool {
        self.ancestors(id).any(|node| node.id == ancestor)
    }

    /// Whether `id` is `other`, or waits for it, however many others stand between.
    #[must_use]
    pub fn waits_for(&self, id: NodeId, other: NodeId) -> bool {
        let mut chain = std::iter::successors(Some(id), |id| self.node(*id)?.blocked_by);
        chain.any(|id| id == other)
    }

    /// How many levels `id` and what is below it have; 0 if it is not there.
    #[must_use]
    pub fn height(&self, id: NodeId) -> usize {
        let Some(node) = self.node(id) else { return 0 };
        1 + self.children(Some(node.id)).map(|child| self.height(child.id)).max().unwrap_or(0)
    }

    /// Where `id` stands, and how many siblings stand before it.
    #[must_use]
    pub fn spot(&self, node: &Node) -> Spot {
        Spot { place: node.place.clone(), index: Some(self.index(&node.place, node.id)) }
    }

    /// `id` and everything below it, each node after all that is below it.
    #[must_use]
    pub fn subtree(&self, id: NodeId) -> Vec<Arc<Node>> {
        let mut found: Vec<Arc<Node>> = self.node(id).cloned().into_iter().collect();
        let mut next = 0;
        while let Some(node) = found.get(next) {
            let below: Vec<_> = self.children(Some(node.id)).cloned().collect();
            found.extend(below);
            next += 1;
        }
        found.reverse();
        found
    }

    /// Writes one effect. Whatever the effect, this leaves a graph without cycles and orphans if the
    /// effect came from `decide` on this graph.
    pub fn apply(&mut self, effect: &Effect, stamp: &Arc<Stamp>) {
        match effect {
            Effect::Node { node_id, after: Some(body), .. } => self.insert(*node_id, body, stamp),
            Effect::Node { node_id, after: None, .. } => self.remove(*node_id, stamp),
            Effect::Property { node_id, property_id, after, .. } => {
                if let Some(node) = self.nodes.get_mut(*node_id) {
                    let cell = Cell { value: after.clone(), stamp: Arc::clone(stamp) };
                    let properties = &mut Arc::make_mut(node).properties;
                    if properties.insert(property_id, cell) {
                        properties.share(&mut self.lists);
                    }
                }
            }
            Effect::Place { node_id, after, .. } => self.put(*node_id, &after.place, stamp),
            Effect::BlockedBy { node_id, after, .. } => self.block(*node_id, *after, stamp),
            Effect::Graph { after } => {
                *self = Self::default();
                for row in after.iter() {
                    self.insert(row.id, &row.node, stamp);
                }
            }
            Effect::ProjectName { .. }
            | Effect::Template { .. }
            | Effect::Strict { .. }
            | Effect::Life { .. }
            | Effect::Deleted => {}
        }
    }

    fn put(&mut self, id: NodeId, place: &Place, stamp: &Arc<Stamp>) {
        let Some(node) = self.nodes.get_mut(id) else { return };
        let node = Arc::make_mut(node);
        let old = std::mem::replace(&mut node.place, place.clone());
        node.place_stamp = Arc::clone(stamp);
        self.unlist(id, &old);
        self.children.entry(place.parent_id).or_default().insert((place.key.clone(), id));
    }

    fn block(&mut self, id: NodeId, blocking: Option<NodeId>, stamp: &Arc<Stamp>) {
        let Some(node) = self.nodes.get_mut(id) else { return };
        let node = Arc::make_mut(node);
        let old = std::mem::replace(&mut node.blocked_by, blocking);
        node.blocked_stamp = Some(Arc::clone(stamp));
        self.unlist_waiting(id, old);
        if let Some(blocking) = blocking {
            self.waiting.entry(blocking).or_default().insert(id);
        }
    }

    fn unlist(&mut self, id: NodeId, place: &Place) {
        if let Some(entries) = self.children.get_mut(&place.parent_id) {
            entries.remove(&(place.key.clone(), id));
            if entries.is_empty() {
                self.children.remove(&place.parent_id);
            }
        }
    }

    fn unlist_waiting(&mut self, id: NodeId, blocking: Option<NodeId>) {
        let Some(blocking) = blocking else { return };
        if let Some(nodes) = self.waiting.get_mut(&blocking) {
            nodes.remove(&id);
            if nodes.is_empty() {
                self.waiting.remove(&blocking);
            }
        }
    }

    fn insert(&mut self, id: NodeId, body: &Body, stamp: &Arc<Stamp>) {
        self.remove(id, stamp);
        self.deleted.remove(&id);
        let written = body.written.as_ref();
        let mut properties = Properties::default();
        for (id, value) in &body.properties {
            properties.insert(id, Cell { value: Some(Arc::clone(value)), stamp: Arc::clone(stamp) });
        }
        for (id, last) in written.into_iter().flat_map(|written| &written.properties) {
            let value = body.properties.get(id).cloned();
            properties.insert(id, Cell { value, stamp: Arc::clone(last) });
        }
        let node = Node {
            id,
            node_type: Arc::clone(&body.node_type),
            created_at: body.created_at,
            existence: Arc::clone(stamp),
            place: body.place.clone(),
            place_stamp: Arc::clone(written.map_or(stamp, |written| &written.place)),
            properties,
            blocked_by: body.blocked_by,
            blocked_stamp: match written {
                Some(written) => written.blocked_by.clone(),
                None => body.blocked_by.map(|_| Arc::clone(stamp)),
            },
        };
        self.put_in(node);
    }

    fn put_in(&mut self, mut node: Node) {
        node.properties.share(&mut self.lists);
        assembly::list(&mut self.children, &mut self.waiting, &node);
        self.nodes.insert(Arc::new(node));
    }

    fn remove(&mut self, id: NodeId, stamp: &Arc<Stamp>) {
        let Some(node) = self.nodes.remove(id) else { return };
        self.unlist(id, &node.place);
        self.unlist_waiting(id, node.blocked_by);
        // Who waited for it was told to let go before; nobody is left waiting for a node that is gone.
        for waiting in self.waiting.remove(&id).into_iter().flatten() {
            if let Some(node) = self.nodes.get_mut(waiting) {
                Arc::make_mut(node).blocked_by = None;
            }
        }
        let parent_id = node.place.parent_id;
        self.deleted.insert(id, Tombstone { stamp: Arc::clone(stamp), parent_id });
    }
}
