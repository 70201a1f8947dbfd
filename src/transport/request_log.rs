//! What every HTTP request gets: an id, and a span in the log that says whose it was, what, and how it
//! ended.
//!
//! The span is there whatever the log shows, so that a warning deep inside names its request. Queries,
//! headers and bodies stay out of it.

use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, Response};
use tower::ServiceBuilder;
use tower_http::request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer};
use tower_http::trace::TraceLayer;
use tracing::Span;
use tracing::field::Empty;
use uuid::Uuid;

use super::address::{self, TrustedProxies};

/// The header that carries the id, in requests and in answers.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id that a client may give, in bytes.
pub const MAX_ID: usize = 128;

/// Puts it around all that `router` answers. These proxies say whose requests they bring.
pub fn around(router: Router, proxies: TrustedProxies) -> Router {
    let trace = TraceLayer::new_for_http()
        .make_span_with(span)
        .on_request(())
        .on_response(answered)
        .on_body_chunk(())
        .on_eos(())
        .on_failure(());
    let layers = ServiceBuilder::new()
        .map_request(move |request| proxies.mark(request))
        .map_request(without_bad_id)
        .layer(SetRequestIdLayer::new(HEADER, TimeOrderedId))
        .layer(trace)
        .layer(PropagateRequestIdLayer::new(HEADER));
    router.layer(layers)
}

/// Makes ids that sort by time.
#[derive(Clone, Copy)]
struct TimeOrderedId;

impl MakeRequestId for TimeOrderedId {
    fn make_request_id<B>(&mut self, _: &http::Request<B>) -> Option<RequestId> {
        HeaderValue::try_from(Uuid::now_v7().to_string()).ok().map(RequestId::new)
    }
}

/// Takes away an id that will not do; then one is made.
fn without_bad_id(mut request: Request) -> Request {
    if !has_good_id(request.headers()) {
        request.headers_mut().remove(HEADER);
    }
    request
}

fn has_good_id(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(HEADER).iter().map(HeaderValue::as_bytes);
    let fits = |id: &[u8]| (1..=MAX_ID).contains(&id.len()) && id.iter().all(u8::is_ascii_graphic);
    values.next().is_some_and(fits) && values.next().is_none()
}

fn span(request: &Request) -> Span {
    let request_id = request.headers().get(HEADER).and_then(|id| id.to_str().ok());
    // Of the highest level: a filter that lets through only errors has to let through whose they are.
    tracing::error_span!(
        "request",
        request_id,
        address = %address::of(request),
        method = %request.method(),
        path = request.uri().path(),
        status = Empty,
        latency_ms = Empty,
    )
}

fn answered<B>(response: &Response<B>, latency: Duration, span: &Span) {
    span.record("status", response.status().as_u16());
    span.record("latency_ms", latency.as_secs_f64() * 1000.0);
    if response.status().is_server_error() {
        tracing::warn!("answered");
    } else {
        tracing::debug!("answered");
    }
}
