//! Where clients may be: by every transport, and behind a proxy too.

use graphroom::transport::address::TrustedProxies;
use graphroom::transport::networks::Networks;
use reqwest::{Method, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::support::{Client, TestServer};

/// Behind a proxy on loopback: clients of 198.51.100.0/24 are answered, but for one.
async fn server() -> TestServer {
    let networks = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
    TestServer::start_allowing(|parts| {
        parts.allowance.trusted_proxies = TrustedProxies::new(networks(&["127.0.0.1/32"]));
        parts.networks = Networks::new(networks(&["198.51.100.0/24"]), networks(&["198.51.100.66/32"]));
    })
    .await
}

async fn from(server: &TestServer, address: &str, method: Method, path: &str) -> Response {
    let request = server.rest.at(method, path).header("x-forwarded-for", address);
    request.send().await.unwrap()
}

/// Asks for a WebSocket.
async fn upgrade(server: &TestServer, address: &str, sid: &str) -> Response {
    let path = format!("/socket.io/?EIO=4&transport=websocket{sid}");
    let request = server.rest.at(Method::GET, &path).header("x-forwarded-for", address);
    let request = request.header(header::CONNECTION, "upgrade").header(header::UPGRADE, "websocket");
    let request = request.header("sec-websocket-version", "13");
    request.header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==").send().await.unwrap()
}

#[tokio::test]
async fn every_transport_answers_whom_it_should_and_nobody_else() {
    let server = server().await;
    for path in ["/", "/docs", "/api/v1/projects", "/api/limitations", "/health", "/nothing"] {
        for elsewhere in
            ["198.51.100.66", "203.0.113.1", "127.0.0.1", "2001:db8::1", "198.51.100.1, 203.0.113.1"]
        {
            let response = from(&server, elsewhere, Method::GET, path).await;
            assert_eq!(response.status(), StatusCode::FORBIDDEN, "{path} from {elsewhere}");
            let answer: Value = response.json().await.unwrap();
            let error = if answer["detail"].is_null() { &answer["error"] } else { &answer };
            assert_eq!(error["code"], "FOREIGN_NETWORK", "{answer}");
        }
        let response = from(&server, "203.0.113.1, 198.51.100.1", Method::GET, path).await;
        assert_ne!(response.status(), StatusCode::FORBIDDEN, "{path}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_handshake_a_poll_and_an_upgrade_are_held_to_it() {
    let server = server().await;
    let polling = "/socket.io/?EIO=4&transport=polling";
    let open = from(&server, "198.51.100.1", Method::GET, polling).await.text().await.unwrap();
    let open: Value = serde_json::from_str(&open[1..]).unwrap();
    let sid = format!("&sid={}", open["sid"].as_str().unwrap());
    for path in [polling.to_owned(), format!("{polling}{sid}")] {
        for method in [Method::GET, Method::POST] {
            let response = from(&server, "203.0.113.1", method, &path).await;
            assert_eq!(response.status(), StatusCode::FORBIDDEN, "{path}");
        }
    }
    for sid in ["", &*sid] {
        assert_eq!(upgrade(&server, "203.0.113.1", sid).await.status(), StatusCode::FORBIDDEN);
        assert_eq!(upgrade(&server, "198.51.100.1", sid).await.status(), StatusCode::SWITCHING_PROTOCOLS);
    }
    assert!(Client::try_connect(server.address, Default::default()).await.is_err(), "the proxy is no client");
    server.stop().await;
}

/// The headers of an answer that say what browsers may do with it.
fn protected(response: &Response) -> Value {
    let names = [
        "x-content-type-options",
        "x-frame-options",
        "referrer-policy",
        "cross-origin-resource-policy",
        "cross-origin-opener-policy",
    ];
    let text = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    names.into_iter().map(|name| json!(text(name))).collect()
}

#[tokio::test]
async fn every_answer_says_what_browsers_may_do_with_it() {
    let server = TestServer::start().await;
    let data = ["nosniff", "DENY", "no-referrer", "same-origin"];
    for (path, status) in [
        ("/", 200),
        ("/docs", 200),
        ("/docs/start.js", 200),
        ("/docs/swagger-ui.css", 200),
        ("/openapi.json", 200),
        ("/api/v1/projects", 200),
        ("/api/limitations", 200),
        ("/metrics", 200),
        ("/nothing", 404),
        ("/api/nothing", 404),
        ("/auth/validate", 405),
        ("/socket.io/?EIO=4&transport=polling", 200),
        ("/socket.io/?EIO=4&transport=polling&sid=none", 400),
    ] {
        let response = server.rest.at(Method::GET, path).send().await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{path}");
        let opener = if path == "/docs" { json!("same-origin") } else { json!(null) };
        let expected: Value = data.iter().map(|value| json!(value)).chain([opener]).collect();
        assert_eq!(protected(&response), expected, "{path}");
        let policies = response.headers().get_all(header::CONTENT_SECURITY_POLICY);
        let policies: Vec<_> = policies.iter().map(|policy| policy.to_str().unwrap()).collect();
        assert!(policies.len() == 1 && policies[0].starts_with("default-src 'none'"), "{path}: {policies:?}");
        assert!(policies[0].contains("frame-ancestors 'none'"), "{path}: {policies:?}");
    }
    let foreign =
        server.rest.at(Method::GET, "/docs").header(header::HOST, "example.com").send().await.unwrap();
    assert_eq!((foreign.status().as_u16(), &protected(&foreign)[0]), (421, &json!("nosniff")));
    let page = server.rest.at(Method::GET, "/openapi.json").header(header::ORIGIN, "http://localhost:3000");
    let allowed = page.send().await.unwrap();
    assert!(allowed.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN), "CORS is as it was");
    assert!(upgrade(&server, "127.0.0.1", "").await.status() == StatusCode::SWITCHING_PROTOCOLS);
    server.stop().await;
}
