//! Named versions in memory.

use std::cmp::Reverse;

use crate::store::{
    ProjectId, StoreError, StoreFuture, VersionId, VersionRow, Versions, catalogue, versions,
};

use super::{MemoryStore, Tables};

impl Tables {
    fn add_version(&mut self, version: VersionRow) -> Result<(), StoreError> {
        if self.project(version.project_id).is_none() {
            return Err(catalogue::no_project(version.project_id));
        }
        let key = |row: &VersionRow| (row.project_id, row.name.clone());
        let is_same = |row: &VersionRow| row.version_id == version.version_id || key(row) == key(&version);
        if self.versions.iter().any(is_same) {
            return Err(versions::taken(&version));
        }
        self.versions.push(version);
        Ok(())
    }

    fn versions(&self, project: ProjectId) -> Vec<VersionRow> {
        let mut rows: Vec<_> =
            self.versions.iter().filter(|row| row.project_id == project).cloned().collect();
        rows.sort_by(|a, b| (Reverse(a.seq), &a.name).cmp(&(Reverse(b.seq), &b.name)));
        rows
    }

    fn delete_version(&mut self, project: ProjectId, id: VersionId) -> Result<(), StoreError> {
        let is_it = |row: &VersionRow| (row.project_id, row.version_id) == (project, id);
        let place = self.versions.iter().position(is_it).ok_or_else(|| versions::no_version(id))?;
        self.versions.remove(place);
        Ok(())
    }
}

impl Versions for MemoryStore {
    fn add_version(&self, version: VersionRow) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.tables()?.add_version(version) })
    }

    fn versions(&self, project: ProjectId) -> StoreFuture<'_, Result<Vec<VersionRow>, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.versions(project)) })
    }

    fn delete_version(&self, project: ProjectId, id: VersionId) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.tables()?.delete_version(project, id) })
    }
}
