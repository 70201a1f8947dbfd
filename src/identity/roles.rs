//! Who is what in which project, held whole in memory: asked for with every command, changed seldom.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use dashmap::DashMap;

use crate::domain::Role;
use crate::store::ProjectId;

/// The roles of all projects.
#[derive(Debug, Default)]
pub struct Roles {
    by_user: DashMap<Arc<str>, HashMap<ProjectId, Role>>,
}

impl Roles {
    /// What a user is in a project, if anything.
    #[must_use]
    pub fn get(&self, user_id: &str, project: ProjectId) -> Option<Role> {
        self.by_user.get(user_id)?.get(&project).copied()
    }

    /// The projects in which a user is anything.
    #[must_use]
    pub fn projects_of(&self, user_id: &str) -> HashSet<ProjectId> {
        self.by_user.get(user_id).map(|roles| roles.keys().copied().collect()).unwrap_or_default()
    }

    /// Everybody who is anything in a project. Every user is looked at: this is for what is seldom told.
    #[must_use]
    pub fn members_of(&self, project: ProjectId) -> Vec<Arc<str>> {
        let members = self.by_user.iter().filter(|user| user.contains_key(&project));
        members.map(|user| Arc::clone(user.key())).collect()
    }

    /// From now on a user is this in a project, or nothing.
    pub fn set(&self, user_id: &str, project: ProjectId, role: Option<Role>) {
        match role {
            Some(role) => {
                self.by_user.entry(user_id.into()).or_default().insert(project, role);
            }
            None => {
                if let Some(mut roles) = self.by_user.get_mut(user_id) {
                    roles.remove(&project);
                }
                self.by_user.remove_if(user_id, |_, roles| roles.is_empty());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_counts_in_its_project_until_it_is_taken() {
        let (roles, one, other) = (Roles::default(), ProjectId::new_v4(), ProjectId::new_v4());
        roles.set("ann", one, Some(Role::Viewer));
        roles.set("ann", one, Some(Role::Editor));
        assert_eq!(roles.get("ann", one), Some(Role::Editor));
        assert_eq!((roles.get("ann", other), roles.get("bob", one)), (None, None));
        assert_eq!(roles.projects_of("ann"), HashSet::from([one]));
        assert_eq!(roles.members_of(one), ["ann".into()]);
        assert!(roles.members_of(other).is_empty());
        roles.set("ann", one, None);
        roles.set("bob", one, None);
        assert_eq!(roles.get("ann", one), None);
        assert!(roles.by_user.is_empty());
    }
}
