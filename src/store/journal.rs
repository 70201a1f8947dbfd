//! The journal of a project: its records, in order, without a gap, for ever.
//!
//! A journal needs no row in the catalogue, and the catalogue's rows say nothing about its head: the
//! head is the `seq_last` of the last record. If there is a row, an append also writes what its records
//! change there. The journal of a deleted project stays as it is.

use std::sync::Arc;

use serde::Deserialize;

use crate::domain::{Author, Outcome, Record, Seq, Timestamp, record};

use super::{EntryChange, ProjectId, StoreError, StoreFuture};

/// Appends to journals and reads them.
pub trait Journal: Send + Sync + 'static {
    /// Adds `records` to the end of a project's journal: all of them or none. They are on disk when it
    /// returns `Ok`, which it does only if the head was `expected_head`.
    ///
    /// # Errors
    /// See [`AppendError`]. Records that do not follow `expected_head` and one another without a gap, or
    /// that follow one that deletes the project, are refused as [`StoreError::Corrupt`]; anything for a
    /// deleted project as [`StoreError::Unavailable`].
    fn append(
        &self,
        project: ProjectId,
        expected_head: Seq,
        records: Vec<EncodedRecord>,
    ) -> StoreFuture<'_, Result<(), AppendError>>;

    /// The `seq_last` of the last record; 0 for an unknown project.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn head(&self, project: ProjectId) -> StoreFuture<'_, Result<Seq, StoreError>>;

    /// The records with `seq_last` over `after`, oldest first, as many as are asked for.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if one of them was altered or is missing.
    fn read_from(
        &self,
        project: ProjectId,
        after: Seq,
        most: Most,
    ) -> StoreFuture<'_, Result<Vec<Record>, StoreError>>;

    /// The records with `seq_last` before `before`, newest first, as many as are asked for.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if one of them was altered or is missing.
    fn read_back(
        &self,
        project: ProjectId,
        before: Seq,
        most: Most,
    ) -> StoreFuture<'_, Result<Vec<Record>, StoreError>>;

    /// The newest `limit` commands that a client named, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if a record that was looked at was altered.
    fn recent_commands(
        &self,
        project: ProjectId,
        limit: usize,
    ) -> StoreFuture<'_, Result<Vec<RecentCommand>, StoreError>>;
}

/// How much is read at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Most {
    /// Records.
    pub records: usize,
    /// Bytes of them, as they are stored; a first record over it is read all the same.
    pub bytes: usize,
}

impl Most {
    /// So many records, however large.
    #[must_use]
    pub const fn records(records: usize) -> Self {
        Self { records, bytes: usize::MAX }
    }
}

/// A record as it is stored: encoded once, outside the store.
#[derive(Clone, Debug)]
pub struct EncodedRecord {
    /// The record's own `seq_first`.
    pub seq_first: Seq,
    /// The record's own `seq_last`.
    pub seq_last: Seq,
    /// The record's own `at`.
    pub at: Timestamp,
    /// What [`Record::encode`] gave.
    pub text: String,
    /// The [`mark`] of the text.
    pub(super) mark: i64,
    /// What the record changes in the catalogue.
    pub entry: EntryChange,
}

impl EncodedRecord {
    /// Encodes `record`.
    ///
    /// # Errors
    /// Those of [`Record::encode`].
    pub fn new(record: &Record) -> Result<Self, serde_json::Error> {
        let text = record.encode()?;
        Ok(Self {
            seq_first: record.seq_first,
            seq_last: record.seq_last,
            at: record.at,
            mark: mark(&text).unwrap_or_default(),
            text,
            entry: EntryChange::of(record),
        })
    }
}

/// What stands for a stored text where many are added up: the first 64 bits of its
/// checksum. None of a text that has no checksum.
pub(super) fn mark(text: &str) -> Option<i64> {
    let digits = record::checksum(text)?.get(..16)?;
    u64::from_str_radix(digits, 16).ok().map(u64::cast_signed)
}

/// Why records were not appended, or may not have been.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AppendError {
    /// Somebody else appended first. Nothing was written.
    #[error("the head of the journal is {head}")]
    HeadMoved {
        /// Where the journal ends.
        head: Seq,
    },
    /// Surely nothing was written.
    #[error("nothing was appended: {0}")]
    Unavailable(StoreError),
    /// The commit's outcome is not known: the journal's head will tell.
    #[error("it is not known whether the records were appended: {0}")]
    Unknown(StoreError),
}

/// What is kept of a command that a client named, so that a repeat gets the first answer.
#[derive(Clone, Debug, PartialEq)]
pub struct RecentCommand {
    /// The author's `user_id`.
    pub author: Arc<str>,
    /// The name that the client gave.
    pub command_id: Arc<str>,
    /// Tells a repeat from another command under the same name.
    pub body_hash: String,
    /// The record's `seq_last`.
    pub seq_last: Seq,
    /// When it was committed.
    pub at: Timestamp,
    /// What the answer said.
    pub result: Outcome,
}

