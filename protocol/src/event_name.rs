//! The names of the events that the server sends, and the older names of some.

use serde::Serialize;

/// The names of the events that the server sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventName {
    /// A node came into being.
    NodeCreated,
    /// A node and everything below it went.
    NodeDeleted,
    /// A node got a name.
    NodeUpdated,
    /// A property was written.
    PropertyChanged,
    /// A property was deleted.
    PropertyDeleted,
    /// A node got a parent, or another place.
    NodeLinked,
    /// A node left its parent.
    NodeUnlinked,
    /// A node waits for another one, or no longer.
    BlockingChanged,
    /// The project got another name.
    ProjectUpdated,
    /// The project moved to another version of a template, or to another template.
    TemplateAdopted,
    /// So much changed that it is not told one by one: read the graph.
    GraphReplaced,
    /// The project was deleted; always its last event.
    SessionClosed,
    /// The session is worked in, or no longer.
    SessionState,
    /// A step was taken back.
    CommandUndo,
    /// A step was done again.
    CommandRedo,
    /// A command was committed; its events follow.
    CommandExecuting,
    /// The events of a command were sent.
    CommandExecuted,
    /// A command was refused.
    CommandFailed,
    /// A connection joined.
    SessionConnected,
    /// A connection left.
    SessionDisconnected,
    /// Graph events in one packet.
    Events,
    /// Who is here changed.
    PresenceUpdate,
    /// The connection is there: the first frame of a plain WebSocket, the first event on `/`.
    ConnectionEstablished,
    /// The reply to `join_session`.
    Joined,
    /// The reply to `leave_session`.
    Left,
    /// The caller is who it says it is.
    AuthenticationSuccess,
    /// The caller's credentials do not count.
    AuthenticationFailed,
    /// What the caller showed ends soon.
    AuthExpiring,
    /// The reply to `ping`.
    Pong,
    /// A join, leave or unknown event was refused.
    Error,
    /// A message was sent in a conversation.
    NewMessage,
    /// A message was edited.
    MessageUpdated,
    /// A message was deleted.
    MessageDeleted,
    /// Somebody has read a conversation's messages up to one of them.
    MessageRead,
    /// Somebody is writing.
    TypingIndicator,
    /// Somebody is writing no more.
    TypingStop,
    /// A conversation was begun.
    ConversationCreated,
    /// A conversation got another name, another status, or other metadata.
    ConversationUpdated,
    /// The conversation was deleted; always its last event.
    ConversationDeleted,
    /// The assistant begins an answer.
    AssistantStart,
    /// The assistant goes on with an answer.
    AssistantToken,
    /// An answer of the assistant's ended; its message comes next.
    AssistantEnd,
    /// A connection hears a project.
    ProjectJoined,
    /// A connection hears a project no more.
    ProjectLeft,
    /// A client's own event.
    BroadcastMessage,
    /// The reply to `heartbeat`.
    HeartbeatResponse,
    /// The assistant begins to work on a message.
    AiProcessingStart,
    /// A stage of that began or ended.
    AiProcessingProgress,
    /// Something was found out about the message.
    ContextAnalysisComplete,
    /// A message of a project's chat is kept.
    MessageProcessed,
    /// The message is answered.
    AiProcessingEnd,
    /// The message is not answered.
    AiProcessingError,
    /// A part of the server could not do its work for a project.
    ErrorOccurred,
    /// What the chat of a project is doing changed.
    ChatStatusUpdate,
    /// How the server is.
    SystemStatusUpdate,
    /// Something is wrong with the server, or no more.
    PerformanceAlert,
    /// The server's components were checked.
    HealthCheck,
    /// The server was measured.
    MetricsUpdate,
    /// Commands are refused from now on, or no more.
    MaintenanceMode,
    /// A word of an operator's.
    SystemNotification,
    /// A project was made.
    ProjectCreated,
    /// A project got another name, for those who hear it.
    ProjectChanged,
    /// A project was deleted.
    ProjectDeleted,
    /// The first connection of a user hears a project.
    UserJoined,
    /// The last connection of a user hears a project no more.
    UserLeft,
    /// A user is there, or no longer.
    UserStatusChanged,
    /// Somebody writes in a conversation of a project, or no more.
    UserTyping,
    /// An answer of the assistant's is complete.
    AiResponseGenerated,
    /// The assistant did not answer, and is asked again.
    RecoveryAttempt,
    /// The server ends the connection.
    ConnectionError,
    /// The caller came back before its absence was told.
    ConnectionRestored,
    /// Something was refused that came too often.
    WarningIssued,
    /// The server goes down.
    ServerShutdown,
    /// The graph was replaced, for clients that know it by this name.
    ExternalProjectUpdate,
    /// The file of the project's template was changed.
    ExternalTemplateUpdate,
}

