//! Named versions: places in a project's journal that somebody gave a name.
//!
//! They say nothing that the journal does not have: without them nothing is lost but the names.

use crate::domain::{Seq, Timestamp};

use super::{ProjectId, StoreError, StoreFuture};

/// Names a version for good.
pub type VersionId = uuid::Uuid;

/// Enters named versions, and finds them.
pub trait Versions: Send + Sync + 'static {
    /// Enters a version; on disk when it returns `Ok`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if there is no such project, or its id or its name in the project is taken.
    fn add_version(&self, version: VersionRow) -> StoreFuture<'_, Result<(), StoreError>>;

    /// All versions of a project, the latest places first, those of one place by name.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn versions(&self, project: ProjectId) -> StoreFuture<'_, Result<Vec<VersionRow>, StoreError>>;

    /// Removes a version.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the project has no such version.
    fn delete_version(&self, project: ProjectId, id: VersionId) -> StoreFuture<'_, Result<(), StoreError>>;
}

/// A place with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRow {
    /// The version.
    pub version_id: VersionId,
    /// Whose journal it is a place of.
    pub project_id: ProjectId,
    /// What it is called; no two of a project alike.
    pub name: String,
    /// The place: where a command ends.
    pub seq: Seq,
    /// Who named it: a `user_id`.
    pub author: String,
    /// When it was named.
    pub created_at: Timestamp,
}

/// Said where a name is taken.
pub(super) fn taken(version: &VersionRow) -> StoreError {
    StoreError::Unavailable(format!(
        "version {:?} of project {} is there already",
        version.name, version.project_id
    ))
}

/// Said where a version is needed and is not there.
pub(super) fn no_version(id: VersionId) -> StoreError {
    StoreError::Unavailable(format!("version {id} is unknown"))
}
