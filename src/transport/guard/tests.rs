//! Hosts and origins, honest and tricky, case by case.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::*;

fn guard() -> Guard {
    Guard::new(
        vec!["graph.example.com".into(), "graph.example.org:8443".into(), "192.168.1.5".into()],
        vec!["https://app.example.com".into(), "tauri://localhost".into(), "https://p.example:444".into()],
    )
}

fn request(headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = "/x".parse().unwrap();
    for (name, value) in headers {
        let name: HeaderName = name.parse().unwrap();
        request.headers_mut().append(name, value.parse().unwrap());
    }
    request
}

fn verdict(headers: &[(&str, &str)]) -> Result<(), ErrorCode> {
    let request = request(headers);
    guard().check(request.uri(), request.headers())
}

const FOREIGN_HOST: Result<(), ErrorCode> = Err(ErrorCode::ForeignHost);
const FOREIGN_ORIGIN: Result<(), ErrorCode> = Err(ErrorCode::ForeignOrigin);

#[test]
fn loopback_and_allowed_hosts_pass() {
    for host in [
        "localhost",
        "localhost:5000",
        "LocalHost:5000",
        "app.localhost:5000",
        "127.0.0.1",
        "127.0.0.1:5000",
        "127.255.3.4:1",
        "[::1]",
        "[::1]:5000",
        "[0:0:0:0:0:0:0:1]:5000",
        "graph.example.com",
        "GRAPH.example.com:81",
        "graph.example.org:8443",
        "192.168.1.5:5000",
    ] {
        assert_eq!(verdict(&[("host", host)]), Ok(()), "{host}");
    }
}

#[test]
fn hosts_that_only_look_like_loopback_are_foreign() {
    for host in [
        "",
        " ",
        ":5000",
        "evil.com",
        "localhost.evil.com",
        "evil-localhost",
        "notlocalhost",
        "127.0.0.1.evil.com",
        "localhost@evil.com",
        "evil.com@localhost",
        "user:pw@localhost",
        "localhost,evil.com",
        "localhost evil.com",
        "localhost/",
        "localhost#",
        "localhost?",
        "localhost\\evil.com",
        "http://localhost",
        "localhost.",
        "localhost.:5000",
        ".localhost",
        "a..localhost",
        "127.0.0.1.",
        "127.1",
        "127.0.1",
        "127.0.0.01",
        "0177.0.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "127.0.0.0x1",
        "0.0.0.0",
        "0.0.0.0:5000",
        "0",
        "128.0.0.1",
        "::1",
        "[::]",
        "[::1",
        "::1]",
        "[::1]evil.com",
        "[::1].evil.com",
        "[::1]:",
        "[::1%lo]",
        "[::ffff:127.0.0.1]",
        "[127.0.0.1]",
        "localhost:",
        "localhost:+1",
        "localhost:65536",
        "localhost:80:80",
        "localhost:http",
        "loc%61lhost",
        "graph.example.org",
        "graph.example.org:8444",
        "sub.graph.example.com",
        "graph.example.com.evil.com",
        "192.168.1.50",
    ] {
        assert_eq!(verdict(&[("host", host)]), FOREIGN_HOST, "{host:?}");
    }
    let bytes = HeaderValue::from_bytes(b"localhost\xe9").unwrap();
    let mut request = request(&[]);
    request.headers_mut().insert(HOST, bytes);
    assert_eq!(guard().check(request.uri(), request.headers()), FOREIGN_HOST);
}

#[test]
fn a_request_names_exactly_one_host() {
    assert_eq!(verdict(&[]), FOREIGN_HOST);
    assert_eq!(verdict(&[("host", "localhost"), ("host", "localhost")]), FOREIGN_HOST);
    assert_eq!(verdict(&[("host", "localhost"), ("host", "evil.com")]), FOREIGN_HOST);

    for (uri, host, expected) in [
        ("http://localhost:5000/", None, Ok(())),
        ("http://localhost:5000/", Some("localhost:5000"), Ok(())),
        ("http://localhost:5000/", Some("localhost:5001"), FOREIGN_HOST),
        ("http://evil.com/", None, FOREIGN_HOST),
        ("http://evil.com/", Some("localhost"), FOREIGN_HOST),
        ("http://localhost/", Some("evil.com"), FOREIGN_HOST),
        ("http://localhost@evil.com/", Some("evil.com"), FOREIGN_HOST),
        ("http://evil.com@localhost/", None, FOREIGN_HOST),
    ] {
        let mut request = host.map_or_else(|| request(&[]), |host| request(&[("host", host)]));
        *request.uri_mut() = uri.parse().unwrap();
        let verdict = guard().check(request.uri(), request.headers());
        assert_eq!(verdict, expected, "{uri} {host:?}");
    }
}

#[test]
fn pages_of_this_machine_of_the_same_host_and_allowed_ones_pass() {
    for (host, origin) in [
        ("localhost:5000", "http://localhost:5000"),
        ("localhost:5000", "http://localhost:3000"),
        ("localhost:5000", "https://localhost"),
        ("localhost:5000", "http://127.0.0.1:8080"),
        ("localhost:5000", "http://[::1]:8080"),
        ("localhost:5000", "http://app.localhost:8080"),
        ("localhost:5000", "HTTP://LOCALHOST:8080"),
        ("localhost:5000", "https://app.example.com"),
        ("localhost:5000", "https://app.example.com:443"),
        ("localhost:5000", "https://p.example:444"),
        ("localhost:5000", "tauri://localhost"),
        ("graph.example.com", "https://graph.example.com"),
        ("graph.example.com", "http://graph.example.com:80"),
        ("graph.example.com:8080", "http://graph.example.com:8080"),
        ("192.168.1.5:5000", "http://192.168.1.5:5000"),
    ] {
        assert_eq!(verdict(&[("host", host), ("origin", origin)]), Ok(()), "{host} {origin}");
    }
}

