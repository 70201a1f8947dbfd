//! The catalogue's part of the suite: projects and sessions, found, listed, and as their journals say.

use std::sync::Arc;

use uuid::Uuid;

use super::{append, encoded, first_record, project_row, record};
use crate::domain::{Effect, Record, Seq, Template, Timestamp};
use crate::store::*;

on_every_engine! {
    a_project_comes_with_its_session_and_its_first_record,
    a_project_that_cannot_be_made_leaves_nothing_behind,
    a_project_moves_into_a_session_that_waits_for_one,
    a_session_is_made_once_and_only_for_a_known_project,
    only_a_session_without_a_project_can_be_deleted,
    sessions_are_listed_oldest_first,
    the_catalogue_says_what_the_journal_says,
    a_refused_append_leaves_the_catalogue_as_it_was,
    a_deleted_project_is_not_found_and_its_journal_stays,
    nothing_follows_the_record_that_deletes_a_project,
    a_save_is_noted_and_never_taken_back,
    projects_are_listed_newest_first_and_in_pages,
    a_list_among_some_projects_has_only_those_and_counts_only_those,
    a_project_in_a_list_tells_its_head_and_when_it_last_changed,
    a_search_means_its_text_in_any_case,
}

fn session(created_at: i64) -> SessionRow {
    let created_at = Timestamp::from_millis(created_at);
    SessionRow { session_id: Uuid::new_v4(), project_id: None, created_at, owner: None }
}

fn named(head: Seq, name: &str) -> Record {
    let effect = Effect::ProjectName { before: None, after: Arc::from(name) };
    Record { effects: vec![effect], ..record(head, "") }
}

fn pinned(head: Seq, template_id: &str) -> Record {
    let template = Template {
        id: Arc::from(template_id),
        version: "1".to_owned(),
        name: "A template".to_owned(),
        description: String::new(),
        node_types: Vec::new(),
    };
    let effect = Effect::Template { before: None, after: Arc::new(template) };
    Record { effects: vec![effect], ..record(head, "") }
}

fn end(head: Seq) -> Record {
    Record { effects: vec![Effect::Deleted], ..record(head, "") }
}

/// A project that is stored, with one record.
async fn stored(store: &dyn Store, created_at: i64, name: &str) -> ProjectRow {
    let row = ProjectRow { name: name.to_owned(), ..project_row(created_at) };
    store.create_project(row.clone(), first_record(), None).await.unwrap();
    row
}

/// The names of the projects on a page, and how many there are.
async fn names(store: &dyn Store, search: Option<&str>, offset: usize, limit: usize) -> (Vec<String>, usize) {
    let search = search.map(str::to_owned);
    let ProjectPage { projects, total } =
        store.projects(ProjectQuery { search, offset, limit, among: None }).await.unwrap();
    (projects.into_iter().map(|project| project.row.name).collect(), total)
}

async fn a_project_comes_with_its_session_and_its_first_record(store: Arc<dyn Store>) {
    let row = project_row(5);
    store.create_project(row.clone(), first_record(), None).await.unwrap();

    assert_eq!(store.project(row.project_id).await.unwrap(), Some(row.clone()));
    assert_eq!(store.session(row.session_id).await.unwrap(), Some(row.session()));
    assert_eq!(store.read_from(row.project_id, 0, Most::records(10)).await.unwrap(), [record(0, "first")]);
    append(&*store, row.project_id, 1).await.unwrap();
}

