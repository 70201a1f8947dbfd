//! What is known of who is here, change by change.
//!
//! Proves PRES-1 and PRES-3 (docs/behaviour.md).

use graphroom_protocol::presence::{Cursor, Doing};
use serde_json::{Value, json};

use super::*;

fn person(user_id: &str) -> Person {
    Person {
        user_id: user_id.into(),
        name: None,
        color: None,
        is_anonymous: user_id.starts_with("anonymous:"),
    }
}

fn id(client_id: &str) -> Arc<str> {
    client_id.into()
}

fn cursor(x: f64) -> DoingChange {
    DoingChange { cursor: Some(Some(Cursor { x, y: 0.0 })), ..DoingChange::default() }
}

fn typing(typing: Option<bool>) -> DoingChange {
    DoingChange { typing: Some(typing), ..DoingChange::default() }
}

fn update(presence: &Presence, seen: u64) -> (Option<Value>, u64) {
    let (payload, version) = presence.update("s", seen);
    (payload.map(|payload| serde_json::from_str(payload.get()).unwrap()), version)
}

/// The participants in an update, and who is gone.
fn names(update: &Value) -> (Vec<&str>, Vec<&str>) {
    let participants = update["participants"].as_array().unwrap().iter();
    let left = update["left"].as_array().unwrap().iter();
    (
        participants.map(|one| one["user_id"].as_str().unwrap()).collect(),
        left.map(|one| one.as_str().unwrap()).collect(),
    )
}

#[test]
fn one_person_in_three_tabs_is_one_participant_until_the_last_tab_leaves() {
    let presence = Presence::default();
    let ann = person("ann");
    for tab in ["1", "2", "3"] {
        assert!(presence.join(&ann, &id(tab)), "each tab is a connection that came");
    }
    let (participants, _) = presence.list();
    assert_eq!(participants.len(), 1);
    assert_eq!(participants[0].connections, ["1", "2", "3"]);
    presence.leave(&ann, "1");
    presence.leave(&ann, "3");
    assert_eq!(presence.list().0[0].connections, ["2"]);
    presence.leave(&ann, "2");
    assert!(presence.list().0.is_empty());
}

#[test]
fn who_comes_back_in_time_never_left() {
    let presence = Presence::default();
    let (ann, now) = (person("ann"), Instant::now());
    presence.join(&ann, &id("1"));
    assert!(presence.lose(&ann, &id("1"), now + GRACE));
    assert_eq!(presence.list().0[0].status, PresenceStatus::Away);
    assert!(!presence.join(&ann, &id("2")), "nobody came");
    assert_eq!(presence.list().0[0].status, PresenceStatus::Active);
    assert_eq!(presence.expire(now + GRACE * 2), Vec::<Arc<str>>::new());
}

#[test]
fn who_does_not_come_back_is_gone_when_the_time_is_over() {
    let presence = Presence::default();
    let (ann, now) = (person("ann"), Instant::now());
    presence.join(&ann, &id("1"));
    presence.lose(&ann, &id("1"), now + GRACE);
    assert_eq!(presence.deadline(), Some(now + GRACE));
    assert!(presence.expire(now + GRACE / 2).is_empty());
    assert_eq!(presence.expire(now + GRACE), [id("1")]);
    assert!(presence.list().0.is_empty());
    assert_eq!(presence.deadline(), None);
}

#[test]
fn a_lost_tab_among_others_is_told_when_its_time_is_over_and_its_person_stays() {
    let presence = Presence::default();
    let (ann, now) = (person("ann"), Instant::now());
    presence.join(&ann, &id("1"));
    presence.join(&ann, &id("2"));
    presence.lose(&ann, &id("1"), now + GRACE);
    assert_eq!(presence.list().0[0].status, PresenceStatus::Active);
    assert_eq!(presence.expire(now + GRACE), [id("1")]);
    assert_eq!(presence.list().0.len(), 1);
}

