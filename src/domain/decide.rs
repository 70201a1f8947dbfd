//! The rules: from a command to its effects, or to a rejection.

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::command::{CreateNode, UpdateProperty};
use super::graph::{NAME, Place};
use super::record::Outcome;
use super::{
    Author, Body, Command, Effect, NodeId, Rejection, RejectionCode, State, StepState, Timestamp, canonical,
    undo,
};

/// Levels of arrays and objects in a property value. Our JSON reader stops at 128, and a record carries
/// a value some levels deeper than the command that brought it.
pub const MAX_VALUE_DEPTH: usize = 64;

/// How large a project may get.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Nodes a project.
    pub nodes: usize,
    /// Levels from a root to a leaf, both counted.
    pub depth: usize,
    /// Bytes of a property value's canonical JSON.
    pub property_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { nodes: 100_000, depth: 60, property_bytes: 64 * 1024 }
    }
}

/// What a decision depends on beside the state and the command.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Who asks.
    pub author: &'a Author,
    /// The time it is recorded with.
    pub now: Timestamp,
    /// New ids are UUID v5 of it and a counter: decided again, a command gives the same ids.
    pub seed: Uuid,
    /// How large the project may get.
    pub limits: Limits,
}

impl Context<'_> {
    /// The `n`th new id of this command.
    #[must_use]
    pub fn new_id(&self, n: u32) -> NodeId {
        Uuid::new_v5(&self.seed, &n.to_be_bytes())
    }
}

/// What a command would do.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// It becomes a record.
    Commit {
        /// What changes, in order.
        effects: Vec<Effect>,
        /// What the answer says beyond that.
        outcome: Outcome,
    },
    /// An undo or redo without a step: no record, no event.
    NothingToUndo,
}

/// Decides what `command` does to `state`. Nothing is changed.
///
/// # Errors
/// The rule that forbids it.
pub fn decide(state: &State, command: &Command, context: &Context<'_>) -> Result<Decision, Rejection> {
    match command {
        Command::CreateNode(fields) => create_node(state, fields, context),
        Command::DeleteNode { node_id } => delete_node(state, *node_id),
        Command::UpdateProperty(fields) => update_property(state, fields, context),
        Command::Undo { scope, force } => undo::take_back(state, StepState::Done, *scope, *force, context),
        Command::Redo { scope, force } => undo::take_back(state, StepState::Undone, *scope, *force, context),
    }
}

fn create_node(state: &State, fields: &CreateNode, context: &Context<'_>) -> Result<Decision, Rejection> {
    let graph = &state.graph;
    let id = fields.node_id.unwrap_or_else(|| context.new_id(0));
    if graph.node(id).is_some() {
        return Err(Rejection::new(RejectionCode::NodeExists, format!("Node {id} exists"))
            .with_details(json!({ "node_id": id })));
    }
    let node_type = state.template.node_type(&fields.blueprint_type_id).ok_or_else(|| {
        let type_id = super::rejection::excerpt(&fields.blueprint_type_id);
        Rejection::new(
            RejectionCode::UnknownNodeType,
            format!("Template {} has no node type {type_id}", state.template.id),
        )
        .with_details(json!({ "blueprint_type_id": type_id }))
    })?;
    if let Some(parent_id) = fields.parent_id {
        let depth = graph.ancestors(parent_id).count();
        if depth == 0 {
            return Err(Rejection::new(
                RejectionCode::ParentNotFound,
                format!("Parent {parent_id} not found"),
            )
            .with_details(json!({ "parent_id": parent_id })));
        }
        if depth >= context.limits.depth {
            return Err(Rejection::new(
                RejectionCode::DepthLimit,
                format!("A graph is at most {} levels deep", context.limits.depth),
            ));
        }
    }
    if graph.len() >= context.limits.nodes {
        return Err(Rejection::node_limit(context.limits.nodes));
    }
    let mut properties: std::collections::BTreeMap<_, _> = node_type.initial_values().collect();
    properties.extend(fields.properties.iter().map(|(id, value)| (Arc::clone(id), Arc::clone(value))));
    properties.insert(Arc::from(NAME), Arc::new(Value::from(&*fields.name)));
    for (property_id, value) in &properties {
        check_size(property_id, value, context)?;
    }
    let key = graph.key_at(fields.parent_id, fields.index, id);
    let place = Place { parent_id: fields.parent_id, key };
    let body = Body {
        node_type: Arc::clone(&node_type.id),
        created_at: context.now,
        index: Some(graph.index(&place, id)),
        place,
        properties,
        written: None,
    };
    Ok(Decision::Commit {
        effects: vec![Effect::Node { node_id: id, before: None, after: Some(Box::new(body)) }],
        outcome: Outcome { node_id: Some(id), ..Outcome::default() },
    })
}

fn delete_node(state: &State, node_id: NodeId) -> Result<Decision, Rejection> {
    let graph = &state.graph;
    if graph.node(node_id).is_none() {
        return Err(Rejection::missing_node(node_id));
    }
    Ok(Decision::Commit { effects: deletion(graph, node_id), outcome: Outcome::default() })
}

/// The effects of deleting `node_id` and everything below it, the deepest first, so that the inverse
/// brings parents back before their children.
pub(super) fn deletion(graph: &super::Graph, node_id: NodeId) -> Vec<Effect> {
    graph
        .subtree(node_id)
        .into_iter()
        .map(|node| Effect::Node { node_id: node.id, before: Some(Box::new(node.body())), after: None })
        .collect()
}

fn update_property(
    state: &State,
    fields: &UpdateProperty,
    context: &Context<'_>,
) -> Result<Decision, Rejection> {
    let node = state.graph.node(fields.node_id).ok_or_else(|| Rejection::missing_node(fields.node_id))?;
    let before = node.value(&fields.property_id).cloned();
    if let Some(expected) = &fields.expected
        && !same(expected.as_deref().unwrap_or(&Value::Null), before.as_deref().unwrap_or(&Value::Null))
    {
        return Err(Rejection::new(
            RejectionCode::Conflict,
            format!("{} is not what old_value says", fields.property_id),
        )
        .with_details(json!({
            "node_id": fields.node_id,
            "property_id": fields.property_id,
            "current_value": before,
        })));
    }
    if let Some(value) = &fields.new_value {
        check_size(&fields.property_id, value, context)?;
    }
    Ok(Decision::Commit {
        effects: vec![Effect::Property {
            node_id: fields.node_id,
            property_id: Arc::clone(&fields.property_id),
            before,
            after: fields.new_value.clone(),
        }],
        outcome: Outcome::default(),
    })
}

fn check_size(property_id: &str, value: &Value, context: &Context<'_>) -> Result<(), Rejection> {
    let limit = context.limits.property_bytes;
    let small = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
        // Escapes make it longer by at most six: most texts need no second look.
        Value::String(text) => text.len() * 6 + 2 <= limit,
        Value::Array(_) | Value::Object(_) if depth(value) > MAX_VALUE_DEPTH => {
            return Err(Rejection::new(
                RejectionCode::PropertyTooLarge,
                format!("Property {property_id} is nested deeper than {MAX_VALUE_DEPTH} levels"),
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
        format!("Property {property_id} is over {limit} bytes"),
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
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) if a.is_f64() != b.is_f64() => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}
