//! What the engine on SQLite does beyond the suite: restarts, full disks, damage, group commit.
//!
//! Proves CMD-2 (docs/behaviour.md).

mod accounts;
mod arrivals;
mod conversations;
mod snapshots;

use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use futures_util::FutureExt;
use rusqlite::Connection;
use tempfile::tempdir;
use uuid::Uuid;

use super::*;
use crate::store::Most;
use crate::store::suite::{append, encoded, first_record, project_row, record};

fn open(dir: &Path) -> SqliteStore {
    SqliteStore::open(dir).unwrap()
}

fn refusal(dir: &Path) -> String {
    SqliteStore::open(dir).unwrap_err().to_string()
}

/// A connection of somebody else, while the store is closed or beside it.
fn outsider(dir: &Path) -> Connection {
    Connection::open(dir.join(DATABASE)).unwrap()
}

impl SqliteStore {
    /// Runs `hook` as a write.
    async fn hook(
        &self,
        hook: impl Fn(&Connection) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<(), AppendError> {
        self.writer.write(Write::Hook(Box::new(hook))).await
    }

    async fn sql(&self, sql: &'static str) {
        self.hook(move |connection| Ok(connection.execute_batch(sql)?)).await.unwrap();
    }

    /// Lets the database grow by this many pages and no more.
    async fn leave_room(&self, pages: i64) {
        let limit = move |connection: &Connection| {
            let used: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
            Ok(connection.pragma_update(None, "max_page_count", used + pages)?)
        };
        self.hook(limit).await.unwrap();
    }

    /// Sends all `writes` while the writer is busy, so that they become one batch.
    async fn together(&self, writes: Vec<Write>) -> Vec<Result<(), AppendError>> {
        let (entered, mut inside) = tokio::sync::mpsc::unbounded_channel();
        let (release, released) = mpsc::channel();
        let mut busy = Box::pin(self.hook(move |_| {
            entered.send(()).unwrap();
            released.recv().unwrap();
            Ok(())
        }));
        assert!((&mut busy).now_or_never().is_none());
        inside.recv().await.unwrap();
        let mut waiting: Vec<_> =
            writes.into_iter().map(|write| Box::pin(self.writer.write(write))).collect();
        for write in &mut waiting {
            assert!(write.now_or_never().is_none());
        }
        release.send(()).unwrap();
        busy.await.unwrap();
        futures_util::future::join_all(waiting).await
    }
}

fn one_append(project: ProjectId, head: Seq, value: &str) -> Write {
    Write::Append { project, expected_head: head, records: encoded(&[record(head, value)]) }
}

/// More than any room that is left.
fn huge() -> String {
    "x".repeat(1024 * 1024)
}

#[tokio::test]
async fn everything_is_there_after_reopening() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let row = project_row(5);
    store.create_project(row.clone(), first_record(), None).await.unwrap();
    append(&store, row.project_id, 1).await.unwrap();
    let session = SessionRow { session_id: Uuid::new_v4(), project_id: None, ..row.session() };
    store.create_session(session.clone()).await.unwrap();
    let journal = store.read_from(row.project_id, 0, Most::records(10)).await.unwrap();
    store.close().await.unwrap();

    let store = open(dir.path());
    assert_eq!(store.project(row.project_id).await.unwrap(), Some(row.clone()));
    assert_eq!(store.session(row.session_id).await.unwrap(), Some(row.session()));
    assert_eq!(store.session(session.session_id).await.unwrap(), Some(session));
    assert_eq!(store.read_from(row.project_id, 0, Most::records(10)).await.unwrap(), journal);
    append(&store, row.project_id, 2).await.unwrap();
}

#[tokio::test]
async fn what_was_answered_is_in_the_files_without_closing() {
    let (dir, copy) = (tempdir().unwrap(), tempdir().unwrap());
    let store = open(dir.path());
    let project = Uuid::new_v4();
    append(&store, project, 0).await.unwrap();
    // As a process that was killed now would leave them.
    for name in ["graphroom.db", "graphroom.db-wal"] {
        std::fs::copy(dir.path().join(name), copy.path().join(name)).unwrap();
    }
    assert_eq!(
        open(copy.path()).read_from(project, 0, Most::records(10)).await.unwrap(),
        [record(0, "a value")]
    );
}

