//! Errors as clients see them: a stable code, a sentence for people, details for programs.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// The stable codes. A code never changes its meaning; clients may match on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorCode {
    /// The request is not in the form that the route or event takes.
    InvalidRequest,
    /// Unknown command type, or a field of the command missing or of the wrong type.
    InvalidCommand,
    /// What was asked for is well said, and does not go with how things stand: the session has no project or may not be changed now, its
    /// state does not lead to that one, the caller has not joined, or there is as much of something as there may be.
    InvalidState,
    /// The conversation that an engine leads in a session is in no phase.
    NoActivePhase,
    /// No template has this id.
    InvalidTemplate,
    /// There is no step to undo or redo, and the client asked to be told by an error.
    NothingToUndo,
    /// A node with this id exists.
    NodeExists,
    /// The value is not of the kind that the template says; in strict projects only.
    InvalidPropertyValue,
    /// The template does not allow such a child there; in strict projects only.
    ChildNotAllowed,
    /// A node would come to stand below itself, or wait for itself.
    Cycle,
    /// The node is no child of that parent.
    NotLinked,
    /// The move cannot be; `details.reason` says why.
    MoveInvalid,
    /// The node cannot go to that place; `details.reason` says why.
    ReorderInvalid,
    /// A batch of too many commands.
    BatchTooLarge,
    /// A project file with faults; `details.faults` lists them, each with its place.
    InvalidProjectFile,
    /// A property value over its limit.
    PropertyTooLarge,
    /// The graph would get too deep.
    DepthLimit,
    /// The project would get too many nodes.
    NodeLimit,
    /// The parent is no node of this graph.
    ParentNotFound,
    /// The template has no such node type.
    UnknownNodeType,
    /// There is no such node.
    NodeNotFound,
    /// There is no such path.
    NotFound,
    /// The session has no project to read.
    NoProject,
    /// There is no such session.
    InvalidSession,
    /// There is no such project.
    ProjectNotFound,
    /// There is no such template.
    TemplateNotFound,
    /// There is no such conversation, or none that the caller may know of.
    ConversationNotFound,
    /// The conversation has no such message, or it was deleted.
    MessageNotFound,
    /// The conversation has no such answer under way.
    StreamNotFound,
    /// The path exists, but not with this method.
    MethodNotAllowed,
    /// The body is not JSON by its content type.
    UnsupportedMediaType,
    /// The value is not the one the client expected.
    Conflict,
    /// The command id was used for another command.
    IdempotencyMismatch,
    /// There are no credentials, or they do not count.
    Unauthenticated,
    /// The caller may not; `details.rule` says what it needs.
    Forbidden,
    /// Over a size limit.
    PayloadTooLarge,
    /// Too much in too little time; `details` says by which limit, and how long to wait.
    RateLimited,
    /// A page of another origin.
    ForeignOrigin,
    /// A host name that this server does not answer to.
    ForeignHost,
    /// A network that this server does not answer to.
    ForeignNetwork,
    /// The session has as much to do as it may keep waiting.
    Busy,
    /// The command could not be stored; nothing changed.
    StoreUnavailable,
    /// Whether the command was stored is not known; retry it with the same `command_id`.
    OutcomeUnknown,
    /// There is no assistant, or it does not answer now.
    AssistantUnavailable,
    /// Nothing was published in the session within the last minute: it has no engine.
    EngineUnavailable,
    /// As many sessions are loaded as there may be, and each is used: one that is not makes room.
    SessionLimit,
    /// There are as many connections as there may be, of all clients or of this address.
    ConnectionLimit,
    /// The server ended the connection; `details.reason` says why.
    ConnectionEnded,
    /// The server is in maintenance: nothing new is carried out; `details` says why and when to retry.
    Maintenance,
    /// The server is going down; retry elsewhere or later.
    ShuttingDown,
    /// The server's fault. Nothing changed.
    Internal,
}

impl ErrorCode {
    /// The HTTP status that goes with the code.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidRequest
            | Self::InvalidCommand
            | Self::InvalidState
            | Self::NoActivePhase
            | Self::InvalidTemplate
            | Self::NothingToUndo
            | Self::NodeExists
            | Self::InvalidPropertyValue
            | Self::ChildNotAllowed
            | Self::Cycle
            | Self::NotLinked
            | Self::MoveInvalid
            | Self::ReorderInvalid
            | Self::BatchTooLarge
            | Self::InvalidProjectFile
            | Self::PropertyTooLarge
            | Self::DepthLimit
            | Self::NodeLimit
            | Self::ParentNotFound
            | Self::UnknownNodeType
            | Self::NodeNotFound => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden | Self::ForeignOrigin | Self::ForeignNetwork | Self::ConnectionEnded => 403,
            Self::NotFound
            | Self::NoProject
            | Self::InvalidSession
            | Self::ProjectNotFound
            | Self::TemplateNotFound
            | Self::ConversationNotFound
            | Self::MessageNotFound
            | Self::StreamNotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict | Self::IdempotencyMismatch => 409,
            Self::PayloadTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::ForeignHost => 421,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::Busy
            | Self::StoreUnavailable
            | Self::OutcomeUnknown
            | Self::AssistantUnavailable
            | Self::EngineUnavailable
            | Self::SessionLimit
            | Self::ConnectionLimit
            | Self::Maintenance
            | Self::ShuttingDown => 503,
        }
    }
}

/// An error as it stands in every answer, under `error`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ErrorBody {
    /// For programs.
    pub code: ErrorCode,
    /// For people. Carries no path, query, stack or secret.
    pub message: String,
    /// More for programs, by code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub details: Option<Value>,
}

impl ErrorBody {
    /// An error without details.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: None }
    }
}
