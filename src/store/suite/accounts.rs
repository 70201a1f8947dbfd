//! The part of the suite about accounts: users, API keys, and invitations. Session tokens and revocations are in
//! `sign_in`.

use std::sync::Arc;

use uuid::Uuid;

use super::members::{delete, project, role};
use crate::domain::{Role, Timestamp};
use crate::store::*;

on_every_engine! {
    a_user_is_entered_once_and_found_as_it_was,
    users_are_listed_by_their_ids,
    a_change_of_a_user_leaves_the_rest_of_it_as_it_is,
    an_api_key_is_found_by_its_hash_and_by_its_user,
    an_api_key_whose_id_or_hash_is_taken_is_refused,
    an_invitation_makes_a_user_with_a_role_and_goes,
    an_invitation_of_a_user_who_is_there_still_counts,
    an_invitation_that_has_expired_is_as_one_that_never_was,
    an_invitation_to_a_project_that_was_deleted_gives_no_role,
    an_invitation_is_entered_once_and_only_to_a_project_that_is_there,
    of_many_who_redeem_one_invitation_one_becomes_a_user,
    of_many_who_want_one_user_id_one_gets_it,
}

pub(in crate::store) fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

pub(in crate::store) fn user(user_id: &str) -> UserRow {
    UserRow {
        user_id: user_id.to_owned(),
        name: Some("Zoë \"O'Neil\"\0".to_owned()),
        password_hash: Some("$argon2id$v=19$...".to_owned()),
        is_admin: false,
        is_disabled: false,
        created_at: at(1_700_000_000_123),
    }
}

/// A hash of its own for each number.
pub(in crate::store) fn hash(number: u8) -> SecretHash {
    [number; 32]
}

pub(in crate::store) fn api_key(user_id: &str, number: u8) -> ApiKeyRow {
    ApiKeyRow {
        key_id: Uuid::new_v4(),
        user_id: user_id.to_owned(),
        name: "build".to_owned(),
        hash: hash(number),
        created_at: at(number.into()),
        expires_at: None,
    }
}

pub(in crate::store) fn invitation(number: u8) -> InvitationRow {
    InvitationRow {
        invitation_id: Uuid::new_v4(),
        hash: hash(number),
        project_id: None,
        role: None,
        created_by: "admin".to_owned(),
        created_at: at(number.into()),
        expires_at: at(1_000),
    }
}

fn assert_refused(refused: &Result<(), StoreError>) {
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
}

async fn a_user_is_entered_once_and_found_as_it_was(store: Arc<dyn Store>) {
    assert_eq!(store.user("ann").await.unwrap(), None);
    assert!(store.create_user(user("ann")).await.unwrap());
    let bare = UserRow { name: None, password_hash: None, is_admin: true, is_disabled: true, ..user("bob") };
    assert!(store.create_user(bare.clone()).await.unwrap());

    assert!(!store.create_user(UserRow { is_admin: true, ..user("ann") }).await.unwrap());
    assert_eq!(store.user("ann").await.unwrap(), Some(user("ann")));
    assert_eq!(store.user("bob").await.unwrap(), Some(bare));
    assert_eq!(store.user("Ann").await.unwrap(), None);
}

async fn users_are_listed_by_their_ids(store: Arc<dyn Store>) {
    assert_eq!(store.users().await.unwrap(), []);
    for user_id in ["b", "é", "a b", "", "B", "a"] {
        assert!(store.create_user(user(user_id)).await.unwrap());
    }
    let ids: Vec<_> = store.users().await.unwrap().into_iter().map(|user| user.user_id).collect();
    assert_eq!(ids, ["", "B", "a", "a b", "b", "é"]);
}

