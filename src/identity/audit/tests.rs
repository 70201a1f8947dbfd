//! That a note is an entry soon, a flood few, and nothing is lost silently.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use super::*;
use crate::domain::Timestamp;
use crate::store::MemoryStore;

/// An audit log whose time stands still until it is told otherwise.
struct Bench {
    audit: Arc<Audit>,
    now: Arc<AtomicI64>,
    dropped: Arc<AtomicU64>,
}

impl Bench {
    fn new() -> Self {
        let (now, dropped) = (Arc::new(AtomicI64::new(1_000_000)), Arc::new(AtomicU64::new(0)));
        let (time, lost) = (Arc::clone(&now), Arc::clone(&dropped));
        let clock: Clock = Arc::new(move || Timestamp::from_millis(time.load(Ordering::SeqCst)));
        let on_dropped = Box::new(move || {
            lost.fetch_add(1, Ordering::SeqCst);
        });
        Self {
            audit: Arc::new(Audit::new(Arc::new(MemoryStore::default()), clock, on_dropped)),
            now,
            dropped,
        }
    }

    /// Kind, user and detail of all entries, the oldest first.
    async fn entries(&self) -> Vec<(String, Option<String>, Option<String>)> {
        let query = AuditQuery { limit: 20_000, ..AuditQuery::default() };
        let page = self.audit.page(query).await.unwrap();
        let entries = page.entries.into_iter().rev();
        entries.map(|(_, entry)| (entry.kind, entry.user_id, entry.detail)).collect()
    }

    fn seconds(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1_000, Ordering::SeqCst);
        self.audit.sweep(false);
    }
}

#[tokio::test]
async fn a_flood_of_one_caller_is_an_entry_in_ten_seconds_with_a_count() {
    let bench = Bench::new();
    let refused = |user: &str| bench.audit.note(Note::new(Kind::Refused).by(user));
    for _ in 0..1_000 {
        refused("ann");
    }
    refused("bob");
    bench.seconds(9);
    assert_eq!(bench.entries().await.len(), 2);
    bench.seconds(1);
    let entries = bench.entries().await;
    let last = ("refused".to_owned(), Some("ann".to_owned()), Some(r#"{"count":999}"#.to_owned()));
    assert_eq!((entries.len(), entries.last()), (3, Some(&last)));
    refused("ann");
    assert_eq!(bench.entries().await.len(), 3, "it goes on");
    bench.seconds(10);
    assert_eq!(bench.entries().await.len(), 4);
    bench.seconds(20);
    refused("ann");
    assert_eq!(bench.entries().await.len(), 5, "it was over");
    assert_eq!(bench.dropped.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_thousand_anonymous_clients_of_one_address_are_one_caller() {
    let bench = Bench::new();
    let address = "192.0.2.1".parse().unwrap();
    for client in 0..1_000 {
        bench.audit.note(Note::new(Kind::Connected).by(&format!("anonymous:{client}")).from(address));
    }
    bench.audit.note(Note::new(Kind::Connected).by("anonymous:1").from("192.0.2.2".parse().unwrap()));
    assert_eq!(bench.entries().await.len(), 2);
    bench.audit.close().await;
    assert_eq!(bench.entries().await.len(), 3, "what was counted is stored in the end");
}

#[tokio::test]
async fn what_is_lost_is_counted_and_that_is_an_entry() {
    let bench = Bench::new();
    for user in 0..WAITING + 7 {
        bench.audit.note(Note::new(Kind::UserCreated).of(&user.to_string()));
    }
    assert_eq!(bench.dropped.load(Ordering::SeqCst), 7);
    bench.seconds(0);
    let entries = bench.entries().await;
    let lost = ("entries-dropped".to_owned(), None, Some(r#"{"count":7}"#.to_owned()));
    assert_eq!((entries.len(), entries.last()), (WAITING + 1, Some(&lost)));
}

#[tokio::test]
async fn what_the_store_does_not_take_waits_for_it() {
    let bench = Bench::new();
    let store = Arc::new(MemoryStore::default());
    Store::close(&*store).await.unwrap();
    let clock = Arc::clone(&bench.audit.clock);
    let audit = Arc::new(Audit::new(store, clock, Box::new(|| ())));
    audit.note(Note::new(Kind::UserCreated));
    assert!(audit.flush().await.is_err());
    assert_eq!(audit.waiting().entries.len(), 1);
}

#[test]
fn no_entry_is_over_a_kibibyte_and_none_has_what_looks_like_a_secret() {
    let long = "\u{1f600}".repeat(1_000);
    let note = Note::new(Kind::SessionTokenRevoked)
        .by(&long)
        .of(&long)
        .from("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff".parse().unwrap())
        .in_project(Some(uuid::Uuid::max()))
        .with("a", &*long)
        .with("b", &*long)
        .with("count", u64::MAX);
    let entry = note.entry(Timestamp::from_millis(0));
    let texts = [&entry.user_id, &entry.address, &entry.target, &entry.detail];
    let bytes: usize = texts.into_iter().flatten().map(String::len).sum();
    assert!(bytes + entry.kind.len() + 36 <= 1_024, "{bytes}");
    let detail: serde_json::Value = serde_json::from_str(&entry.detail.unwrap()).unwrap();
    assert_eq!(detail["count"], u64::MAX);

    let secret = "A".repeat(43);
    for text in [format!("sk_{secret}"), format!("Bearer inv_{secret}"), "eyJhbGciOi.eyJzdWIiOi.x".to_owned()]
    {
        let entry = Note::new(Kind::SignInFailed).by(&text).of(&text).entry(Timestamp::from_millis(0));
        assert_eq!(entry.user_id.as_deref(), Some("(looks like a secret)"));
        assert_eq!(entry.user_id, entry.target);
    }
    let kept = Note::new(Kind::SignInFailed).by("sk_ann").entry(Timestamp::from_millis(0));
    assert_eq!(kept.user_id.as_deref(), Some("sk_ann"));
}
