//! What a member of the room hears: every event once, in order, each command's in one piece; and the
//! replica that it makes of it.

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::replica::{Replica, Taken};
use crate::support::client::Event;

/// Events that come whatever a member wants.
const ANSWERS: [&str; 4] = ["joined", "left", "error", "pong"];

/// One read of the graph.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The last event that it includes.
    pub seq: u64,
    /// What was read.
    pub replica: Replica,
}

impl Reading {
    /// From `{seq, graph}`; none if the graph was left out.
    pub fn of(answer: &Value) -> Option<Self> {
        let seq = answer.get("graph_seq").unwrap_or(&answer["seq"]);
        let seq = seq.as_u64().expect("a graph comes with its seq");
        if answer["graph"].is_null() {
            assert_eq!(answer["graph_omitted"], true, "{answer}");
            return None;
        }
        Some(Self { seq, replica: Replica::read(&answer["graph"]) })
    }
}

/// A member's place in the room.
pub struct Room {
    session_id: Value,
    epoch: Value,
    /// The last `seq` that it heard.
    heard: u64,
    /// Graph events since the join.
    log: Vec<Value>,
    /// The graph as far as it was read, and the events since; none before the first read and while the
    /// graph has to be read anew.
    replica: Option<Replica>,
    /// The `seq` of the read that the replica began with.
    read_at: u64,
    /// Events that are not in the replica yet.
    pending: VecDeque<Value>,
    lifecycle: bool,
    /// From now on what is around every command has to come. What was done before somebody in the room wanted that
    /// comes without.
    lifecycle_is_due: bool,
    older_names: bool,
    /// The command whose `command:executing` was heard, until its `command:executed` is.
    within: Option<Value>,
    /// The event before, if an older name of it may follow.
    before: Option<Event>,
    is_closed: bool,
}

impl Room {
    /// From the answer to a join.
    pub fn new(joined: &Value, lifecycle: bool, older_names: bool) -> Self {
        Self {
            session_id: joined["session_id"].clone(),
            epoch: joined["epoch"].clone(),
            heard: joined["seq"].as_u64().expect("an answer to a join has a seq"),
            log: Vec::new(),
            replica: None,
            read_at: 0,
            pending: VecDeque::new(),
            lifecycle,
            lifecycle_is_due: true,
            older_names,
            within: None,
            before: None,
            is_closed: false,
        }
        .with_snapshot(joined)
    }

    /// The same, for a room in which it may be alone in wanting what is around commands.
    pub fn perhaps_alone(self) -> Self {
        Self { lifecycle_is_due: false, ..self }
    }

    /// A graph in the answer to a join is a read of it.
    fn with_snapshot(mut self, joined: &Value) -> Self {
        if joined["mode"] == "snapshot" {
            self.replica = Some(Replica::read(&joined["graph"]));
            self.read_at = self.heard;
        }
        self
    }

    /// Where it is, as it is said by who comes back; null where there was no project yet.
    pub fn place(&self) -> Value {
        if self.epoch.is_null() {
            return Value::Null;
        }
        json!({ "epoch": self.epoch, "seq": self.heard })
    }

    /// The same room, for who came back and was told what it lacked: nothing, or the events since.
    pub fn went_on(mut self, joined: &Value, lifecycle: bool) -> Self {
        (self.within, self.before) = (None, None);
        // What is told with the answer is told without what is around it.
        self.lifecycle = false;
        for payload in joined["events"].as_array().into_iter().flatten() {
            self.hear_graph_event(payload);
        }
        assert_eq!(joined["seq"], self.heard, "the answer tells how far its events go: {joined}");
        assert_eq!(joined["epoch"], self.epoch);
        self.lifecycle = lifecycle;
        self
    }

    /// The last `seq` that it heard.
    pub fn heard(&self) -> u64 {
        self.heard
    }

    /// The graph events that it heard.
    pub fn log(&self) -> &[Value] {
        &self.log
    }

    /// Whether it heard that the session ended.
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// It joined once more: what it was told is what it had heard.
    pub fn joined_again(&self, seq: u64) {
        assert_eq!(self.heard, seq, "who joins again is answered behind everything before");
    }

    /// Whether it wants what is around graph events.
    pub fn wants_lifecycle(&self) -> bool {
        self.lifecycle
    }

    /// Whether the graph has to be read.
    pub fn wants_reading(&self) -> bool {
        self.replica.is_none()
    }

    /// Takes a read of the graph, and what came since.
    pub fn read(&mut self, reading: &Reading) {
        assert!(reading.seq >= self.heard - self.log.len() as u64, "a read that is older than the join");
        self.replica = Some(reading.replica.clone());
        self.read_at = reading.seq;
        self.catch_up();
    }

