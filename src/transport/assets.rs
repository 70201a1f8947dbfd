//! The web client: the page that people see, and the files that it loads, all out of the binary.
//!
//! Who asks for it is not asked who it is: there is nothing of anybody's in it. What is in the page is not decided here;
//! it is the build of `web-client/`.

mod embedded;
mod quality;

use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderMap, HeaderName,
    HeaderValue, IF_NONE_MATCH, VARY,
};

use self::embedded::{File, Form};
use self::quality::Coding;
pub use self::quality::{prefers_page, prefers_stream};

/// What the page may do, and the workers that it starts: to load and call this server. Styles are partly written into
/// elements by its libraries. Sockets of the same host are among `'self'` for every browser that the page can run in.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
     font-src 'self'; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'",
);

/// Where files lie whose names change with what is in them.
const HASHED: &str = "/assets/";
/// For those.
const FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// For all others: kept, and asked about each time.
const ASK_FIRST: HeaderValue = HeaderValue::from_static("no-cache");

/// The page.
const PAGE: &str = "/index.html";

/// Stands in an answer that is a file or the page.
#[derive(Clone, Copy, Debug)]
pub struct OfWebClient;

/// Whether the page has something to show at a path: it finds out by itself what.
pub fn is_place(path: &str) -> bool {
    matches!(path, "/" | "/projects" | "/sign-in" | "/admin")
        || path.starts_with("/projects/")
        || path.starts_with("/admin/")
}

/// Whether there is a file at a path.
pub fn is_file(path: &str) -> bool {
    path != PAGE && embedded::file(path).is_some()
}

/// The file at a path, or word that the client has it already.
pub fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    let cached = if path.starts_with(HASHED) { FOR_GOOD } else { ASK_FIRST };
    embedded::file(path).filter(|_| is_file(path)).and_then(|file| answer(file, headers, cached))
}

/// The page, or word that the client has it already.
pub fn page(headers: &HeaderMap) -> Response {
    let built = embedded::file(PAGE).and_then(|file| answer(file, headers, ASK_FIRST));
    let mut response = built.unwrap_or_else(not_built);
    vary(&mut response, "accept");
    response
}

/// Says that answers at this place differ by a header of the request.
pub fn vary(response: &mut Response, header: &'static str) {
    response.headers_mut().append(VARY, HeaderValue::from_static(header));
}

fn answer(file: &File, headers: &HeaderMap, cached: HeaderValue) -> Option<Response> {
    let (coding, form) = file.in_one_of(&quality::codings(headers))?;
    let mut response = if is_known(form, headers) {
        // What is said again replaces what the client has kept: the policy, too.
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        whole(file, coding, form)
    };
    let known = response.headers_mut();
    known.insert(ETAG, HeaderValue::from_str(&form.tag).ok()?);
    known.insert(CACHE_CONTROL, cached);
    known.insert(CONTENT_SECURITY_POLICY, POLICY);
    vary(&mut response, "accept-encoding");
    response.extensions_mut().insert(OfWebClient);
    Some(response)
}

fn whole(file: &File, coding: Coding, form: &Form) -> Response {
    let mut response = ([(CONTENT_TYPE, file.kind)], Bytes::clone(&form.bytes)).into_response();
    if coding != Coding::Identity {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    }
    response
}

/// Whether the client has this form of the file, by the tags that it names.
fn is_known(form: &Form, headers: &HeaderMap) -> bool {
    let lines = headers.get_all(IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    let mut tags = lines.flat_map(|line| line.split(',')).map(str::trim);
    tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == form.tag)
}

fn not_built() -> Response {
    let headers: [(HeaderName, &str); 2] =
        [(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    (headers, include_str!("assets/not_built.html")).into_response()
}
