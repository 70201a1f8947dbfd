//! A naive replica: the tree that a client has who knows nothing but the events.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use crate::domain::graph::NAME;
use crate::domain::{Change, Graph, NodeId, Record, State};

#[derive(Debug, PartialEq)]
struct Replicated {
    parent_id: Option<NodeId>,
    node_type: String,
    name: String,
    blocked_by: Option<NodeId>,
    /// Without the name, as clients are shown them.
    properties: BTreeMap<String, Value>,
}

/// Nodes in lists by index, as a client keeps them; it asserts that every event fits what it has. Told that
/// the graph was replaced, it reads the graph.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Replica {
    /// The template's id and version.
    template: (String, String),
    nodes: HashMap<NodeId, Replicated>,
    children: HashMap<Option<NodeId>, Vec<NodeId>>,
}

impl Replica {
    /// Takes the events of a record; `state` is what there is to read behind it.
    pub(super) fn take(&mut self, record: &Record, state: &State) {
        let changes = Change::all(record);
        assert!(!changes.is_empty(), "a record without an event: {record:?}");
        assert_eq!(record.seq_first + changes.len() as u64 - 1, record.seq_last);
        for change in changes {
            match change {
                Change::GraphReplaced { node_count } => {
                    assert_eq!(node_count, state.graph.len());
                    self.read(&state.graph);
                }
                told => self.take_one(&told),
            }
        }
    }

    fn take_one(&mut self, change: &Change<'_>) {
        match change {
            Change::NodeCreated { node_id, body } => {
                let parent_id = body.place.parent_id;
                assert!(parent_id.is_none_or(|parent| self.nodes.contains_key(&parent)), "{change:?}");
                let mut properties: BTreeMap<String, Value> =
                    body.properties.iter().map(|(id, value)| (id.to_string(), Value::clone(value))).collect();
                let name = properties.remove(NAME).unwrap().as_str().unwrap().to_owned();
                let node = Replicated {
                    parent_id,
                    node_type: body.node_type.to_string(),
                    name,
                    blocked_by: body.blocked_by,
                    properties,
                };
                assert_eq!(self.nodes.insert(*node_id, node), None, "{change:?}");
                self.children.entry(parent_id).or_default().insert(body.index.unwrap(), *node_id);
            }
            Change::NodeDeleted { node_id, node_ids, parent_id } => {
                let listed: BTreeSet<NodeId> = node_ids.iter().copied().collect();
                assert_eq!((listed.len(), &listed), (node_ids.len(), &self.subtree(*node_id)));
                assert_eq!(self.nodes[node_id].parent_id, *parent_id);
                self.children.get_mut(parent_id).unwrap().retain(|child| child != node_id);
                for gone in node_ids {
                    self.nodes.remove(gone);
                    self.children.remove(&Some(*gone));
                }
                for node in self.nodes.values_mut() {
                    node.blocked_by = node.blocked_by.filter(|blocking| !listed.contains(blocking));
                }
            }
            Change::NodeRenamed { node_id, name, old_name } => {
                let node = self.nodes.get_mut(node_id).unwrap();
                assert_eq!(old_name.as_str(), Some(&*node.name));
                name.as_str().unwrap().clone_into(&mut node.name);
            }
            Change::PropertyChanged { node_id, property_id, old_value, new_value } => {
                let node = self.nodes.get_mut(node_id).unwrap();
                if &***property_id == NAME {
                    assert_eq!(new_value.as_str(), Some(&*node.name));
                } else {
                    let old = node.properties.insert(property_id.to_string(), Value::clone(new_value));
                    assert_eq!(old.as_ref(), *old_value);
                }
            }
            Change::PropertyDeleted { node_id, property_id, old_value } => {
                let old = self.nodes.get_mut(node_id).unwrap().properties.remove(&***property_id);
                assert_eq!(old.as_ref(), *old_value);
            }
            Change::NodeUnlinked { node_id, parent_id, index } => {
                assert_eq!(self.unlist(*node_id), (Some(*parent_id), *index));
                self.list(*node_id, None, usize::MAX);
            }
            Change::NodeLinked { node_id, parent_id, index } => {
                assert!(parent_id.is_none_or(|parent| self.nodes.contains_key(&parent)), "{change:?}");
                self.unlist(*node_id);
                self.list(*node_id, *parent_id, *index);
            }
            Change::BlockingChanged { node_id, before, after } => {
                let node = self.nodes.get_mut(node_id).unwrap();
                assert_eq!(std::mem::replace(&mut node.blocked_by, *after), *before);
            }
            Change::TemplateAdopted(template) => {
                self.template = (template.id.to_string(), template.version.clone());
            }
            Change::GraphReplaced { .. } => panic!("the graph is to be read"),
            Change::ProjectRenamed { .. } | Change::StateChanged { .. } | Change::ProjectDeleted => {
                panic!("no command of these does this")
            }
            Change::Undone(_) | Change::Redone(_) => {}
        }
    }

    /// Takes a node out of its list: where it stood.
    fn unlist(&mut self, id: NodeId) -> (Option<NodeId>, usize) {
        let parent_id = self.nodes[&id].parent_id;
        let siblings = self.children.get_mut(&parent_id).unwrap();
        let index = siblings.iter().position(|&sibling| sibling == id).unwrap();
        siblings.remove(index);
        (parent_id, index)
    }

    fn list(&mut self, id: NodeId, parent_id: Option<NodeId>, index: usize) {
        self.nodes.get_mut(&id).unwrap().parent_id = parent_id;
        let siblings = self.children.entry(parent_id).or_default();
        assert!(index == usize::MAX || index <= siblings.len(), "{index} of {siblings:?}");
        siblings.insert(index.min(siblings.len()), id);
    }

    fn subtree(&self, id: NodeId) -> BTreeSet<NodeId> {
        let below = self.children.get(&Some(id)).into_iter().flatten();
        below.flat_map(|&child| self.subtree(child)).chain([id]).collect()
    }

    /// What a client has who asks for everything.
    pub(super) fn of(state: &State) -> Self {
        let template = (state.template.id.to_string(), state.template.version.clone());
        let mut replica = Self { template, ..Self::default() };
        replica.read(&state.graph);
        replica
    }

    /// Takes the whole graph in place of what it has.
    fn read(&mut self, graph: &Graph) {
        self.nodes.clear();
        self.children.clear();
        for node in graph.nodes() {
            let properties =
                node.shown_properties().map(|(id, value)| (id.to_owned(), value.clone())).collect();
            let replicated = Replicated {
                parent_id: node.place.parent_id,
                node_type: node.node_type.to_string(),
                name: node.name().to_owned(),
                blocked_by: node.blocked_by,
                properties,
            };
            self.nodes.insert(node.id, replicated);
        }
        for parent in self.nodes.keys().copied().map(Some).chain([None]) {
            let children: Vec<NodeId> = graph.children(parent).map(|node| node.id).collect();
            if !children.is_empty() {
                self.children.insert(parent, children);
            }
        }
    }

    /// Forgets the empty lists, which say nothing.
    pub(super) fn tidied(mut self) -> Self {
        self.children.retain(|_, children| !children.is_empty());
        self
    }
}
