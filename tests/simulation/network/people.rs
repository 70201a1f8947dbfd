//! Who is here, as a client knows it that was told once and heard what changed since.

use std::collections::BTreeMap;

use serde_json::Value;

/// The participants that a client knows of, by `user_id`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct People(BTreeMap<String, Value>);

impl People {
    /// A list of all.
    pub fn all(participants: &Value) -> Self {
        let mut people = Self::default();
        people.take(participants);
        people
    }

    fn take(&mut self, participants: &Value) {
        for participant in participants.as_array().into_iter().flatten() {
            let user_id = participant["user_id"].as_str().expect("everybody has a key").to_owned();
            self.0.insert(user_id, participant.clone());
        }
    }

    /// What changed.
    pub fn hear(&mut self, update: &Value) {
        if update["reset"] == true {
            self.0.clear();
        }
        self.take(&update["participants"]);
        for user_id in update["left"].as_array().into_iter().flatten() {
            self.0.remove(user_id.as_str().expect("a key"));
        }
    }

    /// Who is here, and by which connections.
    pub fn connections(&self) -> BTreeMap<String, Vec<String>> {
        let of = |participant: &Value| {
            let ids = participant["connections"].as_array().into_iter().flatten();
            let mut ids: Vec<_> = ids.filter_map(|id| id.as_str().map(str::to_owned)).collect();
            ids.sort_unstable();
            ids
        };
        self.0.iter().map(|(user_id, participant)| (user_id.clone(), of(participant))).collect()
    }
}
