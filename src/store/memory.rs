//! The engine in memory: for tests, and for trying things out. It keeps nothing beyond the process.
//!
//! Records are kept as their text, so that they pass through the same encoding as on disk.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::{Record, Seq};

use super::journal::{self, RecentCommand};
use super::{
    AppendError, Catalogue, EncodedRecord, Journal, ProjectId, ProjectRow, SessionId, SessionRow, Store,
    StoreError, StoreFuture,
};

/// Keeps everything in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    tables: Mutex<Tables>,
}

#[derive(Debug, Default)]
struct Tables {
    closed: bool,
    journals: HashMap<ProjectId, Vec<EncodedRecord>>,
    projects: HashMap<ProjectId, ProjectRow>,
    sessions: HashMap<SessionId, SessionRow>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The tables, unless the store was closed. Every method below looks before it writes, so a panic
    /// leaves nothing half done and poisoning means nothing.
    fn tables(&self) -> Result<MutexGuard<'_, Tables>, StoreError> {
        let tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        if tables.closed { Err(StoreError::Closed) } else { Ok(tables) }
    }
}

impl Tables {
    fn journal(&self, project: ProjectId) -> &[EncodedRecord] {
        self.journals.get(&project).map_or(&[], Vec::as_slice)
    }

    fn head(&self, project: ProjectId) -> Seq {
        self.journal(project).last().map_or(0, |record| record.seq_last)
    }

    fn append(
        &mut self,
        project: ProjectId,
        expected_head: Seq,
        records: Vec<EncodedRecord>,
    ) -> Result<(), AppendError> {
        let head = self.head(project);
        if head != expected_head {
            return Err(AppendError::HeadMoved { head });
        }
        journal::head_after(project, head, &records).map_err(AppendError::Unavailable)?;
        self.journals.entry(project).or_default().extend(records);
        Ok(())
    }

    fn create_project(&mut self, project: ProjectRow, first: EncodedRecord) -> Result<(), StoreError> {
        let id = project.project_id;
        if self.projects.contains_key(&id) || self.head(id) > 0 {
            return Err(taken("project", id));
        }
        if self.sessions.contains_key(&project.session_id) {
            return Err(taken("session", project.session_id));
        }
        journal::head_after(id, 0, std::slice::from_ref(&first))?;
        self.journals.insert(id, vec![first]);
        self.sessions.insert(project.session_id, project.session());
        self.projects.insert(id, project);
        Ok(())
    }

    fn create_session(&mut self, session: SessionRow) -> Result<(), StoreError> {
        if self.sessions.contains_key(&session.session_id) {
            return Err(taken("session", session.session_id));
        }
        if let Some(project) = session.project_id.filter(|id| !self.projects.contains_key(id)) {
            return Err(StoreError::Unavailable(format!("project {project} is unknown")));
        }
        self.sessions.insert(session.session_id, session);
        Ok(())
    }

    fn read_from(&self, project: ProjectId, after: Seq, limit: usize) -> Result<Vec<Record>, StoreError> {
        let journal = self.journal(project);
        let start = journal.partition_point(|record| record.seq_last <= after);
        let found = journal[start..].iter().take(limit);
        journal::decode_all(project, after, found.map(|record| Ok((record.seq_first, &record.text))))
    }

    fn recent_commands(&self, project: ProjectId, limit: usize) -> Result<Vec<RecentCommand>, StoreError> {
        let newest = self
            .journal(project)
            .iter()
            .rev()
            .map(|record| journal::named(project, record.seq_first, record.text.as_bytes()))
            .filter_map(Result::transpose)
            .take(limit);
        let mut commands = newest.collect::<Result<Vec<_>, StoreError>>()?;
        commands.reverse();
        Ok(commands)
    }
}

fn taken(what: &str, id: uuid::Uuid) -> StoreError {
    StoreError::Unavailable(format!("{what} {id} is there already"))
}

impl Journal for MemoryStore {
    fn append(
        &self,
        project: ProjectId,
        expected_head: Seq,
        records: Vec<EncodedRecord>,
    ) -> StoreFuture<'_, Result<(), AppendError>> {
        Box::pin(async move {
            let mut tables = self.tables().map_err(AppendError::Unavailable)?;
            tables.append(project, expected_head, records)
        })
    }

    fn head(&self, project: ProjectId) -> StoreFuture<'_, Result<Seq, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.head(project)) })
    }

    fn read_from(
        &self,
        project: ProjectId,
        after: Seq,
        limit: usize,
    ) -> StoreFuture<'_, Result<Vec<Record>, StoreError>> {
        Box::pin(async move { self.tables()?.read_from(project, after, limit) })
    }

    fn recent_commands(
        &self,
        project: ProjectId,
        limit: usize,
    ) -> StoreFuture<'_, Result<Vec<RecentCommand>, StoreError>> {
        Box::pin(async move { self.tables()?.recent_commands(project, limit) })
    }
}

impl Catalogue for MemoryStore {
    fn create_project(
        &self,
        project: ProjectRow,
        first: EncodedRecord,
    ) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.tables()?.create_project(project, first) })
    }

    fn create_session(&self, session: SessionRow) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.tables()?.create_session(session) })
    }

    fn project(&self, id: ProjectId) -> StoreFuture<'_, Result<Option<ProjectRow>, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.projects.get(&id).cloned()) })
    }

    fn session(&self, id: SessionId) -> StoreFuture<'_, Result<Option<SessionRow>, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.sessions.get(&id).cloned()) })
    }

    fn sessions(&self) -> StoreFuture<'_, Result<Vec<SessionRow>, StoreError>> {
        Box::pin(async move {
            let mut sessions: Vec<_> = self.tables()?.sessions.values().cloned().collect();
            sessions.sort_unstable_by_key(|session| (session.created_at, session.session_id));
            Ok(sessions)
        })
    }
}

impl Store for MemoryStore {
    fn close(&self) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.tables()?.closed = true;
            Ok(())
        })
    }
}
