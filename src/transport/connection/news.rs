//! What a connection that hears a project is told of itself: others do not know these events, and are not sent them.

use std::sync::Arc;

use graphroom_protocol::news::{ConnectionFault, ConnectionRestored, WarningIssued, WarningType};
use graphroom_protocol::{ErrorBody, EventName};

use super::handlers::event;
use super::{Connection, Membership};
use crate::session::Join;

impl Connection {
    fn moment(&self) -> String {
        self.backend.identity.now().in_microseconds()
    }

    /// Warns a client that asks too often, beside the refusal.
    pub(super) fn warn_of_rate(self: &Arc<Self>, error: &ErrorBody) {
        if !self.hears_projects() {
            return;
        }
        let name = EventName::WarningIssued;
        let timestamp = &self.moment();
        let (warning_type, message) = (WarningType::RateLimit, error.message.as_str());
        self.send(event(name, &WarningIssued { event: name, warning_type, message, timestamp }));
    }

    /// Tells a client that its connection is ended, before it is told by `error`.
    pub(super) fn tell_fault(self: &Arc<Self>, error: &ErrorBody) {
        if !self.hears_projects() {
            return;
        }
        let name = EventName::ConnectionError;
        let fault = ConnectionFault {
            event: name,
            connection_id: &self.origin.id.to_string(),
            code: error.code,
            error: &error.message,
            timestamp: &self.moment(),
        };
        self.send(event(name, &fault));
    }

    /// Makes it a member that is brought up to date, and tells it if it came back before anybody missed it. False if the
    /// session is over.
    pub(super) async fn join_since(self: &Arc<Self>, membership: &Membership, join: &Join) -> bool {
        let Membership { session, member } = membership;
        let is_away = session.is_away(member);
        let missed = session.missed(join.since.as_ref().and_then(Option::as_ref));
        let is_joined = session.join_since(member, join).await;
        if is_joined && is_away {
            self.tell_restored(session.id(), missed);
        }
        is_joined
    }

    fn tell_restored(self: &Arc<Self>, session_id: &str, missed_events: u64) {
        if !self.hears_projects() {
            return;
        }
        let name = EventName::ConnectionRestored;
        let (client_id, timestamp) = (&*self.client_id, &self.moment());
        let restored = ConnectionRestored { event: name, client_id, session_id, missed_events, timestamp };
        self.send(event(name, &restored));
    }
}
