//! Sessions that nobody uses go; what they hold does not.

use std::sync::Arc;
use std::time::Duration;

use graphroom::store::sqlite::SqliteStore;
use graphroom::store::{Catalogue, SessionRow};
use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::faulty_store::{Fault, FaultyStore};
use crate::support::{Client, TestServer, until};

async fn empty_session(server: &TestServer) -> String {
    let (_, created) = server.rest.post("/sessions", json!({})).await;
    created["session_id"].as_str().unwrap().to_owned()
}

async fn clean_up(server: &TestServer, hours: Value) -> (StatusCode, Value) {
    server.rest.post("/sessions/cleanup", json!({ "max_inactive_hours": hours })).await
}

// C-024, C-026, C-027, C-028
#[tokio::test]
async fn cleanup_unloads_projects_deletes_empty_sessions_and_leaves_those_with_members() {
    let server = TestServer::start().await;
    let (idle, joined) = (server.rest.project().await, server.rest.project().await);
    let answer = server.rest.execute(&idle, "CreateNode", json!({ "blueprint_type_id": "phase" })).await;
    let (empty, empty_joined) = (empty_session(&server).await, empty_session(&server).await);
    let mut member = Client::connect(server.address).await;
    member.join(&joined.session_id).await;
    member.join(&empty_joined).await;

    assert_eq!(clean_up(&server, json!(24)).await.1, json!({ "sessions_removed": 0, "active_sessions": 3 }));
    let (status, cleaned) = clean_up(&server, json!(0)).await;
    assert_eq!((status, &cleaned["sessions_removed"]), (StatusCode::OK, &json!(2)), "{cleaned}");
    assert_eq!(cleaned["active_sessions"], 2);
    assert_eq!(server.rest.get(&format!("/sessions/{empty}/info")).await.0, StatusCode::NOT_FOUND);
    assert_eq!(server.rest.get(&format!("/sessions/{empty_joined}/info")).await.0, StatusCode::OK);

    // What was unloaded comes back whole with the next who asks for it.
    let (status, info) = server.rest.get(&format!("/sessions/{}/info", idle.session_id)).await;
    assert_eq!(
        (status, &info["node_count"], &info["undo_available"]),
        (StatusCode::OK, &json!(2), &json!(true))
    );
    let (_, undone) = server.rest.post(&format!("/sessions/{}/undo", idle.session_id), json!({})).await;
    assert_eq!(
        (&undone["success"], &undone["seq"]),
        (&json!(true), &json!(answer["seq"].as_u64().unwrap() + 2))
    );
    server.rest.execute(&joined, "CreateNode", json!({ "blueprint_type_id": "phase" })).await;
    member.event_named("node-created").await;
    server.stop().await;
}

