//! The frames of `/ws/{client_id}`, as its clients know them.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use graphroom_protocol::{ErrorBody, ErrorCode, Plain};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::outlet::{Named, Packet};

/// The name of packets that are frames already.
pub const FRAME: &str = "frame";
/// What text is.
pub const TEXT: &str = "text/plain";
/// What sound is.
pub const AUDIO: &str = "audio/pcm";
/// The most sound in a frame, in bytes.
pub const MAX_AUDIO: usize = 64 * 1024;

/// Some clients leave the padding out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a client says.
#[derive(Debug, PartialEq, Eq)]
pub enum Said {
    /// A message.
    Text(String),
    /// Sound, in base64.
    Audio(String),
}

/// Why a frame could not be read.
#[derive(Debug)]
pub enum Unreadable {
    /// It is no JSON object.
    NotAnObject,
    /// It is none that is taken.
    Refused(ErrorBody),
}

/// Reads a frame.
pub fn read(text: &str) -> Result<Said, Unreadable> {
    let Ok(Plain(Value::Object(fields))) = serde_json::from_str(text) else {
        return Err(Unreadable::NotAnObject);
    };
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let Some(data) = text("data") else {
        return Err(Unreadable::Refused(invalid("data is missing or no string".to_owned())));
    };
    said(text("mime_type").unwrap_or_default(), data.to_owned()).map_err(Unreadable::Refused)
}

/// What is said by data of this kind.
pub fn said(mime_type: &str, data: String) -> Result<Said, ErrorBody> {
    match mime_type {
        TEXT => Ok(Said::Text(data)),
        AUDIO => audio(data).map(Said::Audio),
        _ => Err(invalid(format!("mime_type must be {TEXT} or {AUDIO}"))),
    }
}

fn audio(data: String) -> Result<String, ErrorBody> {
    // Four letters are three bytes.
    if data.len().div_ceil(4) * 3 > MAX_AUDIO + 3 {
        return Err(too_much());
    }
    match BASE64.decode(&data) {
        Ok(bytes) if bytes.len() > MAX_AUDIO => Err(too_much()),
        Ok(_) => Ok(data),
        Err(_) => Err(invalid("The sound is no base64".to_owned())),
    }
}

fn too_much() -> ErrorBody {
    ErrorBody::new(ErrorCode::PayloadTooLarge, format!("A frame has at most {MAX_AUDIO} bytes of sound"))
}

fn invalid(message: String) -> ErrorBody {
    ErrorBody::new(ErrorCode::InvalidRequest, message)
}

/// A frame as a packet.
pub fn packet(frame: &Value) -> Option<Packet> {
    let payload = serde_json::value::to_raw_value(frame).ok()?;
    Some(Packet::Event { name: FRAME, payload: Some(payload.into()) })
}

/// The sound that others in the conversation hear.
pub fn sound(data: &str) -> Option<Packet> {
    packet(&json!({ "mime_type": AUDIO, "data": data, "role": "user" }))
}

/// What is read of events.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Told {
    /// Of an answer: which one.
    pub stream_id: String,
    /// Of a token: where it begins.
    pub offset: usize,
    /// What it is.
    pub token: String,
    /// Of an answer's end: why.
    pub reason: String,
    /// What went wrong.
    pub error: Option<ErrorBody>,
    /// A message, or what an error says.
    pub message: Value,
    /// The code of an error.
    pub code: Value,
}

impl Told {
    /// Reads an event's payload.
    pub fn read(payload: &str) -> Option<Self> {
        serde_json::from_str(payload).ok()
    }

    /// Whether an answer ended before it was complete.
    pub fn is_interrupted(&self) -> bool {
        !matches!(self.reason.as_str(), "complete" | "length")
    }

    /// What somebody says in a message, if somebody does.
    pub fn of_user(&self) -> Option<&str> {
        self.message["text"].as_str().filter(|_| self.message["role"] == "user")
    }
}

