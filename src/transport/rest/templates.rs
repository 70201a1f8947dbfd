//! Templates: what projects can be made from.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::ErrorCode;
use graphroom_protocol::rest::{TemplateList, TemplateSchema};

use super::error::ApiError;
use super::parts::Id;
use crate::project::schema;
use crate::transport::Backend;

/// `GET /templates`
pub async fn list(State(backend): State<Arc<Backend>>) -> Json<TemplateList> {
    let templates = backend.projects.templates().current();
    let templates = templates.values().map(|template| schema::view(template)).collect();
    Json(TemplateList { templates })
}

/// `GET /templates/{template_id}/schema`
pub async fn schema(
    State(backend): State<Arc<Backend>>,
    Id(id): Id,
) -> Result<Json<TemplateSchema>, ApiError> {
    match backend.projects.templates().current().get(&*id) {
        Some(template) => Ok(Json(schema::schema(template))),
        None => Err(ApiError::new(ErrorCode::TemplateNotFound, "Template not found")),
    }
}
