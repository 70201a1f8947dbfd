//! What is shown of what is said: cut to a size, without what lets somebody in.

use serde_json::{Map, Value, json};

use super::tap::Content;
use crate::identity::audit::looks_secret;

/// The longest argument that is read, in bytes. Of a longer one only its size is shown.
pub const MAX_READ: usize = 16 * 1024;
/// How much is shown of one, in characters or so.
const MAX_SHOWN: usize = 1_024;
/// How much is shown of one text, in characters.
const MAX_TEXT: usize = 256;
/// Stands for what is not shown.
const HIDDEN: &str = "(hidden)";
/// Stands for what is left out.
const MORE: &str = "…";
/// What names have in them whose values let somebody in, in small letters.
const SECRET_NAMES: [&str; 9] =
    ["token", "password", "secret", "api_key", "apikey", "api-key", "authorization", "cookie", "invitation"];

/// Whether the value of this name lets somebody in.
pub fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_NAMES.iter().any(|part| name.contains(part))
}

/// A text as it is shown, at most so many characters of it.
pub fn text(text: &str, most: usize) -> String {
    if looks_secret(text) {
        return HIDDEN.to_owned();
    }
    let mut characters = text.chars();
    let mut cut: String = characters.by_ref().take(most).collect();
    if characters.next().is_some() {
        cut.push_str(MORE);
    }
    cut
}

/// An argument as it is shown; none if there is none.
pub fn shown(content: &Content) -> Option<Value> {
    match content {
        Content::Nothing => None,
        Content::Long(bytes) => Some(json!(format!("({bytes} bytes)"))),
        Content::Text(raw) => {
            let value = serde_json::from_str(raw.get()).unwrap_or_default();
            Some(cut(value, &mut { MAX_SHOWN }))
        }
    }
}

/// As much of a value as there is room for.
fn cut(value: Value, left: &mut usize) -> Value {
    *left = left.saturating_sub(2);
    match value {
        Value::String(said) => match nested(&said) {
            Some(value) => cut(value, left),
            None => {
                let shown = text(&said, MAX_TEXT.min(*left));
                *left = left.saturating_sub(shown.len());
                Value::String(shown)
            }
        },
        Value::Array(items) => {
            let mut shown = Vec::new();
            for item in items {
                if *left == 0 {
                    shown.push(json!(MORE));
                    break;
                }
                shown.push(cut(item, left));
            }
            Value::Array(shown)
        }
        Value::Object(fields) => Value::Object(fields_of(fields, left)),
        other => other,
    }
}

fn fields_of(fields: Map<String, Value>, left: &mut usize) -> Map<String, Value> {
    let mut shown = Map::new();
    for (name, value) in fields {
        if *left == 0 {
            shown.insert(MORE.to_owned(), json!(MORE));
            break;
        }
        let is_secret =
            is_secret_name(&name) && !(value.is_null() || value.is_boolean() || value.is_number());
        let name = text(&name, MAX_TEXT.min(*left));
        *left = left.saturating_sub(name.len());
        let value = if is_secret { json!(HIDDEN) } else { cut(value, left) };
        shown.insert(name, value);
    }
    shown
}

/// What a text says that is JSON itself: some clients send all of theirs so.
fn nested(text: &str) -> Option<Value> {
    let begins = text.trim_start().starts_with(['{', '[']);
    serde_json::from_str(text).ok().filter(|_| begins)
}

#[cfg(test)]
mod tests {
    use serde_json::value::to_raw_value;

    use super::*;

    fn shown_of(value: &Value) -> Value {
        shown(&Content::Text(to_raw_value(value).unwrap())).unwrap()
    }

    #[test]
    fn what_lets_somebody_in_is_not_shown_wherever_it_stands() {
        let key = format!("sk_{}", "a".repeat(43));
        let inside = json!({ "event": "authenticate", "data": { "token": "inside" } }).to_string();
        let said = json!({
            "token": "t", "Api_Key": ["k"], "new_password": { "is": "p" }, "max_tokens": 5, "session_id": "s",
            "note": key, "wrapped": inside,
        });
        let expected = json!({
            "token": HIDDEN, "Api_Key": HIDDEN, "new_password": HIDDEN, "max_tokens": 5, "session_id": "s",
            "note": HIDDEN, "wrapped": { "event": "authenticate", "data": { "token": HIDDEN } },
        });
        assert_eq!(shown_of(&said), expected);
    }

    #[test]
    fn much_is_cut_and_said_to_be() {
        let long = "ü".repeat(5_000);
        assert_eq!(shown_of(&json!(long)).as_str().unwrap().chars().count(), MAX_TEXT + 1);
        let many: Vec<_> = (0..10_000).map(|number| json!({ "id": number, "name": long })).collect();
        let shown = shown_of(&json!({ "graph": many }));
        assert!(shown.to_string().len() < 4 * MAX_SHOWN, "{shown}");
        assert_eq!(shown["graph"].as_array().unwrap().last(), Some(&json!(MORE)));
    }

    #[test]
    fn of_what_is_not_read_the_size_is_shown_and_of_nothing_nothing() {
        assert_eq!(shown(&Content::Long(70_000)), Some(json!("(70000 bytes)")));
        assert_eq!(shown(&Content::Nothing), None);
    }
}
