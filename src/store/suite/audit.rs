//! The part of the suite about the audit log.

use std::sync::Arc;

use uuid::Uuid;

use super::accounts::at;
use crate::store::*;

on_every_engine! {
    entries_are_read_newest_first_and_as_they_were,
    the_log_is_read_in_pages_to_its_end,
    a_page_is_not_moved_by_entries_that_come_meanwhile,
    a_filter_leaves_only_what_fits_all_of_it,
    entries_added_at_once_stay_together_in_their_order,
}

pub(in crate::store) fn entry(kind: &str, millis: i64) -> AuditEntry {
    AuditEntry {
        at: at(millis),
        kind: kind.to_owned(),
        outcome: Outcome::Done,
        user_id: None,
        address: None,
        project_id: None,
        target: None,
        detail: None,
    }
}

fn kinds(page: &AuditPage) -> Vec<&str> {
    page.entries.iter().map(|(_, entry)| &*entry.kind).collect()
}

async fn all(store: &dyn Store, query: AuditQuery) -> AuditPage {
    let page = store.audit(AuditQuery { limit: usize::MAX, ..query }).await.unwrap();
    assert_eq!(page.next, None);
    page
}

async fn entries_are_read_newest_first_and_as_they_were(store: Arc<dyn Store>) {
    assert_eq!(all(&*store, AuditQuery::default()).await, AuditPage::default());
    let full = AuditEntry {
        outcome: Outcome::Denied,
        user_id: Some("ann \"é\"\0".to_owned()),
        address: Some("2001:db8::1".to_owned()),
        project_id: Some(Uuid::new_v4()),
        target: Some("bob".to_owned()),
        detail: Some(r#"{"rule":"owner"}"#.to_owned()),
        ..entry("role", 20)
    };
    store.append_audit(vec![full.clone()]).await.unwrap();
    store.append_audit(Vec::new()).await.unwrap();
    store.append_audit(vec![entry("sign_in", 10)]).await.unwrap();

    let page = all(&*store, AuditQuery::default()).await;
    let (ids, entries): (Vec<_>, Vec<_>) = page.entries.into_iter().unzip();
    assert_eq!(entries, [entry("sign_in", 10), full]);
    assert!(ids[0] > ids[1], "{ids:?}");
}

async fn the_log_is_read_in_pages_to_its_end(store: Arc<dyn Store>) {
    let kinds_there = ["a", "b", "c", "d", "e", "f"];
    store.append_audit(kinds_there.map(|kind| entry(kind, 1)).to_vec()).await.unwrap();
    for (limit, pages) in [
        (1, vec!["f", "e", "d", "c", "b", "a"]),
        (2, vec!["fe", "dc", "ba"]),
        (4, vec!["fedc", "ba"]),
        (6, vec!["fedcba"]),
    ] {
        let (mut before, mut found) = (None, Vec::new());
        loop {
            let page = store.audit(AuditQuery { before, limit, ..AuditQuery::default() }).await.unwrap();
            found.push(kinds(&page).concat());
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(found, pages, "{limit}");
    }
    let none = store.audit(AuditQuery::default()).await.unwrap();
    assert_eq!(none, AuditPage::default());
}

async fn a_page_is_not_moved_by_entries_that_come_meanwhile(store: Arc<dyn Store>) {
    store.append_audit(["a", "b", "c"].map(|kind| entry(kind, 1)).to_vec()).await.unwrap();
    let page = store.audit(AuditQuery { limit: 2, ..AuditQuery::default() }).await.unwrap();
    assert_eq!(kinds(&page), ["c", "b"]);
    store.append_audit(vec![entry("d", 0)]).await.unwrap();
    let rest = all(&*store, AuditQuery { before: page.next, ..AuditQuery::default() }).await;
    assert_eq!(kinds(&rest), ["a"]);
}

async fn a_filter_leaves_only_what_fits_all_of_it(store: Arc<dyn Store>) {
    let (project, ann) = (Some(Uuid::new_v4()), Some("ann".to_owned()));
    let entries = vec![
        AuditEntry { user_id: ann.clone(), project_id: project, ..entry("join", 10) },
        AuditEntry { user_id: ann.clone(), outcome: Outcome::Denied, ..entry("sign_in", 20) },
        AuditEntry { user_id: Some("bob".to_owned()), project_id: project, ..entry("command", 30) },
        AuditEntry { outcome: Outcome::Denied, ..entry("sign_in", 40) },
    ];
    store.append_audit(entries).await.unwrap();
    let none = AuditQuery::default();
    let sign_in = Some("sign_in".to_owned());
    for (query, expected) in [
        (none.clone(), vec![40, 30, 20, 10]),
        (AuditQuery { user_id: ann.clone(), ..none.clone() }, vec![20, 10]),
        (AuditQuery { user_id: Some("an".to_owned()), ..none.clone() }, vec![]),
        (AuditQuery { kind: sign_in.clone(), ..none.clone() }, vec![40, 20]),
        (AuditQuery { project_id: project, ..none.clone() }, vec![30, 10]),
        (AuditQuery { outcome: Some(Outcome::Denied), ..none.clone() }, vec![40, 20]),
        (AuditQuery { outcome: Some(Outcome::Done), ..none.clone() }, vec![30, 10]),
        (AuditQuery { from: Some(at(20)), ..none.clone() }, vec![40, 30, 20]),
        (AuditQuery { to: Some(at(20)), ..none.clone() }, vec![10]),
        (AuditQuery { from: Some(at(20)), to: Some(at(40)), ..none.clone() }, vec![30, 20]),
        (AuditQuery { user_id: ann, kind: sign_in, ..none }, vec![20]),
    ] {
        let page = all(&*store, query.clone()).await;
        let found: Vec<_> = page.entries.iter().map(|(_, entry)| entry.at.millis()).collect();
        assert_eq!(found, expected, "{query:?}");
        let first = store.audit(AuditQuery { limit: 1, ..query }).await.unwrap();
        assert_eq!(first.next.is_some(), expected.len() > 1);
    }
}

async fn entries_added_at_once_stay_together_in_their_order(store: Arc<dyn Store>) {
    let tasks = (0..16).map(|number| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let entries = (0..3).map(|place| entry(&number.to_string(), place)).collect();
            store.append_audit(entries).await.unwrap();
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    let page = all(&*store, AuditQuery::default()).await;
    assert_eq!(page.entries.len(), 48);
    for together in page.entries.chunks(3) {
        assert!(together.iter().all(|(_, entry)| entry.kind == together[0].1.kind), "{together:?}");
        assert_eq!(together.iter().map(|(_, entry)| entry.at.millis()).collect::<Vec<_>>(), [2, 1, 0]);
    }
}
