//! What is kept and for how long, and what one process cannot be.

use graphroom_protocol::rest::limitations::Limitation;

use super::{limitation, time};
use crate::feed::{KEPT, MAX_PHASES, MAX_TURN_BYTES, READ, REPLAYED};
use crate::operations::status::{ALERTS_KEPT, ERRORS_KEPT};
use crate::transport::Backend;

pub fn told(backend: &Backend) -> Vec<Limitation> {
    vec![
        limitation(
            "One process serves a data directory: there is no cluster",
            "Put projects that need a machine of their own on servers of their own, and move them by project files",
        ),
        limitation(
            format!(
                "A session that nobody uses for {} is unloaded; one without a project is deleted then, with what \
                 was published there",
                time(backend.terms.unload_after)
            ),
            "Ask for it again: it is loaded anew. Give a session a project, by load-graph, to keep it; \
             --unload-after",
        ),
        limitation(
            format!("{REPLAYED} events that who comes to /ws is told of what was before"),
            "Read all by GET /api/v1/sessions/{session_id}/events?kind=published, or come with last_message_id",
        ),
        limitation(
            format!(
                "{KEPT} turns, {MAX_TURN_BYTES} bytes of them and {MAX_PHASES} phases of a conversation \
                 that an engine leads, from its last {READ} events if nobody asked before"
            ),
            "Read all events by GET /api/v1/sessions/{session_id}/events?kind=published",
        ),
        limitation(
            format!(
                "{ALERTS_KEPT} alerts and {ERRORS_KEPT} errors that admins can read, none of before a restart"
            ),
            "Read the log, and have Prometheus read GET /metrics",
        ),
    ]
}
