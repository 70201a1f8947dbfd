//! A graph in the order in which people read a tree: each node before what is below it.

use crate::domain::{Graph, Node, NodeId};

/// A way through a graph that can be left and taken up again.
#[derive(Debug)]
pub struct Walk {
    /// The nodes that are to come, the next one last, and how many stand above each.
    waiting: Vec<(NodeId, usize)>,
}

impl Walk {
    /// A way that begins at the first root.
    pub fn new(graph: &Graph) -> Self {
        let mut walk = Self { waiting: Vec::new() };
        walk.enter(graph, None, 0);
        walk
    }

    /// The next node, and how many stand above it. The graph has to be the same every time.
    pub fn step<'a>(&mut self, graph: &'a Graph) -> Option<(usize, &'a Node)> {
        let (id, depth) = self.waiting.pop()?;
        self.enter(graph, Some(id), depth + 1);
        graph.node(id).map(|node| (depth, &**node))
    }

    fn enter(&mut self, graph: &Graph, parent: Option<NodeId>, depth: usize) {
        self.waiting.extend(graph.children(parent).rev().map(|child| (child.id, depth)));
    }
}

/// All nodes in this order, and how many stand above each.
pub fn nodes(graph: &Graph) -> impl Iterator<Item = (usize, &Node)> {
    let mut walk = Walk::new(graph);
    std::iter::from_fn(move || walk.step(graph))
}
