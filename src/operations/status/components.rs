//! The components that are checked, by our names and by those that others know them by.

/// A part of the server that works or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Component {
    /// It takes writes.
    Store,
    /// The data directory's disk is not full.
    Disk,
    /// What is told to a topic is heard.
    Bus,
    /// The language model is there, and lets itself be asked.
    Assistant,
    /// Tasks do not wait for each other for long.
    EventLoop,
    /// No session has as much to do as it can hold.
    Mailboxes,
}

impl Component {
    /// Our name for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Disk => "disk",
            Self::Bus => "bus",
            Self::Assistant => "assistant",
            Self::EventLoop => "event_loop",
            Self::Mailboxes => "mailboxes",
        }
    }

    /// What others call it.
    #[must_use]
    pub const fn aliases(self) -> &'static [&'static str] {
        match self {
            Self::Store => &["redis"],
            Self::Bus => &["websocket"],
            Self::Assistant => &["ai_service", "chat_processor", "context_engine"],
            Self::Disk | Self::EventLoop | Self::Mailboxes => &[],
        }
    }

    /// What is said of it while it does not work.
    pub(super) const fn complaint(self) -> &'static str {
        match self {
            Self::Store => "The store takes no writes",
            Self::Disk => "The disk of the data directory is full, or cannot be asked",
            Self::Bus => "What is told to topics is not heard",
            Self::Assistant => "The assistant does not answer",
            Self::EventLoop => "Tasks wait for each other for too long",
            Self::Mailboxes => "A session has as much to do as it can hold",
        }
    }
}
