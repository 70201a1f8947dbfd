//! The graph as clients read it, written from the state as it stands: no node is built in another form.

use std::io::{self, Write};

use graphroom_protocol::graph::Indicator;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use crate::domain::template::{NodeType, Property};
use crate::domain::{Node, NodeId, State};
use crate::store::GraphForm;

/// How graphs are written by this server. Texts that were kept in another form are not used: whoever changes what is
/// written gives it another name.
pub const GRAPH_FORM: GraphForm =
    GraphForm { name: concat!(env!("CARGO_PKG_VERSION"), "/1"), write: |state, out| write(state, out) };

/// The whole graph.
pub(super) fn text(state: &State) -> serde_json::Result<Box<RawValue>> {
    to_raw_value(&Whole(state))
}

/// A node and everything below it.
pub(super) fn node_text(state: &State, node: &Node) -> serde_json::Result<Box<RawValue>> {
    to_raw_value(&Tree { state, node })
}

/// Writes the whole graph.
///
/// # Errors
/// What `out` meets.
pub(super) fn write(state: &State, out: impl Write) -> io::Result<()> {
    Ok(serde_json::to_writer(out, &Whole(state))?)
}

/// A [`GraphTree`](graphroom_protocol::GraphTree).
struct Whole<'a>(&'a State);

/// A [`NodeTree`](graphroom_protocol::NodeTree). A graph has a bounded depth, so this may recurse.
struct Tree<'a> {
    state: &'a State,
    node: &'a Node,
}

/// The nodes below one, or those without a parent.
struct Children<'a>(&'a State, Option<NodeId>);

/// The properties that a node shows.
struct Properties<'a>(&'a Node);

/// The node types that belong below a node.
struct AllowedChildren<'a>(Option<&'a NodeType>);

impl Serialize for Whole<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut whole = to.serialize_struct("GraphTree", 1)?;
        whole.serialize_field("roots", &Children(self.0, None))?;
        whole.end()
    }
}

impl Serialize for Children<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Self(state, parent) = *self;
        to.collect_seq(state.graph.children(parent).map(|node| Tree { state, node }))
    }
}

impl Serialize for Tree<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Self { state, node } = *self;
        let node_type = state.template.node_type(&node.node_type);
        let indicator = node_type.and_then(|node_type| indicator(node_type, node));
        let mut tree = to.serialize_struct("NodeTree", 13)?;
        tree.serialize_field("id", &node.id)?;
        tree.serialize_field("blueprint_type_id", &*node.node_type)?;
        tree.serialize_field("name", node.name())?;
        tree.serialize_field("properties", &Properties(node))?;
        tree.serialize_field("parent_id", &node.place.parent_id)?;
        tree.serialize_field("created_at", &node.created_at)?;
        tree.serialize_field("children", &Children(state, Some(node.id)))?;
        tree.serialize_field("blocked_by", &node.blocked_by)?;
        tree.serialize_field("allowed_children", &AllowedChildren(node_type))?;
        tree.serialize_field("icon_id", &node_type.and_then(|node_type| node_type.icon_id.as_deref()))?;
        tree.serialize_field("indicator_id", &indicator.as_ref().map(|indicator| indicator.indicator_id))?;
        let set = indicator.as_ref().and_then(|indicator| indicator.indicator_set);
        tree.serialize_field("indicator_set", &set)?;
        if let Some(indicator) = &indicator {
            tree.serialize_field("indicator", indicator)?;
        }
        tree.end()
    }
}

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.shown_properties())
    }
}

impl Serialize for AllowedChildren<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.into_iter().flat_map(|node_type| &node_type.allowed_children).map(|id| &**id))
    }
}

/// The first property with an indicator set whose value is an option with an indicator says what is drawn.
fn indicator<'a>(node_type: &'a NodeType, node: &Node) -> Option<Indicator<'a>> {
    let indicated = |property: &&'a Property| property.indicator_set.is_some();
    let found = node_type.properties.iter().filter(indicated).find_map(|property| {
        let value = node.value(&property.id)?.as_str()?;
        let option = property.options.iter().find(|option| &*option.id == value)?;
        Some((property, option, option.indicator_id.as_deref()?))
    });
    let (property, option, indicator_id) = found?;
    Some(Indicator {
        bullet: option.bullet.as_deref(),
        indicator_id,
        indicator_set: property.indicator_set.as_deref(),
    })
}
