//! The part of the suite about accounts that sign-ins bring: session tokens, and what is revoked.

use std::sync::Arc;

use uuid::Uuid;

use super::accounts::{at, hash};
use crate::store::*;

on_every_engine! {
    a_session_token_is_found_by_its_hash_until_it_is_removed,
    a_session_token_whose_id_or_hash_is_taken_is_refused_and_removes_none,
    a_use_of_a_session_token_is_noted_and_never_taken_back,
    the_session_tokens_that_a_user_used_longest_ago_make_room,
    a_new_session_token_never_makes_room_for_older_ones,
    of_many_session_tokens_made_at_once_as_many_stay_as_may,
    session_tokens_that_were_not_used_are_pruned,
    a_thing_is_revoked_once_and_stays_so_until_the_later_expiry,
    a_token_and_a_family_are_revoked_apart,
    of_many_who_revoke_one_token_one_is_the_first,
    revocations_that_have_expired_are_pruned,
}

fn token(user_id: &str, number: u8, last_used_at: i64) -> SessionTokenRow {
    SessionTokenRow {
        token_id: Uuid::new_v4(),
        hash: hash(number),
        user_id: user_id.to_owned(),
        created_at: at(number.into()),
        last_used_at: at(last_used_at),
    }
}

fn revocation(what: RevokedKind, id: Uuid, expires_at: i64) -> RevocationRow {
    RevocationRow { id, what, expires_at: at(expires_at) }
}

async fn a_session_token_is_found_by_its_hash_until_it_is_removed(store: Arc<dyn Store>) {
    let tokens = [token("ann", 1, 10), token("ann", 2, 10), token("bob", 3, 10), token("ann", 4, 10)];
    for token in &tokens {
        assert_eq!(store.create_session_token(token.clone(), 5).await.unwrap(), []);
    }
    assert_eq!(store.session_token_by_hash(hash(1)).await.unwrap(), Some(tokens[0].clone()));
    assert_eq!(store.session_token_by_hash(hash(5)).await.unwrap(), None);

    assert!(store.delete_session_token(tokens[0].token_id).await.unwrap());
    assert!(!store.delete_session_token(tokens[0].token_id).await.unwrap());
    assert_eq!(store.session_token_by_hash(hash(1)).await.unwrap(), None);
    assert_eq!(store.delete_session_tokens_of("ann").await.unwrap(), 2);
    assert_eq!(store.delete_session_tokens_of("ann").await.unwrap(), 0);
    assert_eq!(store.session_token_by_hash(hash(2)).await.unwrap(), None);
    assert_eq!(store.session_token_by_hash(hash(3)).await.unwrap(), Some(tokens[2].clone()));
}

async fn a_session_token_whose_id_or_hash_is_taken_is_refused_and_removes_none(store: Arc<dyn Store>) {
    let known = token("ann", 1, 10);
    store.create_session_token(known.clone(), 1).await.unwrap();
    let same_id = SessionTokenRow { token_id: known.token_id, ..token("ann", 2, 20) };
    for refused in [same_id, token("ann", 1, 20)] {
        let refused = store.create_session_token(refused, 1).await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    }
    assert_eq!(store.session_token_by_hash(hash(1)).await.unwrap(), Some(known));
}

async fn a_use_of_a_session_token_is_noted_and_never_taken_back(store: Arc<dyn Store>) {
    let token = token("ann", 1, 10);
    store.create_session_token(token.clone(), 5).await.unwrap();
    for (used, last) in [(20, 20), (15, 20), (30, 30)] {
        assert!(store.use_session_token(token.token_id, at(used)).await.unwrap());
        let found = store.session_token_by_hash(hash(1)).await.unwrap().unwrap();
        assert_eq!(found, SessionTokenRow { last_used_at: at(last), ..token.clone() });
    }
    assert!(!store.use_session_token(Uuid::new_v4(), at(20)).await.unwrap());
}

async fn the_session_tokens_that_a_user_used_longest_ago_make_room(store: Arc<dyn Store>) {
    let tokens = [token("ann", 1, 30), token("ann", 2, 10), token("ann", 3, 20), token("bob", 4, 1)];
    for token in &tokens {
        assert_eq!(store.create_session_token(token.clone(), 3).await.unwrap(), []);
    }
    let evicted = store.create_session_token(token("ann", 5, 40), 3).await.unwrap();
    assert_eq!(evicted, [tokens[1].clone()]);
    store.use_session_token(tokens[2].token_id, at(35)).await.unwrap();
    let evicted = store.create_session_token(token("ann", 6, 50), 2).await.unwrap();
    assert_eq!(evicted, [tokens[0].clone(), SessionTokenRow { last_used_at: at(35), ..tokens[2].clone() }]);

    for (number, is_there) in [(1, false), (2, false), (3, false), (4, true), (5, true), (6, true)] {
        let found = store.session_token_by_hash(hash(number)).await.unwrap();
        assert_eq!(found.is_some(), is_there, "{number}");
    }
}

