//! What clients send over Socket.IO.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::plain::{or_default, said_object};
use crate::{Command, Plain};

/// `execute_command`, as it is read: what its `data` must hold is for the domain to say.
#[derive(Clone, Debug, Deserialize)]
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
    #[serde(default, deserialize_with = "or_default")]
    pub graph: bool,
}

/// `execute_command`, as a client writes it: `data` is what its `command_type` takes.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ExecuteCommand)]
pub struct TypedExecuteCommand {
    /// The session whose project is changed.
    pub session_id: String,
    /// What to do.
    #[serde(flatten)]
    pub command: Command,
    /// The client's name for the command: repeating it is safe.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 128)]
    pub command_id: Option<String>,
    /// Whether the answer should hold the graph.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(value_type = Option<bool>)]
    pub graph: bool,
}

/// `undo` and `redo`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct TakeBack {
    /// The session whose step it is.
    #[serde(default)]
    #[schema(required = true)]
    pub session_id: String,
    /// Whose steps; `mine` if it does not say.
    #[serde(default)]
    pub scope: Option<Scope>,
    /// Even where others wrote since.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(value_type = Option<bool>)]
    pub force: bool,
    /// What becomes of it where something would be left alone; `skip` if it does not say.
    #[serde(default)]
    pub on_conflict: Option<OnConflict>,
    /// The client's name for the command: repeating it is safe.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 128)]
    pub command_id: Option<String>,
    /// Whether the answer should hold the graph.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(value_type = Option<bool>)]
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

/// What becomes of an undo or a redo where something would be left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnConflict {
    /// The rest is done, and the answer says what was left alone.
    Skip,
    /// Nothing is done and the step stays: `CONFLICT`, whose details are a `StepRefused`.
    Refuse,
}

/// `join_session`
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct Join {
    /// The room.
    pub session_id: String,
    /// What the client has already, to be brought up to date from there; null if it has nothing and wants the
    /// graph. Without it the client is told of no more than what comes from now on.
    #[serde(default, deserialize_with = "said_object")]
    #[schema(value_type = Option<Since>)]
    pub since: Option<Option<Since>>,
    /// How graph events come.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(value_type = Option<Delivery>)]
    pub delivery: Delivery,
    /// Whether `command:*` and `session:*` come too.
    #[serde(default)]
    pub lifecycle: Option<bool>,
    /// Whether to be told who is here, and what changes of it.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(value_type = Option<bool>)]
    pub presence: bool,
}

/// A place in a journal: everything up to it is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Since {
    /// The journal's identity.
    pub epoch: String,
    /// The last event that is known; 0 for none.
    pub seq: u64,
}

/// How graph events come to a member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Delivery {
    /// Each by its own name.
    #[default]
    Events,
    /// Several in one event `events`, less often the busier the session is.
    Batch,
}

/// `leave_session`, `get_graph`
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct InSession {
    /// The room.
    pub session_id: String,
}
