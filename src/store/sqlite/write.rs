//! What the writer can be asked for, and its statements. Transactions and who is answered when are not
//! decided here.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use crate::domain::{Role, Seq};
use crate::store::{
    AppendError, EncodedRecord, EntryChange, ProjectId, ProjectRow, SessionId, SessionRow, StoreError,
    VersionId, VersionRow, catalogue, journal, versions,
};

use super::ends::End;
use super::{arrivals, members, migrations, rows};

/// One thing to write. It can be run again if its transaction came to nothing.
pub(super) enum Write {
    /// Records for the end of a journal.
    Append { project: ProjectId, expected_head: Seq, records: Vec<EncodedRecord> },
    /// A project, its session, its first record and its owner, if it has one.
    CreateProject { project: ProjectRow, first: Box<EncodedRecord>, owner: Option<String> },
    /// A session.
    CreateSession(SessionRow),
    /// A project was saved.
    MarkSaved { project: ProjectId, seq: Seq },
    /// A place in a journal gets a name.
    AddVersion(VersionRow),
    /// A named version goes.
    DeleteVersion { project: ProjectId, id: VersionId },
    /// Anything that touches neither a journal nor a project's row. `bytes`: about how much it adds.
    Statements { run: Statements, bytes: usize },
    /// Nothing, all the way to the disk.
    Probe,
    /// Lets a test into the middle of a transaction.
    #[cfg(test)]
    Hook(Hook),
}

/// They are run again if their transaction came to nothing.
pub(super) type Statements = Box<dyn Fn(&Connection) -> Result<(), StoreError> + Send>;

#[cfg(test)]
pub(super) type Hook = Box<dyn Fn(&Connection) -> Result<(), StoreError> + Send>;

impl Write {
    /// Runs the statements. `heads` is told what changed only after the last of them.
    pub(super) fn run(&self, connection: &Connection, heads: &mut Heads) -> Result<(), AppendError> {
        match self {
            Self::Append { project, expected_head, records } => {
                append(connection, heads, *project, *expected_head, records)
            }
            Self::CreateProject { project, first, owner } => {
                create_project(connection, heads, project, first, owner.as_deref())
            }
            Self::CreateSession(session) => {
                create_session(connection, session).map_err(AppendError::Unavailable)
            }
            Self::MarkSaved { project, seq } => {
                mark_saved(connection, heads, *project, *seq).map_err(AppendError::Unavailable)
            }
            Self::AddVersion(version) => add_version(connection, version).map_err(AppendError::Unavailable),
            Self::DeleteVersion { project, id } => {
                delete_version(connection, *project, *id).map_err(AppendError::Unavailable)
            }
            Self::Statements { run, .. } => run(connection).map_err(AppendError::Unavailable),
            Self::Probe => migrations::rewrite_mark(connection).map_err(AppendError::Unavailable),
            #[cfg(test)]
            Self::Hook(hook) => hook(connection).map_err(AppendError::Unavailable),
        }
    }

    /// The records that it adds to a journal.
    pub(super) fn records(&self) -> &[EncodedRecord] {
        match self {
            Self::Append { records, .. } => records,
            Self::CreateProject { first, .. } => std::slice::from_ref(first),
            _ => &[],
        }
    }

    /// About how much it adds to a transaction.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Statements { bytes, .. } => *bytes,
            _ => self.records().iter().map(|record| record.text.len()).sum(),
        }
    }
}

/// Where the journals end that were written to last, so that an append need not look it up.
#[derive(Debug, Default)]
pub(super) struct Heads(HashMap<ProjectId, Head>);

/// Where a journal ends.
#[derive(Clone, Copy, Debug)]
struct Head {
    end: End,
    /// Nothing may follow.
    deleted: bool,
}

impl Heads {
    /// How many heads are kept. They are a cache: when it is full, it starts again.
    const KEPT: usize = 65_536;

    fn get(&mut self, connection: &Connection, project: ProjectId) -> Result<Head, StoreError> {
        if let Some(head) = self.0.get(&project) {
            return Ok(*head);
        }
        let head =
            Head { end: End::read(connection, project)?, deleted: rows::is_deleted(connection, project)? };
        self.set(project, head);
        Ok(head)
    }

    fn set(&mut self, project: ProjectId, head: Head) {
        if self.0.len() >= Self::KEPT {
            self.forget();
        }
        self.0.insert(project, head);
    }

    /// To be called when a transaction is rolled back, since it may have moved some of them.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }
}

fn append(
    connection: &Connection,
    heads: &mut Heads,
    project: ProjectId,
    expected_head: Seq,
    records: &[EncodedRecord],
) -> Result<(), AppendError> {
    let Head { end, deleted } = heads.get(connection, project).map_err(AppendError::Unavailable)?;
    if deleted {
        return Err(journal::deleted(project));
    }
    if end.head != expected_head {
        return Err(AppendError::HeadMoved { head: end.head });
    }
    let head = write_records(connection, project, end, records).map_err(AppendError::Unavailable)?;
    heads.set(project, head);
    Ok(())
}

/// Writes the records and everything that changes with them.
fn write_records(
    connection: &Connection,
    project: ProjectId,
    end: End,
    records: &[EncodedRecord],
) -> Result<Head, StoreError> {
    let seq = journal::head_after(project, end.head, records)?;
    arrivals::insert(connection, project, records)?;
    let end = end.after(seq, records).write(connection, project)?;
    let deleted = change_entry(connection, project, records)?;
    Ok(Head { end, deleted })
}

