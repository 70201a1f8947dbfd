//! A socket of the library's as what a connection goes over.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use graphroom_protocol::ErrorBody;
use graphroom_protocol::rest::connections::Transport;
use socketioxide::socket::Socket;
use socketioxide::{SendError, SocketError, TransportType};

use super::admin::tap::Tap;
use super::packets;
use super::pipe::{Pipe, Pipes};
use crate::outlet::{Packet, Subscription, Wake};
use crate::transport::connection::wire::{Sent, Wire};

/// A socket in a namespace, and the pipe that it goes through.
pub struct SocketWire {
    /// Weak, since the socket owns the handlers that own the connection.
    socket: Weak<Socket>,
    sid: String,
    namespace_len: usize,
    /// Acknowledgements that were asked for: the library counts them so.
    asked: AtomicU64,
    pipe: Arc<Pipe>,
    pipes: Arc<Pipes>,
    /// Whether the library was handed a packet.
    is_handed: AtomicBool,
    /// Who sees what goes.
    tap: Option<Arc<Tap>>,
    /// Whether a payload that is an array is the list of an event's arguments.
    has_arguments: bool,
}

impl SocketWire {
    /// That of a socket that is being accepted.
    pub fn new(socket: &Arc<Socket>, pipes: &Arc<Pipes>) -> Self {
        let sid = socket.id.to_string();
        let pipe = pipes.open(&sid);
        let namespace_len = socket.ns().len();
        Self {
            socket: Arc::downgrade(socket),
            sid,
            namespace_len,
            asked: AtomicU64::new(0),
            pipe,
            pipes: Arc::clone(pipes),
            is_handed: AtomicBool::new(false),
            tap: None,
            has_arguments: false,
        }
    }

    /// The same, of which somebody sees what goes.
    pub fn seen_by(mut self, tap: Option<Arc<Tap>>) -> Self {
        self.tap = tap;
        self
    }

    /// The same, whose events have several arguments: a payload that is an array is the list of them.
    pub fn with_arguments(mut self) -> Self {
        self.has_arguments = true;
        self
    }

    /// The pipe, to tell its link.
    pub fn pipe(&self) -> &Arc<Pipe> {
        &self.pipe
    }

    /// Has the library send a packet.
    fn queue(&self, send: impl FnOnce() -> Result<(), SendError>) -> Result<(), SendError> {
        self.pipe.handing();
        let sent = send();
        match &sent {
            Ok(()) => self.is_handed.store(true, Ordering::Release),
            Err(_) => self.pipe.not_handed(),
        }
        sent
    }

    /// Whether the library was handed a packet of this namespace: before its first one it says that the client is connected.
    fn was_handed(&self) -> bool {
        self.is_handed.load(Ordering::Acquire)
    }

    fn is_websocket(socket: &Socket) -> bool {
        socket.transport_type() == TransportType::Websocket
    }
}

impl Drop for SocketWire {
    fn drop(&mut self) {
        self.pipes.close(&self.sid);
    }
}

impl Wire for SocketWire {
    fn hand(&self, packet: &Packet) -> Sent {
        let sent = self.put(packet);
        self.flush();
        sent
    }

    fn put(&self, packet: &Packet) -> Sent {
        let Some(socket) = self.socket.upgrade() else { return Sent::Gone };
        let asked = self.asked.load(Ordering::Relaxed) + 1;
        let arguments = if self.has_arguments { packets::arguments(packet) } else { None };
        let bytes = packets::wire_len(self.namespace_len, packet, arguments.is_some(), asked);
        let is_websocket = Self::is_websocket(&socket);
        if !self.pipe.admit(bytes, is_websocket) {
            return Sent::Full;
        }
        let is_plain = arguments.is_none() && !packets::is_asking(packet);
        let link = if is_plain && self.was_handed() { self.pipe.bypass(is_websocket) } else { None };
        let sent = match (link, arguments) {
            (Some(link), _) if socket.connected() => {
                link.put(|out| packets::write(socket.ns(), packet, bytes, out));
                Ok(())
            }
            (_, Some((name, list))) => self.queue(|| packets::send_arguments(&socket, name, list)),
            (_, None) => self.queue(|| packets::send(&socket, packet)),
        };
        match sent {
            Ok(()) => {
                if packets::is_asking(packet) {
                    self.asked.store(asked, Ordering::Relaxed);
                }
                if let Some(tap) = &self.tap {
                    tap.sent(&socket, packet, bytes);
                }
                Sent::Taken(bytes)
            }
            // Closed: the handshake is not over, or the disconnect handler is about to run; it tells.
            Err(SendError::Socket(SocketError::InternalChannelFull | SocketError::Closed)) => {
                self.pipe.give_back(bytes);
                Sent::Full
            }
            Err(SendError::Serialize(error)) => {
                tracing::error!(%error, "a packet could not be encoded");
                Sent::Taken(0)
            }
        }
    }

    fn flush(&self) {
        self.pipe.flush();
    }

    fn takes_broadcasts(&self) -> bool {
        // Who looks on has arguments of its own, and is no client.
        !self.has_arguments
    }

    fn subscribe(&self, wake: Wake) -> Subscription {
        self.pipe.subscribe(wake)
    }

    fn cut(&self) {
        self.pipe.cut();
    }

    fn close(&self) {
        self.pipe.close();
    }

    fn is_cut(&self) -> bool {
        self.pipe.is_cut()
    }

    fn dismiss(&self, _: &ErrorBody) -> bool {
        self.socket.upgrade().is_none_or(|socket| socket.disconnect().is_ok())
    }

    fn last_sign(&self) -> Instant {
        self.pipe.last_sign()
    }

    fn is_stalled(&self) -> bool {
        self.pipe.is_stalled()
    }

    fn takes_nothing(&self) -> bool {
        self.pipe.takes_nothing()
    }

    fn is_flushed(&self) -> bool {
        self.socket.upgrade().is_none_or(|socket| self.pipe.is_flushed(Self::is_websocket(&socket)))
    }

    fn queued(&self) -> (usize, usize) {
        let is_websocket = self.transport() == Transport::Websocket;
        self.pipe.queued(is_websocket)
    }

    fn round_trip(&self) -> Option<Duration> {
        self.pipe.round_trip(self.transport() == Transport::Websocket)
    }

    fn transport(&self) -> Transport {
        let is_websocket = self.socket.upgrade().is_some_and(|socket| Self::is_websocket(&socket));
        if is_websocket { Transport::Websocket } else { Transport::Polling }
    }
}
