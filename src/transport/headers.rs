//! Headers that tell browsers what may be done with an answer: by default next to nothing.
//!
//! Pages that need more say so themselves, and keep what they say. Nothing here keeps pages of allowed origins from calling the
//! server: those calls are CORS, which the [guard](super::guard) decides.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::StatusCode;
use http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

/// What an answer may do that a browser takes for a page.
const NOTHING: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// For how long a browser keeps in mind that a host speaks HTTPS.
const A_YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Who may load an answer without CORS: an image, a script.
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// Whose windows share a page's process.
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// Of every answer.
const ALWAYS: [(HeaderName, HeaderValue); 5] = [
    (CONTENT_SECURITY_POLICY, NOTHING),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (RESOURCE_POLICY, HeaderValue::from_static("same-origin")),
];

/// The middleware, outside everything that answers.
pub async fn protect(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    // What comes behind it is no answer of HTTP any more.
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        add(response.headers_mut());
    }
    response
}

/// The middleware of a server that speaks TLS: where it is what a browser finds at a host without a port, that host is
/// to be asked by HTTPS alone from now on. Elsewhere nothing is said, as it would hold for every port of the host, and
/// others may be there that speak plainly.
pub async fn insist(request: Request, next: Next) -> Response {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.strip_suffix(":443").unwrap_or(host);
    let is_the_host = !name.is_empty() && !name.contains(':') && name != "localhost";
    let mut response = next.run(request).await;
    if is_the_host && response.status() != StatusCode::SWITCHING_PROTOCOLS {
        response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, A_YEAR);
    }
    response
}

fn add(headers: &mut HeaderMap) {
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(value);
    }
    let is_page = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page {
        headers.entry(OPENER_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    }
}
