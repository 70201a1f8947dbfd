//! What waits for what: said by the nodes themselves, or beside the graph, as desktop clients send it.

use std::collections::HashMap;

use serde_json::value::RawValue;

use super::fault::Faults;
use super::json::{self, Unreadable};
use super::node::{Draft, node_id};
use super::tree::rings;
use crate::domain::NodeId;

/// A relation that stands beside the graph.
#[derive(Debug)]
pub struct Relation {
    /// Where it stands.
    pub place: String,
    /// The node that waits.
    pub blocked: NodeId,
    /// What it waits for.
    pub blocking: NodeId,
}

/// Reads `[{blockedNodeId, blockingNodeId}]`.
pub fn read(raw: &RawValue, place: &str, faults: &mut Faults) -> Vec<Relation> {
    let mut relations = Vec::new();
    let walked = json::items(raw, |index, raw| {
        let place = format!("{place}[{index}]");
        match ids(raw) {
            Ok([Some(blocked), Some(blocking)]) => relations.push(Relation { place, blocked, blocking }),
            _ => faults.add(place, "must be {blockedNodeId, blockingNodeId}"),
        }
    });
    if walked.is_err() {
        faults.add(place, "must be an array of {blockedNodeId, blockingNodeId}");
    }
    relations
}

fn ids(raw: &RawValue) -> Result<[Option<NodeId>; 2], Unreadable> {
    let mut ids = [None, None];
    json::entries(raw, |key, raw| {
        let id = json::text(raw).ok().filter(|text| !text.is_empty()).map(|text| node_id(&text));
        match key.as_str() {
            "blockedNodeId" => ids[0] = id,
            "blockingNodeId" => ids[1] = id,
            _ => {}
        }
    })?;
    Ok(ids)
}

/// Gives the nodes the relations that stand beside them.
pub fn spread(
    relations: Vec<Relation>,
    nodes: &mut [Draft],
    index: &HashMap<NodeId, usize>,
    faults: &mut Faults,
) {
    for Relation { place, blocked, blocking } in relations {
        let Some(node) = index.get(&blocked).and_then(|&at| nodes.get_mut(at)) else {
            faults.add(format_args!("{place}.blockedNodeId"), "there is no such node");
            continue;
        };
        if !index.contains_key(&blocking) {
            faults.add(format_args!("{place}.blockingNodeId"), "there is no such node");
        } else if node.blocked_by.replace(blocking).is_some_and(|other| other != blocking) {
            faults.add(place, format_args!("{} waits for another node already", node.place));
        }
    }
}

/// What waits, waits for a node of the file, and not for itself.
pub fn check(nodes: &[Draft], index: &HashMap<NodeId, usize>, faults: &mut Faults) {
    let mut next = vec![None; nodes.len()];
    for (at, node) in nodes.iter().enumerate() {
        let Some(blocking) = node.blocked_by else { continue };
        next[at] = index.get(&blocking).copied();
        if next[at].is_none() {
            faults.add(format_args!("{}.blocked_by", node.place), "there is no such node");
        }
    }
    for at in rings(&next) {
        faults.add(format_args!("{}.blocked_by", nodes[at].place), "the node would wait for itself");
    }
}
