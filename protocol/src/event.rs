//! Events: what the members of a session are told.

use serde::Serialize;
use serde_json::Value;

use crate::graph::Properties;

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
    /// The reply to `join_session`.
    Joined,
    /// The reply to `leave_session`.
    Left,
    /// The reply to `ping`.
    Pong,
    /// A join, leave or unknown event was refused.
    Error,
    /// The server goes down.
    ServerShutdown,
    /// The graph was replaced, for clients that know it by this name.
    ExternalProjectUpdate,
    /// The file of the project's template was changed.
    ExternalTemplateUpdate,
}

impl EventName {
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
            Self::CommandUndo => "command:undo",
            Self::CommandRedo => "command:redo",
            Self::CommandExecuting => "command:executing",
            Self::CommandExecuted => "command:executed",
            Self::CommandFailed => "command:failed",
            Self::SessionConnected => "session:connected",
            Self::SessionDisconnected => "session:disconnected",
            Self::Joined => "joined",
            Self::Left => "left",
            Self::Pong => "pong",
            Self::Error => "error",
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
            Self::NodeCreated
            | Self::NodeDeleted
            | Self::NodeUpdated
            | Self::PropertyChanged
            | Self::PropertyDeleted
            | Self::NodeLinked
            | Self::NodeUnlinked
            | Self::BlockingChanged
            | Self::ProjectUpdated
            | Self::TemplateAdopted
            | Self::GraphReplaced
            | Self::SessionClosed
            | Self::CommandFailed
            | Self::Joined
            | Self::Left
            | Self::Pong
            | Self::Error
            | Self::ServerShutdown
            | Self::ExternalProjectUpdate
            | Self::ExternalTemplateUpdate => None,
        }
    }
}

impl Serialize for EventName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A graph event: durable, numbered, the same for everybody and for every reading.
#[derive(Clone, Debug, Serialize)]
pub struct GraphEvent<'a> {
    /// Its own name.
    pub event: EventName,
    /// The room.
    pub session_id: &'a str,
    /// The project.
    pub project_id: &'a str,
    /// The journal's identity.
    pub epoch: &'a str,
    /// Dense per project.
    pub seq: u64,
    /// When the command was committed.
    pub timestamp: &'a str,
    /// The command that caused it.
    pub command_id: &'a str,
    /// That command's type; for `command:undo` and `command:redo` the type of the step.
    pub command_type: &'a str,
    /// Who gave the command.
    pub author: AuthorView<'a>,
    /// What changed.
    #[serde(flatten)]
    pub content: GraphEventContent<'a>,
}

/// Who gave a command.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct AuthorView<'a> {
    /// The key of undo steps and idempotency.
    pub user_id: &'a str,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// The connection it came over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<&'a str>,
}

