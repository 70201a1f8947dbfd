//! Presence over REST: who is here, and being here without a socket.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::presence::{PresenceBody, PresenceLease, PresenceView};
use graphroom_protocol::{ErrorCode, Success};
use http::StatusCode;
use serde_json::Value;

use super::body::OptionalJsonBody;
use super::call::Call;
use super::document::errors::{Errors, OpensSession, ReadsBody};
use super::error::ApiError;
use super::open;
use super::parts::{Id, NamedCaller, SessionId};
use crate::session::Person;
use crate::session::presence::LEASE;
use crate::transport::{Backend, doing};

/// Says who is in a session
#[utoipa::path(
    get, path = "/sessions/{session_id}/presence", tag = "sessions", operation_id = "read_presence",
    params(SessionId),
    responses(
        (status = OK, description = "Everybody who is there", body = PresenceView<'_>),
        Errors<OpensSession>,
    ),
)]
pub async fn read(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
) -> Result<Json<Value>, ApiError> {
    let session = open(&backend, &call, &id, StatusCode::NOT_FOUND).await?;
    let view = PresenceView { session_id: session.id(), participants: session.participants() };
    json(&view)
}

/// Is in a session without a socket, and says what the caller is at
///
/// The caller is there for a minute from then on: say it again in time. It needs the header `X-Graphroom-User`.
#[utoipa::path(
    put, path = "/sessions/{session_id}/presence", tag = "sessions", operation_id = "lease_presence",
    params(SessionId, NamedCaller), request_body = Option<PresenceBody>,
    responses(
        (status = OK, description = "The caller, as others see it", body = PresenceLease),
        Errors<(OpensSession, ReadsBody)>,
    ),
)]
pub async fn lease(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
    body: OptionalJsonBody,
) -> Result<Json<PresenceLease>, ApiError> {
    let unreadable = |_| ApiError::new(ErrorCode::InvalidRequest, "The body is not what presence takes");
    let PresenceBody { color, change } =
        serde_json::from_value(Value::Object(body.0.fields)).map_err(unreadable)?;
    doing::check(&change)?;
    color.as_deref().map(doing::color).transpose()?;
    let person = person(&call, color)?;
    let session = open(&backend, &call, &id, StatusCode::NOT_FOUND).await?;
    let participant = session.lease_presence(&person, change);
    let lease_ms = u64::try_from(LEASE.as_millis()).unwrap_or(u64::MAX);
    Ok(Json(PresenceLease { success: true, lease_ms, participant }))
}

/// Leaves a session that the caller was in without a socket
#[utoipa::path(
    delete, path = "/sessions/{session_id}/presence", tag = "sessions", operation_id = "release_presence",
    params(SessionId, NamedCaller),
    responses(
        (status = OK, description = "The caller is there no more, unless by a socket", body = Success),
        Errors<OpensSession>,
    ),
)]
pub async fn release(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
) -> Result<Json<Success>, ApiError> {
    let person = person(&call, None)?;
    let session = open(&backend, &call, &id, StatusCode::NOT_FOUND).await?;
    session.release_presence(&person.user_id);
    Ok(Json(Success { success: true }))
}

/// Who calls. Nobody in particular cannot be here.
fn person(call: &Call, color: Option<String>) -> Result<Person, ApiError> {
    let person = Person::new(&call.author(), color.map(Into::into));
    if person.is_anonymous {
        let message = "Say who is there: X-Graphroom-User is missing, or a name that is not given out";
        return Err(ApiError::new(ErrorCode::InvalidRequest, message));
    }
    Ok(person)
}

fn json(view: &PresenceView<'_>) -> Result<Json<Value>, ApiError> {
    let unwritable = |_| ApiError::new(ErrorCode::Internal, "The answer could not be written");
    serde_json::to_value(view).map(Json).map_err(unwritable)
}
