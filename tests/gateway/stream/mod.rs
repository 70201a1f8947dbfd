//! `/ws` and what is published for it: the acceptance lines of its clients' contract, over real sockets.
//!
//! Which case is which test stands in `docs/migrating.md`. Exempt, by name, with the reason:
//!
//! - "engine missing → 4503", "requires engine": a server without a publisher takes its clients all the same; 4503 says
//!   that the store is down.
//! - "limitations … single-user warning", "Single user item present", "that item's phase mentions phase_2": the server
//!   has many users.
//!
//! "event → client < 100 ms" is measured by the bench (`streams`): speed is no test.

mod connecting;
mod engine;
mod hearing;
mod lasting;
mod publishing;
mod replaying;

use graphroom::app::Parts;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::TestServer;
use crate::support::plain_socket::PlainSocket;

/// A client that has not spoken.
async fn knock(server: &TestServer) -> PlainSocket {
    PlainSocket::connect(server.address, "/ws", &[]).await
}

/// A client that said this first, and the first frame that it was sent.
async fn ask(server: &TestServer, request: Value) -> (PlainSocket, Value) {
    let mut socket = knock(server).await;
    socket.send(&request).await;
    let created = socket.next().await;
    assert_eq!(created["event_type"], "session_created", "{created}");
    (socket, created)
}

/// A client in a session of its own, and that.
async fn begin(server: &TestServer) -> (PlainSocket, String) {
    let (socket, created) = ask(server, json!({})).await;
    (socket, created["payload"]["session_id"].as_str().unwrap().to_owned())
}

/// A client in a session that is there.
async fn resume(server: &TestServer, session_id: &str) -> PlainSocket {
    ask(server, json!({ "session_id": session_id })).await.0
}

/// Publishes an event, which must be new, and gives its name.
async fn publish(server: &TestServer, session_id: &str, event: Value) -> String {
    let (status, answer) = server.rest.post(&format!("/sessions/{session_id}/events"), event).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    answer["message_id"].as_str().unwrap().to_owned()
}

/// Publishes numbered signals, and gives their names.
async fn publish_many(
    server: &TestServer,
    session_id: &str,
    numbers: std::ops::RangeInclusive<u64>,
) -> Vec<String> {
    let mut names = Vec::new();
    for n in numbers {
        names.push(publish(server, session_id, signal(n)).await);
    }
    names
}

fn signal(n: u64) -> Value {
    json!({ "event_type": "signal", "payload": { "event_name": "custom.count", "n": n } })
}

/// The names of the next so many events.
async fn names(socket: &mut PlainSocket, count: usize) -> Vec<String> {
    let mut names = Vec::new();
    for _ in 0..count {
        names.push(socket.next().await["message_id"].as_str().unwrap().to_owned());
    }
    names
}

/// A server with rules of the test's own.
async fn server(change: impl FnOnce(&mut Parts)) -> TestServer {
    TestServer::start_allowing(change).await
}

/// Whether a name is `msg_` and eight hexadecimal digits.
fn is_name(name: &Value) -> bool {
    let digits = name.as_str().and_then(|name| name.strip_prefix("msg_")).unwrap_or_default();
    digits.len() == 8 && digits.chars().all(|digit| matches!(digit, '0'..='9' | 'a'..='f'))
}
