//! A rule said no: nothing changed, and the error says what and why.

use serde_json::{Value, json};

use super::NodeId;

/// Why a command was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RejectionCode {
    /// Unknown command type, or a field missing or of the wrong type.
    InvalidCommand,
    /// There is no such node.
    NodeNotFound,
    /// A node with this id exists.
    NodeExists,
    /// The parent is not a node of this graph.
    ParentNotFound,
    /// The template has no such node type.
    UnknownNodeType,
    /// A value that is not of the kind that the template says.
    InvalidPropertyValue,
    /// A child of a type that the template does not allow there.
    ChildNotAllowed,
    /// A node would stand below itself or wait for itself.
    Cycle,
    /// The node is no child of that parent.
    NotLinked,
    /// The move cannot be.
    MoveInvalid,
    /// The node cannot go to that place.
    ReorderInvalid,
    /// Too many commands in one batch.
    BatchTooLarge,
    /// There is no such template.
    InvalidTemplate,
    /// A property value over its limit.
    PropertyTooLarge,
    /// The graph would get deeper than its limit.
    DepthLimit,
    /// The graph would get more nodes than its limit.
    NodeLimit,
    /// The project is not worked in, or cannot go to that state from the one that it is in.
    InvalidState,
    /// The value is not the one the client expected.
    Conflict,
    /// An undo or redo that was to be whole would leave something alone.
    LeavesAlone,
}

impl RejectionCode {
    /// Whether no rule of the graph was broken: the command was malformed, came at the wrong time, or only asked
    /// whether it could be whole.
    #[must_use]
    pub fn breaks_no_rule(self) -> bool {
        matches!(self, Self::InvalidCommand | Self::BatchTooLarge | Self::InvalidState | Self::LeavesAlone)
    }
}

/// A refusal with its reason.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct Rejection {
    /// The rule.
    pub code: RejectionCode,
    /// For people: which field or node, and why.
    pub message: String,
    /// For programs.
    pub details: Option<Value>,
}

impl Rejection {
    /// A refusal without details.
    pub fn new(code: RejectionCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: None }
    }

    /// Adds details.
    #[must_use]
    pub fn with_details(self, details: Value) -> Self {
        Self { details: Some(details), ..self }
    }

    /// The same refusal, of a command at this place in a batch.
    pub(super) fn in_batch(self, place: usize) -> Self {
        let mut details = match self.details {
            Some(Value::Object(details)) => details,
            _ => serde_json::Map::new(),
        };
        details.insert("command_index".to_owned(), place.into());
        let message = format!("commands[{place}]: {}", self.message);
        Self { code: self.code, message, details: Some(details.into()) }
    }

    /// A field of the command is missing or of the wrong type.
    pub(super) fn field(command_type: &str, field: &str, wanted: &str) -> Self {
        Self::new(RejectionCode::InvalidCommand, format!("{command_type}: {field} must be {wanted}"))
            .with_details(json!({ "field": field }))
    }

    /// There is no node with this id.
    pub(super) fn node_not_found(id: &str) -> Self {
        Self::new(RejectionCode::NodeNotFound, format!("Node {} not found", excerpt(id)))
            .with_details(json!({ "node_id": excerpt(id) }))
    }

    /// The project would get more nodes than `limit`.
    pub(super) fn node_limit(limit: usize) -> Self {
        Self::new(RejectionCode::NodeLimit, format!("A project has at most {limit} nodes"))
            .with_details(json!({ "limit": limit }))
    }

    pub(super) fn missing_node(id: NodeId) -> Self {
        Self::node_not_found(&id.to_string())
    }
}

/// At most 64 characters of what a client sent, so that an error never echoes a megabyte.
#[must_use]
pub fn excerpt(text: &str) -> &str {
    text.char_indices().nth(64).map_or(text, |(end, _)| &text[..end])
}