#[tokio::test]
async fn closing_commits_what_waits_and_leaves_one_database_file() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let project = Uuid::new_v4();
    let mut waiting: Vec<_> = (0..50).map(|head| Box::pin(append(&store, project, head))).collect();
    // Begun, all of them; some may be done already.
    waiting.retain_mut(|append| match append.now_or_never() {
        None => true,
        Some(done) => done.map(|_| false).unwrap(),
    });
    store.close().await.unwrap();
    for append in waiting {
        append.await.unwrap();
    }
    assert!(!dir.path().join("graphroom.db-wal").exists());
    assert_eq!(open(dir.path()).head(project).await.unwrap(), 50);
}

#[tokio::test]
async fn a_second_store_in_the_same_directory_is_refused_until_the_first_is_closed() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let refusal = refusal(dir.path());
    assert!(refusal.contains("in use") && refusal.contains(dir.path().to_str().unwrap()), "{refusal}");
    store.close().await.unwrap();
    open(dir.path()).close().await.unwrap();
}

#[tokio::test]
async fn a_store_that_is_dropped_gives_its_directory_back() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let project = Uuid::new_v4();
    append(&store, project, 0).await.unwrap();
    drop(store);
    let reopened = async {
        loop {
            match SqliteStore::open(dir.path()) {
                Ok(store) => break store,
                Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    };
    let store = tokio::time::timeout(Duration::from_secs(30), reopened).await.unwrap();
    assert_eq!(store.head(project).await.unwrap(), 1);
}

#[tokio::test]
async fn a_database_of_version_1_is_brought_up_to_this_version() {
    let dir = tempdir().unwrap();
    let text = encoded(&[record(0, "of old")]).remove(0).text;
    let old = outsider(dir.path());
    old.execute_batch(include_str!("tests/version_1.sql")).unwrap();
    old.execute("INSERT INTO records VALUES ('0b9ee4b0-7f8c-4c8e-9d0b-0e6a4f0f5a01', 1, 1, ?1)", [text])
        .unwrap();
    drop(old);

    let store = open(dir.path());
    let id = Uuid::from_u128(0x0b9e_e4b0_7f8c_4c8e_9d0b_0e6a_4f0f_5a01);
    let row = store.project(id).await.unwrap().unwrap();
    assert_eq!((&*row.name, &*row.template_id, row.saved), ("Mustang 1967", "restomod", 1));
    assert_eq!(store.read_from(id, 0, Most::records(10)).await.unwrap(), [record(0, "of old")]);
    let sessions = store.sessions().await.unwrap();
    assert_eq!(sessions.iter().map(|session| session.project_id).collect::<Vec<_>>(), [None, Some(id)]);

    append(&store, id, 1).await.unwrap();
    store.mark_saved(id, 2).await.unwrap();
    let page = store.projects(ProjectQuery { limit: 10, ..ProjectQuery::default() }).await.unwrap();
    assert_eq!((page.total, page.projects[0].head, page.projects[0].row.saved), (1, 2, 2));
    let waiting = ProjectRow { session_id: sessions[0].session_id, ..project_row(7) };
    store.create_project(waiting.clone(), first_record(), None).await.unwrap();
    assert_eq!(store.project(waiting.project_id).await.unwrap(), Some(waiting));
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let dir = tempdir().unwrap();
    open(dir.path()).close().await.unwrap();
    outsider(dir.path()).pragma_update(None, "user_version", 1_000).unwrap();
    assert!(refusal(dir.path()).contains("version 1000, written by a newer version"));
}

#[test]
fn a_database_of_another_program_is_refused_and_left_as_it_is() {
    let dir = tempdir().unwrap();
    outsider(dir.path()).execute_batch("PRAGMA application_id = 77; CREATE TABLE t (x)").unwrap();
    let before = std::fs::read(dir.path().join(DATABASE)).unwrap();
    assert!(refusal(dir.path()).contains("another program"));
    assert_eq!(std::fs::read(dir.path().join(DATABASE)).unwrap(), before);
}

#[tokio::test]
async fn the_database_is_marked_as_ours_and_flushes_every_commit() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let settings = |connection: &Connection| {
        let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
        let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
        assert_eq!(mode, "wal");
        assert_eq!(number("synchronous"), 2);
        assert_eq!(number("foreign_keys"), 1);
        Ok(())
    };
    store.hook(settings).await.unwrap();
    store.close().await.unwrap();
    assert_eq!(&std::fs::read(dir.path().join(DATABASE)).unwrap()[68..72], b"GRM1");
}

