//! Members in memory.

use std::collections::btree_map::Entry;

use crate::domain::{Role, Timestamp};
use crate::store::{MemberRow, Members, ProjectId, StoreError, StoreFuture};

use super::{MemoryStore, Tables};

impl Tables {
    pub(super) fn set_role(
        &mut self,
        project: ProjectId,
        user_id: String,
        role: Role,
        at: Timestamp,
    ) -> bool {
        if self.project(project).is_none() {
            return false;
        }
        match self.members.entry((project, user_id)) {
            Entry::Occupied(known) if known.get().0 == role => {}
            Entry::Occupied(mut known) => *known.get_mut() = (role, at),
            Entry::Vacant(place) => {
                place.insert((role, at));
            }
        }
        true
    }

    fn remove_role(&mut self, project: ProjectId, user_id: String) -> bool {
        self.project(project).is_some() && self.members.remove(&(project, user_id)).is_some()
    }

    fn all_roles(&self) -> impl Iterator<Item = MemberRow> {
        let there = self.members.iter().filter(|((project, _), _)| self.project(*project).is_some());
        there.map(|((project_id, user_id), (role, since))| MemberRow {
            project_id: *project_id,
            user_id: user_id.clone(),
            role: *role,
            since: *since,
        })
    }
}

impl Members for MemoryStore {
    fn set_role(
        &self,
        project: ProjectId,
        user_id: &str,
        role: Role,
        at: Timestamp,
    ) -> StoreFuture<'_, Result<bool, StoreError>> {
        let user_id = user_id.to_owned();
        Box::pin(async move { Ok(self.tables()?.set_role(project, user_id, role, at)) })
    }

    fn remove_role(&self, project: ProjectId, user_id: &str) -> StoreFuture<'_, Result<bool, StoreError>> {
        let user_id = user_id.to_owned();
        Box::pin(async move { Ok(self.tables()?.remove_role(project, user_id)) })
    }

    fn members(&self, project: ProjectId) -> StoreFuture<'_, Result<Vec<MemberRow>, StoreError>> {
        Box::pin(async move {
            Ok(self.tables()?.all_roles().filter(|member| member.project_id == project).collect())
        })
    }

    fn all_roles(&self) -> StoreFuture<'_, Result<Vec<MemberRow>, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.all_roles().collect()) })
    }
}
