//! Sessions: made empty, listed, described.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::rest::{SessionCreated, SessionInfo, SessionList, SessionView};
use http::StatusCode;

use super::document::errors::{Errors, OpensSession, ReadsStore};
use super::error::ApiError;
use super::open;
use super::parts::{Id, SessionId};
use crate::session::OpenError;
use crate::transport::{Backend, open_error};

/// Makes a session without a project
///
/// Its body, if any, is not read.
#[utoipa::path(
    post, path = "/sessions", tag = "sessions", operation_id = "create_session",
    responses(
        (status = CREATED, description = "The session", body = SessionCreated),
        Errors<ReadsStore>,
    ),
)]
pub async fn create(
    State(backend): State<Arc<Backend>>,
) -> Result<(StatusCode, Json<SessionCreated>), ApiError> {
    let id = backend.registry.create().await.map_err(|error| open_error(&error))?;
    Ok((StatusCode::CREATED, Json(SessionCreated { session_id: id.to_string() })))
}

/// Lists the sessions, oldest first
#[utoipa::path(
    get, path = "/sessions", tag = "sessions", operation_id = "list_sessions",
    responses(
        (status = OK, description = "Every session, open or not", body = SessionList),
        Errors<ReadsStore>,
    ),
)]
pub async fn list(State(backend): State<Arc<Backend>>) -> Result<Json<SessionList>, ApiError> {
    let all = backend.registry.list().await.map_err(|error| open_error(&OpenError::Store(error)))?;
    let sessions: Vec<_> = all
        .into_iter()
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

/// Describes a session
#[utoipa::path(
    get, path = "/sessions/{session_id}/info", tag = "sessions", operation_id = "describe_session",
    params(SessionId),
    responses(
        (status = OK, description = "The session and what is known of its project", body = SessionInfo),
        Errors<OpensSession>,
    ),
)]
pub async fn info(State(backend): State<Arc<Backend>>, Id(id): Id) -> Result<Json<SessionInfo>, ApiError> {
    Ok(Json(open(&backend, &id, StatusCode::NOT_FOUND).await?.info()))
}
