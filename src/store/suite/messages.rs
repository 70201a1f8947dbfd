//! The part of the suite about what is said in conversations.

use std::sync::Arc;

use uuid::Uuid;

use super::accounts::at;
use super::conversations::{begin, row};
use crate::store::*;

on_every_engine! {
    a_message_is_read_back_as_it_was,
    a_message_moves_the_head_of_its_conversation,
    a_message_that_comes_again_is_the_first_one,
    a_twin_counts_instead_of_a_message_that_says_the_same,
    messages_are_read_from_either_end_and_from_the_middle,
    many_who_speak_at_once_in_one_conversation_get_dense_places,
    of_many_who_send_one_message_at_once_one_adds_it,
    an_edited_message_keeps_all_but_its_text,
    a_deleted_message_keeps_its_place_and_loses_what_was_said,
    there_are_messages_only_in_conversations_that_are_there,
}

/// A message of Ann's that says what it is called.
pub(in crate::store) fn new(conversation_id: ConversationId, message_id: &str, millis: i64) -> NewMessage {
    NewMessage {
        conversation_id,
        message_id: message_id.to_owned(),
        author: "ann".to_owned(),
        author_name: None,
        role: MessageRole::User,
        text: message_id.to_owned(),
        at: at(millis),
        metadata: None,
        twin_since: None,
    }
}

/// Adds a message that is new.
async fn say(store: &dyn Store, message: NewMessage) -> MessageRow {
    let Appended { message, is_new } = store.append_message(message).await.unwrap().unwrap();
    assert!(is_new);
    message
}

/// The message that counts instead of one that is to be added.
async fn known(store: &dyn Store, message: NewMessage) -> MessageRow {
    let Appended { message, is_new } = store.append_message(message).await.unwrap().unwrap();
    assert!(!is_new);
    message
}

async fn all(store: &dyn Store, conversation_id: ConversationId) -> Vec<MessageRow> {
    let query = MessageQuery { conversation_id, limit: usize::MAX, ..MessageQuery::default() };
    store.messages(query).await.unwrap()
}

