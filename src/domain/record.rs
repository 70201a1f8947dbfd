//! The journal record: one committed command, for ever.
//!
//! Its form is described field by field in `docs/decisions/0001-the-record.md` and held by golden files.

use std::sync::Arc;

use memchr::memmem;
use serde::{Deserialize, Serialize};

use super::{Author, Effect, NodeId, Seq, Timestamp, canonical};

/// The version that this code writes. Readers know every version up to it.
pub const VERSION: u32 = 2;

/// How the checksum begins in a record's text. In canonical form only `at`, `author` and `body_hash` stand
/// before it, and in those a quote is always escaped: the first of these is the checksum.
const CHECKSUM: &str = ",\"checksum\":\"";
/// The field that the checksum stands before; found first for the same reason.
const BEHIND_CHECKSUM: &str = ",\"command_id\":";

/// All that is read of a record before it is known to be one.
#[derive(Deserialize)]
struct Version {
    v: u64,
}

/// One committed command.
///
/// The fields stand in the order of their names, here and in all that it is made of but a template: what is
/// written needs no sorting then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// When it was committed, by the server's clock.
    pub at: Timestamp,
    /// Who gave the command.
    pub author: Author,
    /// Hash of the canonical `{command_type, data}`. Only there when the client named the command, which
    /// is when a repeat can be recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_hash: Option<String>,
    /// The client's, or one that the server made.
    pub command_id: Arc<str>,
    /// As on the wire; `CreateProject` for a project's first record.
    pub command_type: Arc<str>,
    /// What changed, in order.
    pub effects: Vec<Effect>,
    /// What the answer said beyond that.
    #[serde(default, skip_serializing_if = "Outcome::is_empty")]
    pub result: Outcome,
    /// The `seq` of the first event.
    pub seq_first: Seq,
    /// The `seq` of the last event: the journal's head after this record.
    pub seq_last: Seq,
    /// The form of the record.
    pub v: u32,
}

/// What a command gave beside its effects.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// What an undo or redo left alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
    /// Conflicts beyond those.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub conflicts_omitted: usize,
    /// So much changed that one event stands for all of it: how many nodes there are now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub graph_replaced: Option<usize>,
    /// The node that was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_id: Option<NodeId>,
    /// The nodes that a batch made, or the topmost copies of a kit, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub node_ids: Vec<NodeId>,
    /// Nodes that could not go back to their parent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reparented: Vec<Reparented>,
    /// The step that an undo took back or a redo did again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<StepRef>,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl Outcome {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Which step an undo or a redo was about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepRef {
    /// Whose step it is.
    pub author: Arc<str>,
    /// The command that made the step.
    pub command_id: Arc<str>,
    /// That command's type.
    pub command_type: Arc<str>,
    /// The step's `seq` before.
    pub seq: Seq,
}

/// Something that an undo or a redo left alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conflict {
    /// When somebody wrote there since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Who did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Arc<str>>,
    /// The node; none if it is about the project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_id: Option<NodeId>,
    /// The property, if it was about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub property_id: Option<Arc<str>>,
    /// Why.
    pub reason: ConflictReason,
}

/// Why an undo or a redo left something alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConflictReason {
    /// Somebody else wrote the property since.
    ChangedSince,
    /// Somebody else put the node elsewhere since.
    MovedSince,
    /// Somebody else said since what the node waits for.
    BlockingChangedSince,
    /// The node would come to stand below itself, or to wait for itself. Not to be forced.
    Cycle,
    /// The graph would get too deep. Not to be forced.
    DepthLimit,
    /// Somebody else adopted a template since.
    TemplateChangedSince,
    /// Somebody else worked on the node, or below it, since.
    WorkedOnSince,
    /// The node is gone.
    NodeDeleted,
    /// A node with this id is there again.
    NodeExists,
}

/// A node that was brought back elsewhere, since its parent is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reparented {
    /// The node.
    pub node_id: NodeId,
    /// Its new parent; none if it became a root.
    pub parent_id: Option<NodeId>,
}

/// Why a stored text is no record.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Not JSON, or not in the form of a record.
    #[error("not a record: {0}")]
    Form(#[from] serde_json::Error),
    /// Written by a later version of this program.
    #[error("record version {0} is unknown")]
    Version(u64),
    /// The text was altered after it was written.
    #[error("the checksum does not match")]
    Checksum,
}

impl Record {
    /// The stored text: canonical JSON with a `checksum`, which is the hash of the canonical JSON of
    /// everything else.
    ///
    /// # Errors
    /// If a value in the record has no JSON form; those that came in as JSON always have one.
    pub fn encode(&self) -> Result<String, serde_json::Error> {
        let mut text = canonical::of(self)?;
        let checksum = canonical::hash_text(&text);
        let place = memmem::find(text.as_bytes(), BEHIND_CHECKSUM.as_bytes()).unwrap_or_default();
        let behind = text.split_off(place);
        for piece in [CHECKSUM, &checksum, "\"", &behind] {
            text.push_str(piece);
        }
        Ok(text)
    }

    /// Reads a stored text and verifies its checksum.
    ///
    /// # Errors
    /// See [`RecordError`].
    pub fn decode(text: &str) -> Result<Self, RecordError> {
        let text = verified(text)?.concat();
        let read = serde_json::from_str::<Self>(&text);
        if let Ok(record) = read
            && (1..=VERSION).contains(&record.v)
        {
            return Ok(record);
        }
        // What a later version wrote need not have the form of this one.
        let Version { v } = serde_json::from_str(&text)?;
        if v == 0 || v > u64::from(VERSION) {
            return Err(RecordError::Version(v));
        }
        Ok(serde_json::from_str(&text)?)
    }
}

/// The checksum that a stored text bears, right or not.
#[must_use]
pub fn checksum(text: &str) -> Option<&str> {
    let (_, behind) = around_checksum(text)?;
    behind.split_once('"').map(|(checksum, _)| checksum)
}

/// What stands before and behind the checksum of a stored text, if that is right.
///
/// # Errors
/// [`RecordError::Checksum`] if it is missing or not that of the rest.
pub fn verified(text: &str) -> Result<[&str; 2], RecordError> {
    let (before, behind) = around_checksum(text).ok_or(RecordError::Checksum)?;
    let (checksum, behind) = behind.split_once('"').ok_or(RecordError::Checksum)?;
    let is_right = checksum == canonical::hash_pieces([before.as_bytes(), behind.as_bytes()]);
    if is_right { Ok([before, behind]) } else { Err(RecordError::Checksum) }
}

/// What stands before the field of the checksum, and behind where its text begins.
fn around_checksum(text: &str) -> Option<(&str, &str)> {
    let place = memmem::find(text.as_bytes(), CHECKSUM.as_bytes())?;
    Some((text.get(..place)?, text.get(place + CHECKSUM.len()..)?))
}
