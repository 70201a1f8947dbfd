//! What a link's bytes go over: TCP alone, or TLS over it.
//!
//! Above it everything is plain: bytes are counted, changed and looked at before they are encrypted. Below it is the
//! kernel, which is asked what it took. What TLS holds back in between is little, and is not counted as taken.

use std::io::{self, IoSlice, Write};
use std::net::Shutdown;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use rustls::ServerConnection;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;
use tokio_rustls::{Accept, TlsAcceptor};

use super::tcp::{Moved, Tcp};

/// Bytes that are encrypted ahead of the kernel, at most: two records.
const AHEAD: usize = 32 * 1024;

/// What came of a handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handshake {
    /// What is written and read from now on is what was agreed on.
    Done,
    /// The peer speaks HTTP without TLS, and nothing else may be said to it than that.
    PlainHttp,
}

pub(super) enum Carrier {
    Plain(Tcp),
    /// Nothing came yet.
    Fresh(Tcp, TlsAcceptor),
    Accepting(Box<Accept<Tcp>>),
    Encrypted(Box<Encrypted>),
    /// The handshake failed.
    Broken,
}

/// TLS over TCP.
pub(super) struct Encrypted {
    tls: TlsStream<Tcp>,
    /// Plain bytes whose cipher text the kernel has not taken whole.
    ahead: u64,
}

impl Carrier {
    pub fn new(stream: TcpStream, tls: Option<&TlsAcceptor>) -> Self {
        let tcp = Tcp::new(stream);
        match tls {
            None => Self::Plain(tcp),
            Some(acceptor) => Self::Fresh(tcp, acceptor.clone()),
        }
    }

    /// The socket below, if it is still there.
    pub fn tcp(&self) -> Option<&TcpStream> {
        match self {
            Self::Plain(tcp) | Self::Fresh(tcp, _) => Some(&tcp.stream),
            Self::Accepting(accept) => accept.get_ref().map(|tcp| &tcp.stream),
            Self::Encrypted(encrypted) => Some(&encrypted.tls.get_ref().0.stream),
            Self::Broken => None,
        }
    }

    /// Agrees with the peer on what is spoken.
    pub fn poll_handshake(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Handshake>> {
        loop {
            match self {
                Self::Plain(_) | Self::Encrypted(_) => return Poll::Ready(Ok(Handshake::Done)),
                Self::Broken => return Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
                Self::Fresh(tcp, _) => {
                    let first = ready!(first_byte(&tcp.stream, cx))?;
                    let Self::Fresh(tcp, acceptor) = std::mem::replace(self, Self::Broken) else { continue };
                    // No record of a handshake begins so, and every request of HTTP does.
                    if first.is_ascii_uppercase() {
                        *self = Self::Plain(tcp);
                        return Poll::Ready(Ok(Handshake::PlainHttp));
                    }
                    let accept = acceptor.accept_with(tcp, |tls| tls.set_buffer_limit(Some(AHEAD)));
                    *self = Self::Accepting(Box::new(accept));
                }
                Self::Accepting(accept) => {
                    *self = match ready!(Pin::new(&mut **accept).poll(cx)) {
                        Ok(tls) => Self::Encrypted(Box::new(Encrypted { tls, ahead: 0 })),
                        Err(error) => {
                            *self = Self::Broken;
                            return Poll::Ready(Err(error));
                        }
                    };
                }
            }
        }
    }

    pub fn poll_read(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Plain(tcp) => Pin::new(tcp).poll_read(cx, buf),
            Self::Encrypted(encrypted) => Pin::new(&mut encrypted.tls).poll_read(cx, buf),
            _ => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }

    pub fn poll_write(&mut self, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self {
            Self::Plain(tcp) => Pin::new(tcp).poll_write(cx, buf),
            Self::Encrypted(encrypted) => {
                let buf = &buf[..buf.len().min(AHEAD)];
                encrypted.poll_write(cx, |tls, cx| tls.poll_write(cx, buf))
            }
            _ => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }

    pub fn poll_write_vectored(
        &mut self,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self {
            Self::Plain(tcp) => Pin::new(tcp).poll_write_vectored(cx, bufs),
            Self::Encrypted(encrypted) => {
                encrypted.poll_write(cx, |tls, cx| tls.poll_write_vectored(cx, bufs))
            }
            _ => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }

    pub fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Self::Encrypted(encrypted) => Pin::new(&mut encrypted.tls).poll_flush(cx),
            _ => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }

    pub fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Self::Encrypted(encrypted) => Pin::new(&mut encrypted.tls).poll_shutdown(cx),
            _ => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }

    /// What the kernel did since this was asked last; of what was written, what it took whole.
    pub fn moved(&mut self) -> Moved {
        match self {
            Self::Plain(tcp) => tcp.moved(),
            Self::Encrypted(encrypted) => encrypted.moved(),
            _ => Moved::default(),
        }
    }

    /// Says that nothing more comes, as far as the kernel takes it now: nobody waits here.
    pub fn say_last(&mut self) {
        if let Self::Encrypted(encrypted) = self {
            let (tcp, tls) = encrypted.tls.get_mut();
            tls.send_close_notify();
            if let Err(error) = write_now(tls, &tcp.stream) {
                tracing::debug!(%error, "the end was not said");
            }
        }
    }

    /// Ends what is sent, behind what the kernel still holds.
    pub fn close_sending(&mut self) -> io::Result<()> {
        self.say_last();
        self.tcp().map_or(Ok(()), |tcp| SockRef::from(tcp).shutdown(Shutdown::Write))
    }
}

impl Encrypted {
    /// Writes when the kernel has taken what was written before: so what waits here is bounded.
    fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        operation: impl FnOnce(Pin<&mut TlsStream<Tcp>>, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        ready!(Pin::new(&mut self.tls).poll_flush(cx))?;
        let polled = operation(Pin::new(&mut self.tls), cx);
        if let Poll::Ready(Ok(bytes)) = &polled {
            self.ahead += *bytes as u64;
        }
        polled
    }

    fn moved(&mut self) -> Moved {
        let (tcp, tls) = self.tls.get_mut();
        let moved = tcp.moved();
        // Of a part of the cipher text nobody can say how many plain bytes it is.
        let taken = if tls.wants_write() { 0 } else { std::mem::take(&mut self.ahead) };
        Moved { taken, ..moved }
    }
}

/// Writes what waits until the kernel takes no more, and leaves no waker with it.
fn write_now(tls: &mut ServerConnection, tcp: &TcpStream) -> io::Result<()> {
    struct Now<'a>(&'a TcpStream);
    impl Write for Now<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.try_write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    while tls.wants_write() {
        tls.write_tls(&mut Now(tcp))?;
    }
    Ok(())
}

/// The first byte that the peer sends, which stays to be read.
fn first_byte(tcp: &TcpStream, cx: &mut Context<'_>) -> Poll<io::Result<u8>> {
    let mut byte = [0];
    let mut buf = ReadBuf::new(&mut byte);
    match ready!(tcp.poll_peek(cx, &mut buf))? {
        0 => Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into())),
        _ => Poll::Ready(Ok(byte[0])),
    }
}
