//! The queries: rows in, values of the store out.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use crate::domain::{Record, Seq, Timestamp, record};
use crate::store::journal::{self, Most, RecentCommand};
use crate::store::{
    ProjectId, ProjectPage, ProjectQuery, ProjectRow, ProjectSummary, SessionId, SessionRow, StoreError,
    VersionRow,
};

use super::ends::End;

/// The `seq_last` of a project's last record, or 0.
pub(super) fn head(connection: &Connection, project: ProjectId) -> Result<Seq, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq_last, seq_first FROM journal_records WHERE project_id = ?1 ORDER BY seq_first DESC LIMIT 1",
    )?;
    let head: Option<i64> = statement.query_row([project.to_string()], |row| row.get(0)).optional()?;
    head.map_or(Ok(0), seq)
}

/// The records with `seq_last` over `after`, oldest first, as many as are asked for.
pub(super) fn records(
    connection: &Connection,
    project: ProjectId,
    after: Seq,
    most: Most,
) -> Result<Vec<Record>, StoreError> {
    // One snapshot for the records and for the end that they should come to.
    let _snapshot = connection.unchecked_transaction()?;
    // There is no index on seq_last. Of those that are filed the first record wanted is the last one that begins at
    // or before `after`, if it ends after it, or else the next one.
    let mut statement = connection.prepare_cached(
        "SELECT seq_first, record FROM journal_records
         WHERE project_id = ?1 AND seq_last > ?2 AND seq_first >= coalesce(
             (SELECT max(seq_first) FROM records WHERE project_id = ?1 AND seq_first <= ?2), 0)
         ORDER BY seq_first LIMIT ?3",
    )?;
    let rows = params![project.to_string(), clamp(after), clamp(most.records)];
    let found = statement.query_and_then(rows, text)?;
    let (records, are_all) = journal::decode_all(project, after, most, found)?;
    if are_all && records.len() < most.records {
        End::read(connection, project)?;
    }
    Ok(records)
}

/// The records with `seq_last` before `before`, newest first, as many as are asked for.
pub(super) fn records_back(
    connection: &Connection,
    project: ProjectId,
    before: Seq,
    most: Most,
) -> Result<Vec<Record>, StoreError> {
    // One snapshot for the records and for the end that they should come to.
    let _snapshot = connection.unchecked_transaction()?;
    // There is no index on seq_last. Of the records that begin before `before` only the last may end behind it.
    let mut statement = connection.prepare_cached(
        "SELECT seq_first, record FROM journal_records WHERE project_id = ?1 AND seq_first < ?2 AND seq_last < ?2
         ORDER BY seq_first DESC LIMIT ?3",
    )?;
    let rows = params![project.to_string(), clamp(before), clamp(most.records)];
    let records = journal::decode_back(project, most, statement.query_and_then(rows, text)?)?;
    // Who asks for the newest is told if the last one is lost.
    if records.first().is_none_or(|newest| newest.seq_last.checked_add(1) != Some(before)) {
        End::read(connection, project)?;
    }
    Ok(records)
}

/// The checksum of the record that ends at `seq`, if one does.
pub(super) fn checksum_at(
    connection: &Connection,
    project: ProjectId,
    seq: Seq,
) -> Result<Option<String>, StoreError> {
    // There is no index on seq_last: the record that ends here is the last one that begins here or before.
    let mut statement = connection.prepare_cached(
        "SELECT seq_last, record, seq_first FROM journal_records WHERE project_id = ?1 AND seq_first <= ?2
         ORDER BY seq_first DESC LIMIT 1",
    )?;
    let mut found = statement.query(params![project.to_string(), clamp(seq)])?;
    let Some(row) = found.next()? else { return Ok(None) };
    if self::seq(row.get(0)?)? != seq {
        return Ok(None);
    }
    let text = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
    Ok(record::checksum(text).map(str::to_owned))
}

/// The newest `limit` commands that a client named, oldest first. It goes back until it has found them.
pub(super) fn recent_commands(
    connection: &Connection,
    project: ProjectId,
    limit: usize,
) -> Result<Vec<RecentCommand>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq_first, record FROM journal_records WHERE project_id = ?1 ORDER BY seq_first DESC",
    )?;
    let found = statement.query_and_then([project.to_string()], text)?;
    let mut commands = found
        .map(|row| {
            let (seq_first, text) = row?;
            journal::named(project, seq_first, &text)
        })
        .filter_map(Result::transpose)
        .take(limit)
        .collect::<Result<Vec<_>, StoreError>>()?;
    commands.reverse();
    Ok(commands)
}

/// Whether the project is there no more. One that never was is not deleted.
pub(super) fn is_deleted(connection: &Connection, id: ProjectId) -> Result<bool, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT deleted_at IS NOT NULL FROM projects WHERE project_id = ?1")?;
    Ok(statement.query_row([id.to_string()], |row| row.get(0)).optional()?.unwrap_or(false))
}

/// The project with this id.
pub(super) fn project(connection: &Connection, id: ProjectId) -> Result<Option<ProjectRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT project_id, session_id, epoch, name, template_id, created_at, saved
         FROM projects WHERE project_id = ?1 AND deleted_at IS NULL",
    )?;
    let mut found = statement.query_and_then([id.to_string()], project_row)?;
    found.next().transpose()
}

