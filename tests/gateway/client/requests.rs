//! The same talk over requests, and a stream of events.
//!
//! Proves CHAT-14 (docs/behaviour.md).

use std::time::Duration;

use futures_util::StreamExt;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use super::{connect as by_socket, join, of_user, say, server, text, turn, turn_with, without_assistant};
use crate::identity::Guarded;
use crate::support::ollama::{Gate, Script};
use crate::support::{Rest, TestServer, until};

/// A talk of a client's over requests.
struct Talk {
    rest: Rest,
    client_id: &'static str,
    begun: Value,
}

impl Talk {
    async fn begin(rest: &Rest, client_id: &'static str, query: &str) -> Self {
        let path = format!("/api/chat/{client_id}/connect{query}");
        let (status, begun) = rest.send(rest.at(Method::POST, &path)).await;
        assert_eq!((status, &begun["success"]), (StatusCode::OK, &json!(true)), "{begun}");
        Self { rest: rest.clone(), client_id, begun }
    }

    fn path(&self, what: &str) -> String {
        format!("/api/chat/{}/{what}?session_id={}", self.client_id, text(&self.begun, "session_id"))
    }

    async fn call(&self, method: Method, what: &str) -> (StatusCode, Value) {
        self.rest.send(self.rest.at(method, &self.path(what))).await
    }

    async fn send(&self, body: Value) -> (StatusCode, Value) {
        self.rest.send(self.rest.at(Method::POST, &self.path("send")).json(&body)).await
    }

    async fn say(&self, content: &str) -> Value {
        let (status, heard) = self.send(json!({ "content": content })).await;
        assert_eq!(status, StatusCode::OK, "{heard}");
        heard
    }

    async fn hear(&self) -> Events {
        self.hear_behind(None).await
    }

    async fn hear_behind(&self, id: Option<&str>) -> Events {
        let request = self.rest.at(Method::GET, &self.path("stream"));
        let request = id.into_iter().fold(request, |request, id| request.header("last-event-id", id));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Events::of(response)
    }
}

/// A stream of events that is read.
struct Events {
    bytes: std::pin::Pin<Box<dyn futures_util::Stream<Item = reqwest::Result<bytes::Bytes>> + Send>>,
    read: String,
}

impl Events {
    fn of(response: Response) -> Self {
        Self { bytes: Box::pin(response.bytes_stream()), read: String::new() }
    }

