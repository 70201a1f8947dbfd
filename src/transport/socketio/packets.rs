//! Packets as the library takes them, and as they are on the wire.

use std::sync::Arc;

use socketioxide::SendError;
use socketioxide::extract::AckSender;
use socketioxide::handler::{FromMessageParts, Value};
use socketioxide::socket::Socket;

use crate::outlet::Packet;

/// Hands a packet to the library.
pub fn send(socket: &Arc<Socket>, packet: &Packet) -> Result<(), SendError> {
    match packet {
        Packet::Event { name, payload: Some(payload) } => socket.emit(name, &**payload),
        // An empty tuple: no argument at all, where `()` would be null.
        Packet::Event { name, payload: None } => socket.emit(name, &[(); 0]),
        Packet::Answer { ack_id, payload } => answer(socket, *ack_id, payload),
    }
}

/// Sends an answer by a sender made for this one try.
fn answer(socket: &Arc<Socket>, ack_id: i64, payload: &serde_json::value::RawValue) -> Result<(), SendError> {
    let mut unused = Value::Bytes(bytes::Bytes::new());
    match AckSender::from_message_parts(socket, &mut unused, &Some(ack_id)) {
        Ok(sender) => sender.send(payload),
        Err(never) => match never {},
    }
}

/// The bytes that a packet takes on a WebSocket in a namespace whose name is so long: `42/ns,["name",payload]` or
/// `43/ns,7[payload]`, behind a frame's header. Exact, since the pipe compares it with what the stream took.
pub fn wire_len(namespace_len: usize, packet: &Packet) -> usize {
    let namespace = if namespace_len == 1 { 0 } else { namespace_len + 1 };
    let body = match packet {
        Packet::Event { name, payload } => {
            4 + name.len() + payload.as_ref().map_or(0, |payload| 1 + payload.get().len())
        }
        Packet::Answer { ack_id, payload } => ack_id.to_string().len() + 2 + payload.get().len(),
    };
    let text = 2 + namespace + body;
    text + match text {
        0..=125 => 2,
        126..=65_535 => 4,
        _ => 10,
    }
}
