//! Group commit: many writes in one transaction, each with an outcome of its own.
//!
//! A write that fails is undone alone, by a savepoint. An append has none, since they are many and hardly ever fail; and
//! some failures (a full disk among them) make SQLite drop the whole transaction: then every write of the batch gets a
//! transaction to itself, so that none suffers from another.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::slice;

use rusqlite::{Connection, ErrorCode};

use crate::store::{AppendError, StoreError};

use super::arrivals::{self, Arrivals};
use super::connection::set_flushing;
use super::conversations::leaving;
use super::write::{Heads, Write};

/// What became of one write.
pub(super) type Outcome = Result<(), AppendError>;

/// The connection that writes, and what it knows by heart.
#[derive(Debug)]
pub(super) struct Database {
    connection: Connection,
    heads: Heads,
    arrivals: Arrivals,
    /// Whether a commit is surely on disk when it returns.
    is_flushing: bool,
}

/// Why a transaction came to nothing.
enum Failure {
    /// It was dropped at a statement: one of the writes is too much, the others may do.
    Dropped(StoreError),
    /// It could not be begun or committed: the same for all of its writes.
    Whole(AppendError),
}

impl Database {
    pub(super) fn new(connection: Connection) -> Self {
        let (heads, arrivals) = (Heads::default(), Arrivals::default());
        let mut database = Self { connection, heads, arrivals, is_flushing: true };
        // What a server left that did not end in order.
        database.file();
        if let Err(error) = leaving::see_off_all(&database.connection) {
            tracing::warn!(%error, "messages of deleted conversations could not be removed yet");
        }
        database
    }

    /// Writes what can be written. When it returns, each outcome is final and on disk.
    pub(super) fn commit(&mut self, writes: &[&Write]) -> Vec<Outcome> {
        let error = match self.transaction(writes) {
            Ok(outcomes) => {
                let done = writes.iter().zip(&outcomes).filter(|(_, outcome)| outcome.is_ok());
                done.for_each(|(write, _)| self.arrivals.add(write.records()));
                return outcomes;
            }
            Err(Failure::Dropped(_)) if writes.len() > 1 => {
                return writes.iter().flat_map(|write| self.commit(slice::from_ref(write))).collect();
            }
            Err(Failure::Dropped(error)) => AppendError::Unavailable(error),
            Err(Failure::Whole(error)) => error,
        };
        writes.iter().map(|_| Err(error.clone())).collect()
    }

    /// Files what arrived, once that is worth it. Whoever waits for a write has its answer before.
    pub(super) fn file_if_due(&mut self) {
        if self.arrivals.are_many() {
            self.file();
        }
    }

    fn file(&mut self) {
        // Where it fails the arrivals stay as they are, and are read as well; it is tried again with the next ones.
        self.arrivals = Arrivals::default();
        if let Err(error) = self.file_unflushed() {
            tracing::warn!(%error, "records could not be filed under their projects yet");
        }
    }

    /// A loss of power may undo it: then what is filed now has arrived, as before.
    fn file_unflushed(&mut self) -> Result<(), StoreError> {
        self.is_flushing = false;
        let filed =
            set_flushing(&self.connection, false).and_then(|()| Ok(arrivals::file(&self.connection)?));
        // Where this fails, no commit is begun before it is done.
        self.flush_again()?;
        filed
    }

    fn flush_again(&mut self) -> Result<(), StoreError> {
        set_flushing(&self.connection, true)?;
        self.is_flushing = true;
        Ok(())
    }

    /// Copies the log into the database file and closes it.
    pub(super) fn close(mut self) {
        self.file();
        let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
        let busy = self.connection.query_row(checkpoint, [], |row| row.get::<_, bool>(0));
        // Nothing is lost if it fails: the next start reads the log.
        if !matches!(busy, Ok(false)) {
            tracing::warn!(?busy, "the write-ahead log was left as it is");
        }
        if let Err((_, error)) = self.connection.close() {
            tracing::warn!(%error, "the database was not closed properly");
        }
    }

    fn transaction(&mut self, writes: &[&Write]) -> Result<Vec<Outcome>, Failure> {
        if !self.connection.is_autocommit() {
            // An earlier rollback failed.
            self.roll_back();
        }
        let ready = if self.is_flushing { Ok(()) } else { self.flush_again() };
        ready
            .and_then(|()| Ok(self.execute("BEGIN IMMEDIATE")?))
            .map_err(|error| Failure::Whole(AppendError::Unavailable(error)))?;
        let done = writes.iter().map(|write| self.run(write)).collect::<Result<Vec<_>, _>>();
        let outcomes = done.map_err(|error| {
            self.roll_back();
            Failure::Dropped(error)
        })?;
        self.execute("COMMIT").map_err(|error| {
            self.roll_back();
            Failure::Whole(commit_failure(error, self.connection.is_autocommit()))
        })?;
        Ok(outcomes)
    }