impl EventName {
    /// Every name.
    pub const ALL: [Self; 75] = [
        Self::NodeCreated,
        Self::NodeDeleted,
        Self::NodeUpdated,
        Self::PropertyChanged,
        Self::PropertyDeleted,
        Self::NodeLinked,
        Self::NodeUnlinked,
        Self::BlockingChanged,
        Self::ProjectUpdated,
        Self::TemplateAdopted,
        Self::GraphReplaced,
        Self::SessionClosed,
        Self::SessionState,
        Self::CommandUndo,
        Self::CommandRedo,
        Self::CommandExecuting,
        Self::CommandExecuted,
        Self::CommandFailed,
        Self::SessionConnected,
        Self::SessionDisconnected,
        Self::Events,
        Self::PresenceUpdate,
        Self::ConnectionEstablished,
        Self::Joined,
        Self::Left,
        Self::AuthenticationSuccess,
        Self::AuthenticationFailed,
        Self::AuthExpiring,
        Self::Pong,
        Self::Error,
        Self::NewMessage,
        Self::MessageUpdated,
        Self::MessageDeleted,
        Self::MessageRead,
        Self::TypingIndicator,
        Self::TypingStop,
        Self::ConversationCreated,
        Self::ConversationUpdated,
        Self::ConversationDeleted,
        Self::AssistantStart,
        Self::AssistantToken,
        Self::AssistantEnd,
        Self::ProjectJoined,
        Self::ProjectLeft,
        Self::BroadcastMessage,
        Self::HeartbeatResponse,
        Self::AiProcessingStart,
        Self::AiProcessingProgress,
        Self::ContextAnalysisComplete,
        Self::MessageProcessed,
        Self::AiProcessingEnd,
        Self::AiProcessingError,
        Self::ErrorOccurred,
        Self::ChatStatusUpdate,
        Self::SystemStatusUpdate,
        Self::PerformanceAlert,
        Self::HealthCheck,
        Self::MetricsUpdate,
        Self::MaintenanceMode,
        Self::SystemNotification,
        Self::ProjectCreated,
        Self::ProjectChanged,
        Self::ProjectDeleted,
        Self::UserJoined,
        Self::UserLeft,
        Self::UserStatusChanged,
        Self::UserTyping,
        Self::AiResponseGenerated,
        Self::RecoveryAttempt,
        Self::ConnectionError,
        Self::ConnectionRestored,
        Self::WarningIssued,
        Self::ServerShutdown,
        Self::ExternalProjectUpdate,
        Self::ExternalTemplateUpdate,
    ];

