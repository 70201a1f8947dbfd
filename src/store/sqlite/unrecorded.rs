//! Commands that changed nothing, on SQLite.

use rusqlite::{Connection, Row, params};

use crate::domain::Timestamp;
use crate::store::unrecorded::KEPT_COMMANDS;
use crate::store::{ProjectId, StoreError, StoreFuture, Unrecorded, UnrecordedCommand};

use super::{SqliteStore, rows};

fn add(connection: &Connection, project: ProjectId, new: &[UnrecordedCommand]) -> Result<(), StoreError> {
    let project = project.to_string();
    let mut newest = connection
        .prepare_cached("SELECT max(n) FROM unrecorded_commands WHERE project_id = ?1")?
        .query_row([&project], |row| row.get::<_, Option<i64>>(0))?
        .unwrap_or(0);
    let mut statement = connection.prepare_cached(
        "INSERT INTO unrecorded_commands (project_id, n, author, command_id, body_hash, seq, at, to_undo)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for command in new {
        newest += 1;
        let UnrecordedCommand { author, command_id, body_hash, seq, at, to_undo } = command;
        let (seq, at) = (rows::clamp(*seq), at.millis());
        statement.execute(params![project, newest, author, command_id, body_hash, seq, at, to_undo])?;
    }
    let mut statement =
        connection.prepare_cached("DELETE FROM unrecorded_commands WHERE project_id = ?1 AND n <= ?2")?;
    statement.execute(params![project, newest.saturating_sub_unsigned(KEPT_COMMANDS)])?;
    Ok(())
}

fn newest(
    connection: &Connection,
    project: ProjectId,
    limit: usize,
) -> Result<Vec<UnrecordedCommand>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT author, command_id, body_hash, seq, at, to_undo FROM unrecorded_commands
         WHERE project_id = ?1 ORDER BY n DESC LIMIT ?2",
    )?;
    let found = statement.query_and_then(params![project.to_string(), rows::clamp(limit)], command)?;
    let mut commands = found.collect::<Result<Vec<_>, StoreError>>()?;
    commands.reverse();
    Ok(commands)
}

fn command(row: &Row<'_>) -> Result<UnrecordedCommand, StoreError> {
    Ok(UnrecordedCommand {
        author: row.get(0)?,
        command_id: row.get(1)?,
        body_hash: row.get(2)?,
        seq: rows::seq(row.get(3)?)?,
        at: Timestamp::from_millis(row.get(4)?),
        to_undo: row.get(5)?,
    })
}

impl Unrecorded for SqliteStore {
    fn add_unrecorded(
        &self,
        project: ProjectId,
        commands: Vec<UnrecordedCommand>,
    ) -> StoreFuture<'_, Result<(), StoreError>> {
        // A name has 128 characters at most, a hash 64.
        let bytes = commands.len() * 512;
        Box::pin(self.change(bytes, move |connection| add(connection, project, &commands)))
    }

    fn unrecorded(
        &self,
        project: ProjectId,
        limit: usize,
    ) -> StoreFuture<'_, Result<Vec<UnrecordedCommand>, StoreError>> {
        Box::pin(self.readers.read(move |connection| newest(connection, project, limit)))
    }
}
