//! For whoever operates the server: does it answer, can it work, what does it count. At the root, beside
//! the API, where such things are looked for.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use graphroom_protocol::rest::Ready;
use graphroom_protocol::rest::engine::ServerHealth;
use graphroom_protocol::{ErrorBody, ErrorCode};
use http::{HeaderMap, header};
use serde_json::json;

use super::document::errors::{Errors, ReadsStore};
use super::error::ApiError;
use crate::operations::status::position;
use crate::operations::{Form, Standing};
use crate::transport::Backend;

/// Tells that the server answers, and what it is
///
/// `engine_running` says whether a conversation engine is at work in any session: whether something was published
/// there within the last minute.
#[utoipa::path(
    get, path = "/health", tag = "service", operation_id = "root_health",
    responses(
        (status = OK, description = "It answers", body = ServerHealth),
        Errors<()>,
    ),
)]
pub async fn health(State(backend): State<Arc<Backend>>) -> Json<ServerHealth> {
    Json(ServerHealth {
        status: "healthy",
        service: "graphroom",
        version: env!("CARGO_PKG_VERSION"),
        timestamp: backend.identity.now().in_microseconds(),
        engine_running: backend.feeds.have_engine(),
    })
}

/// Tells that the server answers, as `/health` does
#[utoipa::path(
    get, path = "/api/health", tag = "service", operation_id = "api_health",
    responses(
        (status = OK, description = "It answers", body = ServerHealth),
        Errors<()>,
    ),
)]
pub async fn api_health(backend: State<Arc<Backend>>) -> Json<ServerHealth> {
    health(backend).await
}

/// Tells whether the server can work
///
/// The store is asked whether it takes writes. `details.component` of an error names what cannot work.
#[utoipa::path(
    get, path = "/ready", tag = "service", operation_id = "ready",
    responses(
        (status = OK, description = "It can", body = Ready),
        Errors<ReadsStore>,
    ),
)]
pub async fn ready(State(backend): State<Arc<Backend>>) -> Result<Json<Ready>, ApiError> {
    if backend.registry.is_draining() {
        return Err(unready("server", ErrorCode::ShuttingDown, "The server is going down"));
    }
    if !backend.readiness.store_works().await {
        return Err(unready("store", ErrorCode::StoreUnavailable, "The store takes no writes"));
    }
    Ok(Json(Ready { status: "ready" }))
}

fn unready(component: &str, code: ErrorCode, message: &str) -> ApiError {
    let details = Some(json!({ "component": component }));
    ErrorBody { details, ..ErrorBody::new(code, message) }.into()
}

/// Shows what the server counts and measures
///
/// In the Prometheus text form, version 0.0.4; as OpenMetrics for who accepts that.
#[utoipa::path(
    get, path = "/metrics", tag = "service", operation_id = "metrics",
    responses(
        (status = OK, description = "The metrics", body = String, content_type = "text/plain"),
        Errors<()>,
    ),
)]
pub async fn metrics(State(backend): State<Arc<Backend>>, headers: HeaderMap) -> Result<Response, ApiError> {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let form = Form::accepted(accept);
    let (websockets, polling) = backend.connections.by_transport();
    let assistant = backend.conversations.assistant().map(|assistant| assistant.breaker());
    let others = assistant.into_iter().chain([backend.broadcasts.breaker()]);
    let others: Vec<_> = others.map(|one| (one.name(), position(one.standing()))).collect();
    let measured = backend.status.exported(&others);
    let standing = Standing { census: backend.registry.census(), websockets, polling, measured };
    match backend.metrics.text(form, &standing) {
        Ok(text) => Ok(([(header::CONTENT_TYPE, form.content_type())], text).into_response()),
        Err(error) => {
            tracing::error!(%error, "the metrics could not be written");
            Err(ApiError::new(ErrorCode::Internal, "The metrics could not be written"))
        }
    }
}
