//! The engine in memory: for tests, and for trying things out. It keeps nothing beyond the process.
//!
//! Records are kept as their text, so that they pass through the same encoding as on disk. The journals and
//! the catalogue are here, everything else beside this file.

mod accounts;
mod audit;
mod conversations;
mod members;
mod published;
mod snapshots;
mod unrecorded;
mod versions;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::{Record, Role, Seq, Timestamp};

use super::journal::{self, RecentCommand};
use super::{
    AppendError, AuditEntry, Catalogue, EncodedRecord, EntryChange, Journal, Most, ProjectId, ProjectPage,
    ProjectQuery, ProjectRow, ProjectSummary, PublishedRow, SessionId, SessionRow, Snapshot, Store,
    StoreError, StoreFuture, UnrecordedCommand, VersionRow, catalogue,
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
    unrecorded: HashMap<ProjectId, VecDeque<UnrecordedCommand>>,
    projects: HashMap<ProjectId, Entry>,
    sessions: HashMap<SessionId, SessionRow>,
    versions: Vec<VersionRow>,
    /// The newest first, each with the checksum of the record that it ends with.
    snapshots: HashMap<ProjectId, Vec<(Snapshot, String)>>,
    graphs: HashMap<ProjectId, snapshots::KeptGraph>,
    accounts: accounts::Tables,
    /// What each member is, since when.
    members: BTreeMap<(ProjectId, String), (Role, Timestamp)>,
    /// The first has the id 1.
    audit: Vec<AuditEntry>,
    conversations: conversations::Tables,
    /// Of each session in order.
    published: HashMap<SessionId, Vec<PublishedRow>>,
}

/// A project that is, or was, in the catalogue.
#[derive(Debug)]
struct Entry {
    row: ProjectRow,
    deleted: bool,
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

    /// The row of a project that is not deleted.
    fn project(&self, id: ProjectId) -> Option<&ProjectRow> {
        self.projects.get(&id).filter(|entry| !entry.deleted).map(|entry| &entry.row)
    }

    /// Whether a session is to be found: that of a deleted project is not.
    fn is_there(&self, session: &SessionRow) -> bool {
        session.project_id.is_none_or(|project| self.project(project).is_some())
    }

    fn append(
        &mut self,
        project: ProjectId,
        expected_head: Seq,
        records: Vec<EncodedRecord>,
    ) -> Result<(), AppendError> {
        if self.projects.get(&project).is_some_and(|entry| entry.deleted) {
            return Err(journal::deleted(project));
        }
        let head = self.head(project);
        if head != expected_head {
            return Err(AppendError::HeadMoved { head });
        }
        journal::head_after(project, head, &records).map_err(AppendError::Unavailable)?;
        if let Some(entry) = self.projects.get_mut(&project) {
            let change = EntryChange::of_all(&records);
            change.apply(&mut entry.row);
            entry.deleted = change.deleted;
        }
        self.journals.entry(project).or_default().extend(records);
        Ok(())
    }

    fn create_project(
        &mut self,
        mut row: ProjectRow,
        first: EncodedRecord,
        owner: Option<String>,
    ) -> Result<(), StoreError> {
        let id = row.project_id;
        if self.projects.contains_key(&id) || self.head(id) > 0 {
            return Err(taken("project", id));
        }
        let waiting = self.sessions.get(&row.session_id);
        if waiting.is_some_and(|session| session.project_id.is_some()) {
            return Err(taken("session", row.session_id));
        }
        journal::head_after(id, 0, std::slice::from_ref(&first))?;
        first.entry.apply(&mut row);
        let session = self.sessions.entry(row.session_id).or_insert_with(|| row.session());
        (session.project_id, session.owner) = (Some(id), None);
        if let Some(owner) = owner {
            self.members.insert((id, owner), (Role::Owner, row.created_at));
        }
        self.projects.insert(id, Entry { row, deleted: first.entry.deleted });
        self.journals.insert(id, vec![first]);
        Ok(())
    }

    fn create_session(&mut self, session: SessionRow) -> Result<(), StoreError> {
        if self.sessions.contains_key(&session.session_id) {
            return Err(taken("session", session.session_id));
        }
        if let Some(project) = session.project_id.filter(|id| self.project(*id).is_none()) {
            return Err(catalogue::no_project(project));
        }
        self.sessions.insert(session.session_id, session);
        Ok(())
    }

