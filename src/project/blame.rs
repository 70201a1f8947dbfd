//! Who wrote last what a node is: each register keeps the stamp of its last write.

use std::sync::Arc;

use graphroom_protocol::rest::history::{Blame, LastWrite, PlaceWrite, ValueWrite};
use serde_json::Value;

use crate::domain::{NodeId, Stamp, State};
use crate::store::ProjectRow;

/// Who wrote what a node is now; none if there is no such node.
#[must_use]
pub fn of(project: &ProjectRow, state: &State, node_id: NodeId) -> Option<Blame> {
    let node = state.graph.node(node_id)?;
    let properties = node.properties.iter().map(|(id, cell)| {
        let value = cell.value.as_deref().cloned().unwrap_or(Value::Null);
        (id.to_string(), ValueWrite { value, last: last(&cell.stamp) })
    });
    let blocked_by = node.blocked_stamp.as_ref().map(|stamp| ValueWrite {
        value: node.blocked_by.map_or(Value::Null, |id| id.to_string().into()),
        last: last(stamp),
    });
    Some(Blame {
        project_id: project.project_id.to_string(),
        node_id: node_id.to_string(),
        epoch: project.epoch.to_string(),
        seq: state.head,
        existence: last(&node.existence),
        place: PlaceWrite {
            parent_id: node.place.parent_id.map(|id| id.to_string()),
            index: state.graph.index(&node.place, node_id),
            last: last(&node.place_stamp),
        },
        blocked_by,
        properties: properties.collect(),
    })
}

fn last(stamp: &Arc<Stamp>) -> LastWrite {
    LastWrite { seq: stamp.seq, by: stamp.by.to_string(), at: stamp.at.to_string(), restored: stamp.restored }
}
