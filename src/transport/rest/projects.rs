//! Projects: made from a template, read whole.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use graphroom_protocol::rest::{NewProject, ProjectCreated, ProjectView};
use graphroom_protocol::{ErrorBody, ErrorCode};
use http::{HeaderMap, StatusCode};
use uuid::Uuid;

use super::author;
use super::body::JsonBody;
use super::document::errors::{self, Errors, InvalidRequest, InvalidTemplate, ReadsBody, ReadsStore};
use super::error::ApiError;
use super::parts::{Caller, Id, ProjectId};
use crate::project::CreateError;
use crate::session::{Committed, OpenError};
use crate::transport::{Backend, open_error};

/// Makes a project from a template, and its session
#[utoipa::path(
    post, path = "/projects", tag = "projects", operation_id = "create_project",
    params(Caller), request_body = NewProject,
    responses(
        (status = CREATED, description = "The project, its session and its graph: one root", body = ProjectCreated),
        Errors<(ReadsBody, InvalidTemplate, ReadsStore)>,
    ),
)]
pub async fn create(
    State(backend): State<Arc<Backend>>,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let missing = "Missing template_id or project_name";
    let template_id = body.required("template_id", missing)?;
    let name = body.required("project_name", missing)?;
    if backend.registry.is_draining() {
        return Err(open_error(&OpenError::ShuttingDown).into());
    }
    let strict = body.optional_flag("strict")?;
    let made =
        backend.projects.create(template_id, name, strict, &author(&headers)?).await.map_err(refused)?;
    let (project, state) = (made.row, made.state);
    // From what was made, and not from the session: the project is there whether that can be opened or not.
    let graph = super::graph::encode(Arc::new(Committed::new(state))).await;
    let created = ProjectCreated {
        project_id: project.project_id.to_string(),
        session_id: project.session_id.to_string(),
        graph: graph.map(|graph| (*graph).to_owned()).unwrap_or_default(),
    };
    Ok((StatusCode::CREATED, Json(created)).into_response())
}

fn refused(error: CreateError) -> ApiError {
    match error {
        CreateError::NoTemplate => ApiError::new(
            ErrorCode::InvalidTemplate,
            "Template not found; GET /api/v1/templates lists those there are",
        ),
        CreateError::Name => {
            ErrorBody::new(ErrorCode::InvalidRequest, format!("project_name: {error}")).into()
        }
        CreateError::Store(cause) => {
            tracing::error!(%cause, "a project could not be made");
            ApiError::new(ErrorCode::StoreUnavailable, "The project could not be stored: retry later")
        }
    }
}

/// Reads a project with its graph
#[utoipa::path(
    get, path = "/projects/{project_id}", tag = "projects", operation_id = "read_project",
    params(ProjectId),
    responses(
        (status = OK, description = "The project", body = ProjectView),
        Errors<(InvalidRequest, errors::ProjectNotFound, ReadsStore)>,
    ),
)]
pub async fn read(State(backend): State<Arc<Backend>>, Id(id): Id) -> Result<Response, ApiError> {
    let not_found = || ApiError::new(ErrorCode::ProjectNotFound, "Project not found");
    let project_id: Uuid = id.parse().map_err(|_| not_found())?;
    let session = backend.registry.open_project(project_id).await.map_err(|error| match error {
        OpenError::NotFound => not_found(),
        error => open_error(&error).into(),
    })?;
    let committed = session.committed();
    let graph = super::graph::encode(Arc::clone(&committed)).await;
    let view = ProjectView {
        project_id: project_id.to_string(),
        template_id: committed.state.template.id.to_string(),
        name: committed.state.name.to_string(),
        session_id: session.id().to_owned(),
        graph: graph.map(|graph| (*graph).to_owned()).unwrap_or_default(),
    };
    Ok(Json(view).into_response())
}