#[test]
fn other_pages_are_foreign() {
    for (host, origin) in [
        ("localhost:5000", "null"),
        ("localhost:5000", ""),
        ("localhost:5000", "localhost"),
        ("localhost:5000", "//localhost"),
        ("localhost:5000", "https://evil.com"),
        ("localhost:5000", "http://localhost.evil.com"),
        ("localhost:5000", "http://127.0.0.1.evil.com"),
        ("localhost:5000", "http://localhost@evil.com"),
        ("localhost:5000", "http://evil.com@localhost"),
        ("localhost:5000", "http://localhost:5000@evil.com"),
        ("localhost:5000", "http://localhost:5000/"),
        ("localhost:5000", "http://localhost:5000/evil"),
        ("localhost:5000", "http://localhost http://evil.com"),
        ("localhost:5000", "http://localhost, http://evil.com"),
        ("localhost:5000", "http://localhost."),
        ("localhost:5000", "http://2130706433"),
        ("localhost:5000", "http://0.0.0.0:5000"),
        ("localhost:5000", "http://[::]"),
        ("localhost:5000", "ftp://localhost"),
        ("localhost:5000", "file://"),
        ("localhost:5000", "chrome-extension://abcdef"),
        ("localhost:5000", "tauri://localhost:1"),
        ("localhost:5000", "http://app.example.com"),
        ("localhost:5000", "https://app.example.com:444"),
        ("localhost:5000", "https://app.example.com."),
        ("localhost:5000", "https://sub.app.example.com"),
        ("localhost:5000", "https://p.example"),
        ("graph.example.com", "https://graph.example.com:8443"),
        ("graph.example.com:8080", "http://graph.example.com"),
        ("graph.example.com", "ws://graph.example.com"),
        ("192.168.1.5:5000", "http://192.168.1.5:5001"),
    ] {
        let verdict = verdict(&[("host", host), ("origin", origin)]);
        assert_eq!(verdict, FOREIGN_ORIGIN, "{host} {origin:?}");
    }
    let twice = [("host", "localhost"), ("origin", "http://localhost"), ("origin", "http://localhost")];
    assert_eq!(verdict(&twice), FOREIGN_ORIGIN);
}

#[test]
fn an_entry_that_is_not_understood_matches_nothing() {
    let guard =
        Guard::new(vec!["*".into(), "http://a.com".into()], vec!["*".into(), "https://a.com/".into()]);
    let foreign = request(&[("host", "a.com")]);
    assert_eq!(guard.check(foreign.uri(), foreign.headers()), FOREIGN_HOST);
    assert!(!guard.allows_origin(&HeaderValue::from_static("https://a.com")));
    assert!(!guard.allows_origin(&HeaderValue::from_static("*")));
}

#[test]
fn cors_takes_loopback_and_allowed_origins_only() {
    let guard = guard();
    assert!(guard.allows_origin(&HeaderValue::from_static("http://localhost:5173")));
    assert!(guard.allows_origin(&HeaderValue::from_static("https://app.example.com")));
    assert!(!guard.allows_origin(&HeaderValue::from_static("https://graph.example.com")));
    assert!(!guard.allows_origin(&HeaderValue::from_static("null")));
}

async fn answer(request: Request<Body>) -> Response {
    let guard = guard();
    let router = Router::new().route("/x", get(|| async { "in" })).layer(cors(&guard)).layer(guard);
    router.oneshot(request).await.unwrap_or_else(|never: Infallible| match never {})
}

async fn body(response: Response) -> Value {
    let bytes = axum::body::to_bytes(response.into_body(), 4096).await.unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test]
async fn refusals_carry_a_status_and_a_code() {
    let response = answer(request(&[("host", "evil.com")])).await;
    assert_eq!(response.status(), StatusCode::MISDIRECTED_REQUEST);
    let message = "This server does not answer to that host name; see --allow-host.";
    let expected = json!({ "error": { "code": "FOREIGN_HOST", "message": message } });
    assert_eq!(body(response).await, expected);

    let response = answer(request(&[("host", "localhost"), ("origin", "https://evil.com")])).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert!(!response.headers().contains_key("access-control-allow-origin"));
    assert_eq!(body(response).await["error"]["code"], "FOREIGN_ORIGIN");
}

#[tokio::test]
async fn paths_without_a_route_are_guarded_too() {
    let mut foreign = request(&[("host", "evil.com")]);
    *foreign.uri_mut() = "/nowhere".parse().unwrap();
    assert_eq!(answer(foreign).await.status(), StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn a_preflight_from_a_loopback_page_is_answered_with_what_it_asks() {
    let mut preflight = request(&[
        ("host", "localhost:5000"),
        ("origin", "http://localhost:5173"),
        ("access-control-request-method", "DELETE"),
        ("access-control-request-headers", "x-graphroom-user,content-type"),
    ]);
    *preflight.method_mut() = Method::OPTIONS;
    let response = answer(preflight).await;
    assert_eq!(response.status(), StatusCode::OK);
    for (name, value) in [
        ("access-control-allow-origin", "http://localhost:5173"),
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-methods", "GET,POST,PUT,PATCH,DELETE"),
        ("access-control-allow-headers", "x-graphroom-user,content-type"),
    ] {
        assert_eq!(response.headers()[name], value, "{name}");
    }
}