async fn a_change_of_a_user_leaves_the_rest_of_it_as_it_is(store: Arc<dyn Store>) {
    for user_id in ["ann", "bob"] {
        store.create_user(user(user_id)).await.unwrap();
    }
    let mut expected = user("ann");
    let same = store.update_user("ann", UserChange::default()).await.unwrap();
    assert_eq!(same.as_ref(), Some(&expected));

    expected = UserRow { name: None, is_admin: true, ..expected };
    let change = UserChange { name: Some(None), is_admin: Some(true), ..UserChange::default() };
    assert_eq!(store.update_user("ann", change).await.unwrap().as_ref(), Some(&expected));

    expected = UserRow { password_hash: Some("new".to_owned()), is_disabled: true, ..expected };
    let password_hash = Some(Some("new".to_owned()));
    let change = UserChange { password_hash, is_disabled: Some(true), ..UserChange::default() };
    assert_eq!(store.update_user("ann", change.clone()).await.unwrap().as_ref(), Some(&expected));

    assert_eq!(store.user("ann").await.unwrap(), Some(expected));
    assert_eq!(store.user("bob").await.unwrap(), Some(user("bob")));
    assert_eq!(store.update_user("nobody", change).await.unwrap(), None);
    assert_eq!(store.users().await.unwrap().len(), 2);
}

async fn an_api_key_is_found_by_its_hash_and_by_its_user(store: Arc<dyn Store>) {
    let keys =
        [api_key("ann", 1), ApiKeyRow { expires_at: Some(at(-5)), ..api_key("bob", 2) }, api_key("ann", 3)];
    for number in [2, 0, 1] {
        store.create_api_key(keys[number].clone()).await.unwrap();
    }
    assert_eq!(store.api_key_by_hash(hash(2)).await.unwrap(), Some(keys[1].clone()));
    assert_eq!(store.api_key_by_hash(hash(4)).await.unwrap(), None);
    assert_eq!(store.api_keys(None).await.unwrap(), keys);
    assert_eq!(store.api_keys(Some("ann".to_owned())).await.unwrap(), [keys[0].clone(), keys[2].clone()]);
    assert_eq!(store.api_keys(Some("nobody".to_owned())).await.unwrap(), []);

    assert!(store.delete_api_key(keys[0].key_id).await.unwrap());
    assert!(!store.delete_api_key(keys[0].key_id).await.unwrap());
    assert_eq!(store.api_key_by_hash(hash(1)).await.unwrap(), None);
    assert_eq!(store.api_keys(None).await.unwrap(), keys[1..]);
}

async fn an_api_key_whose_id_or_hash_is_taken_is_refused(store: Arc<dyn Store>) {
    let key = api_key("ann", 1);
    store.create_api_key(key.clone()).await.unwrap();
    assert_refused(&store.create_api_key(ApiKeyRow { key_id: key.key_id, ..api_key("bob", 2) }).await);
    assert_refused(&store.create_api_key(api_key("bob", 1)).await);
    assert_eq!(store.api_keys(None).await.unwrap(), [key]);
}

async fn an_invitation_makes_a_user_with_a_role_and_goes(store: Arc<dyn Store>) {
    let project = project(&*store, None).await;
    let to_project = InvitationRow { project_id: Some(project), role: Some(Role::Editor), ..invitation(1) };
    let to_server = invitation(2);
    for invitation in [&to_server, &to_project] {
        store.create_invitation(invitation.clone()).await.unwrap();
    }
    assert_eq!(store.invitations().await.unwrap(), [to_project.clone(), to_server.clone()]);

    let redeemed = store.redeem_invitation(hash(1), at(999), user("ann")).await.unwrap();
    assert_eq!(redeemed, Redeemed::Done(to_project));
    let redeemed = store.redeem_invitation(hash(2), at(998), user("bob")).await.unwrap();
    assert_eq!(redeemed, Redeemed::Done(to_server));

    assert_eq!(store.users().await.unwrap(), [user("ann"), user("bob")]);
    assert_eq!(store.all_roles().await.unwrap(), [role(project, "ann", Role::Editor, 999)]);
    assert_eq!(store.invitations().await.unwrap(), []);
    let again = store.redeem_invitation(hash(1), at(999), user("eve")).await.unwrap();
    assert_eq!(again, Redeemed::Unknown);
    assert_eq!(store.user("eve").await.unwrap(), None);
}

