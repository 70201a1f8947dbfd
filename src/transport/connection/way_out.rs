//! A connection as what sessions hand packets to.

use graphroom_protocol::EndReason;

use super::wire::Sent;
use super::{Connection, Membership};
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
        self.remember_end();
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

    /// Has every session that it is in remember why it is ended. At once: who is quick comes back before the old connection
    /// is seen to be gone, and one that polled is there until its client is missed.
    pub(super) fn remember_end(&self) {
        let entered = self.memberships();
        // What one session ends the connection for is why the others lose it, unless it is the session's own fate.
        let of_session = || entered.iter().filter_map(|(_, entered)| entered.member.end());
        let is_told = |end: &EndReason| matches!(end, EndReason::FellBehind | EndReason::AnswersOutstanding);
        let end = self.end.get().copied().or_else(|| of_session().find(is_told));
        for (_, Membership { session, member }) in &entered {
            session.remember_end(member, end);
        }
    }

    /// Hands over what may as well be lost, if so few bytes wait that nothing is held up by it.
    pub fn offer(&self, packet: &Packet, most_waiting: usize) {
        if self.is_told() && self.wire.waiting() + packet.len() <= most_waiting {
            self.hand(packet);
        }
    }
}
