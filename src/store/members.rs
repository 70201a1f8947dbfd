//! Members: what users are in projects.
//!
//! What a role allows is not known here. The roles in a deleted project stay and are not found, like the
//! project.

use crate::domain::{Role, Timestamp};

use super::{ProjectId, StoreError, StoreFuture};

/// Enters roles, and finds them. What it changes is on disk when it returns `Ok`.
pub trait Members: Send + Sync + 'static {
    /// Gives a user a role in a project, in place of another; false if there is no such project. Who has
    /// this very role keeps it as it is.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn set_role(
        &self,
        project: ProjectId,
        user_id: &str,
        role: Role,
        at: Timestamp,
    ) -> StoreFuture<'_, Result<bool, StoreError>>;

    /// Takes a user's role in a project away; false if there is none.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn remove_role(&self, project: ProjectId, user_id: &str) -> StoreFuture<'_, Result<bool, StoreError>>;

    /// The members of a project, by `user_id`.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn members(&self, project: ProjectId) -> StoreFuture<'_, Result<Vec<MemberRow>, StoreError>>;

    /// The members of all projects, by project and `user_id`.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn all_roles(&self) -> StoreFuture<'_, Result<Vec<MemberRow>, StoreError>>;
}

/// What somebody is in a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRow {
    /// The project.
    pub project_id: ProjectId,
    /// Who.
    pub user_id: String,
    /// What.
    pub role: Role,
    /// Since when.
    pub since: Timestamp,
}