/// The frame of a packet; none if clients are not told of it.
pub fn frame(packet: &Packet) -> Option<String> {
    let (name, payload) = match packet {
        Packet::Event { name, payload: Some(payload) } => (name, payload),
        Packet::Named(named) => return Some(notification(named).to_string()),
        Packet::Event { payload: None, .. } | Packet::Answer { .. } => return None,
    };
    if *name == FRAME {
        return Some(payload.get().to_owned());
    }
    told(name, &Told::read(payload.get())?).map(|frame| frame.to_string())
}

fn told(event: &str, told: &Told) -> Option<Value> {
    match event {
        "assistant:token" => Some(text(&told.token, "model", true)),
        "assistant:end" => Some(end(told)),
        // What the assistant says was told as it was written.
        "new_message" => told.of_user().map(|said| text(said, "user", false)),
        "error" => Some(json!({ "type": "error", "error": told.message, "code": told.code })),
        "conversation_deleted" => Some(json!({ "type": "error", "error": "The conversation was deleted",
            "code": ErrorCode::ConversationNotFound })),
        "server_shutdown" => Some(going_down()),
        _ => None,
    }
}

/// A piece of text. It never ends a turn: some clients show nothing of what does.
fn text(data: &str, role: &str, partial: bool) -> Value {
    json!({ "mime_type": TEXT, "data": data, "role": role, "partial": partial, "turn_complete": false })
}

/// The end of an answer.
fn end(told: &Told) -> Value {
    let mut frame = json!({ "turn_complete": true });
    if told.is_interrupted() {
        frame["interrupted"] = json!(true);
    }
    if let Some(error) = &told.error {
        frame["error"] = json!(error.message);
        frame["code"] = json!(error.code);
    }
    frame
}

/// What is broadcast: a sentence, and all of it.
pub fn notification(Named { name, payload, .. }: &Named) -> Value {
    let data: Value = serde_json::from_str(payload.get()).unwrap_or_default();
    let text = ["message", "reason"].into_iter().find_map(|field| data[field].as_str());
    let message = text.unwrap_or(name).to_owned();
    json!({ "type": "notification", "message": message, "event_type": &**name, "data": data })
}

/// What everybody is told when the server goes.
pub fn going_down() -> Value {
    json!({ "type": "notification", "message": "The server is going down - please reconnect" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> ErrorBody {
        match read(text) {
            Err(Unreadable::Refused(error)) => error,
            read => panic!("{text}: {read:?}"),
        }
    }

    #[test]
    fn text_and_sound_are_read_whatever_else_is_beside_them() {
        let text = read(r#"{"mime_type":"text/plain","data":" Hi ","role":"user","x":[1]}"#);
        assert_eq!(text.unwrap(), Said::Text(" Hi ".to_owned()));
        for data in ["AAAA", "AAA=", "AAA", ""] {
            let frame = json!({ "mime_type": "audio/pcm", "data": data }).to_string();
            assert_eq!(read(&frame).unwrap(), Said::Audio(data.to_owned()));
        }
    }

    #[test]
    fn what_is_no_object_is_told_from_an_object_that_is_not_taken() {
        for text in ["", "{", "[]", "5", "null", "\"x\""] {
            assert!(matches!(read(text), Err(Unreadable::NotAnObject)), "{text}");
        }
        for text in [
            "{}",
            r#"{"data":"x"}"#,
            r#"{"mime_type":"text/plain"}"#,
            r#"{"mime_type":"text/plain","data":5}"#,
            r#"{"mime_type":"image/png","data":"x"}"#,
            r#"{"mime_type":"audio/pcm","data":"*"}"#,
        ] {
            assert_eq!(refusal(text).code, ErrorCode::InvalidRequest, "{text}");
        }
    }

    #[test]
    fn a_frame_has_so_much_sound_and_no_more() {
        let frame = |bytes: usize| {
            let data = BASE64.encode(vec![7; bytes]);
            json!({ "mime_type": "audio/pcm", "data": data }).to_string()
        };
        assert!(read(&frame(MAX_AUDIO)).is_ok());
        assert_eq!(refusal(&frame(MAX_AUDIO + 1)).code, ErrorCode::PayloadTooLarge);
        assert_eq!(refusal(&frame(MAX_AUDIO * 2)).code, ErrorCode::PayloadTooLarge);
    }
}