async fn a_project_that_cannot_be_made_leaves_nothing_behind(store: Arc<dyn Store>) {
    let there = project_row(5);
    store.create_project(there.clone(), first_record(), None).await.unwrap();
    let waiting = session(6);
    store.create_session(waiting.clone()).await.unwrap();
    let with_journal = project_row(7);
    append(&*store, with_journal.project_id, 0).await.unwrap();

    for refused in [
        ProjectRow { project_id: there.project_id, ..project_row(8) },
        ProjectRow { session_id: there.session_id, ..project_row(8) },
        with_journal.clone(),
    ] {
        let error = store.create_project(refused.clone(), first_record(), None).await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
        assert_ne!(store.project(refused.project_id).await.unwrap(), Some(refused));
    }
    let gap = encoded(&[record(1, "not the first")]).remove(0);
    let unborn = ProjectRow { session_id: waiting.session_id, ..project_row(9) };
    store.create_project(unborn.clone(), gap, None).await.unwrap_err();
    assert_eq!(store.project(unborn.project_id).await.unwrap(), None);
    assert_eq!(store.head(unborn.project_id).await.unwrap(), 0);

    assert_eq!(store.head(there.project_id).await.unwrap(), 1);
    assert_eq!(store.sessions().await.unwrap(), [there.session(), waiting]);
}

async fn a_session_is_made_once_and_only_for_a_known_project(store: Arc<dyn Store>) {
    let session = session(1);
    store.create_session(session.clone()).await.unwrap();
    let again = SessionRow { created_at: Timestamp::from_millis(2), ..session.clone() };
    store.create_session(again).await.unwrap_err();
    let lost = SessionRow { session_id: Uuid::new_v4(), project_id: Some(Uuid::new_v4()), ..session.clone() };
    store.create_session(lost).await.unwrap_err();
    assert_eq!(store.sessions().await.unwrap(), [session]);
}

async fn sessions_are_listed_oldest_first(store: Arc<dyn Store>) {
    let mut rows = Vec::new();
    for created_at in [30, -10, 20, 10, 20] {
        let session = session(created_at);
        store.create_session(session.clone()).await.unwrap();
        rows.push(session);
    }
    let project = project_row(15);
    store.create_project(project.clone(), first_record(), None).await.unwrap();
    rows.push(project.session());

    rows.sort_by_key(|row| (row.created_at, row.session_id));
    assert_eq!(store.sessions().await.unwrap(), rows);
}

async fn a_project_moves_into_a_session_that_waits_for_one(store: Arc<dyn Store>) {
    let waiting = session(3);
    store.create_session(waiting.clone()).await.unwrap();
    let row = ProjectRow { session_id: waiting.session_id, ..project_row(9) };
    store.create_project(row.clone(), first_record(), None).await.unwrap();

    let taken = SessionRow { project_id: Some(row.project_id), ..waiting };
    assert_eq!(store.session(row.session_id).await.unwrap(), Some(taken.clone()));
    assert_eq!(store.sessions().await.unwrap(), [taken]);
    let second = ProjectRow { session_id: row.session_id, ..project_row(10) };
    store.create_project(second.clone(), first_record(), None).await.unwrap_err();
    assert_eq!(store.project(second.project_id).await.unwrap(), None);
    assert_eq!(store.project(row.project_id).await.unwrap(), Some(row));
}

async fn only_a_session_without_a_project_can_be_deleted(store: Arc<dyn Store>) {
    let row = stored(&*store, 1, "a").await;
    let waiting = session(2);
    store.create_session(waiting.clone()).await.unwrap();

    assert!(store.delete_session(waiting.session_id).await.unwrap());
    for kept in [waiting.session_id, row.session_id, Uuid::new_v4()] {
        assert!(!store.delete_session(kept).await.unwrap(), "{kept}");
    }
    assert_eq!(store.sessions().await.unwrap(), [row.session()]);
}

