//! What a client of `/ws/chat` finds of broadcasts and of maintenance.
//!
//! Proves CAST-5 (docs/behaviour.md).

use reqwest::Method;
use serde_json::{Value, json};

use super::{over, sent};
use crate::support::TestServer;
use crate::support::plain_socket::PlainSocket;

/// A client that was let in, and the token that it shows.
async fn connect(server: &TestServer) -> (PlainSocket, String) {
    let body = json!({ "client_id": "desk", "device_name": "laptop", "device_type": "python" });
    let request = server.rest.at(Method::POST, "/auth/token").json(&body);
    let (_, tokens) = server.rest.send(request).await;
    let token = tokens["access_token"].as_str().unwrap_or_else(|| panic!("{tokens}")).to_owned();
    let mut socket = PlainSocket::connect(server.address, &format!("/ws/chat?token={token}"), &[]).await;
    assert_eq!(socket.next().await["type"], "connection_ack");
    (socket, token)
}

/// The next frame that is no question whether the client lives.
async fn next(socket: &mut PlainSocket) -> Value {
    loop {
        let frame = socket.next().await;
        if frame["type"] != "ping" {
            return frame;
        }
    }
}

#[tokio::test]
async fn a_broadcast_is_a_system_frame_with_its_name_and_all_of_it() {
    let server = TestServer::start().await;
    let (mut socket, _) = connect(&server).await;
    let body = json!({ "message": "Version 1.4 is out", "level": "warning", "version": [1, 4] });
    let told = sent(&server.rest, "/user/desk?event_type=deployed", body.clone()).await;
    assert_eq!(told["target_count"], 1, "{told}");
    let frame = next(&mut socket).await;
    assert_eq!(
        (&frame["type"], &frame["message"], &frame["level"]),
        (&json!("system"), &json!("Version 1.4 is out"), &json!("warning")),
        "{frame}"
    );
    assert_eq!((&frame["event_type"], &frame["data"]), (&json!("deployed"), &body), "{frame}");
    let info = over(&server.rest, &told).await;
    assert_eq!((&info["delivered_count"], &info["failed_count"]), (&json!(1), &json!(0)), "{info}");
    let told = sent(&server.rest, "/system?event_type=bare", json!({})).await;
    assert_eq!(told["target_count"], 1);
    assert_eq!(next(&mut socket).await["message"], "bare", "what has no words has its name");
    server.stop().await;
}

#[tokio::test]
async fn in_maintenance_a_question_is_refused_with_the_reason_and_reading_goes_on() {
    let server = TestServer::start().await;
    let (mut socket, token) = connect(&server).await;
    let on = json!({ "enabled": true, "reason": "A new disk", "retry_after_ms": 7_000 });
    let (status, answer) = server.rest.post("/admin/maintenance", on).await;
    assert_eq!(status, 200, "{answer}");
    let told = next(&mut socket).await;
    assert_eq!(
        (&told["type"], &told["event_type"], &told["message"]),
        (&json!("system"), &json!("maintenance_mode"), &json!("A new disk"))
    );
    socket.send(&json!({ "type": "chat", "content": "Hello", "conversation_id": "c1" })).await;
    let refused = next(&mut socket).await;
    let text = refused.to_string();
    assert_eq!(refused["type"], "error", "{refused}");
    assert!(text.contains("MAINTENANCE") && text.contains("A new disk"), "{refused}");
    for path in ["/ws/sessions", "/ws/health", "/auth/health"] {
        let request = server.rest.at(Method::GET, path).bearer_auth(&token);
        let (status, answer) = server.rest.send(request).await;
        assert_eq!(status, 200, "{path}: {answer}");
    }
    let (status, answer) = server.rest.get("/conversations").await;
    assert_eq!(status, 200, "{answer}");
    server.stop().await;
}
