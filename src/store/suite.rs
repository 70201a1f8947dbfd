//! What every engine has to do: each test here runs on each of them.
//!
//! What only one engine can do, such as surviving a restart, is tested beside that engine. The journal and
//! the end are here, the other traits each in a file beside this one.
//!
//! Proves CMD-3 and SYNC-1 (docs/behaviour.md).

use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;

use crate::domain::{Author, Effect, Outcome, Record, Seq, Timestamp, record::VERSION};

use super::*;

macro_rules! on_every_engine {
    ($($test:ident,)*) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::$test(std::sync::Arc::new(crate::store::MemoryStore::new())).await;
            })*
        }
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                let dir = tempfile::tempdir().unwrap();
                let store = crate::store::SqliteStore::open(dir.path()).unwrap();
                super::$test(std::sync::Arc::new(store)).await;
            })*
        }
    };
}

pub(super) mod accounts;
pub(super) mod audit;
mod catalogue;
pub(super) mod conversations;
pub(super) mod members;
pub(super) mod messages;
pub(super) mod published;
mod sign_in;
pub(super) mod snapshots;
mod unrecorded;
mod versions;

on_every_engine! {
    an_append_is_read_back_as_it_was,
    an_append_at_a_wrong_head_changes_nothing_and_tells_the_head,
    of_many_appends_at_one_head_one_succeeds,
    many_sessions_appending_at_once_each_keep_a_dense_journal,
    the_records_of_an_append_are_written_all_or_none,
    a_journal_is_read_in_pages_and_from_the_middle_of_a_record,
    a_journal_is_read_back_from_anywhere_and_in_pages,
    recent_commands_are_the_newest_that_clients_named,
    an_unknown_project_has_an_empty_journal,
    a_probe_finds_a_working_store_and_changes_nothing,
    every_call_after_close_fails,
}

/// A command after `head` that a client named, with one event.
pub(super) fn record(head: Seq, value: &str) -> Record {
    let effect = Effect::Property {
        node_id: Uuid::from_u128(7),
        property_id: Arc::from("title"),
        before: None,
        after: Some(Arc::new(json!(value))),
    };
    Record {
        v: VERSION,
        seq_first: head + 1,
        seq_last: head + 1,
        command_id: Arc::from(format!("command-{}", head + 1)),
        body_hash: Some("0".repeat(64)),
        author: Author { user_id: Arc::from("ada"), name: None, client_id: None },
        at: Timestamp::from_millis(1_700_000_000_000),
        command_type: Arc::from("UpdateProperty"),
        effects: vec![effect],
        result: Outcome::default(),
    }
}

/// A command after `head` with `events` events, that no client named.
fn long_record(head: Seq, events: Seq) -> Record {
    let effects = (0..events).flat_map(|_| record(head, "many").effects).collect();
    Record { seq_last: head + events, body_hash: None, effects, ..record(head, "many") }
}

pub(super) fn encoded(records: &[Record]) -> Vec<EncodedRecord> {
    records.iter().map(|record| EncodedRecord::new(record).unwrap()).collect()
}

/// One append of one record.
pub(super) async fn append(store: &dyn Store, project: ProjectId, head: Seq) -> Result<(), AppendError> {
    store.append(project, head, encoded(&[record(head, "a value")])).await
}

pub(super) fn project_row(created_at: i64) -> ProjectRow {
    ProjectRow {
        project_id: Uuid::new_v4(),
        session_id: Uuid::new_v4(),
        epoch: Uuid::new_v4(),
        name: "Überfall auf \"Olymp\"".to_owned(),
        template_id: "mission".to_owned(),
        created_at: Timestamp::from_millis(created_at),
        saved: 1,
    }
}

pub(super) fn first_record() -> EncodedRecord {
    encoded(&[record(0, "first")]).remove(0)
}

