//! The lists of a snapshot: what many of its lines have in common, and where each item stands.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::domain::graph::Tombstone;
use crate::domain::{Node, NodeId, Stamp, State};

/// What recurs in a state, each once and sorted.
pub(super) struct Lists<'a> {
    pub(super) authors: Vec<&'a str>,
    pub(super) types: Vec<&'a str>,
    pub(super) properties: Vec<&'a str>,
    pub(super) stamps: Vec<&'a Stamp>,
}

impl<'a> Lists<'a> {
    pub(super) fn of(
        state: &'a State,
        nodes: &[&'a Arc<Node>],
        deleted: &[(&NodeId, &'a Tombstone)],
    ) -> Self {
        // Most registers share the stamp of their record: sorted out by address, they are few.
        let mut found: Vec<&'a Arc<Stamp>> = Vec::new();
        for node in nodes {
            found.extend([&node.existence, &node.place_stamp]);
            found.extend(&node.blocked_stamp);
            found.extend(node.properties.values().map(|cell| &cell.stamp));
        }
        found.extend(deleted.iter().map(|(_, tombstone)| &tombstone.stamp));
        found.extend(&state.template_stamp);
        found.sort_unstable_by_key(|stamp| Arc::as_ptr(stamp));
        found.dedup_by_key(|stamp| Arc::as_ptr(stamp));
        let mut stamps: Vec<&Stamp> = found.into_iter().map(|stamp| &**stamp).collect();
        let order = |stamp: &&'a Stamp| (stamp.seq, &stamp.by, &stamp.owner, stamp.at, stamp.restored);
        stamps.sort_unstable_by(|one, other| order(one).cmp(&order(other)));
        stamps.dedup();
        let authors: BTreeSet<&str> = stamps
            .iter()
            .flat_map(|stamp| [&*stamp.by, &*stamp.owner])
            .chain(state.steps.iter().map(|step| &*step.author))
            .collect();
        let types: BTreeSet<&str> = nodes.iter().map(|node| &*node.node_type).collect();
        let properties: BTreeSet<&str> =
            nodes.iter().flat_map(|node| node.properties.keys()).map(|id| &**id).collect();
        Self {
            authors: authors.into_iter().collect(),
            types: types.into_iter().collect(),
            properties: properties.into_iter().collect(),
            stamps,
        }
    }
}

/// Where everything stands in its list.
pub(super) struct Index<'a> {
    authors: HashMap<&'a str, usize>,
    types: HashMap<&'a str, usize>,
    properties: HashMap<&'a str, usize>,
    stamps: &'a [&'a Stamp],
}

impl<'a> Index<'a> {
    pub(super) fn of(lists: &'a Lists<'a>) -> Self {
        let places =
            |list: &'a [&'a str]| list.iter().enumerate().map(|(place, text)| (*text, place)).collect();
        Self {
            authors: places(&lists.authors),
            types: places(&lists.types),
            properties: places(&lists.properties),
            stamps: &lists.stamps,
        }
    }

    pub(super) fn author(&self, author: &str) -> usize {
        place(&self.authors, author)
    }

    pub(super) fn node_type(&self, node_type: &str) -> usize {
        place(&self.types, node_type)
    }

    pub(super) fn property(&self, id: &str) -> usize {
        place(&self.properties, id)
    }

    pub(super) fn stamp(&self, stamp: &Stamp) -> usize {
        let begin = self.stamps.partition_point(|known| known.seq < stamp.seq);
        // One record makes one stamp; more of a `seq` would stand behind one another.
        begin + self.stamps[begin..].iter().take_while(|known| **known != stamp).count()
    }
}

/// Everything that is asked for was listed before.
fn place(places: &HashMap<&str, usize>, text: &str) -> usize {
    places.get(text).copied().unwrap_or_default()
}
