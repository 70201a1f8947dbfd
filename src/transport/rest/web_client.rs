//! What is where no route is: the web client's files, its page at the places that it has, or nothing.
//!
//! They are no part of the API, so the OpenAPI document does not have them, and nobody has to say who it is.

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use graphroom_protocol::ErrorCode;
use http::Method;
use http::header::{ALLOW, HeaderValue};

use super::error::ApiError;
use crate::transport::assets;

/// Answers what no route does.
pub async fn answer(request: Request) -> Response {
    let (path, headers) = (request.uri().path(), request.headers());
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return if assets::is_file(path) { only_read() } else { not_found() };
    }
    if let Some(file) = assets::file(path, headers) {
        return file;
    }
    if !assets::is_place(path) {
        return not_found();
    }
    if assets::prefers_page(headers) {
        return assets::page(headers);
    }
    let mut nothing = not_found();
    assets::vary(&mut nothing, "accept");
    nothing
}

fn not_found() -> Response {
    ApiError::new(ErrorCode::NotFound, "Endpoint not found").into_response()
}

fn only_read() -> Response {
    let error = ApiError::new(ErrorCode::MethodNotAllowed, "This endpoint does not take that method");
    let mut response = error.into_response();
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}