/// A page of the projects, the newest first.
pub(super) fn projects(connection: &Connection, query: &ProjectQuery) -> Result<ProjectPage, StoreError> {
    // One snapshot for the rows and for the journals' ends.
    let _snapshot = connection.unchecked_transaction()?;
    let mut statement = connection.prepare_cached(
        "SELECT project_id, session_id, epoch, name, template_id, created_at, saved
         FROM projects WHERE deleted_at IS NULL ORDER BY created_at DESC, project_id",
    )?;
    let arrived = newest_arrivals(connection)?;
    let mut filter = query.filter();
    let mut projects = Vec::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id = || row.get_ref(0).ok()?.as_str().ok()?.parse().ok();
        if filter.takes(id, row.get_ref(3)?.as_str().map_err(rusqlite::Error::from)?) {
            projects.push(summary(connection, project_row(row)?, &arrived)?);
        }
    }
    Ok(ProjectPage { projects, total: filter.total })
}

/// The end of a journal: its last `seq`, and the record as it is stored.
type Newest = (Seq, Vec<u8>);

/// The newest record of each project that is not filed yet.
fn newest_arrivals(connection: &Connection) -> Result<HashMap<String, Newest>, StoreError> {
    // Of those with the greatest key SQLite gives the row itself.
    let mut statement = connection.prepare_cached(
        "SELECT seq_last, record, project_id, max(seq_first) FROM arrivals GROUP BY project_id",
    )?;
    statement.query_and_then([], |row| Ok((row.get(2)?, text(row)?)))?.collect()
}

fn summary(
    connection: &Connection,
    row: ProjectRow,
    arrived: &HashMap<String, Newest>,
) -> Result<ProjectSummary, StoreError> {
    let id = row.project_id.to_string();
    let mut statement = connection.prepare_cached(
        "SELECT seq_last, record FROM records WHERE project_id = ?1 ORDER BY seq_first DESC LIMIT 1",
    )?;
    let mut found = statement.query_and_then([&id], text)?;
    let (mut head, mut last) = found.next().transpose()?.unwrap_or_default();
    if let Some((later, newest)) = arrived.get(&id).filter(|(later, _)| *later > head) {
        (head, last) = (*later, newest.clone());
    }
    // Damage is reported to whoever opens the project; a list is not for that.
    let updated_at = journal::committed_at(&last).unwrap_or(row.created_at);
    Ok(ProjectSummary { row, updated_at, head })
}

fn project_row(row: &Row<'_>) -> Result<ProjectRow, StoreError> {
    Ok(ProjectRow {
        project_id: uuid(&row.get::<_, String>(0)?)?,
        session_id: uuid(&row.get::<_, String>(1)?)?,
        epoch: uuid(&row.get::<_, String>(2)?)?,
        name: row.get(3)?,
        template_id: row.get(4)?,
        created_at: Timestamp::from_millis(row.get(5)?),
        saved: seq(row.get(6)?)?,
    })
}

/// The session with this id.
pub(super) fn session(connection: &Connection, id: SessionId) -> Result<Option<SessionRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT sessions.session_id, project_id, sessions.created_at, owner
         FROM sessions LEFT JOIN projects USING (project_id)
         WHERE sessions.session_id = ?1 AND deleted_at IS NULL",
    )?;
    let mut found = statement.query_and_then([id.to_string()], session_row)?;
    found.next().transpose()
}

/// All sessions, oldest first.
pub(super) fn sessions(connection: &Connection) -> Result<Vec<SessionRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT sessions.session_id, project_id, sessions.created_at, owner
         FROM sessions LEFT JOIN projects USING (project_id)
         WHERE deleted_at IS NULL ORDER BY sessions.created_at, sessions.session_id",
    )?;
    statement.query_and_then([], session_row)?.collect()
}

fn session_row(row: &Row<'_>) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        session_id: uuid(&row.get::<_, String>(0)?)?,
        project_id: row.get::<_, Option<String>>(1)?.as_deref().map(uuid).transpose()?,
        created_at: Timestamp::from_millis(row.get(2)?),
        owner: row.get(3)?,
    })
}

/// The versions of a project, the latest places first.
pub(super) fn versions(connection: &Connection, project: ProjectId) -> Result<Vec<VersionRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT version_id, name, seq, author, created_at FROM versions WHERE project_id = ?1
         ORDER BY seq DESC, name",
    )?;
    let version = |row: &Row<'_>| -> Result<VersionRow, StoreError> {
        Ok(VersionRow {
            version_id: uuid(&row.get::<_, String>(0)?)?,
            project_id: project,
            name: row.get(1)?,
            seq: seq(row.get(2)?)?,
            author: row.get(3)?,
            created_at: Timestamp::from_millis(row.get(4)?),
        })
    };
    statement.query_and_then([project.to_string()], version)?.collect()
}

/// The text comes as bytes: one that was altered need not be UTF-8 any more.
fn text(row: &Row<'_>) -> Result<(Seq, Vec<u8>), StoreError> {
    let text = row.get_ref(1)?.as_bytes().map_err(rusqlite::Error::from)?;
    Ok((seq(row.get(0)?)?, text.to_vec()))
}

/// An id as it was stored.
pub(super) fn uuid(text: &str) -> Result<Uuid, StoreError> {
    text.parse().map_err(|error| StoreError::Corrupt(format!("{text:?} is no id: {error}")))
}

/// A place in a journal as it was stored.
pub(super) fn seq(stored: i64) -> Result<Seq, StoreError> {
    Seq::try_from(stored).map_err(|_| StoreError::Corrupt(format!("{stored} is no place in a journal")))
}

/// A place in a journal as it is stored.
pub(super) fn stored(seq: Seq) -> Result<i64, StoreError> {
    i64::try_from(seq).map_err(|_| StoreError::Corrupt(format!("{seq} is no place in a journal")))
}

/// As SQLite's integer. What is beyond it is beyond everything that is stored.
pub(super) fn clamp(bound: impl TryInto<i64>) -> i64 {
    bound.try_into().unwrap_or(i64::MAX)
}
