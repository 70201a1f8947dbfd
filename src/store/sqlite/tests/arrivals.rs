//! Records that are not filed yet: read, counted and checked like those that are.

use std::ops::Range;

use super::*;
use crate::store::suite::snapshots::FORM;

/// How many records of all projects are filed, and how many are not.
fn filed(connection: &Connection) -> (i64, i64) {
    let count =
        |table| connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
    (count("records"), count("arrivals"))
}

/// The heads of `projects` after `each` appends to each of them, one project after the other.
async fn take_turns(store: &SqliteStore, projects: &[ProjectId], heads: Range<Seq>) {
    for head in heads {
        for project in projects {
            append(store, *project, head).await.unwrap();
        }
    }
}

#[tokio::test]
async fn records_of_all_projects_arrive_together_and_are_filed_when_there_are_many_or_at_the_end() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let projects = [(); 3].map(|()| Uuid::new_v4());
    take_turns(&store, &projects, 0..2).await;
    assert_eq!(filed(&outsider(dir.path())), (0, 6));
    for turn in 0..100 {
        take_sevens(&store, &projects, 2 + 7 * turn).await;
    }
    let (records, arrivals) = filed(&outsider(dir.path()));
    assert!(records >= 2_048 && arrivals < 100 && records + arrivals == 2_106, "{records} and {arrivals}");
    store.close().await.unwrap();
    assert_eq!(filed(&outsider(dir.path())), (2_106, 0));
    let store = open(dir.path());
    for project in projects {
        let read = store.read_from(project, 0, Most::records(1_000)).await.unwrap();
        assert_eq!(read, (0..702).map(|head| record(head, "a value")).collect::<Vec<_>>());
    }
}

/// As many records in one append as still arrive with others, for each project behind `head`.
async fn take_sevens(store: &SqliteStore, projects: &[ProjectId], head: Seq) {
    let seven: Vec<_> = (head..head + 7).map(|head| record(head, "a value")).collect();
    for project in projects {
        store.append(*project, head, encoded(&seven)).await.unwrap();
    }
}

/// What is filed is flushed with the next commit alone: a loss of power may take it back, or half of it.
#[tokio::test]
async fn wherever_the_log_ends_that_records_are_filed_in_what_was_acknowledged_is_there_once() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let projects = [(); 3].map(|()| Uuid::new_v4());
    let log = || std::fs::read(dir.path().join("graphroom.db-wal")).unwrap();
    let mut head = 0;
    // What the log was when the last append was acknowledged before anything was filed.
    let acknowledged = loop {
        let before = log().len();
        take_sevens(&store, &projects, head).await;
        head += 7;
        // Behind the filing, if there was one.
        store.probe().await.unwrap();
        if filed(&outsider(dir.path())).0 > 0 {
            break before;
        }
    };
    let whole = log();
    assert!(
        head > 650 && whole.len() > acknowledged + 200 * 4_096,
        "{head}, {acknowledged} of {}",
        whole.len()
    );
    for end in (acknowledged..whole.len()).step_by(97 * 4_120).chain([whole.len()]) {
        let copy = tempdir().unwrap();
        std::fs::copy(dir.path().join(DATABASE), copy.path().join(DATABASE)).unwrap();
        std::fs::write(copy.path().join("graphroom.db-wal"), &whole[..end]).unwrap();
        let store = open(copy.path());
        for project in projects {
            let read = store.read_from(project, 0, Most::records(1_000)).await.unwrap();
            assert!(read.len() as u64 >= head - 7, "{} of {head} at {end}", read.len());
            assert_eq!(read, (0..read.len() as u64).map(|head| record(head, "a value")).collect::<Vec<_>>());
        }
    }
}

#[tokio::test]
async fn a_journal_reads_the_same_whatever_of_it_is_filed() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let (row, other) = (project_row(5), Uuid::new_v4());
    let project = row.project_id;
    store.create_project(row, first_record(), None).await.unwrap();
    for head in 1..40 {
        // Every tenth append is large enough to be filed at once, between those that are not.
        let value = if head % 10 == 0 { "x".repeat(20_000) } else { "small".to_owned() };
        store.append(project, head, encoded(&[record(head, &value)])).await.unwrap();
        append(&store, other, head - 1).await.unwrap();
    }
    let looked = || async {
        let all = Most::records(100);
        let page = store.projects(ProjectQuery { limit: 10, ..ProjectQuery::default() }).await.unwrap();
        let summary = &page.projects[0];
        (
            store.read_from(project, 0, all).await.unwrap(),
            store.read_from(project, 7, Most::records(9)).await.unwrap(),
            store.read_back(project, 35, Most::records(9)).await.unwrap(),
            store.recent_commands(project, 12).await.unwrap(),
            (store.head(project).await.unwrap(), summary.head, summary.updated_at),
        )
    };
    let before = looked().await;
    assert_eq!((before.0.len(), before.4.0, before.4.1), (40, 40, 40));
    assert!(filed(&outsider(dir.path())).1 > 40);
    store.close().await.unwrap();
    let store = open(dir.path());
    assert_eq!(filed(&outsider(dir.path())).1, 0);
    let page = store.projects(ProjectQuery { limit: 10, ..ProjectQuery::default() }).await.unwrap();
    assert_eq!((page.projects[0].head, page.projects[0].updated_at), (before.4.1, before.4.2));
    assert_eq!(store.read_from(project, 0, Most::records(100)).await.unwrap(), before.0);
    assert_eq!(store.read_from(project, 7, Most::records(9)).await.unwrap(), before.1);
    assert_eq!(store.read_back(project, 35, Most::records(9)).await.unwrap(), before.2);
    assert_eq!(store.recent_commands(project, 12).await.unwrap(), before.3);
}

#[tokio::test]
async fn what_arrived_is_filed_by_the_next_start_and_checked_before_it_is() {
    let (dir, copy) = (tempdir().unwrap(), tempdir().unwrap());
    let store = open(dir.path());
    let project = Uuid::new_v4();
    take_turns(&store, &[project], 0..5).await;
    for name in ["graphroom.db", "graphroom.db-wal"] {
        std::fs::copy(dir.path().join(name), copy.path().join(name)).unwrap();
    }
    let report = check(copy.path(), FORM).unwrap();
    assert_eq!((report.projects[0].records, report.projects[0].head), (5, 5));
    outsider(copy.path()).execute_batch("DELETE FROM arrivals WHERE seq_first = 5").unwrap();
    let told =
        check(copy.path(), FORM).unwrap().faults.into_iter().map(|fault| fault.message).collect::<Vec<_>>();
    assert!(told.contains(&"the journal ends at 4, it had come to 5".to_owned()), "{told:?}");
    let store = open(copy.path());
    assert_eq!(filed(&outsider(copy.path())), (4, 0));
    assert!(matches!(
        append(&store, project, 4).await,
        Err(AppendError::Unavailable(StoreError::Corrupt(_)))
    ));
}
