//! Named versions: places in a project's journal that people gave a name.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use graphroom_protocol::rest::history::{NewVersion, VersionDeleted, VersionList, VersionView};
use graphroom_protocol::{ErrorBody, ErrorCode};
use http::StatusCode;
use serde_json::json;

use super::body::JsonBody;
use super::call::Call;
use super::document::errors::{
    Conflict, Errors, InvalidRequest, InvalidState, NotFound, ProjectNotFound, ReadsBody, ReadsStore,
};
use super::error::ApiError;
use super::history::{not_found, project_id};
use super::parts::{Caller, Id, Ids, ProjectId, VersionOfProject};
use super::past;
use super::projects::open_project;
use crate::project::versions::VersionError;
use crate::session::OpenError;
use crate::transport::{Backend, open_error};

fn refused(error: VersionError) -> ApiError {
    let message = error.to_string();
    match error {
        VersionError::NoProject => not_found(),
        VersionError::NoVersion => ApiError::new(ErrorCode::NotFound, "Version not found"),
        VersionError::WithinCommand { first, last } => past::within("seq", first, last),
        VersionError::Name => ApiError::new(ErrorCode::InvalidRequest, &message),
        VersionError::Taken { seq } => {
            ErrorBody { code: ErrorCode::Conflict, message, details: Some(json!({ "seq": seq })) }.into()
        }
        VersionError::TooMany => ApiError::new(ErrorCode::InvalidState, &message),
        VersionError::Store(error) => open_error(&OpenError::Store(error)).into(),
    }
}

/// Gives a place in a project's journal a name
///
/// The head, if the body names none. No two versions of a project have the same name.
#[utoipa::path(
    post, path = "/projects/{project_id}/versions", tag = "history", operation_id = "create_version",
    params(ProjectId, Caller), request_body = NewVersion,
    responses(
        (status = CREATED, description = "The version, durably", body = VersionView),
        Errors<(ReadsBody, ProjectNotFound, Conflict, InvalidState, ReadsStore)>,
    ),
)]
pub async fn create(
    State(backend): State<Arc<Backend>>,
    Id(id): Id,
    call: Call,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let name = body.required("name", "Missing name")?;
    let (author, seq) = (call.author(), body.seq("seq")?);
    let session = open_project(&backend, &id).await?;
    let head = session.committed().state.head;
    let seq = past::no_later("seq", seq.unwrap_or(head), head)?;
    let made = backend.projects.name_version(project_id(&id)?, name, seq, &author).await;
    Ok((StatusCode::CREATED, Json(made.map_err(refused)?)).into_response())
}

/// Lists the named versions of a project, the latest places first
#[utoipa::path(
    get, path = "/projects/{project_id}/versions", tag = "history", operation_id = "list_versions",
    params(ProjectId),
    responses(
        (status = OK, description = "All of them", body = VersionList),
        Errors<(InvalidRequest, ProjectNotFound, ReadsStore)>,
    ),
)]
pub async fn list(State(backend): State<Arc<Backend>>, Id(id): Id) -> Result<Json<VersionList>, ApiError> {
    backend.projects.versions(project_id(&id)?).await.map(Json).map_err(refused)
}

/// Removes a named version, by its id or its name
///
/// What it named stays in the history.
#[utoipa::path(
    delete, path = "/projects/{project_id}/versions/{version}", tag = "history", operation_id = "delete_version",
    params(VersionOfProject),
    responses(
        (status = OK, description = "There is no such version any more", body = VersionDeleted),
        Errors<(InvalidRequest, ProjectNotFound, NotFound, ReadsStore)>,
    ),
)]
pub async fn delete(
    State(backend): State<Arc<Backend>>,
    Ids(id, which): Ids,
) -> Result<Json<VersionDeleted>, ApiError> {
    let deleted = backend.projects.delete_version(project_id(&id)?, &which).await.map_err(refused)?;
    Ok(Json(VersionDeleted { success: true, version_id: deleted.version_id, name: deleted.name }))
}