async fn the_catalogue_says_what_the_journal_says(store: Arc<dyn Store>) {
    let first = pinned(0, "gantt");
    let row = project_row(1);
    store.create_project(row.clone(), encoded(&[first]).remove(0), None).await.unwrap();
    let expected = ProjectRow { template_id: "gantt".to_owned(), ..row.clone() };
    assert_eq!(store.project(row.project_id).await.unwrap(), Some(expected.clone()));

    let records = [named(1, "first name"), named(2, "second name"), record(3, "no name")];
    store.append(row.project_id, 1, encoded(&records)).await.unwrap();
    let expected = ProjectRow { name: "second name".to_owned(), ..expected };
    assert_eq!(store.project(row.project_id).await.unwrap(), Some(expected.clone()));

    store.append(row.project_id, 4, encoded(&[pinned(4, "kanban")])).await.unwrap();
    let expected = ProjectRow { template_id: "kanban".to_owned(), ..expected };
    assert_eq!(store.project(row.project_id).await.unwrap(), Some(expected));
}

async fn a_refused_append_leaves_the_catalogue_as_it_was(store: Arc<dyn Store>) {
    let row = stored(&*store, 1, "as it was").await;
    store.append(row.project_id, 0, encoded(&[named(0, "too late")])).await.unwrap_err();
    let gap = [named(1, "good"), named(3, "after a gap")];
    store.append(row.project_id, 1, encoded(&gap)).await.unwrap_err();
    assert_eq!(store.project(row.project_id).await.unwrap(), Some(row));
}

async fn a_deleted_project_is_not_found_and_its_journal_stays(store: Arc<dyn Store>) {
    let (row, other) = (stored(&*store, 1, "to go").await, stored(&*store, 2, "to stay").await);
    let id = row.project_id;
    store.append(id, 1, encoded(&[record(1, "last"), end(2)])).await.unwrap();

    assert_eq!(store.project(id).await.unwrap(), None);
    assert_eq!(store.session(row.session_id).await.unwrap(), None);
    assert_eq!(store.sessions().await.unwrap(), [other.session()]);
    assert_eq!(names(&*store, None, 0, 10).await, (vec!["to stay".to_owned()], 1));
    assert_eq!(store.head(id).await.unwrap(), 3);
    assert_eq!(store.read_from(id, 1, Most::records(10)).await.unwrap(), [record(1, "last"), end(2)]);

    store.create_project(row.clone(), first_record(), None).await.unwrap_err();
    let heir = ProjectRow { session_id: row.session_id, ..project_row(3) };
    store.create_project(heir, first_record(), None).await.unwrap_err();
    store.create_session(SessionRow { project_id: Some(id), ..session(4) }).await.unwrap_err();
    assert!(!store.delete_session(row.session_id).await.unwrap());
    store.mark_saved(id, 2).await.unwrap_err();
    append(&*store, other.project_id, 1).await.unwrap();
}

async fn nothing_follows_the_record_that_deletes_a_project(store: Arc<dyn Store>) {
    let row = stored(&*store, 1, "to go").await;
    let together = store.append(row.project_id, 1, encoded(&[end(1), record(2, "after the end")])).await;
    assert!(matches!(together, Err(AppendError::Unavailable(_))), "{together:?}");
    assert_eq!(store.project(row.project_id).await.unwrap(), Some(row.clone()));

    store.append(row.project_id, 1, encoded(&[end(1)])).await.unwrap();
    for head in [1, 2] {
        let refused = append(&*store, row.project_id, head).await;
        assert!(matches!(refused, Err(AppendError::Unavailable(_))), "{refused:?}");
    }
    assert_eq!(store.head(row.project_id).await.unwrap(), 2);
}

async fn a_save_is_noted_and_never_taken_back(store: Arc<dyn Store>) {
    let row = stored(&*store, 1, "a").await;
    store.append(row.project_id, 1, encoded(&[record(1, "a"), record(2, "b")])).await.unwrap();
    for (seq, saved) in [(2, 2), (1, 2), (3, 3)] {
        store.mark_saved(row.project_id, seq).await.unwrap();
        assert_eq!(store.project(row.project_id).await.unwrap().unwrap().saved, saved);
    }
    for (id, seq) in [(row.project_id, 4), (Uuid::new_v4(), 1)] {
        let error = store.mark_saved(id, seq).await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    }
    assert_eq!(store.project(row.project_id).await.unwrap(), Some(ProjectRow { saved: 3, ..row }));
}

