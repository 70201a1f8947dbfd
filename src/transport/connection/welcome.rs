//! What a connection is told first, and its signs of life.

use std::sync::Arc;

use graphroom_protocol::channel::{Heartbeat, HeartbeatResponse};
use graphroom_protocol::{ConnectionEstablished, EventName, Success};

use super::Connection;
use super::handlers::{acknowledgement, event};
use super::inbound::Inbound;
use crate::outlet::Packet;

/// Tells a client that it is there.
pub fn welcome(connection: &Arc<Connection>) {
    let who = connection.who();
    let welcome = ConnectionEstablished {
        event: EventName::ConnectionEstablished,
        client_id: &connection.client_id,
        connection_id: &connection.origin.id.to_string(),
        user_id: who.as_ref().map(|who| &*who.caller.user_id),
        server_time: connection.backend.identity.now().in_microseconds(),
        features: connection.backend.realtime.features(),
    };
    connection.send(event(EventName::ConnectionEstablished, &welcome));
    tell_maintenance(connection);
}

/// Tells a client that the server is in maintenance, if it is.
pub fn tell_maintenance(connection: &Arc<Connection>) {
    connection.send(connection.backend.maintenance_now());
}

/// Answers a sign of life.
pub fn ping(connection: &Arc<Connection>, inbound: &Inbound) {
    let pong = Packet::Event { name: EventName::Pong.as_str(), payload: None };
    let ack = acknowledgement(inbound.ack_id, &Success { success: true });
    connection.send([Some(pong), ack].into_iter().flatten());
}

/// Answers a sign of life with the time.
pub fn heartbeat(connection: &Arc<Connection>, inbound: &Inbound) {
    let timestamp = &*connection.backend.identity.now().in_microseconds();
    let told = event(EventName::HeartbeatResponse, &HeartbeatResponse { timestamp });
    let ack = acknowledgement(inbound.ack_id, &Heartbeat { success: true, timestamp });
    connection.send(told.into_iter().chain(ack));
}
