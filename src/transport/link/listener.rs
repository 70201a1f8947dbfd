//! Accepting streams as links.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::carrier::Carrier;
use super::watchdog::Watchdog;
use super::{Link, LinkStream, Rewriting};

/// Bytes that may wait unsent in the kernel. Without a bound it takes megabytes for a client that
/// does not read, and a pending write would come too late to mean anything.
#[cfg(target_os = "linux")]
const NOT_SENT_LOW_WATER: u32 = 128 * 1024;

/// The pause after an accept that failed for want of files or memory, as in axum's own listener.
const BACK_OFF: Duration = Duration::from_secs(1);

/// A TCP listener for [`axum::serve()`] that yields [`LinkStream`]s.
pub struct LinkListener {
    tcp: TcpListener,
    watchdog: Watchdog,
    rewriting: Option<Arc<dyn Rewriting>>,
    tls: Option<TlsAcceptor>,
}

impl LinkListener {
    /// Accepts what `tcp` accepts.
    #[must_use]
    pub fn new(tcp: TcpListener) -> Self {
        Self { tcp, watchdog: Watchdog::start(Arc::new(|| ())), rewriting: None, tls: None }
    }

    /// Listens on `address`; port 0 takes a free one.
    ///
    /// # Errors
    /// What the kernel says: the address is taken, or is none of this machine's.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        TcpListener::bind(address).await.map(Self::new)
    }

    /// Calls `told` whenever a link is cut that took nothing for too long.
    #[must_use]
    pub fn on_stalled(self, told: Arc<dyn Fn() + Send + Sync>) -> Self {
        Self { watchdog: Watchdog::start(told), ..self }
    }

    /// Speaks TLS on every link. The handshake is not done here, where the next stream waits for it, but by
    /// [`LinkStream::handshake`].
    #[must_use]
    pub fn encrypted(self, tls: Option<TlsAcceptor>) -> Self {
        Self { tls, ..self }
    }

    /// Changes what goes out on every link.
    #[must_use]
    pub fn rewriting(self, rewriting: Arc<dyn Rewriting>) -> Self {
        Self { rewriting: Some(rewriting), ..self }
    }
}

impl Listener for LinkListener {
    type Io = LinkStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (LinkStream, SocketAddr) {
        loop {
            match self.tcp.accept().await {
                Ok((stream, peer)) => {
                    if let Err(error) = set_options(&stream) {
                        tracing::debug!(%error, %peer, "socket options not set");
                    }
                    let stream = LinkStream::new(
                        Carrier::new(stream, self.tls.as_ref()),
                        peer,
                        self.rewriting.clone(),
                    );
                    self.watchdog.watch(&stream.link());
                    return (stream, peer);
                }
                Err(error) if is_of_the_peer(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "accept failed");
                    tokio::time::sleep(BACK_OFF).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

impl Connected<IncomingStream<'_, LinkListener>> for Link {
    fn connect_info(stream: IncomingStream<'_, LinkListener>) -> Self {
        stream.io().link()
    }
}

fn set_options(stream: &TcpStream) -> io::Result<()> {
    let socket = SockRef::from(stream);
    socket.set_tcp_nodelay(true)?;
    #[cfg(target_os = "linux")]
    {
        socket.set_tcp_notsent_lowat(NOT_SENT_LOW_WATER)?;
    }
    Ok(())
}

/// The connection was gone before we accepted it: no reason to pause.
fn is_of_the_peer(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}
