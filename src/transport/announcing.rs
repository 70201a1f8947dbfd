//! What the server's operators say to everybody: that it is in maintenance, and notifications.

use std::sync::Arc;

use graphroom_protocol::announcement::{MaintenanceMode, SystemNotification};
use graphroom_protocol::rest::broadcasts::BroadcastInfo;
use graphroom_protocol::{ErrorBody, ErrorCode, EventName};
use serde::Serialize;
use serde_json::json;

use super::Backend;
use super::broadcasting::{Audience, named};
use crate::operations::broadcasts::{Order, Target};
use crate::operations::maintenance::Pause;
use crate::outlet::Packet;

/// How urgent this is: more than anything else that may be broadcast by a word.
const PRIORITY: i64 = 4;

/// An event of the server's, as it is broadcast.
fn announced(name: EventName, payload: &impl Serialize) -> Option<Packet> {
    Some(named(name.as_str(), serde_json::value::to_raw_value(payload).ok()?))
}

fn order(name: EventName, packet: Packet, target: Target, author: &Arc<str>) -> Order {
    let (event_type, author) = (name.as_str().to_owned(), Arc::clone(author));
    Order { event_type, packet, target, priority: PRIORITY, require_ack: false, author }
}

impl Backend {
    /// Refuses what would change something while the server is in maintenance.
    ///
    /// # Errors
    /// `MAINTENANCE`, the reason, and when to try again.
    pub fn check_maintenance(&self) -> Result<(), ErrorBody> {
        let Some(pause) = self.maintenance.get() else { return Ok(()) };
        let reason = pause.reason.as_deref();
        let message = match reason {
            Some(reason) => format!("The server is in maintenance: {reason}"),
            None => "The server is in maintenance: retry later".to_owned(),
        };
        let details = json!({ "reason": reason, "retry_after_ms": pause.retry_after_ms });
        Err(ErrorBody { details: Some(details), ..ErrorBody::new(ErrorCode::Maintenance, message) })
    }

    /// What is told of maintenance.
    fn maintenance_mode(&self, pause: Option<&Pause>) -> Option<Packet> {
        let now = self.identity.now().in_microseconds();
        let told = MaintenanceMode {
            event: EventName::MaintenanceMode,
            enabled: pause.is_some(),
            reason: pause.and_then(|pause| pause.reason.as_deref()),
            retry_after_ms: pause.map(|pause| pause.retry_after_ms),
            timestamp: &now,
        };
        announced(EventName::MaintenanceMode, &told)
    }

    /// What somebody is told who comes while the server is in maintenance.
    pub fn maintenance_now(&self) -> Option<Packet> {
        let pause = self.maintenance.get()?;
        self.maintenance_mode(Some(&pause))
    }

    /// Begins maintenance, or ends it, and tells everybody.
    pub fn set_maintenance(&self, pause: Option<Pause>, author: &Arc<str>) {
        let packet = self.maintenance_mode(pause.as_ref());
        self.maintenance.set(pause);
        let Some(packet) = packet else { return };
        let order = order(EventName::MaintenanceMode, packet, Target::System, author);
        if self.announce(order).is_err() {
            tracing::warn!("nobody was told of maintenance: too many broadcasts wait");
        }
    }

    /// Tells an audience something.
    ///
    /// # Errors
    /// `BUSY`: too many broadcasts wait.
    pub fn notify(
        &self,
        notification: &SystemNotification<'_>,
        audience: &Audience,
        author: &Arc<str>,
    ) -> Result<BroadcastInfo, ErrorBody> {
        let name = EventName::SystemNotification;
        let packet = announced(name, notification)
            .ok_or_else(|| ErrorBody::new(ErrorCode::Internal, "The request could not be carried out"))?;
        self.broadcast(order(name, packet, audience.target(), author), audience, &[])
    }
}
