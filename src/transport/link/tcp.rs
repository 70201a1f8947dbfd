//! The TCP stream at the bottom of a link, which notes what the kernel does with what is written.
//!
//! What is written may be cipher text. It knows nothing of who is told.

use std::io::{self, IoSlice};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::coop;

/// What the kernel did since it was asked last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moved {
    /// Bytes that it took.
    pub taken: u64,
    /// It took something, be it nothing of nothing.
    pub took: bool,
    /// It could not take what was offered last.
    pub refused: bool,
}

/// A TCP stream that keeps an account.
pub(super) struct Tcp {
    pub stream: TcpStream,
    moved: Moved,
}

impl Tcp {
    pub fn new(stream: TcpStream) -> Self {
        Self { stream, moved: Moved::default() }
    }

    /// The account, which begins anew.
    pub fn moved(&mut self) -> Moved {
        mem::take(&mut self.moved)
    }

    /// Writes what the kernel takes at once.
    pub fn try_write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.stream.try_write(bytes);
        match &written {
            Ok(bytes) => {
                self.moved.taken += *bytes as u64;
                self.moved.took = true;
            }
            Err(error) => self.moved.refused |= error.kind() == io::ErrorKind::WouldBlock,
        }
        written
    }

    fn poll_with(
        &mut self,
        cx: &mut Context<'_>,
        operation: impl FnOnce(Pin<&mut TcpStream>, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        // A task that has used up its share of time gets `Pending` too; the kernel was not asked then.
        let kernel_is_asked = coop::has_budget_remaining();
        let polled = operation(Pin::new(&mut self.stream), cx);
        match &polled {
            Poll::Pending => self.moved.refused |= kernel_is_asked,
            Poll::Ready(Ok(bytes)) => {
                self.moved.taken += *bytes as u64;
                self.moved.took = true;
            }
            Poll::Ready(Err(_)) => {}
        }
        polled
    }
}

impl AsyncRead for Tcp {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Tcp {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.get_mut().poll_with(cx, |stream, cx| stream.poll_write(cx, buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().poll_with(cx, |stream, cx| stream.poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
