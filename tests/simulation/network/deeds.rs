//! Deeds: every command that anybody gave, how often, and what was answered; held against the journal.

use std::collections::BTreeMap;

use graphroom::domain::Record;
use serde_json::Value;

use super::super::ledger::{CODES, KEPT};
use super::super::plan::Body;

/// Codes that tell nothing of the command itself: it is given again.
const AGAIN: [&str; 4] = ["BUSY", "SHUTTING_DOWN", "STORE_UNAVAILABLE", "OUTCOME_UNKNOWN"];

/// A command.
#[derive(Debug)]
pub struct Deed {
    /// Who gave it: a `user_id`.
    author: String,
    /// What it is.
    pub body: Body,
    /// Its author's name for it; none if it will not be given again.
    pub command_id: Option<String>,
    /// How often it was given, and nothing came back.
    unheard: usize,
    answers: Vec<Value>,
}

/// What an answer means to who gave the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It is as it is.
    Settled,
    /// It has to be given again.
    Again,
}

/// All of them.
#[derive(Default)]
pub struct Deeds {
    list: Vec<Deed>,
    /// Nodes whose ids the server made.
    pub made: Vec<String>,
}

impl Deed {
    fn accepted(&self) -> impl Iterator<Item = &Value> {
        self.answers.iter().filter(|answer| answer["success"] == true)
    }

    fn code(answer: &Value) -> &str {
        answer["error"]["code"].as_str().unwrap_or_default()
    }

    /// What was answered last.
    pub fn last_answer(&self) -> Value {
        self.answers.last().cloned().unwrap_or_default()
    }

    /// Whether it was answered last as something that was carried out before.
    pub fn is_repeat(&self) -> bool {
        self.answers.last().is_some_and(|answer| answer["duplicate"] == true)
    }

    /// Some commands find nothing to do, and leave no trace then but their names.
    fn may_do_nothing(&self) -> bool {
        match &self.body {
            Body::Execute { command_type, .. } => *command_type == "ApplyKit" || *command_type == "Batch",
            _ => self.answers.iter().any(|answer| answer["nothing_to_undo"] == true),
        }
    }

    /// Whether nobody can know that it was not carried out.
    fn may_be_done(&self) -> bool {
        self.unheard > 0 || self.answers.iter().any(|answer| Self::code(answer) == "OUTCOME_UNKNOWN")
    }

    fn command_id(&self) -> Option<&str> {
        let told = || self.accepted().find_map(|answer| answer["command_id"].as_str());
        self.command_id.as_deref().or_else(told)
    }
}

impl Deeds {
    /// A command that was not given yet.
    pub fn add(&mut self, author: &str, body: Body, command_id: Option<String>) -> usize {
        let deed = Deed { author: author.to_owned(), body, command_id, unheard: 0, answers: Vec::new() };
        self.list.push(deed);
        self.list.len() - 1
    }

    /// One of them.
    pub fn get(&self, deed: usize) -> &Deed {
        &self.list[deed]
    }

    /// The named ones that were accepted, oldest first.
    pub fn accepted(&self) -> impl Iterator<Item = usize> {
        let is_accepted = |deed: &Deed| deed.command_id.is_some() && deed.accepted().next().is_some();
        (0..self.list.len()).filter(move |place| is_accepted(&self.list[*place]))
    }

    /// How many were accepted, of how many.
    pub fn count(&self) -> (usize, usize) {
        (self.accepted().count(), self.list.len())
    }

    /// It is given, once more perhaps.
    pub fn given(&mut self, deed: usize) {
        self.list[deed].unheard += 1;
    }

    /// What was answered, which has to be something that can be answered here.
    pub fn answered(&mut self, place: usize, answer: Value) -> Heard {
        let deed = &mut self.list[place];
        deed.unheard -= 1;
        if answer["success"] == true {
            let ids = answer["node_ids"].as_array().into_iter().flatten().chain([&answer["node_id"]]);
            for id in ids.filter_map(Value::as_str) {
                if !self.made.iter().any(|known| known == id) {
                    self.made.push(id.to_owned());
                }
            }
        }
        let code = Deed::code(&answer);
        let again = AGAIN.contains(&code);
        assert!(answer["success"] == true || again || CODES.contains(&code), "{deed:?}: {answer}");
        if let Some(first) = deed.accepted().next()
            && !again
        {
            for field in KEPT {
                assert_eq!(
                    answer[field], first[field],
                    "{field}: {deed:?} is answered in two ways: {answer}"
                );
            }
        }
        deed.answers.push(answer);
        if again && deed.command_id.is_some() { Heard::Again } else { Heard::Settled }
    }

    /// Nothing acknowledged is lost, nothing happened twice, and nothing that was refused or that nobody gave.
    pub fn check(&self, journal: &[Record]) {
        let mut places: BTreeMap<(&str, &str), Vec<u64>> = BTreeMap::new();
        let mut head = 0;
        for record in journal {
            assert_eq!(record.seq_first, head + 1, "the journal has a gap: {record:?}");
            head = record.seq_last;
            places.entry((&record.author.user_id, &record.command_id)).or_default().push(head);
        }
        for deed in &self.list {
            let Some(command_id) = deed.command_id() else { continue };
            let found = places.remove(&(&*deed.author, command_id)).unwrap_or_default();
            self.check_deed(deed, &found);
        }
        let anonymous_unheard = self.list.iter().any(|deed| deed.command_id.is_none() && deed.may_be_done());
        places.retain(|(author, _), places| {
            *places != [1] && !(author.starts_with("anonymous:") && anonymous_unheard)
        });
        assert!(places.is_empty(), "nobody gave these commands: {places:?}");
    }

    fn check_deed(&self, deed: &Deed, found: &[u64]) {
        assert!(found.len() <= 1, "it happened twice, at {found:?}: {deed:?}");
        let firsts = deed.accepted().filter(|answer| answer["duplicate"] != true).count();
        assert!(firsts <= 1, "it was new more than once: {deed:?}");
        let is_told = firsts > 0 || deed.may_be_done() || found.is_empty();
        assert!(is_told, "a repeat of what was said not to be done: {deed:?}");
        match (deed.accepted().next(), found.first()) {
            (Some(answer), None) => {
                assert!(deed.may_do_nothing(), "acknowledged, and lost: {deed:?} {answer}");
            }
            (Some(answer), Some(seq)) => {
                assert_eq!(answer["seq"], *seq, "acknowledged with another place: {deed:?}");
            }
            (None, Some(seq)) => {
                assert!(deed.may_be_done(), "refused, and carried out at {seq}: {deed:?}");
            }
            (None, None) => {}
        }
    }
}
