//! What a connection goes over: the way out and the signs of life of a Socket.IO socket, or of a plain WebSocket.

use std::time::{Duration, Instant};

use graphroom_protocol::ErrorBody;
use graphroom_protocol::rest::connections::Transport;

use crate::outlet::{Handed, Packet, Subscription, Wake};

/// What became of a packet that was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It is on its way; it takes so many bytes there.
    Taken(usize),
    /// There is no room for it now.
    Full,
    /// The client is gone.
    Gone,
}

impl From<Sent> for Handed {
    fn from(sent: Sent) -> Self {
        match sent {
            Sent::Taken(_) => Self::Taken,
            Sent::Full => Self::Full,
            Sent::Gone => Self::Gone,
        }
    }
}

/// What a connection goes over.
pub trait Wire: Send + Sync + 'static {
    /// Hands one packet over, or refuses it at once; never waits.
    fn hand(&self, packet: &Packet) -> Sent;

    /// The same, but it may wait for others that follow at once, and for [`Self::flush`].
    fn put(&self, packet: &Packet) -> Sent {
        self.hand(packet)
    }

    /// Lets what was put leave.
    fn flush(&self) {}

    /// Wakes `wake` whenever packets that were refused may be tried again, until the subscription is dropped.
    fn subscribe(&self, wake: Wake) -> Subscription;

    /// Ends it at once, in a way that makes stock clients come back.
    fn cut(&self);

    /// Ends it, too, but lets the kernel deliver what it holds.
    fn close(&self);

    /// Whether it was cut or closed.
    fn is_cut(&self) -> bool;

    /// Lets the client go for good, behind everything that was handed over. False if it cannot even be told so.
    fn dismiss(&self, why: &ErrorBody) -> bool;

    /// When the client last showed that it lives.
    fn last_sign(&self) -> Instant;

    /// Whether a silent client is none that is gone.
    fn may_be_silent(&self) -> bool {
        false
    }

    /// Whether its protocol has a way to tell what callers broadcast.
    fn takes_broadcasts(&self) -> bool {
        true
    }

    /// Bytes that wait to be taken.
    fn waiting(&self) -> usize {
        if self.is_flushed() { 0 } else { usize::MAX }
    }

    /// Packets that were handed over and have not left yet, and the bytes of them.
    fn queued(&self) -> (usize, usize);

    /// How long the last ping was on its way there and back, where that can be told.
    fn round_trip(&self) -> Option<Duration> {
        None
    }

    /// Whether it was cut since it took nothing.
    fn is_stalled(&self) -> bool;

    /// Whether the client has not taken yet what was written last.
    fn takes_nothing(&self) -> bool {
        false
    }

    /// Whether everything that was handed over has left the process, or never will.
    fn is_flushed(&self) -> bool;

    /// By which transport the client is there now: some begin by one and go on by another.
    fn transport(&self) -> Transport;
}
