//! Coming in: the first frame, what is refused and by which code, and the heartbeat.
//!
//! Proves FEED-5 (docs/behaviour.md).

use std::time::Duration;

use graphroom::identity::Mode;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

use super::{ask, begin, is_name, knock, resume, server};
use crate::support::plain_socket::PlainSocket;
use crate::support::{TestServer, until};

#[tokio::test]
async fn a_new_client_is_told_its_session_first_and_it_is_active_after_that() {
    let server = TestServer::start().await;
    let request = json!({ "session_id": null, "phase_profile": "ielts_full_exam", "user_agent": "Chrome",
        "last_event_id": 7 });
    let (_socket, created) = ask(&server, request).await;
    let keys: Vec<&String> = created.as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 6, "{created}");
    assert!(is_name(&created["message_id"]), "{created}");
    assert!(created["timestamp"].is_f64() && created["phase_id"].is_null() && created["turn_id"].is_null());
    let payload = &created["payload"];
    assert_eq!(payload["state"], "initializing");
    assert!(payload["created_at"].is_f64(), "{created}");
    let session_id = payload["session_id"].as_str().unwrap();
    assert!(Uuid::parse_str(session_id).is_ok(), "{created}");
    let (_, info) = server.rest.get(&format!("/sessions/{session_id}/info")).await;
    assert_eq!((&info["state"], &info["project_id"]), (&json!("active"), &Value::Null), "{info}");
    let (_again, created) = ask(&server, json!({ "session_id": session_id })).await;
    assert_eq!(created["payload"]["session_id"], session_id);
    assert_eq!(created["payload"]["state"], "active");
    server.stop().await;
}

#[tokio::test]
async fn an_empty_session_id_is_a_wish_for_a_new_session() {
    let server = TestServer::start().await;
    let (_one, first) = ask(&server, json!({ "session_id": "" })).await;
    let (_other, second) = ask(&server, json!({})).await;
    assert_ne!(first["payload"]["session_id"], second["payload"]["session_id"]);
    server.stop().await;
}

#[tokio::test]
async fn a_session_that_is_not_there_cannot_be_come_back_to() {
    let server = TestServer::start().await;
    for id in ["00000000-0000-4000-8000-000000000000", "no id"] {
        let mut socket = knock(&server).await;
        socket.send(&json!({ "session_id": id })).await;
        let closed = socket.closed().await;
        assert_eq!((closed.code, &*closed.reason), (4001, "Invalid session_id"));
    }
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_object_or_no_request_closes_the_connection() {
    let server = TestServer::start().await;
    let texts = ["{", "no JSON", "[]", "5", "null", "\"x\"", r#"{"session_id":5}"#, r#"{"phase_profile":3}"#];
    for message in texts.map(Message::text).into_iter().chain([Message::binary(vec![1])]) {
        let mut socket = knock(&server).await;
        socket.send_message(message.clone()).await;
        let closed = socket.closed().await;
        assert_eq!((closed.code, &*closed.reason), (1002, "Invalid JSON in message"), "{message}");
    }
    server.stop().await;
}

#[tokio::test]
async fn later_frames_are_objects_and_are_not_answered() {
    let server = TestServer::start().await;
    for message in [Message::text("{"), Message::text("[]"), Message::binary(vec![1])] {
        let (mut socket, session_id) = begin(&server).await;
        socket.send(&json!({ "type": "heartbeat" })).await;
        socket.send(&json!({ "session_id": 5 })).await;
        super::publish(&server, &session_id, super::signal(1)).await;
        assert_eq!(socket.next().await["event_type"], "signal", "the first thing that is said");
        socket.send_message(message.clone()).await;
        assert_eq!(socket.closed().await.code, 1002, "{message}");
    }
    server.stop().await;
}

#[tokio::test]
async fn who_does_not_speak_is_closed_after_a_while() {
    let server = server(|parts| parts.stream.first_frame = Duration::from_millis(50)).await;
    let mut socket = knock(&server).await;
    let closed = socket.closed().await;
    assert_eq!((closed.code, &*closed.reason), (1002, "No connection request came in time"));
    server.stop().await;
}

#[tokio::test]
async fn the_sixth_connection_of_an_address_is_refused_also_one_that_comes_back() {
    let server = TestServer::start().await;
    let (first, session_id) = begin(&server).await;
    let mut others = Vec::new();
    for _ in 0..4 {
        others.push(resume(&server, &session_id).await);
    }
    for request in [json!({}), json!({ "session_id": session_id })] {
        let mut sixth = knock(&server).await;
        sixth.send(&request).await;
        let closed = sixth.closed().await;
        assert_eq!((closed.code, &*closed.reason), (4029, "Too many connections from this IP"));
    }
    first.close().await;
    // The place of one that went is free, whichever session it was in.
    until("a place is free", async || {
        let mut socket = knock(&server).await;
        socket.send(&json!({})).await;
        socket.next_or_closed().await.is_ok()
    })
    .await;
    server.stop().await;
}

#[tokio::test]
async fn over_a_cap_of_sessions_a_client_is_told_to_come_later() {
    let server = server(|parts| parts.rules.max_sessions = 1).await;
    let (_one, _) = begin(&server).await;
    let mut other = knock(&server).await;
    other.send(&json!({})).await;
    assert_eq!(other.closed().await.code, 1013);
    server.stop().await;
}

#[tokio::test]
async fn a_silent_client_is_sent_heartbeats_and_stays() {
    let server = server(|parts| parts.stream.heartbeat = Duration::from_millis(50)).await;
    let (mut socket, _) = begin(&server).await;
    let mut names = std::collections::BTreeSet::new();
    for _ in 0..3 {
        let heartbeat = socket.next().await;
        assert_eq!((&heartbeat["event_type"], &heartbeat["payload"]), (&json!("heartbeat"), &json!({})));
        assert!(is_name(&heartbeat["message_id"]), "{heartbeat}");
        names.insert(heartbeat["message_id"].to_string());
    }
    assert_eq!(names.len(), 3);
    server.stop().await;
}

#[tokio::test]
async fn where_everybody_has_to_say_who_it_is_nobody_else_comes_in() {
    let server = server(|parts| parts.credentials.mode = Mode::Token).await;
    let mut socket = knock(&server).await;
    socket.send(&json!({})).await;
    assert_eq!(socket.closed().await.code, 4401);
    let mut socket = PlainSocket::connect(server.address, "/ws?token=junk", &[]).await;
    assert_eq!(socket.closed().await.code, 4401);
    server.stop().await;
}
