//! A part of the graph as text, for readers that are no programs.

use std::fmt::Write;

use serde_json::Value;

use crate::domain::{Node, NodeId, State};

/// The most characters of it; what is further down is left out.
pub const MAX: usize = 12_000;

/// A node and everything below it, a line each, and below each line its properties. None if there is no such node.
pub fn outline(state: &State, id: NodeId) -> Option<String> {
    let mut text = String::new();
    write_node(state, state.graph.node(id)?, 0, &mut text);
    Some(text)
}

/// A graph has a bounded depth, so this may recurse. False once there is no more room.
fn write_node(state: &State, node: &Node, depth: usize, text: &mut String) -> bool {
    let node_type = state.template.node_type(&node.node_type);
    let label = node_type.map_or(&*node.node_type, |node_type| &node_type.label);
    let indent = "  ".repeat(depth);
    let mut lines = format!("{indent}- {label}: {}\n", node.name());
    for (id, value) in node.shown_properties().filter(|(id, _)| *id != "name") {
        let property = node_type.and_then(|found| found.properties.iter().find(|one| &*one.id == id));
        let name = property.map_or(id, |property| &property.label);
        let option = value.as_str().and_then(|value| {
            property?.options.iter().find(|option| &*option.id == value).map(|option| &*option.name)
        });
        let value = option.map_or_else(|| shown(value), str::to_owned);
        // A text cannot fail to be written to.
        let _ = writeln!(lines, "{indent}  {name}: {value}");
    }
    if text.chars().count() + lines.chars().count() > MAX {
        text.push_str("…\n");
        return false;
    }
    text.push_str(&lines);
    state.graph.children(Some(node.id)).all(|child| write_node(state, child, depth + 1, text))
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
