//! Nodes and their properties: create, delete, write.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{Context, Decision, Limits, too_deep};
use crate::domain::command::{CreateNode, Parent, UpdateProperty};
use crate::domain::graph::{Cell, NAME, Place};
use crate::domain::record::Outcome;
use crate::domain::rejection::excerpt;
use crate::domain::template::NodeType;
use crate::domain::{Body, Effect, Node, NodeId, Rejection, RejectionCode, State, canonical, deletion};

/// Levels of arrays and objects in a property value. Our JSON reader stops at 128, and a record carries
/// a value some levels deeper than the command that brought it.
pub const MAX_VALUE_DEPTH: usize = 64;

pub fn create(state: &State, fields: &CreateNode, context: &Context<'_>) -> Result<Decision, Rejection> {
    let graph = &state.graph;
    let id = fields.node_id.unwrap_or_else(|| context.new_id(0));
    if graph.node(id).is_some() {
        return Err(Rejection::new(RejectionCode::NodeExists, format!("Node {id} exists"))
            .with_details(json!({ "node_id": id })));
    }
    let node_type = state.template.node_type(&fields.blueprint_type_id).ok_or_else(|| {
        let type_id = excerpt(&fields.blueprint_type_id);
        Rejection::new(
            RejectionCode::UnknownNodeType,
            format!("Template {} has no node type {type_id}", state.template.id),
        )
        .with_details(json!({ "blueprint_type_id": type_id }))
    })?;
    let parent = parent(state, &fields.parent, context)?;
    if let Some(parent) = parent {
        if graph.ancestors(parent.id).count() >= context.limits.depth {
            return Err(too_deep(parent.id, context));
        }
        check_child(state, parent, &node_type.id)?;
    }
    if graph.len() >= context.limits.nodes {
        return Err(Rejection::node_limit(context.limits.nodes));
    }
    let properties = initial_properties(state, node_type, fields, context)?;
    let parent_id = parent.map(|parent| parent.id);
    let place = Place { parent_id, key: graph.key_at(parent_id, fields.index, id) };
    let body = Body {
        node_type: Arc::clone(&node_type.id),
        created_at: context.now,
        index: Some(graph.index(&place, id)),
        place,
        properties,
        blocked_by: None,
        written: None,
    };
    Ok(Decision::Commit {
        effects: vec![Effect::Node { node_id: id, before: None, after: Some(Box::new(body)) }],
        outcome: Outcome { node_id: Some(id), ..Outcome::default() },
    })
}

/// The parent that a new node is to have; none makes it a root.
fn parent<'a>(
    state: &'a State,
    parent: &Parent,
    context: &Context<'_>,
) -> Result<Option<&'a Arc<Node>>, Rejection> {
    let (found, name) = match parent {
        Parent::Root => return Ok(None),
        Parent::Node(id) => (state.graph.node(*id), id.to_string()),
        Parent::Unreadable(text) => (None, text.to_string()),
    };
    if found.is_none() && !context.lenient_parents {
        return Err(Rejection::new(RejectionCode::ParentNotFound, format!("Parent {name} not found"))
            .with_details(json!({ "parent_id": name })));
    }
    Ok(found)
}

/// What a new node holds: the template's defaults, what the command says, its name.
fn initial_properties(
    state: &State,
    node_type: &NodeType,
    fields: &CreateNode,
    context: &Context<'_>,
) -> Result<BTreeMap<Arc<str>, Arc<Value>>, Rejection> {
    let mut properties: BTreeMap<_, _> = node_type.initial_values().collect();
    properties.extend(fields.properties.iter().map(|(id, value)| (Arc::clone(id), Arc::clone(value))));
    properties.insert(Arc::from(NAME), Arc::new(Value::from(&*fields.name)));
    for (property_id, value) in &properties {
        check_size(property_id, value, &context.limits)?;
    }
    if state.strict {
        for (property_id, value) in &properties {
            check_kind(node_type, property_id, Some(value))?;
        }
        for property in node_type.properties.iter().filter(|property| property.required) {
            check_kind(node_type, &property.id, properties.get(&property.id).map(|value| &**value))?;
        }
    }
    Ok(properties)
}

pub fn delete(state: &State, node_id: NodeId) -> Result<Decision, Rejection> {
    if state.graph.node(node_id).is_none() {
        return Err(Rejection::missing_node(node_id));
    }
    Ok(Decision::commit(deletion::effects(&state.graph, node_id)))
}

pub fn update_property(
    state: &State,
    fields: &UpdateProperty,
    context: &Context<'_>,
) -> Result<Decision, Rejection> {
    let node = state.graph.node(fields.node_id).ok_or_else(|| Rejection::missing_node(fields.node_id))?;
    let held = node.properties.get_key_value(&fields.property_id);
    let before = held.and_then(|(_, cell)| cell.value.as_ref());
    if let Some(expected) = &fields.expected
        && !same(expected.as_deref().unwrap_or(&Value::Null), before.map_or(&Value::Null, |value| &**value))
    {
        return Err(Rejection::new(
            RejectionCode::Conflict,
            format!("{} is not what old_value says", excerpt(&fields.property_id)),
        )
        .with_details(json!({
            "node_id": fields.node_id,
            "property_id": fields.property_id,
            "current_value": before,
        })));
    }
    if let Some(value) = &fields.new_value {
        check_size(&fields.property_id, value, &context.limits)?;
    }
    write(state, node, held, &fields.property_id, fields.new_value.clone())
}

