//! A replica: the graph that a client has who read it once and has heard the events since.
//!
//! It is written from `docs/wire.md` alone and works on the wire's JSON, so that it can hold the server to
//! its word. Whatever an event says beyond what it changes (old values, indexes, ids of a subtree) must fit
//! what the replica has. What a node has from its template is not compared: it does not come in events.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// The fields of a node that events tell.
#[derive(Clone, Debug, PartialEq)]
struct Node {
    blueprint_type_id: Value,
    name: Value,
    created_at: Value,
    blocked_by: Value,
    properties: Map<String, Value>,
    parent: Option<String>,
}

/// A graph, and what else events tell of a project.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replica {
    nodes: BTreeMap<String, Node>,
    /// The children of each node, and the roots, in their order; no empty lists.
    children: BTreeMap<Option<String>, Vec<String>>,
}

/// What an event did to a replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It was taken in.
    Done,
    /// So much changed that the graph has to be read anew.
    ReadAnew,
}

/// An event that does not fit what the replica has.
pub type Misfit = String;

macro_rules! fits {
    ($condition:expr, $($what:tt)+) => {
        if !$condition {
            return Err(format!($($what)+));
        }
    };
}

impl Replica {
    /// The graph as it was read: `{"roots": [node…]}`.
    pub fn read(graph: &Value) -> Self {
        let mut replica = Self::default();
        for root in list(&graph["roots"]) {
            replica.read_node(None, root);
        }
        replica
    }

    fn read_node(&mut self, parent: Option<&str>, node: &Value) {
        let id = text(&node["id"]);
        assert_eq!(
            node["parent_id"].as_str(),
            parent,
            "a node says another parent than it stands below: {id}"
        );
        assert!(!self.nodes.contains_key(&id), "{id} stands in two places");
        self.list(&id, parent.map(str::to_owned), usize::MAX);
        self.nodes.insert(id.clone(), Node::of(node, parent.map(str::to_owned)));
        for child in list(&node["children"]) {
            self.read_node(Some(&id), child);
        }
    }

    /// The graph of an exported project file, in which a parent stands before what is below it.
    pub fn of_file(file: &Value) -> Self {
        let mut replica = Self::default();
        for root in list(&file["roots"]) {
            replica.read_file_node(&file["nodes"], None, root);
        }
        replica
    }

