//! Stock members in processes of their own, that tell what happens to them in the order in which it does.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::Project;
use super::node::node;
use super::python::python;

/// What a member told of itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// It has joined, and was told this `seq`.
    Joined(u64),
    /// It heard the event with this `seq`; the event itself if that was asked for.
    Heard(u64, Option<Box<Value>>),
    /// Its connection went.
    Disconnected,
}

impl Told {
    /// Whether it is the event with this `seq`.
    pub fn is_event(&self, seq: u64) -> bool {
        matches!(self, Self::Heard(heard, _) if *heard == seq)
    }
}

/// What members tell of the events that they hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// Their `seq`.
    Seqs,
    /// All that is in them.
    Payloads,
}

/// Members of one process, behind an address. They end with it.
pub struct StockMembers {
    told: Arc<Mutex<HashMap<String, Vec<Told>>>>,
    count: usize,
    _process: Child,
}

impl StockMembers {
    /// `count` members with `socket.io-client`, of `generations` and by `transports` in turn.
    pub fn node(
        address: SocketAddr,
        project: &Project,
        (count, generations, transports): (usize, &str, &str),
        telling: Telling,
    ) -> Self {
        let mut command = node(address);
        command.args(["members.mjs", &project.session_id, &count.to_string(), generations, transports]);
        Self::start(command, count, telling)
    }

    /// Two members with `python-socketio`, one by WebSocket and one that polls.
    pub fn python(address: SocketAddr, project: &Project, telling: Telling) -> Self {
        let mut command = python(address);
        command.args(["members.py", &project.session_id]);
        Self::start(command, 2, telling)
    }

    fn start(mut command: Command, count: usize, telling: Telling) -> Self {
        if telling == Telling::Payloads {
            command.env("GRAPHROOM_PAYLOADS", "1");
        }
        let mut process = command.stdout(Stdio::piped()).spawn().expect("`make setup` has installed it");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let told: Arc<Mutex<HashMap<String, Vec<Told>>>> = Arc::default();
        let writer = Arc::clone(&told);
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                let mut line: Value = serde_json::from_str(&line).unwrap();
                let payload = line.get_mut("payload").map(|payload| Box::new(payload.take()));
                let event = match (line["joined"].as_u64(), line["seq"].as_u64()) {
                    (Some(seq), _) => Told::Joined(seq),
                    (_, Some(seq)) => Told::Heard(seq, payload),
                    _ => Told::Disconnected,
                };
                let member = line["member"].as_str().unwrap().to_owned();
                writer.lock().unwrap().entry(member).or_default().push(event);
            }
        });
        Self { told, count, _process: process }
    }

    /// Whether it holds of everything that each member told so far, and every member told something.
    pub fn all(&self, holds: impl Fn(&[Told]) -> bool) -> bool {
        let told = self.told.lock().unwrap();
        told.len() == self.count && told.values().all(|events| holds(events))
    }

    /// What each member told so far.
    pub fn told(&self) -> HashMap<String, Vec<Told>> {
        self.told.lock().unwrap().clone()
    }
}

/// Whether everything between a join and the end of that connection is there once and in order.
pub fn is_dense(events: &[Told]) -> bool {
    let mut next = None;
    events.iter().all(|event| match event {
        Told::Disconnected => next.take().is_some(),
        Told::Joined(seq) => next.replace(seq + 1).is_none(),
        Told::Heard(seq, _) => next.replace(seq + 1) == Some(*seq),
    })
}

/// Whether a member's last word is that it is here: it joined, and its connection did not go since.
pub fn is_here(events: &[Told]) -> bool {
    let joined = events.iter().rposition(|event| matches!(event, Told::Joined(_)));
    joined > events.iter().rposition(|event| *event == Told::Disconnected)
}