async fn an_append_is_read_back_as_it_was(store: Arc<dyn Store>) {
    let project = Uuid::new_v4();
    let node: Effect = serde_json::from_value(json!({
        "register": ["node", Uuid::from_u128(9)],
        "before": null,
        "after": {
            "type": "objective",
            "created_at": "2024-02-03T04:05:06.789Z",
            "parent_id": null,
            "key": "a0",
            "index": 0,
            "properties": { "name": "Zoë \u{1F600}\0", "weight": 0.1 + 0.2, "count": u64::MAX, "tags": [null, {"b": 1, "a": -0.5}] },
        },
    }))
    .unwrap();
    let author = Author {
        user_id: Arc::from("anonymous:1"),
        name: Some(Arc::from("Ada")),
        client_id: Some(Arc::from("1")),
    };
    let result = Outcome { node_id: Some(Uuid::from_u128(9)), ..Outcome::default() };
    let records = [Record { effects: vec![node], author, result, ..record(0, "") }, long_record(1, 3)];

    store.append(project, 0, encoded(&records)).await.unwrap();

    assert_eq!(store.read_from(project, 0, Most::records(10)).await.unwrap(), records);
    assert_eq!(store.head(project).await.unwrap(), 4);
}

async fn an_append_at_a_wrong_head_changes_nothing_and_tells_the_head(store: Arc<dyn Store>) {
    let project = Uuid::new_v4();
    store.append(project, 0, encoded(&[long_record(0, 3)])).await.unwrap();
    for wrong in [0, 2, 4] {
        let refused = append(&*store, project, wrong).await;
        assert!(matches!(refused, Err(AppendError::HeadMoved { head: 3 })), "{refused:?}");
    }
    assert_eq!(store.read_from(project, 0, Most::records(10)).await.unwrap(), [long_record(0, 3)]);
}

async fn of_many_appends_at_one_head_one_succeeds(store: Arc<dyn Store>) {
    let project = Uuid::new_v4();
    let tasks = (0..16).map(|_| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { append(&*store, project, 0).await })
    });
    let mut succeeded = 0;
    for task in tasks.collect::<Vec<_>>() {
        match task.await.unwrap() {
            Ok(()) => succeeded += 1,
            Err(error) => assert!(matches!(error, AppendError::HeadMoved { head: 1 }), "{error}"),
        }
    }
    assert_eq!(succeeded, 1);
    assert_eq!(store.head(project).await.unwrap(), 1);
}

async fn many_sessions_appending_at_once_each_keep_a_dense_journal(store: Arc<dyn Store>) {
    const APPENDS: Seq = 20;
    let tasks = (0..64).map(|_| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let project = Uuid::new_v4();
            for append in 0..APPENDS {
                let records = [record(append * 3, "one"), long_record(append * 3 + 1, 2)];
                store.append(project, append * 3, encoded(&records)).await.unwrap();
            }
            project
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        let project = task.await.unwrap();
        let mut head = 0;
        for record in store.read_from(project, 0, Most::records(usize::MAX)).await.unwrap() {
            assert_eq!(record.seq_first, head + 1);
            head = record.seq_last;
        }
        assert_eq!(head, APPENDS * 3);
    }
}

async fn the_records_of_an_append_are_written_all_or_none(store: Arc<dyn Store>) {
    let project = Uuid::new_v4();
    append(&*store, project, 0).await.unwrap();
    for broken in [[record(1, "a"), record(3, "a gap")], [record(1, "a"), record(1, "the same again")]] {
        let refused = store.append(project, 1, encoded(&broken)).await;
        assert!(matches!(refused, Err(AppendError::Unavailable(StoreError::Corrupt(_)))), "{refused:?}");
        assert_eq!(store.head(project).await.unwrap(), 1);
    }
    store.append(project, 1, encoded(&[record(1, "a"), record(2, "b")])).await.unwrap();
    assert_eq!(store.head(project).await.unwrap(), 3);
}

