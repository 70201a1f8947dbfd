//! The events that the server sends.

use utoipa::ToSchema;

use super::Shape;
use crate::EventName;
use crate::announcement::{MaintenanceMode, SystemNotification};
use crate::auth::{AuthExpiring, AuthenticationFailed, AuthenticationSuccess};
use crate::channel::{BroadcastMessage, HeartbeatResponse, ProjectListener};
use crate::chat::{
    AssistantEnd, AssistantStart, AssistantToken, ConversationDeleted, ConversationEvent, MessageDeleted,
    MessageEvent, MessageRead, TypingEvent,
};
use crate::event::Frame;
use crate::news::{
    AiResponseGenerated, ConnectionFault, ConnectionRestored, ProjectNews, RecoveryAttempt, UserInProject,
    UserStatusChanged, UserTyping, WarningIssued,
};
use crate::presence::PresenceUpdate;
use crate::processing::{
    AiProcessingEnd, AiProcessingError, AiProcessingProgress, AiProcessingStart, ChatStatusUpdate,
    ContextAnalysis, ErrorOccurred, MessageProcessed,
};
use crate::reply::{ConnectionEstablished, ErrorEvent, Joined, Left, ServerShutdown};
use crate::status::{HealthCheck, MetricsUpdate, PerformanceAlert, SystemStatusUpdate};

/// Whom an event goes to, and whether it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// To the members of the session; durable, with a `seq` of its own.
    Graph,
    /// To the members of the session that asked for it; the latest state, never what was between.
    Presence,
    /// To the members of the session that asked for batches, in place of the graph events in it.
    Batch,
    /// To the members of the session unless they asked for none; no `seq`, never sent again.
    Lifecycle,
    /// To the connection that asked.
    Reply,
    /// To the connections that are in the conversation.
    Conversation,
    /// To the connections that hear the project.
    Project,
    /// To the connections that subscribed to a topic.
    Topic,
    /// To every connection.
    Notice,
}

/// An event that the server sends.
#[derive(Clone)]
pub struct SentEvent {
    /// Its name.
    pub name: EventName,
    /// What it tells, in a sentence.
    pub about: &'static str,
    /// Whom it goes to.
    pub lane: Lane,
    /// What it carries; none if it carries nothing.
    pub payload: Option<Shape>,
    /// The same under an older name, which goes to members on `/graph` as well.
    pub older: Option<OlderEvent>,
}

/// An event under its older name.
#[derive(Clone)]
pub struct OlderEvent {
    /// The older name.
    pub name: &'static str,
    /// What it carries.
    pub payload: Option<Shape>,
}

impl SentEvent {
    /// The entry of an event.
    #[must_use]
    pub fn of(name: EventName) -> Self {
        let (lane, about, payload) = describe(name);
        let payload = payload.map(|payload| payload.described(about));
        let older =
            name.legacy().map(|older| OlderEvent { name: older, payload: older_payload(name, older) });
        Self { name, about, lane, payload, older }
    }

    /// Whether it has a `seq` and is kept in the journal.
    #[must_use]
    pub fn is_durable(&self) -> bool {
        self.lane == Lane::Graph
    }
}

/// An event of a conversation.
fn said<T: ToSchema>(name: EventName, about: &'static str) -> (Lane, &'static str, Option<Shape>) {
    (Lane::Conversation, about, Some(Shape::of_event::<T>(name.as_str())))
}

/// An event of a conversation whose payload is of a type that another one has, too.
fn shared<T: ToSchema>(
    name: EventName,
    shape: &str,
    about: &'static str,
) -> (Lane, &'static str, Option<Shape>) {
    (Lane::Conversation, about, Some(Shape::of_shared_event::<T>(shape, name.as_str())))
}

/// What is told to who hears a project.
fn in_project<T: ToSchema>(name: EventName, about: &'static str) -> (Lane, &'static str, Option<Shape>) {
    (Lane::Project, about, Some(Shape::of_event::<T>(name.as_str())))
}

