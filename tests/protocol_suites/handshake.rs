//! The handshake: what opens a session, and what does not.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::TestServer;
use crate::support::raw::{Http, Socket};

/// What an open packet says beside the id.
fn said(upgrades: &Value) -> Value {
    json!({ "upgrades": upgrades, "pingInterval": 15_000, "pingTimeout": 10_000, "maxPayload": 16_777_216 })
}

fn is_open(mut open: Value, upgrades: &Value) {
    let id = open.as_object_mut().unwrap().remove("sid").expect("an id");
    assert!(id.as_str().is_some_and(|id| id.len() >= 16), "{id}");
    assert_eq!(open, said(upgrades), "and nothing else");
}

#[tokio::test]
async fn polling_opens_a_session_and_offers_the_websocket() {
    let server = TestServer::start().await;
    let (status, body) = Http::to(server.address).get("EIO=4&transport=polling").await;
    assert_eq!(status, 200);
    let open = body.strip_prefix('0').expect("an open packet");
    is_open(serde_json::from_str(open).unwrap(), &json!(["websocket"]));
    server.stop().await;
}

#[tokio::test]
async fn polling_without_a_known_version_or_transport_or_by_another_method_is_400() {
    let server = TestServer::start().await;
    let http = Http::to(server.address);
    for query in ["transport=polling", "EIO=abc&transport=polling", "EIO=4", "EIO=4&transport=abc"] {
        let (status, body) = http.get(query).await;
        assert_eq!(status, 400, "{query}: {body}");
        assert!(body.contains("\"message\""), "{query}: {body}");
    }
    for method in [Method::POST, Method::PUT] {
        let (status, body) = http.request(method.clone(), "EIO=4&transport=polling", "").await;
        assert_eq!(status, 400, "{method}: {body}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_websocket_opens_a_session_and_offers_no_upgrade() {
    let server = TestServer::start().await;
    let (_socket, open) = Socket::open(server.address).await;
    is_open(open, &json!([]));
    server.stop().await;
}

#[tokio::test]
async fn a_websocket_without_a_known_version_or_transport_is_not_let_in() {
    let server = TestServer::start().await;
    for query in ["transport=websocket", "EIO=abc&transport=websocket", "EIO=4", "EIO=4&transport=abc"] {
        match Socket::try_open(server.address, query).await {
            Ok(mut socket) => socket.ends(query).await,
            Err(error) => assert!(error.contains("400"), "{query}: {error}"),
        }
    }
    server.stop().await;
}
