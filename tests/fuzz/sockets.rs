//! Every event of a client and every command in one, over a real socket: altered in what they say, or in how
//! their packets are written. What is a packet is answered; what is none ends its own connection at most.

use std::time::Duration;

use graphroom_protocol::{Command, RequestName};
use serde_json::{Value, json};

use super::live::{Bystander, Stage, assert_is_refusal};
use super::run::{Case, Part};
use super::{bytes, commands, corpus, values};
use crate::support::Client;
use crate::support::client::{Engine, Options};
use crate::support::random::Random;

/// Events of a case.
const EVENTS: usize = 30;
/// The library closes a connection over a message of 2 MiB.
const MAX_MESSAGE: usize = 2 * 1024 * 1024 - 1_024;

/// How long is waited for an answer that need not come, and for one that must.
const PATIENCE: Duration = Duration::from_millis(500);
const LONG_PATIENCE: Duration = Duration::from_secs(20);

/// What an event says if it is meant well.
pub fn meant(name: RequestName, random: &mut Random, session_id: &str, nodes: &[String]) -> Value {
    let command_id = random.percent(30).then(|| format!("c{}", random.below(1_000_000)));
    match name {
        RequestName::JoinSession => {
            let since = [Value::Null, json!({ "epoch": "0c9e4a77-7d1b-4b43-9e25-8f60c2d4ab03", "seq": 3 })];
            let mut join = json!({ "session_id": session_id, "delivery": random.pick(&["events", "batch"]),
                "lifecycle": random.percent(50), "presence": random.percent(50) });
            if random.percent(50) {
                join["since"] = random.pick(&since).clone();
            }
            join
        }
        RequestName::LeaveSession | RequestName::GetGraph => json!({ "session_id": session_id }),
        RequestName::ExecuteCommand => {
            let command_type = *random.pick(&Command::TYPES);
            let data = commands::data(command_type, random, nodes);
            json!({ "session_id": session_id, "command_type": command_type, "data": data,
                "command_id": command_id, "graph": random.percent(10) })
        }
        RequestName::Undo | RequestName::Redo => json!({ "session_id": session_id,
            "scope": random.pick(&["mine", "session"]), "force": random.percent(30),
            "on_conflict": random.pick(&["skip", "refuse"]), "command_id": command_id }),
        RequestName::SetPresence => json!({ "session_id": session_id, "typing": random.percent(50),
            "cursor": { "x": random.below(1_000), "y": -0.5 }, "selection": nodes.iter().take(3).collect::<Vec<_>>(),
            "editing": nodes.first().map(|node_id| json!({ "node_id": node_id, "property_id": "vin" })) }),
        RequestName::Authenticate | RequestName::RefreshAuth => {
            json!({ "user_id": "fuzz", "token": random.pick(&["", "any", "sk_x", "sess_x"]) })
        }
        RequestName::Ping | RequestName::Heartbeat => json!({}),
        RequestName::JoinProject | RequestName::LeaveProject => {
            json!({ "project_id": random.pick(&["system", "elsewhere", "7f8a0d3c-0000-4000-8000-00000000000f"]) })
        }
        RequestName::Subscribe | RequestName::Unsubscribe => {
            json!({ "topics": [random.pick(&["status", "health", "alerts", "user", "project:elsewhere"])] })
        }
        RequestName::AcknowledgeBroadcast => json!({ "broadcast_id": random.pick(&["sys_none", "", "x"]) }),
        RequestName::Message => {
            json!({ "event": "leave_session", "data": { "session_id": session_id } })
        }
        _ => super::talk::meant(name, random, session_id),
    }
}

/// Somebody who sends all this, and connects again if need be.
struct Sender<'a> {
    stage: &'a Stage,
    options: Options,
    client: Client,
    /// The session it is a member of whenever it connects: what only a member may do is also tried as one.
    joins: Option<String>,
}

impl<'a> Sender<'a> {
    async fn new(stage: &'a Stage, session_id: &str, random: &mut Random) -> Self {
        let options = Options {
            namespace: if random.percent(50) { "/" } else { "/graph" },
            user_id: Some("fuzz".to_owned()),
            engine: if random.percent(25) { Engine::Three } else { Engine::Four },
            ..Options::default()
        };
        let joins = random.percent(50).then(|| session_id.to_owned());
        let client = Client::connect_with(stage.server.address, options.clone()).await;
        let mut sender = Self { stage, options, client, joins };
        sender.join().await;
        sender
    }

    async fn join(&mut self) {
        if let Some(session_id) = &self.joins {
            let joined = self.client.emit("join_session", json!({ "session_id": session_id })).await;
            self.client.try_answer(joined).await;
        }
    }

    async fn connect_again(&mut self) {
        self.client = Client::connect_with(self.stage.server.address, self.options.clone()).await;
        self.join().await;
    }

