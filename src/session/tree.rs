//! The graph as clients read it.

use graphroom_protocol::graph::{Indicator, Properties};
use graphroom_protocol::{GraphTree, NodeTree};

use crate::domain::template::{NodeType, Property, SelectOption};
use crate::domain::{Node, State};

/// The whole graph.
pub fn graph(state: &State) -> GraphTree<'_> {
    GraphTree { roots: state.graph.children(None).map(|root| node(state, root)).collect() }
}

/// A node and everything below it. A graph has a bounded depth, so this may recurse.
pub fn node<'a>(state: &'a State, node: &'a Node) -> NodeTree<'a> {
    let node_type = state.template.node_type(&node.node_type);
    let indicated = node_type.and_then(|node_type| indicated(node_type, node));
    let indicator = indicated.and_then(|(property, option)| {
        Some(Indicator {
            bullet: option.bullet.as_deref(),
            indicator_id: option.indicator_id.as_deref()?,
            indicator_set: property.indicator_set.as_deref(),
        })
    });
    NodeTree {
        id: node.id.to_string(),
        blueprint_type_id: &node.node_type,
        name: node.name(),
        properties: Properties(node.shown_properties().collect()),
        parent_id: node.place.parent_id.map(|id| id.to_string()),
        created_at: node.created_at.to_string(),
        children: state.graph.children(Some(node.id)).map(|child| self::node(state, child)).collect(),
        blocked_by: node.blocked_by.map(|id| id.to_string()),
        allowed_children: node_type
            .map(|node_type| node_type.allowed_children.iter().map(|id| &**id).collect())
            .unwrap_or_default(),
        icon_id: node_type.and_then(|node_type| node_type.icon_id.as_deref()),
        indicator_id: indicator.as_ref().map(|indicator| indicator.indicator_id),
        indicator_set: indicator.as_ref().and_then(|indicator| indicator.indicator_set),
        indicator,
    }
}

/// The first property with an indicator set whose value is an option with an indicator.
fn indicated<'a>(node_type: &'a NodeType, node: &Node) -> Option<(&'a Property, &'a SelectOption)> {
    node_type.properties.iter().filter(|property| property.indicator_set.is_some()).find_map(|property| {
        let value = node.value(&property.id)?.as_str()?;
        let option = property.options.iter().find(|option| &*option.id == value)?;
        option.indicator_id.is_some().then_some((property, option))
    })
}
