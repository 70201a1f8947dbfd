//! The way out of a plain WebSocket: a bounded queue, and the one task that writes.
//!
//! Whether there is room is asked of what the stream has not taken yet. A stream that takes nothing at all is cut by its
//! link.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use bytes::Bytes;
use futures_util::SinkExt;
use futures_util::stream::SplitSink;
use graphroom_protocol::ErrorBody;
use graphroom_protocol::rest::connections::Transport;
use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval_at, timeout};
use tokio_util::sync::CancellationToken;

use super::closing::Closing;
use crate::outlet::{Packet, Subscription, Wake};
use crate::transport::connection::lock;
use crate::transport::connection::wakes::Wakes;
use crate::transport::connection::wire::{Sent, Wire};
use crate::transport::link::Link;

/// Frames that wait at most.
const MAX_FRAMES: usize = 256;
/// Bytes that wait at most; a single frame may be larger.
const MAX_BYTES: usize = 256 * 1024;
/// Frames that go before all others, at most.
const MAX_HURRIED: usize = 4;
/// How often a client is asked whether it lives.
pub const PING_INTERVAL: Duration = Duration::from_secs(15);
/// How long a client has to take why it is closed.
const LINGER: Duration = Duration::from_secs(2);

/// Writes a packet as a frame's text; none if the protocol has no such frame.
pub type Encode = Arc<dyn Fn(&Packet) -> Option<String> + Send + Sync>;
/// Is told of a packet when its frame is handed over. It may have been written before, for which there was no room.
pub type Handed = Arc<dyn Fn(&Packet) + Send + Sync>;

/// The way out.
pub struct Outgoing {
    link: Link,
    encode: Encode,
    handed: Option<Handed>,
    queue: Mutex<Queue>,
    filled: Notify,
    wakes: Arc<Wakes>,
    /// Nothing is read or written any more.
    over: CancellationToken,
    has_left: AtomicBool,
}

#[derive(Default)]
struct Queue {
    frames: VecDeque<Utf8Bytes>,
    /// Those that go before all others; they are not counted.
    hurried: VecDeque<Utf8Bytes>,
    /// Those that are being written are counted, too.
    count: usize,
    bytes: usize,
    closing: Option<Closing>,
    /// The close frame was written.
    is_closed: bool,
}

impl Outgoing {
    /// Nothing waits.
    pub fn new(link: Link, encode: Encode, handed: Option<Handed>) -> Arc<Self> {
        Arc::new(Self {
            link,
            encode,
            handed,
            queue: Mutex::default(),
            filled: Notify::new(),
            wakes: Arc::default(),
            over: CancellationToken::new(),
            has_left: AtomicBool::new(false),
        })
    }

    /// Writes until the connection is closed or lost.
    pub async fn write(self: Arc<Self>, mut sink: SplitSink<WebSocket, Message>) {
        let over = self.over.clone();
        let written = over.run_until_cancelled(self.write_all(&mut sink)).await;
        lock(&self.queue).is_closed = true;
        self.over.cancel();
        self.wakes.progressed();
        if matches!(written, Some(Ok(()))) {
            // Nobody reads any more, and the sink keeps the stream open: the client has time to take the last word.
            self.link.close();
            drop(timeout(LINGER, self.link.discard()).await);
        }
    }

    /// Waits until the close frame is written, but not for who takes nothing.
    pub async fn ended(&self) {
        if timeout(LINGER, self.over.cancelled()).await.is_err() {
            self.link.cut();
        }
    }