// C-029
#[tokio::test]
async fn cleanup_takes_no_body_or_a_number_of_hours_and_nothing_else() {
    let server = TestServer::start().await;
    let without = server.rest.request(reqwest::Method::POST, "/sessions/cleanup");
    assert_eq!(server.rest.send(without).await.0, StatusCode::OK);
    for hours in [json!("x"), json!(-1), json!([1])] {
        let (status, refused) = clean_up(&server, hours).await;
        assert_eq!((status, &refused["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("INVALID_REQUEST")));
    }
    assert_eq!(clean_up(&server, json!(1e300)).await.0, StatusCode::OK);
    server.stop().await;
}

// C-025
#[tokio::test]
async fn without_a_number_of_hours_a_day_is_meant() {
    let directory = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(directory.path()).unwrap());
    let ago = |minutes: i64| (chrono::Utc::now() - chrono::Duration::minutes(minutes)).into();
    for created_at in [ago(24 * 60 - 5), ago(24 * 60 + 5)] {
        let row = SessionRow { session_id: Uuid::new_v4(), project_id: None, created_at, owner: None };
        store.create_session(row).await.unwrap();
    }
    let two_days = Duration::from_secs(48 * 3_600);
    let server = TestServer::start_parts(store, |parts| parts.unload_after = two_days).await;
    let without = server.rest.request(reqwest::Method::POST, "/sessions/cleanup");
    let (_, cleaned) = server.rest.send(without).await;
    assert_eq!(cleaned["sessions_removed"], 1, "{cleaned}");
    assert_eq!(server.rest.post("/sessions/cleanup", json!({})).await.1["sessions_removed"], 0);
    assert_eq!(server.rest.get("/sessions").await.1["total"], 1);
    assert_eq!(clean_up(&server, json!(23)).await.1["sessions_removed"], 1);
    server.stop().await;
}

#[tokio::test]
async fn those_who_clean_up_at_the_same_time_do_not_stand_in_each_other_s_way() {
    let server = TestServer::start().await;
    for _ in 0..50 {
        empty_session(&server).await;
    }
    let hours = || clean_up(&server, json!(0));
    let (one, two, three) = tokio::join!(hours(), hours(), hours());
    let removed = [one, two, three].map(|(status, cleaned)| {
        assert_eq!(status, StatusCode::OK, "{cleaned}");
        cleaned["sessions_removed"].as_u64().unwrap()
    });
    assert_eq!(removed.iter().sum::<u64>(), 50, "{removed:?}");
    server.stop().await;
}

fn kept_project() -> Value {
    let root = json!({ "id": Uuid::new_v4(), "type": "project_root", "name": "Kept", "parent_id": null, "properties": {} });
    json!({ "version": "1.0", "name": "Kept", "templates": ["restomod.yaml"], "nodes": [root] })
}

#[tokio::test]
async fn a_session_that_is_used_after_it_was_found_idle_keeps_what_was_published_and_its_project() {
    let directory = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(directory.path()).unwrap());
    let server = TestServer::start_on(store).await;
    let mut empty = Vec::new();
    for _ in 0..60 {
        empty.push(empty_session(&server).await);
    }
    // The last ones of the list get a project while the first are deleted.
    let begin = async {
        let mut kept = Vec::new();
        for id in empty.iter().rev() {
            let event = json!({ "event_type": "turn", "payload": { "of": id } });
            let (published, _) = server.rest.post(&format!("/sessions/{id}/events"), event).await;
            let path = format!("/sessions/{id}/load-graph");
            let (loaded, answer) = server.rest.post(&path, kept_project()).await;
            if loaded == StatusCode::OK {
                kept.push((id, published));
            } else {
                assert!(loaded == StatusCode::NOT_FOUND || answer["error"]["code"] == "BUSY", "{answer}");
            }
        }
        kept
    };
    let ((status, cleaned), kept) = tokio::join!(clean_up(&server, json!(0)), begin);
    assert_eq!(status, StatusCode::OK, "{cleaned}");
    let removed = cleaned["sessions_removed"].as_u64().unwrap();
    assert!(removed > 0 && !kept.is_empty(), "{removed} and {}", kept.len());
    for (id, published) in kept {
        let (status, info) = server.rest.get(&format!("/sessions/{id}/info")).await;
        assert_eq!((status, &info["has_project"]), (StatusCode::OK, &json!(true)), "{info}");
        let (_, events) = server.rest.get(&format!("/sessions/{id}/events?kind=published")).await;
        let there = events["events"].as_array().map_or(0, Vec::len);
        assert_eq!(there, usize::from(published.is_success()), "{events}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_session_that_is_about_to_get_its_project_is_not_cleaned_up() {
    let store = Arc::new(FaultyStore::new());
    let server = TestServer::start_on(Arc::clone(&store) as Arc<_>).await;
    let id = empty_session(&server).await;
    let event = json!({ "event_type": "turn", "payload": {} });
    assert_eq!(server.rest.post(&format!("/sessions/{id}/events"), event).await.0, StatusCode::CREATED);
    store.set(Fault::Held);
    let path = format!("/sessions/{id}/load-graph");
    let ((status, loaded), ()) = tokio::join!(server.rest.post(&path, kept_project()), async {
        until("the project is being entered", async || store.creations() == 1).await;
        assert_eq!(clean_up(&server, json!(0)).await.1["sessions_removed"], 0);
        store.set(Fault::None);
    });
    assert_eq!(status, StatusCode::OK, "{loaded}");
    let (_, events) = server.rest.get(&format!("/sessions/{id}/events?kind=published")).await;
    assert_eq!(events["events"].as_array().map(Vec::len), Some(1), "{events}");
    server.stop().await;
}

#[tokio::test]
async fn commands_and_joins_that_come_while_a_session_is_unloaded_are_not_lost() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut made = 0_u64;
    for round in 0..40 {
        let command = server.rest.post(
            "/commands/execute?graph=none",
            json!({ "session_id": project.session_id, "command_type": "CreateNode", "data": { "blueprint_type_id": "phase" } }),
        );
        let ((status, answer), cleaned) = tokio::join!(command, clean_up(&server, json!(0)));
        assert_eq!(cleaned.0, StatusCode::OK);
        match status {
            StatusCode::OK => made += 1,
            // Told to retry, and nothing happened.
            _ => assert_eq!(answer["error"]["code"], "BUSY", "round {round}: {answer}"),
        }
    }
    let mut member = Client::connect(server.address).await;
    assert_eq!(member.join(&project.session_id).await["seq"], 1 + made);
    let (_, info) = server.rest.get(&format!("/sessions/{}/info", project.session_id)).await;
    assert_eq!(info["node_count"], 1 + made);
    assert!(made > 0);
    server.stop().await;
}

#[tokio::test]
async fn a_session_that_nobody_uses_is_unloaded_by_itself() {
    let directory = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(directory.path()).unwrap());
    let server =
        TestServer::start_parts(store, |parts| parts.unload_after = Duration::from_millis(200)).await;
    let project = server.rest.project().await;
    let empty = empty_session(&server).await;
    server.rest.execute(&project, "CreateNode", json!({ "blueprint_type_id": "phase" })).await;
    until("the empty session to go", async || server.rest.get("/sessions").await.1["total"] == 1).await;
    assert_eq!(server.rest.get(&format!("/sessions/{empty}/info")).await.0, StatusCode::NOT_FOUND);
    let (_, info) = server.rest.get(&format!("/sessions/{}/info", project.session_id)).await;
    assert_eq!(info["node_count"], 2);
    server.stop().await;
}

#[tokio::test]
async fn who_left_a_session_that_was_unloaded_since_is_answered_and_can_join_again() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let session = json!({ "session_id": project.session_id });
    let create = json!({
        "session_id": project.session_id, "command_type": "CreateNode", "data": { "blueprint_type_id": "phase" },
    });
    let mut client = Client::connect(server.address).await;
    client.join(&project.session_id).await;
    client.call("leave_session", session.clone()).await;
    assert_eq!(clean_up(&server, json!(0)).await.1["sessions_removed"], 1);
    assert_eq!(client.call("leave_session", session.clone()).await["success"], true);
    assert_eq!(client.call("execute_command", create.clone()).await["success"], true);
    assert_eq!(clean_up(&server, json!(0)).await.1["sessions_removed"], 1);
    assert_eq!(client.join(&project.session_id).await["seq"], 2);
    assert_eq!(client.call("execute_command", create).await["seq"], 3);
    assert_eq!(client.event_named("node-created").await["seq"], 3);
    server.stop().await;
}
