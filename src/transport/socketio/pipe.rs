//! The pipe: what one Engine.IO connection can take, shared by its namespaces.
//!
//! The library's queue is no place to let packets wait: its heartbeat shares it and kills a living
//! client whose queue is full. So packets are counted when they go in and, by the bytes that the TCP
//! stream took, when they come out, and only a small window of them is ever inside.
//!
//! A WebSocket has one TCP stream, the *link*. Over polling there is none: there the end of each poll
//! tells that the queue was emptied.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

use dashmap::DashMap;
use tokio_util::sync::CancellationToken;

use crate::outlet::{Subscription, Wake};
use crate::transport::connection::wakes::Wakes;
use crate::transport::link::{Link, ProgressGuard};

/// Packets inside at most. The library's queue ([`QUEUE`]) has room for more, so it is never full.
const MAX_PACKETS: usize = 256;
/// Bytes inside at most; a single packet may be larger.
const MAX_BYTES: u64 = 256 * 1024;
/// Bytes that wait for a poll at most: polls are far between.
const MAX_POLL_BYTES: u64 = 2 * 1024 * 1024;
/// Packets that wait for a poll of `python-socketio` at most. It takes 16 in one answer and hangs up over
/// more. Twice these may be in the queue, the second half let in while the first is on its way, and beside
/// them what is not counted here: a ping and the end of an upgrade.
const MAX_PYTHON_POLL: usize = 7;
/// The size of the library's queue, in packets.
pub const QUEUE: usize = 1_024;
/// Upgrades after which pipes that nobody needs are looked for.
const SWEEP: u64 = 256;

/// One Engine.IO connection's way out.
pub struct Pipe {
    link: OnceLock<(Link, ProgressGuard)>,
    window: Mutex<Window>,
    /// When the client last sent an HTTP request.
    last_request: Mutex<Instant>,
    cut: CancellationToken,
    /// Packets that one answer to a poll may have.
    poll: AtomicUsize,
    /// Packets that the library was handed.
    handed: AtomicU64,
    /// Those of them that answers to polls took away. The rest is counted where the WebSocket is written.
    polled: AtomicU64,
    /// Sockets that use it.
    holders: AtomicUsize,
    wakes: Arc<Wakes>,
}

/// The packets inside, by the count of bytes that will have left when each has.
#[derive(Default)]
struct Window {
    ends: VecDeque<u64>,
    handed: u64,
    gone: u64,
    is_on_link: bool,
}

impl Window {
    /// The stream took `written` bytes in all.
    ///
    /// It also carries what is not counted here (handshakes, heartbeats): whenever it is ahead, counting
    /// starts anew from where it is. So does it when polling ends: what polls left in the queue is no
    /// more than one window, for which the queue has room.
    fn written(&mut self, written: u64) {
        if !self.is_on_link {
            *self = Self { handed: written, is_on_link: true, ..Self::default() };
        }
        while self.ends.front().is_some_and(|end| *end <= written) {
            self.ends.pop_front();
        }
        self.handed = self.handed.max(written);
        self.gone = written;
    }

    /// A poll took everything.
    fn polled(&mut self) {
        if !self.is_on_link {
            self.ends.clear();
            self.gone = self.handed;
        }
    }

    fn give_back(&mut self, bytes: u64) {
        if self.ends.back() == Some(&self.handed) {
            self.ends.pop_back();
            self.handed -= bytes;
        }
    }

