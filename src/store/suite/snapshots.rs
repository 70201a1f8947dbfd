//! The part of the suite about snapshots.

use std::io::Read;
use std::sync::Arc;

use uuid::Uuid;

use super::{append, encoded, long_record, record};
use crate::domain::{Record, Seq, State, snapshot};
use crate::store::snapshots::{KEPT, load};
use crate::store::*;

on_every_engine! {
    the_newest_snapshot_that_is_not_too_new_is_given_back,
    older_snapshots_go,
    a_snapshot_ends_where_a_record_does,
    a_snapshot_that_cannot_be_read_is_passed_over,
    the_snapshots_of_one_project_can_go,
    a_graph_text_is_given_back_as_long_as_the_journal_ends_there,
    a_graph_text_of_another_form_is_none,
    a_graph_text_ends_where_a_record_does,
    a_newer_graph_text_takes_the_place_of_the_older_and_goes_with_the_snapshots,
}

/// Graphs of which little is written.
pub(in crate::store) const FORM: GraphForm =
    GraphForm { name: "test", write: |state, out| write!(out, "the graph at {}\nand more", state.head) };

fn state(head: Seq) -> State {
    State { head, ..State::default() }
}

/// The place of the graph text of a project, and what is read of it.
async fn graph(store: &dyn Store, project: ProjectId) -> Option<(Seq, String)> {
    let mut found = store.graph(project, FORM).await.unwrap()?;
    let mut text = String::new();
    found.text.read_to_string(&mut text).unwrap();
    assert_eq!(text.len() as u64, found.bytes);
    Some((found.seq, text))
}

async fn journal(store: &dyn Store, records: Seq) -> ProjectId {
    let project = Uuid::new_v4();
    for head in 0..records {
        append(store, project, head).await.unwrap();
    }
    project
}

fn text(seq: Seq) -> Snapshot {
    Snapshot { seq, text: format!("as it is at {seq}\nand more").into_bytes() }
}

async fn the_newest_snapshot_that_is_not_too_new_is_given_back(store: Arc<dyn Store>) {
    let (project, other) = (journal(&*store, 9).await, journal(&*store, 9).await);
    assert_eq!(store.snapshot(project, 9).await.unwrap(), None);
    for seq in [7, 4] {
        store.keep_snapshot(project, text(seq)).await.unwrap();
    }
    for (at_most, expected) in [(Seq::MAX, Some(7)), (7, Some(7)), (6, Some(4)), (3, None)] {
        let found = store.snapshot(project, at_most).await.unwrap();
        assert_eq!(found, expected.map(text), "at most {at_most}");
    }
    assert_eq!(store.snapshot(other, 9).await.unwrap(), None);
}

async fn older_snapshots_go(store: Arc<dyn Store>) {
    let project = journal(&*store, 9).await;
    for seq in 1..=9 {
        store.keep_snapshot(project, text(seq)).await.unwrap();
        store.keep_snapshot(project, text(seq)).await.unwrap();
    }
    let first = 9 - KEPT as Seq + 1;
    assert_eq!(store.snapshot(project, first).await.unwrap(), Some(text(first)));
    assert_eq!(store.snapshot(project, first - 1).await.unwrap(), None);
}

async fn a_snapshot_ends_where_a_record_does(store: Arc<dyn Store>) {
    let project = Uuid::new_v4();
    store.append(project, 0, encoded(&[long_record(0, 3)])).await.unwrap();
    for seq in [0, 2, 4] {
        let refused = store.keep_snapshot(project, text(seq)).await.unwrap_err();
        assert!(matches!(refused, StoreError::Unavailable(_)), "{refused}");
    }
    store.keep_snapshot(project, text(3)).await.unwrap();
    assert!(store.keep_snapshot(Uuid::new_v4(), text(1)).await.is_err(), "an unknown project");
}

async fn a_snapshot_that_cannot_be_read_is_passed_over(store: Arc<dyn Store>) {
    let records: Vec<Record> = (0..5).map(|head| record(head, "a value")).collect();
    let project = Uuid::new_v4();
    store.append(project, 0, encoded(&records)).await.unwrap();
    assert_eq!(load(&*store, project, 5).await, None);
    let mut state = State::default();
    records[..3].iter().for_each(|record| state.apply(record));
    store.keep_snapshot(project, Snapshot { seq: 3, text: snapshot::write(&state) }).await.unwrap();
    store.keep_snapshot(project, text(5)).await.unwrap();
    assert_eq!(load(&*store, project, 5).await, Some(state.clone()));
    let elsewhere = Snapshot { seq: 4, text: snapshot::write(&state) };
    store.keep_snapshot(project, elsewhere).await.unwrap();
    assert_eq!(load(&*store, project, 4).await, None, "the other two are all that is kept");
}

async fn the_snapshots_of_one_project_can_go(store: Arc<dyn Store>) {
    let (project, other) = (journal(&*store, 2).await, journal(&*store, 2).await);
    for project in [project, other] {
        store.keep_snapshot(project, text(2)).await.unwrap();
    }
    store.drop_snapshots(project).await.unwrap();
    store.drop_snapshots(project).await.unwrap();
    assert_eq!(store.snapshot(project, 2).await.unwrap(), None);
    assert_eq!(store.snapshot(other, 2).await.unwrap(), Some(text(2)));
}

async fn a_graph_text_is_given_back_as_long_as_the_journal_ends_there(store: Arc<dyn Store>) {
    let (project, other) = (journal(&*store, 4).await, journal(&*store, 4).await);
    assert_eq!(graph(&*store, project).await, None);
    store.keep_graph(project, state(4), FORM).await.unwrap();
    for _ in 0..2 {
        let expected = (4, "the graph at 4\nand more".to_owned());
        assert_eq!(graph(&*store, project).await, Some(expected));
    }
    assert_eq!(graph(&*store, other).await, None);
    append(&*store, project, 4).await.unwrap();
    assert_eq!(graph(&*store, project).await, None);
}

async fn a_graph_text_of_another_form_is_none(store: Arc<dyn Store>) {
    let project = journal(&*store, 1).await;
    store.keep_graph(project, state(1), GraphForm { name: "of before", ..FORM }).await.unwrap();
    assert_eq!(graph(&*store, project).await, None);
    store.keep_graph(project, state(1), FORM).await.unwrap();
    assert!(graph(&*store, project).await.is_some());
}

async fn a_graph_text_ends_where_a_record_does(store: Arc<dyn Store>) {
    let project = Uuid::new_v4();
    store.append(project, 0, encoded(&[long_record(0, 3)])).await.unwrap();
    for head in [0, 2, 4] {
        let refused = store.keep_graph(project, state(head), FORM).await.unwrap_err();
        assert!(matches!(refused, StoreError::Unavailable(_)), "{refused}");
    }
    let fails = GraphForm { write: |_, _| Err(std::io::Error::other("no room")), ..FORM };
    assert!(store.keep_graph(project, state(3), fails).await.is_err());
    assert_eq!(graph(&*store, project).await, None);
}

async fn a_newer_graph_text_takes_the_place_of_the_older_and_goes_with_the_snapshots(store: Arc<dyn Store>) {
    let project = journal(&*store, 1).await;
    store.keep_graph(project, state(1), FORM).await.unwrap();
    append(&*store, project, 1).await.unwrap();
    store.keep_graph(project, state(2), FORM).await.unwrap();
    assert_eq!(graph(&*store, project).await.unwrap().0, 2);
    store.drop_snapshots(project).await.unwrap();
    assert_eq!(graph(&*store, project).await, None);
}
