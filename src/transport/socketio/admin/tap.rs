//! What is noticed of sockets while somebody looks on: that they come and go, and what is said.
//!
//! While nobody does, all of this is one look at a flag. It never waits: what finds no room is left out. Who came and
//! went shows all the same, since the [board](super::board) compares what is there.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, Weak};

use serde_json::value::RawValue;
use socketioxide::socket::{DisconnectReason, Sid, Socket};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::content::MAX_READ;
use super::counts::{Count, Counts};
use crate::outlet::Packet;
use crate::transport::connection::inbound::Inbound;

/// The namespaces whose sockets are shown.
pub const NAMESPACES: [&str; 3] = ["/", "/graph", "/admin"];
/// What may wait to be shown.
const WAITING: usize = 2_048;
/// Events that are shown between two looks at the board; what is said beyond is only counted.
const EVENTS: usize = 200;

/// Something that was noticed.
pub enum Seen {
    /// A socket is there.
    Came { namespace: &'static str, sid: Sid },
    /// A socket is gone.
    Went { namespace: &'static str, id: String, reason: &'static str },
    /// An event came or went.
    Said { namespace: &'static str, id: String, is_sent: bool, name: String, content: Content },
}

/// The argument of an event.
pub enum Content {
    /// None that could be read.
    Nothing,
    /// This.
    Text(Box<RawValue>),
    /// One of so many bytes, which is too long.
    Long(usize),
}

impl Content {
    fn of(payload: Option<&RawValue>) -> Self {
        match payload {
            None => Self::Nothing,
            Some(payload) if payload.get().len() > MAX_READ => Self::Long(payload.get().len()),
            Some(payload) => Self::Text(payload.to_owned()),
        }
    }
}

/// Where things are noticed.
pub struct Tap {
    is_open: AtomicBool,
    /// Events that may still be shown.
    left: AtomicUsize,
    noticed: Sender<Seen>,
    counts: Mutex<Counts>,
}

impl Tap {
    /// A tap that is shut, and where what comes out of it is read.
    pub fn new() -> (Self, Receiver<Seen>) {
        let (noticed, reading) = channel(WAITING);
        let (is_open, left, counts) = (AtomicBool::new(false), AtomicUsize::new(0), Mutex::default());
        (Self { is_open, left, noticed, counts }, reading)
    }

    /// From now on everything is noticed.
    pub fn open(&self) {
        self.counts(|counts| drop(counts.take()));
        self.is_open.store(true, Ordering::Release);
    }

    /// From now on nothing is.
    pub fn shut(&self) {
        self.is_open.store(false, Ordering::Release);
    }

    /// So many events may be shown again.
    pub fn refill(&self) {
        self.left.store(EVENTS, Ordering::Relaxed);
    }

    /// What was counted since the last time.
    pub fn counted(&self) -> Counts {
        self.counts(Counts::take)
    }

    /// A socket is there.
    pub fn came(&self, socket: &Socket) {
        if let Some(namespace) = self.namespace(socket.ns()) {
            self.counts(|counts| counts.add(Count::Came, 1));
            self.notice(Seen::Came { namespace, sid: socket.id });
        }
    }

    /// A socket is gone.
    pub fn went(&self, namespace: &str, id: &str, reason: DisconnectReason) {
        if let Some(namespace) = self.namespace(namespace) {
            let reason = as_said(reason);
            self.counts(|counts| counts.add(Count::Went(reason), 1));
            self.notice(Seen::Went { namespace, id: id.to_owned(), reason });
        }
    }

    /// An event came.
    pub fn received(&self, socket: &Weak<Socket>, inbound: &Inbound) {
        if !self.is_open() {
            return;
        }
        self.counts(|counts| counts.packet_in(inbound.bytes));
        let (Some(socket), Some(name)) = (socket.upgrade(), &inbound.name) else { return };
        self.said(&socket, false, name, inbound.argument.as_deref().ok());
    }

    /// A packet went, of so many bytes.
    pub fn sent(&self, socket: &Socket, packet: &Packet, bytes: usize) {
        if !self.is_open() {
            return;
        }
        self.counts(|counts| counts.packet_out(bytes));
        match packet {
            Packet::Event { name, payload } => self.said(socket, true, name, payload.as_deref()),
            Packet::Named(named) => self.said(socket, true, &named.name, Some(&named.payload)),
            Packet::Answer { .. } => {}
        }
    }

    fn said(&self, socket: &Socket, is_sent: bool, name: &str, payload: Option<&RawValue>) {
        let may = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        let (Ok(_), Some(namespace)) = (may, self.namespace(socket.ns())) else { return };
        let (id, name) = (socket.id.to_string(), name.chars().take(MAX_NAME).collect());
        self.notice(Seen::Said { namespace, id, is_sent, name, content: Content::of(payload) });
    }

    fn is_open(&self) -> bool {
        self.is_open.load(Ordering::Acquire)
    }

    /// The namespace, if somebody looks at it.
    fn namespace(&self, name: &str) -> Option<&'static str> {
        NAMESPACES.into_iter().find(|known| *known == name).filter(|_| self.is_open())
    }

    fn notice(&self, seen: Seen) {
        // Without room it is left out.
        drop(self.noticed.try_send(seen));
    }

    fn counts<T>(&self, what: impl FnOnce(&mut Counts) -> T) -> T {
        what(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The longest name of an event that is shown, in characters.
const MAX_NAME: usize = 128;

/// Why a socket is gone, in the words that the front end's users know.
fn as_said(reason: DisconnectReason) -> &'static str {
    use DisconnectReason as R;
    match reason {
        R::TransportClose => "transport close",
        R::TransportError | R::MultipleHttpPollingError => "transport error",
        R::PacketParsingError => "parse error",
        R::HeartbeatTimeout => "ping timeout",
        R::ClientNSDisconnect => "client namespace disconnect",
        R::ServerNSDisconnect => "server namespace disconnect",
        R::ClosingServer => "server shutting down",
    }
}
