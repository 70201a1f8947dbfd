//! What an undo or redo left alone, or would leave alone, as clients read it.

use serde::Serialize;
use utoipa::ToSchema;

/// What an undo or redo left alone, since others changed it or it can no longer be.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Conflict {
    /// The node; none if it is about the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub node_id: Option<String>,
    /// The property, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub property_id: Option<String>,
    /// Why.
    pub reason: ConflictReason,
    /// The author of what stands in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub by: Option<String>,
    /// When that was written: RFC 3339, UTC, milliseconds, `Z`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub at: Option<String>,
}

/// `details` of `CONFLICT` where an undo or redo was to be refused rather than leave anything alone.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StepRefused {
    /// The command whose step it is, and stays.
    pub undone_command_id: String,
    /// That command's type.
    pub command_type: String,
    /// Whether nothing of the step could be done.
    pub all_left_alone: bool,
    /// What would be left alone.
    pub conflicts: Vec<Conflict>,
    /// How many conflicts there are beyond those.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub conflicts_omitted: Option<usize>,
}

/// Why something was left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConflictReason {
    /// Somebody else wrote the property since.
    ChangedSince,
    /// Somebody else put the node elsewhere since.
    MovedSince,
    /// Somebody else said since what the node waits for.
    BlockingChangedSince,
    /// The node would come to stand below itself, or to wait for itself. Not to be forced.
    Cycle,
    /// The graph would get too deep. Not to be forced.
    DepthLimit,
    /// Somebody else adopted a template since.
    TemplateChangedSince,
    /// Somebody else worked on the node, or below it, since.
    WorkedOnSince,
    /// The node is gone.
    NodeDeleted,
    /// A node with this id exists again.
    NodeExists,
}