#[test]
fn an_anonymous_connection_that_is_lost_is_gone() {
    let presence = Presence::default();
    let nobody = person("anonymous:1");
    presence.join(&nobody, &id("1"));
    assert!(!presence.lose(&nobody, &id("1"), Instant::now() + GRACE));
    assert!(presence.leave(&nobody, "1"));
    assert!(presence.list().0.is_empty());
    assert!(!presence.leave(&nobody, "1"), "it was told once");
}

#[test]
fn a_connection_that_left_cannot_be_lost() {
    let presence = Presence::default();
    let ann = person("ann");
    presence.join(&ann, &id("1"));
    presence.join(&ann, &id("2"));
    assert!(presence.leave(&ann, "1"));
    let (_, seen) = presence.list();
    assert!(presence.lose(&ann, &id("1"), Instant::now()));
    assert_eq!((presence.version(), presence.deadline()), (seen, None));
}

#[test]
fn when_to_look_is_never_later_than_the_end_of_somebodys_time() {
    let presence = Presence::default();
    let (ann, bob, now) = (person("ann"), person("bob"), Instant::now());
    for (person, number) in [(&ann, "1"), (&bob, "2")] {
        presence.join(person, &id(number));
    }
    presence.lose(&ann, &id("1"), now + GRACE);
    presence.lose(&bob, &id("2"), now + GRACE * 2);
    presence.join(&ann, &id("3"));
    assert_eq!(presence.deadline(), Some(now + GRACE), "whoever came back is still counted");
    assert!(presence.expire(now + GRACE).is_empty());
    assert_eq!(presence.deadline(), Some(now + GRACE * 2));
}

#[test]
fn an_update_tells_what_changed_since_and_of_several_changes_the_last() {
    let presence = Presence::default();
    let (ann, bob) = (person("ann"), person("bob"));
    presence.join(&ann, &id("1"));
    presence.join(&bob, &id("2"));
    let (_, seen) = presence.list();
    assert_eq!(update(&presence, seen).0, None, "nothing changed");
    for x in [1.0, 2.0, 3.0] {
        assert!(presence.set(&ann, &id("1"), cursor(x)));
    }
    let (told, seen) = update(&presence, seen);
    let told = told.unwrap();
    assert_eq!(names(&told), (vec!["ann"], vec![]));
    assert_eq!(told["participants"][0]["cursor"], json!({ "x": 3.0, "y": 0.0 }));
    presence.leave(&bob, "2");
    let (told, seen) = update(&presence, seen);
    assert_eq!(names(&told.unwrap()), (vec![], vec!["bob"]));
    presence.join(&bob, &id("3"));
    presence.leave(&bob, "3");
    presence.join(&bob, &id("4"));
    assert_eq!(
        names(&update(&presence, seen).0.unwrap()),
        (vec!["bob"], vec![]),
        "who is here again is not gone"
    );
}

#[test]
fn who_was_not_told_for_very_long_is_told_everything_anew() {
    let presence = Presence::default();
    presence.join(&person("ann"), &id("1"));
    for n in 0..=MAX_LEFT {
        let guest = person(&format!("guest {n}"));
        presence.join(&guest, &id("2"));
        presence.leave(&guest, "2");
    }
    let told = update(&presence, 1).0.unwrap();
    assert_eq!((names(&told), &told["reset"]), ((vec!["ann"], vec![]), &json!(true)));
    let (_, version) = presence.list();
    assert_eq!(update(&presence, version - 1).0.unwrap()["reset"], Value::Null);
}

#[test]
fn what_a_connection_said_ends_with_it() {
    let presence = Presence::default();
    let ann = person("ann");
    presence.join(&ann, &id("1"));
    presence.join(&ann, &id("2"));
    presence.set(&ann, &id("1"), cursor(1.0));
    presence.leave(&ann, "2");
    assert!(presence.list().0[0].doing.cursor.is_some(), "another tab said it");
    presence.join(&ann, &id("2"));
    presence.leave(&ann, "1");
    assert_eq!(presence.list().0[0].doing, Doing::default());
    assert!(!presence.set(&ann, &id("1"), cursor(2.0)), "it is not there any more");
}

