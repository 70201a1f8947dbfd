//! Projects: joined and left, and what is told there.
//!
//! Proves FLAT-3 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{Page, assert_is_time, stock};
use crate::identity::{Guarded, remove_role};
use crate::support::TestServer;

#[tokio::test]
async fn who_joins_and_leaves_a_project_is_told_to_all_who_hear_it() {
    let server = TestServer::start().await;
    let (mut page, mut bob) = (Page::named(&server, "ann").await, stock(&server, "bob").await);
    let joined = page.ask("join_project", json!({ "projectId": "p1" }), "user_joined_project").await;
    assert_eq!(
        (&joined["projectId"], &joined["userId"], &joined["event"]),
        (&json!("p1"), &json!("ann"), &json!("project_joined"))
    );
    assert_eq!(joined["connectionId"], page.welcome["connection_id"]);
    assert_is_time(&joined["timestamp"]);
    assert_eq!(bob.call("join_project", json!({ "project_id": "p1" })).await["success"], true);
    assert_eq!(page.frame("user_joined_project").await["user_id"], "bob");
    let left = page.ask("leave_project", json!({ "project_id": "p1" }), "user_left_project").await;
    assert_eq!((&left["project_id"], &left["userId"]), (&json!("p1"), &json!("ann")), "{left}");
    bob.event_named("project_joined").await;
    assert_eq!(bob.event_named("project_left").await["user_id"], "ann");
    assert_eq!(bob.call("leave_project", json!({ "project_id": "p1" })).await["success"], true);
    assert!(page.until_here().await.is_empty(), "who left hears nothing");
    for fields in [json!({}), json!({ "projectId": "" }), json!({ "projectId": 5 })] {
        let error = page.ask("join_project", fields.clone(), "error").await;
        assert_eq!(error["code"], "INVALID_REQUEST", "{fields}: {error}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_subscription_to_a_project_joins_it_and_is_confirmed_once_it_has() {
    let server = TestServer::start().await;
    let (mut page, mut bob) = (Page::named(&server, "ann").await, stock(&server, "bob").await);
    for (fields, project, user) in [
        (json!({}), Value::Null, Value::Null),
        (json!({ "user_id": "u1" }), Value::Null, json!("u1")),
        (json!({ "project_id": "p1", "user_id": "u1" }), json!("p1"), json!("u1")),
        (json!({ "projectId": "p2" }), json!("p2"), Value::Null),
    ] {
        let confirmed = page.ask("subscribe", fields, "subscription_confirmed").await;
        assert_eq!((&confirmed["project_id"], &confirmed["user_id"]), (&project, &user), "{confirmed}");
        assert_is_time(&confirmed["timestamp"]);
    }
    assert_eq!(bob.call("join_project", json!({ "project_id": "p1" })).await["success"], true);
    assert_eq!(page.frame("user_joined_project").await["user_id"], "bob");
    let ended = page.ask("unsubscribe", json!({ "projectId": "p1" }), "subscription_ended").await;
    assert_eq!(ended["project_id"], "p1");
    assert_eq!(bob.call("leave_project", json!({ "project_id": "p1" })).await["success"], true);
    assert!(page.until_here().await.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn of_a_project_a_page_may_choose_events() {
    let server = TestServer::start().await;
    let (mut page, mut bob) = (Page::named(&server, "ann").await, Page::named(&server, "bob").await);
    let choose = json!({ "projectId": "p1", "events": ["deployed"] });
    let confirmed = page.ask("subscribe_project", choose, "subscription_confirmed").await;
    assert_eq!(
        (&confirmed["projectId"], &confirmed["events"]),
        (&json!("p1"), &json!(["deployed"])),
        "{confirmed}"
    );
    bob.ask("join_project", json!({ "projectId": "p1" }), "user_joined_project").await;
    for event_type in ["built", "deployed"] {
        bob.ask("broadcast", json!({ "event_type": event_type, "data": { "n": 1 } }), "broadcast_sent").await;
    }
    assert_eq!(page.next().await["type"], "deployed", "neither that bob joined, nor what was built");
    page.ask(
        "subscribe_project",
        json!({ "projectId": "p1", "events": ["built"] }),
        "subscription_confirmed",
    )
    .await;
    page.ask(
        "unsubscribe_project",
        json!({ "projectId": "p1", "events": ["deployed"] }),
        "subscription_ended",
    )
    .await;
    for event_type in ["deployed", "built"] {
        bob.ask("broadcast", json!({ "event_type": event_type, "data": { "n": 2 } }), "broadcast_sent").await;
    }
    assert_eq!(page.next().await["type"], "built");
    page.ask("unsubscribe_project", json!({ "projectId": "p1" }), "subscription_ended").await;
    let sent =
        bob.ask("broadcast", json!({ "event_type": "built", "data": { "n": 3 } }), "broadcast_sent").await;
    assert_eq!(sent["receivers"], 0, "{sent}");
    for fields in [
        json!({}),
        json!({ "projectId": "p1", "events": "built" }),
        json!({ "projectId": "p1", "events": [5] }),
    ] {
        let error = page.ask("subscribe_project", fields.clone(), "error").await;
        assert_eq!(error["code"], "INVALID_REQUEST", "{fields}: {error}");
    }
    server.stop().await;
}

#[tokio::test]
async fn where_everybody_has_a_role_a_page_hears_its_own_projects_as_long_as_it_may() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[("ann", "viewer")]).await;
    let hidden = guarded.project(&[]).await;
    let mut ann = Page::open_by(&guarded.server, &format!("?token={}", guarded.token("ann"))).await;
    for id in [&hidden.project_id, "00000000-0000-4000-8000-000000000000"] {
        let error = ann.ask("subscribe", json!({ "projectId": id }), "error").await;
        assert_eq!(error["code"], "PROJECT_NOT_FOUND", "{error}");
    }
    let other = ann.ask("subscribe", json!({ "userId": "owner" }), "error").await;
    assert_eq!(other["code"], "FORBIDDEN", "{other}");
    let own = json!({ "projectId": project.project_id, "userId": "ann" });
    let confirmed = ann.ask("subscribe", own, "subscription_confirmed").await;
    assert_eq!(confirmed["projectId"], project.project_id);
    remove_role(&guarded.rest("owner"), &project, "ann").await;
    let error = ann.frame("error").await;
    assert_eq!(
        (&error["code"], &error["details"]["project_id"]),
        (&json!("FORBIDDEN"), &json!(project.project_id))
    );
    assert_eq!(ann.frame("user_left_project").await["projectId"], project.project_id);
    guarded.stop().await;
}
