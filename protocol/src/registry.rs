//! The registry of events: every event that clients send or hear, with what it carries.
//!
//! The handlers of Socket.IO are found by [`RequestName`], and everything that is sent has its name from
//! [`EventName`]; both are matched here without a catch-all, so nothing can be sent or taken that is not
//! registered. The AsyncAPI document and the TypeScript types are made from it.

mod sent;
mod shape;
mod taken;

pub use self::sent::{Lane, OlderEvent, SentEvent};
pub use self::shape::{Schemas, Shape};
pub use self::taken::TakenEvent;
use crate::{EventName, RequestName};

/// Every event that the server sends.
#[must_use]
pub fn sent() -> Vec<SentEvent> {
    EventName::ALL.into_iter().map(SentEvent::of).collect()
}

/// Every event that clients send.
#[must_use]
pub fn taken() -> Vec<TakenEvent> {
    RequestName::ALL.into_iter().map(TakenEvent::of).collect()
}

/// The schemas of everything that the events carry, by name.
#[must_use]
pub fn schemas() -> Schemas {
    let mut schemas = Schemas::default();
    for event in sent() {
        let older = event.older.and_then(|older| older.payload);
        for shape in event.payload.into_iter().chain(older) {
            shape.list(&mut schemas);
        }
    }
    for event in taken() {
        for shape in event.payload.into_iter().chain(event.answers) {
            shape.list(&mut schemas);
        }
    }
    schemas
}