    fn admit(&mut self, bytes: u64, max_bytes: u64, max_packets: usize) -> bool {
        let inside = self.handed - self.gone;
        if self.ends.len() >= max_packets || (!self.ends.is_empty() && inside + bytes > max_bytes) {
            return false;
        }
        self.handed += bytes;
        self.ends.push_back(self.handed);
        true
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pipe {
    fn new() -> Self {
        Self {
            link: OnceLock::new(),
            window: Mutex::default(),
            cut: CancellationToken::new(),
            last_request: Mutex::new(Instant::now()),
            poll: AtomicUsize::new(MAX_PACKETS),
            handed: AtomicU64::new(0),
            polled: AtomicU64::new(0),
            holders: AtomicUsize::new(0),
            wakes: Arc::default(),
        }
    }

    /// Tells the TCP stream of the WebSocket. The first one counts: a connection has one WebSocket.
    pub fn set_link(self: &Arc<Self>, link: Link) {
        let pipe = Arc::downgrade(self);
        let guard = link.on_progress(Arc::new(move || {
            if let Some(pipe) = Weak::upgrade(&pipe) {
                pipe.progressed();
            }
        }));
        drop(self.link.set((link, guard)));
    }

    /// To be told when the client is `python-socketio`.
    pub fn is_polled_by_python(&self) {
        self.poll.store(MAX_PYTHON_POLL, Ordering::Relaxed);
    }

    /// The link, once the connection is a WebSocket.
    fn link(&self, is_websocket: bool) -> Option<&Link> {
        self.link.get().filter(|_| is_websocket).map(|(link, _)| link)
    }

    /// Takes room for a packet. If there is none, subscribers are woken once there is.
    pub fn admit(&self, bytes: usize, is_websocket: bool) -> bool {
        if self.try_admit(bytes, is_websocket) {
            return true;
        }
        self.wakes.block();
        // Everything may have left between the refusal and the mark: then nobody would wake us.
        self.try_admit(bytes, is_websocket)
    }

    fn try_admit(&self, bytes: usize, is_websocket: bool) -> bool {
        let mut window = lock(&self.window);
        let (max_bytes, max_packets) = match self.link(is_websocket) {
            Some(link) => {
                window.written(link.bytes_written());
                (MAX_BYTES, MAX_PACKETS)
            }
            None => (MAX_POLL_BYTES, self.poll.load(Ordering::Relaxed)),
        };
        window.admit(bytes as u64, max_bytes, max_packets)
    }

    /// Gives the room of a packet back that was not sent after all.
    pub fn give_back(&self, bytes: usize) {
        lock(&self.window).give_back(bytes as u64);
    }

    /// A request came from the client.
    pub fn sign(&self) {
        *lock(&self.last_request) = Instant::now();
    }

    /// When the client last showed that it lives: by bytes on its WebSocket, or by a request.
    pub fn last_sign(&self) -> Instant {
        let request = *lock(&self.last_request);
        self.link.get().map_or(request, |(link, _)| link.last_read().max(request))
    }

    /// Whether the stream was cut since it took nothing.
    pub fn is_stalled(&self) -> bool {
        self.link.get().is_some_and(|(link, _)| link.is_stalled())
    }

    /// Whether the stream has not taken yet what was written last.
    pub fn takes_nothing(&self) -> bool {
        self.link.get().is_some_and(|(link, _)| link.is_write_pending())
    }

    /// The link, if frames may go past the library: it has taken everything that we handed it out of its queue, and whatever
    /// it says before our first packet of a namespace with that.
    pub fn bypass(&self, is_websocket: bool) -> Option<&Link> {
        let link = self.link(is_websocket).filter(|link| link.has_bypass())?;
        let left = self.polled.load(Ordering::Acquire) + link.counted();
        (self.handed.load(Ordering::Acquire) == left).then_some(link)
    }

    /// Says, before, that the library is handed a packet.
    pub fn handing(&self) {
        self.handed.fetch_add(1, Ordering::AcqRel);
    }

    /// The library did not take it.
    pub fn not_handed(&self) {
        self.handed.fetch_sub(1, Ordering::AcqRel);
    }

    /// Writes what went past the library.
    pub fn flush(&self) {
        if let Some((link, _)) = self.link.get() {
            link.flush();
        }
    }

    /// A poll was answered: the queue, with so many packets of ours, was emptied into it.
    pub fn polled(&self, packets: u64) {
        self.polled.fetch_add(packets, Ordering::AcqRel);
        lock(&self.window).polled();
        self.progressed();
    }

    fn progressed(&self) {
        self.wakes.progressed();
    }

    /// Wakes `wake` whenever packets that were refused may be tried again.
    pub fn subscribe(&self, wake: Wake) -> Subscription {
        self.wakes.subscribe(wake)
    }

    /// Whether everything that went in has come out.
    pub fn is_flushed(&self, is_websocket: bool) -> bool {
        self.window_now(is_websocket).ends.is_empty()
    }

    /// The packets inside, and the bytes of them.
    pub fn queued(&self, is_websocket: bool) -> (usize, usize) {
        let window = self.window_now(is_websocket);
        let bytes = if window.ends.is_empty() { 0 } else { window.handed.saturating_sub(window.gone) };
        (window.ends.len(), usize::try_from(bytes).unwrap_or(usize::MAX))
    }

    fn window_now(&self, is_websocket: bool) -> MutexGuard<'_, Window> {
        let mut window = lock(&self.window);
        if let Some(link) = self.link(is_websocket) {
            window.written(link.bytes_written());
        }
        window
    }

    /// How long the last ping was on its way there and back.
    pub fn round_trip(&self, is_websocket: bool) -> Option<Duration> {
        self.link(is_websocket)?.round_trip()
    }

    /// Ends the connection at once: the stream breaks, or the poll that waits or the next one is refused, and
    /// stock clients come back by themselves.
    pub fn cut(&self) {
        self.cut.cancel();
        if let Some((link, _)) = self.link.get() {
            link.cut();
        }
    }

    /// Ends the connection, too, but lets the kernel deliver what it holds.
    pub fn close(&self) {
        self.cut.cancel();
        if let Some((link, _)) = self.link.get() {
            link.close();
        }
    }

    /// Whether it was cut or closed.
    pub fn is_cut(&self) -> bool {
        self.cut.is_cancelled()
    }

    /// Waits until it is cut or closed.
    pub async fn is_over(&self) {
        self.cut.cancelled().await;
    }

    /// Whether somebody holds it, or its stream is open.
    fn is_needed(&self) -> bool {
        self.holders.load(Ordering::Acquire) > 0 || self.link.get().is_some_and(|(link, _)| !link.is_closed())
    }
}

/// The pipes of all connections, by Engine.IO session id.
#[derive(Default)]
pub struct Pipes {
    pipes: DashMap<Arc<str>, Arc<Pipe>>,
    upgrades: AtomicU64,
}

impl Pipes {
    /// The pipe of a connection, made if it is new, held until [`Self::close`].
    pub fn open(&self, sid: &str) -> Arc<Pipe> {
        let pipe = self.pipes.entry(sid.into()).or_insert_with(|| Arc::new(Pipe::new()));
        pipe.holders.fetch_add(1, Ordering::AcqRel);
        Arc::clone(&pipe)
    }

