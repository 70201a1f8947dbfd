//! What clients of `/ws` say first and later, altered in what it says or in how it is written. Who asks for a new session is
//! welcomed; everybody else is closed by a code that is known, and nobody else notices.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::live::Stage;
use super::run::{Case, Part};
use super::{bytes, corpus, values};
use crate::support::plain_socket::PlainSocket;

/// Connections of a case, one after the other.
const CONNECTIONS: usize = 10;
/// How a connection may end over what a client says.
const CODES: [u16; 3] = [1002, 1009, 4001];

fn meant(case: &mut Case, session_id: &str) -> Value {
    let random = &mut case.random;
    let mut asked =
        json!({ "phase_profile": "exam", "user_agent": "fuzz", "last_message_id": "msg_00000001" });
    if random.percent(50) {
        asked["session_id"] = json!(session_id);
    }
    asked
}

fn altered(case: &mut Case, base: &Value, messages: &[Value]) -> String {
    let random = &mut case.random;
    let other = random.pick(messages).clone();
    let text = match random.weighted(&[3, 4, 3]) {
        0 => base.to_string(),
        1 => values::altered(random, base, &other).to_string(),
        _ => bytes::altered_text(random, &base.to_string(), &other.to_string()),
    };
    case.shows_too(&text.chars().take(3_000).collect::<String>());
    text
}

/// Says something first, and if it is welcomed something else.
async fn try_connection(case: &mut Case, stage: &Stage, session_id: &str, messages: &[Value]) {
    let mut socket = PlainSocket::connect(stage.server.address, "/ws", &[]).await;
    let base = meant(case, session_id);
    socket.send_message(Message::text(altered(case, &base, messages))).await;
    let first = match socket.next_or_closed().await {
        Ok(first) => first,
        Err(closed) => {
            assert!(CODES.contains(&closed.code), "{closed:?}");
            return case.saw("what is said first", false);
        }
    };
    assert_eq!(first["event_type"], "session_created", "{first}");
    case.saw("what is said first", true);
    let text = altered(case, &base, messages);
    let is_object = serde_json::from_str::<Value>(&text).is_ok_and(|value| value.is_object());
    socket.send_message(Message::text(text)).await;
    // One that is surely none ends it, at the latest.
    socket.send_message(Message::text("none")).await;
    let closed = socket.closed().await;
    assert!(CODES.contains(&closed.code), "{closed:?}");
    case.saw("what is said later", is_object);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_listens_is_welcomed_or_closed_whatever_it_says() {
    let messages: Vec<Value> = corpus::messages().iter().map(corpus::json).collect();
    let mut stage = Stage::new().await;
    let part = Part::new("stream", 2).needs("what is said first", 10, 10).needs("what is said later", 5, 5);
    part.run_live(async |case| {
        let here = stage.bystander().await;
        case.shows("");
        for _ in 0..CONNECTIONS {
            try_connection(case, &stage, &here.project.session_id, &messages).await;
        }
        stage.is_calm(case, here).await;
    })
    .await;
    stage.ends().await;
}
