//! What waits for what.

use serde_json::json;

use super::Decision;
use crate::domain::{Effect, NodeId, Rejection, RejectionCode, State};

pub fn block(state: &State, blocked: NodeId, blocking: Option<NodeId>) -> Result<Decision, Rejection> {
    let graph = &state.graph;
    let node = graph.node(blocked).ok_or_else(|| Rejection::missing_node(blocked))?;
    if let Some(blocking) = blocking {
        graph.node(blocking).ok_or_else(|| Rejection::missing_node(blocking))?;
        if graph.waits_for(blocking, blocked) {
            let message = format!("Node {blocked} would wait for itself");
            return Err(Rejection::new(RejectionCode::Cycle, message)
                .with_details(json!({ "reason": "CYCLE", "blocked_node_id": blocked })));
        }
    }
    Ok(Decision::commit(vec![Effect::BlockedBy {
        node_id: blocked,
        before: node.blocked_by,
        after: blocking,
    }]))
}
