//! The catalogue: which projects and sessions there are.
//!
//! What a project holds is in its journal. A row here has what is fixed when it is made, how far it was
//! saved, and, as the journal has them now, its name and its template. A deleted project is not found
//! any more, nor is its session; its journal stays.

use std::collections::HashSet;

use crate::domain::{Seq, Timestamp};

use super::{EncodedRecord, Epoch, ProjectId, SessionId, StoreError, StoreFuture};

/// Enters projects and sessions, and finds them.
pub trait Catalogue: Send + Sync + 'static {
    /// Enters a project, its session, its first record and its owner, if it has one: all or nothing, on disk
    /// when it returns `Ok`. A session that is there already and has no project becomes this project's; it
    /// stays as old as it is, and has no owner of its own any more.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the project is there already, or the session has a project.
    /// Otherwise see [`StoreError`]; after an I/O error at the commit only a look at the catalogue tells
    /// whether the project is there.
    fn create_project(
        &self,
        project: ProjectRow,
        first: EncodedRecord,
        owner: Option<String>,
    ) -> StoreFuture<'_, Result<(), StoreError>>;

    /// Enters a session. It is for sessions without a project: the others come with theirs.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the id is taken or the project named in it is unknown.
    fn create_session(&self, session: SessionRow) -> StoreFuture<'_, Result<(), StoreError>>;

    /// Removes a session that has no project. False, and nothing happened, if there is none or it has one.
    fn delete_session(&self, id: SessionId) -> StoreFuture<'_, Result<bool, StoreError>>;

    /// Notes that the project was saved when its head was `seq`; on disk when it returns `Ok`. An older
    /// note than the one that is there changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if there is no such project, or its head is before `seq`.
    fn mark_saved(&self, project: ProjectId, seq: Seq) -> StoreFuture<'_, Result<(), StoreError>>;

    /// The project with this id.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn project(&self, id: ProjectId) -> StoreFuture<'_, Result<Option<ProjectRow>, StoreError>>;

    /// A page of the projects, the newest first, those of one moment by id.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn projects(&self, query: ProjectQuery) -> StoreFuture<'_, Result<ProjectPage, StoreError>>;

    /// The session with this id.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn session(&self, id: SessionId) -> StoreFuture<'_, Result<Option<SessionRow>, StoreError>>;

    /// All sessions, oldest first, those of one moment by id.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn sessions(&self) -> StoreFuture<'_, Result<Vec<SessionRow>, StoreError>>;
}

/// A project's entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectRow {
    /// The project.
    pub project_id: ProjectId,
    /// Its one session.
    pub session_id: SessionId,
    /// Names its journal.
    pub epoch: Epoch,
    /// What it is called now.
    pub name: String,
    /// The template that it has now.
    pub template_id: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its head when it was last saved. A new project counts as saved.
    pub saved: Seq,
}

impl ProjectRow {
    /// The row of the project's session.
    pub(super) fn session(&self) -> SessionRow {
        SessionRow {
            session_id: self.session_id,
            project_id: Some(self.project_id),
            created_at: self.created_at,
            owner: None,
        }
    }
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// The session.
    pub session_id: SessionId,
    /// None if it has none.
    pub project_id: Option<ProjectId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it, a `user_id`, as long as it has no project: then the project says who may do what. None
    /// also if nobody was asked.
    pub owner: Option<String>,
}

/// Which projects are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectQuery {
    /// Only those with this text in their name. Case does not count, and no character stands for others.
    pub search: Option<String>,
    /// Only these; none for all.
    pub among: Option<HashSet<ProjectId>>,
    /// How many of them to leave out.
    pub offset: usize,
    /// How many of the rest there may be in the page.
    pub limit: usize,
}

impl ProjectQuery {
    /// Tells for each name, in the order of the projects, whether its project is in the page; and counts
    /// those that the search finds.
    pub(super) fn filter(&self) -> Filter<'_> {
        Filter { query: self, search: self.search.as_deref().map(fold), total: 0 }
    }
}

/// See [`ProjectQuery::filter`].
pub(super) struct Filter<'a> {
    query: &'a ProjectQuery,
    search: Option<String>,
    /// How many the search has found.
    pub total: usize,
}

impl Filter<'_> {
    /// Whether the next project, which has this id and this name, is in the page.
    pub fn takes(&mut self, id: impl FnOnce() -> Option<ProjectId>, name: &str) -> bool {
        if self.query.among.as_ref().is_some_and(|among| id().is_none_or(|id| !among.contains(&id))) {
            return false;
        }
        if self.search.as_ref().is_some_and(|search| !fold(name).contains(search)) {
            return false;
        }
        let place = self.total;
        self.total += 1;
        place.checked_sub(self.query.offset).is_some_and(|place| place < self.query.limit)
    }
}

/// `text` without its cases. Each character by itself, so that a part of a text is folded as it is in the
/// whole; by way of capitals, since some letters have several small forms.
#[must_use]
pub fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

/// A page of a list of projects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectPage {
    /// The projects of the page.
    pub projects: Vec<ProjectSummary>,
    /// How many there are on all pages.
    pub total: usize,
}

/// A project in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectSummary {
    /// Its entry.
    pub row: ProjectRow,
    /// When its last record was committed.
    pub updated_at: Timestamp,
    /// Where its journal ends.
    pub head: Seq,
}

/// Said where a project is needed and is not there, or not any more.
pub(super) fn no_project(id: ProjectId) -> StoreError {
    StoreError::Unavailable(format!("project {id} is unknown"))
}

/// Said where somebody claims to have saved what is not there yet.
pub(super) fn past_the_head(project: ProjectId, seq: Seq, head: Seq) -> StoreError {
    StoreError::Unavailable(format!("project {project} ends at {head}, it was not saved at {seq}"))
}
