//! The engine on SQLite: one file in the data directory, snapshots in files beside it, no other service.
//!
//! All writes go through one thread, which commits whatever waits in one transaction; reads have a few
//! connections of their own. No SQL and no flush ever runs on a thread of the async runtime. SQL is
//! written in this folder only.

mod accounts;
mod arrivals;
mod audit;
mod backup;
mod batch;
pub mod check;
mod connection;
mod conversations;
mod directory;
mod ends;
mod members;
mod migrations;
mod published;
mod readers;
mod rows;
mod snapshots;
#[cfg(test)]
mod tests;
mod unrecorded;
mod write;
mod writer;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use crate::domain::{Record, Seq, State};

pub use self::backup::{Copied, backup, restore};
pub use self::check::check;
pub use self::directory::IN_USE;

use self::batch::Database;
use self::directory::DirectoryLock;
use self::readers::Readers;
use self::snapshots::Files;
use self::write::Write;
use self::writer::Writer;
use super::snapshots::no_record;
use super::{
    AppendError, Catalogue, EncodedRecord, GraphForm, GraphText, Journal, Most, ProjectId, ProjectPage,
    ProjectQuery, ProjectRow, RecentCommand, SessionId, SessionRow, Snapshot, Snapshots, Store, StoreError,
    StoreFuture, VersionId, VersionRow, Versions,
};

/// The database's name in the data directory.
const DATABASE: &str = "graphroom.db";

/// Keeps everything in `graphroom.db`.
///
/// The data directory belongs to one store at a time. It is free again when [`Store::close`] has
/// returned, or some time after a store that was not closed is dropped.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Writer,
    readers: Readers,
    snapshots: Files,
}

impl SqliteStore {
    /// Opens the store in the data directory `dir`, which is made if it is not there, and brings the
    /// database up to this version. It blocks: call it before the runtime has work.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], with a text for the person who starts the program, if another
    /// process uses the directory, a later version wrote the database, or it cannot be opened.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        Self::open_locked(dir, DirectoryLock::take(dir)?)
    }

    /// Opens the store in a data directory that a server has used. It neither makes a database nor brings
    /// one up to this version: whoever only looks may have come to the wrong place, or too early. It blocks.
    ///
    /// # Errors
    /// As [`Self::open`]; also if there is no database, or one of another version.
    pub fn open_existing(dir: &Path) -> Result<Self, StoreError> {
        let path = directory::database(dir)?;
        let lock = DirectoryLock::take(dir)?;
        migrations::check_current(&connection::open_reader(&path)?)?;
        Self::open_locked(dir, lock)
    }

    fn open_locked(dir: &Path, lock: DirectoryLock) -> Result<Self, StoreError> {
        let path = dir.join(DATABASE);
        let connection = connection::open_writer(&path)?;
        let readers = Readers::open(&path)?;
        let writer = Writer::start(Database::new(connection), lock)?;
        Ok(Self { writer, readers, snapshots: Files::new(dir) })
    }

    /// A write whose outcome is not known is no success either.
    async fn enter(&self, write: Write) -> Result<(), StoreError> {
        self.writer.write(write).await.map_err(|error| match error {
            AppendError::HeadMoved { head } => {
                StoreError::Unavailable(format!("there is a journal already, its head is {head}"))
            }
            AppendError::Unavailable(error) | AppendError::Unknown(error) => error,
        })
    }

    /// Runs statements that add about `bytes`, all or none, and gives what they found once it is on disk.
    async fn change<T, S>(&self, bytes: usize, statements: S) -> Result<T, StoreError>
    where
        T: Send + 'static,
        S: Fn(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let found = Arc::new(Mutex::new(None));
        let place = Arc::clone(&found);
        let run = move |connection: &Connection| {
            // The last run counts: those before came to nothing.
            let value = statements(connection)?;
            *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
            Ok(())
        };
        self.enter(Write::Statements { run: Box::new(run), bytes }).await?;
        let found = found.lock().unwrap_or_else(PoisonError::into_inner).take();
        found.ok_or_else(|| StoreError::Unavailable("a write was done without being run".to_owned()))
    }
}