async fn an_invitation_of_a_user_who_is_there_still_counts(store: Arc<dyn Store>) {
    let project = project(&*store, None).await;
    let offer = InvitationRow { project_id: Some(project), role: Some(Role::Owner), ..invitation(1) };
    store.create_invitation(offer.clone()).await.unwrap();
    store.create_user(user("ann")).await.unwrap();

    let other = UserRow { is_admin: true, ..user("ann") };
    assert_eq!(store.redeem_invitation(hash(1), at(5), other).await.unwrap(), Redeemed::UserTaken);
    assert_eq!(store.users().await.unwrap(), [user("ann")]);
    assert_eq!(store.all_roles().await.unwrap(), []);
    let done = store.redeem_invitation(hash(1), at(5), user("bob")).await.unwrap();
    assert_eq!(done, Redeemed::Done(offer));
}

async fn an_invitation_that_has_expired_is_as_one_that_never_was(store: Arc<dyn Store>) {
    let offer = invitation(1);
    store.create_invitation(offer.clone()).await.unwrap();
    for (number, now) in [(1, 1_000), (1, 5_000), (2, 5)] {
        let redeemed = store.redeem_invitation(hash(number), at(now), user("ann")).await.unwrap();
        assert_eq!(redeemed, Redeemed::Unknown);
    }
    assert_eq!(store.users().await.unwrap(), []);
    assert_eq!(store.invitations().await.unwrap(), std::slice::from_ref(&offer));

    assert!(store.delete_invitation(offer.invitation_id).await.unwrap());
    assert!(!store.delete_invitation(offer.invitation_id).await.unwrap());
    let redeemed = store.redeem_invitation(hash(1), at(5), user("ann")).await.unwrap();
    assert_eq!(redeemed, Redeemed::Unknown);
}

async fn an_invitation_to_a_project_that_was_deleted_gives_no_role(store: Arc<dyn Store>) {
    let project = project(&*store, None).await;
    let offer = InvitationRow { project_id: Some(project), role: Some(Role::Viewer), ..invitation(1) };
    store.create_invitation(offer.clone()).await.unwrap();
    delete(&*store, project).await;
    let done = store.redeem_invitation(hash(1), at(5), user("ann")).await.unwrap();
    assert_eq!(done, Redeemed::Done(offer));
    assert_eq!(store.users().await.unwrap(), [user("ann")]);
    assert_eq!(store.all_roles().await.unwrap(), []);
}

async fn an_invitation_is_entered_once_and_only_to_a_project_that_is_there(store: Arc<dyn Store>) {
    let deleted = project(&*store, None).await;
    delete(&*store, deleted).await;
    let known = invitation(1);
    store.create_invitation(known.clone()).await.unwrap();
    for refused in [
        invitation(1),
        InvitationRow { invitation_id: known.invitation_id, ..invitation(2) },
        InvitationRow { project_id: Some(Uuid::new_v4()), ..invitation(2) },
        InvitationRow { project_id: Some(deleted), ..invitation(2) },
    ] {
        assert_refused(&store.create_invitation(refused).await);
    }
    assert_eq!(store.invitations().await.unwrap(), [known]);
}

async fn of_many_who_redeem_one_invitation_one_becomes_a_user(store: Arc<dyn Store>) {
    let offer = invitation(1);
    store.create_invitation(offer.clone()).await.unwrap();
    let tasks = (0..16).map(|number| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let user = user(&format!("user {number}"));
            store.redeem_invitation(hash(1), at(5), user).await.unwrap()
        })
    });
    let mut redeemed = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        redeemed.push(task.await.unwrap());
    }
    redeemed.retain(|redeemed| *redeemed != Redeemed::Unknown);
    assert_eq!(redeemed, [Redeemed::Done(offer)]);
    assert_eq!(store.users().await.unwrap().len(), 1);
}

async fn of_many_who_want_one_user_id_one_gets_it(store: Arc<dyn Store>) {
    for number in 0..16 {
        store.create_invitation(invitation(number)).await.unwrap();
    }
    let tasks = (0..16).map(|number| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.redeem_invitation(hash(number), at(5), user("ann")).await.unwrap() })
    });
    let (mut done, mut taken) = (0, 0);
    for task in tasks.collect::<Vec<_>>() {
        match task.await.unwrap() {
            Redeemed::Done(_) => done += 1,
            Redeemed::UserTaken => taken += 1,
            Redeemed::Unknown => {}
        }
    }
    assert_eq!((done, taken, store.invitations().await.unwrap().len()), (1, 15, 15));
}
