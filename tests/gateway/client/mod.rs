//! `/ws/{client_id}` and the same over requests, as their clients know them: frame for frame, and what becomes of those who
//! do not behave.

mod answers;
mod connecting;
mod requests;
mod sounds;
mod talking;

use std::time::Duration;

use graphroom::app::Parts;
use graphroom::conversation::assistant::Settings;
use serde_json::{Value, json};

use crate::support::TestServer;
use crate::support::ollama::OllamaStub;
use crate::support::plain_socket::PlainSocket;

/// A server with an assistant, and that.
async fn server(change: impl FnOnce(&mut Parts)) -> (TestServer, OllamaStub) {
    let stub = OllamaStub::start().await;
    let mut settings = Settings::new(stub.url(), "small");
    settings.times.before_retry = Duration::from_millis(1);
    let server = TestServer::start_allowing(|parts| {
        parts.assistant = Some(settings);
        change(parts);
    })
    .await;
    (server, stub)
}

/// A server without one.
async fn without_assistant() -> TestServer {
    TestServer::start().await
}

/// A client, and its first frame. `rest` is what stands behind `/ws/`.
async fn connect(server: &TestServer, rest: &str) -> (PlainSocket, Value) {
    let mut socket = PlainSocket::connect(server.address, &format!("/ws/{rest}"), &[]).await;
    let first = socket.next().await;
    assert_eq!(first["type"], "connection_established", "{first}");
    (socket, first)
}

/// Another tab of `client_id` in the conversation that a first frame names.
async fn join(server: &TestServer, client_id: &str, first: &Value) -> (PlainSocket, Value) {
    connect(server, &format!("{client_id}?conversation_id={}", text(first, "conversation_id"))).await
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

/// What a client says.
async fn say(socket: &mut PlainSocket, data: &str) {
    socket.send(&json!({ "mime_type": "text/plain", "data": data, "role": "user" })).await;
}

/// The text of a turn and the frame that ends it; what else there is is handed to `other`.
async fn turn_with(socket: &mut PlainSocket, mut other: impl FnMut(Value)) -> (String, Value) {
    let mut said = String::new();
    loop {
        let frame = socket.next().await;
        if frame["turn_complete"] == true {
            assert!(
                frame.get("data").is_none(),
                "some clients show nothing of a frame that ends a turn: {frame}"
            );
            return (said, frame);
        }
        if frame["mime_type"] == "text/plain" && frame["role"] == "model" {
            assert_eq!(
                (&frame["partial"], &frame["turn_complete"]),
                (&json!(true), &json!(false)),
                "{frame}"
            );
            said.push_str(text(&frame, "data"));
        } else {
            other(frame);
        }
    }
}

/// The same where nothing else comes.
async fn turn(socket: &mut PlainSocket) -> (String, Value) {
    turn_with(socket, |frame| panic!("{frame}")).await
}

/// What another tab is told of what somebody said.
fn of_user(data: &str) -> Value {
    json!({ "mime_type": "text/plain", "data": data, "role": "user", "partial": false, "turn_complete": false })
}
