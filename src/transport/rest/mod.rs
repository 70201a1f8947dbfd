//! REST under `/api/v1`, one file a group of routes.

pub mod error;

mod body;
mod commands;
mod graph;
mod parts;
mod projects;
mod sessions;
mod templates;

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::routing::{get, post};
use graphroom_protocol::rest::ServiceView;
use graphroom_protocol::{ErrorBody, ErrorCode};
use http::HeaderMap;
use uuid::Uuid;

use self::error::ApiError;
use super::{Backend, open_error};
use crate::domain::Author;
use crate::session::{OpenError, Session};

/// Every route.
pub fn router(backend: Arc<Backend>) -> Router {
    let api = Router::new()
        .route(
            "/health",
            get(|| async { ([(http::header::CONTENT_TYPE, "application/json")], r#"{"status":"ok"}"#) }),
        )
        .route("/sessions", get(sessions::list).post(sessions::create))
        .route("/sessions/{session_id}/info", get(sessions::info))
        .route("/sessions/{session_id}/undo", post(commands::undo))
        .route("/sessions/{session_id}/redo", post(commands::redo))
        .route("/sessions/{session_id}/graph", get(graph::of_session))
        .route("/sessions/{session_id}/graph/tree", get(graph::tree))
        .route("/graph", get(graph::by_query))
        .route("/projects", post(projects::create))
        .route("/projects/{project_id}", get(projects::read))
        .route("/templates", get(templates::list))
        .route("/templates/{template_id}/schema", get(templates::schema))
        .route("/commands/execute", post(commands::execute))
        .with_state(backend);
    Router::new()
        .route("/", get(|| async { Json(service()) }))
        .nest("/api/v1", api)
        .fallback(|| async { ApiError::new(ErrorCode::NotFound, "Endpoint not found") })
        .method_not_allowed_fallback(|| async {
            ApiError::new(ErrorCode::MethodNotAllowed, "This endpoint does not take that method")
        })
}

/// What this is, and where to go on, for who looks at the root.
fn service() -> ServiceView {
    let links =
        [("health", "/api/v1/health"), ("sessions", "/api/v1/sessions"), ("templates", "/api/v1/templates")];
    ServiceView { service: "graphroom", version: env!("CARGO_PKG_VERSION"), links: links.into() }
}

/// The session that a path or body names; an unknown one is told with `not_found`'s status.
async fn open(
    backend: &Arc<Backend>,
    id: &str,
    not_found: http::StatusCode,
) -> Result<Arc<Session>, ApiError> {
    let opened = match id.parse::<Uuid>() {
        Ok(id) => backend.registry.open(id).await,
        Err(_) => Err(OpenError::NotFound),
    };
    opened.map_err(|error| {
        let unknown = matches!(error, OpenError::NotFound);
        let error = ApiError::from(open_error(&error));
        if unknown { error.with_status(not_found) } else { error }
    })
}

/// Who calls, by the headers of open mode.
fn author(headers: &HeaderMap) -> Result<Author, ApiError> {
    let header = |name: &str| -> Result<Option<Arc<str>>, ApiError> {
        let Some(value) = headers.get(name) else { return Ok(None) };
        let text = std::str::from_utf8(value.as_bytes()).ok();
        match text.filter(|text| !text.is_empty() && text.chars().count() <= 128) {
            Some(text) => Ok(Some(text.into())),
            None => Err(ApiError::from(ErrorBody::new(
                ErrorCode::InvalidRequest,
                format!("{name} must be 1 to 128 characters"),
            ))),
        }
    };
    Ok(Author {
        user_id: header("x-graphroom-user")?.unwrap_or_else(|| "anonymous:rest".into()),
        name: header("x-graphroom-name")?,
        client_id: None,
    })
}