    fn delete_session(&mut self, id: SessionId) -> bool {
        let is_empty = self.sessions.get(&id).is_some_and(|session| session.project_id.is_none());
        is_empty && self.sessions.remove(&id).is_some()
    }

    fn mark_saved(&mut self, project: ProjectId, seq: Seq) -> Result<(), StoreError> {
        let head = self.head(project);
        let entry = self.projects.get_mut(&project).filter(|entry| !entry.deleted);
        let row = &mut entry.ok_or_else(|| catalogue::no_project(project))?.row;
        if seq > head {
            return Err(catalogue::past_the_head(project, seq, head));
        }
        row.saved = row.saved.max(seq);
        Ok(())
    }

    fn projects(&self, query: &ProjectQuery) -> ProjectPage {
        let mut rows: Vec<_> = self.projects.keys().filter_map(|id| self.project(*id)).collect();
        rows.sort_unstable_by_key(|row| (Reverse(row.created_at), row.project_id));
        let mut filter = query.filter();
        rows.retain(|row| filter.takes(|| Some(row.project_id), &row.name));
        ProjectPage { projects: rows.into_iter().map(|row| self.summary(row)).collect(), total: filter.total }
    }

    fn summary(&self, row: &ProjectRow) -> ProjectSummary {
        let last = self.journal(row.project_id).last();
        ProjectSummary {
            row: row.clone(),
            updated_at: last.map_or(row.created_at, |record| record.at),
            head: last.map_or(0, |record| record.seq_last),
        }
    }

    fn read_from(&self, project: ProjectId, after: Seq, most: Most) -> Result<Vec<Record>, StoreError> {
        let journal = self.journal(project);
        let start = journal.partition_point(|record| record.seq_last <= after);
        let found = journal[start..].iter().map(|record| Ok((record.seq_first, &record.text)));
        Ok(journal::decode_all(project, after, most, found)?.0)
    }

    fn read_back(&self, project: ProjectId, before: Seq, most: Most) -> Result<Vec<Record>, StoreError> {
        let journal = self.journal(project);
        let end = journal.partition_point(|record| record.seq_last < before);
        let found = journal[..end].iter().rev().map(|record| Ok((record.seq_first, &record.text)));
        journal::decode_back(project, most, found)
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
        most: Most,
    ) -> StoreFuture<'_, Result<Vec<Record>, StoreError>> {
        Box::pin(async move { self.tables()?.read_from(project, after, most) })
    }

    fn read_back(
        &self,
        project: ProjectId,
        before: Seq,
        most: Most,
    ) -> StoreFuture<'_, Result<Vec<Record>, StoreError>> {
        Box::pin(async move { self.tables()?.read_back(project, before, most) })
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
        owner: Option<String>,
    ) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.tables()?.create_project(project, first, owner) })
    }

    fn create_session(&self, session: SessionRow) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.tables()?.create_session(session) })
    }

    fn delete_session(&self, id: SessionId) -> StoreFuture<'_, Result<bool, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.delete_session(id)) })
    }

    fn mark_saved(&self, project: ProjectId, seq: Seq) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.tables()?.mark_saved(project, seq) })
    }

    fn project(&self, id: ProjectId) -> StoreFuture<'_, Result<Option<ProjectRow>, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.project(id).cloned()) })
    }

    fn projects(&self, query: ProjectQuery) -> StoreFuture<'_, Result<ProjectPage, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.projects(&query)) })
    }

    fn session(&self, id: SessionId) -> StoreFuture<'_, Result<Option<SessionRow>, StoreError>> {
        Box::pin(async move {
            let tables = self.tables()?;
            Ok(tables.sessions.get(&id).filter(|session| tables.is_there(session)).cloned())
        })
    }

    fn sessions(&self) -> StoreFuture<'_, Result<Vec<SessionRow>, StoreError>> {
        Box::pin(async move {
            let tables = self.tables()?;
            let found = tables.sessions.values().filter(|session| tables.is_there(session));
            let mut sessions: Vec<_> = found.cloned().collect();
            sessions.sort_unstable_by_key(|session| (session.created_at, session.session_id));
            Ok(sessions)
        })
    }
}

impl Store for MemoryStore {
    fn probe(&self) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.tables().map(drop) })
    }

    fn close(&self) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.tables()?.closed = true;
            Ok(())
        })
    }
}
