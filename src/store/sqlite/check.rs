//! The check: reads everything that is stored and says what of it is not as it was written. It writes
//! nothing, and a server may have the directory open meanwhile.
//!
//! Each project is read as of one moment, and none for longer than it takes: a snapshot that is held
//! keeps a running server's log from being folded into the database.

mod accounts;
mod conversations;
mod entry;
mod journal;
mod report;
mod snapshots;
mod versions;

use std::path::Path;

use rusqlite::{Connection, Row};
use uuid::Uuid;

use crate::store::{GraphForm, StoreError};

use super::snapshots::Files;
use super::{DATABASE, connection, directory, migrations};

use self::snapshots::Kept;

pub use report::{CheckReport, CheckedProject, Fault, FaultKind};

/// Faults of the file itself that are told one by one.
const DATABASE_FAULTS: usize = 100;

/// Checks everything in the data directory `dir`; graph texts of this form are held against the journals, too. It
/// blocks, as long as it takes to read all of it.
///
/// # Errors
/// [`StoreError::Unavailable`], with a text for the person who asked, if there is no database, if it is
/// not of this version, or if it cannot be read. What is damaged is no error but a fault.
pub fn check(dir: &Path, form: GraphForm) -> Result<CheckReport, StoreError> {
    let unavailable = |reason| StoreError::Unavailable(format!("{}: {reason}", dir.display()));
    let path = directory::database(dir)?;
    let mut report = CheckReport::default();
    match run(&path, (&Files::new(dir), form), &mut report) {
        Ok(()) => {}
        Err(StoreError::Corrupt(reason)) => report.faults.push(Fault::of_database(reason)),
        Err(StoreError::Unavailable(reason)) => return Err(unavailable(reason)),
        Err(StoreError::Closed) => return Err(StoreError::Closed),
    }
    Ok(report)
}

fn run(path: &Path, (files, form): (&Files, GraphForm), report: &mut CheckReport) -> Result<(), StoreError> {
    let connection = open(path)?;
    migrations::check_current(&connection)?;
    report.faults.extend(database(&connection)?);
    let folders = files.projects()?;
    let ids = projects(&connection)?;
    for id in &ids {
        check_project(&connection, id, (files, form), report)?;
    }
    let strays = folders.iter().filter(|folder| !ids.contains(folder));
    report.faults.extend(strays.map(|folder| {
        let message = "there are snapshots, and no such project".to_owned();
        Fault::of(folder, FaultKind::Snapshot, None, message)
    }));
    report.faults.extend(entry::stray_sessions(&connection)?);
    report.faults.extend(versions::check(&connection)?);
    report.faults.extend(accounts::check(&connection)?);
    report.faults.extend(conversations::check(&connection)?);
    report.faults.extend(conversations::check_published(&connection)?);
    Ok(())
}

fn open(path: &Path) -> Result<Connection, StoreError> {
    use rusqlite::ErrorCode::{CannotOpen, ReadOnly};
    let connection = connection::open_reader(path)?;
    // Only now does SQLite look at the log.
    match connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())) {
        Ok(()) => Ok(connection),
        Err(error) if matches!(error.sqlite_error_code(), Some(CannotOpen | ReadOnly)) => {
            Err(StoreError::Unavailable(format!(
                "{error}: to read the log, SQLite keeps a {DATABASE}-shm beside it; copy the files to where \
                 that may be written"
            )))
        }
        Err(error) => Err(error.into()),
    }
}

/// What SQLite itself finds wrong with its file.
fn database(connection: &Connection) -> Result<Vec<Fault>, StoreError> {
    let mut statement = connection.prepare(&format!("PRAGMA integrity_check({DATABASE_FAULTS})"))?;
    let told = statement.query_and_then([], |row| lossy(row, 0))?.collect::<Result<Vec<_>, _>>()?;
    Ok(told.into_iter().filter(|told| told != "ok").map(Fault::of_database).collect())
}

/// The ids of everything that is or was a project, or looks as if.
fn projects(connection: &Connection) -> Result<Vec<String>, StoreError> {
    // Records are many: from each project the query goes straight to the next.
    let mut statement = connection.prepare(
        "WITH RECURSIVE journals_there(id) AS (
             SELECT min(project_id) FROM records
             UNION ALL
             SELECT (SELECT min(project_id) FROM records WHERE project_id > id)
             FROM journals_there WHERE id IS NOT NULL
         )
         SELECT id FROM journals_there WHERE id IS NOT NULL
         UNION SELECT project_id FROM arrivals
         UNION SELECT project_id FROM projects
         UNION SELECT project_id FROM journals",
    )?;
    let ids = statement.query_and_then([], |row| lossy(row, 0))?;
    ids.collect()
}

fn check_project(
    connection: &Connection,
    id: &str,
    (files, form): (&Files, GraphForm),
    report: &mut CheckReport,
) -> Result<(), StoreError> {
    // A running server may take one at any time, but none of what is behind the moment that the journal is read at.
    let kept = Kept::list(files, id, form)?;
    let _snapshot = connection.unchecked_transaction()?;
    let mut faults = Vec::new();
    let mut project = CheckedProject { project_id: id.to_owned(), ..CheckedProject::default() };
    if !is_id(id) {
        faults.push(Fault::of(id, FaultKind::Catalogue, None, "the project's id is none".to_owned()));
    }
    match check_parts(connection, kept, &mut project, &mut faults) {
        // Not even to be read. The next one may be.
        Err(StoreError::Corrupt(reason)) => faults.push(Fault::of(id, FaultKind::Database, None, reason)),
        other => other?,
    }
    project.faults = faults.len();
    report.add(project, faults);
    Ok(())
}

fn check_parts(
    connection: &Connection,
    kept: Kept<'_>,
    project: &mut CheckedProject,
    faults: &mut Vec<Fault>,
) -> Result<(), StoreError> {
    let journal = journal::check(connection, kept, project, faults)?;
    entry::check(connection, project, &journal, faults)
}

fn is_id(text: &str) -> bool {
    text.parse::<Uuid>().is_ok_and(|id| id.to_string() == text)
}

/// A text as far as it is one: damage in an id or a name should not hide the rest.
fn lossy(row: &Row<'_>, column: usize) -> Result<String, StoreError> {
    let bytes = row.get_ref(column)?.as_bytes().map_err(rusqlite::Error::from)?;
    Ok(String::from_utf8_lossy(bytes).into_owned())
}
