//! What clients of `/ws/status` send, altered in what it says or in how it is written. An object closes nothing, and who
//! asks how the server is is told; what is none closes its own connection, by a code that says why.

use graphroom_protocol::Plain;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::live::Stage;
use super::run::{Case, Part};
use super::{bytes, corpus, values};
use crate::support::plain_socket::{Closed, PlainSocket};

/// Frames of a case.
const FRAMES: usize = 20;
/// Over this a message ends its connection.
const MAX_MESSAGE: usize = 2 * 1024 * 1024;
/// What the server tells by itself.
const TOLD: [&str; 4] = ["system_status_update", "health_check", "metrics_update", "performance_alert"];

/// Somebody who watches, and comes again if need be.
struct Watcher<'a> {
    stage: &'a Stage,
    socket: PlainSocket,
}

impl<'a> Watcher<'a> {
    async fn new(stage: &'a Stage) -> Self {
        Self { stage, socket: Self::connected(stage).await }
    }

    async fn connected(stage: &Stage) -> PlainSocket {
        let mut socket = PlainSocket::connect(stage.server.address, "/ws/status", &[]).await;
        assert_eq!(socket.next().await["type"], "status");
        socket
    }

    /// What comes until a ping is answered that is sent behind everything, so many pings among that.
    async fn until_here(&mut self, mut pings: usize) -> Result<Vec<String>, Closed> {
        self.socket.send(&json!({ "type": "ping" })).await;
        let mut told = Vec::new();
        loop {
            let frame = self.socket.next_or_closed().await?;
            match frame["type"].as_str() {
                Some("pong") if pings == 0 => return Ok(told),
                Some("pong") => pings -= 1,
                Some(name) if TOLD.contains(&name) => {}
                Some("status") => told.push("status".to_owned()),
                _ => panic!("{frame}"),
            }
        }
    }

    /// Sends something, and looks at what comes of it.
    async fn send(&mut self, case: &mut Case, kind: &str, message: Message) {
        let text = match &message {
            Message::Text(text) => Some(text.to_string()),
            _ => None,
        };
        let shown = text.as_deref().unwrap_or("bytes");
        case.shows_too(&format!("{kind}: {}", shown.chars().take(3_000).collect::<String>()));
        // Read as the server reads: where a field stands twice it may be another one that counts.
        let object = text.as_deref().and_then(|text| match serde_json::from_str(text) {
            Ok(Plain(Value::Object(object))) => Some(object),
            _ => None,
        });
        let asked = object.as_ref().and_then(|object| object.get("type")).and_then(Value::as_str);
        let (is_large, asked) =
            (text.as_ref().is_some_and(|text| text.len() > MAX_MESSAGE), asked.map(str::to_owned));
        self.socket.send_message(message).await;
        let told = self.until_here(usize::from(asked.as_deref() == Some("ping"))).await;
        match told {
            Ok(told) => {
                assert!(object.is_some(), "what is no object closes it");
                assert_eq!(!told.is_empty(), asked.as_deref() == Some("status"), "{told:?}");
                case.saw(kind, true);
            }
            Err(closed) => {
                let expected = match (&text, is_large) {
                    (None, _) => 1003,
                    (_, true) => 1009,
                    (_, false) => 1002,
                };
                assert_eq!(closed.code, expected, "{closed:?}");
                assert!(object.is_none() || is_large, "an object closes nothing");
                case.saw(kind, false);
                self.socket = Self::connected(self.stage).await;
            }
        }
    }
}

async fn try_frames(case: &mut Case, stage: &Stage, messages: &[Value]) {
    let mut watcher = Watcher::new(stage).await;
    case.shows("");
    for _ in 0..FRAMES {
        let random = &mut case.random;
        let base = random
            .pick(&[
                json!({ "type": "status" }),
                json!({ "type": "ping" }),
                json!({ "type": "none", "n": 1 }),
            ])
            .clone();
        let other = random.pick(messages).clone();
        let (kind, message) = match random.weighted(&[30, 30, 30, 10]) {
            0 => ("a frame", Message::text(base.to_string())),
            1 => ("another frame", Message::text(values::altered(random, &base, &other).to_string())),
            2 => {
                let text = bytes::altered_text(random, &base.to_string(), &other.to_string());
                ("altered text", Message::text(text))
            }
            _ => ("bytes", Message::binary(base.to_string().into_bytes())),
        };
        watcher.send(case, kind, message).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_watches_is_told_or_closed_whatever_it_sends_and_nobody_else_notices() {
    let messages: Vec<Value> = corpus::messages().iter().map(corpus::json).collect();
    let mut stage = Stage::new().await;
    let part = Part::new("watching", 2).needs("a frame", 20, 0).needs("another frame", 10, 3);
    part.needs("altered text", 3, 10)
        .needs("bytes", 0, 5)
        .run_live(async |case| {
            let here = stage.bystander().await;
            try_frames(case, &stage, &messages).await;
            stage.is_calm(case, here).await;
        })
        .await;
    stage.ends().await;
}
