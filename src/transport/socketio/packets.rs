//! Packets as the library takes them, and as they are on the wire.

use std::sync::Arc;

use serde::de::IgnoredAny;
use serde::ser::{Serialize, SerializeTuple, Serializer};
use serde_json::value::RawValue;
use socketioxide::ack::AckStream;
use socketioxide::extract::AckSender;
use socketioxide::handler::{FromMessageParts, Value};
use socketioxide::socket::Socket;
use socketioxide::{AckError, SendError};

use crate::outlet::{Named, Packet, Wanted};

/// Hands a packet to the library.
pub fn send(socket: &Arc<Socket>, packet: &Packet) -> Result<(), SendError> {
    match packet {
        Packet::Event { name, payload: Some(payload) } => socket.emit(name, &**payload),
        // An empty tuple: no argument at all, where `()` would be null.
        Packet::Event { name, payload: None } => socket.emit(name, &[(); 0]),
        Packet::Answer { ack_id, payload } => answer(socket, *ack_id, payload),
        Packet::Named(named) => send_named(socket, named),
    }
}

/// Sends an event of a caller's, and asks for its acknowledgement where somebody wants that.
fn send_named(socket: &Arc<Socket>, Named { name, payload, wanted }: &Named) -> Result<(), SendError> {
    let Some(Wanted { acknowledge, .. }) = wanted.clone() else { return socket.emit(name, &**payload) };
    let answer: AckStream<IgnoredAny> = socket.emit_with_ack(name, &**payload)?;
    tokio::spawn(async move {
        // Whatever the client says with it, it has it.
        if matches!(answer.await, Ok(_) | Err(AckError::Decode(_))) {
            acknowledge();
        }
    });
    Ok(())
}

/// Whether a packet asks for an acknowledgement.
pub fn is_asking(packet: &Packet) -> bool {
    matches!(packet, Packet::Named(named) if named.wanted.is_some())
}

/// Sends an answer by a sender made for this one try.
fn answer(socket: &Arc<Socket>, ack_id: i64, payload: &RawValue) -> Result<(), SendError> {
    let mut unused = Value::Bytes(bytes::Bytes::new());
    match AckSender::from_message_parts(socket, &mut unused, &Some(ack_id)) {
        Ok(sender) => sender.send(payload),
        Err(never) => match never {},
    }
}

/// An event whose payload is an array: its name, and that.
pub fn arguments(packet: &Packet) -> Option<(&'static str, &RawValue)> {
    match packet {
        Packet::Event { name, payload: Some(payload) } if payload.get().starts_with('[') => {
            Some((name, payload))
        }
        _ => None,
    }
}

/// Hands an event to the library whose arguments are the items of `list`.
pub fn send_arguments(socket: &Arc<Socket>, name: &str, list: &RawValue) -> Result<(), SendError> {
    // It is JSON and an array: it can be read.
    socket.emit(name, &Arguments(serde_json::from_str(list.get()).unwrap_or_default()))
}

/// What the library writes as several arguments: it does so with what says that it is a tuple.
struct Arguments<'a>(Vec<&'a RawValue>);

impl Serialize for Arguments<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(self.0.len())?;
        self.0.iter().try_for_each(|item| tuple.serialize_element(item))?;
        tuple.end()
    }
}

/// The bytes that a packet takes on a WebSocket in a namespace whose name is so long: `42/ns,["name",payload]` or
/// `43/ns,7[payload]`, behind a frame's header; without its brackets if the payload is a list of arguments; `asked` is the
/// number of the acknowledgement that it asks for. Exact, since the pipe compares it with what the stream took.
pub fn wire_len(namespace_len: usize, packet: &Packet, is_list: bool, asked: u64) -> usize {
    let namespace = if namespace_len == 1 { 0 } else { namespace_len + 1 };
    let brackets = if is_list { 2 } else { 0 };
    let body = match packet {
        Packet::Event { name, payload } => {
            let payload = payload.as_ref().map_or(0, |payload| 1 + payload.get().len() - brackets);
            4 + name.len() + payload
        }
        Packet::Answer { ack_id, payload } => ack_id.to_string().len() + 2 + payload.get().len(),
        Packet::Named(named) => {
            let name = serde_json::to_string(&*named.name).map_or(0, |name| name.len());
            let asked = if named.wanted.is_some() { asked.to_string().len() } else { 0 };
            asked + 2 + name + 1 + named.payload.get().len()
        }
    };
    let text = 2 + namespace + body;
    text + match text {
        0..=125 => 2,
        126..=65_535 => 4,
        _ => 10,
    }
}