async fn a_message_is_read_back_as_it_was(store: Arc<dyn Store>) {
    let id = begin(&*store, &[]).await;
    let full = NewMessage {
        author_name: Some("Ann \"é\"\0".to_owned()),
        role: MessageRole::Assistant,
        text: "Zoë \u{1F600}\0\n".repeat(2_000),
        metadata: Some(r#"{"tokens":3}"#.to_owned()),
        twin_since: Some(at(0)),
        ..new(id, "m \0", 7)
    };
    let expected = MessageRow {
        conversation_id: id,
        seq: 1,
        message_id: full.message_id.clone(),
        author: full.author.clone(),
        author_name: full.author_name.clone(),
        role: full.role,
        text: full.text.clone(),
        at: full.at,
        edited_at: None,
        deleted_at: None,
        metadata: full.metadata.clone(),
    };
    assert_eq!(say(&*store, full).await, expected);
    assert_eq!(store.message(id, "m \0").await.unwrap(), Some(expected.clone()));
    assert_eq!(store.message(id, "m").await.unwrap(), None);
    assert_eq!(all(&*store, id).await, [expected]);
}

async fn a_message_moves_the_head_of_its_conversation(store: Arc<dyn Store>) {
    let first = row(5);
    let id = first.conversation_id;
    store.create_conversation(first.clone(), Vec::new()).await.unwrap();
    for seq in 1..=3 {
        let moment = 10 * seq as i64;
        assert_eq!(say(&*store, new(id, &seq.to_string(), moment)).await.seq, seq);
        let expected = ConversationRow { head: seq, last_message_at: Some(at(moment)), ..first.clone() };
        assert_eq!(store.conversation(id).await.unwrap(), Some(expected));
    }
}

async fn a_message_that_comes_again_is_the_first_one(store: Arc<dyn Store>) {
    let (id, other) = (begin(&*store, &[]).await, begin(&*store, &[]).await);
    let first = say(&*store, new(id, "m1", 7)).await;
    let again = NewMessage { author: "bob".to_owned(), text: "else".to_owned(), ..new(id, "m1", 9) };
    assert_eq!(known(&*store, again.clone()).await, first);
    assert_eq!(store.conversation(id).await.unwrap().unwrap().last_message_at, Some(at(7)));
    let gone = store.delete_message(id, "m1", at(8)).await.unwrap().unwrap();
    assert_eq!(known(&*store, again).await, gone);
    assert_eq!(all(&*store, id).await, [gone]);
    assert_eq!(say(&*store, new(other, "m1", 9)).await.seq, 1);
}

async fn a_twin_counts_instead_of_a_message_that_says_the_same(store: Arc<dyn Store>) {
    let id = begin(&*store, &[]).await;
    let hello = |message_id: &str, millis, since: i64| {
        let text = "hello".to_owned();
        NewMessage { text, twin_since: Some(at(since)), ..new(id, message_id, millis) }
    };
    let first = say(&*store, hello("m1", 1_000, 0)).await;
    let between = say(&*store, NewMessage { twin_since: Some(at(0)), ..new(id, "between", 1_500) }).await;
    assert_eq!(known(&*store, hello("m2", 6_000, 1_000)).await, first);
    let bob = say(&*store, NewMessage { author: "bob".to_owned(), ..hello("m2", 2_000, 0) }).await;
    let assistant = NewMessage { role: MessageRole::Assistant, ..hello("m3", 2_000, 0) };
    let assistant = say(&*store, assistant).await;
    // One that is asked for without a moment, and one whose twin is too old.
    let plain = say(&*store, NewMessage { twin_since: None, ..hello("m4", 6_000, 0) }).await;
    assert_eq!(known(&*store, hello("m5", 6_500, 5_000)).await, plain);
    store.delete_message(id, "m4", at(7_000)).await.unwrap().unwrap();
    let fresh = say(&*store, hello("m5", 7_500, 5_000)).await;
    store.edit_message(id, "m5", "hallo".to_owned(), at(7_600)).await.unwrap().unwrap();
    let last = say(&*store, hello("m6", 7_700, 5_000)).await;
    let seqs = [&first, &between, &bob, &assistant, &plain, &fresh, &last].map(|message| message.seq);
    assert_eq!(seqs, [1, 2, 3, 4, 5, 6, 7]);
}

async fn messages_are_read_from_either_end_and_from_the_middle(store: Arc<dyn Store>) {
    let (conversation_id, other) = (begin(&*store, &[]).await, begin(&*store, &[]).await);
    for number in 1..=6 {
        say(&*store, new(conversation_id, &number.to_string(), 7)).await;
        say(&*store, new(other, &number.to_string(), 7)).await;
    }
    for (before, after, limit, expected) in [
        (None, None, 10, vec![1, 2, 3, 4, 5, 6]),
        (None, None, 2, vec![5, 6]),
        (Some(5), None, 2, vec![3, 4]),
        (Some(2), None, 2, vec![1]),
        (Some(1), None, 2, vec![]),
        (Some(u64::MAX), None, 1, vec![6]),
        (None, Some(0), 2, vec![1, 2]),
        (None, Some(3), 2, vec![4, 5]),
        (None, Some(5), 2, vec![6]),
        (None, Some(6), 2, vec![]),
        (None, Some(u64::MAX), 2, vec![]),
        (Some(6), Some(1), 2, vec![2, 3]),
        (Some(3), Some(1), 2, vec![2]),
        (None, None, 0, vec![]),
        (None, Some(0), 0, vec![]),
    ] {
        let query = MessageQuery { conversation_id, before, after, limit };
        let found = store.messages(query.clone()).await.unwrap();
        assert!(found.iter().all(|message| message.conversation_id == conversation_id));
        assert_eq!(found.iter().map(|message| message.seq).collect::<Vec<_>>(), expected, "{query:?}");
    }
}

async fn many_who_speak_at_once_in_one_conversation_get_dense_places(store: Arc<dyn Store>) {
    let id = begin(&*store, &[]).await;
    let tasks = (0..32).map(|speaker| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let mut last = 0;
            for number in 0..8 {
                let message = say(&*store, new(id, &format!("{speaker}-{number}"), 7)).await;
                assert!(message.seq > last, "{} after {last}", message.seq);
                last = message.seq;
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    let seqs: Vec<_> = all(&*store, id).await.iter().map(|message| message.seq).collect();
    assert_eq!(seqs, (1..=256).collect::<Vec<_>>());
    assert_eq!(store.conversation(id).await.unwrap().unwrap().head, 256);
}

async fn of_many_who_send_one_message_at_once_one_adds_it(store: Arc<dyn Store>) {
    let id = begin(&*store, &[]).await;
    let tasks = (0..16).map(|_| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.append_message(new(id, "m1", 7)).await.unwrap().unwrap().is_new })
    });
    let mut added = 0;
    for task in tasks.collect::<Vec<_>>() {
        added += usize::from(task.await.unwrap());
    }
    assert_eq!(added, 1);
    assert_eq!(all(&*store, id).await.len(), 1);
}

