//! What is remembered of a project, held against what a message is about. Pure.

use super::terms::{Known, known};
use crate::store::MessageRow;

/// Something that is remembered of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Memory {
    /// The node that it is, if it is one.
    pub node_id: Option<String>,
    /// What it says.
    pub text: String,
}

/// What is remembered, and how much that is for a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighed {
    /// Everything that is remembered: what was said earlier, then nodes.
    pub memories: Vec<Memory>,
    /// What of it is about the message.
    pub known: Known,
}

impl Weighed {
    /// The memories that are about the message.
    pub fn relevant(&self) -> impl Iterator<Item = &Memory> {
        self.known.relevant.iter().filter_map(|place| self.memories.get(*place))
    }
}

/// Holds earlier messages and nodes against a message's terms. What was deleted is not remembered.
#[must_use]
pub fn weighed(terms: &[String], earlier: &[MessageRow], nodes: Vec<Memory>) -> Weighed {
    let said = earlier.iter().filter(|message| message.deleted_at.is_none());
    let said = said.map(|message| Memory { node_id: None, text: message.text.clone() });
    let memories: Vec<Memory> = said.chain(nodes).collect();
    let known = known(terms, memories.iter().map(|memory| &*memory.text));
    Weighed { memories, known }
}
