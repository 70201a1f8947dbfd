//! News of who is here, as a packet for members.

use std::sync::Arc;

use graphroom_protocol::EventName;

use super::Presence;
use crate::outlet::Packet;

/// What changed, encoded once for all who were told the same before.
pub struct News<'a> {
    presence: &'a Presence,
    session_id: Arc<str>,
    made: Option<(u64, Option<Packet>, u64)>,
}

impl<'a> News<'a> {
    /// News of a session.
    pub fn new(presence: &'a Presence, session_id: Arc<str>) -> Self {
        Self { presence, session_id, made: None }
    }

    /// The number of the last change.
    pub fn version(&self) -> u64 {
        self.presence.version()
    }

    /// What is told to who was told of `seen`, and up to which change.
    pub fn since(&mut self, seen: u64) -> (Option<&Packet>, u64) {
        if self.made.as_ref().is_none_or(|(known, ..)| *known != seen) {
            let (payload, version) = self.presence.update(&self.session_id, seen);
            let name = EventName::PresenceUpdate.as_str();
            let packet = payload.map(|payload| Packet::Event { name, payload: Some(payload) });
            self.made = Some((seen, packet, version));
        }
        self.made.as_ref().map_or((None, seen), |(_, packet, version)| (packet.as_ref(), *version))
    }
}
