//! An event as the library hands it over: our own extractor.
//!
//! The library's `Data<T>` gives no answer to a payload that does not parse, and its `AckSender` is used
//! up by a try that fails.

use std::convert::Infallible;
use std::sync::Arc;

use serde_json::value::RawValue;
use socketioxide::adapter::LocalAdapter;
use socketioxide::handler::{FromMessage, Value};
use socketioxide::socket::Socket;

use crate::transport::connection::inbound::{Inbound, Unreadable};

/// An event of the library's.
pub struct Emitted(pub Inbound);

impl FromMessage<LocalAdapter> for Emitted {
    type Error = Infallible;

    fn from_message(_: Arc<Socket>, value: Value, ack_id: Option<i64>) -> Result<Self, Infallible> {
        let (text, has_attachments) = match &value {
            Value::Str(text, attachments) => {
                (text.as_str(), attachments.as_ref().is_some_and(|attachments| !attachments.is_empty()))
            }
            Value::Bytes(_) => ("", false),
        };
        Ok(Self(read(text, has_attachments, ack_id)))
    }
}

/// Reads `["name", argument, …]`.
fn read(text: &str, has_attachments: bool, ack_id: Option<i64>) -> Inbound {
    let mut parts = serde_json::from_str::<Vec<Box<RawValue>>>(text).unwrap_or_default().into_iter();
    let name = parts.next().and_then(|name| serde_json::from_str(name.get()).ok());
    let argument = match parts.next() {
        _ if has_attachments => Err(Unreadable::Binary),
        argument => argument.ok_or(Unreadable::Malformed),
    };
    Inbound { ack_id, name, bytes: text.len(), argument }
}
