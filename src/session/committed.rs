//! What is committed: the version of a project that every reader sees.

use std::sync::{Arc, OnceLock};

use serde_json::value::RawValue;

use super::{Pieces, outline, tree};
use crate::domain::{NodeId, State};

/// No node takes less as JSON.
pub(super) const MIN_NODE_BYTES: usize = 250;
/// Nodes of a graph that is sent while it is encoded.
const MANY_NODES: usize = 10_000;

/// A project after its last durable command. Readers keep it as long as they like.
pub struct Committed {
    /// The state.
    pub state: State,
    tree: OnceLock<Option<Arc<RawValue>>>,
    pieces: OnceLock<Pieces>,
}

impl Committed {
    /// A state that nobody will change.
    pub fn new(state: State) -> Self {
        Self { state, tree: OnceLock::new(), pieces: OnceLock::new() }
    }

    /// A node and what is below it, as text. None if there is no such node.
    #[must_use]
    pub fn outline(&self, id: NodeId) -> Option<String> {
        outline::outline(&self.state, id)
    }

    /// The whole graph as JSON: encoded once, by the first who asks, and shared by all.
    ///
    /// For a large graph this takes a while: call it where waiting is allowed. None only if a value has
    /// no JSON form, which nothing that came in as JSON can cause.
    pub fn tree(&self) -> Option<Arc<RawValue>> {
        self.tree.get_or_init(|| tree::text(&self.state).ok().map(Arc::from)).clone()
    }

    /// The whole graph as JSON, to be read while it is encoded: once, begun by the first who asks, and shared by all. None
    /// where it is so small that its [tree](Self::tree) does as well.
    pub fn pieces(&self) -> Option<Pieces> {
        let is_large = self.state.graph.len() >= MANY_NODES;
        is_large.then(|| self.pieces.get_or_init(|| Pieces::begin(self.state.clone())).clone())
    }

    /// The tree, unless it is larger than so many bytes. Of a graph of far too many nodes that is known at once.
    pub fn small_tree(&self, max_bytes: usize) -> Option<Arc<RawValue>> {
        if self.state.graph.len() > max_bytes / MIN_NODE_BYTES {
            return None;
        }
        self.tree().filter(|tree| tree.get().len() <= max_bytes)
    }

    /// One node and everything below it as JSON; none if there is no such node.
    pub fn node(&self, id: NodeId) -> Option<Box<RawValue>> {
        let node = self.state.graph.node(id)?;
        tree::node_text(&self.state, node).ok()
    }
}
