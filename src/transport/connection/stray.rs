//! A connection's own line: packets that belong to no session, in their order, until its wire takes them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use graphroom_protocol::EndReason;

use super::{Connection, lock};
use crate::operations::CutReason;
use crate::outlet::{Handed, Outlet, Packet, Receipt};

/// Packets of no session that may wait. A client that asks for more without reading any is cut.
pub const MAX_STRAY: usize = 8_192;
/// Bytes of them that may wait.
pub const MAX_STRAY_BYTES: usize = 16 * 1024 * 1024;
/// How often stray packets are tried again, should nothing have woken us.
const RETRY: Duration = Duration::from_millis(100);

/// What waits, and whether somebody sees to it.
#[derive(Default)]
pub(super) struct Stray {
    packets: VecDeque<(Packet, Option<Receipt>)>,
    bytes: usize,
    is_draining: bool,
}

impl Stray {
    /// How much waits: packets, and the bytes of them.
    pub fn waiting(&self) -> (usize, usize) {
        (self.packets.len(), self.bytes)
    }
}

impl Connection {
    /// Whether nothing that was sent waits here.
    pub(super) fn is_told(&self) -> bool {
        lock(&self.stray).packets.is_empty()
    }

    /// Sends packets that belong to no session, after those that wait already.
    pub fn send(self: &Arc<Self>, packets: impl IntoIterator<Item = Packet>) {
        self.put(packets.into_iter().map(|packet| (packet, None)));
    }

    /// The same for one packet of which somebody wants to know what becomes of it.
    pub fn send_and_tell(self: &Arc<Self>, packet: Packet, receipt: Receipt) {
        self.put([(packet, Some(receipt))]);
    }

    fn put(self: &Arc<Self>, packets: impl IntoIterator<Item = (Packet, Option<Receipt>)>) {
        if self.wire.is_cut() {
            return;
        }
        let mut stray = lock(&self.stray);
        for (packet, receipt) in packets {
            stray.bytes += packet.len();
            stray.packets.push_back((packet, receipt));
        }
        if stray.packets.len() > MAX_STRAY || stray.bytes > MAX_STRAY_BYTES {
            drop(stray);
            tracing::info!(client_id = %self.client_id, "too many answers outstanding: connection cut");
            self.backend.metrics.count_cut(CutReason::AnswersOutstanding);
            self.end.get_or_init(|| EndReason::AnswersOutstanding);
            return self.cut();
        }
        if stray.is_draining || self.flush(&mut stray) {
            return;
        }
        stray.is_draining = true;
        tokio::spawn(Arc::clone(self).drain());
    }

    /// Hands over stray packets. True if none is left.
    fn flush(&self, stray: &mut Stray) -> bool {
        while let Some((packet, _)) = stray.packets.front() {
            match self.hand(packet) {
                Handed::Taken => {
                    stray.bytes -= packet.len();
                    let taken = stray.packets.pop_front().and_then(|(_, receipt)| receipt);
                    taken.into_iter().for_each(Receipt::taken);
                }
                Handed::Full => return false,
                Handed::Gone => {
                    stray.bytes = 0;
                    stray.packets.clear();
                }
            }
        }
        true
    }

    async fn drain(self: Arc<Self>) {
        let wake = Arc::clone(&self.stray_wake);
        let _subscription = self.wire.subscribe(Arc::new(move || wake.notify_one()));
        loop {
            tokio::select! {
                () = self.stray_wake.notified() => {}
                () = tokio::time::sleep(RETRY) => {}
            }
            let mut stray = lock(&self.stray);
            if self.flush(&mut stray) {
                stray.is_draining = false;
                return;
            }
        }
    }
}
