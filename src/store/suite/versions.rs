//! The part of the suite about named versions.
//!
//! Proves HIST-7 (docs/behaviour.md).

use std::sync::Arc;

use uuid::Uuid;

use super::{append, first_record, project_row};
use crate::domain::{Seq, Timestamp};
use crate::store::*;

on_every_engine! {
    versions_are_listed_from_the_latest_place_on,
    a_name_is_given_once_in_a_project_and_can_be_given_again_once_it_is_free,
    a_version_is_of_a_project_that_is_there,
}

async fn project(store: &dyn Store) -> ProjectId {
    let row = project_row(1);
    store.create_project(row.clone(), first_record(), None).await.unwrap();
    append(store, row.project_id, 1).await.unwrap();
    row.project_id
}

fn version(project_id: ProjectId, name: &str, seq: Seq) -> VersionRow {
    let (version_id, author) = (Uuid::new_v4(), "ann".to_owned());
    let created_at = Timestamp::from_millis(1_700_000_000_000);
    VersionRow { version_id, project_id, name: name.to_owned(), seq, author, created_at }
}

async fn versions_are_listed_from_the_latest_place_on(store: Arc<dyn Store>) {
    let (one, other) = (project(&*store).await, project(&*store).await);
    let rows = [version(one, "b", 2), version(one, "c", 2), version(one, "a", 1)];
    for at in [2, 0, 1] {
        store.add_version(rows[at].clone()).await.unwrap();
    }
    let same_name = version(other, "a", 1);
    store.add_version(same_name.clone()).await.unwrap();
    assert_eq!(store.versions(one).await.unwrap(), rows);
    assert_eq!(store.versions(other).await.unwrap(), [same_name]);
    assert_eq!(store.versions(Uuid::new_v4()).await.unwrap(), []);
}

async fn a_name_is_given_once_in_a_project_and_can_be_given_again_once_it_is_free(store: Arc<dyn Store>) {
    let (one, other) = (project(&*store).await, project(&*store).await);
    let first = version(one, "release", 1);
    store.add_version(first.clone()).await.unwrap();
    let same_id = VersionRow { name: "another".to_owned(), ..first.clone() };
    for refused in [version(one, "release", 2), same_id] {
        let error = store.add_version(refused).await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    }
    assert_eq!(store.versions(one).await.unwrap(), std::slice::from_ref(&first));
    for (project, id) in [(other, first.version_id), (one, Uuid::new_v4())] {
        let error = store.delete_version(project, id).await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    }
    store.delete_version(one, first.version_id).await.unwrap();
    let second = version(one, "release", 2);
    store.add_version(second.clone()).await.unwrap();
    assert_eq!(store.versions(one).await.unwrap(), [second]);
}

async fn a_version_is_of_a_project_that_is_there(store: Arc<dyn Store>) {
    let error = store.add_version(version(Uuid::new_v4(), "lost", 1)).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
}
