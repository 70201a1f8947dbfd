//! Frames of `/ws/{client_id}`, altered in what they say or in how they are written. An object is answered or done,
//! whatever is wrong with it; what is none closes its own connection.

use graphroom::transport::gateway::client::frames::{Said, Unreadable, read};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::live::{Bystander, Stage};
use super::run::{Case, Part};
use super::{bytes, corpus, values};
use crate::support::plain_socket::PlainSocket;

/// Frames of a case.
const FRAMES: usize = 20;
/// Over this a message ends its connection.
const MAX_MESSAGE: usize = 2 * 1024 * 1024;

/// A client, of which each connection has a name of its own.
async fn connect(stage: &Stage, case: &mut Case) -> PlainSocket {
    let id = case.random.below(1_000_000_000);
    // A longer address is no address any more.
    let odd: String = bytes::odd_text(&mut case.random).chars().take(1_000).collect();
    let odd: String = form_urlencoded::byte_serialize(odd.as_bytes()).collect();
    let path = format!("/ws/fuzz{id}?conversation_id={odd}&is_audio={odd}");
    let mut socket = PlainSocket::connect(stage.server.address, &path, &[]).await;
    assert_eq!(socket.next().await["type"], "connection_established");
    socket
}

fn meant(case: &mut Case) -> Value {
    let random = &mut case.random;
    let said = format!("Which parts are late? {}", random.below(1_000_000));
    match random.below(3) {
        0 => json!({ "mime_type": "audio/pcm", "data": "AAECAwQF" }),
        1 => json!({ "mime_type": "text/plain", "data": said, "role": "user" }),
        _ => json!({ "mime_type": "text/plain", "data": said }),
    }
}

/// Sends a frame, and one that is surely refused behind it: then the first one was taken.
async fn try_frame(case: &mut Case, stage: &Stage, socket: &mut PlainSocket, text: String) {
    case.shows_too(&text.chars().take(3_000).collect::<String>());
    let (read, is_large) = (read(&text), text.len() > MAX_MESSAGE);
    socket.send_message(Message::text(text)).await;
    let answers = match &read {
        _ if is_large => return closed(case, stage, socket, 1009).await,
        Err(Unreadable::NotAnObject) => return closed(case, stage, socket, 1002).await,
        // There is no assistant; and what is said twice ends its turn.
        Ok(Said::Text(_)) | Err(Unreadable::Refused(_)) => 1,
        Ok(Said::Audio(_)) => 0,
    };
    socket.send(&json!({ "mime_type": "nothing", "data": "" })).await;
    for _ in 0..=answers {
        let frame = socket.next().await;
        assert!(frame["type"] == "error" || frame["turn_complete"] == true, "{frame}");
    }
    case.saw("a client's frame", read.is_ok());
}

async fn closed(case: &mut Case, stage: &Stage, socket: &mut PlainSocket, code: u16) {
    assert_eq!(socket.closed().await.code, code);
    case.saw("a client's frame", false);
    *socket = connect(stage, case).await;
}

async fn try_frames(case: &mut Case, stage: &Stage, _: &Bystander, messages: &[Value]) {
    case.shows("");
    let mut socket = connect(stage, case).await;
    for _ in 0..FRAMES {
        let base = meant(case);
        let random = &mut case.random;
        let other = random.pick(messages).clone();
        let text = match random.weighted(&[3, 4, 3]) {
            0 => base.to_string(),
            1 => values::altered(random, &base, &other).to_string(),
            _ => bytes::altered_text(random, &base.to_string(), &other.to_string()),
        };
        try_frame(case, stage, &mut socket, text).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_frame_of_a_client_is_answered_or_ends_its_own_connection() {
    let messages: Vec<Value> = corpus::messages().iter().map(corpus::json).collect();
    let mut stage = Stage::new().await;
    let part = Part::new("clients", 3).needs("a client's frame", 20, 20);
    part.run_live(async |case| {
        let here = stage.bystander().await;
        try_frames(case, &stage, &here, &messages).await;
        stage.is_calm(case, here).await;
    })
    .await;
    stage.ends().await;
}
