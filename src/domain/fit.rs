//! Whether a record fits a state: whether each of its effects says truly what was there before.
//!
//! Applying a record does not ask: what `decide` gave always fits. This is for whoever reads a journal
//! and wants to know whether it is one. Stamps are not compared, since the effects of one record cannot
//! know those of the record itself.

use std::sync::Arc;

use super::{Body, Effect, Node, Record, Stamp, State};

/// What the first effect that does not fit is about; none if the record fits the state before it.
#[must_use]
pub fn misfit(state: &State, record: &Record) -> Option<String> {
    let mut state = state.clone();
    let by = Arc::clone(&record.author.user_id);
    let stamp =
        Arc::new(Stamp { seq: record.seq_last, owner: Arc::clone(&by), by, at: record.at, restored: false });
    for effect in &record.effects {
        if !fits(&state, effect) {
            return Some(register(effect));
        }
        state.write(effect, &stamp);
    }
    None
}

fn fits(state: &State, effect: &Effect) -> bool {
    let is_new = state.head == 0;
    let node = |id| state.graph.node(id);
    match effect {
        Effect::Node { node_id, before, .. } => match (before, node(*node_id)) {
            (None, None) => true,
            (Some(body), Some(node)) => is_body_of(body, node),
            (None, Some(_)) | (Some(_), None) => false,
        },
        Effect::Property { node_id, property_id, before, .. } => {
            node(*node_id).is_some_and(|node| node.value(property_id) == before.as_ref())
        }
        Effect::Place { node_id, before, .. } => {
            node(*node_id).is_some_and(|node| node.place == before.place)
        }
        Effect::BlockedBy { node_id, before, .. } => {
            node(*node_id).is_some_and(|node| node.blocked_by == *before)
        }
        Effect::ProjectName { before, .. } => match before {
            Some(before) => *before == state.name,
            None => is_new,
        },
        Effect::Template { before, .. } => match before {
            Some(before) => *before == state.template,
            None => is_new,
        },
        Effect::Strict { before, .. } => *before == state.strict,
        Effect::Life { before, .. } => *before == state.life,
        // It does not say what was there.
        Effect::Graph { .. } => true,
        Effect::Deleted => !state.deleted,
    }
}

fn is_body_of(body: &Body, node: &Node) -> bool {
    let values = node.properties.iter().filter_map(|(id, cell)| Some((id, cell.value.as_ref()?)));
    body.node_type == node.node_type
        && body.created_at == node.created_at
        && body.place == node.place
        && body.blocked_by == node.blocked_by
        && body.properties.iter().eq(values)
}

fn register(effect: &Effect) -> String {
    match effect {
        Effect::Node { node_id, .. } => format!("node {node_id}"),
        Effect::Property { node_id, property_id, .. } => {
            format!("property {property_id:?} of node {node_id}")
        }
        Effect::Place { node_id, .. } => format!("the place of node {node_id}"),
        Effect::BlockedBy { node_id, .. } => format!("what node {node_id} waits for"),
        Effect::Graph { .. } => "the graph".to_owned(),
        Effect::ProjectName { .. } => "the project's name".to_owned(),
        Effect::Life { .. } => "the session's state".to_owned(),
        Effect::Strict { .. } => "whether the project is strict".to_owned(),
        Effect::Deleted => "whether the project is there".to_owned(),
        Effect::Template { .. } => "the template".to_owned(),
    }
}
