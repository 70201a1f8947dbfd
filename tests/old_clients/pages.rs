//! Pages of an allowed origin that poll with generations 2 and 3: what their browsers want to see.

use std::net::SocketAddr;

use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};

use crate::support::TestServer;

const PAGE: &str = "http://localhost:5173";

/// One request of a page, by the generation's engine.
async fn ask(
    address: SocketAddr,
    method: Method,
    query: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> (StatusCode, HeaderMap, String) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut request = http.request(method, format!("http://{address}/socket.io/?{query}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.body(body.to_owned()).send().await.unwrap();
    (answer.status(), answer.headers().clone(), answer.text().await.unwrap())
}

/// A page reads an answer only if these two are there, and only so with its cookies.
fn assert_readable(headers: &HeaderMap) {
    assert_eq!(headers["access-control-allow-origin"], PAGE);
    assert_eq!(headers["access-control-allow-credentials"], "true");
}

#[tokio::test]
async fn a_page_of_an_allowed_origin_may_poll_with_credentials() {
    let server = TestServer::start().await;
    // Engine 3 is generation 2, engine 4 is generation 3. Each connects and closes in its own way.
    for (engine, hello, connected, close) in [(3, "2:40", "2:40", "1:1"), (4, "40", "40{\"sid\":", "1")] {
        let query = format!("EIO={engine}&transport=polling&t=NxYz");
        let origin = ("origin", PAGE);
        let (status, headers, open) = ask(server.address, Method::GET, &query, &[origin], "").await;
        assert_eq!(status, StatusCode::OK, "{open}");
        assert_readable(&headers);
        let sid = open.split("\"sid\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let query = format!("{query}&sid={sid}");

        let wants = [
            origin,
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "content-type,x-of-the-page"),
        ];
        let (status, headers, _) = ask(server.address, Method::OPTIONS, &query, &wants, "").await;
        assert_eq!(status, StatusCode::OK);
        assert_readable(&headers);
        assert!(headers["access-control-allow-methods"].to_str().unwrap().contains("POST"));
        assert_eq!(headers["access-control-allow-headers"], "content-type,x-of-the-page");

        let text = [origin, ("content-type", "text/plain;charset=UTF-8")];
        let (status, headers, body) = ask(server.address, Method::POST, &query, &text, hello).await;
        assert_eq!((status, body.as_str()), (StatusCode::OK, "ok"));
        assert_readable(&headers);
        let (status, headers, body) = ask(server.address, Method::GET, &query, &[origin], "").await;
        assert_eq!(status, StatusCode::OK);
        assert_readable(&headers);
        assert!(body.contains(connected), "{body}");
        let (status, headers, _) = ask(server.address, Method::POST, &query, &text, close).await;
        assert_eq!(status, StatusCode::OK);
        assert_readable(&headers);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_page_of_another_origin_is_refused_whatever_engine_it_speaks() {
    let server = TestServer::start().await;
    for engine in [3, 4] {
        let query = format!("EIO={engine}&transport=polling");
        let foreign = ("origin", "https://evil.example");
        let (status, headers, _) = ask(server.address, Method::GET, &query, &[foreign], "").await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert!(!headers.contains_key("access-control-allow-origin"));
    }
    server.stop().await;
}