#[test]
fn what_one_tab_said_ends_with_it_and_what_another_said_stays() {
    let presence = Presence::default();
    let ann = person("ann");
    let said = || {
        let doing = presence.list().0[0].doing.clone();
        (doing.cursor.map(|cursor| cursor.x), doing.typing)
    };
    for tab in ["1", "2"] {
        presence.join(&ann, &id(tab));
    }
    presence.set(&ann, &id("1"), typing(Some(true)));
    presence.set(&ann, &id("2"), cursor(1.0));
    presence.leave(&ann, "1");
    assert_eq!(said(), (Some(1.0), None), "nobody types any more");
    presence.join(&ann, &id("3"));
    presence.set(&ann, &id("3"), typing(Some(true)));
    assert!(presence.lose(&ann, &id("3"), Instant::now() + GRACE));
    assert_eq!(said(), (Some(1.0), None), "the pointer is the other tab's");
    presence.leave(&ann, "2");
    assert_eq!(said(), (None, None));
}

#[test]
fn what_was_said_by_a_lease_ends_with_it_and_not_with_a_tab() {
    let presence = Presence::default();
    let (ann, until) = (person("ann"), Instant::now() + LEASE);
    let said = || {
        let doing = presence.list().0[0].doing.clone();
        (doing.cursor.map(|cursor| cursor.x), doing.typing)
    };
    presence.join(&ann, &id("1"));
    presence.set(&ann, &id("1"), cursor(1.0));
    presence.lease(&ann, typing(Some(true)), until);
    presence.leave(&ann, "1");
    assert_eq!(said(), (None, Some(true)), "who has the lease types");
    presence.join(&ann, &id("2"));
    presence.set(&ann, &id("2"), cursor(2.0));
    presence.lease(&ann, DoingChange::default(), until);
    assert!(presence.release("ann"));
    assert_eq!(said(), (Some(2.0), None), "nobody types any more");
}

#[test]
fn a_change_leaves_alone_what_it_does_not_name_and_null_clears() {
    let presence = Presence::default();
    let ann = person("ann");
    presence.join(&ann, &id("1"));
    presence.set(&ann, &id("1"), cursor(1.0));
    presence.set(&ann, &id("1"), typing(Some(true)));
    let doing = presence.list().0[0].doing.clone();
    assert_eq!((doing.cursor.is_some(), doing.typing), (true, Some(true)));
    presence.set(&ann, &id("1"), typing(None));
    let doing = presence.list().0[0].doing.clone();
    assert_eq!((doing.cursor.is_some(), doing.typing), (true, None));
}

#[test]
fn a_lease_is_renewed_given_back_or_runs_out() {
    let presence = Presence::default();
    let (ann, now) = (person("ann"), Instant::now());
    assert!(!presence.release("ann"));
    presence.lease(&ann, cursor(1.0), now + LEASE);
    presence.lease(&ann, DoingChange::default(), now + LEASE * 2);
    assert!(presence.expire(now + LEASE).is_empty());
    assert_eq!(presence.list().0[0].doing.cursor, Some(Cursor { x: 1.0, y: 0.0 }));
    assert!(presence.has_leases() && presence.release("ann"));
    assert!(presence.list().0.is_empty() && !presence.has_leases());
    presence.lease(&ann, DoingChange::default(), now + LEASE);
    presence.expire(now + LEASE);
    assert!(presence.list().0.is_empty());
}

#[test]
fn whoever_chose_no_color_has_one_and_always_the_same() {
    let presence = Presence::default();
    presence.join(&person("ann"), &id("1"));
    presence.join(&Person { color: Some("#123456".into()), ..person("bob") }, &id("2"));
    let colors: Vec<_> = presence.list().0.into_iter().map(|one| one.color).collect();
    assert_eq!(colors, [color::of("ann"), "#123456"]);
}
