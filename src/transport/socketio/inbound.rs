//! An event as it came in: our own extractor.
//!
//! The library's `Data<T>` gives no answer to a payload that does not parse, and its `AckSender` is used
//! up by a try that fails. So the payload is kept as text, and what is needed to answer is kept too.

use std::convert::Infallible;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use socketioxide::adapter::LocalAdapter;
use socketioxide::handler::{FromMessage, Value};
use socketioxide::socket::Socket;

/// The largest event, in bytes: a command and what is around it.
pub const MAX_EVENT: usize = 1024 * 1024;

/// An event as it came in.
pub struct Inbound {
    /// What the client knows the answer by, if it asked for one.
    pub ack_id: Option<i64>,
    text: String,
    has_attachments: bool,
}

/// Why an event could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Over [`MAX_EVENT`].
    TooLarge,
    /// It carries binary data.
    Binary,
    /// The first argument is missing or not what the event takes.
    Malformed,
}

impl FromMessage<LocalAdapter> for Inbound {
    type Error = Infallible;

    fn from_message(_: Arc<Socket>, value: Value, ack_id: Option<i64>) -> Result<Self, Infallible> {
        let (text, attachments) = match value {
            Value::Str(text, attachments) => (text.to_string(), attachments),
            Value::Bytes(_) => (String::new(), None),
        };
        Ok(Self {
            ack_id,
            text,
            has_attachments: attachments.is_some_and(|attachments| !attachments.is_empty()),
        })
    }
}

impl Inbound {
    /// How large it came in, in bytes.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// The event's name.
    pub fn name(&self) -> Option<String> {
        serde_json::from_str(self.parts()?.first()?.get()).ok()
    }

    /// The first argument.
    pub fn argument<T: DeserializeOwned>(&self) -> Result<T, Unreadable> {
        if self.text.len() > MAX_EVENT {
            return Err(Unreadable::TooLarge);
        }
        if self.has_attachments {
            return Err(Unreadable::Binary);
        }
        let parts = self.parts().ok_or(Unreadable::Malformed)?;
        let argument = parts.get(1).ok_or(Unreadable::Malformed)?;
        serde_json::from_str(argument.get()).map_err(|_| Unreadable::Malformed)
    }

    fn parts(&self) -> Option<Vec<&RawValue>> {
        serde_json::from_str(&self.text).ok()
    }
}
