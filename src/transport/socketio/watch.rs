//! What is seen of Engine.IO's HTTP requests before the library gets them.
//!
//! The link of a WebSocket that began as polling, the end of each poll, and requests of a connection
//! that was cut. And the bound on what a poll may bring in: the library has one limit for both ways.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::connect_info::ConnectInfo;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use graphroom_protocol::{ErrorBody, ErrorCode};
use http::{Method, StatusCode, header};
use http_body_util::Limited;

use super::pipe::Pipes;
use crate::transport::link::Link;
use crate::transport::rest::error::ApiError;

/// The path that the library answers.
pub const PATH: &str = "/socket.io";
/// The largest body of a polling POST, in bytes.
pub const MAX_POST: usize = 4 * 1024 * 1024;

/// The middleware, outside the library's layer.
pub async fn watch(State(pipes): State<Arc<Pipes>>, request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with(PATH) {
        return next.run(request).await;
    }
    let query = request.uri().query().unwrap_or_default().to_owned();
    let Some(sid) = parameter(&query, "sid") else { return next.run(limited(request)).await };
    if pipes.get(sid).is_some_and(|pipe| pipe.is_cut()) {
        // What the protocol answers to an id that it does not know: stock clients start anew.
        let body = r#"{"code":1,"message":"Session ID unknown"}"#;
        return (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/json")], body).into_response();
    }
    if parameter(&query, "transport") == Some("websocket") {
        let link = request.extensions().get::<ConnectInfo<Link>>().map(|ConnectInfo(link)| link.clone());
        let response = next.run(request).await;
        // Only then: a stream is upgraded once, so whoever invents ids needs a stream for each.
        if response.status() == StatusCode::SWITCHING_PROTOCOLS
            && let Some(link) = link
        {
            pipes.upgrade(sid, link);
        }
        return response;
    }
    if declared_length(&request).is_some_and(|length| length > MAX_POST as u64) {
        let message = format!("A polling request is at most {MAX_POST} bytes");
        return ApiError::from(ErrorBody::new(ErrorCode::PayloadTooLarge, message)).into_response();
    }
    let is_poll = request.method() == Method::GET;
    let response = next.run(limited(request)).await;
    if is_poll && let Some(pipe) = pipes.get(sid) {
        pipe.polled();
    }
    response
}

fn declared_length(request: &Request) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn limited(request: Request) -> Request {
    request.map(|body| Body::new(Limited::new(body, MAX_POST)))
}

fn parameter<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}
