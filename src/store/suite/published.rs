//! The part of the suite about published events.

use std::sync::Arc;

use uuid::Uuid;

use super::accounts::at;
use crate::store::*;

on_every_engine! {
    an_event_is_read_back_as_it_was,
    an_event_that_nobody_named_gets_the_next_name_that_is_free,
    an_event_that_comes_again_is_the_first_one,
    events_are_read_from_either_end,
    many_who_publish_at_once_in_one_session_get_dense_places,
    the_events_of_a_session_are_deleted_and_those_of_others_stay,
}

/// An event that nobody named.
pub(in crate::store) fn new(session_id: SessionId, event_type: &str, millis: i64) -> NewPublished {
    NewPublished {
        session_id,
        message_id: None,
        event_type: event_type.to_owned(),
        at: at(millis),
        payload: "{}".to_owned(),
        phase_id: None,
        turn_id: None,
        author: "ann".to_owned(),
    }
}

fn named(session_id: SessionId, message_id: &str) -> NewPublished {
    NewPublished { message_id: Some(message_id.to_owned()), ..new(session_id, "turn", 1) }
}

/// Publishes an event that is new.
async fn publish(store: &dyn Store, event: NewPublished) -> PublishedRow {
    let PublishedOutcome { event, is_new } = store.publish(event).await.unwrap();
    assert!(is_new);
    event
}

async fn all(store: &dyn Store, session_id: SessionId) -> Vec<PublishedRow> {
    let query = PublishedQuery { session_id, after: None, limit: usize::MAX };
    store.published(query).await.unwrap()
}

async fn an_event_is_read_back_as_it_was(store: Arc<dyn Store>) {
    let session_id = Uuid::new_v4();
    assert_eq!(all(&*store, session_id).await, []);
    let full = NewPublished {
        message_id: Some("m \"é\"\0".to_owned()),
        payload: r#"{"text":"Zoë \u0000"}"#.to_owned(),
        phase_id: Some("phase_2".to_owned()),
        turn_id: Some(i64::MIN),
        ..new(session_id, "turn_update", 7)
    };
    let expected = PublishedRow {
        session_id,
        n: 1,
        message_id: "m \"é\"\0".to_owned(),
        event_type: full.event_type.clone(),
        at: full.at,
        payload: full.payload.clone(),
        phase_id: full.phase_id.clone(),
        turn_id: full.turn_id,
        author: full.author.clone(),
    };
    assert_eq!(publish(&*store, full).await, expected);
    let plain = publish(&*store, new(session_id, "vad", 8)).await;
    assert_eq!((plain.n, &plain.phase_id, plain.turn_id), (2, &None, None));
    assert_eq!(all(&*store, session_id).await, [expected, plain]);
}

async fn an_event_that_nobody_named_gets_the_next_name_that_is_free(store: Arc<dyn Store>) {
    let session = Uuid::new_v4();
    let name = async |event| publish(&*store, event).await.message_id;
    assert_eq!(name(new(session, "turn", 1)).await, "msg_00000001");
    for taken in ["own", "msg_00000004"] {
        assert_eq!(name(named(session, taken)).await, taken);
    }
    assert_eq!(name(new(session, "turn", 1)).await, "msg_10000004");
    assert_eq!(name(new(session, "turn", 1)).await, "msg_00000005");
    let next = Uuid::new_v4();
    assert_eq!(name(new(next, "turn", 1)).await, "msg_00000001");
    // As the tenth event it could have these.
    for place in 0..8_u32 {
        name(named(next, &format!("msg_{place:x}000000a"))).await;
    }
    let refused = store.publish(new(next, "turn", 1)).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    assert_eq!(publish(&*store, named(next, "another")).await.n, 10);
    assert_eq!(name(new(next, "turn", 1)).await, "msg_0000000b");
}

async fn an_event_that_comes_again_is_the_first_one(store: Arc<dyn Store>) {
    let (session, other) = (Uuid::new_v4(), Uuid::new_v4());
    let first = publish(&*store, named(session, "m1")).await;
    publish(&*store, new(session, "turn", 1)).await;
    for again in [NewPublished { payload: "[]".to_owned(), ..named(session, "m1") }, named(session, "m1")] {
        let outcome = store.publish(again).await.unwrap();
        assert_eq!(outcome, PublishedOutcome { event: first.clone(), is_new: false });
    }
    let made = store.publish(named(session, "msg_00000002")).await.unwrap();
    assert_eq!((made.is_new, made.event.n), (false, 2));
    assert_eq!(all(&*store, session).await.len(), 2);
    publish(&*store, named(other, "m1")).await;
}

async fn events_are_read_from_either_end(store: Arc<dyn Store>) {
    let (session_id, other) = (Uuid::new_v4(), Uuid::new_v4());
    for millis in (1..=5).rev() {
        publish(&*store, new(session_id, "turn", millis)).await;
        publish(&*store, new(other, "turn", millis)).await;
    }
    for (after, limit, expected) in [
        (None, 10, vec![1, 2, 3, 4, 5]),
        (None, 2, vec![4, 5]),
        (None, 0, vec![]),
        (Some(0), 2, vec![1, 2]),
        (Some(3), 10, vec![4, 5]),
        (Some(5), 10, vec![]),
        (Some(u64::MAX), 10, vec![]),
        (Some(1), 0, vec![]),
    ] {
        let query = PublishedQuery { session_id, after, limit };
        let found = store.published(query.clone()).await.unwrap();
        assert!(found.iter().all(|event| event.session_id == session_id));
        assert_eq!(found.iter().map(|event| event.n).collect::<Vec<_>>(), expected, "{query:?}");
    }
}

async fn many_who_publish_at_once_in_one_session_get_dense_places(store: Arc<dyn Store>) {
    let session = Uuid::new_v4();
    let tasks = (0..32).map(|_| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for _ in 0..8 {
                publish(&*store, new(session, "turn", 1)).await;
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    let places: Vec<_> = all(&*store, session).await.iter().map(|event| event.n).collect();
    assert_eq!(places, (1..=256).collect::<Vec<_>>());
}

async fn the_events_of_a_session_are_deleted_and_those_of_others_stay(store: Arc<dyn Store>) {
    let (session, other) = (Uuid::new_v4(), Uuid::new_v4());
    for _ in 0..3 {
        publish(&*store, new(session, "turn", 1)).await;
        publish(&*store, new(other, "turn", 1)).await;
    }
    assert_eq!(store.delete_published(session).await.unwrap(), 3);
    assert_eq!(store.delete_published(session).await.unwrap(), 0);
    assert_eq!(all(&*store, session).await, []);
    assert_eq!(all(&*store, other).await.len(), 3);
    assert_eq!(publish(&*store, new(session, "turn", 1)).await.n, 1);
}
