//! Changes: what the events of a record tell, in the order of their `seq`.
//!
//! This is the one place where effects become events; it is used when a record is committed and when
//! it is read back from the journal. Writing them in JSON is the session's work.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use super::graph::NAME;
use super::record::StepRef;
use super::{Body, Effect, NodeId, Record};

/// One event's content.
#[derive(Clone, Debug, PartialEq)]
pub enum Change<'a> {
    /// A node came into being.
    NodeCreated {
        /// Which.
        node_id: NodeId,
        /// As it was at its creation.
        body: &'a Body,
    },
    /// A node and everything below it went.
    NodeDeleted {
        /// The topmost node.
        node_id: NodeId,
        /// All of them, parents first.
        node_ids: Vec<NodeId>,
        /// Where the topmost one stood.
        parent_id: Option<NodeId>,
    },
    /// A node got a name.
    NodeRenamed {
        /// Which.
        node_id: NodeId,
        /// The new name.
        name: &'a Value,
        /// The old one.
        old_name: &'a Value,
    },
    /// A property was written.
    PropertyChanged {
        /// Whose.
        node_id: NodeId,
        /// Which.
        property_id: &'a Arc<str>,
        /// None if it had no value.
        old_value: Option<&'a Value>,
        /// The new value.
        new_value: &'a Value,
    },
    /// A property was deleted.
    PropertyDeleted {
        /// Whose.
        node_id: NodeId,
        /// Which.
        property_id: &'a Arc<str>,
        /// None if there was nothing to delete.
        old_value: Option<&'a Value>,
    },
    /// A step was taken back; always the last event of its record.
    Undone(&'a StepRef),
    /// A step was done again; always the last event of its record.
    Redone(&'a StepRef),
}

impl<'a> Change<'a> {
    /// The changes of a record, at least one.
    #[must_use]
    pub fn all(record: &'a Record) -> Vec<Self> {
        const NO_NAME: &Value = &Value::Null;
        let mut changes = Vec::with_capacity(record.effects.len() + 1);
        // A subtree goes deepest first; it is told once, when its topmost node goes.
        let going: HashSet<NodeId> = record.effects.iter().filter_map(deleted).collect();
        let mut gone: Vec<(NodeId, Option<NodeId>)> = Vec::new();
        for effect in &record.effects {
            match effect {
                Effect::Node { node_id, after: Some(body), .. } => {
                    changes.push(Self::NodeCreated { node_id: *node_id, body });
                }
                Effect::Node { node_id, before: Some(body), after: None } => {
                    let parent_id = body.place.parent_id;
                    gone.push((*node_id, parent_id));
                    if parent_id.is_none_or(|parent| !going.contains(&parent)) {
                        let node_ids = take_subtree(&mut gone, *node_id);
                        changes.push(Self::NodeDeleted { node_id: *node_id, node_ids, parent_id });
                    }
                }
                Effect::Property { node_id, property_id, before, after } => {
                    let old_value = before.as_deref();
                    if &**property_id == NAME {
                        changes.push(Self::NodeRenamed {
                            node_id: *node_id,
                            name: after.as_deref().unwrap_or(NO_NAME),
                            old_name: old_value.unwrap_or(NO_NAME),
                        });
                    }
                    changes.push(match after.as_deref() {
                        Some(new_value) => {
                            Self::PropertyChanged { node_id: *node_id, property_id, old_value, new_value }
                        }
                        None => Self::PropertyDeleted { node_id: *node_id, property_id, old_value },
                    });
                }
                Effect::Node { .. } | Effect::ProjectName { .. } | Effect::Template { .. } => {}
            }
        }
        match (&record.result.step, &*record.command_type) {
            (Some(step), "Redo") => changes.push(Self::Redone(step)),
            (Some(step), _) => changes.push(Self::Undone(step)),
            (None, _) => {}
        }
        changes
    }
}

/// Takes `top` and everything below it out of `gone`, parents first. `gone` holds nodes with their
/// parents, the deepest first; nodes of another subtree, whose turn comes later, stay.
fn take_subtree(gone: &mut Vec<(NodeId, Option<NodeId>)>, top: NodeId) -> Vec<NodeId> {
    let mut taken = HashSet::from([top]);
    let (of_top, of_others): (Vec<_>, Vec<_>) = gone.drain(..).rev().partition(|(id, parent)| {
        taken.contains(id) || (parent.is_some_and(|parent| taken.contains(&parent)) && taken.insert(*id))
    });
    gone.extend(of_others.into_iter().rev());
    of_top.into_iter().map(|(id, _)| id).collect()
}

/// The node that an effect deletes, if it deletes one.
fn deleted(effect: &Effect) -> Option<NodeId> {
    match effect {
        Effect::Node { node_id, after: None, .. } => Some(*node_id),
        Effect::Node { .. }
        | Effect::Property { .. }
        | Effect::ProjectName { .. }
        | Effect::Template { .. } => None,
    }
}
