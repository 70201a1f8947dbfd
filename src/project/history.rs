//! The history of a project: its commands, newest first, found by node, author and time.
//!
//! It is read from the journal, a page at a time, and never from an open session.

mod summary;

use std::collections::HashSet;

use graphroom_protocol::rest::history::{HistoryAuthor, HistoryEntry, HistoryPage};

use super::Projects;
use crate::domain::{Author, Effect, NodeId, Record, Seq, Timestamp};
use crate::store::{Most, ProjectId, StoreError};

/// What is read from the journal at a time.
const PAGE: Most = Most { records: 256, bytes: 4 * 1024 * 1024 };
/// How often that is done for one request: a filter that matches nothing comes to an end.
const MAX_PAGES: usize = 20;
/// Commands that are looked through for one request at most.
pub const LOOKED_THROUGH: usize = PAGE.records * MAX_PAGES;
/// Nodes of an entry that are named.
pub const MAX_NODES: usize = 100;

/// Which commands are wanted: those that match all that is said.
#[derive(Clone, Debug)]
pub struct HistoryQuery {
    /// That touched this node.
    pub node_id: Option<NodeId>,
    /// Of this author.
    pub author: Option<String>,
    /// Committed then or later.
    pub from: Option<Timestamp>,
    /// Committed before.
    pub until: Option<Timestamp>,
    /// That end before this place.
    pub before: Option<Seq>,
    /// How many of them.
    pub limit: usize,
}

/// A moment as clients write it: RFC 3339.
#[must_use]
pub fn moment(text: &str) -> Option<Timestamp> {
    serde_json::from_value(text.into()).ok()
}

impl Projects {
    /// A page of a project's commands; none if there is no such project.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn history(
        &self,
        project: ProjectId,
        query: &HistoryQuery,
    ) -> Result<Option<HistoryPage>, StoreError> {
        if self.store.project(project).await?.is_none() {
            return Ok(None);
        }
        let mut page = HistoryPage { entries: Vec::new(), next_before: None };
        let mut before = query.before.unwrap_or(Seq::MAX);
        for _ in 0..MAX_PAGES {
            let records = self.store.read_back(project, before, PAGE).await?;
            if records.is_empty() {
                return Ok(Some(page));
            }
            for record in &records {
                before = record.seq_first;
                if query.matches(record) {
                    page.entries.push(entry(record));
                }
                if page.entries.len() == query.limit {
                    break;
                }
            }
            if before <= 1 {
                return Ok(Some(page));
            }
            if page.entries.len() == query.limit {
                break;
            }
        }
        page.next_before = Some(before);
        Ok(Some(page))
    }
}

impl HistoryQuery {
    fn matches(&self, record: &Record) -> bool {
        self.author.as_deref().is_none_or(|author| *author == *record.author.user_id)
            && self.from.is_none_or(|from| from <= record.at)
            && self.until.is_none_or(|until| record.at < until)
            && self.node_id.is_none_or(|id| record.effects.iter().any(|effect| touches(effect, id)))
    }
}

/// Whether an effect is about a node. Where the graph was replaced, every node is another one.
fn touches(effect: &Effect, id: NodeId) -> bool {
    matches!(effect, Effect::Graph { .. }) || node_of(effect) == Some(id)
}

/// The one node that an effect is about.
fn node_of(effect: &Effect) -> Option<NodeId> {
    match effect {
        Effect::Node { node_id, .. }
        | Effect::Property { node_id, .. }
        | Effect::Place { node_id, .. }
        | Effect::BlockedBy { node_id, .. } => Some(*node_id),
        Effect::Graph { .. }
        | Effect::ProjectName { .. }
        | Effect::Strict { .. }
        | Effect::Life { .. }
        | Effect::Deleted
        | Effect::Template { .. } => None,
    }
}

fn entry(record: &Record) -> HistoryEntry {
    let (node_ids, node_count) = touched(record);
    HistoryEntry {
        seq_first: record.seq_first,
        seq_last: record.seq_last,
        command_id: record.command_id.to_string(),
        command_type: record.command_type.to_string(),
        author: author(&record.author),
        at: record.at.to_string(),
        node_ids,
        node_count,
        summary: summary::of(record),
    }
}

/// An author as clients read it.
pub(super) fn author(author: &Author) -> HistoryAuthor {
    HistoryAuthor {
        user_id: author.user_id.to_string(),
        name: author.name.as_ref().map(ToString::to_string),
        client_id: author.client_id.as_ref().map(ToString::to_string),
    }
}

/// The first nodes that a record touched, in its order, and how many there are.
fn touched(record: &Record) -> (Vec<String>, usize) {
    let (mut seen, mut first) = (HashSet::new(), Vec::new());
    let rows = record.effects.iter().flat_map(|effect| match effect {
        Effect::Graph { after } => &after[..],
        _ => &[],
    });
    let of_effects = record.effects.iter().filter_map(node_of);
    for id in of_effects.chain(rows.map(|row| row.id)) {
        if seen.insert(id) && first.len() < MAX_NODES {
            first.push(id.to_string());
        }
    }
    (first, seen.len())
}
