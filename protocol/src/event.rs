//! Events: what the members of a session are told.

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::conflict::Conflict;
pub use crate::event_name::EventName;
use crate::graph::Properties;
use crate::schema::{AnyGraphEvent, always_empty, always_false, always_null, always_true};

/// A graph event: durable, numbered, the same for everybody and for every reading.
#[derive(Clone, Debug, Serialize, ToSchema)]
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

/// `events`: graph events for a member that asked for batches.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Frame<'a> {
    /// Its own name.
    pub event: EventName,
    /// The room.
    pub session_id: &'a str,
    /// The journal's identity.
    pub epoch: &'a str,
    /// The first event's `seq`.
    pub from: u64,
    /// The last event's.
    pub to: u64,
    /// The events, in order and without a gap.
    #[schema(value_type = Vec<AnyGraphEvent>)]
    pub events: Vec<&'a RawValue>,
}

/// Who gave a command.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct AuthorView<'a> {
    /// The key of undo steps and idempotency.
    pub user_id: &'a str,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<&'a str>,
    /// The connection it came over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub client_id: Option<&'a str>,
}

/// The fields of a graph event beyond the common ones.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum GraphEventContent<'a> {
    /// `node-created`
    #[schema(title = "NodeCreated")]
    NodeCreated {
        /// The new node.
        node_id: String,
        /// Null for a root.
        #[schema(required = true)]
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
    #[schema(title = "NodeDeleted")]
    NodeDeleted {
        /// The topmost node.
        node_id: String,
        /// All of them, parents first.
        node_ids: Vec<String>,
        /// Where the topmost one stood.
        #[schema(required = true)]
        parent_id: Option<String>,
    },
    /// `node-updated`
    #[schema(title = "NodeUpdated")]
    NodeUpdated {
        /// Which node.
        node_id: String,
        /// Its new name.
        #[schema(value_type = String)]
        name: &'a Value,
        /// The one before.
        #[schema(value_type = String)]
        old_name: &'a Value,
    },
    /// `property-changed`
    #[schema(title = "PropertyChanged")]
    PropertyChanged {
        /// Whose property.
        node_id: String,
        /// Which.
        property_id: &'a str,
        /// The same value: older clients know it by this field.
        property_name: &'a str,
        /// Null if it had no value.
        #[schema(required = true)]
        old_value: Option<&'a Value>,
        /// Never null.
        new_value: &'a Value,
    },
    /// `property-deleted`
    #[schema(title = "PropertyDeleted")]
    PropertyDeleted {
        /// Whose property.
        node_id: String,
        /// Which.
        property_id: &'a str,
        /// The same value: older clients know it by this field.
        property_name: &'a str,
        /// Null if there was nothing to delete.
        #[schema(required = true)]
        old_value: Option<&'a Value>,
    },
    /// `node-linked`, `node-unlinked`
    #[schema(title = "NodeLinked")]
    NodeLinked {
        /// The parent that it got or left; null when a root got another place among the roots.
        #[schema(required = true)]
        parent_id: Option<String>,
        /// Which node.
        child_id: String,
        /// How many siblings stand, or stood, before it.
        index: usize,
    },
    /// `blocking-changed`
    #[schema(title = "BlockingChanged")]
    BlockingChanged {
        /// The node that waits.
        blocked_node_id: String,
        /// What it waits for now.
        #[schema(required = true)]
        blocking_node_id: Option<String>,
        /// What it waited for before.
        #[schema(required = true)]
        old_blocking_node_id: Option<String>,
    },
    /// `project-updated`
    #[schema(title = "ProjectUpdated")]
    ProjectUpdated {
        /// The new name.
        name: &'a str,
        /// The one before.
        #[schema(required = true)]
        old_name: Option<&'a str>,
    },
    /// `template-adopted`
    #[schema(title = "TemplateAdopted")]
    TemplateAdopted {
        /// The template that the project pins now.
        template_id: &'a str,
        /// Its version.
        version: &'a str,
    },
    /// `graph-replaced`
    #[schema(title = "GraphReplaced")]
    GraphReplaced {
        /// How many nodes there are now.
        node_count: usize,
    },
    /// `session:state`
    #[schema(title = "SessionState")]
    SessionState {
        /// `active`, `paused`, `completed` or `error`.
        state: &'a str,
        /// What it was before.
        old_state: &'a str,
    },
    /// `session:closed`
    #[schema(title = "SessionClosed")]
    SessionClosed {
        /// Why: `deleted`.
        reason: &'a str,
    },
    /// `command:undo`, `command:redo`
    #[schema(title = "Undone")]
    Undone {
        /// The command whose step it was.
        undone_command_id: &'a str,
        /// What was left alone.
        #[schema(value_type = Vec<Conflict>)]
        conflicts: Vec<Value>,
        /// How much was left alone beyond that.
        #[serde(skip_serializing_if = "is_zero")]
        conflicts_omitted: usize,
    },
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// A node as `node-created` carries it: a replica needs nothing else.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CreatedNode<'a> {
    /// A UUID.
    pub id: String,
    /// The template's node type.
    pub blueprint_type_id: &'a str,
    /// Null for a root.
    #[schema(required = true)]
    pub parent_id: Option<String>,
    /// What people call it.
    pub name: &'a str,
    /// Values by property id.
    pub properties: Properties<'a>,
    /// Always empty: children have events of their own.
    #[schema(schema_with = always_empty)]
    pub children: [(); 0],
    /// RFC 3339, UTC, milliseconds, `Z`.
    pub created_at: String,
    /// The node that blocks this one.
    #[schema(required = true)]
    pub blocked_by: Option<String>,
}

/// What happened around graph events: without `seq`, never replayed.
#[derive(Clone, Debug, Serialize, ToSchema)]
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
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum LifecycleContent<'a> {
    /// `command:executed`
    #[schema(title = "Executed")]
    Executed {
        /// Which command.
        command_id: &'a str,
        /// Its type.
        command_type: &'a str,
        /// Always true.
        #[schema(schema_with = always_true)]
        success: bool,
        /// What the answer says.
        result: Executed,
        /// Always null: older clients look for it.
        #[schema(schema_with = always_null)]
        error: (),
    },
    /// `command:failed`
    #[schema(title = "Failed")]
    Failed {
        /// Which command.
        command_id: &'a str,
        /// Its type.
        command_type: &'a str,
        /// Always false.
        #[schema(schema_with = always_false)]
        success: bool,
        /// What and why.
        error: &'a crate::ErrorBody,
    },
    /// `external_project_update`
    #[schema(title = "Project")]
    Project {
        /// The project.
        project_id: &'a str,
    },
    /// `session:connected`, `session:disconnected`
    #[schema(title = "Connection")]
    Connection {
        /// The connection that joined or left.
        client_id: &'a str,
        /// Joined connections after that.
        active_clients: usize,
    },
    /// `external_template_update`
    #[schema(title = "TemplateUpdate")]
    TemplateUpdate {
        /// The template whose file changed; the project keeps the version that it pinned.
        template_id: &'a str,
        /// What the file says of its version now.
        version: &'a str,
    },
    /// `command:executing`, and the older names of `command:undo` and `command:redo`
    #[schema(title = "Command")]
    Command {
        /// Which command.
        command_id: &'a str,
        /// Its type.
        command_type: &'a str,
    },
}

/// What a command gave, as `command:executed` tells it.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct Executed {
    /// The command's last event.
    pub seq: u64,
    /// The node that was created.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub node_id: Option<String>,
}
