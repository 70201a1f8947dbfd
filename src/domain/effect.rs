//! Effects: what a command changed, register by register, with the value before and after.
//!
//! An effect is written as `{"register": […], "before": …, "after": …}`; the register's first element
//! says what it is: `["node", id]`, `["property", id, property_id]`, `["place", id]`,
//! `["blocked_by", id]`, `["graph"]`, `["project_name"]`, `["template"]`, `["strict"]`, `["state"]`, `["deleted"]`.
//! `null` stands for "not there". Fields stand in the order of their names, as in [`Record`](super::Record).

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::{self, DeserializeOwned};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::graph::Place;
use super::{Life, NodeId, Stamp, Template, Timestamp};

/// One register's change.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// A node came into being, or went.
    Node {
        /// Which node.
        node_id: NodeId,
        /// None if it was not there.
        before: Option<Box<Body>>,
        /// None if it is gone.
        after: Option<Box<Body>>,
    },
    /// A property was written or deleted.
    Property {
        /// Whose property.
        node_id: NodeId,
        /// Which property.
        property_id: Arc<str>,
        /// None if it had no value.
        before: Option<Arc<Value>>,
        /// None if it was deleted.
        after: Option<Arc<Value>>,
    },
    /// A node got another place.
    Place {
        /// Which node.
        node_id: NodeId,
        /// Where it stood.
        before: Spot,
        /// Where it stands now.
        after: Spot,
    },
    /// A node waits for another one, or no longer.
    BlockedBy {
        /// The node that waits.
        node_id: NodeId,
        /// What it waited for.
        before: Option<NodeId>,
        /// What it waits for now.
        after: Option<NodeId>,
    },
    /// The graph was replaced by another one. What was there before stands in the journal before it.
    Graph {
        /// All nodes, parents first.
        after: Arc<[NodeRow]>,
    },
    /// The project got its name.
    ProjectName {
        /// None when the project was made.
        before: Option<Arc<str>>,
        /// The new name.
        after: Arc<str>,
    },
    /// The project holds its nodes to what its template says, or no longer. A new project does not.
    Strict {
        /// Whether it did.
        before: bool,
        /// Whether it does now.
        after: bool,
    },
    /// The project is worked in, or no longer.
    Life {
        /// Where it was in its life.
        before: Life,
        /// Where it is now.
        after: Life,
    },
    /// The project was deleted: nothing follows in its journal.
    Deleted,
    /// The project pinned a template.
    Template {
        /// None when the project was made.
        before: Option<Arc<Template>>,
        /// The template, whole, so that replay never reads a file.
        after: Arc<Template>,
    },
}

impl Effect {
    /// Whether it is something to take back: it changed a register that undo works on.
    #[must_use]
    pub fn is_undoable(&self) -> bool {
        match self {
            Self::Node { .. }
            | Self::Property { .. }
            | Self::Place { .. }
            | Self::BlockedBy { .. }
            | Self::Template { .. } => !self.changes_nothing(),
            Self::Graph { .. }
            | Self::ProjectName { .. }
            | Self::Strict { .. }
            | Self::Life { .. }
            | Self::Deleted => false,
        }
    }

    /// Whether nothing before it can be taken back any more.
    #[must_use]
    pub fn ends_steps(&self) -> bool {
        matches!(self, Self::Graph { .. } | Self::Deleted)
    }

    /// Whether the register holds the same as before.
    #[must_use]
    pub fn changes_nothing(&self) -> bool {
        match self {
            Self::Node { before, after, .. } => before == after,
            Self::Property { before, after, .. } => before == after,
            Self::Place { before, after, .. } => before.place == after.place,
            Self::BlockedBy { before, after, .. } => before == after,
            Self::Strict { before, after } => before == after,
            Self::Life { before, after } => before == after,
            Self::Graph { .. } | Self::Deleted => false,
            Self::ProjectName { before, after } => before.as_ref() == Some(after),
            Self::Template { before, after } => before.as_ref() == Some(after),
        }
    }
}

/// A place, and where that is among the siblings: events need it, replay does not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spot {
    /// How many siblings stand before it, the node itself taken out. None for a node that only left its
    /// parent and so became the last root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<usize>,
    /// The place.
    #[serde(flatten)]
    pub place: Place,
}

/// A node of a graph that came whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeRow {
    /// Which node.
    pub id: NodeId,
    /// What it is.
    pub node: Body,
}

