//! Events as those who listen get them, and their names.
//!
//! A published event has the name that it was given, or `msg_` and its number. Graph events have names from
//! `msg_80000000` on, by their `seq`; word of the stream itself has any from `msg_c0000000` on.

use std::sync::Arc;

use graphroom_protocol::rest::published::StreamEvent;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::domain::{Seq, Timestamp};
use crate::outlet::Packet;
use crate::session::tail::TailEvent;
use crate::store::PublishedRow;

/// The name of the packets, which are written already.
pub const STREAM: &str = "stream";

/// Where the names of graph events begin, and how many there are.
const GRAPH: u32 = 0x8000_0000;
/// The same of word of the stream itself.
const NOTICES: u32 = 0xc000_0000;
/// What is told of a number in a name of either.
const MASK: u32 = 0x3fff_ffff;

/// One event, as it is told.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// Its name.
    pub message_id: Arc<str>,
    /// Its time.
    pub at: Timestamp,
    /// All of it, as JSON.
    pub json: Arc<RawValue>,
}

impl Envelope {
    /// A published event.
    pub fn published(row: &PublishedRow) -> Option<Self> {
        let payload: &RawValue = serde_json::from_str(&row.payload).ok()?;
        let (phase_id, turn_id) = (row.phase_id.as_deref(), row.turn_id);
        Self::new(&row.message_id, &row.event_type, row.at, payload, (phase_id, turn_id))
    }

    /// A graph event.
    pub fn graph(event: &TailEvent) -> Option<Self> {
        let Timed { timestamp } = serde_json::from_str(event.payload.get()).ok()?;
        Self::new(&graph_name(event.seq), event.name, timestamp, &event.payload, (None, None))
    }

    fn new(
        message_id: &str,
        event_type: &str,
        at: Timestamp,
        payload: &RawValue,
        (phase_id, turn_id): (Option<&str>, Option<i64>),
    ) -> Option<Self> {
        let timestamp = seconds(at);
        let event = StreamEvent { message_id, event_type, timestamp, payload, phase_id, turn_id };
        let json = serde_json::value::to_raw_value(&event)
            .inspect_err(|error| tracing::error!(%error, "an event could not be encoded"))
            .ok()?;
        Some(Self { message_id: message_id.into(), at, json: json.into() })
    }

    /// As it is sent.
    pub fn packet(&self) -> Packet {
        Packet::Event { name: STREAM, payload: Some(Arc::clone(&self.json)) }
    }
}

/// What is read of a graph event.
#[derive(Deserialize)]
struct Timed {
    timestamp: Timestamp,
}

/// Word of the stream itself, which nobody is told who comes later.
pub fn notice(event_type: &str, at: Timestamp, payload: &impl Serialize) -> Option<Packet> {
    let payload = serde_json::value::to_raw_value(payload).ok()?;
    let number = Uuid::new_v4().as_fields().0;
    let name = format!("msg_{:08x}", NOTICES | (number & MASK));
    Envelope::new(&name, event_type, at, &payload, (None, None)).map(|notice| notice.packet())
}

fn graph_name(seq: Seq) -> String {
    format!("msg_{:08x}", u64::from(GRAPH) | (seq & u64::from(MASK)))
}

/// Whether a name is for no published event.
pub fn is_reserved(message_id: &str) -> bool {
    let digits = message_id.strip_prefix("msg_").filter(|digits| digits.len() == 8);
    let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    number.is_some_and(|number| number >= GRAPH)
}

/// A time as a number of seconds.
pub fn seconds(at: Timestamp) -> f64 {
    at.millis() as f64 / 1_000.0
}

/// Merges two lists by time; each keeps its own order.
pub fn merged(one: Vec<Envelope>, other: Vec<Envelope>) -> impl Iterator<Item = Envelope> {
    let (mut one, mut other) = (one.into_iter().peekable(), other.into_iter().peekable());
    std::iter::from_fn(move || match (one.peek(), other.peek()) {
        (Some(first), Some(second)) if first.at <= second.at => one.next(),
        (Some(_), None) => one.next(),
        _ => other.next(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_graph_events_are_nobodys_else() {
        assert_eq!(graph_name(7), "msg_80000007");
        for name in [graph_name(1), graph_name(0x7fff_ffff), "msg_ffffffff".to_owned()] {
            assert!(is_reserved(&name), "{name}");
        }
        for name in ["msg_00000001", "msg_7fffffff", "msg_800000001", "8", "msg_8000000g", "mine"] {
            assert!(!is_reserved(name), "{name}");
        }
    }
}
