//! Sessions: made empty, listed, described, cleaned up.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::ErrorCode;
use graphroom_protocol::rest::{
    CleanedUp, CleanupBody, SessionCreated, SessionInfo, SessionList, SessionView,
};
use http::StatusCode;
use serde_json::Value;

use super::body::OptionalJsonBody;
use super::call::Call;
use super::document::errors::{Errors, NeedsSession, OpensSession, ReadsBody, ReadsStore};
use super::error::ApiError;
use super::open;
use super::parts::{Id, SessionId};
use crate::identity::audit::{Kind, Note};
use crate::session::OpenError;
use crate::transport::{Backend, open_error};

/// Makes a session without a project
///
/// Its body, if any, is not read.
#[utoipa::path(
    post, path = "/sessions", tag = "sessions", operation_id = "create_session",
    responses(
        (status = CREATED, description = "The session", body = SessionCreated),
        Errors<NeedsSession>,
    ),
)]
pub async fn create(
    State(backend): State<Arc<Backend>>,
    call: Call,
) -> Result<(StatusCode, Json<SessionCreated>), ApiError> {
    let id = backend.registry.create(call.owner()).await.map_err(|error| open_error(&error))?;
    Ok((StatusCode::CREATED, Json(SessionCreated { session_id: id.to_string() })))
}

/// Lists the sessions, oldest first
#[utoipa::path(
    get, path = "/sessions", tag = "sessions", operation_id = "list_sessions",
    responses(
        (status = OK, description = "Every session that the caller may read, open or not", body = SessionList),
        Errors<ReadsStore>,
    ),
)]
pub async fn list(State(backend): State<Arc<Backend>>, call: Call) -> Result<Json<SessionList>, ApiError> {
    let all = backend.registry.list().await.map_err(|error| open_error(&OpenError::Store(error)))?;
    let sessions: Vec<_> = all
        .into_iter()
        .filter(|(row, _)| backend.may_see(call.caller(), row.project_id, row.owner.as_deref()))
        .map(|(row, live)| match live {
            Some(session) => session.view(),
            None => SessionView {
                session_id: row.session_id.to_string(),
                created_at: row.created_at.to_string(),
                last_activity: row.created_at.to_string(),
                active_clients: 0,
                has_project: row.project_id.is_some(),
            },
        })
        .collect();
    Ok(Json(SessionList { total: sessions.len(), sessions }))
}

/// Hours without activity that `cleanup` goes by if it is not told.
const INACTIVE_HOURS: f64 = 24.0;
/// A hundred years: beyond that nothing is inactive.
const MAX_HOURS: f64 = 876_000.0;

/// Unloads sessions that nobody uses
///
/// Those of projects come back with the next who asks for them. Only those that never had a project are
/// deleted.
#[utoipa::path(
    post, path = "/sessions/cleanup", tag = "sessions", operation_id = "clean_up_sessions",
    request_body = Option<CleanupBody>,
    responses((status = OK, description = "How many went", body = CleanedUp), Errors<(ReadsBody, ReadsStore)>),
)]
pub async fn clean_up(
    State(backend): State<Arc<Backend>>,
    call: Call,
    body: OptionalJsonBody,
) -> Result<Json<CleanedUp>, ApiError> {
    let hours = match body.0.fields.get("max_inactive_hours") {
        None | Some(Value::Null) => INACTIVE_HOURS,
        Some(value) => value.as_f64().filter(|hours| *hours >= 0.0).ok_or_else(|| {
            ApiError::new(ErrorCode::InvalidRequest, "max_inactive_hours must be a number from 0")
        })?,
    };
    let inactive = Duration::from_secs_f64(hours.min(MAX_HOURS) * 3_600.0);
    let removed = backend.registry.clean_up(inactive).await;
    let sessions_removed = removed.map_err(|error| open_error(&OpenError::Store(error)))?;
    call.note(&backend, Note::new(Kind::SessionsCleanedUp).with("sessions", sessions_removed));
    Ok(Json(CleanedUp { sessions_removed, active_sessions: backend.registry.open_count() }))
}

/// Describes a session
#[utoipa::path(
    get, path = "/sessions/{session_id}/info", tag = "sessions", operation_id = "describe_session",
    params(SessionId),
    responses(
        (status = OK, description = "The session and what is known of its project", body = SessionInfo),
        Errors<OpensSession>,
    ),
)]
pub async fn info(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
) -> Result<Json<SessionInfo>, ApiError> {
    Ok(Json(open(&backend, &call, &id, StatusCode::NOT_FOUND).await?.info()))
}