    /// The next event's id and data; none at the end.
    async fn try_next(&mut self) -> Option<(String, Value)> {
        loop {
            while let Some((event, rest)) = self.read.split_once("\n\n") {
                let field = |name: &str| {
                    let line = event.lines().find_map(|line| line.strip_prefix(name));
                    line.map(|value| value.trim_start().to_owned())
                };
                let (id, data) = (field("id:"), field("data:"));
                self.read = rest.to_owned();
                if let Some(data) = data {
                    return Some((id.unwrap(), serde_json::from_str(&data).unwrap()));
                }
            }
            let bytes = tokio::time::timeout(Duration::from_secs(60), self.bytes.next()).await;
            let bytes = bytes.expect("an event in time")?.ok()?;
            self.read.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }

    async fn next(&mut self) -> Value {
        self.try_next().await.expect("there are more events").1
    }

    /// The text of a turn, and its end.
    async fn turn(&mut self) -> (String, Value) {
        let mut said = String::new();
        loop {
            let event = self.next().await;
            match event["type"].as_str() {
                Some("text_chunk") => {
                    said.push_str(text(&event, "content"));
                    assert!(text(&event, "partial_response").ends_with(&said));
                }
                Some("turn_complete") => return (said, event),
                _ => panic!("{event}"),
            }
        }
    }
}

#[tokio::test]
async fn a_talk_over_requests_goes_from_its_beginning_to_its_end() {
    let (server, stub) = server(|_| {}).await;
    stub.say(["Once", " upon"]);
    let talk = Talk::begin(&server.rest, "desk", "?is_audio=false").await;
    assert_eq!(talk.begun["client_id"], "desk");
    for name in ["session_id", "conversation_id", "connection_id"] {
        assert!(uuid::Uuid::parse_str(text(&talk.begun, name)).is_ok(), "{}", talk.begun);
    }
    let (status, now) = talk.call(Method::GET, "status").await;
    assert_eq!((status.as_u16(), &now["is_active"]), (200, &json!(true)));
    assert_eq!(now["conversation_id"], talk.begun["conversation_id"]);
    let mut events = talk.hear().await;
    let heard = talk.say("Tell me a story").await;
    assert_eq!((&heard["success"], &heard["error"]), (&json!(true), &Value::Null));
    assert!(heard["message_id"].is_string(), "{heard}");
    let (said, end) = events.turn().await;
    let expected = json!({ "type": "turn_complete", "turn_complete": true, "interrupted": false,
        "final_response": "Once upon" });
    assert_eq!((said.as_str(), end), ("Once upon", expected));
    let (status, over) = talk.call(Method::DELETE, "disconnect").await;
    let expected = json!({ "success": true, "message_id": null, "session_id": talk.begun["session_id"],
        "conversation_id": null, "error": null });
    assert_eq!((status.as_u16(), over), (200, expected));
    assert!(events.try_next().await.is_none(), "its stream ends");
    let stats = server.rest.at(Method::GET, "/api/connections/stats");
    until("nobody is there", async || {
        server.rest.send(stats.try_clone().unwrap()).await.1["total_connections"] == 0
    })
    .await;
    server.stop().await;
}

#[tokio::test]
async fn requests_and_sockets_talk_in_one_conversation() {
    let (server, stub) = server(|_| {}).await;
    stub.always(Script::says(["Yes"]));
    let (mut socket, first) = by_socket(&server, "desk").await;
    let query = format!("?conversation_id={}", text(&first, "conversation_id"));
    let talk = Talk::begin(&server.rest, "desk", &query).await;
    assert_eq!(talk.begun["conversation_id"], first["conversation_id"]);
    // What is said before there is a stream waits for it.
    say(&mut socket, "By socket").await;
    assert_eq!(turn(&mut socket).await.0, "Yes");
    let mut events = talk.hear().await;
    assert_eq!(events.next().await, json!({ "type": "message", "role": "user", "content": "By socket" }));
    assert_eq!(events.turn().await.0, "Yes");
    talk.say("By request").await;
    assert_eq!(socket.next().await, of_user("By request"));
    assert_eq!(turn(&mut socket).await.0, "Yes");
    assert_eq!(events.turn().await.1["final_response"], "Yes");
    // Sound by a request is heard by sockets.
    let (status, heard) = talk.send(json!({ "content": "AAEC", "mime_type": "audio/pcm" })).await;
    assert_eq!((status.as_u16(), &heard["message_id"]), (200, &Value::Null));
    assert_eq!(socket.next().await["mime_type"], "audio/pcm");
    // It is listed as what it is.
    let path = "/api/clients/desk/connections";
    let (_, listed) = server.rest.send(server.rest.at(Method::GET, path)).await;
    let sessions: Vec<_> = listed.as_array().unwrap().iter().map(|one| &one["session_id"]).collect();
    assert_eq!(sessions, [&first["session_id"], &talk.begun["session_id"]]);
    server.stop().await;
}

#[tokio::test]
async fn a_stream_that_broke_goes_on_where_it_was() {
    let (server, stub) = server(|_| {}).await;
    let gate = Gate::new();
    stub.plan(Script::new().text("One ").wait(&gate).text("two").done("stop", 2));
    let talk = Talk::begin(&server.rest, "desk", "").await;
    let mut events = talk.hear().await;
    talk.say("Count").await;
    let (id, first) = events.try_next().await.unwrap();
    assert_eq!(first["content"], "One ");
    drop(events);
    gate.open();
    let mut events = talk.hear_behind(Some(&id)).await;
    let (said, end) = events.turn().await;
    assert_eq!((said.as_str(), &end["final_response"]), ("two", &json!("One two")));
    // From the beginning, as long as that is kept.
    let mut again = talk.hear_behind(Some("0")).await;
    assert!(events.try_next().await.is_none(), "a talk has one stream");
    assert_eq!(again.turn().await.0, "One two");
    server.stop().await;
}

#[tokio::test]
async fn who_comes_in_the_middle_of_an_answer_hears_all_of_it() {
    let (server, stub) = server(|_| {}).await;
    let gate = Gate::new();
    stub.plan(Script::new().text("One ").wait(&gate).text("two").done("stop", 2));
    let (mut socket, first) = by_socket(&server, "desk").await;
    say(&mut socket, "Count").await;
    assert_eq!(socket.next().await["data"], "One ");
    let query = format!("?conversation_id={}", text(&first, "conversation_id"));
    let talk = Talk::begin(&server.rest, "desk", &query).await;
    let mut events = talk.hear().await;
    assert_eq!(events.next().await["content"], "One ");
    gate.open();
    let chunk = events.next().await;
    assert_eq!((&chunk["content"], &chunk["partial_response"]), (&json!("two"), &json!("One two")));
    server.stop().await;
}

#[tokio::test]
async fn a_talk_is_its_clients_and_nobody_elses() {
    let server = without_assistant().await;
    let talk = Talk::begin(&server.rest, "desk", "").await;
    let id = text(&talk.begun, "session_id");
    for (client_id, session_id) in
        [("phone", id), ("desk", "5b0dfd1c-6a5e-4c7a-9a0e-1f2b3c4d5e6f"), ("desk", "")]
    {
        for (method, what, detail) in [
            (Method::POST, "send", "No active chat session found. Please connect first."),
            (Method::GET, "stream", "No active chat session found"),
            (Method::GET, "status", "Chat session not found"),
            (Method::DELETE, "disconnect", "No active chat session found to disconnect"),
        ] {
            let path = format!("/api/chat/{client_id}/{what}?session_id={session_id}");
            let request = server.rest.at(method, &path).json(&json!({ "content": "Hi" }));
            let (status, answer) = server.rest.send(request).await;
            assert_eq!(status, 404, "{what}: {answer}");
            assert_eq!(answer, json!({ "detail": detail, "code": "NOT_FOUND" }));
        }
    }
    assert_eq!(talk.call(Method::GET, "status").await.0, 200);
    server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_and_changes_nothing() {
    let server = without_assistant().await;
    let talk = Talk::begin(&server.rest, "desk", "").await;
    for (body, status, code) in [
        (json!({}), 422, "INVALID_REQUEST"),
        (json!({ "content": "" }), 422, "INVALID_REQUEST"),
        (json!({ "content": " " }), 422, "INVALID_REQUEST"),
        (json!({ "content": 5 }), 422, "INVALID_REQUEST"),
        (json!({ "content": "Hi", "role": "model" }), 422, "INVALID_REQUEST"),
        (json!({ "content": "Hi", "mime_type": "image/png" }), 422, "INVALID_REQUEST"),
        (json!({ "content": "x".repeat(10_001) }), 422, "INVALID_REQUEST"),
        (json!({ "content": "*", "mime_type": "audio/pcm" }), 400, "INVALID_REQUEST"),
        (json!({ "content": "A".repeat(90_000), "mime_type": "audio/pcm" }), 413, "PAYLOAD_TOO_LARGE"),
    ] {
        let (answered, answer) = talk.send(body.clone()).await;
        assert_eq!((answered.as_u16(), &answer["code"]), (status, &json!(code)), "{body}: {answer}");
        assert_eq!(answer["detail"].is_array(), status == 422, "{answer}");
    }
    let path = format!("/conversations/{}/messages", text(&talk.begun, "conversation_id"));
    assert_eq!(server.rest.get(&path).await.1["messages"], json!([]));
    // Why nobody answers is told by the stream.
    talk.say("Hi").await;
    let error = talk.hear().await.next().await;
    assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!("ASSISTANT_UNAVAILABLE")));
    server.stop().await;
}

