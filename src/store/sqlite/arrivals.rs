//! Arrivals: records of small appends, until they are filed under their projects.
//!
//! In `records` each journal ends in a page of its own, so that a commit for many projects would write as many
//! pages. Arrivals of all projects share their pages; filing writes each journal's page once for many
//! records. `docs/decisions/0027-records-arrive-together.md` says more. Nothing is decided here about when
//! to file.

use rusqlite::{Connection, params};

use crate::store::{EncodedRecord, ProjectId, StoreError};

use super::rows;

/// Arrivals are filed when there are so many: about as many as a reader has to pass by. The more, the more of a
/// page is written once.
const MANY: usize = 2_048;
/// Or when they have so many bytes.
const LARGE: usize = 2 * 1024 * 1024;

/// An append of so many records fills pages of its own, and is filed at once.
const WORTH_FILING: usize = 8;
/// So is one of so many bytes.
const WORTH_FILING_BYTES: usize = 16 * 1024;

/// How much arrived and was not filed.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    records: usize,
    bytes: usize,
}

impl Arrivals {
    /// An append was committed.
    pub(super) fn add(&mut self, records: &[EncodedRecord]) {
        if arrive(records) {
            self.records += records.len();
            self.bytes += bytes(records);
        }
    }

    /// Whether they should be filed.
    pub(super) fn are_many(&self) -> bool {
        self.records >= MANY || self.bytes >= LARGE
    }
}

fn bytes(records: &[EncodedRecord]) -> usize {
    records.iter().map(|record| record.text.len()).sum()
}

fn arrive(records: &[EncodedRecord]) -> bool {
    records.len() < WORTH_FILING && bytes(records) < WORTH_FILING_BYTES
}

/// Writes the records of an append.
pub(super) fn insert(
    connection: &Connection,
    project: ProjectId,
    records: &[EncodedRecord],
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(if arrive(records) {
        "INSERT INTO arrivals (project_id, seq_first, seq_last, record) VALUES (?1, ?2, ?3, ?4)"
    } else {
        "INSERT INTO records (project_id, seq_first, seq_last, record) VALUES (?1, ?2, ?3, ?4)"
    })?;
    let project = project.to_string();
    for record in records {
        let (first, last) = (rows::stored(record.seq_first)?, rows::stored(record.seq_last)?);
        statement.execute(params![project, first, last, record.text])?;
    }
    Ok(())
}

/// Files everything that arrived, in a transaction of its own.
pub(super) fn file(connection: &Connection) -> Result<(), rusqlite::Error> {
    let mut any = connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM arrivals)")?;
    if !any.query_row([], |row| row.get::<_, bool>(0))? {
        return Ok(());
    }
    let transaction = connection.unchecked_transaction()?;
    // All or none: with ROLLBACK no page is copied aside for taking back this statement alone.
    let mut file = transaction.prepare_cached(
        "INSERT OR ROLLBACK INTO records SELECT project_id, seq_first, seq_last, record FROM arrivals
         ORDER BY project_id, seq_first",
    )?;
    file.execute([])?;
    transaction.prepare_cached("DELETE FROM arrivals")?.execute([])?;
    drop(file);
    transaction.commit()
}
