//! The names of the events that a client sends.

/// An event that a client sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestName {
    /// Enter a session's room.
    JoinSession,
    /// Leave it.
    LeaveSession,
    /// Carry out a command.
    ExecuteCommand,
    /// Take a step back.
    Undo,
    /// Do a step again.
    Redo,
    /// Read the graph.
    GetGraph,
    /// Say what one is at.
    SetPresence,
    /// Say who one is.
    Authenticate,
    /// Show something newer than what one showed before.
    RefreshAuth,
    /// Enter a conversation.
    JoinConversation,
    /// Leave it.
    LeaveConversation,
    /// Send a message.
    SendMessage,
    /// Write a message anew.
    EditMessage,
    /// Delete a message.
    DeleteMessage,
    /// Say what one has read.
    ReadMessages,
    /// Stop an answer of the assistant's.
    CancelAnswer,
    /// Say whether one is writing.
    Typing,
    /// Hear a project.
    JoinProject,
    /// Hear it no more.
    LeaveProject,
    /// Hear topics.
    Subscribe,
    /// Hear them no more.
    Unsubscribe,
    /// Say that one has a broadcast.
    AcknowledgeBroadcast,
    /// Send another event, wrapped.
    Message,
    /// Ask for a sign of life that says when.
    Heartbeat,
    /// Ask for a sign of life.
    Ping,
}

impl RequestName {
    /// Every name.
    pub const ALL: [Self; 25] = [
        Self::JoinSession,
        Self::SetPresence,
        Self::LeaveSession,
        Self::ExecuteCommand,
        Self::Undo,
        Self::Redo,
        Self::GetGraph,
        Self::Authenticate,
        Self::RefreshAuth,
        Self::JoinConversation,
        Self::LeaveConversation,
        Self::SendMessage,
        Self::EditMessage,
        Self::DeleteMessage,
        Self::ReadMessages,
        Self::CancelAnswer,
        Self::Typing,
        Self::JoinProject,
        Self::LeaveProject,
        Self::Subscribe,
        Self::Unsubscribe,
        Self::AcknowledgeBroadcast,
        Self::Message,
        Self::Heartbeat,
        Self::Ping,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::JoinSession => "join_session",
            Self::LeaveSession => "leave_session",
            Self::ExecuteCommand => "execute_command",
            Self::Undo => "undo",
            Self::Redo => "redo",
            Self::Authenticate => "authenticate",
            Self::RefreshAuth => "auth:refresh",
            Self::GetGraph => "get_graph",
            Self::SetPresence => "presence:set",
            Self::JoinConversation => "chat:join",
            Self::LeaveConversation => "chat:leave",
            Self::SendMessage => "chat:send",
            Self::EditMessage => "chat:edit",
            Self::DeleteMessage => "chat:delete",
            Self::ReadMessages => "chat:read",
            Self::CancelAnswer => "chat:cancel",
            Self::Typing => "typing",
            Self::JoinProject => "join_project",
            Self::LeaveProject => "leave_project",
            Self::Subscribe => "subscribe",
            Self::Unsubscribe => "unsubscribe",
            Self::AcknowledgeBroadcast => "broadcast_ack",
            Self::Message => "message",
            Self::Heartbeat => "heartbeat",
            Self::Ping => "ping",
        }
    }

    /// The event of this name; none if clients cannot send it.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|request| request.as_str() == name)
    }
}
