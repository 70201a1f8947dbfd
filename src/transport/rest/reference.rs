//! The documents that describe the server, and a page to read them.
//!
//! The page and everything it loads is in the binary: it works without the internet. It may load and call
//! nothing but this server; its Content-Security-Policy says so.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use axum::body::Bytes;
use axum::response::{IntoResponse, Redirect, Response};
use graphroom_protocol::{ErrorCode, asyncapi};
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};

use super::document::errors::{Errors, InvalidRequest, NotFound};
use super::error::ApiError;
use super::parts::{FileName, Id};

/// What the page may do. Its styles are partly written into elements by its script.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What the page loads from what the library brings; everything else of it stays where it is.
const ASSETS: [&str; 3] = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"];

static OPENAPI: LazyLock<Bytes> = LazyLock::new(|| encode(&super::openapi()));
static ASYNCAPI: LazyLock<Bytes> = LazyLock::new(|| encode(&asyncapi::document()));

fn encode(document: &impl serde::Serialize) -> Bytes {
    serde_json::to_vec(document).unwrap_or_default().into()
}

fn json(document: &LazyLock<Bytes>) -> Response {
    ([(CONTENT_TYPE, "application/json")], Bytes::clone(document)).into_response()
}

/// Describes every route, as OpenAPI 3.1
#[utoipa::path(
    get, path = "/openapi.json", tag = "service", operation_id = "read_openapi",
    responses((status = OK, description = "This document", body = Object), Errors<()>),
)]
pub async fn openapi() -> Response {
    json(&OPENAPI)
}

/// Describes every event, as AsyncAPI 3.0
#[utoipa::path(
    get, path = "/asyncapi.json", tag = "service", operation_id = "read_asyncapi",
    responses((status = OK, description = "The events of Socket.IO", body = Object), Errors<()>),
)]
pub async fn asyncapi() -> Response {
    json(&ASYNCAPI)
}

/// Shows the routes on a page
#[utoipa::path(
    get, path = "/docs", tag = "service", operation_id = "show_reference",
    responses((status = OK, description = "The page", body = String, content_type = "text/html"), Errors<()>),
)]
pub async fn page() -> Response {
    let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, POLICY)];
    (headers, include_str!("reference/page.html")).into_response()
}

/// Reads what the page needs
#[utoipa::path(
    get, path = "/docs/{file}", tag = "service", operation_id = "read_reference_file", params(FileName),
    responses(
        (status = OK, description = "A script, a style or a picture", body = String, content_type = "*/*"),
        Errors<(InvalidRequest, NotFound)>,
    ),
)]
pub async fn file(Id(name): Id) -> Result<Response, ApiError> {
    let (kind, bytes) = match name.as_str() {
        "start.js" => {
            ("text/javascript".to_owned(), Cow::Borrowed(include_bytes!("reference/start.js").as_slice()))
        }
        name if ASSETS.contains(&name) => asset(name).ok_or_else(not_found)?,
        _ => return Err(not_found()),
    };
    Ok(([(CONTENT_TYPE, kind)], bytes.into_owned()).into_response())
}

fn asset(name: &str) -> Option<(String, Cow<'static, [u8]>)> {
    let file = utoipa_swagger_ui::serve(name, Arc::default()).ok().flatten()?;
    Some((file.content_type, file.bytes))
}

fn not_found() -> ApiError {
    ApiError::new(ErrorCode::NotFound, "There is no such file")
}

/// Goes to the page, for who looks for it under another name
#[utoipa::path(
    get, path = "/redoc", tag = "service", operation_id = "find_reference",
    responses((status = PERMANENT_REDIRECT, description = "It is at `/docs`"), Errors<()>),
)]
pub async fn elsewhere() -> Redirect {
    Redirect::permanent("/docs")
}

/// Goes to the page, for who writes a slash behind it
#[utoipa::path(
    get, path = "/docs/", tag = "service", operation_id = "find_reference_behind_slash",
    responses((status = PERMANENT_REDIRECT, description = "It is at `/docs`"), Errors<()>),
)]
pub async fn behind_slash() -> Redirect {
    Redirect::permanent("/docs")
}
