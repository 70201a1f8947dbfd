//! What was: the commands of a project.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// The answer to `GET /api/v1/projects/{id}/history`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct HistoryPage {
    /// Newest first.
    pub entries: Vec<HistoryEntry>,
    /// Where to go on; null once the project's beginning was looked at. A page may have no entries and still go
    /// on: one request looks through so many commands and no more.
    #[schema(required = true)]
    pub next_before: Option<u64>,
}

/// One command of a project.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct HistoryEntry {
    /// Its first event.
    pub seq_first: u64,
    /// Its last event: `at` this `seq` the graph is as the command left it.
    pub seq_last: u64,
    /// The client's name for it, or the server's.
    pub command_id: String,
    /// What it was.
    pub command_type: String,
    /// Who gave it.
    pub author: HistoryAuthor,
    /// When it was committed: RFC 3339, UTC, milliseconds, `Z`.
    pub at: String,
    /// Nodes that it touched, the first hundred of them.
    pub node_ids: Vec<String>,
    /// How many it touched.
    pub node_count: usize,
    /// What it did, for people: no part of the contract.
    pub summary: String,
}

/// Who gave a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HistoryAuthor {
    /// The key of undo steps and idempotency.
    pub user_id: String,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// The connection it came over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub client_id: Option<String>,
}

/// The body of `POST /api/v1/projects/{id}/restore`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RestoreBody {
    /// The last event of the command behind which things were as they are to be.
    #[schema(minimum = 1)]
    pub seq: u64,
    /// The node that is restored, with everything below it; the whole graph if missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_id: Option<String>,
    /// The client's name for the command: repeating it is safe. `Idempotency-Key` is the same thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 128)]
    pub command_id: Option<String>,
}

/// The answer to `GET /api/v1/projects/{id}/nodes/{node_id}/blame`: who wrote last what a node is.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Blame {
    /// The project.
    pub project_id: String,
    /// The node.
    pub node_id: String,
    /// The journal's identity.
    pub epoch: String,
    /// The head that it was read at.
    pub seq: u64,
    /// Who made the node, or brought it back.
    pub existence: LastWrite,
    /// Who put it where it stands.
    pub place: PlaceWrite,
    /// Who said what it waits for; null if nobody ever did.
    #[schema(required = true)]
    pub blocked_by: Option<ValueWrite>,
    /// Who wrote its properties, by their ids, the name among them.
    pub properties: BTreeMap<String, ValueWrite>,
}

/// The last write of something.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct LastWrite {
    /// The last event of the command that wrote: an entry's `seq_last` in the history.
    pub seq: u64,
    /// Its author's `user_id`.
    pub by: String,
    /// When it was committed: RFC 3339, UTC, milliseconds, `Z`.
    pub at: String,
    /// It was an undo or a redo, which put back what had been there.
    pub restored: bool,
}

/// Where a node stands, and who put it there.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PlaceWrite {
    /// Null for a root.
    #[schema(required = true)]
    pub parent_id: Option<String>,
    /// How many siblings stand before it.
    pub index: usize,
    /// Who and when.
    #[serde(flatten)]
    pub last: LastWrite,
}

/// A value, and who wrote it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ValueWrite {
    /// Null if it was deleted.
    #[schema(required = true)]
    pub value: Value,
    /// Who and when.
    #[serde(flatten)]
    pub last: LastWrite,
}

/// The body of `POST /api/v1/projects/{id}/versions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NewVersion {
    /// What people call it; no two of a project alike.
    #[schema(min_length = 1, max_length = 128, pattern = r"\S")]
    pub name: String,
    /// The last event of a command; the head if missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    pub seq: Option<u64>,
}

/// A place in a project's journal that has a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct VersionView {
    /// A UUID.
    pub version_id: String,
    /// What people call it.
    pub name: String,
    /// The place: what `at` and a restore take.
    pub seq: u64,
    /// Who named it: a `user_id`.
    pub by: String,
    /// When it was named: RFC 3339, UTC, milliseconds, `Z`.
    pub created_at: String,
}

/// The answer to `GET /api/v1/projects/{id}/versions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct VersionList {
    /// The latest places first, those of one place by name.
    pub versions: Vec<VersionView>,
    /// How many there are.
    pub total: usize,
}

/// The answer to `DELETE /api/v1/projects/{id}/versions/{version}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct VersionDeleted {
    /// Always true.
    pub success: bool,
    /// What it was.
    pub version_id: String,
    /// What it was called.
    pub name: String,
}
