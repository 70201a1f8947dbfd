//! Named versions: places in a project's journal that people gave a name.

use graphroom_protocol::rest::history::{VersionList, VersionView};
use uuid::Uuid;

use super::Projects;
use crate::domain::{Author, Seq};
use crate::store::{Most, ProjectId, StoreError, VersionRow};

/// The longest name of a version, in characters.
pub const MAX_VERSION_NAME: usize = 128;
/// Versions that a project may have.
pub const MAX_VERSIONS: usize = 1_000;

/// Why a version was not named, or not found.
#[derive(Debug, thiserror::Error)]
pub enum VersionError {
    /// There is no such project.
    #[error("no such project")]
    NoProject,
    /// There is no such version.
    #[error("no such version")]
    NoVersion,
    /// The name is empty or too long.
    #[error("a version's name is 1 to {MAX_VERSION_NAME} characters")]
    Name,
    /// Another version of the project has the name.
    #[error("the project has a version of this name at {seq}")]
    Taken {
        /// Where.
        seq: Seq,
    },
    /// The project has as many as it may have.
    #[error("a project has at most {MAX_VERSIONS} versions")]
    TooMany,
    /// The place is in the middle of a command, which nobody ever saw half done.
    #[error("a command goes from {first} to {last}")]
    WithinCommand {
        /// The command's first event.
        first: Seq,
        /// Its last.
        last: Seq,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Projects {
    /// Gives a place in the journal a name; on disk when this returns. The place is no later than the head.
    ///
    /// # Errors
    /// See [`VersionError`].
    pub async fn name_version(
        &self,
        project_id: ProjectId,
        name: &str,
        seq: Seq,
        author: &Author,
    ) -> Result<VersionView, VersionError> {
        if name.trim().is_empty() || name.chars().count() > MAX_VERSION_NAME {
            return Err(VersionError::Name);
        }
        // One at a time: what is looked at is what there is when it is entered.
        let _turn = self.naming.lock().await;
        let there = self.rows(project_id).await?;
        if let Some(row) = there.iter().find(|row| row.name == name) {
            return Err(VersionError::Taken { seq: row.seq });
        }
        if there.len() >= MAX_VERSIONS {
            return Err(VersionError::TooMany);
        }
        self.check_end(project_id, seq).await?;
        let row = VersionRow {
            version_id: Uuid::new_v4(),
            project_id,
            name: name.to_owned(),
            seq,
            author: author.user_id.to_string(),
            created_at: (self.clock)(),
        };
        self.store.add_version(row.clone()).await?;
        Ok(view(row))
    }

    /// The versions of a project, the latest places first.
    ///
    /// # Errors
    /// See [`VersionError`].
    pub async fn versions(&self, project: ProjectId) -> Result<VersionList, VersionError> {
        let versions: Vec<_> = self.rows(project).await?.into_iter().map(view).collect();
        Ok(VersionList { total: versions.len(), versions })
    }

    /// Removes a version, by its id or its name. The journal stays as it is.
    ///
    /// # Errors
    /// See [`VersionError`].
    pub async fn delete_version(&self, project: ProjectId, which: &str) -> Result<VersionView, VersionError> {
        let _turn = self.naming.lock().await;
        let rows = self.rows(project).await?;
        let id = which.parse::<Uuid>().ok();
        let by_id = rows.iter().find(|row| Some(row.version_id) == id);
        let row =
            by_id.or_else(|| rows.iter().find(|row| row.name == which)).ok_or(VersionError::NoVersion)?;
        self.store.delete_version(project, row.version_id).await?;
        Ok(view(row.clone()))
    }

    async fn rows(&self, project: ProjectId) -> Result<Vec<VersionRow>, VersionError> {
        if self.store.project(project).await?.is_none() {
            return Err(VersionError::NoProject);
        }
        Ok(self.store.versions(project).await?)
    }

    /// Whether a command ends at this place.
    async fn check_end(&self, project: ProjectId, seq: Seq) -> Result<(), VersionError> {
        let records = self.store.read_from(project, seq.saturating_sub(1), Most::records(1)).await?;
        match records.first() {
            Some(record) if record.seq_last == seq => Ok(()),
            Some(record) => {
                Err(VersionError::WithinCommand { first: record.seq_first, last: record.seq_last })
            }
            None => Err(StoreError::Corrupt(format!("project {project}: nothing is at seq {seq}")).into()),
        }
    }
}

fn view(row: VersionRow) -> VersionView {
    VersionView {
        version_id: row.version_id.to_string(),
        name: row.name,
        seq: row.seq,
        by: row.author,
        created_at: row.created_at.to_string(),
    }
}
