//! A graph made of nodes that are all there, in two halves that do not need each other: a large one is made of both at once.

use std::sync::Arc;

use imbl::HashMap;

use super::nodes::Nodes;
use super::properties::Lists;
use super::{Children, Graph, Node, NodeId, Tombstone, Waiting};

/// Nodes by their ids.
#[derive(Default)]
pub struct Held {
    nodes: Nodes,
    lists: Lists,
}

/// Where nodes stand, and what they wait for.
#[derive(Default)]
pub struct Listed {
    children: Children,
    waiting: Waiting,
}

impl Held {
    /// All of these.
    #[must_use]
    pub fn of(nodes: &[Arc<Node>]) -> Self {
        let mut held = Self::default();
        let mut before: Option<&Node> = None;
        for node in nodes {
            if before.is_none_or(|before| !before.properties.shares_ids(&node.properties)) {
                held.lists.keep_those_of(&node.properties);
            }
            held.nodes.insert(Arc::clone(node));
            before = Some(node);
        }
        held
    }
}

impl Listed {
    /// That of all of these.
    #[must_use]
    pub fn of(nodes: &[Arc<Node>]) -> Self {
        let mut listed = Self::default();
        for node in nodes {
            list(&mut listed.children, &mut listed.waiting, node);
        }
        listed
    }
}

impl Graph {
    /// The graph of nodes of which both are made, and of what is left of others.
    pub(in crate::domain) fn assemble(
        Held { nodes, lists }: Held,
        Listed { children, waiting }: Listed,
        deleted: Vec<(NodeId, Tombstone)>,
    ) -> Self {
        let deleted: HashMap<NodeId, Tombstone> = deleted.into_iter().collect();
        Self { nodes, children, waiting, deleted, lists }
    }
}

/// Lists a node where it stands, and for what it waits.
pub(super) fn list(children: &mut Children, waiting: &mut Waiting, node: &Node) {
    if let Some(blocking) = node.blocked_by {
        waiting.entry(blocking).or_default().insert(node.id);
    }
    children.entry(node.place.parent_id).or_default().insert((node.place.key.clone(), node.id));
}