/// What is read of a record for [`RecentCommand`]: effects may be many, and are skipped.
#[derive(Deserialize)]
struct Named {
    author: Author,
    command_id: Arc<str>,
    body_hash: Option<String>,
    seq_last: Seq,
    at: Timestamp,
    #[serde(default)]
    result: Outcome,
}

/// The command of a stored record, if a client named it.
pub(super) fn named(
    project: ProjectId,
    seq_first: Seq,
    text: &[u8],
) -> Result<Option<RecentCommand>, StoreError> {
    let corrupt =
        |reason: String| StoreError::Corrupt(format!("record {seq_first} of project {project}: {reason}"));
    let text = std::str::from_utf8(text).map_err(|error| corrupt(error.to_string()))?;
    record::verified(text).map_err(|error| corrupt(error.to_string()))?;
    let Named { author, command_id, body_hash, seq_last, at, result } =
        serde_json::from_str(text).map_err(|error| corrupt(error.to_string()))?;
    let author = author.user_id;
    Ok(body_hash.map(|body_hash| RecentCommand { author, command_id, body_hash, seq_last, at, result }))
}

/// The head after `records`, which must follow `head` and one another without a gap. Nothing follows the
/// end of a project.
pub(super) fn head_after(
    project: ProjectId,
    head: Seq,
    records: &[EncodedRecord],
) -> Result<Seq, StoreError> {
    if let Some((_, before)) = records.split_last()
        && let Some(end) = before.iter().find(|record| record.entry.deleted)
    {
        let after = end.seq_last;
        return Err(StoreError::Corrupt(format!(
            "project {project} ends at {after}, records were to follow"
        )));
    }
    records.iter().try_fold(head, |head, record| {
        if head.checked_add(1) == Some(record.seq_first) && record.seq_last >= record.seq_first {
            Ok(record.seq_last)
        } else {
            Err(StoreError::Corrupt(format!(
                "records {} to {} were to follow {head} in project {project}",
                record.seq_first, record.seq_last
            )))
        }
    })
}

/// When a stored record was committed. `at` comes first in the text, and nothing else is read.
pub(super) fn committed_at(text: &[u8]) -> Option<Timestamp> {
    let rest = text.strip_prefix(b"{\"at\":")?;
    serde_json::Deserializer::from_slice(rest).into_iter().next()?.ok()
}

/// What is told when records are appended to a deleted project.
pub(super) fn deleted(project: ProjectId) -> AppendError {
    AppendError::Unavailable(StoreError::Unavailable(format!("project {project} is deleted")))
}

/// Reads a stored text, which is filed under `seq_first`.
pub(super) fn decode(project: ProjectId, seq_first: Seq, text: &[u8]) -> Result<Record, StoreError> {
    let corrupt =
        |reason: String| StoreError::Corrupt(format!("record {seq_first} of project {project}: {reason}"));
    let text = std::str::from_utf8(text).map_err(|error| corrupt(error.to_string()))?;
    let record = Record::decode(text).map_err(|error| corrupt(error.to_string()))?;
    if record.seq_first != seq_first {
        return Err(corrupt(format!("it calls itself record {}", record.seq_first)));
    }
    Ok(record)
}

/// The first records of `found`, in order, if they continue the journal from `after` without a gap; and
/// whether those are all.
pub(super) fn decode_all<T: AsRef<[u8]>>(
    project: ProjectId,
    after: Seq,
    most: Most,
    found: impl IntoIterator<Item = Result<(Seq, T), StoreError>>,
) -> Result<(Vec<Record>, bool), StoreError> {
    let (mut head, mut bytes) = (after, 0);
    let mut records = Vec::new();
    for row in found {
        let (seq_first, text) = row?;
        bytes += text.as_ref().len();
        if records.len() >= most.records || (bytes > most.bytes && !records.is_empty()) {
            return Ok((records, false));
        }
        let record = decode(project, seq_first, text.as_ref())?;
        if record.seq_first.saturating_sub(1) > head {
            return Err(StoreError::Corrupt(format!("project {project} has no record after {head}")));
        }
        head = record.seq_last;
        records.push(record);
    }
    Ok((records, true))
}

/// The first records of `found`, which come newest first, if there is no gap between them.
pub(super) fn decode_back<T: AsRef<[u8]>>(
    project: ProjectId,
    most: Most,
    found: impl IntoIterator<Item = Result<(Seq, T), StoreError>>,
) -> Result<Vec<Record>, StoreError> {
    let mut bytes = 0;
    let mut records: Vec<Record> = Vec::new();
    for row in found {
        let (seq_first, text) = row?;
        bytes += text.as_ref().len();
        if records.len() >= most.records || (bytes > most.bytes && !records.is_empty()) {
            break;
        }
        let record = decode(project, seq_first, text.as_ref())?;
        if let Some(next) =
            records.last().filter(|next| record.seq_last.checked_add(1) != Some(next.seq_first))
        {
            let head = next.seq_first - 1;
            return Err(StoreError::Corrupt(format!("project {project} has no record that ends at {head}")));
        }
        records.push(record);
    }
    Ok(records)
}
