//! Frames of a plain WebSocket, altered in what they say or in how they are written. An object is answered, whatever
//! is wrong with it; what is none closes its own connection, with a code that says why.

use graphroom_protocol::RequestName;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::live::{Bystander, Stage, assert_is_refusal};
use super::run::{Case, Part};
use super::sockets::{is_about_a_conversation, meant};
use super::{bytes, corpus, talk, values};
use crate::support::Native;

/// Frames of a case.
const FRAMES: usize = 30;
/// Over this a message ends its connection.
const MAX_MESSAGE: usize = 2 * 1024 * 1024;

/// Somebody who sends all this, and connects again if need be.
struct Sender<'a> {
    stage: &'a Stage,
    client: Native,
}

impl<'a> Sender<'a> {
    async fn new(stage: &'a Stage) -> Self {
        Self { stage, client: Native::named(stage.server.address, "fuzz").await }
    }

    async fn connect_anew(&mut self) {
        self.client = Native::named(self.stage.server.address, "fuzz").await;
    }

    /// An event in a frame as it should be is answered.
    async fn send(&mut self, case: &mut Case, name: &str, kind: &str, payload: Value) {
        let size = payload.to_string().len();
        let id = self.client.emit(name, payload).await;
        let Some(answer) = self.client.try_answer(id).await else {
            assert!(size + 200 > MAX_MESSAGE, "{name:?} ends the connection");
            assert_eq!(self.client.closed().await.code, 1009);
            return self.connect_anew().await;
        };
        self.client.read_already();
        let taken = answer["success"].as_bool().unwrap_or_else(|| panic!("{answer}"));
        if !taken {
            assert_is_refusal(&answer["error"]);
        }
        case.saw(kind, taken);
    }

    /// The connection goes on behind an object, and ends behind anything else.
    async fn send_text(&mut self, case: &mut Case, text: String) {
        case.shows_too(&format!("as a frame: {}", text.chars().take(3_000).collect::<String>()));
        let is_large = text.len() > MAX_MESSAGE;
        let is_object = matches!(serde_json::from_str(&text), Ok(Value::Object(_)));
        self.client.socket.send_message(Message::text(text)).await;
        let ping = self.client.emit("ping", json!({})).await;
        if self.client.try_answer(ping).await.is_some() {
            self.client.read_already();
            return case.saw("an altered frame", true);
        }
        let code = self.client.closed().await.code;
        assert!(matches!((code, is_large), (1002, false) | (1009, true)), "closed with {code}");
        // An object with a field twice is none that can be read.
        case.saw(if is_object { "an object that is none" } else { "an altered frame" }, false);
        self.connect_anew().await;
    }
}

async fn try_frames(case: &mut Case, stage: &Stage, here: &Bystander, messages: &[Value]) {
    let nodes = here.nodes(&stage.server.rest).await;
    let conversation = talk::begun(&stage.server.rest.named("fuzz")).await;
    let mut sender = Sender::new(stage).await;
    case.shows("");
    for _ in 0..FRAMES {
        let random = &mut case.random;
        let name = *random.pick(&RequestName::ALL);
        let about = if is_about_a_conversation(name) { &conversation } else { &here.project.session_id };
        let base = meant(name, random, about, &nodes);
        let other = random.pick(messages).clone();
        let frame =
            json!({ "event": name.as_str(), "data": base, "id": random.below(1_000_000) + 1_000_000 });
        match random.weighted(&[30, 30, 20, 20]) {
            0 => {
                case.shows_too(&format!("{} {base}", name.as_str()));
                sender.send(case, name.as_str(), name.as_str(), base).await;
            }
            1 => {
                let payload = values::altered(random, &base, &other);
                case.shows_too(&format!("{} {payload}", name.as_str()));
                sender.send(case, name.as_str(), name.as_str(), payload).await;
            }
            2 => {
                let altered = values::altered(random, &frame, &other).to_string();
                sender.send_text(case, altered).await;
            }
            _ => {
                let altered = bytes::altered_text(random, &frame.to_string(), &other.to_string());
                sender.send_text(case, altered).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_frame_is_answered_or_ends_its_own_connection_and_nobody_else_notices() {
    let messages: Vec<Value> = corpus::messages().iter().map(corpus::json).collect();
    let mut stage = Stage::new().await;
    let mut part = Part::new("plain", 6).needs("an altered frame", 10, 10);
    let may_fail = |name: &&RequestName| !matches!(name, RequestName::Ping | RequestName::Heartbeat);
    for name in RequestName::ALL.iter().filter(may_fail) {
        // No answer is under way: there is no assistant.
        part = part.needs(name.as_str(), if *name == RequestName::CancelAnswer { 0 } else { 3 }, 3);
    }
    part.run_live(async |case| {
        let here = stage.bystander().await;
        try_frames(case, &stage, &here, &messages).await;
        stage.is_calm(case, here).await;
    })
    .await;
    stage.ends().await;
}
