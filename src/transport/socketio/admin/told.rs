//! What the front end is told: its events, each with its arguments as a list.

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use super::board::Numbers;
use super::content::shown;
use super::tap::Content;
use super::view::Now;
use crate::outlet::Packet;

/// An event for who looks on.
pub type Told = Packet;

/// What the front end can do here: draw what is counted, and list sockets and events. It may change nothing.
const FEATURES: [&str; 2] = ["AGGREGATED_EVENTS", "ALL_EVENTS"];

fn told(name: &'static str, arguments: &impl Serialize) -> Told {
    Packet::Event { name, payload: to_raw_value(arguments).ok().map(Into::into) }
}

/// By what the front end may come back without a password.
pub fn session(id: &str) -> Told {
    told("session", &[id])
}

/// What can be done.
pub fn config() -> Told {
    told("config", &[json!({ "supportedFeatures": FEATURES })])
}

/// All sockets that there are.
pub fn all(views: &[Box<RawValue>]) -> Told {
    told("all_sockets", &[views])
}

/// A socket is there.
pub fn connected(view: &Value, at: &str) -> Told {
    told("socket_connected", &(view, at))
}

/// A socket is gone.
pub fn disconnected((namespace, id): &(&str, String), reason: &str, at: &str) -> Told {
    told("socket_disconnected", &(namespace, id, reason, at))
}

/// What is new of a socket.
pub fn changes((namespace, id): &(&str, String), before: &Now, now: &Now, at: &str) -> Vec<Told> {
    let mut changes = Vec::new();
    if (before.transport, &before.user_id) != (now.transport, &now.user_id) {
        let socket = json!({ "id": id, "nsp": namespace, "transport": now.transport, "data": now.data() });
        changes.push(told("socket_updated", &[socket]));
    }
    let left = before.rooms.difference(&now.rooms).map(|room| ("room_left", room));
    let joined = now.rooms.difference(&before.rooms).map(|room| ("room_joined", room));
    changes.extend(left.chain(joined).map(|(name, room)| told(name, &(namespace, room, id, at))));
    changes
}

/// An event came from a socket, or went to it.
pub fn said(
    (namespace, id): (&str, &str),
    is_sent: bool,
    (name, content): (String, &Content),
    at: &str,
) -> Told {
    let arguments: Vec<_> = [Some(json!(name)), shown(content)].into_iter().flatten().collect();
    let event = if is_sent { "event_sent" } else { "event_received" };
    told(event, &(namespace, id, arguments, at))
}

/// How the server is.
pub fn statistics(server: &Value, uptime: f64, numbers: &Numbers, counted: &Value) -> Told {
    let namespaces = numbers.by_namespace.iter();
    let namespaces: Vec<_> =
        namespaces.map(|(name, count)| json!({ "name": name, "socketsCount": count })).collect();
    let mut statistics = json!({
        "uptime": uptime,
        "clientsCount": numbers.clients,
        "pollingClientsCount": numbers.polling,
        "aggregatedEvents": counted,
        "namespaces": namespaces,
    });
    for name in ["serverId", "hostname", "pid"] {
        statistics[name] = server[name].clone();
    }
    told("server_stats", &[statistics])
}
