//! The way out to one connection, as sessions and conversations see it. Transports implement it.

use std::fmt;
use std::sync::Arc;

use serde_json::value::RawValue;

/// Something for one connection, encoded.
#[derive(Clone, Debug)]
pub enum Packet {
    /// An event.
    Event {
        /// Its name on the wire.
        name: &'static str,
        /// Its payload; none for events without an argument.
        payload: Option<Arc<RawValue>>,
    },
    /// The answer to something the client sent with an acknowledgement.
    Answer {
        /// What the client knows it by.
        ack_id: i64,
        /// The answer.
        payload: Arc<RawValue>,
    },
    /// An event whose name is a caller's own.
    Named(Arc<Named>),
}

/// An event whose name is none of the server's.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its name.
    pub name: Arc<str>,
    /// What it carries.
    pub payload: Arc<RawValue>,
    /// Whom to tell that the client has it; nobody asks if there is none.
    pub wanted: Option<Wanted>,
}

/// The wish to be told that a client has a packet.
#[derive(Clone)]
pub struct Wanted {
    /// What a client names that says so by an event of its own.
    pub id: Arc<str>,
    /// To be called where the client says so by an acknowledgement. It must be quick and must not call the outlet.
    pub acknowledge: Arc<dyn Fn() + Send + Sync>,
}

impl fmt::Debug for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Wanted").field(&self.id).finish()
    }
}

/// Is told once what became of a packet. One that is dropped is told that the packet is lost.
pub struct Receipt(Option<Box<dyn FnOnce(bool) + Send>>);

impl Receipt {
    /// Calls `told` with whether the packet was taken. It must be quick and must not call the outlet.
    #[must_use]
    pub fn new(told: impl FnOnce(bool) + Send + 'static) -> Self {
        Self(Some(Box::new(told)))
    }

    /// The packet was taken.
    pub fn taken(mut self) {
        if let Some(told) = self.0.take() {
            told(true);
        }
    }
}

impl Drop for Receipt {
    fn drop(&mut self) {
        if let Some(told) = self.0.take() {
            told(false);
        }
    }
}

impl Packet {
    /// Bytes of payload.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Event { payload, .. } => payload.as_ref().map_or(0, |payload| payload.get().len()),
            Self::Answer { payload, .. } => payload.get().len(),
            Self::Named(named) => named.payload.get().len(),
        }
    }

    /// Whether there is no payload.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handed {
    /// It is on its way, in the order in which packets were handed over.
    Taken,
    /// The connection cannot take more now; the outlet wakes its subscribers when it can.
    Full,
    /// The connection is gone.
    Gone,
}

/// Called when an outlet that was full can take more. It must be quick and must not call the outlet.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// Ends a subscription when it is dropped.
pub type Subscription = Box<dyn Send + Sync>;

/// The way out to one connection.
pub trait Outlet: Send + Sync + 'static {
    /// Hands one packet over, or refuses it at once; never waits.
    fn hand(&self, packet: &Packet) -> Handed;

    /// The same, but it may wait for others that follow at once, and for [`Self::flush`].
    fn put(&self, packet: &Packet) -> Handed {
        self.hand(packet)
    }

    /// Lets what was put leave.
    fn flush(&self) {}

    /// Asks to be woken, until the subscription is dropped.
    fn subscribe(&self, wake: Wake) -> Subscription;

    /// Ends the connection at once, in a way that makes a stock client come back.
    fn cut(&self);
}

/// A way out with a line: what does not leave at once waits in it, in the order in which it was said.
pub trait Line: Outlet {
    /// Sends packets behind everything that waits. A client that lets too much wait is cut.
    fn send(self: Arc<Self>, packets: Vec<Packet>);

    /// Whether nothing waits. Only then what is handed over directly comes in its order.
    fn is_clear(&self) -> bool;
}