    /// Sends an event as a whole. It is answered.
    async fn send(&mut self, case: &mut Case, name: &str, kind: &str, payload: Value) {
        let size = payload.to_string().len();
        let ack = self.client.emit(name, payload).await;
        let Some(answer) = self.client.try_answer(ack).await else {
            // The library does not read a name that is written with an escape.
            let is_escaped = json!(name).to_string().contains('\\');
            assert!(size > MAX_MESSAGE || is_escaped, "{name:?} ends the connection");
            self.connect_again().await;
            return case.saw(if is_escaped { "a name with escapes" } else { "a large message" }, false);
        };
        self.client.read_already();
        let taken = answer["success"].as_bool().unwrap_or_else(|| panic!("{answer}"));
        if !taken {
            assert_is_refusal(&answer["error"]);
        }
        case.saw(kind, taken);
    }

    /// Sends a packet that may be none. The connection goes on, or ends.
    async fn send_raw(&mut self, case: &mut Case, name: &str, payload: &Value, other: &Value) {
        let (_, packet) = self.client.packet(name, payload);
        let packet = bytes::altered_text(&mut case.random, &packet, &other.to_string());
        case.shows_too(&format!("as a packet: {}", packet.chars().take(3_000).collect::<String>()));
        // An event is answered, or ends the connection. Others may be a goodbye, or promise more that never comes.
        let patience = if packet.starts_with("42") { LONG_PATIENCE } else { PATIENCE };
        self.client.send(packet).await;
        let ping = self.client.emit("ping", json!({})).await;
        let answer = tokio::time::timeout(patience, self.client.try_answer(ping)).await;
        assert!(answer.is_ok() || patience == PATIENCE, "neither an answer nor the end");
        let goes_on = answer.is_ok_and(|answer| answer.is_some());
        case.saw("an altered packet", goes_on);
        // The library may still be about to end it: what came behind the packet is answered before that.
        self.connect_again().await;
    }
}

/// Whether an event is about a conversation.
pub fn is_about_a_conversation(name: RequestName) -> bool {
    name == RequestName::Typing || name.as_str().starts_with("chat:")
}

async fn try_events(case: &mut Case, stage: &Stage, here: &Bystander, messages: &[Value]) {
    let nodes = here.nodes(&stage.server.rest).await;
    let conversation = super::talk::begun(&stage.server.rest.named("fuzz")).await;
    let mut sender = Sender::new(stage, &here.project.session_id, &mut case.random).await;
    case.shows(format!("{:?}", sender.options));
    for _ in 0..EVENTS {
        let random = &mut case.random;
        let name = match random.percent(60) {
            true => RequestName::ExecuteCommand,
            false => *random.pick(&RequestName::ALL),
        };
        let about = if is_about_a_conversation(name) { &conversation } else { &here.project.session_id };
        let base = meant(name, random, about, &nodes);
        let kind = match base["command_type"].as_str() {
            Some(command_type) => format!("{} {command_type}", name.as_str()),
            None => name.as_str().to_owned(),
        };
        let other = random.pick(messages).clone();
        match random.weighted(&[45, 40, 12, 3]) {
            0 => {
                case.shows_too(&format!("{} {base}", name.as_str()));
                sender.send(case, name.as_str(), &kind, base).await;
            }
            1 => {
                let payload = values::altered(random, &base, &other);
                case.shows_too(&format!("{} {payload}", name.as_str()));
                sender.send(case, name.as_str(), &kind, payload).await;
            }
            2 => sender.send_raw(case, name.as_str(), &base, &other).await,
            _ => {
                let unknown = bytes::odd_text(random);
                case.shows_too(&format!("{unknown:?} {base}"));
                sender.send(case, &unknown, "an unknown event", base).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_event_is_answered_and_nobody_else_notices() {
    let messages: Vec<Value> = corpus::messages().iter().map(corpus::json).collect();
    let mut stage = Stage::new().await;
    let mut part = Part::new("sockets", 10)
        .needs("an altered packet", 5, 5)
        .needs("an unknown event", 0, 5)
        .needs("ping", 5, 0)
        .needs("heartbeat", 5, 0);
    for name in RequestName::ALL.iter().filter(|name| {
        !matches!(name, RequestName::Ping | RequestName::Heartbeat | RequestName::ExecuteCommand)
    }) {
        // No answer is under way: there is no assistant.
        part = part.needs(name.as_str(), if *name == RequestName::CancelAnswer { 0 } else { 5 }, 5);
    }
    for command_type in Command::TYPES {
        part = part.needs(&format!("execute_command {command_type}"), 3, 3);
    }
    part.run_live(async |case| {
        let here = stage.bystander().await;
        try_events(case, &stage, &here, &messages).await;
        stage.is_calm(case, here).await;
    })
    .await;
    stage.ends().await;
}