impl Journal for SqliteStore {
    fn append(
        &self,
        project: ProjectId,
        expected_head: Seq,
        records: Vec<EncodedRecord>,
    ) -> StoreFuture<'_, Result<(), AppendError>> {
        Box::pin(self.writer.write(Write::Append { project, expected_head, records }))
    }

    fn head(&self, project: ProjectId) -> StoreFuture<'_, Result<Seq, StoreError>> {
        Box::pin(self.readers.read(move |connection| rows::head(connection, project)))
    }

    fn read_from(
        &self,
        project: ProjectId,
        after: Seq,
        most: Most,
    ) -> StoreFuture<'_, Result<Vec<Record>, StoreError>> {
        Box::pin(self.readers.read(move |connection| rows::records(connection, project, after, most)))
    }

    fn read_back(
        &self,
        project: ProjectId,
        before: Seq,
        most: Most,
    ) -> StoreFuture<'_, Result<Vec<Record>, StoreError>> {
        Box::pin(self.readers.read(move |connection| rows::records_back(connection, project, before, most)))
    }

    fn recent_commands(
        &self,
        project: ProjectId,
        limit: usize,
    ) -> StoreFuture<'_, Result<Vec<RecentCommand>, StoreError>> {
        Box::pin(self.readers.read(move |connection| rows::recent_commands(connection, project, limit)))
    }
}

impl Catalogue for SqliteStore {
    fn create_project(
        &self,
        project: ProjectRow,
        first: EncodedRecord,
        owner: Option<String>,
    ) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(self.enter(Write::CreateProject { project, first: Box::new(first), owner }))
    }

    fn create_session(&self, session: SessionRow) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(self.enter(Write::CreateSession(session)))
    }

    fn delete_session(&self, id: SessionId) -> StoreFuture<'_, Result<bool, StoreError>> {
        Box::pin(self.change(0, move |connection| write::delete_session(connection, id)))
    }

    fn mark_saved(&self, project: ProjectId, seq: Seq) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(self.enter(Write::MarkSaved { project, seq }))
    }

    fn project(&self, id: ProjectId) -> StoreFuture<'_, Result<Option<ProjectRow>, StoreError>> {
        Box::pin(self.readers.read(move |connection| rows::project(connection, id)))
    }

    fn projects(&self, query: ProjectQuery) -> StoreFuture<'_, Result<ProjectPage, StoreError>> {
        Box::pin(self.readers.read(move |connection| rows::projects(connection, &query)))
    }

    fn session(&self, id: SessionId) -> StoreFuture<'_, Result<Option<SessionRow>, StoreError>> {
        Box::pin(self.readers.read(move |connection| rows::session(connection, id)))
    }

    fn sessions(&self) -> StoreFuture<'_, Result<Vec<SessionRow>, StoreError>> {
        Box::pin(self.readers.read(rows::sessions))
    }
}

impl Versions for SqliteStore {
    fn add_version(&self, version: VersionRow) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(self.enter(Write::AddVersion(version)))
    }

    fn versions(&self, project: ProjectId) -> StoreFuture<'_, Result<Vec<VersionRow>, StoreError>> {
        Box::pin(self.readers.read(move |connection| rows::versions(connection, project)))
    }

    fn delete_version(&self, project: ProjectId, id: VersionId) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(self.enter(Write::DeleteVersion { project, id }))
    }
}

