//! Flat frames of `/api/websocket/ws`, altered in what they say or in how they are written. Each is answered by at most one
//! error, and the connection goes on, whatever came.
//!
//! Proves FLAT-2 (docs/behaviour.md).

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::live::{Bystander, Stage, assert_is_refusal};
use super::run::{Case, Part};
use super::{bytes, corpus, talk, values};
use crate::support::plain_socket::PlainSocket;

/// Frames of a case.
const FRAMES: usize = 30;
/// Over this a message ends its connection.
const MAX_MESSAGE: usize = 2 * 1024 * 1024;
/// What asks for answers behind everything that was asked before: one in the order of conversations, one in that of sessions.
const LAST: [i64; 2] = [987_654_321, 987_654_322];

/// A page that sends all this, and connects again if need be.
struct Page<'a> {
    stage: &'a Stage,
    socket: PlainSocket,
}

impl<'a> Page<'a> {
    async fn new(stage: &'a Stage) -> Self {
        Self { stage, socket: Self::connected(stage).await }
    }

    async fn connected(stage: &Stage) -> PlainSocket {
        let mut socket =
            PlainSocket::connect(stage.server.address, "/api/websocket/ws?user_id=fuzz", &[]).await;
        assert_eq!(socket.next().await["type"], "connection_established");
        socket
    }

    /// Sends a message, and looks at all that comes of it.
    async fn send(&mut self, case: &mut Case, kind: &str, text: String) {
        case.shows_too(&format!("{kind}: {}", text.chars().take(3_000).collect::<String>()));
        let is_large = text.len() > MAX_MESSAGE;
        self.socket.send_message(Message::text(text)).await;
        let nobody = "00000000-0000-4000-8000-000000000000";
        self.socket.send(&json!({ "type": "chat:leave", "conversation_id": nobody, "id": LAST[0] })).await;
        self.socket.send(&json!({ "type": "undo", "session_id": nobody, "id": LAST[1] })).await;
        let (mut errors, mut waiting) = (Vec::new(), LAST.len());
        while waiting > 0 {
            let frame = match self.socket.next_or_closed().await {
                Ok(frame) => frame,
                Err(closed) => {
                    assert!(is_large && closed.code == 1009, "it was closed: {closed:?}");
                    self.socket = Self::connected(self.stage).await;
                    return case.saw(kind, false);
                }
            };
            assert!(frame["type"].is_string() && !frame["timestamp"].is_null(), "{frame}");
            match frame["type"].as_str() {
                Some("error") => {
                    assert_is_refusal(&frame);
                    errors.push(frame);
                }
                Some("answer") if LAST.iter().any(|id| frame["id"] == *id) => waiting -= 1,
                Some("answer") if frame["answer"]["success"] == false => {
                    assert_is_refusal(&frame["answer"]["error"]);
                    errors.push(frame);
                }
                Some("authentication_failed") => errors.push(frame),
                _ => {}
            }
        }
        assert!(errors.len() <= 1, "one frame, and these: {errors:#?}");
        case.saw(kind, errors.is_empty());
    }
}

/// A frame as a page means it.
fn meant(case: &mut Case, here: &Bystander, conversation: &str) -> Value {
    let random = &mut case.random;
    let session = if random.percent(50) { conversation } else { &here.project.session_id };
    let event = *random.pick(&["message_received", "new_message", "property-changed", "none"]);
    let frames = [
        json!({ "type": "ping" }),
        json!({ "type": "status" }),
        json!({ "type": "request-system-status" }),
        json!({ "type": "heartbeat" }),
        json!({ "type": "authenticate", "token": "kept" }),
        json!({ "type": "join_session", "sessionId": session }),
        json!({ "type": "leave_session", "session_id": session }),
        json!({ "type": "typing", "sessionId": conversation, "isTyping": random.percent(50) }),
        json!({ "type": "join_project", "projectId": here.project.project_id }),
        json!({ "type": "leave_project", "project_id": "p1" }),
        json!({ "type": "subscribe", "projectId": "p1", "userId": "u1" }),
        json!({ "type": "subscribe", "event": event, "filters": { "sessionId": session }, "subscriptionId": "s1" }),
        json!({ "type": "unsubscribe", "event": event, "subscriptionId": "s1" }),
        json!({ "type": "subscribe_project", "projectId": "p1", "events": [event] }),
        json!({ "type": "unsubscribe_project", "projectId": "p1", "events": [event] }),
        json!({ "type": "broadcast", "event_type": "deployed", "data": { "n": 1 } }),
        json!({ "type": "message", "event": "heartbeat", "data": {} }),
        json!({ "type": "chat:send", "conversationId": conversation, "text": "Hello", "id": random.below(100) }),
    ];
    random.pick(&frames).clone()
}

async fn try_frames(case: &mut Case, stage: &Stage, here: &Bystander, messages: &[Value]) {
    let conversation = talk::begun(&stage.server.rest.named("fuzz")).await;
    let mut page = Page::new(stage).await;
    case.shows("");
    for _ in 0..FRAMES {
        let mut base = meant(case, here, &conversation);
        if case.random.percent(40) {
            base["id"] = case.random.below(100).into();
        }
        let other = case.random.pick(messages).clone();
        let random = &mut case.random;
        let (kind, text) = match random.weighted(&[30, 40, 30]) {
            0 => ("a frame", base.to_string()),
            1 => ("another frame", values::altered(random, &base, &other).to_string()),
            _ => ("altered text", bytes::altered_text(random, &base.to_string(), &other.to_string())),
        };
        page.send(case, kind, text).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_is_told_what_is_wrong_and_goes_on_and_nobody_else_notices() {
    let messages: Vec<Value> = corpus::messages().iter().map(corpus::json).collect();
    let mut stage = Stage::new().await;
    let part = Part::new("flat", 2).needs("a frame", 30, 0).needs("another frame", 10, 10);
    part.needs("altered text", 3, 10)
        .run_live(async |case| {
            let here = stage.bystander().await;
            try_frames(case, &stage, &here, &messages).await;
            stage.is_calm(case, here).await;
        })
        .await;
    stage.ends().await;
}
