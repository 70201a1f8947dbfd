//! Graph events for clients without a socket.

use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::Mode;
use crate::schema::AnyEvent;

/// The answer to `GET /api/v1/sessions/{id}/events`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventPage<'a> {
    /// The room.
    pub session_id: &'a str,
    /// The journal's identity; null while the session has no project.
    #[schema(required = true)]
    pub epoch: Option<&'a str>,
    /// `tail` with events, `current` without; `fetch` if this journal has no such place as was named, and the
    /// graph is to be read anew.
    pub mode: Mode,
    /// The graph events behind the place that was named, in order. The last command's are whole. With a `kind`,
    /// events as those who listen on `/ws` get them.
    #[schema(value_type = Vec<AnyEvent>)]
    pub events: Vec<Arc<RawValue>>,
    /// The last event that is told of here: where the next page begins.
    pub seq: u64,
    /// The journal's head; that of what was published, with that `kind`.
    pub head: u64,
}
