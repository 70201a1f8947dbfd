//! The stream that we can measure and cut: TCP, or TLS over it.
//!
//! Whether a client reads is asked of its link, because the libraries above it cannot tell: their
//! queues are shared with their heartbeats, and a WebSocket writer that waits cannot be cancelled.
//! [`LinkListener`] wraps each accepted stream in a [`LinkStream`]; handlers get the [`Link`] as
//! `ConnectInfo<Link>`.
//!
//! TLS lies under the link and over the kernel: what is counted, changed and looked at is plain, and what the kernel
//! says is of the socket below.
//!
//! A link knows nothing of HTTP, sessions or members. Its watchdog cuts it when it takes nothing at all.

mod boundary;
mod bypass;
mod carrier;
mod inbound;
mod listener;
mod outbound;
mod progress;
mod round_trip;
mod stream;
mod tcp;
#[cfg(test)]
mod tests;
mod watchdog;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_util::task::AtomicWaker;
use socket2::SockRef;

pub use carrier::Handshake;
pub use inbound::Translation;
pub use listener::LinkListener;
pub use outbound::Rewriting;
pub use progress::{ProgressGuard, Wake};
pub use stream::LinkStream;
pub use watchdog::PATIENCE as MAX_STALL;

use bypass::Bypass;
use carrier::Carrier;
use inbound::Offered;
use progress::Progress;
use round_trip::RoundTrip;

/// A handle to one accepted TCP stream. Clones are cheap and mean the same stream; a handle that is
/// kept does not keep the stream open.
#[derive(Clone)]
pub struct Link {
    shared: Arc<Shared>,
}

impl Link {
    /// Who is at the other end: the address that the kernel names, whatever a proxy's headers say.
    #[must_use]
    pub fn peer(&self) -> SocketAddr {
        self.shared.peer
    }

    /// Whether the kernel could not take the last write and has taken nothing since: the peer does not
    /// read as fast as we write. A fresh link may be pending for a moment, until the kernel has said
    /// for the first time that it takes data. Never true once the link is closed.
    #[must_use]
    pub fn is_write_pending(&self) -> bool {
        self.shared.pending_since().is_some()
    }

    /// How long a write has been pending; zero if none is.
    #[must_use]
    pub fn pending_for(&self) -> Duration {
        let age = self.shared.born.elapsed();
        self.shared.pending_since().map_or(Duration::ZERO, |since| age.saturating_sub(since))
    }

    /// Bytes that were written and that the kernel took since the stream was accepted. Under TLS it is what was
    /// encrypted that counts, as plain as it was: a piece of it counts once its cipher text was taken whole.
    #[must_use]
    pub fn bytes_written(&self) -> u64 {
        self.shared.written.load(Ordering::Acquire)
    }

    /// When bytes last arrived; when the stream was accepted if none have.
    #[must_use]
    pub fn last_read(&self) -> Instant {
        self.shared.born + Duration::from_nanos(self.shared.last_read.load(Ordering::Acquire))
    }

    /// How long the last ping of a WebSocket was on its way there and back, if that was seen.
    #[must_use]
    pub fn round_trip(&self) -> Option<Duration> {
        self.shared.round_trip.last()
    }

    /// Whether the stream was dropped or cut. A peer that has closed its side is not noticed here
    /// before the task that reads the stream drops it.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.shared.is_closed()
    }

    /// Whether it was cut since it took nothing for too long.
    #[must_use]
    pub fn is_stalled(&self) -> bool {
        self.shared.stalled.load(Ordering::Acquire)
    }

    /// Ends the stream at once: whatever task reads or writes it is woken and gets
    /// [`io::ErrorKind::ConnectionReset`], the peer gets a reset, and what the kernel still held for it
    /// is thrown away. Cutting a closed link does nothing.
    pub fn cut(&self) {
        self.shared.close(End::Reset);
    }

    /// Says that nothing more will come, behind what the kernel still holds: for a server that goes down.
    /// The stream stays open to what the peer sends, which nobody may read: closed altogether it would
    /// be reset, and the peer lose what it has not read yet.
    pub fn close(&self) {
        if let Some(carrier) = self.shared.lock().as_mut()
            && let Err(error) = carrier.close_sending()
        {
            tracing::debug!(%error, peer = %self.shared.peer, "the stream is closed already");
        }
    }

    /// Takes whatever the peer still sends, and throws it away, until it sends no more. For who has said the last
    /// word: a stream that is dropped with something unread is reset, and the peer may lose that word. Nobody else
    /// may read the stream any more.
    pub async fn discard(&self) {
        // Reset is an end as well.
        let _ = std::future::poll_fn(|cx| self.shared.poll_discard(cx)).await;
    }

    /// Changes everything that comes in from the next read on. To be called before the peer sends what is
    /// to be changed, and by the one who knows that what was read already is not.
    pub fn translate(&self, translation: Box<dyn Translation>) {
        self.shared.offered.put(translation);
    }

    /// Keeps something until the stream ends. On a link that is closed already it is dropped at once.
    pub fn hold(&self, thing: Box<dyn Send>) {
        let mut held = self.shared.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.push(thing);
        if self.is_closed() {
            held.clear();
        }
    }

    /// Calls `wake` after each write that the kernel took and when the link closes, until the guard is
    /// dropped. On a link that is closed already it is called before this returns, so that no caller
    /// waits for ever. It runs inside the task that writes: it must be quick, must not block, and must not write. A call
    /// that is under way in another thread while the guard is dropped still ends.
    pub fn on_progress(&self, wake: Wake) -> ProgressGuard {
        let guard = progress::register(&self.shared, wake);
        if self.is_closed() {
            self.shared.progress.tell();
        }
        guard
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("peer", &self.peer())
            .field("bytes_written", &self.bytes_written())
            .field("pending_for", &self.pending_for())
            .field("closed", &self.is_closed())
            .finish()
    }
}

