//! Changes: what the events of a record tell, in the order of their `seq`.
//!
//! This is the one place where effects become events; it is used when a record is committed and when
//! it is read back from the journal. Writing them in JSON is the session's work.

use std::sync::Arc;

use serde_json::Value;

use super::effect::Spot;
use super::graph::NAME;
use super::record::StepRef;
use super::{Body, Effect, Life, NodeId, Record, Template, deletion};

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
    /// A node left its parent. Until it is linked it is the last root.
    NodeUnlinked {
        /// Which.
        node_id: NodeId,
        /// The parent that it left.
        parent_id: NodeId,
        /// How many siblings stood before it.
        index: usize,
    },
    /// A node got a place.
    NodeLinked {
        /// Which.
        node_id: NodeId,
        /// None among the roots.
        parent_id: Option<NodeId>,
        /// How many siblings stand before it, the node itself taken out.
        index: usize,
    },
    /// A node waits for another one, or no longer.
    BlockingChanged {
        /// Which.
        node_id: NodeId,
        /// What it waited for.
        before: Option<NodeId>,
        /// What it waits for now.
        after: Option<NodeId>,
    },
    /// The graph was replaced, or so much changed in it that it is not told one by one. What else such a
    /// record changed is told before it.
    GraphReplaced {
        /// How many nodes there are now.
        node_count: usize,
    },
    /// The project got another name.
    ProjectRenamed {
        /// The new name.
        name: &'a str,
        /// The old one.
        old_name: Option<&'a str>,
    },
    /// The project pinned a template.
    TemplateAdopted(&'a Template),
    /// The project is worked in, or no longer.
    StateChanged {
        /// Where it is now in its life.
        state: Life,
        /// Where it was.
        old_state: Life,
    },
    /// The project was deleted.
    ProjectDeleted,
    /// A step was taken back; always the last event of its record.
    Undone(&'a StepRef),
    /// A step was done again; always the last event of its record.
    Redone(&'a StepRef),
}

impl<'a> Change<'a> {
    /// The changes of a record, at least one.
    #[must_use]
    pub fn all(record: &'a Record) -> Vec<Self> {
        let mut changes = match record.result.graph_replaced {
            Some(node_count) => {
                let adopted = record.effects.iter().rev().find_map(|effect| match effect {
                    Effect::Template { after, .. } => Some(Self::TemplateAdopted(after)),
                    _ => None,
                });
                adopted.into_iter().chain([Self::GraphReplaced { node_count }]).collect()
            }
            None => Self::one_by_one(&record.effects),
        };
        match (&record.result.step, &*record.command_type) {
            (Some(step), "Redo") => changes.push(Self::Redone(step)),
            (Some(step), _) => changes.push(Self::Undone(step)),
            (None, _) => {}
        }
        changes
    }

    /// What effects tell if each of them is told.
    #[must_use]
    pub fn one_by_one(effects: &'a [Effect]) -> Vec<Self> {
        let mut changes = Vec::with_capacity(effects.len() + 1);
        // A project comes with its root, and the root's event tells of both.
        let is_new = effects.iter().any(|effect| matches!(effect, Effect::ProjectName { before: None, .. }));
        let mut rest = effects;
        while let Some((effect, behind)) = rest.split_first() {
            let run = deletion::Run::at(rest);
            if run.is_empty() {
                Self::push(effect, is_new, &mut changes);
                rest = behind;
            } else {
                run.told_alone().for_each(|effect| Self::push(effect, is_new, &mut changes));
                changes.extend(deletion::tops(&run).into_iter().map(|top| {
                    let deletion::Top { node_id, node_ids, parent_id } = top;
                    Self::NodeDeleted { node_id, node_ids, parent_id }
                }));
                rest = &rest[run.len()..];
            }
        }
        changes
    }

    fn push(effect: &'a Effect, is_new: bool, changes: &mut Vec<Self>) {
        match effect {
            Effect::Node { node_id, after: Some(body), .. } => {
                changes.push(Self::NodeCreated { node_id: *node_id, body });
            }
            Effect::Property { node_id, property_id, before, after } => {
                Self::push_property(*node_id, property_id, before.as_deref(), after.as_deref(), changes);
            }
            Effect::Place { node_id, before, after } => Self::push_place(*node_id, before, after, changes),
            Effect::BlockedBy { node_id, before, after } => {
                changes.push(Self::BlockingChanged { node_id: *node_id, before: *before, after: *after });
            }
            Effect::Graph { after } => changes.push(Self::GraphReplaced { node_count: after.len() }),
            Effect::Life { before, after } => {
                changes.push(Self::StateChanged { state: *after, old_state: *before });
            }
            Effect::Deleted => changes.push(Self::ProjectDeleted),
            Effect::ProjectName { before, after } if !is_new => {
                changes.push(Self::ProjectRenamed { name: after, old_name: before.as_deref() });
            }
            Effect::Template { after, .. } if !is_new => changes.push(Self::TemplateAdopted(after)),
            // Nodes that go are a run, whose events come from `deletion`.
            Effect::Node { after: None, .. }
            | Effect::ProjectName { .. }
            | Effect::Template { .. }
            | Effect::Strict { .. } => {}
        }
    }

    fn push_property(
        node_id: NodeId,
        property_id: &'a Arc<str>,
        old_value: Option<&'a Value>,
        new_value: Option<&'a Value>,
        changes: &mut Vec<Self>,
    ) {
        const NO_NAME: &Value = &Value::Null;
        if &**property_id == NAME {
            let (name, old_name) = (new_value.unwrap_or(NO_NAME), old_value.unwrap_or(NO_NAME));
            changes.push(Self::NodeRenamed { node_id, name, old_name });
        }
        changes.push(match new_value {
            Some(new_value) => Self::PropertyChanged { node_id, property_id, old_value, new_value },
            None => Self::PropertyDeleted { node_id, property_id, old_value },
        });
    }

    fn push_place(node_id: NodeId, before: &Spot, after: &Spot, changes: &mut Vec<Self>) {
        if let Some(parent_id) = before.place.parent_id {
            let index = before.index.unwrap_or_default();
            changes.push(Self::NodeUnlinked { node_id, parent_id, index });
        }
        if let Some(index) = after.index {
            changes.push(Self::NodeLinked { node_id, parent_id: after.place.parent_id, index });
        }
    }
}
