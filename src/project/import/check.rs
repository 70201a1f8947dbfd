//! What the rules say of a file's nodes: their types, and in strict projects their children and values. The
//! rules themselves stand in `domain`.

use std::collections::HashMap;

use super::fault::Faults;
use super::node::Draft;
use super::tree::Tree;
use crate::domain::Template;
use crate::domain::decide::{allows_child, check_kind};
use crate::domain::graph::NAME;
use crate::domain::rejection::excerpt;
use crate::domain::template::NodeType;

/// The types that the template has, by their ids: nodes are many, and a template is searched from its front.
pub struct Types<'a> {
    template: &'a Template,
    by_id: HashMap<&'a str, &'a NodeType>,
}

impl<'a> Types<'a> {
    pub fn new(template: &'a Template) -> Self {
        let by_id = template.node_types.iter().rev().map(|node_type| (&*node_type.id, node_type)).collect();
        Self { template, by_id }
    }

    /// A node's type, if the template has it.
    fn of(&self, node: &Draft) -> Option<&'a NodeType> {
        self.by_id.get(&*node.node_type).copied()
    }

    /// Every type has to be one of the template's.
    pub fn check_known(&self, nodes: &[Draft], faults: &mut Faults) {
        for node in nodes {
            if self.of(node).is_none() && !node.node_type.is_empty() {
                let node_type = excerpt(&node.node_type);
                let message = format_args!("template {} has no node type {node_type}", self.template.id);
                faults.add(format_args!("{}.{}", node.place, node.type_field), message);
            }
        }
    }

    /// In a strict project: children where the template allows them, values as it wants them.
    pub fn check_strictly(&self, nodes: &[Draft], tree: &Tree, faults: &mut Faults) {
        for (at, node) in nodes.iter().enumerate() {
            let Some(node_type) = self.of(node) else { continue };
            if let Some(parent) = tree.edges[at].map(|edge| &nodes[edge.parent])
                && self.of(parent).is_some()
                && !allows_child(self.of(parent), &node.node_type)
            {
                let message = format_args!("a {} may not stand below a {}", node.node_type, parent.node_type);
                faults.add(tree.place(nodes, at), message);
            }
            check_values(node, node_type, faults);
        }
    }
}

fn check_values(node: &Draft, node_type: &NodeType, faults: &mut Faults) {
    let held = node.properties.iter().map(|(id, value)| (&**id, Some(&**value)));
    let required = node_type.properties.iter().filter(|property| property.required);
    let missing = required.filter(|property| !node.properties.contains_key(&property.id));
    for (id, value) in held.chain(missing.map(|property| (&*property.id, None))) {
        if let Err(rejection) = check_kind(node_type, id, value) {
            let id = if id == NAME { NAME.to_owned() } else { format!("properties.{}", excerpt(id)) };
            faults.add(format_args!("{}.{id}", node.place), rejection);
        }
    }
}