async fn an_edited_message_keeps_all_but_its_text(store: Arc<dyn Store>) {
    let id = begin(&*store, &[]).await;
    let first = say(&*store, NewMessage { metadata: Some("{}".to_owned()), ..new(id, "m1", 7) }).await;
    let other = say(&*store, new(id, "m2", 8)).await;
    let before = store.conversation(id).await.unwrap();
    for (text, when) in [("second", 9), ("third", 10)] {
        let edited = store.edit_message(id, "m1", text.to_owned(), at(when)).await.unwrap();
        let expected = MessageRow { text: text.to_owned(), edited_at: Some(at(when)), ..first.clone() };
        assert_eq!(edited, Some(expected.clone()));
        assert_eq!(all(&*store, id).await, [expected, other.clone()]);
    }
    assert_eq!(store.conversation(id).await.unwrap(), before);
    assert_eq!(store.edit_message(id, "m3", "x".to_owned(), at(9)).await.unwrap(), None);
    store.delete_message(id, "m2", at(11)).await.unwrap().unwrap();
    assert_eq!(store.edit_message(id, "m2", "x".to_owned(), at(12)).await.unwrap(), None);
    assert_eq!(all(&*store, id).await[1].text, "");
}

async fn a_deleted_message_keeps_its_place_and_loses_what_was_said(store: Arc<dyn Store>) {
    let id = begin(&*store, &[]).await;
    let secret = NewMessage {
        author_name: Some("Ann".to_owned()),
        metadata: Some(r#"{"secret":1}"#.to_owned()),
        ..new(id, "m1", 7)
    };
    let first = say(&*store, secret).await;
    let other = say(&*store, new(id, "m2", 8)).await;
    let gone = MessageRow { text: String::new(), metadata: None, deleted_at: Some(at(9)), ..first };
    for when in [9, 10] {
        assert_eq!(store.delete_message(id, "m1", at(when)).await.unwrap(), Some(gone.clone()));
        assert_eq!(store.message(id, "m1").await.unwrap(), Some(gone.clone()));
        assert_eq!(all(&*store, id).await, [gone.clone(), other.clone()]);
    }
    assert_eq!(store.delete_message(id, "m3", at(9)).await.unwrap(), None);
    assert_eq!(say(&*store, new(id, "m3", 10)).await.seq, 3);
}

async fn there_are_messages_only_in_conversations_that_are_there(store: Arc<dyn Store>) {
    let nowhere = Uuid::new_v4();
    let here = begin(&*store, &[]).await;
    say(&*store, new(here, "m1", 7)).await;
    assert_eq!(store.append_message(new(nowhere, "m1", 7)).await.unwrap(), None);
    assert_eq!(store.message(nowhere, "m1").await.unwrap(), None);
    assert_eq!(all(&*store, nowhere).await, []);
}
