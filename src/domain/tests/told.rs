//! What the events of a record tell, as short lines: sequences of events that can be read in a test.

use serde_json::Value;

use super::World;
use crate::domain::{Change, NodeId, Record};

impl World {
    /// The events of a record, in order.
    pub(super) fn told(&self, record: &Record) -> Vec<String> {
        let changes = Change::all(record);
        assert_eq!(record.seq_last - record.seq_first + 1, changes.len() as u64, "a seq for each event");
        changes.iter().map(|change| self.line(change)).collect()
    }

    /// The events of the record that came last.
    pub(super) fn told_last(&self) -> Vec<String> {
        self.told(self.journal.last().unwrap())
    }

    fn line(&self, change: &Change<'_>) -> String {
        let name = |id: NodeId| self.node_name(id);
        let parent = |id: Option<NodeId>| id.map_or_else(|| "roots".to_owned(), name);
        let other = |id: Option<NodeId>| id.map_or_else(|| "nothing".to_owned(), name);
        let value = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
        match change {
            Change::NodeCreated { node_id, body } => {
                let place = (parent(body.place.parent_id), body.index.unwrap());
                format!("created {} in {} at {}", name(*node_id), place.0, place.1)
            }
            Change::NodeDeleted { node_id, node_ids, parent_id } => {
                assert_eq!(node_id, &node_ids[0]);
                let names: Vec<String> = node_ids.iter().copied().map(name).collect();
                format!("deleted {} from {}", names.join(" "), parent(*parent_id))
            }
            Change::NodeRenamed { node_id, name: to, old_name } => {
                format!("renamed {} to {to} from {old_name}", name(*node_id))
            }
            Change::PropertyChanged { node_id, property_id, old_value, new_value } => {
                format!("changed {}.{property_id} to {new_value} from {}", name(*node_id), value(*old_value))
            }
            Change::PropertyDeleted { node_id, property_id, old_value } => {
                format!("cleared {}.{property_id} from {}", name(*node_id), value(*old_value))
            }
            Change::NodeUnlinked { node_id, parent_id, index } => {
                format!("unlinked {} from {} at {index}", name(*node_id), name(*parent_id))
            }
            Change::NodeLinked { node_id, parent_id, index } => {
                format!("linked {} to {} at {index}", name(*node_id), parent(*parent_id))
            }
            Change::BlockingChanged { node_id, before, after } => {
                format!("{} waits for {}, not {}", name(*node_id), other(*after), other(*before))
            }
            Change::GraphReplaced { node_count } => format!("replaced by {node_count} nodes"),
            Change::ProjectRenamed { name, old_name } => {
                format!("project renamed to {name} from {}", old_name.unwrap())
            }
            Change::TemplateAdopted(template) => format!("adopted {} {}", template.id, template.version),
            Change::StateChanged { state, old_state } => {
                format!("session {}, was {}", state.as_str(), old_state.as_str())
            }
            Change::ProjectDeleted => "project deleted".to_owned(),
            Change::Undone(step) => format!("undone {}", step.command_type),
            Change::Redone(step) => format!("redone {}", step.command_type),
        }
    }

    /// The number of a node that a test numbered; `new` for one whose id the server made.
    fn node_name(&self, id: NodeId) -> String {
        match id.as_u128() {
            number @ 0..1_000_000 => number.to_string(),
            _ if Some(id) == self.journal[0].result.node_id => "project".to_owned(),
            _ => "new".to_owned(),
        }
    }
}
