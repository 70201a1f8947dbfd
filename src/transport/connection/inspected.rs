//! What a connection says of itself to operators who look at a session that it is in.

use graphroom_protocol::rest::inspector::SessionMember;

use super::{Connection, lock};
use crate::session::{Inspected, Session};

impl Connection {
    /// It as a member of a session, which knows this much of it.
    pub fn inspected(&self, session: &Session, member: &Inspected) -> SessionMember {
        let (who, origin, figures) = (self.who(), &self.origin, self.traffic.figures());
        let last_sign = self.wire.last_sign().elapsed().as_millis();
        let (packets, bytes) = self.queued();
        let milliseconds = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        SessionMember {
            connection_id: origin.id.to_string(),
            client_id: self.client_id.to_string(),
            user_id: member.person.user_id.to_string(),
            display_name: member.person.name.as_deref().map(str::to_owned),
            transport: self.wire.transport(),
            protocol: origin.protocol().to_owned(),
            address: origin.address.to_string(),
            connected_at: origin.connected_at().to_owned(),
            delivery: member.delivery,
            role: self.backend.role_of(who.as_ref().map(|who| &who.caller), session),
            behind: member.behind,
            queued_packets: packets + member.queued.0,
            queued_bytes: bytes + member.queued.1,
            lag_ms: member.lag.map(milliseconds),
            round_trip_ms: self.wire.round_trip().map(|time| time.as_secs_f64() * 1_000.0),
            token_expires_at: who.and_then(|who| who.grant.expires_at()).map(|at| at.to_string()),
            received: figures.received,
            sent: figures.sent,
            last_activity_at: self.backend.identity.now().before(last_sign).to_string(),
        }
    }

    /// Packets that are on their way out, and the bytes of them.
    fn queued(&self) -> (usize, usize) {
        let (packets, bytes) = self.wire.queued();
        let (stray, stray_bytes) = lock(&self.stray).waiting();
        (packets + stray, bytes + stray_bytes)
    }
}
