//! The server itself: what it is, and whether it answers.

use axum::Json;
use graphroom_protocol::rest::{Health, ServiceView};

use super::document::errors::Errors;

/// Tells what this is, and where to go on
#[utoipa::path(
    get, path = "/", tag = "service", operation_id = "describe_service",
    responses(
        (status = OK, description = "The service and its first links", body = ServiceView),
        Errors<()>,
    ),
)]
pub async fn root() -> Json<ServiceView> {
    let links = [
        ("asyncapi", "/asyncapi.json"),
        ("docs", "/docs"),
        ("health", "/api/v1/health"),
        ("openapi", "/openapi.json"),
        ("sessions", "/api/v1/sessions"),
        ("templates", "/api/v1/templates"),
    ];
    Json(ServiceView { service: "graphroom", version: env!("CARGO_PKG_VERSION"), links: links.into() })
}

/// Tells that the server answers
#[utoipa::path(
    get, path = "/health", tag = "service", operation_id = "health",
    responses(
        (status = OK, description = "It answers", body = Health),
        Errors<()>,
    ),
)]
pub async fn health() -> Json<Health> {
    Json(Health { status: "ok" })
}