#[cfg(unix)]
#[test]
fn the_data_directory_is_made_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempdir().unwrap();
    let dir = parent.path().join("a").join("b");
    let _store = open(&dir);
    assert_eq!(std::fs::metadata(&dir).unwrap().permissions().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn a_flipped_byte_in_a_record_is_reported_with_its_project_and_seq() {
    for flip in [0x01, 0x80] {
        let dir = tempdir().unwrap();
        let store = open(dir.path());
        let project = Uuid::new_v4();
        append(&store, project, 0).await.unwrap();
        store.append(project, 1, encoded(&[record(1, "the damaged value")])).await.unwrap();
        store.close().await.unwrap();

        let path = dir.path().join(DATABASE);
        let mut bytes = std::fs::read(&path).unwrap();
        // Pages that are free now have it as well.
        let places: Vec<_> =
            (0..bytes.len()).filter(|&at| bytes[at..].starts_with(b"the damaged value")).collect();
        assert!(!places.is_empty());
        places.into_iter().for_each(|at| bytes[at + 4] ^= flip);
        std::fs::write(&path, bytes).unwrap();

        let store = open(dir.path());
        for error in [
            store.read_from(project, 0, Most::records(10)).await.unwrap_err(),
            store.recent_commands(project, 10).await.unwrap_err(),
        ] {
            assert!(matches!(error, StoreError::Corrupt(_)), "{error}");
            assert!(error.to_string().contains(&format!("record 2 of project {project}")), "{error}");
        }
        assert_eq!(store.read_from(project, 0, Most::records(1)).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_missing_record_is_reported_and_not_skipped() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let project = Uuid::new_v4();
    for head in 0..3 {
        append(&store, project, head).await.unwrap();
    }
    store.sql("DELETE FROM arrivals WHERE seq_first = 2").await;
    for after in [0, 1] {
        let error = store.read_from(project, after, Most::records(10)).await.unwrap_err();
        assert!(matches!(error, StoreError::Corrupt(_)), "{error}");
    }
    assert_eq!(store.read_from(project, 2, Most::records(10)).await.unwrap(), [record(2, "a value")]);
}

#[tokio::test]
async fn a_journal_that_lost_its_last_record_is_neither_read_to_its_end_nor_continued() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let project = Uuid::new_v4();
    for head in 0..3 {
        append(&store, project, head).await.unwrap();
    }
    store.close().await.unwrap();
    outsider(dir.path()).execute_batch("DELETE FROM records WHERE seq_first = 3").unwrap();

    let store = open(dir.path());
    assert_eq!(
        store.read_from(project, 0, Most::records(2)).await.unwrap(),
        [record(0, "a value"), record(1, "a value")]
    );
    let told = format!("the journal of project {project} ends at 2, it had come to 3");
    for error in [
        store.read_from(project, 0, Most::records(3)).await.unwrap_err(),
        store.read_from(project, 2, Most::records(1)).await.unwrap_err(),
    ] {
        assert!(matches!(&error, StoreError::Corrupt(reason) if *reason == told), "{error}");
    }
    let refused = append(&store, project, 2).await;
    assert!(matches!(refused, Err(AppendError::Unavailable(StoreError::Corrupt(_)))), "{refused:?}");
}

#[tokio::test]
async fn a_full_disk_refuses_appends_until_there_is_room_again() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let project = Uuid::new_v4();
    store.leave_room(4).await;
    let mut head = 0;
    let refused = loop {
        assert!(head < 10_000, "the disk never filled up");
        match append(&store, project, head).await {
            Ok(()) => head += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, AppendError::Unavailable(_)), "{refused:?}");
    assert!(head > 0);
    assert_eq!(store.head(project).await.unwrap(), head);

    store.leave_room(100).await;
    append(&store, project, head).await.unwrap();
    assert_eq!(store.head(project).await.unwrap(), head + 1);
}

#[tokio::test]
async fn an_append_that_fits_only_in_part_is_not_written_at_all() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let project = Uuid::new_v4();
    store.leave_room(16).await;
    let refused = store.append(project, 0, encoded(&[record(0, "small"), record(1, &huge())])).await;
    assert!(matches!(refused, Err(AppendError::Unavailable(_))), "{refused:?}");
    assert_eq!(store.read_from(project, 0, Most::records(10)).await.unwrap(), []);
    append(&store, project, 0).await.unwrap();
}