async fn a_journal_is_read_in_pages_and_from_the_middle_of_a_record(store: Arc<dyn Store>) {
    let project = Uuid::new_v4();
    let records = [record(0, "a"), long_record(1, 3), record(4, "b"), long_record(5, 2)];
    store.append(project, 0, encoded(&records)).await.unwrap();
    append(&*store, Uuid::new_v4(), 0).await.unwrap();

    for (after, expected) in [(0, 0), (1, 1), (2, 1), (3, 1), (4, 2), (5, 3), (6, 3), (7, 4), (Seq::MAX, 4)] {
        let found = store.read_from(project, after, Most::records(usize::MAX)).await.unwrap();
        assert_eq!(found, records[expected..], "after {after}");
    }
    assert_eq!(store.read_from(project, 2, Most::records(2)).await.unwrap(), records[1..3]);
    assert_eq!(store.read_from(project, 0, Most::records(0)).await.unwrap(), []);
    for (bytes, read) in [(0, 1), (1, 1), (700, 1), (usize::MAX, 3)] {
        let found = store.read_from(project, 1, Most { records: 10, bytes }).await.unwrap();
        assert_eq!(found, records[1..=read], "{bytes} bytes");
    }
}

async fn a_journal_is_read_back_from_anywhere_and_in_pages(store: Arc<dyn Store>) {
    let project = Uuid::new_v4();
    let mut records = vec![record(0, "a"), long_record(1, 3), record(4, "b"), long_record(5, 2)];
    store.append(project, 0, encoded(&records)).await.unwrap();
    append(&*store, Uuid::new_v4(), 0).await.unwrap();
    records.reverse();

    let all = Most::records(usize::MAX);
    for (before, expected) in
        [(Seq::MAX, 0), (9, 0), (8, 0), (7, 1), (6, 1), (5, 2), (4, 3), (3, 3), (2, 3), (1, 4), (0, 4)]
    {
        let found = store.read_back(project, before, all).await.unwrap();
        assert_eq!(found, records[expected..], "before {before}");
    }
    assert_eq!(store.read_back(project, 7, Most::records(2)).await.unwrap(), records[1..3]);
    assert_eq!(store.read_back(project, 7, Most::records(0)).await.unwrap(), []);
    assert_eq!(store.read_back(Uuid::new_v4(), 7, all).await.unwrap(), []);
    for (bytes, read) in [(0, 1), (700, 1), (usize::MAX, 4)] {
        let found = store.read_back(project, 8, Most { records: 10, bytes }).await.unwrap();
        assert_eq!(found, records[..read], "{bytes} bytes");
    }
}

async fn recent_commands_are_the_newest_that_clients_named(store: Arc<dyn Store>) {
    let project = Uuid::new_v4();
    let result = Outcome { node_id: Some(Uuid::from_u128(1)), ..Outcome::default() };
    let answered = Record { result: result.clone(), ..record(4, "with an answer") };
    let records = [record(0, "a"), record(1, "b"), long_record(2, 2), answered.clone(), record(5, "c")];
    store.append(project, 0, encoded(&records)).await.unwrap();

    let names = |commands: Vec<RecentCommand>| commands.into_iter().map(|c| c.seq_last).collect::<Vec<_>>();
    assert_eq!(names(store.recent_commands(project, 3).await.unwrap()), [2, 5, 6]);
    assert_eq!(names(store.recent_commands(project, usize::MAX).await.unwrap()), [1, 2, 5, 6]);
    assert_eq!(names(store.recent_commands(project, 0).await.unwrap()), [0; 0]);
    let expected = RecentCommand {
        author: Arc::from("ada"),
        command_id: Arc::from("command-5"),
        body_hash: "0".repeat(64),
        seq_last: 5,
        at: answered.at,
        result,
    };
    assert_eq!(store.recent_commands(project, 2).await.unwrap()[0], expected);
}

async fn an_unknown_project_has_an_empty_journal(store: Arc<dyn Store>) {
    let project = Uuid::new_v4();
    assert_eq!(store.head(project).await.unwrap(), 0);
    assert_eq!(store.read_from(project, 0, Most::records(10)).await.unwrap(), []);
    assert_eq!(store.recent_commands(project, 10).await.unwrap(), []);
    assert_eq!(store.project(project).await.unwrap(), None);
    assert_eq!(store.session(Uuid::new_v4()).await.unwrap(), None);
}

