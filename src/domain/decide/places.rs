//! Places: link, unlink, move, reorder.

use serde_json::json;

use super::nodes::check_child;
use super::{Context, Decision, too_deep};
use crate::domain::command::{MoveNode, Target};
use crate::domain::effect::Spot;
use crate::domain::graph::{Graph, Place};
use crate::domain::{Effect, Node, NodeId, Rejection, RejectionCode, State};

pub fn link(
    state: &State,
    parent_id: NodeId,
    child_id: NodeId,
    context: &Context<'_>,
) -> Result<Decision, Rejection> {
    let child = node(state, child_id)?;
    let parent = node(state, parent_id)?;
    if child.place.parent_id == Some(parent_id) {
        return Ok(unmoved(&state.graph, child));
    }
    check_parent(state, child, parent, context)?;
    Ok(moved(&state.graph, child, put(&state.graph, child, Some(parent_id), None)))
}

pub fn unlink(state: &State, parent_id: NodeId, child_id: NodeId) -> Result<Decision, Rejection> {
    let child = node(state, child_id)?;
    node(state, parent_id)?;
    if child.place.parent_id != Some(parent_id) {
        let message = format!("Node {child_id} is no child of {parent_id}");
        return Err(Rejection::new(RejectionCode::NotLinked, message)
            .with_details(json!({ "parent_id": child.place.parent_id, "child_id": child_id })));
    }
    let place = put(&state.graph, child, None, None);
    Ok(placed(&state.graph, child, spot_of_leaving(&state.graph, child, place)))
}

pub fn move_node(state: &State, fields: &MoveNode, context: &Context<'_>) -> Result<Decision, Rejection> {
    let graph = &state.graph;
    let child = node(state, fields.node_id)?;
    if let Some(parent_id) = fields.new_parent_id {
        let parent = node(state, parent_id)?;
        check_parent(state, child, parent, context).map_err(as_move)?;
    }
    let index = match fields.target {
        Target::Last => None,
        Target::Index(index) => Some(index),
        Target::After(sibling) => Some(index_of(state, fields, sibling)? + 1),
        Target::Before(sibling) => Some(index_of(state, fields, sibling)?),
    };
    Ok(moved(graph, child, put(graph, child, fields.new_parent_id, index)))
}

pub fn reorder(state: &State, node_id: NodeId, new_index: usize) -> Result<Decision, Rejection> {
    let child = node(state, node_id)?;
    let place = put(&state.graph, child, child.place.parent_id, Some(new_index));
    Ok(moved(&state.graph, child, place))
}

fn node(state: &State, id: NodeId) -> Result<&Node, Rejection> {
    state.graph.node(id).map(|node| &**node).ok_or_else(|| Rejection::missing_node(id))
}

/// Whether `child` may come to stand below `parent`.
fn check_parent(state: &State, child: &Node, parent: &Node, context: &Context<'_>) -> Result<(), Rejection> {
    let graph = &state.graph;
    if graph.is_within(parent.id, child.id) {
        let message = format!("Node {} would come to stand below itself", child.id);
        return Err(Rejection::new(RejectionCode::Cycle, message)
            .with_details(json!({ "reason": "CYCLE", "ancestor_id": child.id })));
    }
    if graph.ancestors(parent.id).count() + graph.height(child.id) > context.limits.depth {
        return Err(too_deep(parent.id, context));
    }
    if child.place.parent_id == Some(parent.id) {
        Ok(())
    } else {
        check_child(state, parent, &child.node_type)
    }
}

/// The code that clients of `MoveNode` know; the reason stands in the details.
fn as_move(rejection: Rejection) -> Rejection {
    match rejection.code {
        RejectionCode::Cycle | RejectionCode::ChildNotAllowed => {
            Rejection { code: RejectionCode::MoveInvalid, ..rejection }
        }
        _ => rejection,
    }
}

/// Where a sibling stands below the new parent, the moving node taken out.
fn index_of(state: &State, fields: &MoveNode, sibling: NodeId) -> Result<usize, Rejection> {
    node(state, sibling)?;
    let siblings = state.graph.children(fields.new_parent_id).filter(|node| node.id != fields.node_id);
    let found = siblings.map(|node| node.id).position(|id| id == sibling);
    found.ok_or_else(|| {
        let message = format!("Node {sibling} is no sibling of {} there", fields.node_id);
        Rejection::new(RejectionCode::MoveInvalid, message)
            .with_details(json!({ "reason": "NO_SIBLING", "sibling_id": sibling }))
    })
}

/// The place of `node` at an index among the children of `parent`; its own if it stands there.
fn put(graph: &Graph, node: &Node, parent: Option<NodeId>, index: Option<usize>) -> Place {
    if node.place.parent_id == parent {
        let last = graph.child_count(parent) - 1;
        if graph.index(&node.place, node.id) == index.unwrap_or(last).min(last) {
            return node.place.clone();
        }
    }
    Place { parent_id: parent, key: graph.key_at(parent, index, node.id) }
}

fn unmoved(graph: &Graph, node: &Node) -> Decision {
    moved(graph, node, node.place.clone())
}

fn moved(graph: &Graph, node: &Node, place: Place) -> Decision {
    let index = Some(index_at(graph, node, &place));
    placed(graph, node, Spot { place, index })
}

fn placed(graph: &Graph, node: &Node, after: Spot) -> Decision {
    Decision::commit(vec![Effect::Place { node_id: node.id, before: graph.spot(node), after }])
}

/// How many siblings `node` would have before it at a place.
fn index_at(graph: &Graph, node: &Node, place: &Place) -> usize {
    let is_sibling = node.place.parent_id == place.parent_id;
    let stands_before = is_sibling && node.place.key < place.key;
    graph.index(place, node.id) - usize::from(stands_before)
}

/// Where a node comes to stand, without an index if it leaves its parent and becomes the last root: that it
/// left tells everything.
pub fn spot_of_leaving(graph: &Graph, node: &Node, place: Place) -> Spot {
    let index = index_at(graph, node, &place);
    let leaves = node.place.parent_id.is_some() && place.parent_id.is_none();
    let is_told = !leaves || index < graph.child_count(None);
    Spot { place, index: is_told.then_some(index) }
}
