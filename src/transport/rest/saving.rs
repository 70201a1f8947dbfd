//! Saving: everything is durable at once, so saving marks a place; and whether there is anything behind it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::ErrorCode;
use graphroom_protocol::rest::{DirtyView, Saved};
use http::StatusCode;

use super::call::Call;
use super::document::errors::{
    Errors, InvalidRequest, InvalidState, NeedsSession, OpensSession, ProjectNotFound,
};
use super::error::ApiError;
use super::open;
use super::parts::{Id, ProjectId, SessionId};
use super::projects::open_project;
use crate::session::{OpenError, Session};
use crate::transport::{Backend, open_error};

/// Says whether anything was changed since the last save
#[utoipa::path(
    get, path = "/sessions/{session_id}/dirty", tag = "sessions", operation_id = "read_dirty",
    params(SessionId),
    responses((status = OK, description = "Whether there is something to save", body = DirtyView), Errors<OpensSession>),
)]
pub async fn dirty(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
) -> Result<Json<DirtyView>, ApiError> {
    let session = open(&backend, &call, &id, StatusCode::NOT_FOUND).await?;
    Ok(Json(DirtyView { session_id: session.id().to_owned(), is_dirty: session.is_dirty() }))
}

/// Marks a session's project as saved
///
/// What was answered is durable before that: nothing depends on it but `is_dirty`.
#[utoipa::path(
    post, path = "/sessions/{session_id}/save", tag = "sessions", operation_id = "save_session",
    params(SessionId),
    responses(
        (status = OK, description = "Marked", body = Saved),
        Errors<(OpensSession, InvalidState)>,
    ),
)]
pub async fn save(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
) -> Result<Json<Saved>, ApiError> {
    let session = open(&backend, &call, &id, StatusCode::NOT_FOUND).await?;
    mark(&backend, &session).await
}

/// Forgets that anything was changed: the same as saving
#[utoipa::path(
    post, path = "/sessions/{session_id}/reset-dirty", tag = "sessions", operation_id = "reset_dirty",
    params(SessionId),
    responses(
        (status = OK, description = "Marked", body = Saved),
        Errors<(OpensSession, InvalidState)>,
    ),
)]
pub async fn reset_dirty(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
) -> Result<Json<Saved>, ApiError> {
    let session = open(&backend, &call, &id, StatusCode::NOT_FOUND).await?;
    mark(&backend, &session).await
}

/// Marks a project as saved
#[utoipa::path(
    post, path = "/projects/{project_id}/save", tag = "projects", operation_id = "save_project",
    params(ProjectId),
    responses(
        (status = OK, description = "Marked", body = Saved),
        Errors<(InvalidRequest, ProjectNotFound, NeedsSession)>,
    ),
)]
pub async fn save_project(State(backend): State<Arc<Backend>>, Id(id): Id) -> Result<Json<Saved>, ApiError> {
    let session = open_project(&backend, &id).await?;
    mark(&backend, &session).await
}

async fn mark(backend: &Backend, session: &Session) -> Result<Json<Saved>, ApiError> {
    let Some(project) = session.project() else {
        return Err(ApiError::new(ErrorCode::InvalidState, "The session has no project"));
    };
    let seq = session.committed().state.head;
    let marked = backend.projects.mark_saved(project.project_id, seq).await;
    marked.map_err(|error| open_error(&OpenError::Store(error)))?;
    session.mark_saved(seq);
    Ok(Json(Saved { success: true, session_id: session.id().to_owned(), is_dirty: session.is_dirty() }))
}
