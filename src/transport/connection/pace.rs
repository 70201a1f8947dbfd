//! What a connection asks too often: it is refused before anything else is done about it.
//!
//! How often is too often is the limiter's, which all transports ask.

use std::sync::Arc;

use graphroom_protocol::RequestName;

use super::Connection;
use super::event::Event;
use crate::transport::limits::{Counted, Who};

/// The event itself or, if it is one too many, its refusal. Also one that could not be read counts.
pub fn paced(connection: &Arc<Connection>, name: Option<RequestName>, event: Event) -> Event {
    let doing = match name {
        Some(RequestName::ExecuteCommand | RequestName::Undo | RequestName::Redo) => Counted::Command,
        Some(RequestName::SendMessage | RequestName::EditMessage | RequestName::DeleteMessage) => {
            Counted::Command
        }
        Some(RequestName::SetPresence | RequestName::Typing) => Counted::Presence,
        _ => return event,
    };
    if doing == Counted::Command
        && let Err(error) = connection.backend.check_maintenance()
    {
        return event.refused(error);
    }
    let who = Who::Connection(Arc::clone(&connection.client_id));
    match connection.backend.limiter.take(doing, &who) {
        Ok(()) => event,
        Err(error) => {
            connection.warn_of_rate(&error);
            event.refused(error)
        }
    }
}
