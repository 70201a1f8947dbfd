//! `/ws/status`: how the server is, as it changes, for who may see that.
//!
//! Out go `{"type": name, "data": …}`: first `status`, then what the topics `status`, `health` and `alerts` tell. In come
//! `{"type": "status"}`, which asks for the first again, and `{"type": "ping"}`; what else is an object is passed over.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::connect_info::ConnectInfo;
use axum::response::Response;
use graphroom_protocol::Plain;
use http::request::Parts;
use serde::Serialize;
use serde_json::{Value, json};

use super::closing::Closing;
use super::flat::may;
use super::{Admission, FRAME, Frames, Incoming, Knock, Protocol, Upgrade};
use crate::identity::Need;
use crate::outlet::Packet;
use crate::transport::access::unauthenticated;
use crate::transport::connection::Connection;
use crate::transport::link::Link;
use crate::transport::topics::{ALERTS, HEALTH, STATUS};
use crate::transport::{Backend, status};

/// Where it is.
pub const PATH: &str = "/ws/status";

/// Answers a request for a WebSocket.
pub async fn knock(
    State(backend): State<Arc<Backend>>,
    link: ConnectInfo<Link>,
    Upgrade(upgrade): Upgrade,
    parts: Parts,
) -> Response {
    let protocol = Protocol {
        name: "status stream",
        path: PATH,
        subprotocols: &[],
        admission: Admission::Open,
        encode: Arc::new(encode),
        takes_broadcasts: false,
        handed: None,
    };
    Knock::new(backend, parts, link).answer(upgrade, protocol, serve)
}

fn encode(packet: &Packet) -> Option<String> {
    match packet {
        Packet::Event { name: FRAME, payload: Some(payload) } => Some(payload.get().to_owned()),
        Packet::Event { name, payload: Some(payload) } => {
            Some(format!(r#"{{"type":"{name}","data":{payload}}}"#))
        }
        Packet::Event { payload: None, .. } | Packet::Answer { .. } | Packet::Named(_) => None,
    }
}

fn send(connection: &Arc<Connection>, frame: &impl Serialize) {
    let frame = serde_json::value::to_raw_value(frame).ok();
    connection.send(frame.map(|frame| Packet::Event { name: FRAME, payload: Some(frame.into()) }));
}

fn tell(connection: &Arc<Connection>) {
    let timestamp = connection.backend.identity.now().in_microseconds();
    let data = status::whole(&connection.backend);
    send(connection, &json!({ "type": "status", "data": data, "timestamp": timestamp }));
}

async fn serve(connection: Arc<Connection>, mut frames: Frames) -> Closing {
    if connection.who().is_none() {
        return Closing::of(&unauthenticated());
    }
    if let Err(error) = may(&connection, Need::Admin) {
        connection.note_refusal("connect", None, &error);
        return Closing::of(&error);
    }
    tell(&connection);
    let told = connection.backend.status.health();
    for topic in [STATUS, HEALTH, ALERTS] {
        if let Err(error) = connection.listen_to(topic) {
            return Closing::of(&error);
        }
    }
    // What changed between the two is told to nobody else.
    if connection.backend.status.health() != told {
        tell(&connection);
    }
    loop {
        let text = match frames.next().await {
            Ok(Incoming::Text(text)) => text,
            Ok(Incoming::Binary) => return Closing::new(1003, "Binary frames are not taken"),
            Err(closing) => return closing,
        };
        let Ok(Plain(Value::Object(frame))) = serde_json::from_str(&text) else {
            return Closing::new(1002, "A frame is a JSON object");
        };
        match frame.get("type").and_then(Value::as_str) {
            Some("ping") => {
                connection.traffic.came(true);
                let timestamp = connection.backend.identity.now().in_microseconds();
                send(&connection, &json!({ "type": "pong", "timestamp": timestamp }));
            }
            Some("status") => {
                connection.traffic.came(false);
                tell(&connection);
            }
            _ => connection.traffic.came(false),
        }
    }
}
