//! That conversations and published events last, leave when they are deleted, are found by indexes, and are checked.

use super::check::FaultKind;
use super::*;
use crate::store::sqlite::{conversations, published};
use crate::store::suite::accounts::at;
use crate::store::suite::conversations::{begin, participant};
use crate::store::suite::messages::new;
use crate::store::suite::published as events;
use crate::store::suite::snapshots::FORM;
use crate::store::{
    ConversationId, ConversationQuery, ConversationStatus, Conversations, MessageQuery, NewMessage,
    Published, PublishedQuery,
};

/// What stands in a message that is to leave.
const SECRET: &str = "what was said in confidence";

async fn say(store: &SqliteStore, id: ConversationId, numbers: std::ops::Range<u64>) {
    let messages = numbers.map(|number| {
        let text = format!("{SECRET} {number}");
        store.append_message(NewMessage { text, ..new(id, &number.to_string(), 7) })
    });
    for appended in futures_util::future::join_all(messages).await {
        assert!(appended.unwrap().unwrap().is_new);
    }
}

fn count(connection: &Connection, what: &str) -> i64 {
    connection.query_row(&format!("SELECT count(*) FROM {what}"), [], |row| row.get(0)).unwrap()
}

/// Whether a text stands in what a copy of the database takes with it: rows and indexes, and no free pages.
fn stands_in(dir: &Path, text: &str) -> bool {
    let copies = tempdir().unwrap();
    let copy = copies.path().join("copy.db");
    outsider(dir).execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
    let bytes = std::fs::read(copy).unwrap();
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// What a process that was killed now would leave.
fn killed(dir: &Path) -> tempfile::TempDir {
    let copy = tempdir().unwrap();
    for name in ["graphroom.db", "graphroom.db-wal"] {
        std::fs::copy(dir.join(name), copy.path().join(name)).unwrap();
    }
    copy
}

fn told(dir: &Path) -> Vec<(FaultKind, String)> {
    check(dir, FORM).unwrap().faults.into_iter().map(|fault| (fault.kind, fault.message)).collect()
}

#[tokio::test]
async fn conversations_and_published_events_are_there_after_reopening() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let id = begin(&store, &["ann", "bob"]).await;
    say(&store, id, 1..4).await;
    store.edit_message(id, "2", "edited".to_owned(), at(8)).await.unwrap().unwrap();
    store.delete_message(id, "3", at(9)).await.unwrap().unwrap();
    store.mark_read(id, "bob", 2, at(10)).await.unwrap();
    let session_id = Uuid::new_v4();
    store.publish(events::new(session_id, "turn", 11)).await.unwrap();
    let looked = async |store: &SqliteStore| {
        let query = MessageQuery { conversation_id: id, limit: 10, ..MessageQuery::default() };
        let all = ConversationQuery { limit: 10, ..ConversationQuery::default() };
        (
            store.conversations(all).await.unwrap(),
            store.participants(id).await.unwrap(),
            store.messages(query).await.unwrap(),
            store.published(PublishedQuery { session_id, after: None, limit: 10 }).await.unwrap(),
        )
    };
    let before = looked(&store).await;
    assert_eq!((before.0.conversations.len(), before.1.len(), before.2.len(), before.3.len()), (1, 2, 3, 1));
    // As a process leaves it that was killed, and as one that ended in order.
    let copy = killed(dir.path());
    store.close().await.unwrap();
    for dir in [dir.path(), copy.path()] {
        let store = open(dir);
        assert_eq!(looked(&store).await, before);
        assert_eq!(store.append_message(new(id, "4", 12)).await.unwrap().unwrap().message.seq, 4);
        assert_eq!(store.publish(events::new(session_id, "turn", 12)).await.unwrap().event.n, 2);
    }
}

#[tokio::test]
async fn nothing_that_is_reached_has_the_text_of_a_message_that_was_deleted_or_edited() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let id = begin(&store, &[]).await;
    say(&store, id, 0..1).await;
    assert!(stands_in(dir.path(), SECRET));
    store.delete_message(id, "0", at(8)).await.unwrap().unwrap();
    assert!(!stands_in(dir.path(), SECRET));
    say(&store, id, 1..2).await;
    assert!(stands_in(dir.path(), SECRET));
    store.edit_message(id, "1", "nothing".to_owned(), at(8)).await.unwrap().unwrap();
    assert!(!stands_in(dir.path(), SECRET));
    say(&store, id, 2..3).await;
    assert!(store.delete_conversation(id).await.unwrap());
    assert!(!stands_in(dir.path(), SECRET));
    assert_eq!(count(&outsider(dir.path()), "leaving_conversations"), 0);
}

#[tokio::test]
async fn a_long_conversation_and_a_long_log_leave_in_parts_and_to_the_last_row() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let (id, other, session) = (begin(&store, &["ann"]).await, begin(&store, &[]).await, Uuid::new_v4());
    say(&store, id, 0..1_200).await;
    say(&store, other, 0..3).await;
    let publishing = (0..1_200).map(|_| store.publish(events::new(session, "turn", 1)));
    futures_util::future::join_all(publishing).await;

    // A part each is all that other writes wait for.
    let part = i64::from(conversations::leaving::PART);
    store.hook(move |connection| conversations::entries::delete(connection, id).map(drop)).await.unwrap();
    assert_eq!(count(&outsider(dir.path()), "messages"), 1_203);
    store.hook(move |connection| conversations::leaving::see_off(connection).map(drop)).await.unwrap();
    assert_eq!(count(&outsider(dir.path()), "messages"), 1_203 - part);
    assert_eq!(told(dir.path()), []);
    // A process that ends in between has the rest removed by the next one, which need not be asked for it.
    let copy = killed(dir.path());
    open(copy.path()).close().await.unwrap();
    assert_eq!(count(&outsider(copy.path()), "messages"), 3);
    // And the next deletion of whatever does so too.
    assert!(!store.delete_conversation(id).await.unwrap());
    assert_eq!(count(&outsider(dir.path()), "messages"), 3);
    assert_eq!(store.delete_published(session).await.unwrap(), 1_200);
    assert_eq!(count(&outsider(dir.path()), "published"), 0);
    assert_eq!(told(dir.path()), []);
}

