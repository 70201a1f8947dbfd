//! `/api/websocket/ws` as browser pages speak it: every frame of its clients' contract, over real sockets.
//!
//! Exempt, by name, with the reason: a `broadcast` goes to who hears the sender's projects, not to a project called
//! `system`; and an event comes by one name, where the original's server and page had two.

mod broadcasting;
mod figures;
mod frames;
mod identity;
mod once;
mod order;
mod projects;
mod sessions;
mod subscribing;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::client::Options;
use crate::support::plain_socket::{Closed, PlainSocket};
use crate::support::{Client, Project, Rest, TestServer};

/// Where the protocol is spoken.
const PATH: &str = "/api/websocket/ws";

/// A page that was welcomed.
struct Page {
    socket: PlainSocket,
    /// What it was welcomed with.
    welcome: Value,
}

impl Page {
    /// A page without a name.
    async fn open(server: &TestServer) -> Self {
        Self::open_by(server, "").await
    }

    /// A page with a name, which nobody verifies.
    async fn named(server: &TestServer, user_id: &str) -> Self {
        Self::open_by(server, &format!("?user_id={user_id}")).await
    }

    async fn open_by(server: &TestServer, query: &str) -> Self {
        let socket = PlainSocket::connect(server.address, &format!("{PATH}{query}"), &[]).await;
        Self::welcomed(socket).await.expect("a welcome")
    }

    async fn welcomed(mut socket: PlainSocket) -> Result<Self, Closed> {
        let welcome = socket.next_or_closed().await?;
        assert_eq!(welcome["type"], "connection_established", "{welcome}");
        Ok(Self { socket, welcome })
    }

    /// Sends a frame: a type, and what else is in it.
    async fn send(&mut self, kind: &str, mut fields: Value) {
        fields["type"] = kind.into();
        self.socket.send(&fields).await;
    }

    /// The next frame, whatever it is.
    async fn next(&mut self) -> Value {
        self.socket.next().await
    }

    /// The next frame of a type; others are dropped.
    async fn frame(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.next().await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// Sends a frame, and gives the next one of that type.
    async fn ask(&mut self, kind: &str, fields: Value, answer: &str) -> Value {
        self.send(kind, fields).await;
        self.frame(answer).await
    }

    /// All frames that come before what is asked now is answered. Answers have two orders, that of sessions and that of
    /// conversations: in both everything that was asked before comes first.
    async fn until_here(&mut self) -> Vec<Value> {
        let nobody = "00000000-0000-4000-8000-000000000000";
        self.send("chat:leave", json!({ "conversationId": nobody, "id": HERE[0] })).await;
        self.send("undo", json!({ "sessionId": nobody, "id": HERE[1] })).await;
        let (mut frames, mut waiting) = (Vec::new(), HERE.len());
        while waiting > 0 {
            let frame = self.next().await;
            let is_here = frame["type"] == "answer" && HERE.iter().any(|id| frame["id"] == *id);
            if is_here {
                waiting -= 1;
            } else {
                frames.push(frame);
            }
        }
        frames
    }
}

/// Ids of what is asked only to wait for its answer.
const HERE: [i64; 2] = [-1_000_001, -1_000_002];

/// A client of Socket.IO with a name.
async fn stock(server: &TestServer, user_id: &str) -> Client {
    let options = Options { user_id: Some(user_id.to_owned()), ..Options::default() };
    Client::connect_with(server.address, options).await
}

/// Begins a conversation, of a project or of none.
async fn conversation(rest: &Rest, project: Option<&Project>) -> String {
    let body = json!({ "title": "Body work", "project_id": project.map(|project| &project.project_id) });
    let (status, made) = rest.post("/conversations", body).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    made["conversation_id"].as_str().unwrap().to_owned()
}

/// Whether frames have a time in the form that these pages read.
fn assert_is_time(value: &Value) {
    let text = value.as_str().unwrap_or_else(|| panic!("no time: {value}"));
    assert!(text.len() == "2026-01-02T03:04:05.678000Z".len() && text.ends_with('Z'), "{text}");
}

/// The types of frames.
fn types(frames: &[Value]) -> Vec<&str> {
    frames.iter().map(|frame| frame["type"].as_str().unwrap()).collect()
}
