//! The stream's own side of a link: what hyper and the WebSocket code read and write.

use std::fmt;
use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::coop;

use super::inbound::Inbound;
use super::outbound::{Outbound, Rewriting};
use super::{End, Link, Shared};

/// Bytes that are thrown away at a time.
const SCRATCH: usize = 16 * 1024;

/// An accepted TCP stream that keeps its [`Link`] informed. Dropping it closes the link.
pub struct LinkStream {
    shared: Arc<Shared>,
    inbound: Option<Inbound>,
    outbound: Option<Outbound>,
}

impl LinkStream {
    pub(super) fn new(stream: TcpStream, peer: SocketAddr, rewriting: Option<Arc<dyn Rewriting>>) -> Self {
        let outbound = rewriting.map(Outbound::new);
        Self { shared: Arc::new(Shared::new(stream, peer)), inbound: None, outbound }
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
        let rewritten = outbound.as_ref().and_then(|outbound| outbound.rewrite(buf));
        let Some((outbound, rewritten)) = outbound.as_mut().zip(rewritten) else {
            let polled = shared.poll_write(cx, |stream, cx| stream.poll_write(cx, buf));
            shared.round_trip.wrote(buf, &polled, || shared.age());
            return polled;
        };
        let polled = shared.poll_write(cx, |stream, cx| stream.poll_write(cx, &rewritten));
        outbound.was_offered(&rewritten, &polled);
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
        self.shared.poll_write(cx, |stream, cx| stream.poll_write_vectored(cx, bufs))
    }

    /// As for [`TcpStream`].
    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shared = &self.shared;
        shared.poll(cx, &shared.writer, |stream, cx| stream.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shared = &self.shared;
        shared.poll(cx, &shared.writer, |stream, cx| stream.poll_shutdown(cx))
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

    fn poll_write(
        &self,
        cx: &mut Context<'_>,
        operation: impl FnOnce(Pin<&mut TcpStream>, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        // A task that has used up its share of time gets `Pending` too; the kernel was not asked then.
        let kernel_is_asked = coop::has_budget_remaining();
        let polled = self.poll(cx, &self.writer, operation);
        match &polled {
            Poll::Pending if kernel_is_asked => self.write_is_pending(),
            Poll::Pending => {}
            Poll::Ready(Ok(bytes)) => self.write_was_taken(*bytes),
            Poll::Ready(Err(_)) => self.pending_since.store(0, Ordering::Release),
        }
        polled
    }

    /// Keeps the time of the first refusal.
    fn write_is_pending(&self) {
        let now = self.age().max(1);
        let _ = self.pending_since.compare_exchange(0, now, Ordering::AcqRel, Ordering::Acquire);
    }

    fn write_was_taken(&self, bytes: usize) {
        self.written.fetch_add(bytes as u64, Ordering::AcqRel);
        self.pending_since.store(0, Ordering::Release);
        self.progress.tell();
    }
}
