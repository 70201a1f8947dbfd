//! One connection of the load program: a WebSocket with Socket.IO on it, as lean as it can be.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Poll, ready};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::fault::{Fault, Outcome};
use crate::frames::{self, Packet};

/// What one read takes in; all connections share it, since one thread reads them all.
const CHUNK: usize = 256 * 1024;
/// How long anything may take that is waited for.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// How soon what the kernel did not take is offered again, should nothing come.
const RETRY: Duration = Duration::from_millis(100);

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = RefCell::new(vec![0; CHUNK]);
}

/// A connection that is in its namespace.
pub struct Connection {
    reader: OwnedReadHalf,
    /// The way out, which others may use too.
    pub writer: Rc<Writer>,
    /// The beginning of a frame.
    rest: Vec<u8>,
    /// Bytes that came.
    pub received: u64,
}

/// The way out.
pub struct Writer {
    half: OwnedWriteHalf,
    /// What the kernel did not take.
    behind: RefCell<Vec<u8>>,
}

impl Writer {
    /// Sends bytes behind all that was sent before; what the kernel does not take goes with the next.
    pub fn send(&self, bytes: &[u8]) {
        let mut behind = self.behind.borrow_mut();
        let taken = if behind.is_empty() { self.half.try_write(bytes).unwrap_or(0) } else { 0 };
        behind.extend_from_slice(&bytes[taken..]);
    }

    /// Tries again with what was left.
    pub fn flush(&self) {
        let mut behind = self.behind.borrow_mut();
        if !behind.is_empty() {
            let taken = self.half.try_write(&behind).unwrap_or(0);
            behind.drain(..taken);
        }
    }
}

impl Connection {
    /// Connects, and is let into the namespace `/` under a name.
    pub async fn open(address: SocketAddr, user: &str) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        Self::over(stream, address, user).await
    }

    /// The same with so many bytes for what came and was not read.
    pub async fn open_narrow(address: SocketAddr, user: &str, bytes: u32) -> Outcome<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(bytes)?;
        Self::over(socket.connect(address).await?, address, user).await
    }

    async fn over(mut stream: TcpStream, address: SocketAddr, user: &str) -> Outcome<Self> {
        stream.set_nodelay(true)?;
        let ask = format!(
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\n\
             Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        );
        stream.write_all(ask.as_bytes()).await?;
        let rest = upgraded(&mut stream).await?;
        let (reader, half) = stream.into_split();
        let writer = Rc::new(Writer { half, behind: RefCell::default() });
        let mut connection = Self { reader, writer, rest, received: 0 };
        connection
            .wait_for("the handshake", |packet| matches!(packet, Packet::Open([b'0', ..])).then_some(()))
            .await?;
        connection.writer.send(&frames::masked(&format!("40{{\"user_id\":\"{user}\"}}")));
        connection
            .wait_for("the namespace", |packet| matches!(packet, Packet::Open([b'4', ..])).then_some(()))
            .await?;
        Ok(connection)
    }

    /// Joins a session.
    pub async fn join(&mut self, session_id: &str, delivery: &str) -> Outcome<String> {
        let data =
            format!("{{\"session_id\":\"{session_id}\",\"delivery\":\"{delivery}\",\"lifecycle\":false}}");
        let answer = self.ask("join_session", &data).await?;
        if answer.contains("\"success\":true") { Ok(answer) } else { Err(Fault::Refused(answer)) }
    }

    /// Sends an event and waits for its answer.
    pub async fn ask(&mut self, event: &str, data: &str) -> Outcome<String> {
        self.writer.send(&frames::masked(&format!("420[\"{event}\",{data}]")));
        let answer = |packet: Packet<'_>| match packet {
            Packet::Answer(_, text) => Some(String::from_utf8_lossy(text).into_owned()),
            _ => None,
        };
        self.wait_for(event, answer).await
    }

    /// Reads until a packet is the right one.
    async fn wait_for<T>(&mut self, what: &str, right: impl Fn(Packet<'_>) -> Option<T>) -> Outcome<T> {
        let begun = Instant::now();
        let mut found = None;
        while begun.elapsed() < PATIENCE {
            let reading = self.receive(|packet| found = found.take().or_else(|| right(packet)));
            if let Ok(read) = timeout(RETRY, reading).await {
                read?;
            }
            if let Some(found) = found {
                return Ok(found);
            }
            self.writer.flush();
        }
        Err(Fault::Late(format!("an answer to {what}")))
    }

    /// Reads once, and hands over every packet that is whole. Pings are answered.
    pub async fn receive(&mut self, mut on: impl FnMut(Packet<'_>)) -> Outcome<()> {
        let Self { reader, writer, rest, received } = self;
        poll_fn(|cx| {
            SCRATCH.with_borrow_mut(|scratch| {
                let kept = rest.len();
                if !whole(rest) {
                    if scratch.len() < kept + CHUNK / 2 {
                        scratch.resize(kept + CHUNK, 0);
                    }
                    let mut chunk = ReadBuf::new(&mut scratch[kept..]);
                    ready!(Pin::new(&mut *reader).poll_read(cx, &mut chunk))?;
                    let count = chunk.filled().len();
                    if count == 0 {
                        return Poll::Ready(Err(Fault::Ended));
                    }
                    *received += count as u64;
                    scratch[..kept].copy_from_slice(rest);
                    Poll::Ready(take_apart(&scratch[..kept + count], rest, writer, &mut on))
                } else {
                    let bytes = std::mem::take(rest);
                    Poll::Ready(take_apart(&bytes, rest, writer, &mut on))
                }
            })
        })
        .await
    }
}

/// Whether what was kept is a frame already: so after the handshake.
fn whole(rest: &[u8]) -> bool {
    frames::first(rest).is_some()
}

/// Hands over the packets and keeps what is none yet.
fn take_apart(
    bytes: &[u8],
    rest: &mut Vec<u8>,
    writer: &Writer,
    on: &mut impl FnMut(Packet<'_>),
) -> Outcome<()> {
    let mut done = 0;
    while let Some((opcode, text, end)) = frames::first(&bytes[done..]) {
        done += end;
        match (opcode, frames::packet(text)) {
            (8, _) | (_, Packet::Close) => return Err(Fault::Ended),
            (_, Packet::Ping) => writer.send(&frames::masked("3")),
            (_, packet) => on(packet),
        }
    }
    rest.clear();
    rest.extend_from_slice(&bytes[done..]);
    if rest.is_empty() && rest.capacity() > 4_096 {
        *rest = Vec::new();
    }
    writer.flush();
    Ok(())
}

/// Reads the answer to the upgrade; gives what came behind it.
pub async fn upgraded(stream: &mut TcpStream) -> Outcome<Vec<u8>> {
    let (mut came, mut chunk) = (Vec::new(), [0; 1_024]);
    loop {
        let count = timeout(PATIENCE, stream.read(&mut chunk))
            .await
            .map_err(|_| Fault::Late("the upgrade".to_owned()))??;
        came.extend_from_slice(&chunk[..count]);
        if let Some(end) = memchr::memmem::find(&came, b"\r\n\r\n") {
            return if came.starts_with(b"HTTP/1.1 101") {
                Ok(came.split_off(end + 4))
            } else {
                Err(Fault::Refused(String::from_utf8_lossy(&came).into_owned()))
            };
        }
        if count == 0 {
            return Err(Fault::Io(io::ErrorKind::UnexpectedEof.into()));
        }
    }
}