pub fn delete_property(
    state: &State,
    node_id: NodeId,
    property_id: &Arc<str>,
) -> Result<Decision, Rejection> {
    let node = state.graph.node(node_id).ok_or_else(|| Rejection::missing_node(node_id))?;
    write(state, node, node.properties.get_key_value(property_id), property_id, None)
}

fn write(
    state: &State,
    node: &Node,
    held: Option<(&Arc<str>, &Cell)>,
    property_id: &Arc<str>,
    after: Option<Arc<Value>>,
) -> Result<Decision, Rejection> {
    if state.strict
        && let Some(node_type) = state.template.node_type(&node.node_type)
    {
        check_kind(node_type, property_id, after.as_deref())?;
    }
    // The id that the node has is known to many; the command's own would be kept for the step alone.
    let (property_id, before) = held.map_or((property_id, None), |(id, cell)| (id, cell.value.clone()));
    let property_id = Arc::clone(property_id);
    Ok(Decision::commit(vec![Effect::Property { node_id: node.id, property_id, before, after }]))
}

/// In a strict project: whether the template lets a node of this type stand below `parent`.
pub fn check_child(state: &State, parent: &Node, child_type: &str) -> Result<(), Rejection> {
    if !state.strict {
        return Ok(());
    }
    let parent_type = state.template.node_type(&parent.node_type);
    if allows_child(parent_type, child_type) {
        return Ok(());
    }
    let allowed = parent_type.map_or(&[][..], |parent_type| &parent_type.allowed_children);
    let message = format!("A {} may not stand below a {}", excerpt(child_type), parent.node_type);
    Err(Rejection::new(RejectionCode::ChildNotAllowed, message).with_details(json!({
        "reason": "CHILD_NOT_ALLOWED",
        "parent_id": parent.id,
        "blueprint_type_id": child_type,
        "allowed_children": allowed,
    })))
}

/// Whether a template lets a node of one type stand below one of another; one that it does not know lets none.
#[must_use]
pub fn allows_child(parent_type: Option<&NodeType>, child_type: &str) -> bool {
    parent_type.is_some_and(|parent| parent.allowed_children.iter().any(|allowed| **allowed == *child_type))
}

/// In a strict project: whether a property may have this value, or none.
///
/// # Errors
/// [`RejectionCode::InvalidPropertyValue`]
pub fn check_kind(node_type: &NodeType, property_id: &str, value: Option<&Value>) -> Result<(), Rejection> {
    let Some(property) = node_type.property(property_id) else { return Ok(()) };
    let is_filled = |value: &Value| value.as_str() != Some("");
    let fault = match value {
        Some(value) if !property.accepts(value) => property.wanted(),
        Some(value) if property.required && !is_filled(value) => "filled in",
        None if property.required => "filled in",
        _ => return Ok(()),
    };
    let message = format!("Property {property_id} of a {} must be {fault}", node_type.id);
    Err(Rejection::new(RejectionCode::InvalidPropertyValue, message)
        .with_details(json!({ "property_id": property_id, "blueprint_type_id": node_type.id })))
}

/// Whether a value is small enough to be kept.
///
/// # Errors
/// [`RejectionCode::PropertyTooLarge`]
pub fn check_size(property_id: &str, value: &Value, limits: &Limits) -> Result<(), Rejection> {
    let limit = limits.property_bytes;
    let small = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
        // Escapes make it longer by at most six: most texts need no second look.
        Value::String(text) => text.len() * 6 + 2 <= limit,
        Value::Array(_) | Value::Object(_) if depth(value) > MAX_VALUE_DEPTH => {
            return Err(Rejection::new(
                RejectionCode::PropertyTooLarge,
                format!("Property {} is nested deeper than {MAX_VALUE_DEPTH} levels", excerpt(property_id)),
            )
            .with_details(json!({ "property_id": property_id, "max_depth": MAX_VALUE_DEPTH })));
        }
        Value::Array(_) | Value::Object(_) => false,
    };
    if small || canonical::to_string(value).len() <= limit {
        return Ok(());
    }
    Err(Rejection::new(
        RejectionCode::PropertyTooLarge,
        format!("Property {} is over {limit} bytes", excerpt(property_id)),
    )
    .with_details(json!({ "property_id": property_id, "limit": limit })))
}

/// How many arrays and objects stand around the innermost value.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

/// Whether two values are the same to every client. Some write `2.0` where others read and write `2`.
#[must_use]
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) if a.is_f64() != b.is_f64() => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}