async fn a_new_session_token_never_makes_room_for_older_ones(store: Arc<dyn Store>) {
    let of_the_future = token("ann", 1, 1_000);
    store.create_session_token(of_the_future.clone(), 1).await.unwrap();
    let evicted = store.create_session_token(token("ann", 2, 10), 1).await.unwrap();
    assert_eq!(evicted, [of_the_future]);
    let evicted = store.create_session_token(token("ann", 3, 5), 0).await.unwrap();
    assert_eq!(evicted.len(), 1);
    assert!(store.session_token_by_hash(hash(3)).await.unwrap().is_some());
}

async fn of_many_session_tokens_made_at_once_as_many_stay_as_may(store: Arc<dyn Store>) {
    let tasks = (0..24).map(|number| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.create_session_token(token("ann", number, 7), 5).await.unwrap() })
    });
    let mut evicted = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        evicted.extend(task.await.unwrap());
    }
    evicted.sort_by_key(|token| token.token_id);
    evicted.dedup();
    assert_eq!(evicted.len(), 19);
    assert_eq!(store.delete_session_tokens_of("ann").await.unwrap(), 5);
}

async fn session_tokens_that_were_not_used_are_pruned(store: Arc<dyn Store>) {
    for (number, last_used_at) in [(1, 10), (2, 19), (3, 20), (4, 30)] {
        store.create_session_token(token("ann", number, last_used_at), 9).await.unwrap();
    }
    assert_eq!(store.prune_session_tokens(at(20)).await.unwrap(), 2);
    assert_eq!(store.prune_session_tokens(at(20)).await.unwrap(), 0);
    assert_eq!(store.session_token_by_hash(hash(2)).await.unwrap(), None);
    assert!(store.session_token_by_hash(hash(3)).await.unwrap().is_some());
    assert_eq!(store.delete_session_tokens_of("ann").await.unwrap(), 2);
}

async fn a_thing_is_revoked_once_and_stays_so_until_the_later_expiry(store: Arc<dyn Store>) {
    let id = Uuid::new_v4();
    for (expires_at, first, until) in [(20, true, 20), (10, false, 20), (30, false, 30), (30, false, 30)] {
        let revoked = store.revoke(revocation(RevokedKind::Family, id, expires_at)).await.unwrap();
        assert_eq!(revoked, first, "{expires_at}");
        let known = store.revocations().await.unwrap();
        assert_eq!(known, [revocation(RevokedKind::Family, id, until)]);
    }
}

async fn a_token_and_a_family_are_revoked_apart(store: Arc<dyn Store>) {
    let id = Uuid::new_v4();
    let (of_token, of_family) =
        (revocation(RevokedKind::Token, id, 10), revocation(RevokedKind::Family, id, 20));
    assert!(store.revoke(of_family).await.unwrap());
    assert!(store.revoke(of_token).await.unwrap());
    assert_eq!(store.revocations().await.unwrap(), [of_token, of_family]);
}

async fn of_many_who_revoke_one_token_one_is_the_first(store: Arc<dyn Store>) {
    let id = Uuid::new_v4();
    let tasks = (0..24).map(|number| {
        let store = Arc::clone(&store);
        let revocation = revocation(RevokedKind::Token, id, 100 + number);
        tokio::spawn(async move { store.revoke(revocation).await.unwrap() })
    });
    let mut firsts = 0;
    for task in tasks.collect::<Vec<_>>() {
        firsts += usize::from(task.await.unwrap());
    }
    assert_eq!(firsts, 1);
    assert_eq!(store.revocations().await.unwrap(), [revocation(RevokedKind::Token, id, 123)]);
}

async fn revocations_that_have_expired_are_pruned(store: Arc<dyn Store>) {
    let ids = [Uuid::new_v4(), Uuid::new_v4(), Uuid::new_v4()];
    for (id, expires_at) in ids.into_iter().zip([19, 20, 21]) {
        store.revoke(revocation(RevokedKind::Token, id, expires_at)).await.unwrap();
    }
    assert_eq!(store.prune_revocations(at(20)).await.unwrap(), 2);
    assert_eq!(store.prune_revocations(at(20)).await.unwrap(), 0);
    assert_eq!(store.revocations().await.unwrap(), [revocation(RevokedKind::Token, ids[2], 21)]);
    assert!(store.revoke(revocation(RevokedKind::Token, ids[0], 30)).await.unwrap());
}
