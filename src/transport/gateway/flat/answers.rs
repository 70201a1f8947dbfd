//! What a page asked and waits for, and the frames that its answers become.

use std::collections::{HashMap, VecDeque};

use graphroom_protocol::Plain;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

/// Answers that were told and are remembered: one may be told again as long as the page takes none.
const MAX_TOLD: usize = 1_024;

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// An answer, by the page's id for it.
    Answer { id: i64 },
    /// To be somebody, by this token.
    SignIn { token: Option<String> },
    /// A word that it was done.
    Word {
        /// The frame's type.
        kind: &'static str,
        /// What it says.
        fields: Map<String, Value>,
        /// Whether it says what the answer does, too.
        with_answer: bool,
    },
}

/// What is waited for.
#[derive(Debug, Default)]
pub struct Answers {
    asked: HashMap<i64, (Asked, bool)>,
    /// What was told, the first first.
    told: VecDeque<i64>,
    last: i64,
}

impl Answers {
    /// What the answer will come by.
    pub fn ask(&mut self, asked: Asked) -> i64 {
        self.last += 1;
        self.asked.insert(self.last, (asked, false));
        self.last
    }

    /// Whether somebody asked to be somebody, and was not told.
    pub fn is_signing_in(&self) -> bool {
        let mut waiting = self.asked.values().filter(|(_, is_told)| !is_told);
        waiting.any(|(asked, _)| matches!(asked, Asked::SignIn { .. }))
    }

    /// The frame that an answer becomes, if any: its type and its fields.
    pub fn told(&mut self, id: i64, answer: &RawValue) -> Option<(&'static str, Map<String, Value>)> {
        let (asked, is_told) = self.asked.get_mut(&id)?;
        let was_told = std::mem::replace(is_told, true);
        let asked = asked.clone();
        if !was_told {
            self.told.push_back(id);
        }
        while self.told.len() > MAX_TOLD {
            let oldest = self.told.pop_front();
            oldest.and_then(|oldest| self.asked.remove(&oldest));
        }
        let Ok(Plain(answer)) = serde_json::from_str(answer.get()) else { return None };
        Some(frame(asked, answer))
    }
}

fn frame(asked: Asked, answer: Value) -> (&'static str, Map<String, Value>) {
    let is_done = answer["success"] == true;
    match asked {
        Asked::Answer { id } => {
            ("answer", Map::from_iter([("id".to_owned(), id.into()), ("answer".to_owned(), answer)]))
        }
        Asked::SignIn { token } if is_done => ("authentication_success", signed_in(&answer, token)),
        Asked::SignIn { .. } => {
            // The text that pages know, whatever is wrong.
            let fields = [
                ("error".to_owned(), json!("Invalid credentials")),
                ("code".to_owned(), answer["error"]["code"].clone()),
            ];
            ("authentication_failed", Map::from_iter(fields))
        }
        Asked::Word { kind, mut fields, with_answer } if is_done => {
            if let (true, Value::Object(answer)) = (with_answer, answer) {
                let own = answer.into_iter().filter(|(name, _)| name != "success" && name != "type");
                for (name, value) in own {
                    fields.entry(name).or_insert(value);
                }
            }
            (kind, fields)
        }
        Asked::Word { .. } => ("error", object(answer["error"].clone())),
    }
}

fn signed_in(answer: &Value, token: Option<String>) -> Map<String, Value> {
    let user_id = &answer["user_id"];
    let mut fields = object(json!({ "user_id": user_id, "userId": user_id, "user": { "id": user_id } }));
    if let Some(expires_at) = answer.get("expires_at") {
        fields.insert("expires_at".into(), expires_at.clone());
        fields.insert("expiresAt".into(), expires_at.clone());
    }
    // Pages keep what they are told.
    fields.extend(token.map(|token| ("token".to_owned(), token.into())));
    fields
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(value: &Value) -> Box<RawValue> {
        serde_json::value::to_raw_value(value).unwrap()
    }

    #[test]
    fn an_answer_that_was_refused_room_is_told_again() {
        let mut answers = Answers::default();
        let id = answers.ask(Asked::Answer { id: 7 });
        for _ in 0..2 {
            let (kind, fields) = answers.told(id, &raw(&json!({ "success": true }))).unwrap();
            assert_eq!(
                (kind, Value::Object(fields)),
                ("answer", json!({ "id": 7, "answer": { "success": true } }))
            );
        }
        assert!(answers.told(id + 1, &raw(&json!({}))).is_none(), "nobody asked for that");
    }

    #[test]
    fn what_was_told_long_ago_is_forgotten_and_what_was_not_told_is_not() {
        let mut answers = Answers::default();
        let slow = answers.ask(Asked::SignIn { token: None });
        let first = answers.ask(Asked::Answer { id: 1 });
        answers.told(first, &raw(&json!({}))).unwrap();
        for n in 0..MAX_TOLD {
            let id = answers.ask(Asked::Answer { id: n as i64 });
            answers.told(id, &raw(&json!({}))).unwrap();
        }
        assert!(answers.told(first, &raw(&json!({}))).is_none());
        assert_eq!(
            answers.told(slow, &raw(&json!({ "success": true }))).unwrap().0,
            "authentication_success"
        );
    }

    #[test]
    fn what_was_refused_is_an_error_and_a_sign_in_says_no_more_than_that() {
        let refused = json!({ "success": false, "error": { "code": "FORBIDDEN", "message": "No" } });
        let word = Asked::Word { kind: "subscription_confirmed", fields: Map::new(), with_answer: false };
        let (kind, fields) = frame(word, refused.clone());
        assert_eq!((kind, Value::Object(fields)), ("error", refused["error"].clone()));
        let (kind, fields) = frame(Asked::SignIn { token: Some("secret".into()) }, refused);
        let expected = json!({ "error": "Invalid credentials", "code": "FORBIDDEN" });
        assert_eq!((kind, Value::Object(fields)), ("authentication_failed", expected));
    }
}