/// Writes what the records change in the project's row; true if that is deleted by them.
fn change_entry(
    connection: &Connection,
    project: ProjectId,
    records: &[EncodedRecord],
) -> Result<bool, StoreError> {
    let change = EntryChange::of_all(records);
    if change.is_empty() {
        return Ok(false);
    }
    let deleted_at = records.last().filter(|record| record.entry.deleted).map(|record| record.at.millis());
    let mut statement = connection.prepare_cached(
        "UPDATE projects SET name = coalesce(?2, name), template_id = coalesce(?3, template_id),
         deleted_at = ?4 WHERE project_id = ?1",
    )?;
    let rows =
        statement.execute(params![project.to_string(), change.name, change.template_id, deleted_at])?;
    Ok(rows > 0 && change.deleted)
}

fn create_project(
    connection: &Connection,
    heads: &mut Heads,
    project: &ProjectRow,
    first: &EncodedRecord,
    owner: Option<&str>,
) -> Result<(), AppendError> {
    let own = |owner| members::insert(connection, project.project_id, owner, Role::Owner, project.created_at);
    insert_project(connection, project)
        .and_then(|()| take_session(connection, project))
        .and_then(|()| owner.map_or(Ok(()), own))
        .map_err(AppendError::Unavailable)?;
    append(connection, heads, project.project_id, 0, std::slice::from_ref(first))
}

fn insert_project(connection: &Connection, project: &ProjectRow) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO projects (project_id, session_id, epoch, name, template_id, created_at, saved)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    statement.execute(params![
        project.project_id.to_string(),
        project.session_id.to_string(),
        project.epoch.to_string(),
        project.name,
        project.template_id,
        project.created_at.millis(),
        rows::stored(project.saved)?,
    ])?;
    Ok(())
}

/// Gives the project its session: a new one, or one that waits for a project.
fn take_session(connection: &Connection, project: &ProjectRow) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO sessions (session_id, project_id, created_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (session_id) DO UPDATE SET project_id = excluded.project_id, owner = NULL
         WHERE sessions.project_id IS NULL",
    )?;
    let (session, id) = (project.session_id.to_string(), project.project_id.to_string());
    match statement.execute(params![session, id, project.created_at.millis()])? {
        0 => Err(StoreError::Unavailable(format!("session {session} has a project already"))),
        _ => Ok(()),
    }
}

fn create_session(connection: &Connection, session: &SessionRow) -> Result<(), StoreError> {
    match session.project_id {
        Some(project) if rows::project(connection, project)?.is_none() => Err(catalogue::no_project(project)),
        _ => insert_session(connection, session),
    }
}

fn insert_session(connection: &Connection, session: &SessionRow) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO sessions (session_id, project_id, created_at, owner) VALUES (?1, ?2, ?3, ?4)",
    )?;
    statement.execute(params![
        session.session_id.to_string(),
        session.project_id.map(|id| id.to_string()),
        session.created_at.millis(),
        session.owner,
    ])?;
    Ok(())
}

/// Whether there was such a session, and it had no project.
pub(super) fn delete_session(connection: &Connection, id: SessionId) -> Result<bool, StoreError> {
    let mut statement =
        connection.prepare_cached("DELETE FROM sessions WHERE session_id = ?1 AND project_id IS NULL")?;
    Ok(statement.execute([id.to_string()])? > 0)
}

fn mark_saved(
    connection: &Connection,
    heads: &mut Heads,
    project: ProjectId,
    seq: Seq,
) -> Result<(), StoreError> {
    let head = heads.get(connection, project)?.end.head;
    if rows::project(connection, project)?.is_none() {
        return Err(catalogue::no_project(project));
    }
    if seq > head {
        return Err(catalogue::past_the_head(project, seq, head));
    }
    let mut statement =
        connection.prepare_cached("UPDATE projects SET saved = max(saved, ?2) WHERE project_id = ?1")?;
    statement.execute(params![project.to_string(), rows::stored(seq)?])?;
    Ok(())
}

fn add_version(connection: &Connection, version: &VersionRow) -> Result<(), StoreError> {
    let VersionRow { version_id, project_id, name, seq, author, created_at } = version;
    if rows::project(connection, *project_id)?.is_none() {
        return Err(catalogue::no_project(*project_id));
    }
    let mut statement = connection.prepare_cached(
        "INSERT INTO versions (version_id, project_id, name, seq, author, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
    )?;
    let (id, project, seq) = (version_id.to_string(), project_id.to_string(), rows::stored(*seq)?);
    match statement.execute(params![id, project, name, seq, author, created_at.millis()])? {
        0 => Err(versions::taken(version)),
        _ => Ok(()),
    }
}

fn delete_version(connection: &Connection, project: ProjectId, id: VersionId) -> Result<(), StoreError> {
    let mut statement =
        connection.prepare_cached("DELETE FROM versions WHERE version_id = ?1 AND project_id = ?2")?;
    match statement.execute([id.to_string(), project.to_string()])? {
        0 => Err(versions::no_version(id)),
        _ => Ok(()),
    }
}
