//! What was answered, held against what was heard: what was accepted happened once, and nothing else did.

use std::collections::BTreeMap;

use serde_json::Value;

use super::plan::{Body, Given};

/// Codes that a command may be refused with here. `INTERNAL` and what tells of a broken store are not among
/// them.
pub const CODES: [&str; 21] = [
    "INVALID_REQUEST",
    "INVALID_COMMAND",
    "NODE_NOT_FOUND",
    "NODE_EXISTS",
    "PARENT_NOT_FOUND",
    "UNKNOWN_NODE_TYPE",
    "INVALID_PROPERTY_VALUE",
    "CHILD_NOT_ALLOWED",
    "CYCLE",
    "NOT_LINKED",
    "MOVE_INVALID",
    "REORDER_INVALID",
    "BATCH_TOO_LARGE",
    "INVALID_TEMPLATE",
    "INVALID_PROJECT_FILE",
    "PROPERTY_TOO_LARGE",
    "PAYLOAD_TOO_LARGE",
    "DEPTH_LIMIT",
    "NODE_LIMIT",
    "CONFLICT",
    "IDEMPOTENCY_MISMATCH",
];

/// What a duplicate's answer has of the first one's.
pub const KEPT: [&str; 8] = [
    "command_id",
    "seq",
    "node_id",
    "node_ids",
    "conflicts",
    "conflicts_omitted",
    "reparented_to",
    "nothing_to_undo",
];

/// A command and its answer.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Who gave it: a `user_id`.
    pub author: String,
    /// What was given.
    pub given: Given,
    /// What was answered.
    pub answer: Value,
}

impl Outcome {
    fn is_duplicate(&self) -> bool {
        self.answer["duplicate"] == true
    }

    fn key(&self) -> (String, String) {
        (self.author.clone(), self.answer["command_id"].as_str().unwrap_or_default().to_owned())
    }

    /// Some commands find nothing to do, and leave no trace then but their names.
    fn may_do_nothing(&self) -> bool {
        match &self.given.body {
            Body::Undo { .. } | Body::Redo { .. } => self.answer["nothing_to_undo"] == true,
            Body::Execute { command_type, .. } => *command_type == "ApplyKit" || *command_type == "Batch",
            Body::Load(_) => false,
        }
    }
}

/// All answers.
#[derive(Clone, Default)]
pub struct Ledger {
    /// Not yet held against what was heard.
    new: Vec<Outcome>,
    /// Commands that were carried out, in the order in which that was found, and their last `seq`.
    done: Vec<(Outcome, u64)>,
    /// Commands that had nothing to do.
    idle: Vec<Outcome>,
}

impl Ledger {
    /// Enters an answer, which has to be one that can be given here.
    pub fn enter(&mut self, outcome: Outcome) {
        let answer = &outcome.answer;
        if answer["success"] == true {
            assert!(answer["seq"].as_u64() > Some(0), "{outcome:?}");
            for flag in ["undo_available", "redo_available", "is_dirty"] {
                assert!(answer[flag].is_boolean(), "{flag}: {outcome:?}");
            }
            if let Some(given) = &outcome.given.command_id {
                assert_eq!(answer["command_id"], *given, "{outcome:?}");
            }
        } else {
            let code = answer["error"]["code"].as_str().unwrap_or_default();
            assert!(CODES.contains(&code), "{outcome:?}");
            assert!(
                answer["error"]["message"].as_str().is_some_and(|message| message.len() < 400),
                "{outcome:?}"
            );
        }
        self.new.push(outcome);
    }

    /// The commands of an author that were accepted and that it named: first those that were carried out, then those that
    /// had nothing to do, both oldest first.
    pub fn named(&self, author: &str) -> Vec<&Outcome> {
        let accepted = self.done.iter().map(|(outcome, _)| outcome).chain(&self.idle);
        accepted.filter(|outcome| outcome.author == author && outcome.given.command_id.is_some()).collect()
    }

    /// The types of the commands that were carried out.
    pub fn types(&self) -> impl Iterator<Item = String> {
        self.done.iter().map(|(outcome, _)| match &outcome.given.body {
            Body::Execute { command_type, .. } => command_type.as_str().unwrap_or_default().to_owned(),
            Body::Undo { .. } => "Undo".to_owned(),
            Body::Redo { .. } => "Redo".to_owned(),
            Body::Load(_) => "ReplaceGraph".to_owned(),
        })
    }

    /// Holds the new answers against what was heard since the last time: all events, in their order.
    pub fn settle(&mut self, events: &[Value]) {
        let mut heard: BTreeMap<(String, String), u64> = BTreeMap::new();
        for event in events {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let of_a_route = ["RenameProject", "CreateProject", "ImportProject"];
            if !of_a_route.iter().any(|known| event["command_type"] == *known) {
                let key = (text(&event["author"]["user_id"]), text(&event["command_id"]));
                heard.insert(key, event["seq"].as_u64().unwrap_or_default());
            }
        }
        let (duplicates, firsts): (Vec<_>, Vec<_>) = std::mem::take(&mut self.new)
            .into_iter()
            .filter(|outcome| outcome.answer["success"] == true)
            .partition(Outcome::is_duplicate);
        for first in firsts {
            match heard.get(&first.key()) {
                Some(seq) if first.answer["seq"] == *seq => {
                    heard.remove(&first.key());
                    let seq = first.answer["seq"].as_u64().unwrap_or_default();
                    self.done.push((first, seq));
                }
                _ => {
                    assert!(first.may_do_nothing(), "accepted, and nobody heard of it: {first:?}");
                    self.idle.push(first);
                }
            }
        }
        assert!(heard.is_empty(), "nobody was answered for these, or they happened twice: {heard:?}");
        for duplicate in &duplicates {
            self.check_duplicate(duplicate);
        }
    }

    /// As `settle`, for answers to commands that nobody heard.
    pub fn settle_unheard(&mut self) {
        let (idle, done): (Vec<_>, Vec<_>) = std::mem::take(&mut self.new)
            .into_iter()
            .filter(|outcome| outcome.answer["success"] == true && !outcome.is_duplicate())
            .partition(Outcome::may_do_nothing);
        self.idle.extend(idle);
        let done = done.into_iter();
        self.done.extend(done.map(|outcome| {
            let seq = outcome.answer["seq"].as_u64().unwrap_or_default();
            (outcome, seq)
        }));
    }

    fn check_duplicate(&self, duplicate: &Outcome) {
        let mut accepted = self.done.iter().map(|(outcome, _)| outcome).chain(&self.idle);
        let first = accepted.find(|outcome| outcome.key() == duplicate.key());
        let Some(first) = first else { panic!("a duplicate of nothing: {duplicate:?}") };
        for field in KEPT {
            assert_eq!(
                duplicate.answer[field], first.answer[field],
                "{field} of {duplicate:?}, first {first:?}"
            );
        }
    }
}
