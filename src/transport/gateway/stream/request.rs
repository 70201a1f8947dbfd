//! What a client of `/ws` says first.

use graphroom_protocol::Plain;
use serde::Deserialize;
use serde_json::Value;

/// The longest text in it, in characters.
pub const MAX_TEXT: usize = 512;

/// A connection request. What else clients send along is not looked at.
#[derive(Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct Asked {
    session_id: Option<String>,
    /// What the session is to go by.
    pub phase_profile: Option<String>,
    user_agent: Option<String>,
    /// The last event that the client has.
    pub last_message_id: Option<String>,
}

impl Asked {
    /// Reads it; none if it is nothing of the kind.
    pub fn read(text: &str) -> Option<Self> {
        let Ok(Plain(value @ Value::Object(_))) = serde_json::from_str(text) else { return None };
        let asked: Self = serde_json::from_value(value).ok()?;
        asked.fits().then_some(asked)
    }

    fn fits(&self) -> bool {
        let Self { session_id, phase_profile, user_agent, last_message_id } = self;
        let texts = [session_id, phase_profile, user_agent, last_message_id];
        texts.into_iter().flatten().all(|text| text.chars().count() <= MAX_TEXT)
    }

    /// The session that it comes back to; none if it wants a new one.
    pub fn session_id(&self) -> Option<&str> {
        self.session_id.as_deref().filter(|id| !id.is_empty())
    }
}

/// Whether a later frame is what those are.
pub fn is_object(text: &str) -> bool {
    matches!(serde_json::from_str(text), Ok(Plain(Value::Object(_))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_object_or_has_fields_of_other_types_is_no_request() {
        for text in ["", "{", "[]", "5", "null", "\"x\"", r#"{"session_id":5}"#, r#"{"phase_profile":[]}"#] {
            assert_eq!(Asked::read(text), None, "{text}");
        }
        let long = format!(r#"{{"user_agent":"{}"}}"#, "x".repeat(MAX_TEXT + 1));
        assert_eq!(Asked::read(&long), None);
        for text in ["{}", r#"{"session_id":null,"last_event_id":7}"#, r#"{"session_id":""}"#] {
            assert_eq!(Asked::read(text).unwrap().session_id(), None, "{text}");
        }
    }
}
