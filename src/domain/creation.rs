//! A project's first record: its name, the template that it pins, and its first nodes.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::effect::NodeRow;
use super::graph::{NAME, Place};
use super::record::{self, Outcome};
use super::template::NodeType;
use super::{Body, Context, Effect, OrderKey, Record, State, Template};

/// The type of the record of a project that was made from a template.
pub const CREATE_PROJECT: &str = "CreateProject";
/// The type of the record of a project that came from a file.
pub const IMPORT_PROJECT: &str = "ImportProject";

/// What a project is to be.
#[derive(Clone, Debug)]
pub struct NewProject<'a> {
    /// What it is called.
    pub name: &'a str,
    /// The template that it pins.
    pub template: &'a Arc<Template>,
    /// Whether its nodes are held to what the template says.
    pub strict: bool,
    /// What it begins with.
    pub beginning: Beginning<'a>,
}

/// What a project begins with.
#[derive(Clone, Debug)]
pub enum Beginning<'a> {
    /// One node of this type, called like the project.
    Root(&'a NodeType),
    /// A graph that came whole, parents first.
    Graph(Arc<[NodeRow]>),
}

/// The first record of a project.
#[must_use]
pub fn first_record(project: &NewProject<'_>, command_id: Arc<str>, context: &Context<'_>) -> Record {
    let name = Effect::ProjectName { before: None, after: project.name.into() };
    let template = Effect::Template { before: None, after: Arc::clone(project.template) };
    let strict = project.strict.then_some(Effect::Strict { before: false, after: true });
    let (command_type, nodes, node_id) = match &project.beginning {
        Beginning::Root(node_type) => {
            let node_id = context.new_id(0);
            let body = Box::new(root(project.name, node_type, context));
            (CREATE_PROJECT, Effect::Node { node_id, before: None, after: Some(body) }, Some(node_id))
        }
        Beginning::Graph(nodes) => (IMPORT_PROJECT, Effect::Graph { after: Arc::clone(nodes) }, None),
    };
    let mut record = Record {
        v: record::VERSION,
        seq_first: 1,
        seq_last: 0,
        command_id,
        body_hash: None,
        author: context.author.clone(),
        at: context.now,
        command_type: command_type.into(),
        effects: [name, template].into_iter().chain(strict).chain([nodes]).collect(),
        result: Outcome { node_id, ..Outcome::default() },
    };
    record.seq_last = State::event_count(&record);
    record
}

fn root(name: &str, node_type: &NodeType, context: &Context<'_>) -> Body {
    let mut properties: BTreeMap<_, _> = node_type.initial_values().collect();
    properties.insert(Arc::from(NAME), Arc::new(Value::from(name)));
    Body {
        node_type: Arc::clone(&node_type.id),
        created_at: context.now,
        place: Place { parent_id: None, key: OrderKey::between(None, None, context.new_id(0)) },
        index: Some(0),
        properties,
        blocked_by: None,
        written: None,
    }
}
