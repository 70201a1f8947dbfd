//! `broadcast_ack`: a client says that it has what was broadcast to it.

use std::sync::Arc;

use graphroom_protocol::announcement::{AcknowledgeBroadcast, BroadcastAcknowledged};
use graphroom_protocol::{ErrorBody, RequestName};

use super::Connection;
use super::event::{Event, argument};
use super::handlers::acknowledgement;
use super::inbound::Inbound;
use super::inbox::dispatch;
use crate::transport::access::unauthenticated;

/// Takes a client's word for it. What nobody waits for changes nothing.
pub fn acknowledge(connection: &Arc<Connection>, inbound: &Inbound) {
    match read(connection, inbound) {
        Ok(AcknowledgeBroadcast { broadcast_id }) => {
            let acknowledged = connection.backend.broadcasts.acknowledge(&broadcast_id, connection.origin.id);
            let answer = BroadcastAcknowledged { success: true, broadcast_id: &broadcast_id, acknowledged };
            connection.send(acknowledgement(inbound.ack_id, &answer));
        }
        Err(error) => {
            dispatch(connection, Event::refusal(RequestName::AcknowledgeBroadcast, inbound, error));
        }
    }
}

fn read(connection: &Connection, inbound: &Inbound) -> Result<AcknowledgeBroadcast, ErrorBody> {
    let read = argument(inbound)?;
    connection.who().map(|_| read).ok_or_else(unauthenticated)
}
