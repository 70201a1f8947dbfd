//! The catalogue held against the journals, and against itself.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::domain::Seq;
use crate::store::StoreError;

use super::super::rows;
use super::journal::Journal;
use super::{CheckedProject, Fault, FaultKind, is_id, lossy};

/// A project's row.
struct Entry {
    session_id: String,
    epoch: String,
    name: String,
    template_id: String,
    saved: Seq,
    deleted: bool,
}

impl Entry {
    fn read(connection: &Connection, id: &str) -> Result<Option<Self>, StoreError> {
        let mut statement = connection.prepare_cached(
            "SELECT session_id, epoch, name, template_id, saved, deleted_at IS NOT NULL
             FROM projects WHERE project_id = ?1",
        )?;
        let mut found = statement.query_and_then([id], Self::of_row)?;
        found.next().transpose()
    }

    fn of_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            session_id: lossy(row, 0)?,
            epoch: lossy(row, 1)?,
            name: lossy(row, 2)?,
            template_id: lossy(row, 3)?,
            saved: rows::seq(row.get(4)?)?,
            deleted: row.get(5)?,
        })
    }
}

/// Checks what the catalogue says of a project whose journal was read.
pub(super) fn check(
    connection: &Connection,
    project: &mut CheckedProject,
    journal: &Journal,
    faults: &mut Vec<Fault>,
) -> Result<(), StoreError> {
    let id = project.project_id.clone();
    let mut fault = |seq, message| faults.push(Fault::of(&id, FaultKind::Catalogue, seq, message));
    let Some(entry) = Entry::read(connection, &id)? else {
        fault(None, "there is a journal, and no such project".to_owned());
        return Ok(());
    };
    if project.records == 0 {
        fault(Some(1), "the project has no first record".to_owned());
    } else if entry.saved > project.head {
        fault(Some(entry.saved), format!("it was saved here, and the journal ends at {}", project.head));
    }
    if journal.is_whole && project.records > 0 {
        differences(&entry, journal).into_iter().for_each(|message| fault(None, message));
    }
    for (what, text) in [("session", &entry.session_id), ("epoch", &entry.epoch)] {
        if !is_id(text) {
            fault(None, format!("the id of its {what} is none: {text:?}"));
        }
    }
    match session_of(connection, &entry.session_id)? {
        None => fault(None, format!("its session {} is unknown", entry.session_id)),
        Some(other) if other.as_deref() != Some(&id) => {
            let other = other.map_or("no project".to_owned(), |other| format!("project {other}"));
            fault(None, format!("its session {} is of {other}", entry.session_id));
        }
        Some(_) => {}
    }
    project.deleted = entry.deleted;
    project.name = Some(entry.name);
    Ok(())
}

/// Where the row does not say what the journal says.
fn differences(entry: &Entry, journal: &Journal) -> Vec<String> {
    let mut told = Vec::new();
    let texts = [
        ("name", &entry.name, &journal.entry.name),
        ("template", &entry.template_id, &journal.entry.template_id),
    ];
    for (what, row, journal) in texts {
        if let Some(journal) = journal
            && journal != row
        {
            told.push(format!("its {what} is {row:?} in the catalogue and {journal:?} in the journal"));
        }
    }
    if entry.deleted != journal.entry.deleted {
        let (row, journal) = if entry.deleted { ("deleted", "there") } else { ("there", "deleted") };
        told.push(format!("it is {row} in the catalogue and {journal} in the journal"));
    }
    told
}

/// The project of a session, if there is such a session, and if that has one.
fn session_of(connection: &Connection, id: &str) -> Result<Option<Option<String>>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT project_id FROM sessions WHERE session_id = ?1")?;
    Ok(statement.query_row([id], |row| row.get(0)).optional()?)
}

/// Sessions that are of no project, although they name one.
pub(super) fn stray_sessions(connection: &Connection) -> Result<Vec<Fault>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT sessions.session_id, sessions.project_id, projects.session_id
         FROM sessions LEFT JOIN projects USING (project_id)
         WHERE sessions.project_id IS NOT NULL AND sessions.session_id IS NOT projects.session_id
         ORDER BY sessions.session_id",
    )?;
    let strays = statement.query_and_then([], |row| {
        let (session, project) = (lossy(row, 0)?, lossy(row, 1)?);
        let message = match row.get::<_, Option<String>>(2)? {
            None => format!("session {session} is of this project, which is unknown"),
            Some(own) => format!("session {session} is of this project, whose session is {own}"),
        };
        Ok(Fault::of(&project, FaultKind::Catalogue, None, message))
    })?;
    strays.collect()
}
