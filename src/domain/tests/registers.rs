//! A state as what it is made of: registers, each with what it holds and who wrote it last.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::domain::{Effect, Node, NodeId, Stamp, State};

/// One thing that is written and undone on its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Register {
    Existence(NodeId),
    Place(NodeId),
    BlockedBy(NodeId),
    Property(NodeId, Arc<str>),
    Template,
}

impl Register {
    pub(super) fn node(&self) -> Option<NodeId> {
        match self {
            Self::Existence(id) | Self::Place(id) | Self::BlockedBy(id) | Self::Property(id, _) => Some(*id),
            Self::Template => None,
        }
    }

    pub(super) fn property(&self) -> Option<&str> {
        match self {
            Self::Property(_, property_id) => Some(property_id),
            Self::Existence(_) | Self::Place(_) | Self::BlockedBy(_) | Self::Template => None,
        }
    }

    /// What an effect writes, apart from the registers of a node that comes or goes with it.
    pub(super) fn of(effect: &Effect) -> Option<Self> {
        match effect {
            Effect::Node { node_id, .. } => Some(Self::Existence(*node_id)),
            Effect::Place { node_id, .. } => Some(Self::Place(*node_id)),
            Effect::BlockedBy { node_id, .. } => Some(Self::BlockedBy(*node_id)),
            Effect::Property { node_id, property_id, .. } => {
                Some(Self::Property(*node_id, Arc::clone(property_id)))
            }
            Effect::Template { .. } => Some(Self::Template),
            Effect::Graph { .. }
            | Effect::ProjectName { .. }
            | Effect::Strict { .. }
            | Effect::Life { .. }
            | Effect::Deleted => None,
        }
    }
}

/// What a register holds, and the mark of its last write. A node that is gone has one register, its
/// existence, which holds nothing.
pub(super) type Registers = BTreeMap<Register, (Value, Option<Arc<Stamp>>)>;

pub(super) fn registers(state: &State, ids: impl IntoIterator<Item = NodeId>) -> Registers {
    let template = json!([state.template.id, state.template.version]);
    let mut found = Registers::from([(Register::Template, (template, state.template_stamp.clone()))]);
    for id in ids {
        match (state.graph.node(id), state.graph.tombstone(id)) {
            (Some(node), _) => of_node(node, &mut found),
            (None, gone) => {
                let stamp = gone.map(|tombstone| Arc::clone(&tombstone.stamp));
                found.insert(Register::Existence(id), (Value::Null, stamp));
            }
        }
    }
    found
}

fn of_node(node: &Node, found: &mut Registers) {
    let id = node.id;
    let existence = (json!([node.node_type, node.created_at]), Some(Arc::clone(&node.existence)));
    found.insert(Register::Existence(id), existence);
    let place = serde_json::to_value(&node.place).unwrap();
    found.insert(Register::Place(id), (place, Some(Arc::clone(&node.place_stamp))));
    found.insert(Register::BlockedBy(id), (json!(node.blocked_by), node.blocked_stamp.clone()));
    for (property_id, cell) in &node.properties {
        // A value is never null: an object around it tells a value from none.
        let value = cell.value.as_ref().map_or(Value::Null, |value| json!({ "value": value }));
        let register = Register::Property(id, Arc::clone(property_id));
        found.insert(register, (value, Some(Arc::clone(&cell.stamp))));
    }
}

/// What a register holds; nothing if it is not there.
pub(super) fn held<'a>(registers: &'a Registers, register: &Register) -> &'a Value {
    registers.get(register).map_or(&Value::Null, |(value, _)| value)
}