impl Snapshots for SqliteStore {
    fn keep_snapshot(
        &self,
        project: ProjectId,
        snapshot: Snapshot,
    ) -> StoreFuture<'_, Result<(), StoreError>> {
        let (files, seq) = (self.snapshots.clone(), snapshot.seq);
        Box::pin(async move {
            let record =
                self.readers.read(move |connection| rows::checksum_at(connection, project, seq)).await?;
            let record = record.ok_or_else(|| no_record(project, seq))?;
            off_the_readers(move || files.keep(project, &snapshot, record)).await
        })
    }

    fn snapshot(
        &self,
        project: ProjectId,
        at_most: Seq,
    ) -> StoreFuture<'_, Result<Option<Snapshot>, StoreError>> {
        let files = self.snapshots.clone();
        Box::pin(self.readers.read(move |connection| {
            let name = project.to_string();
            for seq in files.places(&name)?.into_iter().filter(|seq| *seq <= at_most) {
                match files.read(&name, seq) {
                    Ok(Some((text, record)))
                        if rows::checksum_at(connection, project, seq)?.as_ref() == Some(&record) =>
                    {
                        return Ok(Some(Snapshot { seq, text }));
                    }
                    Ok(Some(_)) => tracing::warn!(%project, seq, "a snapshot is of another journal"),
                    Ok(None) => {}
                    Err(error) => tracing::warn!(%project, seq, %error, "a snapshot is passed over"),
                }
            }
            Ok(None)
        }))
    }

    fn keep_graph(
        &self,
        project: ProjectId,
        state: State,
        form: GraphForm,
    ) -> StoreFuture<'_, Result<(), StoreError>> {
        let (files, seq) = (self.snapshots.clone(), state.head);
        Box::pin(async move {
            let record =
                self.readers.read(move |connection| rows::checksum_at(connection, project, seq)).await?;
            let record = record.ok_or_else(|| no_record(project, seq))?;
            off_the_readers(move || files.keep_graph(project, record, &state, form)).await
        })
    }

    fn graph(
        &self,
        project: ProjectId,
        form: GraphForm,
    ) -> StoreFuture<'_, Result<Option<GraphText>, StoreError>> {
        let files = self.snapshots.clone();
        Box::pin(async move {
            let found = self.readers.read(move |connection| {
                let found = files.graph(&project.to_string());
                let found = found.unwrap_or_else(|error| passed_over(project, &error));
                let Some(found) = found.filter(|found| found.is_of(form)) else { return Ok(None) };
                // With what is asked of a journal's end, so that one whose last record is lost is not passed off as whole.
                let is_all = rows::records(connection, project, found.seq(), Most::records(1))?.is_empty();
                let record = rows::checksum_at(connection, project, found.seq())?;
                Ok(Some(found).filter(|found| is_all && record.as_deref() == Some(found.record())))
            });
            let Some(found) = found.await? else { return Ok(None) };
            // Many a reader of the database would wait for that.
            let verified = off_the_readers(move || found.verified()).await;
            Ok(verified.map_or_else(|error| passed_over(project, &error), Some))
        })
    }

    fn drop_snapshots(&self, project: ProjectId) -> StoreFuture<'_, Result<(), StoreError>> {
        let files = self.snapshots.clone();
        Box::pin(self.readers.read(move |_| files.drop_all(project)))
    }
}

/// Runs what reads or writes files and no database: whoever asks for a record does not wait for that.
async fn off_the_readers<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| StoreError::Unavailable(format!("snapshots: {error}")))?
}

fn passed_over<T>(project: ProjectId, error: &StoreError) -> Option<T> {
    tracing::warn!(%project, %error, "a graph text is passed over");
    None
}

impl Store for SqliteStore {
    fn probe(&self) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(self.enter(Write::Probe))
    }

    fn close(&self) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            // SQLite removes the write-ahead log with the last connection, which has to be the writer's.
            self.readers.close().await;
            self.writer.close().await
        })
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error::{
            FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, Utf8Error,
        };
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        match (&error, error.sqlite_error_code()) {
            (_, Some(DatabaseCorrupt | NotADatabase))
            | (FromSqlConversionFailure(..) | IntegralValueOutOfRange(..), _)
            | (InvalidColumnType(..) | Utf8Error(..), _) => Self::Corrupt(error.to_string()),
            _ => Self::Unavailable(error.to_string()),
        }
    }
}
