//! Commands: what a client may wish for, read from `command_type` and `data`.

mod fields;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use self::fields::Fields;
pub use self::fields::{wanted_property_id, wanted_value};
use super::effect::NodeRow;
use super::rejection::excerpt;
use super::{Graph, Life, NodeId, Rejection, RejectionCode, Template};

/// The longest property id, in bytes.
pub const MAX_PROPERTY_ID: usize = 256;

/// Commands in one batch.
pub const MAX_BATCH: usize = 1_000;

/// Whose steps an undo or a redo takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The caller's own.
    Mine,
    /// Those of everybody in the session.
    Session,
}

/// What an undo or a redo does about what it would leave alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnConflict {
    /// It does the rest, and reports it.
    #[default]
    Skip,
    /// It does nothing, and its step stays.
    Refuse,
}

/// A command in the form that the rules work on.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Makes a node.
    CreateNode(CreateNode),
    /// Deletes a node and everything below it.
    DeleteNode {
        /// The topmost node to go.
        node_id: NodeId,
    },
    /// Writes a property; the property `name` renames the node.
    UpdateProperty(UpdateProperty),
    /// Deletes a property.
    DeleteProperty {
        /// Whose property.
        node_id: NodeId,
        /// Which.
        property_id: Arc<str>,
    },
    /// Puts a node under a parent, last; one that is there already stays where it is.
    LinkNode {
        /// The new parent.
        parent_id: NodeId,
        /// The node.
        child_id: NodeId,
    },
    /// Makes a child the last root.
    UnlinkNode {
        /// The parent that it has.
        parent_id: NodeId,
        /// The node.
        child_id: NodeId,
    },
    /// Puts a node elsewhere.
    MoveNode(MoveNode),
    /// Puts a node elsewhere among its siblings.
    ReorderNode {
        /// The node.
        node_id: NodeId,
        /// How many siblings are to stand before it; past the end puts it last.
        new_index: usize,
    },
    /// Copies what is below one node under another.
    ApplyKit {
        /// Where the copies go.
        target_id: NodeId,
        /// Whose children are copied, whole subtrees.
        kit_root_id: NodeId,
    },
    /// Says what a node waits for.
    UpdateBlockingRelationship {
        /// The node that waits.
        blocked_node_id: NodeId,
        /// What it waits for; none for nothing.
        blocking_node_id: Option<NodeId>,
    },
    /// Moves the project to the present version of a template.
    AdoptTemplate {
        /// Which; none means the one that it has.
        template_id: Option<Arc<str>>,
    },
    /// All of them or none, as one step.
    Batch(Vec<Command>),
    /// Gives the project a name. No client's command: see `PATCH /projects/{id}`.
    RenameProject {
        /// The new name.
        name: Arc<str>,
    },
    /// Replaces the graph by one that came whole. No client's command: see `load-graph`.
    ReplaceGraph(ReplaceGraph),
    /// Makes the graph, or a node and what is below it, what it was. No client's command: see `POST …/restore`.
    Restore(Restore),
    /// Goes on in the project's life. No client's command: see `POST /sessions/{id}/state`.
    SetState {
        /// Where to.
        state: Life,
    },
    /// Ends the project. No client's command: see `DELETE /projects/{id}`.
    DeleteProject,
    /// Takes the newest step back.
    Undo {
        /// Whose step.
        scope: Scope,
        /// Even where others wrote since.
        force: bool,
        /// What becomes of it where something would be left alone.
        on_conflict: OnConflict,
    },
    /// Does again the step that was taken back last.
    Redo {
        /// Whose step.
        scope: Scope,
        /// Even where others wrote since.
        force: bool,
        /// What becomes of it where something would be left alone.
        on_conflict: OnConflict,
    },
}

/// Fields of `CreateNode`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateNode {
    /// The client's id for it; else the server makes one.
    pub node_id: Option<NodeId>,
    /// Where it goes.
    pub parent: Parent,
    /// A node type of the project's template.
    pub blueprint_type_id: Arc<str>,
    /// What it is called.
    pub name: Arc<str>,
    /// Values beyond the template's defaults.
    pub properties: BTreeMap<Arc<str>, Arc<Value>>,
    /// Before the sibling that is there now; last if missing or past the end.
    pub index: Option<usize>,
}

/// Where a new node goes.
#[derive(Clone, Debug, PartialEq)]
pub enum Parent {
    /// It becomes a root.
    Root,
    /// Under this node.
    Node(NodeId),
    /// What the client sent can be no node's id.
    Unreadable(Arc<str>),
}

/// Fields of `MoveNode`.
#[derive(Clone, Debug, PartialEq)]
pub struct MoveNode {
    /// The node.
    pub node_id: NodeId,
    /// Its new parent; none makes it a root.
    pub new_parent_id: Option<NodeId>,
    /// Where among its new siblings.
    pub target: Target,
}

