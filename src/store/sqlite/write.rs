//! What the writer can be asked for, and its statements. Transactions and who is answered when are not
//! decided here.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use crate::domain::Seq;
use crate::store::journal;
use crate::store::{AppendError, EncodedRecord, ProjectId, ProjectRow, SessionRow, StoreError};

use super::rows;

/// One thing to write. It can be run again if its transaction came to nothing.
pub(super) enum Write {
    /// Records for the end of a journal.
    Append { project: ProjectId, expected_head: Seq, records: Vec<EncodedRecord> },
    /// A project, its session and its first record.
    CreateProject { project: ProjectRow, first: EncodedRecord },
    /// A session.
    CreateSession(SessionRow),
    /// Lets a test into the middle of a transaction.
    #[cfg(test)]
    Hook(Hook),
}

#[cfg(test)]
pub(super) type Hook = Box<dyn Fn(&Connection) -> Result<(), StoreError> + Send>;

impl Write {
    /// Runs the statements. `heads` is told what changed only after the last of them.
    pub(super) fn run(&self, connection: &Connection, heads: &mut Heads) -> Result<(), AppendError> {
        match self {
            Self::Append { project, expected_head, records } => {
                append(connection, heads, *project, *expected_head, records)
            }
            Self::CreateProject { project, first } => {
                let id = project.project_id;
                insert_project(connection, project)
                    .and_then(|()| insert_session(connection, &project.session()))
                    .map_err(AppendError::Unavailable)?;
                append(connection, heads, id, 0, std::slice::from_ref(first))
            }
            Self::CreateSession(session) => {
                insert_session(connection, session).map_err(AppendError::Unavailable)
            }
            #[cfg(test)]
            Self::Hook(hook) => hook(connection).map_err(AppendError::Unavailable),
        }
    }

    /// About how much it adds to a transaction.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Append { records, .. } => records.iter().map(|record| record.text.len()).sum(),
            Self::CreateProject { first, .. } => first.text.len(),
            Self::CreateSession(_) => 0,
            #[cfg(test)]
            Self::Hook(_) => 0,
        }
    }
}

/// The heads of the journals that were written to last, so that an append need not look them up.
#[derive(Debug, Default)]
pub(super) struct Heads(HashMap<ProjectId, Seq>);

impl Heads {
    /// How many heads are kept. They are a cache: when it is full, it starts again.
    const KEPT: usize = 65_536;

    fn get(&mut self, connection: &Connection, project: ProjectId) -> Result<Seq, StoreError> {
        if let Some(head) = self.0.get(&project) {
            return Ok(*head);
        }
        let head = rows::head(connection, project)?;
        self.set(project, head);
        Ok(head)
    }

    fn set(&mut self, project: ProjectId, head: Seq) {
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
    let head = heads.get(connection, project).map_err(AppendError::Unavailable)?;
    if head != expected_head {
        return Err(AppendError::HeadMoved { head });
    }
    let head = journal::head_after(project, head, records).map_err(AppendError::Unavailable)?;
    insert_records(connection, project, records).map_err(AppendError::Unavailable)?;
    heads.set(project, head);
    Ok(())
}

fn insert_records(
    connection: &Connection,
    project: ProjectId,
    records: &[EncodedRecord],
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO records (project_id, seq_first, seq_last, record) VALUES (?1, ?2, ?3, ?4)",
    )?;
    let project = project.to_string();
    for record in records {
        let (first, last) = (stored(record.seq_first)?, stored(record.seq_last)?);
        statement.execute(params![project, first, last, record.text])?;
    }
    Ok(())
}

fn insert_project(connection: &Connection, project: &ProjectRow) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO projects (project_id, session_id, epoch, name, template_id, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    statement.execute(params![
        project.project_id.to_string(),
        project.session_id.to_string(),
        project.epoch.to_string(),
        project.name,
        project.template_id,
        project.created_at.millis(),
    ])?;
    Ok(())
}

fn insert_session(connection: &Connection, session: &SessionRow) -> Result<(), StoreError> {
    let mut statement = connection
        .prepare_cached("INSERT INTO sessions (session_id, project_id, created_at) VALUES (?1, ?2, ?3)")?;
    statement.execute(params![
        session.session_id.to_string(),
        session.project_id.map(|id| id.to_string()),
        session.created_at.millis(),
    ])?;
    Ok(())
}

fn stored(seq: Seq) -> Result<i64, StoreError> {
    i64::try_from(seq).map_err(|_| StoreError::Corrupt(format!("{seq} is no place in a journal")))
}
