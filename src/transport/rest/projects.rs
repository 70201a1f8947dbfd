//! Projects: made from a template, listed, read whole, renamed, deleted.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use graphroom_protocol::rest::{
    NewProject, ProjectCreated, ProjectDeleted, ProjectList, ProjectRenamed, ProjectSummary, ProjectView,
    RenameProject,
};
use graphroom_protocol::{ErrorBody, ErrorCode, EventName};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::body::JsonBody;
use super::call::Call;
use super::commands::{self, GraphChoice};
use super::document::errors::{
    self, At, Errors, InvalidRequest, InvalidTemplate, NeedsSession, ReadsBody, ReadsStore, Submits,
};
use super::error::ApiError;
use super::parts::{Caller, Id, IdempotencyKey, Parameters, ProjectId, number};
use crate::identity::audit::{Kind, Note};
use crate::project::catalogue::{Found, ProjectQuery, check_name};
use crate::project::{CreateError, Created};
use crate::session::{Committed, OpenError, Session, Wish};
use crate::transport::news::About;
use crate::transport::{Backend, open_error};

/// Makes a project from a template, and its session
#[utoipa::path(
    post, path = "/projects", tag = "projects", operation_id = "create_project",
    params(Caller), request_body = NewProject,
    responses(
        (status = CREATED, description = "The project, its session and its graph: one root", body = ProjectCreated),
        Errors<(ReadsBody, InvalidTemplate, NeedsSession)>,
    ),
)]
pub async fn create(
    State(backend): State<Arc<Backend>>,
    call: Call,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let missing = "Missing template_id or project_name";
    let template_id = body.required("template_id", missing)?;
    let name = body.required("project_name", missing)?;
    backend.registry.check_room().await.map_err(|error| open_error(&error))?;
    let strict = body.optional_flag("strict")?;
    let (template_id, name) = (template_id.to_owned(), name.to_owned());
    // Whether the client goes or not: what is stored has to be known to be whose it is.
    let making = tokio::spawn(async move {
        let made = backend.projects.create(&template_id, &name, strict, &call.author(), call.owner()).await?;
        owned(&backend, &call, &made);
        Ok(made)
    });
    let broken = |_| ApiError::new(ErrorCode::Internal, "The request could not be carried out");
    let made = making.await.map_err(broken)?.map_err(refused)?;
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

/// Whoever made a project owns it from now on, and others are told of it.
pub fn owned(backend: &Backend, call: &Call, made: &Created) {
    if let Some(owner) = call.owner() {
        backend.identity.owns(&owner, made.row.project_id);
    }
    let about = About {
        project_id: made.row.project_id,
        session_id: &made.row.session_id.to_string(),
        name: &made.row.name,
        user_id: &call.author().user_id,
    };
    backend.tell_of_project(EventName::ProjectCreated, &about);
}

/// Why a project could not be made, as clients see it. The cause is logged here, and never sent.
pub fn refused(error: CreateError) -> ApiError {
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
    params(ProjectId, GraphChoice),
    responses(
        (status = OK, description = "The project", body = ProjectView),
        Errors<(InvalidRequest, errors::ProjectNotFound, NeedsSession)>,
    ),
)]
pub async fn read(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
    Parameters(choice): Parameters<GraphChoice>,
) -> Result<Response, ApiError> {
    let wants_graph = choice.wants_graph()?;
    let session = open_project(&backend, &id).await?;
    // Somebody may have taken it meanwhile.
    let role = backend.role_of(call.caller(), &session).ok_or_else(not_found)?;
    let committed = session.committed();
    let graph = if wants_graph {
        let graph = super::graph::encode(Arc::clone(&committed)).await;
        Some(graph.map(|graph| (*graph).to_owned()).unwrap_or_default())
    } else {
        None
    };
    let view = ProjectView {
        project_id: session.project().map(|project| project.project_id.to_string()).unwrap_or_default(),
        template_id: committed.state.template.id.to_string(),
        template_version: committed.state.template.version.clone(),
        strict: committed.state.strict,
        name: committed.state.name.to_string(),
        session_id: session.id().to_owned(),
        role,
        graph,
    };
    Ok(Json(view).into_response())
}

/// The session of the project that a path names.
pub async fn open_project(backend: &Backend, id: &str) -> Result<Arc<Session>, ApiError> {
    let project_id: Uuid = id.parse().map_err(|_| not_found())?;
    backend.registry.open_project(project_id).await.map_err(not_opened)
}

/// Why the session of a project is not opened.
pub fn not_opened(error: OpenError) -> ApiError {
    match error {
        OpenError::NotFound => not_found(),
        error => open_error(&error).into(),
    }
}

fn not_found() -> ApiError {
    ApiError::new(ErrorCode::ProjectNotFound, "Project not found")
}

/// Projects of a page that does not say.
const PAGE: usize = 50;
/// Projects of the largest page.
pub const MAX_PAGE: usize = 200;
/// Beyond any list, and still a whole number to every client.
pub const MAX_OFFSET: usize = (1 << 53) - 1;

