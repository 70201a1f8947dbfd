//! The way past a stream's own writer: whole frames go out between that one's frames, at once and many in one call.
//!
//! The writer of a WebSocket is a task for each, with a queue and copies of its own. Where everybody in a room is told the same, that costs
//! more than the telling. What is put here is written by whoever puts it. What the kernel does not take stays here, and goes
//! before anything that the stream's own writer writes next; but once that one waits, what is put later goes behind its
//! frame. Else it never had its turn where the reader is slow and there is always more, and its pings are among what it writes.

use std::cell::Cell;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::mem;
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use futures_util::task::AtomicWaker;

use super::boundary::{Boundary, Counts};
use super::carrier::Carrier;
use super::tcp::Moved;
use super::{Link, Shared};

/// A buffer that is kept for the next one who writes is at most so large, in bytes.
const MAX_SPARE: usize = 1024 * 1024;

thread_local! {
    /// The buffer that was emptied last: whoever tells a room writes to its members one after the other.
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// What is on its way past the writer.
#[derive(Default)]
pub(super) struct Bypass {
    /// Where the writer is. None as long as nobody may go past it.
    boundary: Option<Boundary>,
    /// Whole frames, of which the kernel took the first `gone` bytes.
    waiting: Vec<u8>,
    gone: usize,
    /// The writer waits for its turn.
    writer: Option<Waits>,
    /// A task waits until the kernel takes more of it.
    is_driven: bool,
}

/// How the writer waits.
#[derive(Clone, Copy)]
struct Waits {
    /// Behind so much of what waits.
    place: usize,
    /// With so many bytes. What it has by then, and had not when it began to wait, goes behind what was put meanwhile.
    offered: usize,
}

impl Bypass {
    /// What is to be written before anything else; nothing while the writer is within a frame.
    fn due(&self) -> &[u8] {
        if self.boundary.as_ref().is_some_and(Boundary::is_between_frames) {
            &self.waiting[self.gone..self.writer.map_or(self.waiting.len(), |writer| writer.place)]
        } else {
            &[]
        }
    }

    /// The kernel took so much of it.
    fn took(&mut self, bytes: usize) {
        self.gone += bytes;
        if self.gone == self.waiting.len() {
            self.replace(Vec::new());
        }
    }

    /// Nobody will take it any more.
    fn forget(&mut self) {
        self.gone = self.waiting.len();
        self.writer = None;
        self.replace(Vec::new());
    }

    /// Keeps what is left, in another buffer.
    fn replace(&mut self, rest: Vec<u8>) {
        give_back(mem::replace(&mut self.waiting, rest));
        self.writer = self.writer.map(|writer| Waits { place: writer.place - self.gone, ..writer });
        self.gone = 0;
    }

    /// Keeps no more room than what waits needs: it may wait for long.
    fn shrink(&mut self) {
        if self.waiting.capacity() > 2 * (self.waiting.len() - self.gone) {
            self.replace(self.waiting[self.gone..].to_vec());
        }
    }
}

/// Keeps a buffer for the next one, if it is of any use.
fn give_back(mut buffer: Vec<u8>) {
    buffer.clear();
    if (1..=MAX_SPARE).contains(&buffer.capacity()) {
        SPARE.set(buffer);
    }
}

impl Link {
    /// Opens the way past the writer, to be called before the stream is upgraded: once HTTP's answer to that is out, frames may be
    /// [put](Self::put). Frames of the writer's own whose text begins with what `counts` are counted, see [`Self::counted`].
    ///
    /// Where bytes are encrypted there is no such way: each stream has to be written by itself there.
    pub fn open_bypass(&self, counts: Counts) {
        if matches!(self.shared.lock().as_ref(), Some(Carrier::Plain(_))) {
            self.shared.bypass().boundary = Some(Boundary::new(counts));
            self.shared.has_bypass.store(true, Ordering::Release);
        }
    }

    /// Whether frames may be put.
    #[must_use]
    pub fn has_bypass(&self) -> bool {
        self.shared.has_bypass.load(Ordering::Acquire)
    }

    /// How many frames that count the writer has written, whole.
    #[must_use]
    pub fn counted(&self) -> u64 {
        self.shared.counted.load(Ordering::Acquire)
    }

    /// Puts a whole frame behind those that were put before. `frame` appends it. It leaves with the next [`Self::flush`],
    /// or with what the writer writes.
    pub fn put(&self, frame: impl FnOnce(&mut Vec<u8>)) {
        let mut bypass = self.shared.bypass();
        if bypass.waiting.capacity() == 0 {
            bypass.waiting = SPARE.take();
        }
        frame(&mut bypass.waiting);
    }

    /// Writes what was put, as far as the kernel takes it now. The rest leaves by itself.
    pub fn flush(&self) {
        let shared = &self.shared;
        let mut bypass = shared.bypass();
        if bypass.due().is_empty() {
            return;
        }
        let moved = shared.write_now(&mut bypass);
        let is_left = !bypass.due().is_empty();
        if is_left {
            bypass.shrink();
        }
        let is_new = is_left && !mem::replace(&mut bypass.is_driven, true);
        // Before anybody else writes: what is noted last counts.
        shared.note(moved);
        drop(bypass);
        if is_new {
            tokio::spawn(drive(Arc::clone(shared)));
        }
    }
}

/// Writes what waits as soon as the kernel takes it.
async fn drive(shared: Arc<Shared>) {
    poll_fn(|cx| shared.poll_drive(cx)).await;
    // The writer may wait for its turn, by a waker that this task took the place of.
    shared.writer.wake();
}

impl Shared {
    /// Nothing can break halfway under this lock, so a poisoned one is as good as any.
    fn bypass(&self) -> MutexGuard<'_, Bypass> {
        self.bypass.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Offers the kernel what is due, once.
    fn write_now(&self, bypass: &mut Bypass) -> Moved {
        let mut carrier = self.lock();
        let Some(Carrier::Plain(tcp)) = carrier.as_mut() else { return Moved::default() };
        match tcp.try_write(bypass.due()) {
            Ok(bytes) => bypass.took(bytes),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            // It is the reader who hears of it, and ends the stream.
            Err(_) => bypass.forget(),
        }
        tcp.moved()
    }

    fn poll_drive(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut bypass = self.bypass();
        // What went wrong the reader hears of as well. Within a frame of the writer's it is the writer who goes on.
        let over = self.poll_due(&mut bypass, cx, &self.driver).map(drop);
        bypass.is_driven = over.is_pending();
        over
    }

    /// Writes what is due. `waker` is woken when the link is closed meanwhile.
    fn poll_due(
        &self,
        bypass: &mut Bypass,
        cx: &mut Context<'_>,
        waker: &AtomicWaker,
    ) -> Poll<io::Result<()>> {
        while !bypass.due().is_empty() {
            let mut moved = Moved::default();
            let polled = self.poll(cx, waker, |carrier, cx| {
                let polled = carrier.poll_write(cx, bypass.due());
                moved = carrier.moved();
                polled
            });
            match &polled {
                Poll::Ready(Ok(bytes)) => bypass.took(*bytes),
                Poll::Ready(Err(_)) => bypass.forget(),
                Poll::Pending => {}
            }
            self.note(moved);
            ready!(polled)?;
        }
        Poll::Ready(Ok(()))
    }

    /// The turn of the writer, who has so many bytes, once what waits has gone before it; none where nothing goes past it. As
    /// long as it is held, nothing comes between what the writer offers and what is [noted](Turn::wrote) of it.
    pub(super) fn poll_turn(
        &self,
        cx: &mut Context<'_>,
        offered: usize,
    ) -> Poll<io::Result<Option<Turn<'_>>>> {
        if !self.has_bypass.load(Ordering::Acquire) {
            return Poll::Ready(Ok(None));
        }
        let mut bypass = self.bypass();
        let place = bypass.waiting.len();
        if offered > 0 {
            bypass.writer.get_or_insert(Waits { place, offered });
        }
        ready!(self.poll_due(&mut bypass, cx, &self.writer))?;
        // It may wait for a waker that this one took the place of.
        self.driver.wake();
        Poll::Ready(Ok(Some(Turn { shared: self, bypass })))
    }
}

/// The writer's turn to write.
pub(super) struct Turn<'a> {
    shared: &'a Shared,
    bypass: MutexGuard<'a, Bypass>,
}

impl Turn<'_> {
    /// How many bytes the writer may offer: of those that it did not wait with, none before what was put meanwhile.
    pub(super) fn limit(&self) -> usize {
        match self.bypass.writer {
            Some(writer) if self.bypass.waiting.len() > self.bypass.gone => writer.offered,
            _ => usize::MAX,
        }
    }

    /// Ends the turn: the writer offered these bytes. Counts its frames.
    pub(super) fn wrote(mut self, bufs: &[IoSlice<'_>], polled: &Poll<io::Result<usize>>) {
        if polled.is_ready() {
            self.bypass.writer = None;
        }
        let (Poll::Ready(Ok(taken)), Some(boundary)) = (polled, self.bypass.boundary.as_mut()) else {
            return;
        };
        let (mut taken, mut counted) = (*taken, 0);
        for buf in bufs {
            let here = taken.min(buf.len());
            counted += boundary.pass(&buf[..here]);
            taken -= here;
        }
        self.shared.counted.fetch_add(counted, Ordering::AcqRel);
    }
}