#[tokio::test]
async fn a_word_that_stands_for_something_else_is_refused() {
    let server = without_assistant().await;
    for word in ["process", "verify", "health", "v1", "chat"] {
        let path = format!("/api/chat/{word}/connect");
        let (status, answer) = server.rest.send(server.rest.at(Method::POST, &path)).await;
        assert_eq!((status.as_u16(), &answer["code"]), (400, &json!("INVALID_REQUEST")), "{word}");
        assert!(text(&answer, "detail").contains("stands for something else"), "{answer}");
    }
    // Where there is another route, that one answers.
    for word in ["history", "stats", "status", "context"] {
        let path = format!("/api/chat/{word}/connect");
        let (status, answer) = server.rest.send(server.rest.at(Method::POST, &path)).await;
        assert_eq!((status.as_u16(), &answer["code"]), (405, &json!("METHOD_NOT_ALLOWED")), "{word}");
    }
    let (status, _) = server.rest.send(server.rest.at(Method::POST, "/api/chat/sessions/connect")).await;
    assert_eq!(status.as_u16(), 422, "a chat session wants a title");
    server.stop().await;
}

#[tokio::test]
async fn a_talk_that_nobody_uses_is_over_and_counts_no_more() {
    let server = TestServer::start_allowing(|parts| {
        parts.client.idle = Duration::from_secs(4);
        parts.client.connections_of_a_client = 1;
    })
    .await;
    let talk = Talk::begin(&server.rest, "desk", "").await;
    let request = || server.rest.at(Method::POST, "/api/chat/desk/connect");
    let (status, answer) = server.rest.send(request()).await;
    assert_eq!((status.as_u16(), &answer["code"]), (503, &json!("CONNECTION_LIMIT")), "{answer}");
    until("it is over", async || server.rest.send(request()).await.0 == 200).await;
    assert_eq!(talk.call(Method::GET, "status").await.0, 404);
    server.stop().await;
}