/// Which projects to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Only those that have this in their names, whatever the case.
    #[param(required = false)]
    search: Option<String>,
    /// How many to pass over.
    #[param(required = false, value_type = usize, default = 0, maximum = 9_007_199_254_740_991_u64)]
    offset: Option<String>,
    /// How many to list.
    #[param(required = false, value_type = usize, default = 50, minimum = 1, maximum = 200)]
    limit: Option<String>,
}

/// Lists the projects that the caller has a role in, newest first
#[utoipa::path(
    get, path = "/projects", tag = "projects", operation_id = "list_projects",
    params(Page),
    responses(
        (status = OK, description = "The projects of a page", body = ProjectList),
        Errors<(InvalidRequest, ReadsStore)>,
    ),
)]
pub async fn list(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Parameters(page): Parameters<Page>,
) -> Result<Json<ProjectList>, ApiError> {
    let offset = number("offset", page.offset.as_deref(), 0, 0..=MAX_OFFSET)?;
    let limit = number("limit", page.limit.as_deref(), PAGE, 1..=MAX_PAGE)?;
    let search = page.search.filter(|search| !search.is_empty());
    let among = backend.visible_projects(call.caller());
    let found = backend.projects.list(ProjectQuery { search, offset, limit, among }).await;
    let found = found.map_err(|error| open_error(&OpenError::Store(error)))?;
    let projects = found.projects.into_iter().map(|found| summary(&backend, found)).collect();
    Ok(Json(ProjectList { projects, total: found.total, offset, limit }))
}

fn summary(backend: &Backend, found: Found) -> ProjectSummary {
    let Found { row, updated_at, head } = found;
    let live = backend.registry.live(row.session_id);
    ProjectSummary {
        project_id: row.project_id.to_string(),
        session_id: row.session_id.to_string(),
        is_dirty: head > row.saved,
        name: row.name,
        template_id: row.template_id,
        created_at: row.created_at.to_string(),
        updated_at: updated_at.to_string(),
        seq: head,
        active_clients: live.map_or(0, |session| session.view().active_clients),
    }
}

/// Gives a project another name
///
/// Its members are told by `project-updated`.
#[utoipa::path(
    patch, path = "/projects/{project_id}", tag = "projects", operation_id = "rename_project",
    params(ProjectId, Caller, IdempotencyKey), request_body = RenameProject,
    responses(
        (status = OK, description = "The project has that name", body = ProjectRenamed),
        Errors<(ReadsBody, errors::ProjectNotFound, At<404, errors::InvalidSession>, Submits)>,
    ),
)]
pub async fn rename(
    State(backend): State<Arc<Backend>>,
    Id(id): Id,
    call: Call,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Json<ProjectRenamed>, ApiError> {
    let name = body.required("name", "Missing name")?;
    check_name(name).map_err(|error| ErrorBody::new(ErrorCode::InvalidRequest, format!("name: {error}")))?;
    let command_id = commands::command_id(&headers, &body)?;
    let session = open_project(&backend, &id).await?;
    let wish = Wish::Rename { name: name.into() };
    let accepted = commands::carry_out(&session, &call, wish, command_id, body.len).await?;
    let name = name.to_owned();
    if !accepted.duplicate {
        tell(&backend, &call, EventName::ProjectChanged, &session, &name);
    }
    Ok(Json(ProjectRenamed { success: true, project_id: id, name, seq: accepted.seq }))
}

/// Tells of a project that was changed or deleted.
fn tell(backend: &Backend, call: &Call, event: EventName, session: &Session, name: &str) {
    let Some(project) = session.project() else { return };
    let (project_id, user_id) = (project.project_id, &*call.author().user_id);
    backend.tell_of_project(event, &About { project_id, session_id: session.id(), name, user_id });
}

/// Deletes a project and its session
///
/// Its members are told by `session:closed`.
#[utoipa::path(
    delete, path = "/projects/{project_id}", tag = "projects", operation_id = "delete_project",
    params(ProjectId, Caller),
    responses(
        (status = OK, description = "There is no such project any more", body = ProjectDeleted),
        Errors<(InvalidRequest, errors::ProjectNotFound, At<404, errors::InvalidSession>, Submits)>,
    ),
)]
pub async fn delete(
    State(backend): State<Arc<Backend>>,
    Id(id): Id,
    call: Call,
) -> Result<Json<ProjectDeleted>, ApiError> {
    let session = open_project(&backend, &id).await?;
    // It needs no name: a repeat finds no project.
    commands::carry_out(&session, &call, Wish::Delete, None, 0).await?;
    call.note(&backend, Note::new(Kind::ProjectDeleted).in_project(id.parse().ok()));
    let name = Arc::clone(&session.committed().state.name);
    tell(&backend, &call, EventName::ProjectDeleted, &session, &name);
    Ok(Json(ProjectDeleted { success: true, project_id: id }))
}
