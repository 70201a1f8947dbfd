//! When one event stands for all that a command changed: when they would be too many or too large.

use serde_json::Value;

use super::Limits;
use crate::domain::record::Outcome;
use crate::domain::{Body, Change, Effect, State, canonical};

/// What an event needs beside the texts and lists that are counted, which are what can grow.
const ALLOWANCE: usize = 2_048;
/// A UUID in quotes, and a comma.
const ID_BYTES: usize = 39;

/// How many nodes there are after `effects`, if one event is to stand for all of them.
pub fn graph_replaced(state: &State, effects: &[Effect], outcome: &Outcome, limits: Limits) -> Option<usize> {
    if outcome.step.is_none() && is_small(effects, limits) {
        return None;
    }
    let changes = Change::one_by_one(effects);
    let undone = usize::from(outcome.step.is_some());
    let is_too_large = |change| bytes_of(change) + ALLOWANCE > limits.event_bytes;
    if changes.len() + undone <= limits.events && !changes.iter().any(is_too_large) {
        return None;
    }
    let (created, deleted) = effects.iter().fold((0, 0), |(created, deleted), effect| match effect {
        Effect::Node { before, after, .. } => {
            (created + usize::from(after.is_some()), deleted + usize::from(before.is_some()))
        }
        _ => (created, deleted),
    });
    Some(state.graph.len() + created - deleted)
}

/// Whether it is one property, and that small: what most commands write is known without making events of it.
fn is_small(effects: &[Effect], limits: Limits) -> bool {
    let [Effect::Property { property_id, before, after, .. }] = effects else { return false };
    // A name is told by two events, of which the property's is the larger.
    let values = [before, after].into_iter().flatten().map(|value| bytes(value)).sum::<usize>();
    limits.events > 1 && property_id.len() * 12 + values + ALLOWANCE <= limits.event_bytes
}

fn bytes_of(change: &Change<'_>) -> usize {
    match change {
        Change::NodeCreated { body, .. } => body_bytes(body),
        Change::NodeDeleted { node_ids, .. } => node_ids.len() * ID_BYTES,
        Change::NodeRenamed { name, old_name, .. } => bytes(name) + bytes(old_name),
        Change::PropertyChanged { property_id, old_value, new_value, .. } => {
            property_id.len() * 12 + old_value.map_or(0, bytes) + bytes(new_value)
        }
        Change::PropertyDeleted { property_id, old_value, .. } => {
            property_id.len() * 12 + old_value.map_or(0, bytes)
        }
        Change::NodeUnlinked { .. }
        | Change::NodeLinked { .. }
        | Change::BlockingChanged { .. }
        | Change::GraphReplaced { .. }
        | Change::StateChanged { .. }
        | Change::ProjectRenamed { .. }
        | Change::TemplateAdopted(_)
        | Change::ProjectDeleted
        | Change::Undone(_)
        | Change::Redone(_) => 0,
    }
}

/// The properties of a new node. The name stands in its event three times.
fn body_bytes(body: &Body) -> usize {
    body.properties
        .iter()
        .map(|(id, value)| {
            let times = if &**id == crate::domain::graph::NAME { 3 } else { 1 };
            id.len() * 6 + 4 + bytes(value) * times
        })
        .sum()
}

/// At least what a value takes as JSON.
fn bytes(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 32,
        // Escapes make a byte six at most: a short text needs no second look.
        Value::String(text) if text.len() < 1_024 => text.len() * 6 + 2,
        Value::String(_) | Value::Array(_) | Value::Object(_) => canonical::to_string(value).len(),
    }
}
