//! The commands that a client can give: `command_type`, and the `data` that goes with it.
//!
//! This is how commands are written. How they are read, with an error that names the field, is for the
//! domain to say; a test gives it every one of these.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::schema::SingleCommand;

/// A command. Fields of `data` that it does not know are ignored.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(tag = "command_type", content = "data")]
pub enum Command {
    /// Makes a node.
    CreateNode(CreateNodeData),
    /// Deletes a node and everything below it.
    DeleteNode(DeleteNodeData),
    /// Writes a property. `name` is the node's name.
    UpdateProperty(UpdatePropertyData),
    /// Deletes a property.
    DeleteProperty(DeletePropertyData),
    /// The same under its older name.
    DeleteOrphanedProperty(DeleteOrphanedPropertyData),
    /// Puts a node under a parent, last; it leaves the parent that it had.
    LinkNode(LinkNodeData),
    /// Makes a child the last root.
    UnlinkNode(UnlinkNodeData),
    /// Puts a node elsewhere.
    MoveNode(MoveNodeData),
    /// Puts a node elsewhere among its siblings.
    ReorderNode(ReorderNodeData),
    /// Copies what is below one node under another.
    ApplyKit(ApplyKitData),
    /// Says what a node waits for.
    UpdateBlockingRelationship(UpdateBlockingRelationshipData),
    /// Moves the project to the present version of a template.
    AdoptTemplate(AdoptTemplateData),
    /// All of its commands or none, as one step.
    Batch(BatchData),
}

impl Command {
    /// Every `command_type`.
    pub const TYPES: [&'static str; 13] = [
        "CreateNode",
        "DeleteNode",
        "UpdateProperty",
        "DeleteProperty",
        "DeleteOrphanedProperty",
        "LinkNode",
        "UnlinkNode",
        "MoveNode",
        "ReorderNode",
        "ApplyKit",
        "UpdateBlockingRelationship",
        "AdoptTemplate",
        "Batch",
    ];
}

/// Fields of `CreateNode`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct CreateNodeData {
    /// A node type of the project's template.
    #[schema(min_length = 1)]
    pub blueprint_type_id: String,
    /// Where it goes; missing or null makes a root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    /// The client's UUID for it; else the server makes one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    pub node_id: Option<String>,
    /// What it is called; `New Node` if it does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Values by property id, beside the template's defaults; null is no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub properties: Option<Map<String, Value>>,
    /// Before the sibling that is there now; last if missing or past the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u64>,
}

/// Fields of `DeleteNode`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DeleteNodeData {
    /// The topmost node to go.
    #[schema(min_length = 1)]
    pub node_id: String,
}

/// Fields of `UpdateProperty`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct UpdatePropertyData {
    /// Whose property.
    #[schema(min_length = 1)]
    pub node_id: String,
    /// Which: at most 256 bytes.
    #[schema(min_length = 1, max_length = 256)]
    pub property_id: String,
    /// The value; null or none deletes the property.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_value: Option<Value>,
    /// The same under another name; `new_value` goes before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// With `check`: what must be there now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_value: Option<Value>,
    /// Whether `old_value` must be what is there now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<bool>,
}

/// Fields of `DeleteProperty`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DeletePropertyData {
    /// Whose property.
    #[schema(min_length = 1)]
    pub node_id: String,
    /// Which. `property_key` is the same field under its older name.
    #[schema(min_length = 1, max_length = 256)]
    pub property_id: String,
}

/// Fields of `DeleteOrphanedProperty`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DeleteOrphanedPropertyData {
    /// Whose property.
    #[schema(min_length = 1)]
    pub node_id: String,
    /// Which. `property_id` is the same field under its newer name.
    #[schema(min_length = 1, max_length = 256)]
    pub property_key: String,
}

/// Fields of `LinkNode`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct LinkNodeData {
    /// The new parent.
    #[schema(min_length = 1)]
    pub parent_id: String,
    /// The node.
    #[schema(min_length = 1)]
    pub child_id: String,
}

/// Fields of `UnlinkNode`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct UnlinkNodeData {
    /// The parent that it has.
    #[schema(min_length = 1)]
    pub parent_id: String,
    /// The node.
    #[schema(min_length = 1)]
    pub child_id: String,
}

/// Fields of `MoveNode`. Of `index`, `after`, `before` and `position` at most one; none means last.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct MoveNodeData {
    /// The node.
    #[schema(min_length = 1)]
    pub node_id: String,
    /// Its new parent; null makes it a root.
    #[schema(required = true, min_length = 1)]
    pub new_parent_id: Option<String>,
    /// How many siblings are to stand before it, itself not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u64>,
    /// The sibling right behind which it goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1)]
    pub after: Option<String>,
    /// The sibling right before which it goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1)]
    pub before: Option<String>,
    /// First or last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
}

/// An end of a list of siblings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Position {
    /// Before all others.
    First,
    /// After all others.
    Last,
}

/// Fields of `ReorderNode`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReorderNodeData {
    /// The node.
    #[schema(min_length = 1)]
    pub node_id: String,
    /// How many siblings are to stand before it; past the end puts it last.
    pub new_index: u64,
}

/// Fields of `ApplyKit`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ApplyKitData {
    /// Where the copies go.
    #[schema(min_length = 1)]
    pub target_id: String,
    /// Whose children are copied, whole subtrees.
    #[schema(min_length = 1)]
    pub kit_root_id: String,
}

/// Fields of `UpdateBlockingRelationship`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct UpdateBlockingRelationshipData {
    /// The node that waits.
    #[schema(min_length = 1)]
    pub blocked_node_id: String,
    /// What it waits for; null for nothing.
    #[schema(required = true, min_length = 1)]
    pub blocking_node_id: Option<String>,
}

/// Fields of `AdoptTemplate`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct AdoptTemplateData {
    /// Which template; the one that the project has if it does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_id: Option<String>,
}

/// Fields of `Batch`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct BatchData {
    /// In their order. No `Batch` among them.
    #[schema(value_type = Vec<SingleCommand>, min_items = 1, max_items = 1000)]
    pub commands: Vec<Command>,
}
