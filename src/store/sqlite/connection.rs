//! Opening the database: the settings that durability rests on.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::store::StoreError;

use super::migrations;

/// How long to wait for somebody who has the file open, such as a backup or a person with a shell.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How many pages the log has when it is copied into the database: some 16 MiB, which a start after a crash reads in
/// milliseconds. The more, the more of them were written anew meanwhile and are copied once.
const LOG_PAGES: i64 = 4_000;

/// Kilobytes of pages that the writer keeps: more than it changes at a time, lest they go to the log twice.
const WRITER_CACHE: i64 = 8 * 1024;

/// Opens the connection that writes, making the database or bringing it up to this version.
pub(super) fn open_writer(path: &Path) -> Result<Connection, StoreError> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    migrations::check(&connection)?;
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        return Err(StoreError::Unavailable(format!(
            "{} cannot have a write-ahead log; is it on a network drive?",
            path.display()
        )));
    }
    set_flushing(&connection, true)?;
    // Elsewhere a flush is a flush; macOS needs to be asked for one that reaches the disk.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
    // Negative: kilobytes, not pages.
    connection.pragma_update(None, "cache_size", -WRITER_CACHE)?;
    migrations::run(&mut connection)?;
    Ok(connection)
}

/// Whether each commit is flushed. What is not goes to the disk with the next that is: the log is one file, and is
/// read up to the first commit that is not whole.
///
/// # Errors
/// It is not known then whether they are.
pub(super) fn set_flushing(connection: &Connection, each: bool) -> Result<(), StoreError> {
    // FULL flushes the log at every commit; with less, a loss of power takes the last commits with it.
    let (name, number) = if each { ("FULL", 2) } else { ("NORMAL", 1) };
    connection.pragma_update(None, "synchronous", name)?;
    match connection.pragma_query_value(None, "synchronous", |row| row.get::<_, i64>(0))? {
        set if set == number => Ok(()),
        set => Err(StoreError::Unavailable(format!("synchronous is {set}, and was to be {name}"))),
    }
}

/// Opens a connection that can only read. The database must be there.
pub(super) fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(connection)
}