async fn projects_are_listed_newest_first_and_in_pages(store: Arc<dyn Store>) {
    let mut rows = Vec::new();
    for created_at in [30, -10, 20, 10, 20] {
        rows.push(stored(&*store, created_at, &format!("made at {created_at}")).await);
    }
    rows.sort_by_key(|row| (std::cmp::Reverse(row.created_at), row.project_id));
    for (offset, limit) in [(0, 10), (0, 2), (2, 2), (4, 2), (5, 1), (usize::MAX, usize::MAX), (1, 0)] {
        let page = store.projects(ProjectQuery { offset, limit, ..ProjectQuery::default() }).await.unwrap();
        let found: Vec<_> = page.projects.into_iter().map(|project| project.row).collect();
        let expected: Vec<_> = rows.iter().skip(offset).take(limit).cloned().collect();
        assert_eq!((found, page.total), (expected, 5), "{limit} from {offset}");
    }
}

async fn a_list_among_some_projects_has_only_those_and_counts_only_those(store: Arc<dyn Store>) {
    let mut rows = Vec::new();
    for (created_at, name) in [(1, "one"), (2, "two"), (3, "twofold"), (4, "four")] {
        rows.push(stored(&*store, created_at, name).await);
    }
    let among = |places: &[usize]| {
        let unknown = ProjectId::new_v4();
        Some(places.iter().map(|place| rows[*place].project_id).chain([unknown]).collect())
    };
    for (places, search, names) in [
        (&[0, 2][..], None, vec!["twofold", "one"]),
        (&[0, 1, 2], Some("two"), vec!["twofold", "two"]),
        (&[], None, vec![]),
    ] {
        let search = search.map(str::to_owned);
        let query = ProjectQuery { search, among: among(places), limit: 10, ..ProjectQuery::default() };
        let page = store.projects(query).await.unwrap();
        let found: Vec<_> = page.projects.iter().map(|project| project.row.name.as_str()).collect();
        assert_eq!((found, page.total), (names.clone(), names.len()));
    }
}

async fn a_project_in_a_list_tells_its_head_and_when_it_last_changed(store: Arc<dyn Store>) {
    let row = stored(&*store, 1, "a").await;
    let at = Timestamp::from_millis(1_800_000_000_123);
    let last = Record { at, seq_last: 4, ..named(1, "renamed") };
    store.append(row.project_id, 1, encoded(&[last])).await.unwrap();

    let page = store.projects(ProjectQuery { limit: 10, ..ProjectQuery::default() }).await.unwrap();
    let row = ProjectRow { name: "renamed".to_owned(), ..row };
    assert_eq!(page.projects, [ProjectSummary { row, updated_at: at, head: 4 }]);
}

async fn a_search_means_its_text_in_any_case(store: Arc<dyn Store>) {
    let all = ["ΟΔΟΣΣΕΙΑ", "Straße 7", "50% off", "5000 off", "a_b", "axb", "İzmir"];
    for (name, created_at) in all.into_iter().zip((0..all.len() as i64).rev()) {
        stored(&*store, created_at, name).await;
    }
    for (search, expected) in [
        ("", &all[..]),
        ("οδος", &all[..1]),
        ("STRASSE", &all[1..2]),
        ("0% O", &all[2..3]),
        ("OFF", &all[2..4]),
        ("A_B", &all[4..5]),
        ("İZM", &all[6..]),
        ("nowhere", &[]),
    ] {
        let expected: Vec<_> = expected.iter().map(|name| (*name).to_owned()).collect();
        let total = expected.len();
        assert_eq!(names(&*store, Some(search), 0, 10).await, (expected, total), "{search:?}");
    }
    assert_eq!(names(&*store, Some("off"), 1, 1).await, (vec!["5000 off".to_owned()], 2));
}
