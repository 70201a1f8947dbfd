//! Who may see how the server is: admins, and everybody whether it is healthy.
//!
//! Proves STAT-4 (docs/behaviour.md).

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::identity::Guarded;
use crate::support::native::PATH;
use crate::support::plain_socket::PlainSocket;
use crate::support::{Native, TestServer};

const ADMINS: [(Method, &str); 12] = [
    (Method::GET, "/api/websocket/status/system"),
    (Method::GET, "/api/websocket/status/alerts"),
    (Method::GET, "/api/websocket/status/history"),
    (Method::POST, "/api/websocket/status/health-check"),
    (Method::POST, "/api/websocket/maintenance/connections/cleanup"),
    (Method::GET, "/api/status/live"),
    (Method::GET, "/api/status/metrics"),
    (Method::GET, "/api/status/connections"),
    (Method::GET, "/api/v1/admin/errors"),
    (Method::GET, "/api/v1/admin/errors/statistics"),
    (Method::GET, "/api/v1/admin/charts"),
    (Method::POST, "/api/websocket/status/alerts/none/acknowledge"),
];

#[tokio::test]
async fn admins_alone_see_more_than_whether_the_server_is_healthy() {
    let guarded = Guarded::start().await;
    let (ann, admin) = (guarded.rest("ann"), guarded.admin());
    let status = async |rest: &crate::support::Rest, method: &Method, path: &str| {
        rest.send(rest.at(method.clone(), path)).await.0
    };
    for (method, path) in ADMINS {
        assert_eq!(status(&guarded.server.rest, &method, path).await, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(status(&ann, &method, path).await, StatusCode::FORBIDDEN, "{path}");
        let admins = if path.contains("none") { StatusCode::NOT_FOUND } else { StatusCode::OK };
        assert_eq!(status(&admin, &method, path).await, admins, "{path}");
    }
    let health = "/api/websocket/status/health";
    assert_eq!(status(&guarded.server.rest, &Method::GET, health).await, StatusCode::OK);
    guarded.server.stop().await;
}

#[tokio::test]
async fn a_user_hears_of_itself_and_not_how_the_server_is() {
    let guarded = Guarded::start().await;
    let address = guarded.server.address;
    let mut ann = Native::with_token(address, guarded.rest("ann").token().unwrap()).await;
    for topic in ["status", "health", "alerts", "user:bob"] {
        let answer = ann.call("subscribe", json!({ "topics": ["user", topic] })).await;
        assert_eq!(answer["error"]["code"], "FORBIDDEN", "{answer}");
        assert_eq!(answer["error"]["details"]["topic"], topic);
    }
    let answer = ann.call("subscribe", json!({ "topics": ["user"] })).await;
    assert_eq!(answer["topics"], json!([{ "topic": "user:ann", "changed": true }]), "{answer}");
    let answer = ann.call("join_project", json!({ "project_id": "system" })).await;
    assert_eq!(answer["error"]["code"], "PROJECT_NOT_FOUND", "{answer}");
    let mut admin = Native::with_token(address, guarded.admin().token().unwrap()).await;
    let answer = admin.call("subscribe", json!({ "topics": ["status", "user:ann"] })).await;
    assert_eq!(answer["success"], true, "{answer}");
    let answer = admin.call("join_project", json!({ "project_id": "system" })).await;
    assert_eq!(answer["success"], true, "{answer}");
    guarded.server.stop().await;
}

#[tokio::test]
async fn the_stream_is_closed_to_who_is_nobody_or_no_admin() {
    let guarded = Guarded::start().await;
    let address = guarded.server.address;
    let path = |rest: &crate::support::Rest| format!("/ws/status?token={}", rest.token().unwrap());
    let mut nobody = PlainSocket::connect(address, "/ws/status", &[]).await;
    assert_eq!(nobody.closed().await.code, 4401);
    let mut wrong = PlainSocket::connect(address, "/ws/status?token=wrong", &[]).await;
    assert_eq!(wrong.closed().await.code, 4401);
    let mut ann = PlainSocket::connect(address, &path(&guarded.rest("ann")), &[]).await;
    assert_eq!(ann.closed().await.code, 1008);
    let mut admin = PlainSocket::connect(address, &path(&guarded.admin()), &[]).await;
    assert_eq!(admin.next().await["type"], "status");
    let (_, list) = guarded.admin().get("/admin/errors?category=authentication").await;
    assert_eq!((list["total"].as_u64(), &list["errors"][0]["severity"]), (Some(1), &json!("low")), "{list}");
    assert!(!list.to_string().contains("wrong"), "{list}");
    guarded.server.stop().await;
}

#[tokio::test]
async fn a_path_that_is_the_stream_s_is_no_client_s() {
    let server = TestServer::start().await;
    let mut stream = PlainSocket::connect(server.address, "/ws/status", &[]).await;
    assert_eq!(stream.next().await["type"], "status");
    let mut native = PlainSocket::connect(server.address, PATH, &[]).await;
    assert_eq!(native.next().await["event"], "connection_established");
    server.stop().await;
}
