//! A connection as what sessions hand packets to.

use super::Connection;
use super::wire::Sent;
use crate::outlet::{Handed, Outlet, Packet, Subscription, Wake};

impl Outlet for Connection {
    fn hand(&self, packet: &Packet) -> Handed {
        if self.is_gone() {
            return Handed::Gone;
        }
        let sent = self.wire.hand(packet);
        if let Sent::Taken(bytes) = sent {
            self.traffic.sent(bytes);
        }
        sent.into()
    }

    fn subscribe(&self, wake: Wake) -> Subscription {
        self.wire.subscribe(wake)
    }

    fn cut(&self) {
        self.wire.cut();
    }
}

impl Connection {
    /// Hands over what may as well be lost, if so few bytes wait that nothing is held up by it.
    pub fn offer(&self, packet: &Packet, most_waiting: usize) {
        if self.is_told() && self.wire.waiting() + packet.len() <= most_waiting {
            self.hand(packet);
        }
    }
}