    /// The names of graph events: those with a `seq`.
    pub const GRAPH: [Self; 15] = [
        Self::NodeCreated,
        Self::NodeDeleted,
        Self::NodeUpdated,
        Self::PropertyChanged,
        Self::PropertyDeleted,
        Self::NodeLinked,
        Self::NodeUnlinked,
        Self::BlockingChanged,
        Self::ProjectUpdated,
        Self::TemplateAdopted,
        Self::GraphReplaced,
        Self::SessionClosed,
        Self::SessionState,
        Self::CommandUndo,
        Self::CommandRedo,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NodeCreated => "node-created",
            Self::NodeDeleted => "node-deleted",
            Self::NodeUpdated => "node-updated",
            Self::PropertyChanged => "property-changed",
            Self::PropertyDeleted => "property-deleted",
            Self::NodeLinked => "node-linked",
            Self::NodeUnlinked => "node-unlinked",
            Self::BlockingChanged => "blocking-changed",
            Self::ProjectUpdated => "project-updated",
            Self::TemplateAdopted => "template-adopted",
            Self::GraphReplaced => "graph-replaced",
            Self::SessionClosed => "session:closed",
            Self::SessionState => "session:state",
            Self::CommandUndo => "command:undo",
            Self::CommandRedo => "command:redo",
            Self::CommandExecuting => "command:executing",
            Self::CommandExecuted => "command:executed",
            Self::CommandFailed => "command:failed",
            Self::SessionConnected => "session:connected",
            Self::SessionDisconnected => "session:disconnected",
            Self::Events => "events",
            Self::PresenceUpdate => "presence:update",
            Self::ConnectionEstablished => "connection_established",
            Self::Joined => "joined",
            Self::Left => "left",
            Self::Pong => "pong",
            Self::AuthenticationSuccess => "authentication_success",
            Self::AuthenticationFailed => "authentication_failed",
            Self::AuthExpiring => "auth:expiring",
            Self::Error => "error",
            Self::NewMessage => "new_message",
            Self::MessageUpdated => "message_updated",
            Self::MessageDeleted => "message_deleted",
            Self::MessageRead => "message_read",
            Self::TypingIndicator => "typing_indicator",
            Self::TypingStop => "typing_stop",
            Self::ConversationCreated => "conversation_created",
            Self::ConversationUpdated => "conversation_updated",
            Self::ConversationDeleted => "conversation_deleted",
            Self::AssistantStart => "assistant:start",
            Self::AssistantToken => "assistant:token",
            Self::AssistantEnd => "assistant:end",
            Self::ProjectJoined => "project_joined",
            Self::ProjectLeft => "project_left",
            Self::BroadcastMessage => "broadcast_message",
            Self::HeartbeatResponse => "heartbeat_response",
            Self::AiProcessingStart => "ai_processing_start",
            Self::AiProcessingProgress => "ai_processing_progress",
            Self::ContextAnalysisComplete => "context_analysis_complete",
            Self::MessageProcessed => "message_processed",
            Self::AiProcessingEnd => "ai_processing_end",
            Self::AiProcessingError => "ai_processing_error",
            Self::ErrorOccurred => "error_occurred",
            Self::ChatStatusUpdate => "chat_status_update",
            Self::SystemStatusUpdate => "system_status_update",
            Self::PerformanceAlert => "performance_alert",
            Self::HealthCheck => "health_check",
            Self::MetricsUpdate => "metrics_update",
            Self::MaintenanceMode => "maintenance_mode",
            Self::SystemNotification => "system_notification",
            Self::ProjectCreated => "project_created",
            Self::ProjectChanged => "project_updated",
            Self::ProjectDeleted => "project_deleted",
            Self::UserJoined => "user_joined",
            Self::UserLeft => "user_left",
            Self::UserStatusChanged => "user_status_changed",
            Self::UserTyping => "user_typing",
            Self::AiResponseGenerated => "ai_response_generated",
            Self::RecoveryAttempt => "recovery_attempt",
            Self::ConnectionError => "connection_error",
            Self::ConnectionRestored => "connection_restored",
            Self::WarningIssued => "warning_issued",
            Self::ServerShutdown => "server_shutdown",
            Self::ExternalProjectUpdate => "external_project_update",
            Self::ExternalTemplateUpdate => "external_template_update",
        }
    }

    /// The older name that clients of `/graph` listen for as well.
    #[must_use]
    pub const fn legacy(self) -> Option<&'static str> {
        match self {
            Self::CommandExecuting => Some("command-executing"),
            Self::CommandExecuted => Some("command-executed"),
            Self::CommandUndo => Some("undo"),
            Self::CommandRedo => Some("redo"),
            Self::SessionConnected => Some("session-connected"),
            Self::SessionDisconnected => Some("session-disconnected"),
            _ => None,
        }
    }
}

impl Serialize for EventName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
