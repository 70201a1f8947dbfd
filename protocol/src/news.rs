//! What happens around projects and the people in them, told to the connections that hear a project.
//!
//! Nothing here is kept or numbered: what a project's graph says is told in its session, what is said in a conversation there.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{ErrorCode, EventName};

/// `project_created`, `project_updated`, `project_deleted`
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProjectNews<'a> {
    /// Its own name.
    pub event: EventName,
    /// The project.
    pub project_id: &'a str,
    /// Its room.
    pub session_id: &'a str,
    /// What people call it now.
    pub name: &'a str,
    /// Who did it.
    pub user_id: &'a str,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: &'a str,
}

/// `user_joined`, `user_left`: the first connection of a user hears a project, or the last one no more.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UserInProject<'a> {
    /// Its own name.
    pub event: EventName,
    /// The project.
    pub project_id: &'a str,
    /// Who.
    pub user_id: &'a str,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: &'a str,
}

/// Whether somebody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum UserStatus {
    /// By one connection at least.
    Online,
    /// By none.
    Offline,
}

/// `user_status_changed`: a user came to hear the project, where nobody had been told yet that it is online; or its last connection
/// that heard projects is gone, which is told wherever it was told to be online.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UserStatusChanged<'a> {
    /// Its own name.
    pub event: EventName,
    /// A project that the user hears, or has heard since it is online.
    pub project_id: &'a str,
    /// Who.
    pub user_id: &'a str,
    /// How it is now.
    pub status: UserStatus,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: &'a str,
}

/// `user_typing`: somebody writes in a conversation of the project, or does no more: it says so, sends what it wrote, goes, or says
/// nothing for six seconds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UserTyping<'a> {
    /// Its own name.
    pub event: EventName,
    /// The project.
    pub project_id: &'a str,
    /// Where it writes.
    pub conversation_id: &'a str,
    /// Who.
    pub user_id: &'a str,
    /// Whether it does.
    pub is_typing: bool,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: &'a str,
}

/// `ai_response_generated`: an answer of the assistant's is complete, and is a message.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AiResponseGenerated<'a> {
    /// Its own name.
    pub event: EventName,
    /// The project.
    pub project_id: &'a str,
    /// Where it was asked.
    pub conversation_id: &'a str,
    /// The message that it is.
    pub message_id: &'a str,
    /// How it begins: 100 characters at most, and `...` if there is more.
    pub content_preview: &'a str,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: &'a str,
}

/// `recovery_attempt`: the assistant did not answer, and is asked again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecoveryAttempt<'a> {
    /// Its own name.
    pub event: EventName,
    /// What did not work: `ai_service`.
    pub component: &'a str,
    /// Which attempt the next one is; the first was 1.
    pub attempt: usize,
    /// How long until then, in milliseconds.
    pub next_in_ms: u64,
    /// The project.
    pub project_id: &'a str,
    /// Where it was asked.
    pub conversation_id: &'a str,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: &'a str,
}

/// `connection_error`: the server ends the connection. `error` comes beside it, and says the same.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConnectionFault<'a> {
    /// Its own name.
    pub event: EventName,
    /// Names the connection.
    pub connection_id: &'a str,
    /// Why, for programs.
    pub code: ErrorCode,
    /// Why, for people.
    pub error: &'a str,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: &'a str,
}

/// `connection_restored`: the caller came back to a session before its absence was told there.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConnectionRestored<'a> {
    /// Its own name.
    pub event: EventName,
    /// What the connection is known by now.
    pub client_id: &'a str,
    /// The room.
    pub session_id: &'a str,
    /// Graph events behind what it said that it has; they came with the answer to the join, or are in its graph.
    pub missed_events: u64,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: &'a str,
}

/// What a warning is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WarningType {
    /// Too much came in too little time.
    RateLimit,
}

/// `warning_issued`: something of the caller's was refused that it may do, but not so often. The refusal comes beside it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WarningIssued<'a> {
    /// Its own name.
    pub event: EventName,
    /// What it is about.
    #[serde(rename = "type")]
    pub warning_type: WarningType,
    /// The same for people.
    pub message: &'a str,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: &'a str,
}
