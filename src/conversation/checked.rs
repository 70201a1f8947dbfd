//! What clients want to be kept, held against what may be.

use graphroom_protocol::{ErrorBody, ErrorCode};
use serde_json::{Map, Value};
use uuid::Uuid;

/// The longest text of a message, in characters.
pub const MAX_TEXT: usize = 32_768;
/// The longest title, in characters.
pub const MAX_TITLE: usize = 200;
/// The longest id that a client may give a message, in characters.
pub const MAX_MESSAGE_ID: usize = 128;
/// The largest metadata, in bytes of JSON.
pub const MAX_METADATA: usize = 16 * 1024;

pub(super) fn title(title: String) -> Result<String, ErrorBody> {
    let length = title.chars().count();
    if title.trim().is_empty() || length > MAX_TITLE {
        return Err(invalid(format!("A title has 1 to {MAX_TITLE} characters")));
    }
    Ok(title)
}

pub(super) fn text(text: String) -> Result<String, ErrorBody> {
    if text.trim().is_empty() {
        return Err(invalid("A message says something"));
    }
    if text.chars().count() > MAX_TEXT {
        let message = format!("A message has at most {MAX_TEXT} characters");
        return Err(ErrorBody::new(ErrorCode::PayloadTooLarge, message));
    }
    Ok(text)
}

pub(super) fn message_id(id: Option<String>) -> Result<String, ErrorBody> {
    let Some(id) = id else { return Ok(Uuid::now_v7().to_string()) };
    if id.is_empty() || id.chars().count() > MAX_MESSAGE_ID {
        return Err(invalid(format!("A message_id has 1 to {MAX_MESSAGE_ID} characters")));
    }
    Ok(id)
}

pub(super) fn metadata(metadata: Option<Map<String, Value>>) -> Result<Option<String>, ErrorBody> {
    let Some(metadata) = metadata else { return Ok(None) };
    let metadata = Value::Object(metadata);
    if has_private_keys(&metadata) {
        return Err(invalid("Some key of the metadata is not allowed"));
    }
    let text = metadata.to_string();
    if text.len() > MAX_METADATA {
        let message = format!("metadata is at most {MAX_METADATA} bytes of JSON");
        return Err(ErrorBody::new(ErrorCode::PayloadTooLarge, message));
    }
    Ok(Some(text))
}

/// Whether it has a key that could not be read back.
fn has_private_keys(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.iter().any(|(key, value)| {
            key.starts_with(graphroom_protocol::plain::PRIVATE) || has_private_keys(value)
        }),
        Value::Array(items) => items.iter().any(has_private_keys),
        _ => false,
    }
}

fn invalid(message: impl Into<String>) -> ErrorBody {
    ErrorBody::new(ErrorCode::InvalidRequest, message)
}
