//! What an engine's clients ask beside the stream: sessions and connections as they are listed, the state as it is polled.
//!
//! Proves FEED-5 and FEED-6 (docs/behaviour.md).

use std::sync::Arc;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{ask, begin, knock, publish, resume, signal};
use crate::support::faulty_store::{Fault, FaultyStore};
use crate::support::python::python;
use crate::support::{TestServer, until};

async fn connections(server: &TestServer) -> Vec<Value> {
    let (status, list) = server.rest.send(server.rest.at(Method::GET, "/api/websocket/connections")).await;
    assert_eq!(status, StatusCode::OK, "{list}");
    list["data"]["connections"].as_array().unwrap().clone()
}

async fn info(server: &TestServer, session_id: &str) -> Value {
    server.rest.get(&format!("/sessions/{session_id}/info")).await.1
}

#[tokio::test]
async fn a_connection_is_listed_as_long_as_it_is_there() {
    let server = TestServer::start().await;
    assert_eq!(connections(&server).await.len(), 0);
    let (socket, _) = begin(&server).await;
    let listed = connections(&server).await;
    assert_eq!(listed.len(), 1, "{listed:?}");
    socket.close().await;
    until("it is not listed", async || connections(&server).await.is_empty()).await;
    server.stop().await;
}

#[tokio::test]
async fn sessions_are_counted_and_each_says_where_it_is_in_its_life() {
    let server = TestServer::start().await;
    let total = async || server.rest.get("/sessions").await.1["total"].clone();
    assert_eq!(total().await, 0);
    let (_one, first) = begin(&server).await;
    assert_eq!(total().await, 1);
    let (_other, second) = begin(&server).await;
    let (_, made) = server.rest.post("/sessions", json!({})).await;
    assert_eq!(total().await, 3);
    publish(&server, &second, json!({ "event_type": "error" })).await;
    let third = made["session_id"].as_str().unwrap();
    for (id, state) in [(first.as_str(), "active"), (&second, "error"), (third, "initializing")] {
        let info = info(&server, id).await;
        assert_eq!((&info["session_id"], &info["state"]), (&json!(id), &json!(state)));
        assert!(info["last_activity"].as_str() >= info["created_at"].as_str(), "{info}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_cleanup_says_how_many_sessions_went_and_who_comes_back_to_one_is_told() {
    let server = TestServer::start().await;
    let (socket, session_id) = begin(&server).await;
    publish(&server, &session_id, signal(1)).await;
    socket.close().await;
    until("it is cleaned up", async || {
        let (_, cleaned) = server.rest.post("/sessions/cleanup", json!({ "max_inactive_hours": 0 })).await;
        cleaned["sessions_removed"].as_u64().unwrap() >= 1
    })
    .await;
    let mut socket = knock(&server).await;
    socket.send(&json!({ "session_id": session_id })).await;
    assert_eq!(socket.closed().await.code, 4001);
    server.stop().await;
}

#[tokio::test]
async fn the_profile_that_a_client_asks_for_is_what_the_session_goes_by() {
    let server = TestServer::start().await;
    let (_one, created) = ask(&server, json!({ "phase_profile": "ielts_full_exam" })).await;
    let session_id = created["payload"]["session_id"].as_str().unwrap();
    let (_late, _) = ask(&server, json!({ "session_id": session_id, "phase_profile": "other" })).await;
    publish(&server, session_id, signal(1)).await;
    let state = server.rest.send(server.rest.at(Method::GET, "/api/state")).await.1;
    assert_eq!(state["phase"]["phase_profile"], "ielts_full_exam", "{state}");
    server.stop().await;
}

#[tokio::test]
async fn what_a_client_heard_last_is_in_the_state_when_it_asks() {
    let server = TestServer::start().await;
    let (mut socket, session_id) = begin(&server).await;
    for n in 1..=40 {
        let payload = json!({ "speaker": "ai", "transcript": format!("Part {n}"), "turn_id": n });
        let event = json!({ "event_type": "turn_update", "payload": payload, "turn_id": n });
        publish(&server, &session_id, event).await;
        let heard = socket.next().await;
        let path = format!("/api/state?session_id={session_id}");
        let state = server.rest.send(server.rest.at(Method::GET, &path)).await.1;
        assert_eq!((&heard["turn_id"], &state["turn_id"]), (&json!(n), &json!(n)));
        assert_eq!(state["history"].as_array().unwrap().last().unwrap()["transcript"], format!("Part {n}"));
    }
    server.stop().await;
}

#[tokio::test]
async fn where_the_store_is_down_a_client_is_told_so() {
    let store = Arc::new(FaultyStore::new());
    let server = TestServer::start_on(Arc::clone(&store) as Arc<_>).await;
    let project = server.rest.project().await;
    until("it is unloaded", async || {
        let (_, cleaned) = server.rest.post("/sessions/cleanup", json!({ "max_inactive_hours": 0 })).await;
        cleaned["active_sessions"] == 0
    })
    .await;
    store.set(Fault::Mute);
    let mut socket = knock(&server).await;
    socket.send(&json!({ "session_id": project.session_id })).await;
    assert_eq!(socket.closed().await.code, 4503);
    store.set(Fault::None);
    resume(&server, &project.session_id).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_were_written_for_another_engine_work_as_they_are() {
    let server = super::server(|parts| parts.stream.heartbeat = std::time::Duration::from_secs(1)).await;
    let output = python(server.address).arg("event_stream.py").output().await;
    let output = output.expect("`make setup` has installed the Python packages");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(text.lines().filter(|line| line.starts_with("ok ")).count(), 8, "{text}");
    server.stop().await;
}