/// The fields of a graph event beyond the common ones.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum GraphEventContent<'a> {
    /// `node-created`
    NodeCreated {
        /// The new node.
        node_id: String,
        /// None for a root.
        parent_id: Option<String>,
        /// How many siblings stood before it.
        index: usize,
        /// The template's node type.
        blueprint_type_id: &'a str,
        /// What people call it.
        name: &'a str,
        /// RFC 3339, UTC, milliseconds, `Z`.
        created_at: String,
        /// The node itself.
        node: CreatedNode<'a>,
    },
    /// `node-deleted`
    NodeDeleted {
        /// The topmost node.
        node_id: String,
        /// All of them, parents first.
        node_ids: Vec<String>,
        /// Where the topmost one stood.
        parent_id: Option<String>,
    },
    /// `node-updated`
    NodeUpdated {
        /// Which node.
        node_id: String,
        /// Its new name.
        name: &'a Value,
        /// The one before.
        old_name: &'a Value,
    },
    /// `property-changed`
    PropertyChanged {
        /// Whose property.
        node_id: String,
        /// Which.
        property_id: &'a str,
        /// The same value: older clients know it by this field.
        property_name: &'a str,
        /// Null if it had no value.
        old_value: Option<&'a Value>,
        /// Never null.
        new_value: &'a Value,
    },
    /// `property-deleted`
    PropertyDeleted {
        /// Whose property.
        node_id: String,
        /// Which.
        property_id: &'a str,
        /// The same value: older clients know it by this field.
        property_name: &'a str,
        /// Null if there was nothing to delete.
        old_value: Option<&'a Value>,
    },
    /// `node-linked`, `node-unlinked`
    NodeLinked {
        /// The parent that it got or left; null when a root got another place among the roots.
        parent_id: Option<String>,
        /// Which node.
        child_id: String,
        /// How many siblings stand, or stood, before it.
        index: usize,
    },
    /// `blocking-changed`
    BlockingChanged {
        /// The node that waits.
        blocked_node_id: String,
        /// What it waits for now.
        blocking_node_id: Option<String>,
        /// What it waited for before.
        old_blocking_node_id: Option<String>,
    },
    /// `project-updated`
    ProjectUpdated {
        /// The new name.
        name: &'a str,
        /// The one before.
        old_name: Option<&'a str>,
    },
    /// `template-adopted`
    TemplateAdopted {
        /// The template that the project pins now.
        template_id: &'a str,
        /// Its version.
        version: &'a str,
    },
    /// `graph-replaced`
    GraphReplaced {
        /// How many nodes there are now.
        node_count: usize,
    },
    /// `session:closed`
    SessionClosed {
        /// Why: `deleted`.
        reason: &'a str,
    },
    /// `command:undo`, `command:redo`
    Undone {
        /// The command whose step it was.
        undone_command_id: &'a str,
        /// What was left alone.
        conflicts: Vec<Value>,
    },
}

/// A node as `node-created` carries it: a replica needs nothing else.
#[derive(Clone, Debug, Serialize)]
pub struct CreatedNode<'a> {
    /// A UUID.
    pub id: String,
    /// The template's node type.
    pub blueprint_type_id: &'a str,
    /// None for a root.
    pub parent_id: Option<String>,
    /// What people call it.
    pub name: &'a str,
    /// Values by property id.
    pub properties: Properties<'a>,
    /// Always empty: children have events of their own.
    pub children: [(); 0],
    /// RFC 3339, UTC, milliseconds, `Z`.
    pub created_at: String,
    /// The node that blocks this one.
    pub blocked_by: Option<String>,
}

/// What happened around graph events: without `seq`, never replayed.
#[derive(Clone, Debug, Serialize)]
pub struct LifecycleEvent<'a> {
    /// Its own name, or the older one where it is sent under that.
    pub event: &'a str,
    /// The room.
    pub session_id: &'a str,
    /// RFC 3339, UTC, milliseconds, `Z`.
    pub timestamp: &'a str,
    /// What happened.
    #[serde(flatten)]
    pub content: LifecycleContent<'a>,
}

/// The fields of a lifecycle event beyond the common ones.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum LifecycleContent<'a> {
    /// `command:executed`
    Executed {
        /// Which command.
        command_id: &'a str,
        /// Its type.
        command_type: &'a str,
        /// Always true.
        success: bool,
        /// What the answer says.
        result: Executed,
        /// Always null: older clients look for it.
        error: (),
    },
    /// `command:failed`
    Failed {
        /// Which command.
        command_id: &'a str,
        /// Its type.
        command_type: &'a str,
        /// Always false.
        success: bool,
        /// What and why.
        error: &'a crate::ErrorBody,
    },
    /// `session:connected`, `session:disconnected`
    Connection {
        /// The connection that joined or left.
        client_id: &'a str,
        /// Joined connections after that.
        active_clients: usize,
    },
    /// `external_template_update`
    TemplateUpdate {
        /// The template whose file changed; the project keeps the version that it pinned.
        template_id: &'a str,
        /// What the file says of its version now.
        version: &'a str,
    },
    /// `command:executing`, and the older names of `command:undo` and `command:redo`
    Command {
        /// Which command.
        command_id: &'a str,
        /// Its type.
        command_type: &'a str,
    },
}

/// What a command gave, as `command:executed` tells it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Executed {
    /// The command's last event.
    pub seq: u64,
    /// The node that was created.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_id: Option<String>,
}