#[tokio::test]
async fn where_everybody_says_who_it_is_a_talk_is_its_users() {
    let guarded = Guarded::start().await;
    let server = &guarded.server;
    let (status, answer) = server.rest.send(server.rest.at(Method::POST, "/api/chat/desk/connect")).await;
    assert_eq!((status.as_u16(), &answer["code"]), (401, &json!("UNAUTHENTICATED")), "{answer}");
    let (ann, bob) = (guarded.rest("ann"), guarded.rest("bob"));
    let talk = Talk::begin(&ann, "desk", "").await;
    let (status, _) = bob.send(bob.at(Method::GET, &talk.path("status"))).await;
    assert_eq!(status, 404);
    talk.say("Mine").await;
    let path = format!("/conversations/{}/messages", text(&talk.begun, "conversation_id"));
    assert_eq!(ann.get(&path).await.1["messages"][0]["author"]["user_id"], "ann");
    assert_eq!(bob.get(&path).await.0, 404);
    // An admin who ends the connection ends the talk.
    let admin = guarded.admin();
    let body = json!({ "connection_id": talk.begun["connection_id"] });
    assert_eq!(admin.post("/admin/disconnect", body).await.0, 200);
    until("it is over", async || talk.call(Method::GET, "status").await.0 == 404).await;
    guarded.stop().await;
}

#[tokio::test]
async fn a_server_that_goes_down_ends_streams_and_waits_for_nobody() {
    let (server, _stub) = server(|_| {}).await;
    let talk = Talk::begin(&server.rest, "desk", "").await;
    let _unheard = Talk::begin(&server.rest, "phone", "").await;
    let mut events = talk.hear().await;
    let (mut socket, first) = by_socket(&server, "desk").await;
    let (_other, _) = join(&server, "desk", &first).await;
    let stopped = tokio::time::timeout(Duration::from_secs(60), server.stop());
    stopped.await.expect("nobody is waited for");
    assert_eq!(events.next().await["type"], "notification");
    assert!(events.try_next().await.is_none());
    assert_eq!(socket.next().await["type"], "notification");
    assert_eq!(socket.closed().await.code, 1001);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_nobody_reads_delays_nobody_and_misses_nothing() {
    const PIECES: usize = 40;
    let (server, stub) = server(|_| {}).await;
    let piece = "x".repeat(1_000);
    stub.plan(Script::says(std::iter::repeat_n(piece.as_str(), PIECES)));
    let (mut socket, first) = by_socket(&server, "desk").await;
    let query = format!("?conversation_id={}", text(&first, "conversation_id"));
    let talk = Talk::begin(&server.rest, "desk", &query).await;
    say(&mut socket, "Much").await;
    assert_eq!(turn_with(&mut socket, drop).await.0.len(), piece.len() * PIECES);
    let mut events = talk.hear().await;
    assert_eq!(events.next().await["content"], "Much");
    let (said, end) = events.turn().await;
    assert_eq!(said.len(), piece.len() * PIECES);
    assert_eq!(text(&end, "final_response").len(), said.len());
    server.stop().await;
}
