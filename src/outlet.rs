//! The way out to one connection, as sessions and conversations see it. Transports implement it.

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
}

impl Packet {
    /// Bytes of payload.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Event { payload, .. } => payload.as_ref().map_or(0, |payload| payload.get().len()),
            Self::Answer { payload, .. } => payload.get().len(),
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