#[tokio::test]
async fn every_list_is_a_walk_along_an_index() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let connection = outsider(dir.path());
    let plan = |sql: &str| {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        // What is not bound counts as null: the plan does not depend on it.
        let mut found = statement.raw_query();
        let mut steps = Vec::new();
        while let Some(row) = found.next().unwrap() {
            steps.push(row.get::<_, String>(3).unwrap());
        }
        assert!(
            steps.iter().all(|step| step.starts_with("SEARCH ") || step.starts_with("USE ")),
            "{steps:?}"
        );
        steps.join("; ")
    };
    let none = ConversationQuery::default();
    let some = Some("x".to_owned());
    let with_status = ConversationQuery { status: Some(ConversationStatus::Active), ..none.clone() };
    let of_project = ConversationQuery { project_id: some.clone(), ..none.clone() };
    let of_client = ConversationQuery { client_id: some.clone(), ..none.clone() };
    let of_both = ConversationQuery { client_id: some.clone(), project_id: some.clone(), ..none.clone() };
    for (query, index, key) in [
        (none.clone(), "conversations_by_activity", "status=? AND active_at<?"),
        (with_status, "conversations_by_activity", "status=? AND active_at<?"),
        (of_project, "conversations_of_project", "project_id=? AND status=? AND active_at<?"),
        (of_client, "conversations_of_client", "client_id=? AND status=? AND active_at<?"),
        (of_both, "conversations_of_client", "client_id=? AND status=? AND active_at<?"),
    ] {
        let told = plan(&conversations::lists::walk(&query));
        assert_eq!(told, format!("SEARCH conversations USING INDEX {index} ({key})"), "{query:?}");
    }
    // Those of a participant are found one by one, and sorted.
    let told = plan(&conversations::lists::walk(&ConversationQuery { participant: some, ..none }));
    assert!(told.contains("participants USING COVERING INDEX participants_by_user (user_id=?)"), "{told}");
    assert!(told.contains("conversations USING INTEGER PRIMARY KEY (rowid=?)"), "{told}");
    for sql in [
        conversations::messages::BY_ID,
        conversations::messages::FIRST,
        conversations::messages::LAST,
        published::BY_NAME,
        published::FIRST,
        published::LAST,
    ] {
        let told = plan(sql);
        assert!(!told.contains("USE "), "{told}");
    }
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_check_names_what_is_missing_of_conversations_and_of_published_events() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let (id, empty, session) = (begin(&store, &["ann"]).await, begin(&store, &[]).await, Uuid::new_v4());
    say(&store, id, 1..5).await;
    store.mark_read(id, "ann", 4, at(8)).await.unwrap();
    for _ in 0..3 {
        store.publish(events::new(session, "turn", 1)).await.unwrap();
    }
    assert!(store.put_participant(participant(empty, "ann", 9)).await.unwrap());
    assert_eq!(told(dir.path()), []);
    store.close().await.unwrap();
    assert_eq!(told(dir.path()), []);

    let (conversation, published) = (FaultKind::Conversation, FaultKind::Published);
    for (sql, expected) in [
        (
            "DELETE FROM messages WHERE seq = 2",
            vec![(conversation, format!("conversation {id}: 3 messages are between 1 and 4"))],
        ),
        (
            "DELETE FROM messages WHERE seq = 1",
            vec![(conversation, format!("conversation {id}: 3 messages are between 2 and 4"))],
        ),
        (
            "DELETE FROM messages WHERE seq = 4",
            vec![(conversation, format!("conversation {id}: the last message is 3, it had come to 4"))],
        ),
        (
            "DELETE FROM messages",
            vec![(conversation, format!("conversation {id}: the last message is 0, it had come to 4"))],
        ),
        (
            "UPDATE messages SET conversation_number = 77 WHERE conversation_number = 1",
            vec![
                (conversation, format!("conversation {id}: the last message is 0, it had come to 4")),
                (conversation, "4 messages are filed under 77, which is no conversation".to_owned()),
            ],
        ),
        (
            "UPDATE participants SET conversation_number = 77 WHERE conversation_number = 1",
            vec![(conversation, "\"ann\" is in 77, which is no conversation".to_owned())],
        ),
        (
            "UPDATE participants SET read_seq = 1 WHERE conversation_number = 2",
            vec![(
                conversation,
                format!("conversation {empty}: \"ann\" has read up to 1, which is behind its end"),
            )],
        ),
        (
            "DELETE FROM published WHERE n = 2",
            vec![(published, format!("session {session}: 2 published events are between 1 and 3"))],
        ),
        ("DELETE FROM published WHERE n = 1", vec![]),
    ] {
        let copy = tempdir().unwrap();
        std::fs::copy(dir.path().join(DATABASE), copy.path().join(DATABASE)).unwrap();
        let connection = outsider(copy.path());
        connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        connection.execute_batch(sql).unwrap();
        drop(connection);
        assert_eq!(told(copy.path()), expected, "{sql}");
    }
}
