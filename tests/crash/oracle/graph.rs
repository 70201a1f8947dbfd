//! The graph that the writers' commands make, and how another one differs from it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::crash::log::{Answer, Change, Sent};
use crate::crash::plan::{NOTE, ROOT};

/// What the writers made, by the nodes' names.
#[derive(Debug)]
pub struct Expected {
    nodes: BTreeMap<String, Node>,
}

#[derive(Debug, Default, PartialEq)]
struct Node {
    /// As far as an answer told.
    id: Option<String>,
    notes: BTreeMap<String, String>,
}

impl Default for Expected {
    fn default() -> Self {
        Self { nodes: BTreeMap::from([(ROOT.to_owned(), Node::default())]) }
    }
}

impl Expected {
    /// What a command does. One for a node that is not there does nothing: the node is missed then.
    pub fn apply(&mut self, sent: &Sent) {
        match &sent.change {
            Change::Create { node } => {
                let id = match &sent.answer {
                    Some(Answer::Acknowledged { node_id, .. }) => node_id.clone(),
                    _ => None,
                };
                self.nodes.insert(node.clone(), Node { id, ..Node::default() });
            }
            Change::Write { node, property, value } => {
                let Some(node) = self.nodes.get_mut(node) else { return };
                match value {
                    Some(value) => node.notes.insert(property.clone(), value.clone()),
                    None => node.notes.remove(property),
                };
            }
            Change::Remove { node } => {
                self.nodes.remove(node);
            }
        }
    }

    /// How `graph`, as REST shows it, is not the same.
    pub fn differences(mut self, graph: &Value) -> Vec<String> {
        let mut differences = Vec::new();
        let mut waiting: Vec<&Value> = list(&graph["roots"]).collect();
        while let Some(found) = waiting.pop() {
            waiting.extend(list(&found["children"]));
            let name = found["name"].as_str().unwrap_or_default();
            match self.nodes.remove(name) {
                None => differences.push(format!("{name} is there, and should not be, or not twice")),
                Some(node) => {
                    if node.id.is_some_and(|id| found["id"] != *id) {
                        differences.push(format!("{name} has another id than was answered"));
                    }
                    if node.notes != notes(found) {
                        differences.push(format!("{name} has {:?}, not {:?}", notes(found), node.notes));
                    }
                }
            }
        }
        differences.extend(self.nodes.into_keys().map(|name| format!("{name} is missing")));
        differences
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// The properties that writers write; a node has others from its template.
fn notes(node: &Value) -> BTreeMap<String, String> {
    let properties = node["properties"].as_object().into_iter().flatten();
    properties
        .filter(|(id, _)| id.starts_with(NOTE))
        .map(|(id, value)| (id.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        .collect()
}
