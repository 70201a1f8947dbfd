//! The ends of the journals, noted beside them in the transactions that move them.
//!
//! A record that is missing in the middle shows by its numbers; that the last one is missing shows only
//! here. `docs/decisions/0016-the-end-of-a-journal.md` says what it costs.

use rusqlite::{Connection, OptionalExtension, params};

use crate::domain::Seq;
use crate::store::{EncodedRecord, ProjectId, StoreError};

use super::rows;

/// Where a journal ends.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct End {
    /// The row that says so; none before the first record.
    row: Option<i64>,
    /// The `seq_last` of the last record.
    pub head: Seq,
    /// The records' marks, added up.
    sum: i64,
}

impl End {
    /// The end as it was noted.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if the journal ends elsewhere.
    pub fn read(connection: &Connection, project: ProjectId) -> Result<Self, StoreError> {
        let mut statement =
            connection.prepare_cached("SELECT journal_id, head, sum FROM journals WHERE project_id = ?1")?;
        let noted = statement
            .query_row([project.to_string()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let end = match noted {
            Some((row, head, sum)) => Self { row: Some(row), head: rows::seq(head)?, sum },
            None => Self::default(),
        };
        match rows::head(connection, project)? {
            head if head == end.head => Ok(end),
            head => Err(StoreError::Corrupt(format!(
                "the journal of project {project} ends at {head}, it had come to {}",
                end.head
            ))),
        }
    }

    /// The end after `records`, the last of which ends at `head`.
    pub fn after(self, head: Seq, records: &[EncodedRecord]) -> Self {
        let sum = records.iter().fold(self.sum, |sum, record| sum.wrapping_add(record.mark));
        Self { head, sum, ..self }
    }

    /// Notes it.
    pub fn write(mut self, connection: &Connection, project: ProjectId) -> Result<Self, StoreError> {
        let head = rows::stored(self.head)?;
        if let Some(row) = self.row {
            let mut statement =
                connection.prepare_cached("UPDATE journals SET head = ?2, sum = ?3 WHERE journal_id = ?1")?;
            statement.execute(params![row, head, self.sum])?;
        } else {
            let mut statement = connection.prepare_cached(
                "INSERT INTO journals (project_id, head, sum, since) VALUES (?1, ?2, ?3, 0)",
            )?;
            statement.execute(params![project.to_string(), head, self.sum])?;
            self.row = Some(connection.last_insert_rowid());
        }
        Ok(self)
    }
}