async fn a_probe_finds_a_working_store_and_changes_nothing(store: Arc<dyn Store>) {
    let project = project_row(1);
    store.create_project(project.clone(), first_record(), None).await.unwrap();
    for _ in 0..3 {
        store.probe().await.unwrap();
    }
    assert_eq!(store.head(project.project_id).await.unwrap(), 1);
    append(&*store, project.project_id, 1).await.unwrap();
    store.probe().await.unwrap();
    assert_eq!(store.head(project.project_id).await.unwrap(), 2);
}

async fn every_call_after_close_fails(store: Arc<dyn Store>) {
    let row = project_row(1);
    let id = row.project_id;
    store.create_project(row.clone(), first_record(), None).await.unwrap();
    store.close().await.unwrap();

    let appended = append(&*store, id, 1).await;
    assert!(matches!(appended, Err(AppendError::Unavailable(StoreError::Closed))), "{appended:?}");
    let session = SessionRow { project_id: None, ..row.session() };
    for error in [
        store.head(id).await.unwrap_err(),
        store.read_from(id, 0, Most::records(1)).await.unwrap_err(),
        store.read_back(id, 1, Most::records(1)).await.unwrap_err(),
        store.recent_commands(id, 1).await.unwrap_err(),
        store.unrecorded(id, 1).await.unwrap_err(),
        store.add_unrecorded(id, Vec::new()).await.unwrap_err(),
        store.create_project(project_row(2), first_record(), None).await.unwrap_err(),
        store.create_session(session).await.unwrap_err(),
        store.project(id).await.unwrap_err(),
        store.projects(ProjectQuery::default()).await.unwrap_err(),
        store.mark_saved(id, 1).await.unwrap_err(),
        store.delete_session(id).await.unwrap_err(),
        store.versions(id).await.unwrap_err(),
        store.delete_version(id, id).await.unwrap_err(),
        store.user("ann").await.unwrap_err(),
        store.update_user("ann", UserChange::default()).await.unwrap_err(),
        store.revocations().await.unwrap_err(),
        store.prune_revocations(row.created_at).await.unwrap_err(),
        store.members(id).await.unwrap_err(),
        store.audit(AuditQuery::default()).await.unwrap_err(),
        store.append_audit(Vec::new()).await.unwrap_err(),
        store.remove_role(id, "ann").await.unwrap_err(),
        store.create_conversation(conversations::row(1), Vec::new()).await.unwrap_err(),
        store.conversation(id).await.unwrap_err(),
        store.conversations(ConversationQuery::default()).await.unwrap_err(),
        store.change_conversation(id, ConversationChange::default()).await.unwrap_err(),
        store.delete_conversation(id).await.unwrap_err(),
        store.put_participant(conversations::participant(id, "ann", 1)).await.unwrap_err(),
        store.remove_participant(id, "ann").await.unwrap_err(),
        store.participants(id).await.unwrap_err(),
        store.append_message(messages::new(id, "m1", 1)).await.unwrap_err(),
        store.message(id, "m1").await.unwrap_err(),
        store.messages(MessageQuery::default()).await.unwrap_err(),
        store.edit_message(id, "m1", String::new(), row.created_at).await.unwrap_err(),
        store.delete_message(id, "m1", row.created_at).await.unwrap_err(),
        store.mark_read(id, "ann", 1, row.created_at).await.unwrap_err(),
        store.publish(published::new(id, "turn", 1)).await.unwrap_err(),
        store.published(PublishedQuery::default()).await.unwrap_err(),
        store.delete_published(id).await.unwrap_err(),
        store.session(row.session_id).await.unwrap_err(),
        store.sessions().await.unwrap_err(),
        store.probe().await.unwrap_err(),
        store.close().await.unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::Closed), "{error}");
    }
}
