//! The path, the query and the headers: read with our own errors, like bodies, and documented.

use std::ops::RangeInclusive;

use axum::extract::{FromRequestParts, Path, Query};
use graphroom_protocol::{ErrorBody, ErrorCode};
use http::request::Parts;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use super::error::ApiError;

/// A path's only parameter. It is text: what is no id is an unknown one.
pub struct Id(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(id)) => Ok(Self(id)),
            Err(_) => Err(ApiError::new(ErrorCode::InvalidRequest, "The path cannot be read")),
        }
    }
}

/// A path's two parameters.
pub struct Ids(pub String, pub String);

impl<S: Send + Sync> FromRequestParts<S> for Ids {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path((one, other))) => Ok(Self(one, other)),
            Err(_) => Err(ApiError::new(ErrorCode::InvalidRequest, "The path cannot be read")),
        }
    }
}

/// The query's parameters, each at most once.
pub struct Parameters<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Parameters<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(parameters)) => Ok(Self(parameters)),
            Err(_) => Err(ApiError::new(ErrorCode::InvalidRequest, "The query cannot be read")),
        }
    }
}

/// A number of the query, or its default.
pub fn number(
    name: &str,
    text: Option<&str>,
    default: usize,
    range: RangeInclusive<usize>,
) -> Result<usize, ApiError> {
    let Some(text) = text else { return Ok(default) };
    text.parse().ok().filter(|number| range.contains(number)).ok_or_else(|| {
        let (from, to) = range.into_inner();
        ErrorBody::new(
            ErrorCode::InvalidRequest,
            format!("{name} must be a whole number from {from} to {to}"),
        )
        .into()
    })
}

/// A path that names a session.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct SessionId {
    /// The session.
    session_id: String,
}

/// A path that names a project.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct ProjectId {
    /// The project.
    project_id: String,
}

/// A path that names a session of a project's chat.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct ChatSessionOfProject {
    /// The project, or a client's word for one.
    #[param(min_length = 1, max_length = 128)]
    project_id: String,
    /// The session, or a client's word for it.
    #[param(min_length = 1, max_length = 256)]
    chat_session_id: String,
}

/// A path that names a project as clients of its chat do.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct SpokenProject {
    /// The project, or a client's word for one.
    #[param(min_length = 1, max_length = 128)]
    project_id: String,
}

/// A path that names a node of a project.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct NodeOfProject {
    /// The project.
    project_id: String,
    /// The node.
    node_id: String,
}

/// A path that names a version of a project.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct VersionOfProject {
    /// The project.
    project_id: String,
    /// The version's id or its name.
    version: String,
}

/// A path that names a template.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct TemplateId {
    /// The template.
    template_id: String,
}

/// A path that names a user.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct UserId {
    /// The user.
    user_id: String,
}

/// A path that names an API key.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct KeyId {
    /// The key.
    key_id: String,
}

/// A path that names an invitation.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct InvitationId {
    /// The invitation.
    invitation_id: String,
}

/// A path that names an invitation to a project.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct InvitationOfProject {
    /// The project.
    project_id: String,
    /// The invitation.
    invitation_id: String,
}

/// A path that names a client.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct ClientId {
    /// The client.
    client_id: String,
}

/// A path that names a connection.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct ConnectionId {
    /// The connection.
    connection_id: String,
}

/// A path that names an alert.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct AlertId {
    /// The alert.
    alert_id: String,
}

/// A path that names an error that happened.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct ErrorId {
    /// The error.
    error_id: String,
}

/// A path that names a broadcast.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct BroadcastId {
    /// The broadcast.
    broadcast_id: String,
}

/// A path that names a conversation.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct ConversationId {
    /// The conversation.
    conversation_id: String,
}

/// A path that names a message of a conversation.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct MessageOfConversation {
    /// The conversation.
    conversation_id: String,
    /// The message.
    message_id: String,
}

/// A path that names an answer that is being written in a conversation.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct StreamOfConversation {
    /// The conversation.
    conversation_id: String,
    /// The answer.
    stream_id: String,
}

/// A path that names a file.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct FileName {
    /// The file.
    file: String,
}

/// Headers that say who calls.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct Caller {
    /// Who acts: the key of undo steps and of `command_id`s. `anonymous:rest` if it is missing.
    #[param(rename = "X-Graphroom-User", required = false, min_length = 1, max_length = 128)]
    user: String,
    /// What people call who acts.
    #[param(rename = "X-Graphroom-Name", required = false, min_length = 1, max_length = 128)]
    name: String,
}

/// Headers that say who calls, where it cannot be nobody.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct NamedCaller {
    /// Who it is.
    #[param(rename = "X-Graphroom-User", min_length = 1, max_length = 128)]
    user: String,
    /// What people call it.
    #[param(rename = "X-Graphroom-Name", required = false, min_length = 1, max_length = 128)]
    name: String,
}

/// The header that names a command.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct IdempotencyKey {
    /// The same as `command_id`, which goes before it.
    #[param(rename = "Idempotency-Key", required = false, min_length = 1, max_length = 128)]
    key: String,
}

/// The header that names a message.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub struct MessageKey {
    /// The same as `message_id`, which goes before it.
    #[param(rename = "Idempotency-Key", required = false, min_length = 1, max_length = 128)]
    key: String,
}
