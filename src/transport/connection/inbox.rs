//! The inbox: keeps a connection's events in order while one of them waits for its session.
//!
//! An event whose session is open is handled at once, in the call that brings it. If the session has to
//! be loaded first, or something has to be read, that event and all that follow wait here and are handled
//! one by one.

use std::collections::VecDeque;
use std::sync::Arc;

use uuid::Uuid;

use super::event::Event;
use super::handlers::{act, act_in_time};
use super::{Connection, lock};
use crate::identity::Need;
use crate::operations::CutReason;
use crate::session::Session;
use crate::transport::access::NotOpened;
use crate::transport::connections::Live as _;

/// Events that may wait. A client that sends more while a session is loaded is cut.
pub const MAX_EVENTS: usize = 4_096;
/// Bytes of events that may wait.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Events in the order in which they came.
#[derive(Default)]
pub struct Inbox {
    events: VecDeque<Event>,
    bytes: usize,
    is_open: bool,
}

/// Handles an event, now or in its turn.
pub fn dispatch(connection: &Arc<Connection>, event: Event) {
    let mut inbox = lock(&connection.inbox);
    if !inbox.is_open {
        if !event.takes_time() {
            let Some(id) = event.session_id else { return act(connection, None, event) };
            // Who asks for one that is about to end waits for it to be loaded anew; who is in it sees it to its end.
            let is_at_hand = |session: &Arc<Session>| session.stays() || connection.is_in(id);
            if let Some(session) = connection.backend.registry.live(id).filter(is_at_hand) {
                return act(connection, Some(Ok(session)), event);
            }
        }
        inbox.is_open = true;
        tokio::spawn(work(Arc::clone(connection)));
    }
    inbox.bytes += event.bytes;
    inbox.events.push_back(event);
    if inbox.events.len() > MAX_EVENTS || inbox.bytes > MAX_BYTES {
        inbox.events.clear();
        inbox.bytes = 0;
        if !connection.wire.is_cut() {
            connection.backend.metrics.count_cut(CutReason::InboxFull);
        }
        connection.wire.cut();
    }
}

async fn work(connection: Arc<Connection>) {
    while let Some(event) = next(&connection) {
        let session = match event.session_id {
            Some(id) => Some(open(&connection, event.need, id).await),
            None => None,
        };
        act_in_time(&connection, session, event).await;
    }
}

/// The session, if the client may do there what the event needs.
async fn open(connection: &Connection, need: Need, id: Uuid) -> Result<Arc<Session>, NotOpened> {
    let who = connection.who();
    connection.backend.open_session(who.as_ref().map(|who| &who.caller), need, id).await
}

/// The next event; without one the inbox is closed, and events are handled at once again.
fn next(connection: &Connection) -> Option<Event> {
    let mut inbox = lock(&connection.inbox);
    let event = inbox.events.pop_front();
    inbox.bytes -= event.as_ref().map_or(0, |event| event.bytes);
    inbox.is_open = event.is_some();
    event
}
