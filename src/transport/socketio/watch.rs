//! What is seen of Engine.IO's HTTP requests before the library gets them.
//!
//! The link of a WebSocket that began as polling, the end of each poll, and requests of a connection
//! that was cut. What the library does not understand: JSONP, and how protocol 4 connects. And the bound
//! on what a poll may bring in: the library has one limit for both ways.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::connect_info::ConnectInfo;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use graphroom_protocol::{ErrorBody, ErrorCode};
use http::{Method, StatusCode, header};
use http_body_util::Limited;

use super::frames::Frames;
use super::packets;
use super::pipe::Pipes;
use super::protocol4::{self, MAX_CONNECT};
use super::seating::Seating;
use crate::transport::limits::Seat;
use crate::transport::link::Link;
use crate::transport::noting::{Asked, refused};
use crate::transport::rest::error::ApiError;
use crate::transport::{Backend, address};

/// The path that the library answers.
pub const PATH: &str = "/socket.io";
/// The largest body of a polling POST, in bytes.
pub const MAX_POST: usize = 4 * 1024 * 1024;

/// What a request passes by.
#[derive(Clone)]
pub struct Doors {
    /// The pipes of all connections.
    pub pipes: Arc<Pipes>,
    /// The seats of clients that poll.
    pub seating: Arc<Seating>,
    /// What the transports share.
    pub backend: Arc<Backend>,
}

/// The middleware, outside the library's layer.
pub async fn watch(State(doors): State<Doors>, request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with(PATH) {
        return next.run(request).await;
    }
    let Doors { pipes, seating, backend } = doors;
    let query = request.uri().query().unwrap_or_default().to_owned();
    let sid = parameter(&query, "sid");
    if let Some(pipe) = sid.and_then(|sid| pipes.get(sid)) {
        pipe.sign();
        if pipe.is_cut() {
            return unknown();
        }
    }
    if let Some(sid) = sid {
        seating.sign(sid);
    }
    let is_protocol4 = protocol4::is_spoken(parameter(&query, "EIO"));
    if parameter(&query, "transport") == Some("websocket") {
        let seat = match sid {
            Some(_) => None,
            None => match Seating::take(&backend.limiter, &request) {
                Ok(seat) => Some(seat),
                Err(full) => return is_full(&backend, &request, full),
            },
        };
        return websocket((&pipes, &seating), (sid, seat), is_protocol4, request, next).await;
    }
    if parameter(&query, "j").is_some() {
        // The library knows nothing of it and would answer with what is no script.
        let message = "JSONP is not spoken here: use polling by XMLHttpRequest, or WebSocket";
        return ApiError::new(ErrorCode::InvalidRequest, message).into_response();
    }
    let is_poll = request.method() == Method::GET;
    if sid.is_none() && is_poll {
        return match Seating::take(&backend.limiter, &request) {
            Ok(seat) => seating.keep(seat, next.run(limited(request)).await).await,
            Err(full) => is_full(&backend, &request, full),
        };
    }
    match taken_in(request, is_protocol4).await {
        Ok(request) if is_poll => poll(&pipes, sid, next.run(request)).await,
        Ok(request) => next.run(request).await,
        Err(too_large) => too_large.into_response(),
    }
}

/// The answer to who finds no seat.
fn is_full(backend: &Backend, request: &Request, error: ErrorBody) -> Response {
    let asked = Asked {
        what: "connect",
        caller: None,
        address: address::of(request),
        project_id: None,
        target: None,
    };
    refused(&backend.identity, asked, &error);
    ApiError::from(error).into_response()
}

/// What the protocol answers to an id that it does not know: stock clients start anew.
fn unknown() -> Response {
    let body = r#"{"code":1,"message":"Session ID unknown"}"#;
    (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// Waits for a poll's answer, but no longer than the connection lasts.
async fn poll(pipes: &Pipes, sid: Option<&str>, answer: impl Future<Output = Response>) -> Response {
    let over = async {
        match sid.and_then(|sid| pipes.get(sid)) {
            Some(pipe) => pipe.is_over().await,
            None => std::future::pending().await,
        }
    };
    let response = tokio::select! {
        biased;
        response = answer => response,
        () = over => return unknown(),
    };
    // Anew, since a connection has no pipe before it is let in, which may be while its first poll waits.
    let Some(pipe) = sid.and_then(|sid| pipes.get(sid)) else { return response };
    let (parts, body) = response.into_parts();
    // It is there already, and no longer than the library makes it.
    let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else { return unknown() };
    pipe.polled(packets::count(&body));
    Response::from_parts(parts, body.into())
}

async fn websocket(
    (pipes, seating): (&Pipes, &Seating),
    (sid, seat): (Option<&str>, Option<Seat>),
    is_protocol4: bool,
    request: Request,
    next: Next,
) -> Response {
    let link = request.extensions().get::<ConnectInfo<Link>>().map(|ConnectInfo(link)| link.clone());
    let response = next.run(limited(request)).await;
    // Only then: a stream is upgraded once, so whoever invents ids needs a stream for each. And the
    // client sends no frame before it has this answer.
    if response.status() == StatusCode::SWITCHING_PROTOCOLS
        && let Some(link) = link
    {
        if is_protocol4 {
            link.translate(Box::new(Frames::default()));
        } else {
            link.open_bypass(packets::is_ours);
        }
        if let Some(seat) = seat {
            link.hold(Box::new(seat));
        }
        if let Some(sid) = sid {
            seating.upgrade(sid, &link);
            pipes.upgrade(sid, link);
        }
    }
    response
}

/// A polling request that is not too large, in the words that the library understands.
async fn taken_in(request: Request, is_protocol4: bool) -> Result<Request, ApiError> {
    let length = declared_length(&request);
    if length.is_some_and(|length| length > MAX_POST as u64) {
        let message = format!("A polling request is at most {MAX_POST} bytes");
        return Err(ErrorBody::new(ErrorCode::PayloadTooLarge, message).into());
    }
    let can_connect = length.is_some_and(|length| (1..=MAX_CONNECT as u64).contains(&length));
    if is_protocol4 && can_connect { without_queries(request).await } else { Ok(limited(request)) }
}

/// A small request whose CONNECT packets have no query any more.
async fn without_queries(request: Request) -> Result<Request, ApiError> {
    let (mut parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, MAX_CONNECT)
        .await
        .map_err(|_| ApiError::new(ErrorCode::InvalidRequest, "The body could not be read"))?;
    let body = protocol4::body_without_queries(&body).map_or(body, Into::into);
    parts.headers.insert(header::CONTENT_LENGTH, body.len().into());
    Ok(Request::from_parts(parts, Body::from(body)))
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
