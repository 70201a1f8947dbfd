//! What a caller asks too often, or while the server is in maintenance: it is refused before its body is read.
//!
//! Whatever is no `GET` counts, so that no route that changes something can be forgotten. How often is too
//! often is the limiter's, which all transports ask.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::Method;

use super::error::ApiError;
use super::{call, needs};
use crate::transport::limits::{Counted, Who};
use crate::transport::{Backend, address};

/// The route of who is in a session, which has a rate of its own.
const PRESENCE: &str = "/api/v1/sessions/{session_id}/presence";

/// Runs a request, unless it is one too many.
pub async fn pace(State(backend): State<Arc<Backend>>, request: Request, next: Next) -> Response {
    let Some(counted) = counted(&request) else { return next.run(request).await };
    let is_paused = counted == Counted::Command && call::need(&request).is_some_and(needs::is_paused);
    let maintenance = if is_paused { backend.check_maintenance() } else { Ok(()) };
    match maintenance.and_then(|()| backend.limiter.take(counted, &who(&request))) {
        Ok(()) => next.run(request).await,
        Err(error) => ApiError::from(error).into_response(),
    }
}

fn counted(request: &Request) -> Option<Counted> {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return None;
    }
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    Some(if route == Some(PRESENCE) { Counted::Presence } else { Counted::Command })
}

fn who(request: &Request) -> Who {
    Who::caller(call::user_id(request), address::of(request))
}