    /// Takes in what waits, but for what was read already: a read may be ahead of what was heard.
    fn catch_up(&mut self) {
        while let Some(replica) = &mut self.replica
            && let Some(event) = self.pending.pop_front()
        {
            if event["seq"].as_u64() <= Some(self.read_at) {
                continue;
            }
            match replica.take(&event) {
                Ok(Taken::Done) => {}
                Ok(Taken::ReadAnew) => self.replica = None,
                Err(misfit) => panic!("an event does not fit the replica: {misfit}"),
            }
        }
    }

    /// The replica, once there is one.
    pub fn replica(&self) -> Option<&Replica> {
        self.replica.as_ref()
    }

    /// Takes an event.
    pub fn hear(&mut self, event: Event) {
        assert!(!self.is_closed, "an event behind session:closed: {event:?}");
        let payload = &event.payload;
        if event.name == "events" {
            return self.hear_frame(payload);
        }
        if event.name != "pong" && event.name != "error" {
            assert_eq!(payload["event"], *event.name, "an event says its own name");
            assert_eq!(payload["session_id"], self.session_id);
        }
        if payload["seq"].is_u64() {
            self.hear_graph_event(payload);
        } else {
            self.hear_other(&event);
        }
        // Answers, and what only the sender is told, may come between an event and its older name.
        if !ANSWERS.contains(&event.name.as_str()) && event.name != "command:failed" {
            self.before = Some(event);
        }
    }

    /// A frame says from where to where it goes, and holds just that.
    fn hear_frame(&mut self, frame: &Value) {
        assert_eq!(frame["session_id"], self.session_id);
        assert_eq!(
            frame["from"],
            self.heard + 1,
            "every event once and in order: {frame}; {:?}",
            self.log.last()
        );
        for payload in frame["events"].as_array().expect("a frame has events") {
            self.hear_graph_event(payload);
        }
        assert_eq!((frame["to"].as_u64(), &frame["epoch"]), (Some(self.heard), &self.epoch));
        // The older name of its last event may follow.
        let last = self.log.last().expect("a frame has events");
        let name = last["event"].as_str().expect("an event has a name").to_owned();
        self.before = Some(Event { name, payload: last.clone() });
    }

    fn hear_graph_event(&mut self, payload: &Value) {
        let name = payload["event"].as_str().expect("an event has a name");
        assert_eq!(payload["session_id"], self.session_id);
        assert_eq!(payload["seq"], self.heard + 1, "every event once and in order: {payload}");
        if self.epoch.is_null() {
            // The session had no project until now.
            self.epoch = payload["epoch"].clone();
        }
        assert_eq!(payload["epoch"], self.epoch);
        let is_undo = ["Undo", "Redo"].iter().any(|known| payload["command_type"] == *known)
            || name == "command:undo"
            || name == "command:redo";
        match &self.within {
            Some(command_id) => assert_eq!(payload["command_id"], *command_id, "{payload}"),
            None => {
                let is_due = self.lifecycle && self.lifecycle_is_due;
                assert!(!is_due || is_undo, "no command:executing before {payload}");
            }
        }
        self.heard += 1;
        self.is_closed = name == "session:closed";
        self.log.push(payload.clone());
        self.pending.push_back(payload.clone());
        self.catch_up();
    }

    fn hear_other(&mut self, event: &Event) {
        let payload = &event.payload;
        match event.name.as_str() {
            name if ANSWERS.contains(&name) => {}
            name => {
                assert!(self.lifecycle, "no lifecycle events were wanted: {payload}");
                match name {
                    "command:executing" => {
                        assert_eq!(self.within, None, "{payload}");
                        self.within = Some(payload["command_id"].clone());
                        self.lifecycle_is_due = true;
                    }
                    "command:executed" => {
                        assert_eq!(self.within.take().as_ref(), Some(&payload["command_id"]), "{payload}");
                        assert_eq!(payload["result"]["seq"], self.heard, "{payload}");
                    }
                    "session:connected" | "session:disconnected" => {
                        assert_eq!(self.within, None, "nobody comes or goes within a command: {payload}");
                    }
                    "command:failed" | "external_project_update" => {}
                    older => self.hear_older_name(older, payload),
                }
            }
        }
    }

    /// Right behind the event that it is the older name of.
    fn hear_older_name(&self, name: &str, payload: &Value) {
        let canonical = match name {
            "command-executing" => "command:executing",
            "command-executed" => "command:executed",
            "session-connected" => "session:connected",
            "session-disconnected" => "session:disconnected",
            "undo" => "command:undo",
            "redo" => "command:redo",
            _ => panic!("nobody knows {name}: {payload}"),
        };
        assert!(self.older_names, "older names are for /graph: {payload}");
        let before = self.before.as_ref().expect("something came before it");
        assert_eq!(before.name, canonical, "{payload}");
        for field in ["command_id", "client_id", "active_clients"] {
            assert_eq!(before.payload[field], payload[field], "{field}");
        }
    }
}
