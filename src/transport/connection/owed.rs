//! The answer that is owed for a command. Whoever was to give it may break: then the client is told that nobody knows what became
//! of its command.

use graphroom_protocol::{ErrorBody, ErrorCode, Rejected};
use tokio::runtime::Handle;

use super::handlers::{Send, acknowledgement};
use super::refusing::told_instead;
use crate::outlet::Packet;

/// An answer that is owed, and is given once.
pub struct Owed {
    send: Option<Send>,
    /// What the client knows the answer by, if it asked for one.
    ack_id: Option<i64>,
    /// What the client calls the command, if it does.
    command_id: Option<String>,
}

impl Owed {
    /// By this way.
    pub fn new(send: Send, ack_id: Option<i64>, command_id: Option<String>) -> Self {
        Self { send: Some(send), ack_id, command_id }
    }

    /// Gives it, behind everything before a position of the session's ring.
    pub fn give(mut self, position: u64, packets: Vec<Packet>) {
        if let Some(send) = self.send.take() {
            send(position, packets);
        }
    }
}

impl Drop for Owed {
    fn drop(&mut self) {
        // Without a runtime there is nobody to be told any more.
        let Some(send) = self.send.take().filter(|_| Handle::try_current().is_ok()) else { return };
        let message = "The command was not answered: retry it with its command_id";
        let rejected =
            Rejected::new(self.command_id.take(), ErrorBody::new(ErrorCode::OutcomeUnknown, message));
        let ack = acknowledgement(self.ack_id, &rejected);
        let told = told_instead(self.ack_id, &rejected.error).into_iter().chain(ack);
        send(0, told.collect());
    }
}
