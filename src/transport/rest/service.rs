//! The server itself: what it is, and whether it answers.

use axum::Json;
use axum::response::{IntoResponse, Response};
use graphroom_protocol::rest::{Health, ServiceView};
use http::HeaderMap;

use super::document::errors::Errors;
use crate::transport::assets;

/// Tells what this is, and where to go on
///
/// Who accepts `text/html` rather than `application/json` gets the web client's page.
#[utoipa::path(
    get, path = "/", tag = "service", operation_id = "describe_service",
    responses(
        (
            status = OK, description = "The service and its first links, or the page",
            content((ServiceView = "application/json"), (String = "text/html")),
        ),
        Errors<()>,
    ),
)]
pub async fn root(headers: HeaderMap) -> Response {
    if assets::prefers_page(&headers) {
        return assets::page(&headers);
    }
    let mut response = Json(view()).into_response();
    assets::vary(&mut response, "accept");
    response
}

fn view() -> ServiceView {
    let links = [
        ("asyncapi", "/asyncapi.json"),
        ("docs", "/docs"),
        ("health", "/api/v1/health"),
        ("openapi", "/openapi.json"),
        ("sessions", "/api/v1/sessions"),
        ("templates", "/api/v1/templates"),
    ];
    ServiceView { service: "graphroom", version: env!("CARGO_PKG_VERSION"), links: links.into() }
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
