//! What one client sees, held against what it must see: a replica that only joins and events change.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::simulation::replica::{Replica, Taken};

/// What a client saw so far.
#[derive(Clone, Debug, Default)]
pub struct Witness {
    replica: Replica,
    /// The last event that it knows: the journal's name and the number.
    place: Option<(String, u64)>,
    /// The `seq` in the answer to each command, by its name.
    pub acknowledged: BTreeMap<String, u64>,
    /// How often it joined, by the mode of the answer.
    pub modes: BTreeMap<String, usize>,
}

/// Something that must not be.
pub type Fault = String;

macro_rules! must {
    ($condition:expr, $($what:tt)+) => {
        if !$condition {
            return Err(format!($($what)+));
        }
    };
}

impl Witness {
    /// What it sends as `since`.
    pub fn since(&self) -> Value {
        self.place.as_ref().map_or(Value::Null, |(epoch, seq)| json!({ "epoch": epoch, "seq": seq }))
    }

    /// The last event that it knows.
    pub fn seq(&self) -> u64 {
        self.place.as_ref().map_or(0, |(_, seq)| *seq)
    }

    /// Whether it has the same graph.
    pub fn differences(&self, server: &Replica) -> Vec<String> {
        self.replica.differences(server)
    }

    /// It is told how a join brings it up to date.
    pub fn join(&mut self, answer: &Value) -> Result<(), Fault> {
        must!(answer["success"] == true, "a join was refused: {answer}");
        let mode = answer["mode"].as_str().unwrap_or_default();
        *self.modes.entry(mode.to_owned()).or_default() += 1;
        match mode {
            "current" => must!(self.place.is_some(), "{mode}, but it has nothing"),
            "tail" => {
                for event in answer["events"].as_array().into_iter().flatten() {
                    self.hear(event)?;
                }
            }
            "snapshot" => {
                self.replica = Replica::read(&answer["graph"]);
                let epoch = answer["epoch"].as_str().unwrap_or_default().to_owned();
                self.place = Some((epoch, answer["seq"].as_u64().unwrap_or_default()));
            }
            _ => return Err(format!("a small graph is not to be fetched: {answer}")),
        }
        must!(answer["seq"] == self.seq(), "{mode} leads to {}, not to {}", self.seq(), answer["seq"]);
        let epoch = self.place.as_ref().map(|(epoch, _)| epoch.as_str());
        must!(answer["epoch"].as_str() == epoch, "the journal is another one");
        Ok(())
    }

    /// It hears an event, or a frame of them.
    pub fn take(&mut self, name: &str, payload: &Value) -> Result<(), Fault> {
        match name {
            "joined" => Ok(()),
            "events" => {
                payload["events"].as_array().into_iter().flatten().try_for_each(|event| self.hear(event))
            }
            _ => self.hear(payload),
        }
    }

    fn hear(&mut self, event: &Value) -> Result<(), Fault> {
        let Some((_, seq)) = &mut self.place else { return Err(format!("an event before a join: {event}")) };
        must!(event["seq"] == *seq + 1, "{} comes after {seq}: {event}", event["seq"]);
        *seq += 1;
        match self.replica.take(event)? {
            Taken::Done => Ok(()),
            Taken::ReadAnew => Err(format!("nobody replaced the graph: {event}")),
        }
    }

    /// One of its commands is answered.
    pub fn acknowledge(&mut self, command_id: &str, answer: &Value) -> Result<(), Fault> {
        must!(answer["success"] == true, "{command_id} was refused: {answer}");
        must!(answer["command_id"] == command_id, "{command_id} has another's answer: {answer}");
        let seq = answer["seq"].as_u64().ok_or_else(|| format!("{command_id} has no seq: {answer}"))?;
        must!(
            self.acknowledged.insert(command_id.to_owned(), seq).is_none(),
            "{command_id} was answered twice"
        );
        Ok(())
    }
}