    /// The pipe of a connection that is known.
    pub fn get(&self, sid: &str) -> Option<Arc<Pipe>> {
        self.pipes.get(sid).map(|pipe| Arc::clone(&pipe))
    }

    /// The link of an upgrade. Ids that nobody has may be named here: their pipes go with their links.
    pub fn upgrade(&self, sid: &str, link: Link) {
        if self.upgrades.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.pipes.retain(|_, pipe| pipe.is_needed());
        }
        self.pipes.entry(sid.into()).or_insert_with(|| Arc::new(Pipe::new())).set_link(link);
    }

    /// One holder less. A pipe whose link is open stays: its connection may join a namespace again.
    pub fn close(&self, sid: &str) {
        self.pipes.remove_if(sid, |_, pipe| {
            pipe.holders.fetch_sub(1, Ordering::AcqRel);
            !pipe.is_needed()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_bounded_in_packets_and_bytes_but_lets_one_large_packet_in() {
        let mut window = Window::default();
        window.written(0);
        assert!(window.admit(MAX_BYTES * 2, MAX_BYTES, MAX_PACKETS), "an empty window takes any packet");
        assert!(!window.admit(1, MAX_BYTES, MAX_PACKETS));
        window.written(MAX_BYTES * 2);
        assert!((0..MAX_PACKETS).all(|_| window.admit(1, MAX_BYTES, MAX_PACKETS)));
        assert!(!window.admit(1, MAX_BYTES, MAX_PACKETS));
    }

    #[test]
    fn bytes_that_are_not_counted_neither_open_nor_shut_the_window() {
        let mut window = Window::default();
        window.written(500);
        for round in 1..1_000_u64 {
            assert!(window.admit(100, MAX_BYTES, MAX_PACKETS), "round {round}");
            // Each packet left together with a heartbeat of three bytes.
            window.written(500 + round * 103);
            assert!(window.ends.is_empty(), "round {round}");
        }
    }

    #[test]
    fn a_poll_empties_the_window_and_a_websocket_starts_a_new_one() {
        let mut window = Window::default();
        assert!(window.admit(MAX_POLL_BYTES, MAX_POLL_BYTES, MAX_PACKETS));
        assert!(!window.admit(1, MAX_POLL_BYTES, MAX_PACKETS));
        window.polled();
        assert!(window.admit(1, MAX_POLL_BYTES, MAX_PACKETS));
        window.written(180);
        assert!(window.ends.is_empty());
        assert!(window.admit(MAX_BYTES, MAX_BYTES, MAX_PACKETS));
        window.written(180 + MAX_BYTES / 2);
        assert!(!window.admit(MAX_BYTES, MAX_BYTES, MAX_PACKETS));
    }
}
