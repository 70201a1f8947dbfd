//! The stream's own side of a link: what hyper and the WebSocket code read and write.

use std::fmt;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::bypass::Turn;
use super::carrier::{Carrier, Handshake};
use super::inbound::Inbound;
use super::outbound::{Outbound, Rewriting};
use super::tcp::Moved;
use super::{End, Link, Shared};

/// Bytes that are thrown away at a time.
const SCRATCH: usize = 16 * 1024;

/// An accepted stream that keeps its [`Link`] informed. Dropping it closes the link.
pub struct LinkStream {
    shared: Arc<Shared>,
    inbound: Option<Inbound>,
    outbound: Option<Outbound>,
}

impl LinkStream {
    pub(super) fn new(carrier: Carrier, peer: SocketAddr, rewriting: Option<Arc<dyn Rewriting>>) -> Self {
        let outbound = rewriting.map(Outbound::new);
        Self { shared: Arc::new(Shared::new(carrier, peer)), inbound: None, outbound }
    }

    /// Agrees with the peer on TLS, if the listener speaks it. Nothing can be read or written before.
    ///
    /// # Errors
    /// The peer is gone, or says what is no handshake, or nothing that both can agree on.
    pub async fn handshake(&mut self) -> io::Result<Handshake> {
        let shared = &self.shared;
        poll_fn(|cx| shared.poll(cx, &shared.reader, Carrier::poll_handshake)).await
    }

    /// The handle to this stream.
    #[must_use]
    pub fn link(&self) -> Link {
        Link { shared: Arc::clone(&self.shared) }
    }
}

impl fmt::Debug for LinkStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LinkStream").field(&self.link()).finish()
    }
}

impl Drop for LinkStream {
    fn drop(&mut self) {
        self.shared.close(End::Orderly);
    }
}

impl AsyncRead for LinkStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let Self { shared, inbound, .. } = self.get_mut();
        if let Some(offered) = Inbound::take(&shared.offered) {
            *inbound = Some(offered);
        }
        match inbound {
            None => shared.poll_read(cx, buf),
            Some(inbound) => inbound.poll_read(buf, |chunk| shared.poll_read(cx, chunk)),
        }
    }
}

impl AsyncWrite for LinkStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let Self { shared, outbound, .. } = self.get_mut();
        let turn = ready!(shared.poll_turn(cx, buf.len()))?;
        let rewritten = outbound.as_ref().and_then(|outbound| outbound.rewrite(buf));
        let Some((outbound, rewritten)) = outbound.as_mut().zip(rewritten) else {
            let buf = &buf[..buf.len().min(limit(turn.as_ref()))];
            let polled = shared.poll_write(cx, |stream, cx| stream.poll_write(cx, buf));
            shared.round_trip.wrote(buf, &polled, || shared.age());
            end(turn, &[IoSlice::new(buf)], &polled, shared);
            return polled;
        };
        let polled = shared.poll_write(cx, |stream, cx| stream.poll_write(cx, &rewritten));
        outbound.was_offered(&rewritten, &polled);
        end(turn, &[IoSlice::new(&rewritten)], &polled, shared);
        polled
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let is_to_change = |outbound: &Outbound| bufs.iter().any(|buf| outbound.rewrite(buf).is_some());
        if self.outbound.as_ref().is_some_and(is_to_change) {
            // One after the other: that is seldom, and a part may be taken all the same.
            let first = bufs.iter().find(|buf| !buf.is_empty());
            return self.poll_write(cx, first.map_or(&[], |buf| buf));
        }
        let shared = &self.shared;
        let offered = bufs.iter().map(|buf| buf.len()).sum();
        let turn = ready!(shared.poll_turn(cx, offered))?;
        let limit = limit(turn.as_ref());
        let first = bufs.iter().find(|buf| !buf.is_empty()).map_or(&[][..], |buf| buf);
        let shorter = [IoSlice::new(&first[..first.len().min(limit)])];
        let bufs = if offered > limit { &shorter } else { bufs };
        let polled = shared.poll_write(cx, |stream, cx| stream.poll_write_vectored(cx, bufs));
        end(turn, bufs, &polled, shared);
        polled
    }

    /// As for TCP, and for TLS.
    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.shared.poll_write(cx, Carrier::poll_flush)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.shared.poll_write(cx, Carrier::poll_shutdown)
    }
}

/// How many bytes may be offered in a turn.
fn limit(turn: Option<&Turn<'_>>) -> usize {
    turn.map_or(usize::MAX, Turn::limit)
}

/// Ends a turn to write, and lets go what waited for its end.
fn end(turn: Option<Turn<'_>>, bufs: &[IoSlice<'_>], polled: &Poll<io::Result<usize>>, shared: &Arc<Shared>) {
    if let Some(turn) = turn {
        turn.wrote(bufs, polled);
        Link { shared: Arc::clone(shared) }.flush();
    }
}

impl Shared {
    fn poll_read(&self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = self.poll(cx, &self.reader, |stream, cx| stream.poll_read(cx, buf));
        if let Some(come @ [_, ..]) = buf.filled().get(before..) {
            let now = self.age();
            self.last_read.store(now, Ordering::Release);
            self.round_trip.read(come, now);
        }
        polled
    }

    /// Reads what comes into a place where nobody looks.
    pub(super) fn poll_discard(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut scratch = [MaybeUninit::uninit(); SCRATCH];
        loop {
            let mut buf = ReadBuf::uninit(&mut scratch);
            ready!(self.poll_read(cx, &mut buf))?;
            if buf.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }

    /// Has the carrier write or flush, and notes what the kernel says to that.
    fn poll_write<T>(
        &self,
        cx: &mut Context<'_>,
        operation: impl FnOnce(&mut Carrier, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let mut moved = Moved::default();
        let polled = self.poll(cx, &self.writer, |carrier, cx| {
            let polled = operation(carrier, cx);
            moved = carrier.moved();
            polled
        });
        self.note(moved);
        if matches!(polled, Poll::Ready(Err(_))) {
            self.pending_since.store(0, Ordering::Release);
        }
        polled
    }

    /// Notes what the kernel did with what was written.
    pub(super) fn note(&self, moved: Moved) {
        if moved.took {
            self.pending_since.store(0, Ordering::Release);
        }
        // TLS offers the rest of a record at once: then the kernel takes some and refuses the rest.
        if moved.refused {
            self.write_is_pending();
        }
        if moved.took {
            self.written.fetch_add(moved.taken, Ordering::AcqRel);
            self.progress.tell();
        }
    }

    /// Keeps the time of the first refusal.
    fn write_is_pending(&self) {
        let now = self.age().max(1);
        let _ = self.pending_since.compare_exchange(0, now, Ordering::AcqRel, Ordering::Acquire);
    }
}