#[tokio::test]
async fn a_write_that_fails_does_not_fail_those_beside_it() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let (first, second, full) = (Uuid::new_v4(), Uuid::new_v4(), Uuid::new_v4());
    store.leave_room(16).await;
    let fails = |connection: &Connection| {
        connection.execute_batch("DELETE FROM records; DELETE FROM arrivals")?;
        Err(StoreError::Unavailable("not today".to_owned()))
    };
    let outcomes = store
        .together(vec![
            one_append(first, 0, "a"),
            Write::Hook(Box::new(fails)),
            one_append(first, 1, "b"),
            one_append(full, 0, &huge()),
            one_append(first, 1, "too late"),
            Write::Hook(Box::new(|_| panic!("a write that panics, as the test wants"))),
            one_append(second, 0, "c"),
        ])
        .await;
    let told: Vec<_> = outcomes
        .into_iter()
        .map(|outcome| match outcome {
            Ok(()) => "ok".to_owned(),
            Err(AppendError::HeadMoved { head }) => format!("moved to {head}"),
            Err(AppendError::Unavailable(_)) => "unavailable".to_owned(),
            Err(AppendError::Unknown(_)) => "unknown".to_owned(),
        })
        .collect();
    assert_eq!(told, ["ok", "unavailable", "ok", "unavailable", "moved to 2", "unavailable", "ok"]);
    assert_eq!(store.read_from(first, 0, Most::records(10)).await.unwrap(), [record(0, "a"), record(1, "b")]);
    assert_eq!(store.head(full).await.unwrap(), 0);
    append(&store, second, 1).await.unwrap();
}

#[tokio::test]
async fn what_waits_is_committed_together() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let (first, second) = (Uuid::new_v4(), Uuid::new_v4());
    let (seen, sees) = mpsc::channel();
    let path = dir.path().to_owned();
    let look = move |inside: &Connection| {
        let heads = (rows::head(inside, first)?, rows::head(&outsider(&path), first)?);
        seen.send(heads).unwrap();
        Ok(())
    };
    let writes = vec![one_append(first, 0, "a"), Write::Hook(Box::new(look)), one_append(second, 0, "b")];
    for outcome in store.together(writes).await {
        outcome.unwrap();
    }
    assert_eq!(sees.try_iter().collect::<Vec<_>>(), [(1, 0)]);
    assert_eq!((store.head(first).await.unwrap(), store.head(second).await.unwrap()), (1, 1));
}

#[tokio::test]
async fn a_failed_commit_is_told_to_all_its_writes_and_moves_no_head() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let project = Uuid::new_v4();
    append(&store, project, 0).await.unwrap();
    // A broken reference that is only looked at by the commit.
    let break_commit = |connection: &Connection| {
        connection.execute_batch(
            "PRAGMA defer_foreign_keys = ON;
             INSERT INTO sessions (session_id, project_id, created_at) VALUES ('s', 'nowhere', 0);",
        )?;
        Ok(())
    };
    let outcomes =
        store.together(vec![one_append(project, 1, "a"), Write::Hook(Box::new(break_commit))]).await;
    for outcome in outcomes {
        assert!(matches!(outcome, Err(AppendError::Unavailable(_))), "{outcome:?}");
    }
    assert_eq!(store.head(project).await.unwrap(), 1);
    append(&store, project, 1).await.unwrap();
}

#[tokio::test]
async fn a_probe_is_flushed_to_the_log_like_any_other_write() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let log = || std::fs::metadata(dir.path().join(format!("{DATABASE}-wal"))).map_or(0, |log| log.len());
    store.probe().await.unwrap();
    let before = log();
    store.probe().await.unwrap();
    assert!(log() > before, "the log has {before} bytes before and {} after", log());
    store.close().await.unwrap();
    SqliteStore::open(dir.path()).unwrap();
}
