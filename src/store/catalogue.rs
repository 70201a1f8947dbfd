//! The catalogue: which projects and sessions there are.
//!
//! What a project holds is in its journal; a row here has only what is fixed when it is made, and the
//! name it was made with.

use crate::domain::Timestamp;

use super::{EncodedRecord, Epoch, ProjectId, SessionId, StoreError, StoreFuture};

/// Enters projects and sessions, and finds them.
pub trait Catalogue: Send + Sync + 'static {
    /// Enters a project, its session and its first record: all or nothing, on disk when it returns `Ok`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if one of the ids is taken. Otherwise see [`StoreError`]; after an
    /// I/O error at the commit only a look at the catalogue tells whether the project is there.
    fn create_project(
        &self,
        project: ProjectRow,
        first: EncodedRecord,
    ) -> StoreFuture<'_, Result<(), StoreError>>;

    /// Enters a session. It is for sessions without a project: the others come with theirs.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the id is taken or the project named in it is unknown.
    fn create_session(&self, session: SessionRow) -> StoreFuture<'_, Result<(), StoreError>>;

    /// The project with this id.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn project(&self, id: ProjectId) -> StoreFuture<'_, Result<Option<ProjectRow>, StoreError>>;

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

/// A project, as it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectRow {
    /// The project.
    pub project_id: ProjectId,
    /// Its one session.
    pub session_id: SessionId,
    /// Names its journal.
    pub epoch: Epoch,
    /// What it was called when it was made.
    pub name: String,
    /// The template that it was made with.
    pub template_id: String,
    /// When it was made.
    pub created_at: Timestamp,
}

impl ProjectRow {
    /// The row of the project's session.
    pub(super) fn session(&self) -> SessionRow {
        SessionRow {
            session_id: self.session_id,
            project_id: Some(self.project_id),
            created_at: self.created_at,
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
}
