//! What a client that takes letters is told of a packet. Not when it gets them, nor how many may wait.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::frames::{self, FRAME, Told};
use crate::outlet::Packet;

/// Writes packets down, with what has to be remembered for that.
#[derive(Default)]
pub struct Writing {
    /// The answers that are told, by their streams.
    answers: HashMap<String, Answer>,
}

/// What was told of an answer.
#[derive(Default)]
struct Answer {
    text: String,
    /// It ended. Its end may be told again as long as there is no room for it.
    is_over: bool,
}

impl Writing {
    /// What a client is told of a packet. The same packet may come again as long as there is no room for it.
    pub fn written(&mut self, packet: &Packet) -> Vec<String> {
        let (name, payload) = match packet {
            Packet::Event { name, payload: Some(payload) } => (name, payload),
            Packet::Named(named) => return vec![frames::notification(named).to_string()],
            Packet::Event { payload: None, .. } | Packet::Answer { .. } => return Vec::new(),
        };
        if *name == FRAME {
            return written_frame(payload.get()).into_iter().collect();
        }
        let Some(told) = Told::read(payload.get()) else { return Vec::new() };
        let events = match *name {
            "assistant:start" => {
                self.answers.retain(|_, answer| !answer.is_over);
                vec![]
            }
            "assistant:token" => vec![self.chunk(told)],
            "assistant:end" => self.end(told),
            "new_message" => {
                let message =
                    told.of_user().map(|text| json!({ "type": "message", "role": "user", "content": text }));
                message.into_iter().collect()
            }
            "error" => vec![error(&told.message, &told.code)],
            "conversation_deleted" => {
                vec![error(&json!("The conversation was deleted"), &json!("CONVERSATION_NOT_FOUND"))]
            }
            "server_shutdown" => vec![frames::going_down()],
            _ => vec![],
        };
        events.iter().map(Value::to_string).collect()
    }

    fn chunk(&mut self, told: Told) -> Value {
        let answer = self.answers.entry(told.stream_id).or_default();
        // A piece that comes again begins where it began before.
        let end = answer.text.char_indices().nth(told.offset).map_or(answer.text.len(), |(at, _)| at);
        answer.text.truncate(end);
        answer.text.push_str(&told.token);
        json!({ "type": "text_chunk", "content": told.token, "partial_response": answer.text })
    }

    fn end(&mut self, told: Told) -> Vec<Value> {
        let interrupted = told.is_interrupted();
        let answer = self.answers.entry(told.stream_id).or_default();
        answer.is_over = true;
        let end = json!({ "type": "turn_complete", "turn_complete": true, "interrupted": interrupted,
            "final_response": answer.text });
        let why = told.error.map(|why| error(&json!(why.message), &json!(why.code)));
        why.into_iter().chain([end]).collect()
    }
}

fn error(message: &Value, code: &Value) -> Value {
    json!({ "type": "error", "error": message, "code": code })
}

/// A turn's end that no answer belongs to. Sound is not told.
fn written_frame(frame: &str) -> Option<String> {
    let frame: Value = serde_json::from_str(frame).ok()?;
    let end =
        json!({ "type": "turn_complete", "turn_complete": true, "interrupted": false, "final_response": "" });
    (frame["turn_complete"] == true).then(|| end.to_string())
}