    /// Ends when there is nobody any more, or the close frame was written.
    async fn write_all(&self, sink: &mut SplitSink<WebSocket, Message>) -> Result<(), axum::Error> {
        let first = tokio::time::Instant::now() + PING_INTERVAL;
        let mut pings = interval_at(first, PING_INTERVAL);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = self.filled.notified() => {}
                _ = pings.tick() => sink.send(Message::Ping(Bytes::new())).await?,
            }
            loop {
                let (hurried, frames, closing) = self.take();
                if frames.is_empty() && hurried.is_empty() {
                    let Some(closing) = closing else { break };
                    return sink.send(Message::Close(Some(closing.frame()))).await;
                }
                let (count, bytes) = (frames.len(), frames.iter().map(|frame| frame.len()).sum());
                for frame in hurried.into_iter().chain(frames) {
                    sink.feed(Message::Text(frame)).await?;
                }
                sink.flush().await?;
                self.written(count, bytes);
            }
        }
    }

    /// What goes before all others, what waits, and how it is closed behind that.
    fn take(&self) -> (VecDeque<Utf8Bytes>, VecDeque<Utf8Bytes>, Option<Closing>) {
        let mut queue = lock(&self.queue);
        (std::mem::take(&mut queue.hurried), std::mem::take(&mut queue.frames), queue.closing.clone())
    }

    fn written(&self, count: usize, bytes: usize) {
        let mut queue = lock(&self.queue);
        queue.count -= count;
        queue.bytes -= bytes;
        drop(queue);
        self.wakes.progressed();
    }

    fn put(&self, text: &Utf8Bytes) -> Sent {
        let mut queue = lock(&self.queue);
        if queue.closing.is_some() {
            return Sent::Gone;
        }
        let is_full = queue.count >= MAX_FRAMES || queue.bytes + text.len() > MAX_BYTES;
        if queue.count > 0 && is_full {
            return Sent::Full;
        }
        queue.count += 1;
        queue.bytes += text.len();
        queue.frames.push_back(text.clone());
        drop(queue);
        self.filled.notify_one();
        Sent::Taken(text.len())
    }

    /// Sends a frame before all that wait. Of many such frames a client that takes none misses some.
    pub fn hurry(&self, text: String) {
        let mut queue = lock(&self.queue);
        if queue.closing.is_some() || queue.hurried.len() >= MAX_HURRIED {
            return;
        }
        queue.hurried.push_back(text.into());
        drop(queue);
        self.filled.notify_one();
    }

    /// Closes it behind everything that waits; what comes later is not sent. The first one counts.
    pub fn close(&self, closing: Closing) {
        lock(&self.queue).closing.get_or_insert(closing);
        self.filled.notify_one();
    }

    /// The client said that it goes.
    pub fn mark_left(&self) {
        self.has_left.store(true, Ordering::Relaxed);
    }

    /// Whether the client went without a word, and so may come back.
    pub fn is_lost(&self) -> bool {
        !self.has_left.load(Ordering::Relaxed)
    }

    /// Waits until nothing is read or written any more.
    pub async fn is_over(&self) {
        self.over.cancelled().await;
    }
}

/// A plain WebSocket as what a connection goes over.
pub struct GatewayWire {
    outgoing: Arc<Outgoing>,
    takes_broadcasts: bool,
}

impl GatewayWire {
    /// That of this way out, of a protocol that may have a frame for what callers broadcast.
    pub fn new(outgoing: &Arc<Outgoing>, takes_broadcasts: bool) -> Self {
        Self { outgoing: Arc::clone(outgoing), takes_broadcasts }
    }
}

impl Wire for GatewayWire {
    fn hand(&self, packet: &Packet) -> Sent {
        if self.is_cut() {
            return Sent::Gone;
        }
        let Some(text) = (self.outgoing.encode)(packet) else { return Sent::Taken(0) };
        let text = Utf8Bytes::from(text);
        let mut sent = self.outgoing.put(&text);
        if matches!(sent, Sent::Full) {
            self.outgoing.wakes.block();
            // Everything may have left between the refusal and the mark: then nobody would wake us.
            sent = self.outgoing.put(&text);
        }
        if let (Sent::Taken(_), Some(handed)) = (&sent, &self.outgoing.handed) {
            handed(packet);
        }
        sent
    }

    fn subscribe(&self, wake: Wake) -> Subscription {
        self.outgoing.wakes.subscribe(wake)
    }

    fn cut(&self) {
        self.outgoing.over.cancel();
        self.outgoing.link.cut();
    }

    fn close(&self) {
        self.outgoing.close(Closing::GOING);
    }

    fn is_cut(&self) -> bool {
        self.outgoing.over.is_cancelled()
    }

    fn dismiss(&self, why: &ErrorBody) -> bool {
        self.outgoing.mark_left();
        self.outgoing.close(Closing::of(why));
        true
    }

    fn last_sign(&self) -> Instant {
        self.outgoing.link.last_read()
    }

    fn is_stalled(&self) -> bool {
        self.outgoing.link.is_stalled()
    }

    fn takes_nothing(&self) -> bool {
        self.outgoing.link.is_write_pending()
    }

    fn is_flushed(&self) -> bool {
        let queue = lock(&self.outgoing.queue);
        queue.is_closed || queue.count == 0
    }

    fn takes_broadcasts(&self) -> bool {
        self.takes_broadcasts
    }

    fn waiting(&self) -> usize {
        lock(&self.outgoing.queue).bytes
    }

    fn queued(&self) -> (usize, usize) {
        let queue = lock(&self.outgoing.queue);
        (queue.count, queue.bytes)
    }

    fn round_trip(&self) -> Option<Duration> {
        self.outgoing.link.round_trip()
    }

    fn transport(&self) -> Transport {
        Transport::Websocket
    }
}
