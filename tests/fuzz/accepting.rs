//! What requests say that they accept and have: `Accept`, `Accept-Encoding` and `If-None-Match`, for the web client.

use std::task::{Context, Poll, Waker};

use axum::response::Response;
use graphroom::transport::assets;
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::bytes;
use super::run::{Case, Part, readable};

const ACCEPTED: [&str; 8] = [
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "text/html",
    "*/*",
    "application/json, text/plain, */*",
    "text/html;q=0.5, application/json;q=0.499",
    "TEXT/*;q=1.000",
    "text/html;level=1;q=0.3, */*;q=0.2",
    "text/html;q=0, */*",
];

const CODINGS: [&str; 8] = [
    "gzip, deflate, br, zstd",
    "br;q=0.2, gzip;q=0.9",
    "identity",
    "*;q=0, gzip",
    "br;q=0.001",
    "*",
    "gzip;q=0.0000",
    "identity;q=0",
];

/// One to three lines of a header, altered or not; `None` if HTTP does not take them.
fn lines(case: &mut Case, name: &HeaderName, texts: &[&str]) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    case.shows("");
    for _ in 0..1 + case.random.below(3) {
        let text = case.random.pick(texts).as_bytes().to_vec();
        let other = case.random.pick(texts).as_bytes().to_vec();
        let text =
            if case.random.percent(60) { bytes::altered(&mut case.random, &text, &other) } else { text };
        case.shows_too(&format!("{name}: {}", readable(&text)));
        headers.append(name, HeaderValue::from_bytes(&text).ok()?);
    }
    Some(headers)
}

/// All that a header says, in lower case.
fn said(headers: &HeaderMap, name: &HeaderName) -> String {
    let lines = headers.get_all(name).iter().map(|line| String::from_utf8_lossy(line.as_bytes()));
    lines.collect::<Vec<_>>().join(",").to_ascii_lowercase()
}

/// What is in an answer that is there already.
fn body(response: Response) -> Vec<u8> {
    let body = std::pin::pin!(axum::body::to_bytes(response.into_body(), usize::MAX));
    let Poll::Ready(Ok(body)) = body.poll(&mut Context::from_waker(Waker::noop())) else { panic!("a body") };
    body.to_vec()
}

/// A script of the page.
fn script() -> String {
    let page = String::from_utf8(body(assets::page(&HeaderMap::new()))).unwrap();
    let script = page.split_once("src=\"").and_then(|(_, behind)| behind.split_once('"'));
    script.expect("the web client is not built in: `make web`, then build the server").0.to_owned()
}

fn try_accept(case: &mut Case) {
    let Some(headers) = lines(case, &ACCEPT, &ACCEPTED) else { return };
    let gets_page = assets::prefers_page(&headers);
    case.saw("a page or data", gets_page);
    let said = said(&headers, &ACCEPT);
    assert!(!gets_page || said.contains("text/html") || said.contains("text/*"), "nobody asked for a page");
}

fn try_codings(case: &mut Case, script: &str, plain: usize) {
    let Some(headers) = lines(case, &ACCEPT_ENCODING, &CODINGS) else { return };
    let response = assets::file(script, &headers).unwrap();
    let coding = response.headers().get(CONTENT_ENCODING).map(|coding| coding.to_str().unwrap().to_owned());
    case.saw("a coding", coding.is_some());
    let said = said(&headers, &ACCEPT_ENCODING);
    let length = body(response).len();
    match coding {
        Some(coding) => {
            assert!(said.contains(&coding) || said.contains('*'), "nobody asked for {coding}");
            assert!(length < plain, "{length}");
        }
        None => assert_eq!(length, plain),
    }
}

fn try_tags(case: &mut Case, script: &str, tag: &str) {
    let texts = [tag, &format!("W/{tag}"), "*", "\"other\"", &format!("\"x\", {tag},W/\"y\"")];
    let Some(headers) = lines(case, &IF_NONE_MATCH, &texts) else { return };
    let response = assets::file(script, &headers).unwrap();
    let is_known = response.status() == 304;
    assert!(is_known || response.status() == 200, "{}", response.status());
    assert_eq!(response.headers()[ETAG], tag);
    case.saw("tags", is_known);
    let said = said(&headers, &IF_NONE_MATCH);
    assert!(!is_known || said.contains(tag) || said.contains('*'), "nobody has it");
    assert_eq!(body(response).is_empty(), is_known);
}

#[test]
fn nobody_gets_what_it_did_not_ask_for_and_has_what_it_does_not_name() {
    let script = script();
    let plain = assets::file(&script, &HeaderMap::new()).unwrap();
    let tag = plain.headers()[ETAG].to_str().unwrap().to_owned();
    let length = body(plain).len();
    Part::new("accepting", 1)
        .needs("a page or data", 50, 50)
        .needs("a coding", 50, 50)
        .needs("tags", 50, 50)
        .run(|case| match case.random.below(3) {
            0 => (0..20).for_each(|_| try_accept(case)),
            1 => (0..20).for_each(|_| try_codings(case, &script, length)),
            _ => (0..20).for_each(|_| try_tags(case, &script, &tag)),
        });
}
