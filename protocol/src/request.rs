//! What clients send over Socket.IO.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Plain;

/// `execute_command`, and the body of `POST /api/v1/commands/execute`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct ExecuteCommand {
    /// The session whose project is changed.
    pub session_id: String,
    /// See `docs/wire.md`.
    pub command_type: String,
    /// The command's own fields.
    #[serde(default)]
    pub data: Plain,
    /// The client's name for the command, at most 128 characters: repeating it is safe.
    #[serde(default)]
    pub command_id: Option<String>,
    /// Socket.IO: whether the answer should hold the graph.
    #[serde(default)]
    pub graph: bool,
}

/// `undo` and `redo`; over REST the body, which may be missing.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct TakeBack {
    /// Over REST it stands in the path.
    #[serde(default)]
    pub session_id: String,
    /// `mine` or `session`; without one REST means `session`, Socket.IO `mine`.
    #[serde(default)]
    pub scope: Option<Scope>,
    /// Even where others wrote since.
    #[serde(default)]
    pub force: bool,
    /// As in [`ExecuteCommand`].
    #[serde(default)]
    pub command_id: Option<String>,
    /// As in [`ExecuteCommand`].
    #[serde(default)]
    pub graph: bool,
}

/// Whose steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// The caller's own.
    Mine,
    /// Those of everybody in the session.
    Session,
}

/// `join_session`
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct Join {
    /// The room.
    pub session_id: String,
    /// How graph events come.
    #[serde(default)]
    pub delivery: Delivery,
    /// Whether `command:*` and `session:*` come too.
    #[serde(default)]
    pub lifecycle: Option<bool>,
}

/// How graph events come to a member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Delivery {
    /// Each by its own name.
    #[default]
    Events,
}

/// `leave_session`, `get_graph`
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct InSession {
    /// The room.
    pub session_id: String,
}
