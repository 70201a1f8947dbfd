//! Answers to commands and joins: one shape on every transport.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::conflict::Conflict;
use crate::presence::Participant;
use crate::rest::members::MemberRole;
use crate::schema::{AnyGraphEvent, always_false, always_true};
use crate::{ErrorBody, GraphTree};

/// The answer to a command.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Answer {
    /// It is durable.
    Accepted(Box<Accepted>),
    /// It changed nothing.
    Rejected(Rejected),
}

/// The answer to a command that was carried out.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct Accepted {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// The client's, or one that the server made.
    pub command_id: String,
    /// The command's last event; the head if there was nothing to undo.
    pub seq: u64,
    /// The node that was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub node_id: Option<String>,
    /// The nodes that a batch created, or the topmost copies of a kit, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub node_ids: Vec<String>,
    /// Whether there is a step to undo in the scope that counts for the caller.
    pub undo_available: bool,
    /// Whether there is a step to redo in that scope.
    pub redo_available: bool,
    /// Whether something was changed since the last save.
    pub is_dirty: bool,
    /// The command was carried out before; nothing happened this time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub duplicate: bool,
    /// What an undo or redo left alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Conflict>)]
    pub conflicts: Vec<Value>,
    /// How many conflicts there are beyond those.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub conflicts_omitted: usize,
    /// Where the first node whose parent is gone was put; null if it became a root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub reparented_to: Option<Option<String>>,
    /// There was no step to take back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nothing_to_undo: bool,
    /// The whole graph, where it was asked for; null if it is too large to send along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<GraphTree>)]
    pub graph: Option<Option<Box<RawValue>>>,
    /// The `seq` that the graph includes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub graph_seq: Option<u64>,
    /// The graph was asked for and is too large to send along: read it by its own route.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub graph_omitted: bool,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// The answer to anything that was refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Rejected {
    /// Always false.
    #[schema(schema_with = always_false)]
    pub success: bool,
    /// If the command got as far as having one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub command_id: Option<String>,
    /// What and why.
    pub error: ErrorBody,
}

impl Rejected {
    /// A refusal.
    #[must_use]
    pub fn new(command_id: Option<String>, error: ErrorBody) -> Self {
        Self { success: false, command_id, error }
    }
}

/// The acknowledgement of `join_session`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct JoinAnswer {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// The session that was joined.
    pub session_id: String,
    /// The caller's connection.
    pub client_id: String,
    /// Joined connections, this one included.
    pub active_clients: usize,
    /// What the caller is here now; who may do everything is an owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub role: Option<MemberRole>,
    /// The journal's identity; null while the session has no project.
    #[schema(required = true)]
    pub epoch: Option<String>,
    /// The last event before the join: the next one that this member gets is `seq + 1`.
    pub seq: u64,
    /// How the member gets up to date.
    pub mode: Mode,
    /// The events that it lacks, with `tail`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<AnyGraphEvent>>, nullable = false)]
    pub events: Option<Vec<Arc<RawValue>>>,
    /// The graph as it is after `seq`, with `snapshot`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<GraphTree>, nullable = false)]
    pub graph: Option<Arc<RawValue>>,
    /// Who is here, for who asked to be told; what changes of it comes by `presence:update`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub presence: Option<Vec<Participant>>,
    /// Why the caller's last connection here was ended, if the server did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub previous_end: Option<PreviousEnd>,
}

/// How the server ended somebody's last connection in a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PreviousEnd {
    /// Why.
    pub reason: EndReason,
    /// When: RFC 3339, UTC, milliseconds, `Z`.
    pub at: String,
}

/// Why the server ends a member's connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// It took so little that what it lacked was not kept any more.
    FellBehind,
    /// It asked, and did not take the answers.
    AnswersOutstanding,
    /// It took nothing for 30 seconds, or takes nothing and was silent for so long.
    Stalled,
    /// The session broke, and had to be loaded anew.
    SessionBroke,
    /// An admin unloaded the session.
    SessionUnloaded,
}

/// How a replica gets up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// It is, or it did not ask to be.
    Current,
    /// By the events that it lacks.
    Tail,
    /// By the graph in this very answer.
    Snapshot,
    /// By the graph, which is too large to send along: it is read by `GET /api/v1/sessions/{id}/graph`, and
    /// events up to its `seq` are dropped.
    Fetch,
}

/// The acknowledgement of `get_graph`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GraphAnswer<'a> {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// The journal's identity.
    #[schema(required = true)]
    pub epoch: Option<&'a str>,
    /// The last event that the graph includes.
    pub seq: u64,
    /// Null if it is too large for a socket.
    #[schema(value_type = Option<GraphTree>, required = true)]
    pub graph: Option<&'a RawValue>,
    /// It is too large for a socket: read it by its own route.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub graph_omitted: bool,
}

/// The acknowledgement of `leave_session` and `ping`: there is nothing more to say.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Success {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
}
