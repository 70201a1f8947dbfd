//! What a writer knows: each command that it sent, and each answer that it got.
//!
//! It is kept by the writer alone, from what it said and heard. The server has no part in it.

use graphroom::domain::{Record, Seq};
use serde_json::{Value, json};

/// One writer's log.
#[derive(Clone, Debug)]
pub struct Log {
    /// The writer's `user_id`.
    pub author: String,
    /// In the order in which they were first sent.
    pub sent: Vec<Sent>,
}

/// A command that was sent, once or more often.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The same each time. Other writers use the same ids.
    pub command_id: String,
    /// As on the wire.
    pub command_type: &'static str,
    /// The command's own fields; null for an undo.
    pub data: Value,
    /// What it does, once, when it is carried out.
    pub change: Change,
    /// What the server said, if it did.
    pub answer: Option<Answer>,
    /// Whether it was in the journal when it was sent last: then that was a repeat.
    pub repeated: bool,
}

/// What a command does to the graph. Nodes are known by their names, which are never used twice.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A node below the root.
    Create {
        /// Its name.
        node: String,
    },
    /// A value, or none.
    Write {
        /// The node's name.
        node: String,
        /// Which property.
        property: String,
        /// Its new value; none removes it.
        value: Option<String>,
    },
    /// An undone creation.
    Remove {
        /// The node's name.
        node: String,
    },
}

/// What the server said about a command.
#[derive(Clone, Debug)]
pub enum Answer {
    /// It is durable.
    Acknowledged {
        /// The command's last event.
        seq: Seq,
        /// It was a repeat.
        duplicate: bool,
        /// The node that was created.
        node_id: Option<String>,
    },
    /// Anything else.
    Refused(Value),
}

impl Log {
    /// Of the commands without an answer, where they stand in the log.
    pub fn unanswered(&self) -> Vec<usize> {
        (0..self.sent.len()).filter(|index| self.sent[*index].answer.is_none()).collect()
    }

    /// Notes which commands a repeat would be of.
    pub fn learn(&mut self, journal: &[Record]) {
        let Self { author, sent } = self;
        for sent in sent.iter_mut().filter(|sent| sent.answer.is_none()) {
            sent.repeated = journal
                .iter()
                .any(|record| *record.author.user_id == **author && *record.command_id == *sent.command_id);
        }
    }
}

impl Sent {
    /// What is sent, over Socket.IO and over REST.
    pub fn payload(&self, session_id: &str) -> Value {
        if self.command_type == "Undo" {
            return json!({ "session_id": session_id, "scope": "mine", "command_id": self.command_id });
        }
        json!({
            "session_id": session_id,
            "command_type": self.command_type,
            "data": self.data,
            "command_id": self.command_id,
        })
    }
}

impl Answer {
    /// Reads an answer. One that there was nothing to undo counts as refused: it changed nothing.
    pub fn read(answer: Value) -> Self {
        let seq = answer["seq"].as_u64();
        match seq {
            Some(seq) if answer["success"] == true && answer["nothing_to_undo"].is_null() => {
                Self::Acknowledged {
                    seq,
                    duplicate: answer["duplicate"] == true,
                    node_id: answer["node_id"].as_str().map(str::to_owned),
                }
            }
            _ => Self::Refused(answer),
        }
    }
}
