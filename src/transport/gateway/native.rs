//! `/ws/v1`: the events of Socket.IO in plain JSON frames, for those who want no Socket.IO.
//!
//! In come `{"event": name, "data": payload, "id"?: number}`; out go `{"event": name, "data"?: payload}` and, for
//! what came with an id, `{"id": number, "answer": …}`. Names, payloads and answers are those of the registry, but for what callers
//! broadcast under names of their own.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::connect_info::ConnectInfo;
use axum::response::Response;
use http::request::Parts;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::closing::Closing;
use super::{Admission, Frames, Incoming, Knock, Protocol, Upgrade};
use crate::outlet::{Named, Packet, Wanted};
use crate::transport::Backend;
use crate::transport::connection::inbound::{Inbound, Unreadable};
use crate::transport::connection::welcome::welcome;
use crate::transport::connection::{Connection, handlers};
use crate::transport::link::Link;

/// Where it is.
pub const PATH: &str = "/ws/v1";

/// Answers a request for a WebSocket.
pub async fn knock(
    State(backend): State<Arc<Backend>>,
    link: ConnectInfo<Link>,
    Upgrade(upgrade): Upgrade,
    parts: Parts,
) -> Response {
    let protocol = Protocol {
        name: "websocket v1",
        path: PATH,
        subprotocols: &["graphroom.v1"],
        admission: Admission::Open,
        takes_broadcasts: true,
        handed: None,
        encode: Arc::new(encode),
    };
    Knock::new(backend, parts, link).answer(upgrade, protocol, serve)
}

async fn serve(connection: Arc<Connection>, mut frames: Frames) -> Closing {
    welcome(&connection);
    loop {
        let text = match frames.next().await {
            Ok(Incoming::Text(text)) => text,
            Ok(Incoming::Binary) => return Closing::new(1003, "Binary frames are not taken"),
            Err(closing) => return closing,
        };
        match read(&text) {
            Ok(inbound) => handlers::receive(&connection, &inbound),
            Err(closing) => return closing,
        }
    }
}

/// A frame of a client's.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Frame<'a> {
    #[serde(borrow)]
    event: Option<&'a RawValue>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
}

/// Reads a frame. One that is an object is answered, whatever is wrong with it.
fn read(text: &str) -> Result<Inbound, Closing> {
    let is_object = text.trim_start().starts_with('{');
    let frame = serde_json::from_str::<Frame>(text).ok().filter(|_| is_object);
    let frame = frame.ok_or_else(|| Closing::new(1002, "A frame is a JSON object"))?;
    let ack_id = frame.id.map(|id| serde_json::from_str(id.get())).transpose();
    let argument = frame.data.map(ToOwned::to_owned).ok_or(Unreadable::Malformed);
    Ok(Inbound {
        // Whoever waits for an answer that cannot come is told so, and nothing was done.
        argument: if ack_id.is_ok() { argument } else { Err(Unreadable::Unanswerable) },
        ack_id: ack_id.unwrap_or_default(),
        name: frame.event.and_then(|event| serde_json::from_str(event.get()).ok()),
        bytes: text.len(),
    })
}

fn encode(packet: &Packet) -> Option<String> {
    let text = match packet {
        Packet::Event { name, payload: Some(payload) } => {
            format!(r#"{{"event":"{name}","data":{payload}}}"#)
        }
        Packet::Event { name, payload: None } => format!(r#"{{"event":"{name}"}}"#),
        Packet::Answer { ack_id, payload } => format!(r#"{{"id":{ack_id},"answer":{payload}}}"#),
        Packet::Named(named) => return encode_named(named),
    };
    Some(text)
}

/// An event of a caller's; where somebody wants to know that the client has it, it has an id to say so by.
fn encode_named(Named { name, payload, wanted }: &Named) -> Option<String> {
    let name = serde_json::to_string(&**name).ok()?;
    Some(match wanted {
        Some(Wanted { id, .. }) => format!(r#"{{"event":{name},"data":{payload},"broadcast_id":"{id}"}}"#),
        None => format!(r#"{{"event":{name},"data":{payload}}}"#),
    })
}
