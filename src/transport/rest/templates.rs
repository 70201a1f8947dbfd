//! Templates: what projects can be made from, and what each was made from.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::ErrorCode;
use graphroom_protocol::rest::{TemplateList, TemplateSchema};

use super::document::errors::{Errors, InvalidRequest, NeedsSession, ProjectNotFound, TemplateNotFound};
use super::error::ApiError;
use super::parts::{Id, ProjectId, TemplateId};
use super::projects::open_project;
use crate::project::schema;
use crate::transport::Backend;

/// Lists the templates, by id
#[utoipa::path(
    get, path = "/templates", tag = "templates", operation_id = "list_templates",
    responses(
        (status = OK, description = "Every template", body = TemplateList),
        Errors<()>,
    ),
)]
pub async fn list(State(backend): State<Arc<Backend>>) -> Json<TemplateList> {
    let templates = backend.projects.templates().current();
    let templates = templates.values().map(|template| schema::view(template)).collect();
    Json(TemplateList { templates })
}

/// Describes a template: its node types, their properties and options
#[utoipa::path(
    get, path = "/templates/{template_id}/schema", tag = "templates", operation_id = "describe_template",
    params(TemplateId),
    responses(
        (status = OK, description = "The template; the root's type is its first", body = TemplateSchema),
        Errors<(InvalidRequest, TemplateNotFound)>,
    ),
)]
pub async fn schema(
    State(backend): State<Arc<Backend>>,
    Id(id): Id,
) -> Result<Json<TemplateSchema>, ApiError> {
    match backend.projects.templates().current().get(&*id) {
        Some(template) => Ok(Json(schema::schema(template))),
        None => Err(ApiError::new(ErrorCode::TemplateNotFound, "Template not found")),
    }
}

/// Describes the template that a project pinned
///
/// What its nodes are made of: the template's file may be another by now, or gone, until the project adopts it.
#[utoipa::path(
    get, path = "/projects/{project_id}/schema", tag = "projects", operation_id = "describe_project",
    params(ProjectId),
    responses(
        (status = OK, description = "The template; the root's type is its first", body = TemplateSchema),
        Errors<(InvalidRequest, ProjectNotFound, NeedsSession)>,
    ),
)]
pub async fn of_project(
    State(backend): State<Arc<Backend>>,
    Id(id): Id,
) -> Result<Json<TemplateSchema>, ApiError> {
    let session = open_project(&backend, &id).await?;
    Ok(Json(schema::schema(&session.committed().state.template)))
}