/// What is told to who subscribed to a topic.
fn on_topic<T: ToSchema>(name: EventName, about: &'static str) -> (Lane, &'static str, Option<Shape>) {
    (Lane::Topic, about, Some(Shape::of_event::<T>(name.as_str())))
}

/// Who hears a project, or no more.
fn listener(name: EventName, shape: &str, about: &'static str) -> (Lane, &'static str, Option<Shape>) {
    let payload = Shape::of_shared_event::<ProjectListener<'_>>(shape, name.as_str());
    (Lane::Project, about, Some(payload))
}

/// News that has one shape under several names.
fn news<T: ToSchema>(
    name: EventName,
    shape: &str,
    about: &'static str,
) -> (Lane, &'static str, Option<Shape>) {
    (Lane::Project, about, Some(Shape::of_shared_event::<T>(shape, name.as_str())))
}

/// What one connection is told that hears projects.
fn to_listener<T: ToSchema>(name: EventName, about: &'static str) -> (Lane, &'static str, Option<Shape>) {
    (Lane::Reply, about, Some(Shape::of_event::<T>(name.as_str())))
}

fn describe(name: EventName) -> (Lane, &'static str, Option<Shape>) {
    use EventName as E;
    let graph = |variant: &str, about| {
        (Lane::Graph, about, Shape::of_graph_event(&format!("{name:?}"), variant, name.as_str()))
    };
    let around = |variant: &str, about| {
        (Lane::Lifecycle, about, Shape::of_lifecycle_event(&format!("{name:?}"), variant, name.as_str()))
    };
    match name {
        E::NodeCreated => graph("NodeCreated", "A node came into being."),
        E::NodeDeleted => graph("NodeDeleted", "A node and everything below it went."),
        E::NodeUpdated => graph("NodeUpdated", "A node got a name."),
        E::PropertyChanged => graph("PropertyChanged", "A property was written."),
        E::PropertyDeleted => graph("PropertyDeleted", "A property was deleted."),
        E::NodeLinked => graph("NodeLinked", "A node got a parent, or another place."),
        E::NodeUnlinked => graph("NodeLinked", "A node left its parent, or its place."),
        E::BlockingChanged => graph("BlockingChanged", "A node waits for another one, or no longer."),
        E::ProjectUpdated => graph("ProjectUpdated", "The project got another name."),
        E::TemplateAdopted => graph(
            "TemplateAdopted",
            "The project moved to another version of a template, or to another template.",
        ),
        E::GraphReplaced => {
            graph("GraphReplaced", "So much changed that it is not told one by one: read the graph.")
        }
        E::SessionState => graph("SessionState", "The session is worked in, or no longer."),
        E::SessionClosed => graph("SessionClosed", "The project was deleted; always its last event."),
        E::CommandUndo => graph("Undone", "A step was taken back; the events of what changed came before."),
        E::CommandRedo => graph("Undone", "A step was done again; the events of what changed came before."),
        E::CommandExecuting => around("Command", "A command was committed; its events follow."),
        E::CommandExecuted => around("Executed", "The events of a command were sent."),
        E::CommandFailed => around("Failed", "A command was refused."),
        E::SessionConnected => around("Connection", "A connection joined."),
        E::SessionDisconnected => around("Connection", "A connection left."),
        E::ExternalProjectUpdate => {
            around("Project", "The graph was replaced, for clients that know it by this name.")
        }
        E::ExternalTemplateUpdate => {
            around("TemplateUpdate", "The file of the project's template was changed.")
        }
        E::Events => {
            let about = "Graph events, for members that asked for batches.";
            (Lane::Batch, about, Some(Shape::of_event::<Frame<'_>>(name.as_str())))
        }
        E::PresenceUpdate => {
            let about =
                "Who is here, or what they are at, changed. Of several changes only the last is told.";
            (Lane::Presence, about, Some(Shape::of_event::<PresenceUpdate<'_>>(name.as_str())))
        }
        E::ConnectionEstablished => {
            let about =
                "The connection is there: the first frame of a plain WebSocket, the first event on `/`.";
            (Lane::Reply, about, Some(Shape::of_event::<ConnectionEstablished<'_>>(name.as_str())))
        }
        E::Joined => (Lane::Reply, "The caller joined.", Some(Shape::of_event::<Joined<'_>>(name.as_str()))),
        E::Left => (Lane::Reply, "The caller left.", Some(Shape::of_event::<Left<'_>>(name.as_str()))),
        E::Pong => (Lane::Reply, "The reply to `ping`.", None),
        E::AuthenticationSuccess => {
            let about = "The caller is who it says it is.";
            (Lane::Reply, about, Some(Shape::of::<AuthenticationSuccess<'_>>()))
        }
        E::AuthenticationFailed => {
            let about = "The caller's credentials do not count.";
            (Lane::Reply, about, Some(Shape::of::<AuthenticationFailed<'_>>()))
        }
        E::AuthExpiring => {
            let about = "What the caller showed ends soon: `auth:refresh` goes on without a break.";
            (Lane::Notice, about, Some(Shape::of_event::<AuthExpiring>(name.as_str())))
        }
        E::Error => {
            let about = "A join or leave was refused, or anything else that asked for no acknowledgement.";
            (Lane::Reply, about, Some(Shape::of::<ErrorEvent<'_>>()))
        }
        E::NewMessage => {
            shared::<MessageEvent<'_>>(name, "NewMessageEvent", "A message was sent in a conversation.")
        }
        E::MessageUpdated => shared::<MessageEvent<'_>>(name, "MessageUpdatedEvent", "A message was edited."),
        E::MessageDeleted => said::<MessageDeleted<'_>>(name, "A message was deleted."),
        E::MessageRead => {
            said::<MessageRead<'_>>(name, "Somebody has read a conversation's messages up to one of them.")
        }
        E::TypingIndicator => shared::<TypingEvent<'_>>(name, "TypingIndicatorEvent", "Somebody is writing."),
        E::TypingStop => shared::<TypingEvent<'_>>(name, "TypingStopEvent", "Somebody is writing no more."),
        E::ConversationCreated => news::<ConversationEvent<'_>>(
            name,
            "ConversationCreatedEvent",
            "A conversation was begun; of no project, on the topics of those who take part.",
        ),
        E::ConversationUpdated => news::<ConversationEvent<'_>>(
            name,
            "ConversationUpdatedEvent",
            "A conversation was changed; also to who is in it, and of no project on the topics of those who take part.",
        ),
        E::ConversationDeleted => said::<ConversationDeleted<'_>>(
            name,
            "The conversation was deleted; always its last event. Who hears its project is told, too.",
        ),
        E::AssistantStart => said::<AssistantStart<'_>>(name, "The assistant begins an answer."),
        E::AssistantToken => said::<AssistantToken<'_>>(name, "The assistant goes on with an answer."),
        E::AssistantEnd => {
            said::<AssistantEnd<'_>>(name, "An answer of the assistant's ended; its message comes next.")
        }
        E::ProjectJoined => listener(name, "ProjectJoinedEvent", "A connection hears the project."),
        E::ProjectLeft => listener(name, "ProjectLeftEvent", "A connection hears the project no more."),
        E::BroadcastMessage => {
            let about = "An event of a client's own, for everybody else who hears the project.";
            (Lane::Project, about, Some(Shape::of_event::<BroadcastMessage<'_>>(name.as_str())))
        }
        E::HeartbeatResponse => {
            (Lane::Reply, "The reply to `heartbeat`.", Some(Shape::of::<HeartbeatResponse<'_>>()))
        }
        E::AiProcessingStart => {
            in_project::<AiProcessingStart<'_>>(name, "The assistant begins to work on a message.")
        }
        E::AiProcessingProgress => {
            in_project::<AiProcessingProgress<'_>>(name, "A stage of that began or ended.")
        }
        E::ContextAnalysisComplete => in_project::<ContextAnalysis<'_>>(
            name,
            "Something was found out about the message, before the assistant is asked.",
        ),
        E::MessageProcessed => {
            in_project::<MessageProcessed<'_>>(name, "A message of the project's chat is kept.")
        }
        E::AiProcessingEnd => in_project::<AiProcessingEnd<'_>>(name, "The message is answered."),
        E::AiProcessingError => in_project::<AiProcessingError<'_>>(name, "The message is not answered."),
        E::ErrorOccurred => in_project::<ErrorOccurred<'_>>(
            name,
            "A part of the server could not do its work for the project.",
        ),
        E::ChatStatusUpdate => {
            in_project::<ChatStatusUpdate<'_>>(name, "What the chat of the project is doing changed.")
        }
        E::SystemStatusUpdate => on_topic::<SystemStatusUpdate>(
            name,
            "How the server is: every minute, and whenever its health changes.",
        ),
        E::PerformanceAlert => {
            on_topic::<PerformanceAlert>(name, "Something is wrong with the server, got worse, or is over.")
        }
        E::HealthCheck => on_topic::<HealthCheck>(name, "The server's components were checked."),
        E::MetricsUpdate => on_topic::<MetricsUpdate>(name, "The server was measured."),
        E::MaintenanceMode => {
            let about = "Commands are refused from now on, or no more; reading, joining and presence go on.";
            (Lane::Notice, about, Some(Shape::of_event::<MaintenanceMode<'_>>(name.as_str())))
        }
        E::SystemNotification => {
            let payload = Shape::of_event::<SystemNotification<'_>>(name.as_str());
            (Lane::Notice, "A word of an operator's.", Some(payload))
        }
        E::ProjectCreated => news::<ProjectNews<'_>>(name, "ProjectCreatedEvent", "The project was made."),
        E::ProjectChanged => {
            news::<ProjectNews<'_>>(name, "ProjectChangedEvent", "The project got another name.")
        }
        E::ProjectDeleted => news::<ProjectNews<'_>>(name, "ProjectDeletedEvent", "The project was deleted."),
        E::UserJoined => news::<UserInProject<'_>>(
            name,
            "UserJoinedEvent",
            "The first connection of a user hears the project.",
        ),
        E::UserLeft => news::<UserInProject<'_>>(
            name,
            "UserLeftEvent",
            "The last connection of a user hears the project no more.",
        ),
        E::UserStatusChanged => {
            in_project::<UserStatusChanged<'_>>(name, "A user came to hear projects, or is gone.")
        }
        E::UserTyping => in_project::<UserTyping<'_>>(
            name,
            "Somebody writes in a conversation of the project, or no more.",
        ),
        E::AiResponseGenerated => in_project::<AiResponseGenerated<'_>>(
            name,
            "An answer of the assistant's in a conversation of the project is complete.",
        ),
        E::RecoveryAttempt => {
            in_project::<RecoveryAttempt<'_>>(name, "The assistant did not answer, and is asked again.")
        }
        E::ConnectionError => to_listener::<ConnectionFault<'_>>(
            name,
            "The server ends the connection; to one that hears a project.",
        ),
        E::ConnectionRestored => to_listener::<ConnectionRestored<'_>>(
            name,
            "The caller came back before its absence was told; to one that hears a project.",
        ),
        E::WarningIssued => to_listener::<WarningIssued<'_>>(
            name,
            "Something was refused that came too often; to one that hears a project.",
        ),
        E::ServerShutdown => {
            let payload = Shape::of_event::<ServerShutdown>(name.as_str());
            (Lane::Notice, "The server goes down.", Some(payload))
        }
    }
}

/// Under its older name an undo or a redo is a lifecycle event; the others carry what they always carry.
fn older_payload(name: EventName, older: &str) -> Option<Shape> {
    let variant = match name {
        EventName::CommandExecuted => "Executed",
        EventName::SessionConnected | EventName::SessionDisconnected => "Connection",
        EventName::CommandExecuting | EventName::CommandUndo | EventName::CommandRedo => "Command",
        _ => return None,
    };
    let shape = Shape::of_lifecycle_event(&format!("Older{name:?}"), variant, older)?;
    Some(shape.described(&format!("`{}` under its older name.", name.as_str())))
}
