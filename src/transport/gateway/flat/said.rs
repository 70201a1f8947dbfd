//! What a page said: one frame, with the names of its fields in snake_case.

use graphroom_protocol::Plain;
use serde_json::{Map, Value};

/// A frame of a page's.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// What it is; of a frame that does not say, what is said of that.
    pub kind: String,
    /// What the page knows the answer by, if it wants one.
    pub id: Option<i64>,
    /// Everything else.
    pub fields: Map<String, Value>,
    /// How large it came in, in bytes.
    pub bytes: usize,
}

/// Reads a frame; none if it is no JSON object.
pub fn read(text: &str) -> Option<Said> {
    let Ok(Plain(Value::Object(all))) = serde_json::from_str(text) else { return None };
    let mut fields = Map::new();
    let (snake, camel): (Vec<_>, Vec<_>) = all.into_iter().partition(|(name, _)| snake_case(name) == *name);
    fields.extend(snake);
    for (name, value) in camel {
        // Whoever writes both means the first.
        fields.entry(snake_case(&name)).or_insert(value);
    }
    let kind = match fields.remove("type") {
        Some(Value::String(kind)) => kind,
        Some(Value::Null) | None => "None".to_owned(),
        Some(other) => other.to_string(),
    };
    let id = fields.remove("id").and_then(|id| id.as_i64());
    Some(Said { kind, id, fields, bytes: text.len() })
}

impl Said {
    /// A field that is text, and says something.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// A list of texts; none where it is no list.
    pub fn texts(&self, name: &str) -> Option<Vec<String>> {
        let list = self.fields.get(name)?.as_array()?;
        list.iter().map(|one| one.as_str().map(str::to_owned)).collect()
    }
}

/// `sessionId` as `session_id`.
fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 2);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_no_object_is_no_frame() {
        for text in ["", "{", "[]", "5", "null", "\"ping\"", "[\"ping\"]"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn fields_are_read_in_either_case_and_snake_case_counts() {
        let said =
            read(r#"{"type":"typing","sessionId":"a","isTyping":true,"is_typing":false,"id":7}"#).unwrap();
        assert_eq!((said.kind.as_str(), said.id), ("typing", Some(7)));
        assert_eq!(Value::Object(said.fields), json!({ "session_id": "a", "is_typing": false }));
    }

    #[test]
    fn what_has_no_name_is_told_as_pages_know_it() {
        for (text, kind) in [("{}", "None"), (r#"{"type":null}"#, "None"), (r#"{"type":[5]}"#, "[5]")] {
            assert_eq!(read(text).unwrap().kind, kind);
        }
    }
}
