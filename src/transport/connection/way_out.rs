//! A connection as what sessions hand packets to.

use super::Connection;
use super::wire::Sent;
use crate::outlet::{Handed, Outlet, Packet, Subscription, Wake};

impl Outlet for Connection {
    fn hand(&self, packet: &Packet) -> Handed {
        self.counted(|| self.wire.hand(packet))
    }

    fn put(&self, packet: &Packet) -> Handed {
        self.counted(|| self.wire.put(packet))
    }

    fn flush(&self) {
        self.wire.flush();
    }

    fn subscribe(&self, wake: Wake) -> Subscription {
        self.wire.subscribe(wake)
    }

    fn cut(&self) {
        self.wire.cut();
    }
}

impl Connection {
    /// What becomes of a packet, unless nobody is there, and counts it.
    fn counted(&self, send: impl FnOnce() -> Sent) -> Handed {
        if self.is_gone() {
            return Handed::Gone;
        }
        let sent = send();
        if let Sent::Taken(bytes) = sent {
            self.traffic.sent(bytes);
        }
        sent.into()
    }

    /// Hands over what may as well be lost, if so few bytes wait that nothing is held up by it.
    pub fn offer(&self, packet: &Packet, most_waiting: usize) {
        if self.is_told() && self.wire.waiting() + packet.len() <= most_waiting {
            self.hand(packet);
        }
    }
}
