//! The state of a session: whether it is worked in.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::ErrorCode;
use graphroom_protocol::rest::state::{SetState, StateSet};
use http::{HeaderMap, StatusCode};

use super::body::JsonBody;
use super::call::Call;
use super::document::errors::{Errors, OpensSession, ReadsBody, Submits};
use super::error::ApiError;
use super::parts::{Caller, Id, IdempotencyKey, SessionId};
use super::{commands, open};
use crate::session::Wish;
use crate::transport::Backend;

/// Pauses a session, goes on with it, completes it, or says that something is wrong
///
/// Only an active session is changed: in any other, commands are refused (`INVALID_STATE`). Its members are told by
/// `session:state`. From `active` it goes to `paused` and `completed`, from `paused` to `active` and `completed`, from
/// `completed` and `error` to `active`, and from everywhere to `error`.
#[utoipa::path(
    post, path = "/sessions/{session_id}/state", tag = "sessions", operation_id = "set_session_state",
    params(SessionId, Caller, IdempotencyKey), request_body = SetState,
    responses(
        (status = OK, description = "It is in that state", body = StateSet),
        Errors<(OpensSession, ReadsBody, Submits)>,
    ),
)]
pub async fn set(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Json<StateSet>, ApiError> {
    let wanted = body.required("state", "Missing state")?;
    let wish = Wish::set_state(wanted).ok_or_else(|| {
        ApiError::new(ErrorCode::InvalidRequest, "state must be active, paused, completed or error")
    })?;
    let (state, command_id) = (wanted.to_owned(), commands::command_id(&headers, &body)?);
    let session = open(&backend, &call, &id, StatusCode::NOT_FOUND).await?;
    let accepted = commands::carry_out(&session, &call, wish, command_id, body.len).await?;
    Ok(Json(StateSet { success: true, session_id: session.id().to_owned(), state, seq: accepted.seq }))
}
