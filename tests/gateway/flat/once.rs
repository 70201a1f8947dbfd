//! A frame that is refused is told so once, in whatever way.
//!
//! Proves FLAT-2 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{Page, conversation, types};
use crate::identity::Guarded;
use crate::support::plain_socket::PlainSocket;
use crate::support::{Project, TestServer};

/// What says that something was refused.
fn refusals(frames: &[Value]) -> Vec<&Value> {
    let refuses = |frame: &&Value| match frame["type"].as_str() {
        Some("error" | "authentication_failed") => true,
        Some("answer") => frame["answer"]["success"] == false,
        _ => false,
    };
    frames.iter().filter(refuses).collect()
}

/// Frames that are refused, whoever sends them.
fn refused(project: &Project) -> Vec<Value> {
    let nobody = "00000000-0000-4000-8000-000000000000";
    let session = &project.session_id;
    vec![
        json!({ "type": "none" }),
        json!({ "type": "join_session", "sessionId": nobody }),
        json!({ "type": "join_session", "sessionId": "x" }),
        json!({ "type": "join_session" }),
        json!({ "type": "leave_session" }),
        json!({ "type": "typing", "sessionId": session }),
        json!({ "type": "typing", "sessionId": nobody, "isTyping": true }),
        json!({ "type": "get_graph", "sessionId": nobody }),
        json!({ "type": "undo", "sessionId": "x" }),
        json!({ "type": "chat:send", "conversationId": nobody, "text": "Hello" }),
        json!({ "type": "message", "event": "join_session", "data": { "session_id": nobody } }),
        json!({ "type": "message", "event": "none" }),
        json!({ "type": "execute_command", "sessionId": session, "commandType": "none", "data": {} }),
        json!({ "type": "execute_command", "sessionId": session, "commandType": "DeleteNode",
            "data": { "node_id": nobody } }),
        json!({ "type": "execute_command" }),
        json!({ "type": "join_project" }),
        json!({ "type": "broadcast" }),
        json!({ "type": "subscribe_project" }),
    ]
}

/// Sends each with an id and without one.
async fn is_told_once(page: &mut Page, frames: &[Value]) {
    page.until_here().await;
    for (n, frame) in frames.iter().enumerate() {
        let mut asked = frame.clone();
        asked["id"] = json!(n);
        for frame in [frame, &asked] {
            page.socket.send(frame).await;
            // Who is not in a session is told what became of its commands there when they are decided.
            let mut heard = Vec::new();
            while refusals(&heard).is_empty() {
                heard.push(page.next().await);
            }
            heard.extend(page.until_here().await);
            let told = refusals(&heard);
            assert_eq!(told.len(), 1, "{frame}: {heard:#?}");
            let is_by_id = told[0]["type"] == "answer";
            assert!(!is_by_id || told[0]["id"] == frame["id"], "{frame}: {heard:#?}");
            let is_own =
                !["none", "broadcast", "subscribe_project"].iter().any(|kind| frame["type"] == *kind);
            assert_eq!(is_by_id, is_own && frame["id"].is_number(), "{frame}: {heard:#?}");
        }
    }
}

#[tokio::test]
async fn whoever_is_refused_something_is_told_so_by_one_frame_wherever_it_is() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let frames = refused(&project);
    let mut page = Page::named(&server, "ann").await;
    is_told_once(&mut page, &frames).await;
    page.ask(
        "chat:join",
        json!({ "conversationId": conversation(&server.rest, None).await, "id": 1 }),
        "answer",
    )
    .await;
    is_told_once(&mut page, &frames).await;
    for fields in [json!({ "delivery": "batch" }), json!({ "lifecycle": false }), json!({})] {
        let mut join = json!({ "sessionId": project.session_id });
        join.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        page.ask("join_session", join, "session_joined").await;
        is_told_once(&mut page, &frames).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn whose_token_is_none_is_told_so_once_however_it_shows_it() {
    let guarded = Guarded::start().await;
    let path = format!("{}?token={}", super::PATH, guarded.token("ann"));
    let mut page =
        Page::welcomed(PlainSocket::connect(guarded.server.address, &path, &[]).await).await.unwrap();
    for frame in [
        json!({ "type": "authenticate", "token": "wrong" }),
        json!({ "type": "authenticate", "token": "wrong", "id": 5 }),
        json!({ "type": "auth:refresh", "token": "wrong" }),
        json!({ "type": "auth:refresh", "token": "wrong", "id": 5 }),
        json!({ "type": "message", "event": "authenticate", "data": { "token": "wrong" } }),
        json!({ "type": "message", "event": "authenticate", "data": { "token": "wrong" }, "id": 5 }),
    ] {
        page.socket.send(&frame).await;
        let heard = page.until_here().await;
        assert_eq!((refusals(&heard).len(), types(&heard).len()), (1, 1), "{frame}: {heard:#?}");
    }
    guarded.stop().await;
}
