//! A node: its properties and its place, each register with the stamp of its last write.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Properties;
use crate::domain::effect::{Body, Written};
use crate::domain::{NodeId, OrderKey, Stamp, Timestamp};

/// The property that holds a node's name. Shown beside the other properties, not among them.
pub const NAME: &str = "name";

/// Where a node stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The order among the parent's children; equal keys are ordered by node id.
    pub key: OrderKey,
    /// None for a root.
    pub parent_id: Option<NodeId>,
}

/// A property's value, or the mark that somebody deleted it, and who wrote it last.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// None after the property was deleted.
    pub value: Option<Arc<Value>>,
    /// Who wrote it last.
    pub stamp: Arc<Stamp>,
}

/// One node.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its name for good.
    pub id: NodeId,
    /// The template's node type (`blueprint_type_id` on the wire).
    pub node_type: Arc<str>,
    /// When it was first created; undoing its deletion keeps it.
    pub created_at: Timestamp,
    /// Who brought it into being last.
    pub existence: Arc<Stamp>,
    /// Where it stands.
    pub place: Place,
    /// Who put it there last.
    pub place_stamp: Arc<Stamp>,
    /// By property id, the name among them.
    pub properties: Properties,
    /// What it waits for.
    pub blocked_by: Option<NodeId>,
    /// Who said so last; none if nobody ever did.
    pub blocked_stamp: Option<Arc<Stamp>>,
}

impl Node {
    /// The value of a property, if it has one.
    #[must_use]
    pub fn value(&self, property_id: &str) -> Option<&Arc<Value>> {
        self.properties.get(property_id)?.value.as_ref()
    }

    /// The node's name; empty if it has none.
    #[must_use]
    pub fn name(&self) -> &str {
        self.value(NAME).and_then(|name| name.as_str()).unwrap_or_default()
    }

    /// The properties that have a value, without the name, in the order of their ids.
    pub fn shown_properties(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.properties
            .iter()
            .filter(|(id, _)| &***id != NAME)
            .filter_map(|(id, cell)| Some((&**id, &**cell.value.as_ref()?)))
    }

    /// Whether it is what `body` says, whoever wrote it.
    #[must_use]
    pub fn holds(&self, body: &Body) -> bool {
        let valued = self.properties.iter().filter(|(_, cell)| cell.value.is_some()).count();
        self.place == body.place
            && self.blocked_by == body.blocked_by
            && self.created_at == body.created_at
            && self.node_type == body.node_type
            && valued == body.properties.len()
            && body.properties.iter().all(|(id, value)| self.value(id) == Some(value))
    }

    /// Everything needed to bring this node back as it is.
    #[must_use]
    pub fn body(&self) -> Body {
        Body {
            node_type: Arc::clone(&self.node_type),
            created_at: self.created_at,
            place: self.place.clone(),
            index: None,
            properties: self
                .properties
                .iter()
                .filter_map(|(id, cell)| Some((Arc::clone(id), Arc::clone(cell.value.as_ref()?))))
                .collect(),
            blocked_by: self.blocked_by,
            written: Some(Written {
                place: Arc::clone(&self.place_stamp),
                blocked_by: self.blocked_stamp.clone(),
                properties: self
                    .properties
                    .iter()
                    .map(|(id, cell)| (Arc::clone(id), Arc::clone(&cell.stamp)))
                    .collect(),
            }),
        }
    }
}