    /// Runs one write in the open transaction and undoes it if it fails. An error: the transaction is
    /// gone, or of no use any more.
    fn run(&mut self, write: &Write) -> Result<Outcome, StoreError> {
        let undone_alone = !matches!(write, Write::Append { .. });
        if undone_alone {
            self.execute("SAVEPOINT write")?;
        }
        let run = AssertUnwindSafe(|| write.run(&self.connection, &mut self.heads));
        let outcome = catch_unwind(run).unwrap_or_else(|_| {
            Err(AppendError::Unavailable(StoreError::Unavailable("the write panicked".to_owned())))
        });
        if self.connection.is_autocommit() {
            let error = StoreError::Unavailable("SQLite dropped the transaction".to_owned());
            return Err(match outcome {
                Err(AppendError::Unavailable(error) | AppendError::Unknown(error)) => error,
                _ => error,
            });
        }
        if undone_alone {
            if outcome.is_err() {
                self.execute("ROLLBACK TO write")?;
            }
            self.execute("RELEASE write")?;
            return Ok(outcome);
        }
        match outcome {
            // Nobody knows how much of it was written.
            Err(AppendError::Unavailable(error) | AppendError::Unknown(error)) => Err(error),
            Ok(()) | Err(AppendError::HeadMoved { .. }) => Ok(outcome),
        }
    }

    fn roll_back(&mut self) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.execute("ROLLBACK")
        {
            tracing::warn!(%error, "a transaction could not be rolled back; it is tried again");
        }
        self.heads.forget();
    }

    fn execute(&self, sql: &str) -> Result<(), rusqlite::Error> {
        self.connection.prepare_cached(sql)?.execute([]).map(drop)
    }
}

/// What a failed commit means for its writes. `gone`: the connection is out of the transaction.
///
/// These codes say that the commit was never written in full. Any other, an I/O error above all, may
/// come after the last byte was written, and then the log's next reader could take it for committed.
fn commit_failure(error: rusqlite::Error, gone: bool) -> AppendError {
    use ErrorCode::{ConstraintViolation, DatabaseBusy, DatabaseLocked, DiskFull, ReadOnly};
    let never_written = matches!(
        error.sqlite_error_code(),
        Some(ConstraintViolation | DatabaseBusy | DatabaseLocked | DiskFull | ReadOnly)
    );
    if gone && never_written {
        AppendError::Unavailable(error.into())
    } else {
        AppendError::Unknown(error.into())
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::{Error, ffi};

    use super::*;
    use crate::store::sqlite::connection;

    fn failure(code: std::ffi::c_int, gone: bool) -> AppendError {
        commit_failure(Error::SqliteFailure(ffi::Error::new(code), None), gone)
    }

    fn synchronous(database: &Database) -> i64 {
        database.connection.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_commit_is_flushed_after_filing_and_where_filing_could_not_set_that_again() {
        let dir = tempfile::tempdir().unwrap();
        let connection = connection::open_writer(&dir.path().join("some.db")).unwrap();
        let mut database = Database::new(connection);
        assert_eq!(synchronous(&database), 2, "after the first filing");
        database.file();
        assert_eq!(synchronous(&database), 2);
        database.connection.execute_batch("PRAGMA synchronous = NORMAL").unwrap();
        database.is_flushing = false;
        assert!(database.commit(&[&Write::Probe])[0].is_ok());
        assert_eq!(synchronous(&database), 2, "before the commit");
    }

    #[test]
    fn a_commit_that_found_the_disk_full_surely_wrote_nothing() {
        assert!(matches!(failure(ffi::SQLITE_FULL, true), AppendError::Unavailable(_)));
    }

    #[test]
    fn the_outcome_of_a_commit_is_unknown_after_an_io_error() {
        assert!(matches!(failure(ffi::SQLITE_IOERR_FSYNC, true), AppendError::Unknown(_)));
    }

    #[test]
    fn the_outcome_of_a_commit_is_unknown_while_its_transaction_is_open() {
        assert!(matches!(failure(ffi::SQLITE_FULL, false), AppendError::Unknown(_)));
    }
}
