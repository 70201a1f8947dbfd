//! The part of the suite about members.

use std::sync::Arc;

use uuid::Uuid;

use super::accounts::at;
use super::{encoded, first_record, project_row, record};
use crate::domain::{Effect, Record, Role, Timestamp};
use crate::store::*;

on_every_engine! {
    a_project_comes_with_its_owner,
    a_project_that_cannot_be_made_has_no_owner_either,
    a_session_has_an_owner_of_its_own_until_it_has_a_project,
    a_role_takes_the_place_of_another_and_says_since_when,
    a_role_is_taken_away_once,
    there_are_roles_only_in_projects_that_are_there,
    members_are_listed_by_user_and_all_roles_by_project,
}

/// A project that is stored, with one record, made at 5.
pub(in crate::store) async fn project(store: &dyn Store, owner: Option<&str>) -> ProjectId {
    let row = project_row(5);
    let id = row.project_id;
    store.create_project(row, first_record(), owner.map(str::to_owned)).await.unwrap();
    id
}

/// Deletes a project that has one record.
pub(in crate::store) async fn delete(store: &dyn Store, project: ProjectId) {
    let end = Record { effects: vec![Effect::Deleted], ..record(1, "") };
    store.append(project, 1, encoded(&[end])).await.unwrap();
}

pub(in crate::store) fn role(project_id: ProjectId, user_id: &str, role: Role, since: i64) -> MemberRow {
    MemberRow { project_id, user_id: user_id.to_owned(), role, since: at(since) }
}

async fn a_project_comes_with_its_owner(store: Arc<dyn Store>) {
    let (owned, free) = (project(&*store, Some("ann")).await, project(&*store, None).await);
    assert_eq!(store.members(owned).await.unwrap(), [role(owned, "ann", Role::Owner, 5)]);
    assert_eq!(store.members(free).await.unwrap(), []);
}

async fn a_project_that_cannot_be_made_has_no_owner_either(store: Arc<dyn Store>) {
    let known = project(&*store, None).await;
    let again = ProjectRow { project_id: known, ..project_row(6) };
    store.create_project(again, first_record(), Some("eve".to_owned())).await.unwrap_err();
    let gap = encoded(&[record(1, "not the first")]).remove(0);
    store.create_project(project_row(6), gap, Some("eve".to_owned())).await.unwrap_err();
    assert_eq!(store.all_roles().await.unwrap(), []);
}

async fn a_session_has_an_owner_of_its_own_until_it_has_a_project(store: Arc<dyn Store>) {
    let (id, created_at) = (Uuid::new_v4(), Timestamp::from_millis(3));
    let waiting = SessionRow { session_id: id, project_id: None, created_at, owner: Some("ann".to_owned()) };
    store.create_session(waiting.clone()).await.unwrap();
    assert_eq!(store.session(id).await.unwrap(), Some(waiting.clone()));
    assert_eq!(store.sessions().await.unwrap(), std::slice::from_ref(&waiting));

    let row = ProjectRow { session_id: id, ..project_row(9) };
    let project = row.project_id;
    store.create_project(row, first_record(), Some("bob".to_owned())).await.unwrap();
    let taken = SessionRow { project_id: Some(project), owner: None, ..waiting };
    assert_eq!(store.session(id).await.unwrap(), Some(taken));
    assert_eq!(store.all_roles().await.unwrap(), [role(project, "bob", Role::Owner, 9)]);
}

async fn a_role_takes_the_place_of_another_and_says_since_when(store: Arc<dyn Store>) {
    let project = project(&*store, None).await;
    for (given, when, since) in
        [(Role::Viewer, 10, 10), (Role::Viewer, 20, 10), (Role::Commenter, 30, 30), (Role::Owner, 25, 25)]
    {
        assert!(store.set_role(project, "ann", given, at(when)).await.unwrap());
        assert_eq!(store.members(project).await.unwrap(), [role(project, "ann", given, since)]);
    }
}

async fn a_role_is_taken_away_once(store: Arc<dyn Store>) {
    let project = project(&*store, Some("ann")).await;
    store.set_role(project, "bob", Role::Editor, at(6)).await.unwrap();
    assert!(store.remove_role(project, "ann").await.unwrap());
    assert!(!store.remove_role(project, "ann").await.unwrap());
    assert!(!store.remove_role(Uuid::new_v4(), "bob").await.unwrap());
    assert_eq!(store.members(project).await.unwrap(), [role(project, "bob", Role::Editor, 6)]);
}

async fn there_are_roles_only_in_projects_that_are_there(store: Arc<dyn Store>) {
    let (deleted, there) = (project(&*store, Some("ann")).await, project(&*store, Some("ann")).await);
    delete(&*store, deleted).await;
    for nowhere in [deleted, Uuid::new_v4()] {
        assert!(!store.set_role(nowhere, "ann", Role::Viewer, at(7)).await.unwrap());
        assert!(!store.set_role(nowhere, "bob", Role::Viewer, at(7)).await.unwrap());
        assert!(!store.remove_role(nowhere, "ann").await.unwrap());
        assert_eq!(store.members(nowhere).await.unwrap(), []);
    }
    assert_eq!(store.all_roles().await.unwrap(), [role(there, "ann", Role::Owner, 5)]);
}

async fn members_are_listed_by_user_and_all_roles_by_project(store: Arc<dyn Store>) {
    let mut projects = [project(&*store, None).await, project(&*store, None).await];
    projects.sort();
    let mut expected = Vec::new();
    for project in projects {
        for (user_id, given) in [("B", Role::Editor), ("a", Role::Viewer), ("b", Role::Commenter)] {
            expected.push(role(project, user_id, given, 8));
        }
    }
    for member in expected.iter().rev() {
        assert!(store.set_role(member.project_id, &member.user_id, member.role, member.since).await.unwrap());
    }
    assert_eq!(store.all_roles().await.unwrap(), expected);
    assert_eq!(store.members(projects[1]).await.unwrap(), expected[3..]);
}
