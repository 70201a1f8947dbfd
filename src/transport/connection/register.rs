//! Every connection that may be in sessions, and what is done about all of them: those that are silent are ended, those
//! that may not stay are, and when the server goes down they are told.

use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use graphroom_protocol::{EventName, ServerShutdown};

use super::{Connection, authentication, lock};
use crate::operations::CutReason;
use crate::outlet::Packet;
use crate::session::presence::{GRACE, SILENCE};
use crate::transport::Backend;

/// How long a client may be silent, with the grace of a lost connection behind it: longer than a transport waits for
/// the answer to a ping.
pub const MAX_SILENCE: Duration = SILENCE.saturating_sub(GRACE);
/// How often silent clients are looked for.
const ROUND: Duration = Duration::from_secs(2);

/// Every connection there is.
#[derive(Default)]
pub struct Connections {
    all: Mutex<Vec<Weak<Connection>>>,
}

impl Connections {
    pub(super) fn add(&self, connection: &Arc<Connection>) {
        let mut all = lock(&self.all);
        if all.len() == all.capacity() {
            all.retain(|connection| connection.strong_count() > 0);
        }
        all.push(Arc::downgrade(connection));
    }

    /// Those whose client is there.
    pub fn live(&self) -> Vec<Arc<Connection>> {
        lock(&self.all).iter().filter_map(Weak::upgrade).filter(|connection| !connection.is_gone()).collect()
    }

    /// How many there are by WebSocket, and by polling.
    pub fn by_transport(&self) -> (usize, usize) {
        let live = self.live();
        let websockets = live.iter().filter(|connection| connection.is_by_websocket()).count();
        (websockets, live.len() - websockets)
    }

    /// Tells every client that the server goes down, and waits until they were told or `deadline` is over.
    pub async fn shut_down(&self, retry_after: Duration, deadline: Instant) {
        let retry_after_ms = u64::try_from(retry_after.as_millis()).unwrap_or(u64::MAX);
        let last_word = ServerShutdown { event: EventName::ServerShutdown, retry_after_ms };
        let Ok(payload) = serde_json::value::to_raw_value(&last_word) else { return };
        let packet =
            Packet::Event { name: EventName::ServerShutdown.as_str(), payload: Some(payload.into()) };
        let connections = self.live();
        for connection in &connections {
            connection.send([packet.clone()]);
        }
        while connections.iter().any(|connection| !connection.is_flushed()) && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Ends every connection once the kernel has delivered what it holds; stock clients come back.
    pub fn close_all(&self) {
        for connection in self.live() {
            connection.wire.close();
        }
    }
}

impl Backend {
    /// Ends, until the future is dropped, connections that have shown no sign of life for so long that whoever
    /// had them is gone in time, whatever their transport thinks of them.
    pub async fn end_silent(&self) {
        loop {
            tokio::time::sleep(ROUND).await;
            for connection in self.connections.live() {
                let wire = &connection.wire;
                let is_silent = wire.last_sign().elapsed() > MAX_SILENCE && !wire.may_be_silent();
                if is_silent && !wire.is_cut() {
                    tracing::info!(client_id = %connection.client_id, "connection cut: it was silent for too long");
                    self.metrics.count_cut(CutReason::Silent);
                    connection.end_as_silent();
                }
            }
        }
    }

    /// Ends, until the future is dropped, what connections may not do any more.
    pub async fn end_unwelcome(self: Arc<Self>) {
        authentication::watch(self).await;
    }
}