    fn read_file_node(&mut self, nodes: &Value, parent: Option<&str>, id: &Value) {
        let mut node = nodes[text(id)].clone();
        assert_eq!(node["parent_id"].as_str(), parent, "the file says another parent: {id}");
        node["blueprint_type_id"] = node["type"].take();
        let children = node["children"].take();
        let id = text(id);
        self.list(&id, parent.map(str::to_owned), usize::MAX);
        self.nodes.insert(id.clone(), Node::of(&node, parent.map(str::to_owned)));
        for child in list(&children) {
            self.read_file_node(nodes, Some(&id), child);
        }
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Takes a graph event in.
    pub fn take(&mut self, event: &Value) -> Result<Taken, Misfit> {
        let name = event["event"].as_str().unwrap_or_default();
        let taken = match name {
            "node-created" => self.create(event),
            "node-deleted" => self.delete(event),
            "node-updated" => self.rename(event),
            "property-changed" => self.write(event, Some(&event["new_value"])),
            "property-deleted" => self.write(event, None),
            "node-unlinked" => self.unlink(event),
            "node-linked" => self.link(event),
            "blocking-changed" => self.block(event),
            "graph-replaced" => return Ok(Taken::ReadAnew),
            "command:undo" | "command:redo" | "project-updated" | "template-adopted" | "session:closed" => {
                Ok(())
            }
            _ => Err("is unknown".to_owned()),
        };
        taken.map(|()| Taken::Done).map_err(|misfit| format!("{name}: {misfit}: {event}"))
    }

    fn create(&mut self, event: &Value) -> Result<(), Misfit> {
        let (id, parent) = (text(&event["node_id"]), event["parent_id"].as_str().map(str::to_owned));
        let node = &event["node"];
        for field in ["parent_id", "blueprint_type_id", "name", "created_at"] {
            fits!(event[field] == node[field], "{field} is told in two ways");
        }
        fits!(node["id"] == *id, "the id is told in two ways");
        fits!(list(&node["children"]).next().is_none(), "it comes with children");
        fits!(!self.nodes.contains_key(&id), "it is there already");
        fits!(
            parent.as_ref().is_none_or(|parent| self.nodes.contains_key(parent)),
            "its parent is not there"
        );
        self.fits_index(parent.as_deref(), event)?;
        self.nodes.insert(id.clone(), Node::of(node, parent.clone()));
        self.list(&id, parent, index(event));
        Ok(())
    }

    fn delete(&mut self, event: &Value) -> Result<(), Misfit> {
        let top = text(&event["node_id"]);
        let told: Vec<String> = list(&event["node_ids"]).map(text).collect();
        let node = self.node(&top)?;
        fits!(node.parent.as_deref() == event["parent_id"].as_str(), "it stood elsewhere");
        let below = self.subtree(&top);
        let mut seen = BTreeSet::new();
        for id in &told {
            let parent = self.node(id)?.parent.as_ref();
            fits!(
                *id == top || parent.is_some_and(|parent| seen.contains(parent)),
                "{id} comes before its parent"
            );
            fits!(seen.insert(id.clone()), "{id} comes twice");
        }
        fits!(seen == below, "below it are {below:?}");
        self.unlist(&top);
        for id in &below {
            self.nodes.remove(id);
            self.children.remove(&Some(id.clone()));
        }
        for node in self.nodes.values_mut() {
            if node.blocked_by.as_str().is_some_and(|blocking| below.contains(blocking)) {
                node.blocked_by = Value::Null;
            }
        }
        Ok(())
    }

    fn rename(&mut self, event: &Value) -> Result<(), Misfit> {
        let node = self.node_mut(&text(&event["node_id"]))?;
        fits!(node.name == event["old_name"], "it was called {}", node.name);
        fits!(event["name"].is_string(), "that is no name");
        node.name = event["name"].clone();
        Ok(())
    }

    fn write(&mut self, event: &Value, new: Option<&Value>) -> Result<(), Misfit> {
        fits!(event["property_id"] == event["property_name"], "the property is told in two ways");
        let property = text(&event["property_id"]);
        let node = self.node_mut(&text(&event["node_id"]))?;
        if property == "name" {
            // `node-updated` came just before.
            fits!(new == Some(&node.name), "it is called {}", node.name);
            return Ok(());
        }
        let old = match new {
            Some(Value::Null) => return Err("null is no value".to_owned()),
            Some(new) => node.properties.insert(property, new.clone()),
            None => node.properties.remove(&property),
        };
        fits!(old.clone().unwrap_or_default() == event["old_value"], "the value was {old:?}");
        Ok(())
    }

    fn unlink(&mut self, event: &Value) -> Result<(), Misfit> {
        let id = text(&event["child_id"]);
        let parent = self.node(&id)?.parent.clone();
        fits!(
            parent.is_some() && parent.as_deref() == event["parent_id"].as_str(),
            "it stood below {parent:?}"
        );
        let place = self.unlist(&id);
        fits!(place == index(event), "it stood at {place}");
        // The last root until it is linked.
        self.node_mut(&id)?.parent = None;
        self.list(&id, None, usize::MAX);
        Ok(())
    }

    fn link(&mut self, event: &Value) -> Result<(), Misfit> {
        let (id, parent) = (text(&event["child_id"]), event["parent_id"].as_str().map(str::to_owned));
        self.node(&id)?;
        fits!(
            parent.as_ref().is_none_or(|parent| self.nodes.contains_key(parent)),
            "its parent is not there"
        );
        fits!(
            parent.as_ref().is_none_or(|parent| !self.subtree(&id).contains(parent)),
            "its parent is below it"
        );
        // `index` counts siblings with the node itself taken out.
        self.unlist(&id);
        self.fits_index(parent.as_deref(), event)?;
        self.node_mut(&id)?.parent.clone_from(&parent);
        self.list(&id, parent, index(event));
        Ok(())
    }

    fn block(&mut self, event: &Value) -> Result<(), Misfit> {
        let blocking = &event["blocking_node_id"];
        fits!(blocking.is_null() || self.nodes.contains_key(&text(blocking)), "what blocks it is not there");
        let node = self.node_mut(&text(&event["blocked_node_id"]))?;
        fits!(node.blocked_by == event["old_blocking_node_id"], "it was blocked by {}", node.blocked_by);
        node.blocked_by = blocking.clone();
        Ok(())
    }

    /// An index may be the number of siblings at most.
    fn fits_index(&self, parent: Option<&str>, event: &Value) -> Result<(), Misfit> {
        let siblings = self.children.get(&parent.map(str::to_owned)).map_or(0, Vec::len);
        fits!(event["index"].is_u64() && index(event) <= siblings, "there are {siblings} siblings");
        Ok(())
    }

    fn node(&self, id: &str) -> Result<&Node, Misfit> {
        self.nodes.get(id).ok_or_else(|| format!("{id} is not there"))
    }

    fn node_mut(&mut self, id: &str) -> Result<&mut Node, Misfit> {
        self.nodes.get_mut(id).ok_or_else(|| format!("{id} is not there"))
    }

    fn list(&mut self, id: &str, parent: Option<String>, index: usize) {
        let siblings = self.children.entry(parent).or_default();
        siblings.insert(index.min(siblings.len()), id.to_owned());
    }

    /// Takes a node out of its list: where it stood.
    fn unlist(&mut self, id: &str) -> usize {
        let parent = self.nodes[id].parent.clone();
        let siblings = self.children.get_mut(&parent).expect("a node that is there is listed");
        let place = siblings.iter().position(|sibling| sibling == id).expect("below its parent");
        siblings.remove(place);
        if siblings.is_empty() {
            self.children.remove(&parent);
        }
        place
    }

    fn subtree(&self, id: &str) -> BTreeSet<String> {
        let below = self.children.get(&Some(id.to_owned())).into_iter().flatten();
        below.flat_map(|child| self.subtree(child)).chain([id.to_owned()]).collect()
    }

    /// What this one has otherwise than `other`, for people.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let ids: BTreeSet<_> = self.nodes.keys().chain(other.nodes.keys()).collect();
        let nodes = ids
            .into_iter()
            .filter(|id| self.nodes.get(*id) != other.nodes.get(*id))
            .map(|id| format!("{id}: {:?}, and {:?} over there", self.nodes.get(id), other.nodes.get(id)));
        let parents: BTreeSet<_> = self.children.keys().chain(other.children.keys()).collect();
        let unlike = |parent: &&Option<String>| self.children.get(*parent) != other.children.get(*parent);
        let orders = parents.into_iter().filter(unlike).map(|parent| {
            let (here, there) = (self.children.get(parent), other.children.get(parent));
            format!("below {parent:?}: {here:?}, and {there:?} over there")
        });
        nodes.chain(orders).collect()
    }
}

impl Node {
    fn of(node: &Value, parent: Option<String>) -> Self {
        Self {
            blueprint_type_id: node["blueprint_type_id"].clone(),
            name: node["name"].clone(),
            created_at: node["created_at"].clone(),
            blocked_by: node["blocked_by"].clone(),
            properties: node["properties"].as_object().cloned().unwrap_or_default(),
            parent,
        }
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn index(event: &Value) -> usize {
    usize::try_from(event["index"].as_u64().unwrap_or_default()).unwrap_or(usize::MAX)
}
