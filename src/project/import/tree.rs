//! The tree that a file's nodes make: who stands below whom, in which order.
//!
//! A file says it twice, in the parent's `children` and in the child's `parent_id`. The lists give the
//! order; a node that names a parent whose list lacks it goes behind those that are listed.

use std::collections::HashMap;

use super::fault::Faults;
use super::node::{Draft, Parent};
use crate::domain::NodeId;

/// Nodes by the places at which they were read.
#[derive(Debug, Default)]
pub struct Tree {
    /// The parent of each node, and where the file says so.
    pub edges: Vec<Option<Edge>>,
    /// The children of each node, in their order.
    pub children: Vec<Vec<usize>>,
    /// The nodes without a parent, in their order.
    pub roots: Vec<usize>,
}

/// What makes a node a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    pub parent: usize,
    /// Its place in the parent's list; none if only the child says so.
    listed: Option<usize>,
}

/// The nodes by their ids; a second one with an id is a fault.
pub fn index(nodes: &[Draft], faults: &mut Faults) -> HashMap<NodeId, usize> {
    let mut index: HashMap<NodeId, usize> = HashMap::with_capacity(nodes.len());
    for (at, node) in nodes.iter().enumerate() {
        let first = *index.entry(node.id).or_insert(at);
        if let Some(first) = nodes.get(first).filter(|_| first != at) {
            let message = format_args!("has the same id as {}: {}", first.place, node.id);
            faults.add(&node.place, message);
        }
    }
    index
}

/// One node of every ring that `next` leads around.
pub fn rings(next: &[Option<usize>]) -> Vec<usize> {
    let mut found = Vec::new();
    // The walk on which each node was met first; 0 is none.
    let mut met = vec![0; next.len()];
    for start in 0..next.len() {
        let mut at = Some(start);
        while let Some(node) = at.filter(|&node| met[node] == 0) {
            met[node] = start + 1;
            at = next[node];
        }
        // A walk that ends on itself has gone around; one that ends on an earlier walk has not.
        found.extend(at.filter(|&node| met[node] == start + 1));
    }
    found
}

impl Tree {
    /// Puts the nodes together.
    pub fn new(
        nodes: &[Draft],
        index: &HashMap<NodeId, usize>,
        roots: Option<&[(String, NodeId)]>,
        max_depth: usize,
        faults: &mut Faults,
    ) -> Self {
        let count = nodes.len();
        let mut tree =
            Self { edges: vec![None; count], children: vec![Vec::new(); count], roots: Vec::new() };
        for (parent, node) in nodes.iter().enumerate() {
            tree.list(nodes, parent, node, index, faults);
        }
        for (at, node) in nodes.iter().enumerate() {
            tree.check_parent(nodes, at, node, index, faults);
        }
        let parents: Vec<_> = tree.edges.iter().map(|edge| edge.map(|edge| edge.parent)).collect();
        for at in rings(&parents) {
            faults.add(tree.place(nodes, at), "the node would come to stand below itself");
        }
        tree.roots = (0..count).filter(|&at| tree.edges[at].is_none()).collect();
        tree.order_roots(nodes, index, roots, faults);
        tree.check_depth(nodes, max_depth, faults);
        tree
    }

    /// Where the file says that a node stands where it does.
    pub fn place(&self, nodes: &[Draft], at: usize) -> String {
        match self.edges[at] {
            Some(Edge { parent, listed: Some(index) }) => {
                format!("{}.children[{index}]", nodes[parent].place)
            }
            Some(Edge { listed: None, .. }) => format!("{}.parent_id", nodes[at].place),
            None => nodes[at].place.clone(),
        }
    }

    /// Takes a node's children from its list.
    fn list(
        &mut self,
        nodes: &[Draft],
        parent: usize,
        node: &Draft,
        index: &HashMap<NodeId, usize>,
        faults: &mut Faults,
    ) {
        for (listed, id) in node.children.iter().enumerate() {
            let Some(id) = id else { continue };
            let place = format_args!("{}.children[{listed}]", node.place);
            let Some(&child) = index.get(id) else {
                faults.add(place, "there is no such node");
                continue;
            };
            match self.edges[child] {
                None => {
                    self.edges[child] = Some(Edge { parent, listed: Some(listed) });
                    self.children[parent].push(child);
                }
                Some(edge) if edge.parent == parent => faults.add(place, "the node is listed twice"),
                Some(edge) => {
                    faults
                        .add(place, format_args!("the node stands below {}, too", nodes[edge.parent].place));
                }
            }
        }
    }

    /// Compares what a node says of its parent with what the lists say.
    fn check_parent(
        &mut self,
        nodes: &[Draft],
        at: usize,
        node: &Draft,
        index: &HashMap<NodeId, usize>,
        faults: &mut Faults,
    ) {
        let place = format_args!("{}.parent_id", node.place);
        let listed = self.edges[at].map(|edge| edge.parent);
        let named = match node.parent {
            Parent::Unsaid => return,
            Parent::None => None,
            Parent::Node(id) => match index.get(&id) {
                Some(&parent) => Some(parent),
                None => return faults.add(place, "there is no such node"),
            },
        };
        match (named, listed) {
            (Some(parent), None) => {
                self.edges[at] = Some(Edge { parent, listed: None });
                self.children[parent].push(at);
            }
            (named, Some(listed)) if named != Some(listed) => {
                faults.add(place, format_args!("contradicts the children of {}", nodes[listed].place));
            }
            _ => {}
        }
    }

    /// Puts the roots into the order that the file asks for; those that it leaves out stay behind.
    fn order_roots(
        &mut self,
        nodes: &[Draft],
        index: &HashMap<NodeId, usize>,
        wanted: Option<&[(String, NodeId)]>,
        faults: &mut Faults,
    ) {
        let Some(wanted) = wanted else { return };
        let mut places: HashMap<usize, usize> = HashMap::new();
        for (nth, (place, id)) in wanted.iter().enumerate() {
            match index.get(id) {
                None => faults.add(place, "there is no such node"),
                Some(&at) if self.edges[at].is_some() => {
                    faults.add(place, format_args!("the node stands elsewhere: {}", self.place(nodes, at)));
                }
                Some(&at) if places.insert(at, nth).is_some() => {
                    faults.add(place, "the node is listed twice");
                }
                Some(_) => {}
            }
        }
        self.roots.sort_by_key(|root| places.get(root).copied().unwrap_or(usize::MAX));
    }

    fn check_depth(&self, nodes: &[Draft], max_depth: usize, faults: &mut Faults) {
        let mut level = self.roots.clone();
        for _ in 0..max_depth {
            level = level.iter().flat_map(|&at| &self.children[at]).copied().collect();
        }
        for at in level {
            faults.add(&nodes[at].place, format_args!("a graph is at most {max_depth} levels deep"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::rings;

    #[test]
    fn every_ring_is_found_once_and_a_path_into_it_is_none() {
        let cases: [(&[Option<usize>], &[usize]); 6] = [
            (&[], &[]),
            (&[None, Some(0), Some(1)], &[]),
            (&[Some(0)], &[0]),
            (&[Some(1), Some(0), Some(0)], &[0]),
            // A path that leads into a ring, met from outside first.
            (&[Some(1), Some(2), Some(1)], &[1]),
            (&[Some(1), Some(0), Some(3), Some(2), None], &[0, 2]),
        ];
        for (next, expected) in cases {
            assert_eq!(rings(next), expected, "{next:?}");
        }
    }
}
