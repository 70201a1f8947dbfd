//! Snapshots: a state as one text, from which it can be made again without its journal.
//!
//! The text is canonical: replaying a journal up to a `seq` gives byte for byte the snapshot at that `seq`. It is
//! lines of JSON:
//!
//! 1. the *head*: what the project is, the *lists* of texts that recur (authors, node types, property ids; each
//!    sorted), and how many lines of each kind follow;
//! 2. the stamps, `[seq, by, owner, at]`, and a `1` behind those of an undo or a redo; sorted;
//! 3. the nodes, by id: `[id, type, created_at, existence, parent_id, key, place_stamp, properties, blocked_by,
//!    blocked_stamp]`; properties are `[id, stamp, value]` each, without a value if it was deleted;
//! 4. what is left of deleted nodes, by id: `[id, stamp, parent_id]`;
//! 5. the steps of undo and redo, by `seq`, as objects.
//!
//! Authors, types, property ids and stamps are given by their places in their lists, and times in milliseconds
//! since the Unix epoch. There are no indexes: they are made again.

mod lists;
mod read;

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use super::graph::{Held, Listed};
pub use read::{Fault, Parts, read};

use self::lists::{Index, Lists};
use super::graph::Tombstone;
use super::{Effect, Life, Node, NodeId, Seq, State, Step, StepState, Template, canonical};

/// The form that is written. Others are not read: what it was made from is still there.
const VERSION: u32 = 1;

/// The first line. Its fields are in the order of their names.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head<'a> {
    authors: Vec<Cow<'a, str>>,
    deleted: bool,
    deleted_nodes: usize,
    life: Life,
    name: Cow<'a, str>,
    nodes: usize,
    properties: Vec<Cow<'a, str>>,
    seq: Seq,
    stamps: usize,
    steps: usize,
    strict: bool,
    template: Cow<'a, Template>,
    template_stamp: Option<usize>,
    types: Vec<Cow<'a, str>>,
    v: u32,
}

/// A line of a stamp: `seq`, `by`, `owner`, `at`.
type StampLine = (Seq, usize, usize, i64);

/// A line of what is left of a node.
type DeletedLine = (NodeId, usize, Option<NodeId>);

/// A line of a step.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StepLine<'a> {
    author: usize,
    command_id: Cow<'a, str>,
    command_type: Cow<'a, str>,
    effects: Cow<'a, [Effect]>,
    seq: Seq,
    undone: bool,
}

/// Writes a state. Of a large one that takes a while: call it where waiting is allowed.
#[must_use]
pub fn write(state: &State) -> Vec<u8> {
    let mut nodes: Vec<&Arc<Node>> = state.graph.nodes().collect();
    nodes.sort_unstable_by_key(|node| node.id);
    let mut deleted: Vec<(&NodeId, &Tombstone)> = state.graph.tombstones().collect();
    deleted.sort_unstable_by_key(|(id, _)| **id);
    let lists = Lists::of(state, &nodes, &deleted);
    let index = Index::of(&lists);
    let mut out = Vec::with_capacity(256 * nodes.len() + 32 * lists.stamps.len() + 4_096);
    line(&mut out, &head(state, &lists, &index));
    for stamp in &lists.stamps {
        let row: StampLine =
            (stamp.seq, index.author(&stamp.by), index.author(&stamp.owner), stamp.at.millis());
        match (row, stamp.restored) {
            (row, false) => line(&mut out, &row),
            ((seq, by, owner, at), true) => line(&mut out, &(seq, by, owner, at, 1)),
        }
    }
    for node in nodes {
        write_node(&mut out, node, &index);
    }
    for (id, tombstone) in deleted {
        line(&mut out, &(id, index.stamp(&tombstone.stamp), tombstone.parent_id));
    }
    for step in state.steps.iter() {
        write_step(&mut out, step, &index);
    }
    out
}

fn head<'a>(state: &'a State, lists: &Lists<'a>, index: &Index<'_>) -> Head<'a> {
    let texts = |list: &[&'a str]| list.iter().map(|text| Cow::Borrowed(*text)).collect();
    Head {
        authors: texts(&lists.authors),
        deleted: state.deleted,
        deleted_nodes: state.graph.tombstones().count(),
        life: state.life,
        name: Cow::Borrowed(&state.name),
        nodes: state.graph.len(),
        properties: texts(&lists.properties),
        seq: state.head,
        stamps: lists.stamps.len(),
        steps: state.steps.iter().count(),
        strict: state.strict,
        template: Cow::Borrowed(&state.template),
        template_stamp: state.template_stamp.as_ref().map(|stamp| index.stamp(stamp)),
        types: texts(&lists.types),
        v: VERSION,
    }
}

fn write_node(out: &mut Vec<u8>, node: &Node, index: &Index<'_>) {
    out.push(b'[');
    value(out, &node.id);
    next(out, &index.node_type(&node.node_type));
    next(out, &node.created_at.millis());
    next(out, &index.stamp(&node.existence));
    next(out, &node.place.parent_id);
    next(out, &node.place.key);
    next(out, &index.stamp(&node.place_stamp));
    out.extend_from_slice(b",[");
    for (place, (id, cell)) in node.properties.iter().enumerate() {
        out.extend_from_slice(if place == 0 { b"[" } else { b",[" });
        value(out, &index.property(id));
        next(out, &index.stamp(&cell.stamp));
        if let Some(value) = &cell.value {
            out.push(b',');
            canonical::write(value, out);
        }
        out.push(b']');
    }
    out.push(b']');
    next(out, &node.blocked_by);
    next(out, &node.blocked_stamp.as_ref().map(|stamp| index.stamp(stamp)));
    out.extend_from_slice(b"]\n");
}

fn write_step(out: &mut Vec<u8>, step: &Step, index: &Index<'_>) {
    let row = StepLine {
        author: index.author(&step.author),
        command_id: Cow::Borrowed(&step.command_id),
        command_type: Cow::Borrowed(&step.command_type),
        effects: Cow::Borrowed(&step.effects),
        seq: step.seq,
        undone: step.state == StepState::Undone,
    };
    // Values in effects are to be canonical, too. Whatever is in a state has a text.
    out.extend_from_slice(canonical::of(&row).unwrap_or_default().as_bytes());
    out.push(b'\n');
}

/// Writing to memory does not fail, and everything here has a text.
fn value(out: &mut Vec<u8>, value: &impl Serialize) {
    drop(serde_json::to_writer(out, value));
}

fn next(out: &mut Vec<u8>, item: &impl Serialize) {
    out.push(b',');
    value(out, item);
}

fn line(out: &mut Vec<u8>, row: &impl Serialize) {
    value(out, row);
    out.push(b'\n');
}
