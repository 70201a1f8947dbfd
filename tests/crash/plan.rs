//! What a writer does next.
//!
//! A writer works on nodes of its own, and on notes of the root that all writers write. It undoes only
//! the command just before, and only on nodes of its own, so that it knows what the undo will change.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::log::{Change, Sent};
use crate::support::Project;
use crate::support::random::Random;

/// The name of the root in [`Change`]: it is the project's.
pub const ROOT: &str = "Test";
/// What the ids of all properties begin with that writers write.
pub const NOTE: &str = "note-";
/// How many notes a node has at most: few, so that they are overwritten.
const NOTES: usize = 3;

/// A source of commands.
#[derive(Debug)]
pub struct Plan {
    author: String,
    root: String,
    /// Whether the writer names the ids of new nodes, or has to learn them from answers.
    names_ids: bool,
    random: Random,
    made: usize,
    nodes: Vec<OwnNode>,
    /// What an undo of the command before would do.
    inverse: Option<Change>,
}

#[derive(Debug)]
struct OwnNode {
    name: String,
    id: Option<String>,
    notes: BTreeMap<String, String>,
}

impl Plan {
    /// The plan of one author.
    pub fn new(author: &str, project: &Project, names_ids: bool, random: Random) -> Self {
        Self {
            author: author.to_owned(),
            root: project.root.clone(),
            names_ids,
            random,
            made: 0,
            nodes: Vec::new(),
            inverse: None,
        }
    }

    /// The next command.
    pub fn next(&mut self) -> Sent {
        self.made += 1;
        match self.random.below(10) {
            0..=3 => self.create(),
            4..=6 => self.write_own(),
            7 => self.write_shared(),
            _ => self.undo(),
        }
    }

    /// A node's id became known.
    pub fn learn(&mut self, name: &str, id: &str) {
        if let Some(node) = self.nodes.iter_mut().find(|node| node.name == name) {
            node.id = Some(id.to_owned());
        }
    }

    fn create(&mut self) -> Sent {
        let name = format!("{}/{}", self.author, self.made);
        let id = self.names_ids.then(|| {
            let (high, low) = (self.random.next(), self.random.next());
            Uuid::from_u64_pair(high, low).to_string()
        });
        let mut data = json!({ "parent_id": self.root, "blueprint_type_id": "phase", "name": name });
        if let Some(id) = &id {
            data["node_id"] = json!(id);
        }
        self.nodes.push(OwnNode { name: name.clone(), id, notes: BTreeMap::new() });
        self.inverse = Some(Change::Remove { node: name.clone() });
        self.sent("CreateNode", data, Change::Create { node: name })
    }

    fn write_own(&mut self) -> Sent {
        let value = self.value();
        let property = format!("{NOTE}{}", self.random.below(NOTES));
        let known: Vec<_> = (0..self.nodes.len()).filter(|node| self.nodes[*node].id.is_some()).collect();
        if known.is_empty() {
            return self.create();
        }
        let node = &mut self.nodes[known[self.random.below(known.len())]];
        let before = node.notes.insert(property.clone(), value.clone());
        let (name, id) = (node.name.clone(), json!(node.id));
        self.inverse = Some(Change::Write { node: name.clone(), property: property.clone(), value: before });
        self.write(name, &id, property, value)
    }

    /// Others write there too: who was last, the journal tells.
    fn write_shared(&mut self) -> Sent {
        let value = self.value();
        let property = format!("{NOTE}{}", self.random.below(NOTES));
        self.inverse = None;
        self.write(ROOT.to_owned(), &json!(self.root), property, value)
    }

    fn write(&self, node: String, id: &Value, property: String, value: String) -> Sent {
        let data = json!({ "node_id": id, "property_id": property, "new_value": value });
        self.sent("UpdateProperty", data, Change::Write { node, property, value: Some(value) })
    }

    fn undo(&mut self) -> Sent {
        let Some(inverse) = self.inverse.take() else { return self.create() };
        match &inverse {
            Change::Remove { node } => self.nodes.retain(|own| own.name != *node),
            Change::Write { node, property, value } => {
                let own = self.nodes.iter_mut().find(|own| own.name == *node);
                let notes = &mut own.expect("it was written just before").notes;
                match value {
                    Some(value) => notes.insert(property.clone(), value.clone()),
                    None => notes.remove(property),
                };
            }
            Change::Create { .. } => unreachable!("nothing here undoes a deletion"),
        }
        self.sent("Undo", Value::Null, inverse)
    }

    /// A value that no other command has.
    fn value(&self) -> String {
        format!("by {} as {}", self.author, self.made)
    }

    fn sent(&self, command_type: &'static str, data: Value, change: Change) -> Sent {
        let command_id = self.made.to_string();
        Sent { command_id, command_type, data, change, answer: None, repeated: false }
    }
}
