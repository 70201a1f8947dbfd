//! The frames of `/ws/chat`, as its clients know them.

use graphroom_protocol::Plain;
use graphroom_protocol::chat::whole_number;
use serde::Deserialize;
use serde_json::Value;

/// What a client said.
pub enum Said {
    /// It wants an answer.
    Chat(Chat),
    /// It wants no more of its answers, in one of its conversations or at all.
    Cancel {
        /// Which, by its own word.
        conversation_id: Option<String>,
    },
    /// Nothing that is to be done anything about.
    Nothing,
}

/// `chat`. What else clients send along is not looked at.
#[derive(Debug, Deserialize)]
pub struct Chat {
    /// What it says.
    pub content: String,
    /// Its own word for the conversation.
    #[serde(default)]
    pub conversation_id: Option<String>,
    /// The model to ask.
    #[serde(default)]
    pub model: Option<String>,
    /// How freely, from 0 to 2.
    #[serde(default)]
    pub temperature: Option<f32>,
    /// The most tokens.
    #[serde(default, deserialize_with = "whole_number")]
    pub max_tokens: Option<u32>,
}

/// Why a frame could not be read.
pub enum Unreadable {
    /// It is no JSON.
    NotJson,
    /// It is no JSON object.
    NotAnObject,
    /// A field is missing or of the wrong type.
    Field(&'static str),
}

impl Unreadable {
    /// The code, and the text for people.
    pub fn told(&self) -> (&'static str, String) {
        match self {
            Self::NotJson => ("INVALID_JSON", "Invalid JSON format".to_owned()),
            Self::NotAnObject => {
                ("INVALID_MESSAGE", "Invalid message format: a JSON object is wanted".to_owned())
            }
            Self::Field(field) => (
                "INVALID_MESSAGE",
                format!("Invalid message format: {field} is missing or of the wrong type"),
            ),
        }
    }
}

/// Reads a frame.
pub fn read(text: &str) -> Result<Said, Unreadable> {
    let Plain(value) = serde_json::from_str(text).map_err(|_| Unreadable::NotJson)?;
    let Value::Object(fields) = &value else { return Err(Unreadable::NotAnObject) };
    match fields.get("type").and_then(Value::as_str) {
        Some("chat") => {
            let wrong = wrong_field(&value);
            serde_json::from_value(value).map(Said::Chat).map_err(|_| Unreadable::Field(wrong))
        }
        Some("cancel") => {
            let conversation_id = fields.get("conversation_id").and_then(Value::as_str).map(str::to_owned);
            Ok(Said::Cancel { conversation_id })
        }
        _ => Ok(Said::Nothing),
    }
}

/// Which field of a `chat` is wrong.
fn wrong_field(chat: &Value) -> &'static str {
    let is_text = |name: &str| chat[name].is_null() || chat[name].is_string();
    match () {
        () if !chat["content"].is_string() => "content",
        () if !is_text("conversation_id") => "conversation_id",
        () if !is_text("model") => "model",
        () if !chat["temperature"].is_null() && !chat["temperature"].is_number() => "temperature",
        () => "max_tokens",
    }
}
