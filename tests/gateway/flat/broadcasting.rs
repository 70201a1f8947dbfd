//! Events of pages' own.
//!
//! Proves FLAT-5 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{Page, assert_is_time, stock};
use crate::identity::Guarded;
use crate::support::TestServer;

#[tokio::test]
async fn an_event_of_a_pages_own_goes_to_who_else_hears_its_projects() {
    let server = TestServer::start().await;
    let (mut ann, mut bob) = (Page::named(&server, "ann").await, Page::named(&server, "bob").await);
    let (mut cleo, mut dan) = (stock(&server, "cleo").await, Page::named(&server, "dan").await);
    let nobody =
        ann.ask("broadcast", json!({ "event_type": "deployed", "data": { "n": 1 } }), "broadcast_sent").await;
    assert_eq!((&nobody["event_type"], &nobody["receivers"]), (&json!("deployed"), &json!(0)), "{nobody}");
    assert_is_time(&nobody["timestamp"]);
    for page in [&mut ann, &mut bob] {
        page.ask("join_project", json!({ "projectId": "p1" }), "user_joined_project").await;
    }
    dan.ask("join_project", json!({ "projectId": "p2" }), "user_joined_project").await;
    assert_eq!(cleo.call("join_project", json!({ "project_id": "p1" })).await["success"], true);
    let data = json!({ "n": 2, "user_id": "said", "nested": { "type": "x" } });
    let sent = ann.ask("broadcast", json!({ "eventType": "deployed", "data": data }), "broadcast_sent").await;
    assert_eq!(sent["receivers"], 2, "{sent}");
    let heard = bob.frame("deployed").await;
    let expected = json!({ "type": "deployed", "n": 2, "user_id": "said", "userId": "said", "nested": { "type": "x" },
        "project_id": "p1", "projectId": "p1", "timestamp": heard["timestamp"] });
    assert_eq!(heard, expected);
    assert_is_time(&heard["timestamp"]);
    let heard = cleo.event_named("broadcast_message").await;
    let told =
        [&heard["event_type"], &heard["data"], &heard["user_id"], &heard["project_id"]].map(Clone::clone);
    assert_eq!(told, [json!("deployed"), data, json!("ann"), json!("p1")], "{heard}");
    let typed = json!({ "event_type": "deployed", "data": { "type": "error" } });
    ann.ask("broadcast", typed, "broadcast_sent").await;
    assert_eq!(bob.frame("deployed").await["data"], json!({ "type": "error" }));
    assert!(dan.until_here().await.is_empty(), "another project is another one");
    let own = ann.until_here().await;
    assert!(own.iter().all(|frame| frame["type"] != "deployed"), "who sent it knows it: {own:?}");
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_broadcast_or_pretends_to_be_the_servers_is_refused() {
    let server = TestServer::start().await;
    let mut page = Page::named(&server, "ann").await;
    page.ask("join_project", json!({ "projectId": "p1" }), "user_joined_project").await;
    let large = json!({ "text": "x".repeat(70_000) });
    for (fields, code) in [
        (json!({}), "INVALID_REQUEST"),
        (json!({ "event_type": "x" }), "INVALID_REQUEST"),
        (json!({ "event_type": "x", "data": {} }), "INVALID_REQUEST"),
        (json!({ "event_type": "x", "data": "text" }), "INVALID_REQUEST"),
        (json!({ "event_type": "", "data": { "a": 1 } }), "INVALID_REQUEST"),
        (json!({ "event_type": 5, "data": { "a": 1 } }), "INVALID_REQUEST"),
        (json!({ "event_type": "x".repeat(129), "data": { "a": 1 } }), "INVALID_REQUEST"),
        (json!({ "event_type": "x", "data": large }), "PAYLOAD_TOO_LARGE"),
    ] {
        let error = page.ask("broadcast", fields, "error").await;
        assert_eq!(error["code"], code, "{error}");
    }
    let (_, types) = server.rest.send(server.rest.at_root("/api/websocket/events/types")).await;
    for name in ["error", "node-created", "message_received", "connect", "broadcast_sent", "undo", "pong"] {
        let error = page.ask("broadcast", json!({ "event_type": name, "data": { "a": 1 } }), "error").await;
        assert_eq!(error["code"], "INVALID_REQUEST", "{name}: {error}");
        let listed = types["data"]["event_types"].as_object().unwrap();
        assert!(listed.values().any(|one| one == name), "{name} is listed");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_viewer_broadcasts_nothing_and_an_editor_only_where_it_is_one() {
    let guarded = Guarded::start().await;
    let read = guarded.project(&[("ann", "viewer"), ("eve", "viewer")]).await;
    let written = guarded.project(&[("ann", "editor"), ("eve", "viewer")]).await;
    let mut ann = Page::open_by(&guarded.server, &format!("?token={}", guarded.token("ann"))).await;
    let mut eve = Page::open_by(&guarded.server, &format!("?token={}", guarded.token("eve"))).await;
    for project in [&read, &written] {
        eve.ask("join_project", json!({ "projectId": project.project_id }), "user_joined_project").await;
    }
    let broadcast = json!({ "event_type": "deployed", "data": { "n": 1 } });
    assert_eq!(eve.ask("broadcast", broadcast.clone(), "error").await["code"], "FORBIDDEN");
    ann.ask("join_project", json!({ "projectId": read.project_id }), "user_joined_project").await;
    assert_eq!(ann.ask("broadcast", broadcast.clone(), "error").await["code"], "FORBIDDEN");
    ann.ask("join_project", json!({ "projectId": written.project_id }), "user_joined_project").await;
    assert_eq!(ann.ask("broadcast", broadcast, "broadcast_sent").await["receivers"], 1);
    assert_eq!(eve.frame("deployed").await["project_id"], Value::from(written.project_id));
    guarded.stop().await;
}
