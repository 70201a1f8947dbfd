//! A project's first record: its name, the template that it pins, and its root.

use std::sync::Arc;

use serde_json::Value;

use super::graph::{NAME, Place};
use super::record::{self, Outcome};
use super::template::NodeType;
use super::{Body, Context, Effect, OrderKey, Record, State, Template};

/// The type of the record.
pub const CREATE_PROJECT: &str = "CreateProject";

/// The first record of a project called `name`. `root` is the template's first node type.
#[must_use]
pub fn first_record(
    name: &str,
    template: &Arc<Template>,
    root: &NodeType,
    command_id: Arc<str>,
    context: &Context<'_>,
) -> Record {
    let node_id = context.new_id(0);
    let mut properties: std::collections::BTreeMap<_, _> = root.initial_values().collect();
    properties.insert(Arc::from(NAME), Arc::new(Value::from(name)));
    let body = Body {
        node_type: Arc::clone(&root.id),
        created_at: context.now,
        place: Place { parent_id: None, key: OrderKey::between(None, None, node_id) },
        index: Some(0),
        properties,
        written: None,
    };
    let mut record = Record {
        v: record::VERSION,
        seq_first: 1,
        seq_last: 0,
        command_id,
        body_hash: None,
        author: context.author.clone(),
        at: context.now,
        command_type: CREATE_PROJECT.into(),
        effects: vec![
            Effect::ProjectName { before: None, after: name.into() },
            Effect::Template { before: None, after: Arc::clone(template) },
            Effect::Node { node_id, before: None, after: Some(Box::new(body)) },
        ],
        result: Outcome { node_id: Some(node_id), ..Outcome::default() },
    };
    record.seq_last = State::event_count(&record);
    record
}
