//! How long a ping takes there and back, by the bytes of a WebSocket: Engine.IO's own ping, or the WebSocket's.
//!
//! Only a ping that is written alone, and a pong that is read first, are known: others pass unseen, and measure nothing.
//! So do those of clients that ping the server.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::Duration;

/// The server's text frame with Engine.IO's ping.
const ENGINE_PING: &[u8] = &[0x81, 0x01, b'2'];
/// The server's ping frame, with nothing in it.
const PING: &[u8] = &[0x89, 0x00];
/// How a client's pong frame begins, masked and with nothing in it.
const PONG: [u8; 2] = [0x8a, 0x80];
/// How a client's text frame of one byte begins, masked.
const ENGINE_PONG: [u8; 2] = [0x81, 0x81];

/// The last ping that is known, and how long it took. Times are in nanoseconds after the stream was accepted; 0 is none.
#[derive(Default)]
pub struct RoundTrip {
    sent_at: AtomicU64,
    took: AtomicU64,
}

impl RoundTrip {
    /// This was written, as far as the kernel took it.
    pub fn wrote(&self, bytes: &[u8], polled: &Poll<io::Result<usize>>, now: impl FnOnce() -> u64) {
        let is_taken = matches!(polled, Poll::Ready(Ok(taken)) if *taken == bytes.len());
        if is_taken && (bytes == PING || bytes == ENGINE_PING) {
            self.sent_at.store(now().max(1), Ordering::Relaxed);
        }
    }

    /// This was read.
    pub fn read(&self, bytes: &[u8], now: u64) {
        let sent_at = self.sent_at.load(Ordering::Relaxed);
        if sent_at == 0 || !is_pong(bytes) {
            return;
        }
        self.sent_at.store(0, Ordering::Relaxed);
        self.took.store(now.saturating_sub(sent_at).max(1), Ordering::Relaxed);
    }

    /// How long the last one took.
    pub fn last(&self) -> Option<Duration> {
        let took = self.took.load(Ordering::Relaxed);
        (took > 0).then(|| Duration::from_nanos(took))
    }
}

fn is_pong(bytes: &[u8]) -> bool {
    match bytes {
        [first, second, mask, _, _, _, letter, ..] if [*first, *second] == ENGINE_PONG => {
            letter ^ mask == b'3'
        }
        [first, second, ..] => [*first, *second] == PONG,
        _ => false,
    }
}
