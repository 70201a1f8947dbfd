//! Packets as the library takes them, and as they are on the wire.

use std::fmt;
use std::io::Write as _;
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

/// What stands between the packets of an answer to a poll.
const BETWEEN_PACKETS: u8 = 0x1e;
/// How the frame of a whole text begins.
const FINAL_TEXT: u8 = 0x81;

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

/// Whether a text that begins so is a packet of ours: an event or an acknowledgement. All else is the library's.
pub fn is_ours(beginning: [u8; 2]) -> bool {
    matches!(&beginning, b"42" | b"43")
}

/// How many packets of ours are in an answer to a poll.
pub fn count(body: &[u8]) -> u64 {
    let packets = body.split(|byte| *byte == BETWEEN_PACKETS);
    packets.filter(|packet| packet.first_chunk().copied().is_some_and(is_ours)).count() as u64
}

/// Appends the frame of a packet as the library would write it, `bytes` long. One that asks for an acknowledgement only
/// the library can write, who has to know of it.
pub fn write(namespace: &str, packet: &Packet, bytes: usize, out: &mut Vec<u8>) {
    out.reserve(bytes);
    let start = out.len();
    head(bytes, out);
    out.extend_from_slice(if matches!(packet, Packet::Answer { .. }) { b"43" } else { b"42" });
    if namespace != "/" {
        out.extend_from_slice(namespace.as_bytes());
        out.push(b',');
    }
    // Writing to memory does not fail.
    match packet {
        Packet::Event { name, payload } => event(&format_args!("\"{name}\""), payload.as_deref(), out),
        Packet::Answer { ack_id, payload } => {
            drop(write!(out, "{ack_id}[{}]", payload.get()));
        }
        Packet::Named(named) => {
            let name = serde_json::to_string(&*named.name).unwrap_or_default();
            event(&format_args!("{name}"), Some(&named.payload), out);
        }
    }
    debug_assert_eq!(out.len() - start, bytes, "the length is written first");
}

fn event(name: &fmt::Arguments<'_>, payload: Option<&RawValue>, out: &mut Vec<u8>) {
    drop(write!(out, "[{name}"));
    if let Some(payload) = payload {
        out.push(b',');
        out.extend_from_slice(payload.get().as_bytes());
    }
    out.push(b']');
}

/// Appends the head of a frame of text that is so long with it.
fn head(bytes: usize, out: &mut Vec<u8>) {
    out.push(FINAL_TEXT);
    match bytes {
        ..128 => out.push((bytes - 2) as u8),
        128..65_540 => {
            out.push(126);
            out.extend_from_slice(&((bytes - 4) as u16).to_be_bytes());
        }
        _ => {
            out.push(127);
            out.extend_from_slice(&((bytes - 10) as u64).to_be_bytes());
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &str) -> Arc<RawValue> {
        RawValue::from_string(text.to_owned()).unwrap().into()
    }

    fn written(namespace: &str, packet: &Packet) -> (Vec<u8>, String) {
        let bytes = wire_len(namespace.len(), packet, false, 1);
        let mut out = b"before".to_vec();
        write(namespace, packet, bytes, &mut out);
        let frame = out.split_off(6);
        assert_eq!(frame.len(), bytes);
        let head = match frame[1] {
            126 => 4,
            127 => 10,
            _ => 2,
        };
        let (head, text) = frame.split_at(head);
        (head.to_vec(), String::from_utf8(text.to_vec()).unwrap())
    }

    #[test]
    fn packets_are_written_as_the_protocol_has_them() {
        let named = |name: &str| Named { name: name.into(), payload: raw("7"), wanted: None };
        for (namespace, packet, expected) in [
            ("/", Packet::Event { name: "pong", payload: None }, r#"42["pong"]"#),
            ("/", Packet::Event { name: "x", payload: Some(raw("{\"a\":1}")) }, r#"42["x",{"a":1}]"#),
            ("/graph", Packet::Event { name: "x", payload: Some(raw("[1]")) }, r#"42/graph,["x",[1]]"#),
            ("/", Packet::Answer { ack_id: 12, payload: raw("{}") }, "4312[{}]"),
            ("/graph", Packet::Answer { ack_id: 0, payload: raw("null") }, "43/graph,0[null]"),
            ("/", Packet::Named(named("a \"b\" é").into()), r#"42["a \"b\" é",7]"#),
        ] {
            assert_eq!(written(namespace, &packet).1, expected);
        }
    }

    #[test]
    fn a_frame_says_how_long_it_is() {
        for (payload, head) in [
            (117, vec![0x81, 125]),
            (118, vec![0x81, 126, 0, 126]),
            (65_527, vec![0x81, 126, 0xff, 0xff]),
            (65_528, vec![0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let payload = raw(&"1".repeat(payload));
            assert_eq!(written("/", &Packet::Event { name: "x", payload: Some(payload) }).0, head);
        }
    }

    #[test]
    fn packets_of_ours_are_counted_in_what_a_poll_takes_away() {
        for (body, expected) in [
            ("", 0),
            ("6", 0),
            ("40{\"sid\":\"42\"}", 0),
            ("40{\"sid\":\"x\"}\u{1e}42[\"connected\",{}]", 1),
            ("42[\"x\"]\u{1e}2\u{1e}43/graph,7[{}]\u{1e}42/graph,[\"y\"]", 3),
        ] {
            assert_eq!(count(body.as_bytes()), expected, "{body}");
        }
    }
}