/// A place among siblings, the node itself taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// After all of them.
    Last,
    /// Before the one that is there now; past the end means last.
    Index(usize),
    /// Right behind this one.
    After(NodeId),
    /// Right before this one.
    Before(NodeId),
}

/// A graph that came whole.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplaceGraph {
    /// The template that its nodes are made of, if the project is to pin another one.
    pub template: Option<Arc<Template>>,
    /// All nodes, parents first, in a form that was checked when they were read.
    pub nodes: Arc<[NodeRow]>,
}

/// What was, and is to be again.
#[derive(Clone, Debug, PartialEq)]
pub enum Restore {
    /// The whole graph, and the template that it had.
    Graph(ReplaceGraph),
    /// A node and everything that was below it.
    Node {
        /// The topmost node.
        node_id: NodeId,
        /// The whole graph as it was: what stood around the node says where it goes.
        past: Graph,
    },
}

/// Fields of `UpdateProperty`.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateProperty {
    /// Whose property.
    pub node_id: NodeId,
    /// Which.
    pub property_id: Arc<str>,
    /// None deletes it.
    pub new_value: Option<Arc<Value>>,
    /// With `check`: what must be there now (`Some(None)`: nothing).
    pub expected: Option<Option<Arc<Value>>>,
}

impl Command {
    /// Reads a command. Fields that it does not know are ignored.
    ///
    /// # Errors
    /// `InvalidCommand` with the field; `NodeNotFound` or `ParentNotFound` for an id that cannot be one.
    pub fn parse(command_type: &str, data: &Value) -> Result<Self, Rejection> {
        let empty = serde_json::Map::new();
        let fields = match data {
            Value::Object(fields) => fields,
            Value::Null => &empty,
            _ => return Err(Rejection::field(excerpt(command_type), "data", "an object")),
        };
        let fields = Fields { command_type, fields };
        match command_type {
            "CreateNode" => fields.create_node().map(Self::CreateNode),
            "DeleteNode" => Ok(Self::DeleteNode { node_id: fields.node_id("node_id")? }),
            "UpdateProperty" => fields.update_property().map(Self::UpdateProperty),
            "DeleteProperty" | "DeleteOrphanedProperty" => fields.delete_property(),
            "LinkNode" => Ok(Self::LinkNode {
                parent_id: fields.node_id("parent_id")?,
                child_id: fields.node_id("child_id")?,
            }),
            "UnlinkNode" => Ok(Self::UnlinkNode {
                parent_id: fields.node_id("parent_id")?,
                child_id: fields.node_id("child_id")?,
            }),
            "MoveNode" => fields.move_node().map(Self::MoveNode),
            "ReorderNode" => fields.reorder_node(),
            "ApplyKit" => Ok(Self::ApplyKit {
                target_id: fields.node_id("target_id")?,
                kit_root_id: fields.node_id("kit_root_id")?,
            }),
            "UpdateBlockingRelationship" => Ok(Self::UpdateBlockingRelationship {
                blocked_node_id: fields.node_id("blocked_node_id")?,
                blocking_node_id: fields.node_id_or_null("blocking_node_id")?,
            }),
            "AdoptTemplate" => {
                Ok(Self::AdoptTemplate { template_id: fields.text("template_id")?.map(Arc::from) })
            }
            "Batch" => fields.batch().map(Self::Batch),
            _ => Err(Rejection::new(
                RejectionCode::InvalidCommand,
                format!("Unknown command type: {}", excerpt(command_type)),
            )),
        }
    }

    /// The name it has on the wire and in the journal.
    #[must_use]
    pub fn command_type(&self) -> &'static str {
        match self {
            Self::CreateNode(_) => "CreateNode",
            Self::DeleteNode { .. } => "DeleteNode",
            Self::UpdateProperty(_) => "UpdateProperty",
            Self::DeleteProperty { .. } => "DeleteProperty",
            Self::LinkNode { .. } => "LinkNode",
            Self::UnlinkNode { .. } => "UnlinkNode",
            Self::MoveNode(_) => "MoveNode",
            Self::ReorderNode { .. } => "ReorderNode",
            Self::ApplyKit { .. } => "ApplyKit",
            Self::UpdateBlockingRelationship { .. } => "UpdateBlockingRelationship",
            Self::AdoptTemplate { .. } => "AdoptTemplate",
            Self::Batch(_) => "Batch",
            Self::RenameProject { .. } => "RenameProject",
            Self::SetState { .. } => "SetState",
            Self::ReplaceGraph(_) => "ReplaceGraph",
            Self::Restore(_) => "Restore",
            Self::DeleteProject => "DeleteProject",
            Self::Undo { .. } => "Undo",
            Self::Redo { .. } => "Redo",
        }
    }
}
