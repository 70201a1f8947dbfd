//! The versions of the database, and the way from each to the next.
//!
//! `PRAGMA user_version` is how many migrations a database has seen. They only ever go forward.

use rusqlite::{Connection, TransactionBehavior};

use crate::store::StoreError;

/// Marks the file as ours: `GRM1`.
const APPLICATION_ID: i64 = 0x4752_4d31;

/// One per version, the first makes version 1. What was released is never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_projects_sessions_records.sql"),
    include_str!("migrations/0002_saved_and_deleted_projects.sql"),
    include_str!("migrations/0003_ends_of_journals.sql"),
    include_str!("migrations/0004_named_versions.sql"),
    include_str!("migrations/0005_accounts.sql"),
    include_str!("migrations/0006_arrivals.sql"),
    include_str!("migrations/0007_conversations.sql"),
    include_str!("migrations/0008_unrecorded_commands.sql"),
];

/// Refuses a database that is not ours, or that a later version of this program wrote. Changes nothing.
pub(super) fn check(connection: &Connection) -> Result<(), StoreError> {
    let version = pragma(connection, "user_version")?;
    let application = pragma(connection, "application_id")?;
    if application != APPLICATION_ID && (application, version) != (0, 0) {
        return Err(StoreError::Unavailable("the database belongs to another program".to_owned()));
    }
    match usize::try_from(version) {
        Ok(version) if version <= MIGRATIONS.len() => Ok(()),
        _ => Err(StoreError::Unavailable(format!(
            "the database has version {version}, written by a newer version of this program, which knows \
             versions up to {}",
            MIGRATIONS.len()
        ))),
    }
}

/// Refuses a database that is not of this very version: for whoever cannot run migrations.
pub(super) fn check_current(connection: &Connection) -> Result<(), StoreError> {
    check(connection)?;
    let version = pragma(connection, "user_version")?;
    if usize::try_from(version).is_ok_and(|version| version == MIGRATIONS.len()) {
        return Ok(());
    }
    Err(StoreError::Unavailable(format!(
        "the database has version {version}; start the server once, which brings it up to version {}",
        MIGRATIONS.len()
    )))
}

/// Runs the migrations that the database has not seen, each in a transaction of its own.
pub(super) fn run(connection: &mut Connection) -> Result<(), StoreError> {
    let version = pragma(connection, "user_version")?;
    for (next, sql) in (1_i64..).zip(MIGRATIONS).filter(|(next, _)| *next > version) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", next)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Writes what marks the file as ours once more: a write that changes nothing, and is flushed like any other.
pub(super) fn rewrite_mark(connection: &Connection) -> Result<(), StoreError> {
    Ok(connection.pragma_update(None, "application_id", APPLICATION_ID)?)
}

fn pragma(connection: &Connection, name: &str) -> Result<i64, rusqlite::Error> {
    connection.pragma_query_value(None, name, |row| row.get(0))
}
