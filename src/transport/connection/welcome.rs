//! What a connection is told first, and its signs of life.

use std::sync::Arc;

use graphroom_protocol::channel::{Features, Heartbeat, HeartbeatResponse};
use graphroom_protocol::{ConnectionEstablished, EventName};

use super::Connection;
use super::handlers::{acknowledgement, event};
use super::inbound::Inbound;

/// What the server tells as it happens.
pub const FEATURES: Features =
    Features { realtime_chat: true, realtime_status: true, realtime_memory: false };

/// Tells a client that it is there.
pub fn welcome(connection: &Arc<Connection>) {
    let who = connection.who();
    let welcome = ConnectionEstablished {
        event: EventName::ConnectionEstablished,
        client_id: &connection.client_id,
        connection_id: &connection.origin.id.to_string(),
        user_id: who.as_ref().map(|who| &*who.caller.user_id),
        server_time: connection.backend.identity.now().in_microseconds(),
        features: FEATURES,
    };
    connection.send(event(EventName::ConnectionEstablished, &welcome));
}

/// Answers a sign of life with the time.
pub fn heartbeat(connection: &Arc<Connection>, inbound: &Inbound) {
    let timestamp = &*connection.backend.identity.now().in_microseconds();
    let told = event(EventName::HeartbeatResponse, &HeartbeatResponse { timestamp });
    let ack = acknowledgement(inbound.ack_id, &Heartbeat { success: true, timestamp });
    connection.send(told.into_iter().chain(ack));
}