/// A node as an effect carries it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// What it waits for. Only in graphs that came whole; a node that goes lets go first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked_by: Option<NodeId>,
    /// When the node was first created.
    pub created_at: Timestamp,
    /// How many siblings stood before it when it came into being: events need it, replay does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<usize>,
    /// Its parent and its key among the siblings.
    #[serde(flatten)]
    pub place: Place,
    /// The properties that have a value, the name among them.
    pub properties: BTreeMap<Arc<str>, Arc<Value>>,
    /// The template's node type.
    #[serde(rename = "type")]
    pub node_type: Arc<str>,
    /// The stamps that the node's registers bear. A new node has none of its own: the record's count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<Written>,
}

/// Who wrote the registers of a node that was there before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// Who said last what it waits for, if anybody ever did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked_by: Option<Arc<Stamp>>,
    /// Who put it where it stands.
    pub place: Arc<Stamp>,
    /// By property id; one without a value was deleted.
    pub properties: BTreeMap<Arc<str>, Arc<Stamp>>,
}

impl Serialize for Effect {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        fn row<S: Serializer>(
            serializer: S,
            register: &impl Serialize,
            before: &impl Serialize,
            after: &impl Serialize,
        ) -> Result<S::Ok, S::Error> {
            let mut row = serializer.serialize_struct("Effect", 3)?;
            row.serialize_field("after", after)?;
            row.serialize_field("before", before)?;
            row.serialize_field("register", register)?;
            row.end()
        }
        match self {
            Self::Node { node_id, before, after } => row(serializer, &("node", node_id), before, after),
            Self::Property { node_id, property_id, before, after } => {
                row(serializer, &("property", node_id, property_id), before, after)
            }
            Self::Place { node_id, before, after } => row(serializer, &("place", node_id), before, after),
            Self::BlockedBy { node_id, before, after } => {
                row(serializer, &("blocked_by", node_id), before, after)
            }
            Self::Graph { after } => row(serializer, &["graph"], &(), after),
            Self::Strict { before, after } => row(serializer, &["strict"], before, after),
            Self::Life { before, after } => row(serializer, &["state"], before, after),
            Self::Deleted => row(serializer, &["deleted"], &false, &true),
            Self::ProjectName { before, after } => row(serializer, &["project_name"], before, after),
            Self::Template { before, after } => row(serializer, &["template"], before, after),
        }
    }
}

impl<'de> Deserialize<'de> for Effect {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Row {
            register: Vec<String>,
            before: Box<RawValue>,
            after: Box<RawValue>,
        }
        fn read<T: DeserializeOwned, E: de::Error>(text: &RawValue) -> Result<T, E> {
            serde_json::from_str(text.get()).map_err(E::custom)
        }
        let Row { register, before, after } = Row::deserialize(deserializer)?;
        let names: Vec<&str> = register.iter().map(String::as_str).collect();
        let id = |text: &str| text.parse::<NodeId>().map_err(de::Error::custom);
        match names.as_slice() {
            ["node", node_id] => {
                Ok(Self::Node { node_id: id(node_id)?, before: read(&before)?, after: read(&after)? })
            }
            ["property", node_id, property_id] => Ok(Self::Property {
                node_id: id(node_id)?,
                property_id: Arc::from(*property_id),
                before: read(&before)?,
                after: read(&after)?,
            }),
            ["place", node_id] => {
                Ok(Self::Place { node_id: id(node_id)?, before: read(&before)?, after: read(&after)? })
            }
            ["blocked_by", node_id] => {
                Ok(Self::BlockedBy { node_id: id(node_id)?, before: read(&before)?, after: read(&after)? })
            }
            ["graph"] => Ok(Self::Graph { after: read(&after)? }),
            ["state"] => Ok(Self::Life { before: read(&before)?, after: read(&after)? }),
            ["strict"] => Ok(Self::Strict { before: read(&before)?, after: read(&after)? }),
            ["deleted"] => Ok(Self::Deleted),
            ["project_name"] => Ok(Self::ProjectName { before: read(&before)?, after: read(&after)? }),
            ["template"] => Ok(Self::Template { before: read(&before)?, after: read(&after)? }),
            _ => Err(de::Error::custom(format_args!("unknown register {names:?}"))),
        }
    }
}