/// How a stream ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// The kernel still delivers what it holds.
    Orderly,
    /// It throws it away and resets the peer.
    Reset,
}

/// What the stream and its handles have in common.
struct Shared {
    peer: SocketAddr,
    born: Instant,
    /// Taken out, and by that closed, by whoever ends the link first. The lock is held for one
    /// non-blocking system call, or for a few with the encryption of what they take; never across an await
    /// and never while a waker is called.
    carrier: Mutex<Option<Carrier>>,
    closed: AtomicBool,
    /// The watchdog ended it.
    stalled: AtomicBool,
    written: AtomicU64,
    /// In nanoseconds after `born`, like `last_read`; 0 while no write is pending.
    pending_since: AtomicU64,
    last_read: AtomicU64,
    round_trip: RoundTrip,
    reader: AtomicWaker,
    writer: AtomicWaker,
    progress: Progress,
    offered: Offered,
    bypass: Mutex<Bypass>,
    has_bypass: AtomicBool,
    /// Frames of the writer's own that count.
    counted: AtomicU64,
    /// The task that waits until the kernel takes what went past the writer.
    driver: AtomicWaker,
    /// What ends with the stream.
    held: Mutex<Vec<Box<dyn Send>>>,
}

impl Shared {
    fn new(carrier: Carrier, peer: SocketAddr) -> Self {
        Self {
            peer,
            born: Instant::now(),
            carrier: Mutex::new(Some(carrier)),
            closed: AtomicBool::new(false),
            stalled: AtomicBool::new(false),
            written: AtomicU64::new(0),
            pending_since: AtomicU64::new(0),
            last_read: AtomicU64::new(0),
            round_trip: RoundTrip::default(),
            reader: AtomicWaker::new(),
            writer: AtomicWaker::new(),
            progress: Progress::default(),
            offered: Offered::default(),
            bypass: Mutex::default(),
            has_bypass: AtomicBool::new(false),
            counted: AtomicU64::new(0),
            driver: AtomicWaker::new(),
            held: Mutex::default(),
        }
    }

    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    fn pending_since(&self) -> Option<Duration> {
        let since = self.pending_since.load(Ordering::Acquire);
        (since != 0 && !self.is_closed()).then(|| Duration::from_nanos(since))
    }

    /// Nanoseconds since the stream was accepted. Fits for 584 years.
    fn age(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Nothing can break halfway under this lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, Option<Carrier>> {
        self.carrier.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Polls the stream if it is still there. `waker` is woken when the link is closed meanwhile.
    fn poll<T>(
        &self,
        cx: &mut Context<'_>,
        waker: &AtomicWaker,
        operation: impl FnOnce(&mut Carrier, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let polled = match self.lock().as_mut() {
            Some(carrier) => operation(carrier, cx),
            None => return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
        };
        if polled.is_pending() {
            waker.register(cx.waker());
            // Who closed the link before the line above has woken nobody.
            if self.is_closed() {
                return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
            }
        }
        polled
    }

    fn close(&self, end: End) {
        let Some(mut carrier) = self.lock().take() else { return };
        self.closed.store(true, Ordering::Release);
        match end {
            End::Orderly => carrier.say_last(),
            End::Reset => self.reset(&carrier),
        }
        drop(carrier);
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.reader.wake();
        self.writer.wake();
        self.driver.wake();
        self.progress.end();
    }

    fn reset(&self, carrier: &Carrier) {
        if let Some(tcp) = carrier.tcp()
            && let Err(error) = SockRef::from(tcp).set_linger(Some(Duration::ZERO))
        {
            tracing::debug!(%error, peer = %self.peer, "the stream is closed without a reset");
        }
    }
}
