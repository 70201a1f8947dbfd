//! The guard of open mode: who may speak to a server that asks nobody for a name.
//!
//! Any page on the internet can send requests to a local port, directly or by pointing a name of its
//! own at a loopback address. So every request, Engine.IO's and WebSocket upgrades among them, must
//! name a host that is this machine or was allowed, and a browser's request must come from a page of
//! the same host, of this machine, or allowed. [`Guard`] is a tower layer and belongs in front of all that
//! answers.
//!
//! It does not know who calls: it keeps foreign pages out, not people on the same machine.

mod authority;
mod origin;
#[cfg(test)]
mod tests;

use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use futures_util::TryFutureExt;
use futures_util::future::{Either, MapOk};
use graphroom_protocol::rest::ErrorAnswer;
use graphroom_protocol::{ErrorBody, ErrorCode};
use http::header::{HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN, RETRY_AFTER};
use http::{Method, Request, StatusCode, Uri};
use tower::{Layer, Service};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use super::request_log;
use authority::Authority;
use origin::{AllowedOrigin, Origin};

/// The rules, and the layer that holds requests against them. Clones share the rules.
#[derive(Clone, Debug)]
pub struct Guard {
    rules: Arc<Rules>,
}

impl Guard {
    /// Lets in loopback hosts and origins, and these beside them.
    ///
    /// - `allow_host`: `name` (at any port) or `name:port`; a name, an IPv4 address, or `[IPv6]`.
    /// - `allow_origin`: `scheme://host` or `scheme://host:port`, exactly as browsers send it.
    ///
    /// An entry that is neither is logged and matches nothing.
    #[must_use]
    pub fn new(allow_host: Vec<String>, allow_origin: Vec<String>) -> Self {
        let hosts = understood("allow-host", allow_host, Authority::parse);
        let origins = understood("allow-origin", allow_origin, AllowedOrigin::parse);
        Self { rules: Arc::new(Rules { hosts, origins }) }
    }

    /// Whether pages of this origin may read our answers: a loopback origin, or an allowed one.
    #[must_use]
    pub fn allows_origin(&self, origin: &HeaderValue) -> bool {
        origin.to_str().is_ok_and(|text| self.rules.allows_origin(text))
    }

    /// How many hosts and origins are let in beside loopback ones.
    #[must_use]
    pub fn allowed(&self) -> (usize, usize) {
        (self.rules.hosts.len(), self.rules.origins.len())
    }

    /// What is wrong with a request, if anything is.
    fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), ErrorCode> {
        let host = self.rules.check_host(uri, headers).ok_or(ErrorCode::ForeignHost)?;
        self.rules.check_origin(&host, headers).ok_or(ErrorCode::ForeignOrigin)
    }
}

/// The CORS headers that go with a guard: pages of every origin that it allows may call every route,
/// with credentials and whatever request headers they ask for.
pub fn cors(guard: &Guard) -> CorsLayer {
    let guard = guard.clone();
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, _| guard.allows_origin(origin)))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(AllowHeaders::mirror_request())
        .allow_credentials(true)
        .expose_headers([request_log::HEADER, RETRY_AFTER])
}

#[derive(Debug)]
struct Rules {
    hosts: Vec<Authority>,
    origins: Vec<AllowedOrigin>,
}

impl Rules {
    /// The one host that the request names, if it may.
    fn check_host(&self, uri: &Uri, headers: &HeaderMap) -> Option<Authority> {
        let in_header = at_most_one(headers, &HOST)?;
        let in_uri = uri.authority().map(http::uri::Authority::as_str);
        let host = Authority::parse(in_header.or(in_uri)?)?;
        // An absolute URI goes before the header; two names for one request are a trick.
        if let Some(in_uri) = in_uri
            && Authority::parse(in_uri)? != host
        {
            return None;
        }
        let allowed = host.is_loopback() || self.hosts.iter().any(|pattern| pattern.covers(&host));
        allowed.then_some(host)
    }

    fn check_origin(&self, host: &Authority, headers: &HeaderMap) -> Option<()> {
        let Some(origin) = at_most_one(headers, &ORIGIN)? else {
            return (!is_foreign_fetch(headers)).then_some(());
        };
        let same_host = || Origin::parse(origin).is_some_and(|origin| origin.is_of_host(host));
        (self.allows_origin(origin) || same_host()).then_some(())
    }

    fn allows_origin(&self, origin: &str) -> bool {
        Origin::parse(origin).is_some_and(|origin| origin.is_loopback())
            || self.origins.iter().any(|allowed| allowed.matches(origin))
    }
}

/// Whether a page of another site asks without saying so by an origin: for an image, a script, or by a
/// fetch whose answer it cannot read. Following a link is the user's own doing. Other clients than
/// browsers send no such headers.
fn is_foreign_fetch(headers: &HeaderMap) -> bool {
    let is = |name: &str, value: &str| headers.get(name).is_some_and(|header| header == value);
    is("sec-fetch-site", "cross-site") && !is("sec-fetch-mode", "navigate")
}

/// The header's text; `None` if there are several or it is no text.
fn at_most_one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<Option<&'a str>> {
    let mut values = headers.get_all(name).iter();
    let first = values.next().map(HeaderValue::to_str).transpose().ok()?;
    values.next().is_none().then_some(first)
}

fn understood<T>(option: &str, entries: Vec<String>, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
    entries
        .into_iter()
        .filter_map(|entry| {
            let parsed = parse(&entry);
            if parsed.is_none() {
                tracing::warn!(%entry, "--{option} is not understood and matches nothing");
            }
            parsed
        })
        .collect()
}

impl<S> Layer<S> for Guard {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Guarded<S> {
        Guarded { guard: self.clone(), inner }
    }
}

/// A service behind a [`Guard`].
#[derive(Clone, Debug)]
pub struct Guarded<S> {
    guard: Guard,
    inner: S,
}

impl<S, B> Service<Request<B>> for Guarded<S>
where
    S: Service<Request<B>>,
    S::Response: IntoResponse,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Either<Ready<Result<Response, S::Error>>, MapOk<S::Future, fn(S::Response) -> Response>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        match self.guard.check(request.uri(), request.headers()) {
            Ok(()) => Either::Right(self.inner.call(request).map_ok(IntoResponse::into_response)),
            Err(code) => {
                log_refusal(code, request.headers());
                Either::Left(ready(Ok(refusal(code))))
            }
        }
    }
}

fn log_refusal(code: ErrorCode, headers: &HeaderMap) {
    tracing::debug!(?code, host = ?headers.get(HOST), origin = ?headers.get(ORIGIN), "request refused");
}

fn refusal(code: ErrorCode) -> Response {
    let message = match code {
        ErrorCode::ForeignHost => "This server does not answer to that host name; see --allow-host.",
        _ => "Pages of that origin may not use this server; see --allow-origin.",
    };
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::FORBIDDEN);
    let error = ErrorBody::new(code, message);
    // For those who write it in another form.
    (status, Extension(error.clone()), Json(ErrorAnswer { error })).into_response()
}
