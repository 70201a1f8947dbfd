//! What is told as it happens, and what an operator keeps from being told. Whoever asks is answered all the same.

use graphroom_protocol::channel::Features;

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Realtime {
    /// How the assistant gets on with messages, to who hears the project.
    pub chat: bool,
    /// How the server is, to who subscribed to that.
    pub status: bool,
}

impl Default for Realtime {
    fn default() -> Self {
        Self { chat: true, status: true }
    }
}

impl Realtime {
    /// As clients are told of it. There are no memories that could be told of.
    #[must_use]
    pub const fn features(self) -> Features {
        Features { realtime_chat: self.chat, realtime_status: self.status, realtime_memory: false }
    }
}
