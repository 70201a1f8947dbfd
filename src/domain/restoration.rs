//! What was, taken from a state of before, in the form in which it can be put back.

use super::command::{ReplaceGraph, Restore};
use super::effect::NodeRow;
use super::{Body, NodeId, State};
use std::sync::Arc;

/// The whole graph of `past`, and its template.
///
/// The restore itself wrote all of it: who did before stands in the journal. When the nodes were created stays.
#[must_use]
pub fn graph(past: &State) -> Restore {
    let mut nodes = Vec::with_capacity(past.graph.len());
    let mut parents = vec![None];
    while let Some(parent) = parents.pop() {
        for node in past.graph.children(parent) {
            parents.push(Some(node.id));
            nodes.push(NodeRow { id: node.id, node: Body { written: None, ..node.body() } });
        }
    }
    Restore::Graph(ReplaceGraph { template: Some(Arc::clone(&past.template)), nodes: nodes.into() })
}

/// A node of `past` and everything that was below it; none if it was not there.
#[must_use]
pub fn node(past: &State, node_id: NodeId) -> Option<Restore> {
    past.graph.node(node_id)?;
    Some(Restore::Node { node_id, past: past.graph.clone() })
}
