//! Saving marks a place; `is_dirty` tells whether anything is behind it.

use reqwest::StatusCode;
use serde_json::json;

use crate::support::{Rest, TestServer};

async fn is_dirty(rest: &Rest, session_id: &str) -> bool {
    let (status, answer) = rest.get(&format!("/sessions/{session_id}/dirty")).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(answer["session_id"], session_id);
    answer["is_dirty"].as_bool().unwrap()
}

// C-036, C-039, C-040, C-041, C-042
#[tokio::test]
async fn a_new_project_is_clean_a_command_makes_it_dirty_and_each_way_to_save_cleans_it() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let session = &project.session_id;
    assert!(!is_dirty(&server.rest, session).await);
    let saves = [
        format!("/sessions/{session}/save"),
        format!("/sessions/{session}/reset-dirty"),
        format!("/projects/{}/save", project.project_id),
    ];
    for path in saves {
        let answer =
            server.rest.execute(&project, "CreateNode", json!({ "blueprint_type_id": "phase" })).await;
        assert_eq!(answer["is_dirty"], true);
        assert!(is_dirty(&server.rest, session).await);
        let (status, saved) = server.rest.post(&path, json!({})).await;
        assert_eq!(status, StatusCode::OK, "{path}: {saved}");
        assert_eq!(saved, json!({ "success": true, "session_id": session, "is_dirty": false }));
        assert!(!is_dirty(&server.rest, session).await);
    }
    let (_, undone) = server.rest.post(&format!("/sessions/{session}/undo"), json!({})).await;
    assert_eq!(undone["is_dirty"], true);
    server.stop().await;
}

#[tokio::test]
async fn what_was_saved_is_so_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let server = TestServer::start_in(directory.path()).await;
    let (saved, dirty) = (server.rest.project().await, server.rest.project().await);
    for project in [&saved, &dirty] {
        server.rest.execute(project, "CreateNode", json!({ "blueprint_type_id": "phase" })).await;
    }
    server.rest.post(&format!("/sessions/{}/save", saved.session_id), json!({})).await;
    server.stop().await;
    let server = TestServer::start_in(directory.path()).await;
    assert!(!is_dirty(&server.rest, &saved.session_id).await);
    assert!(is_dirty(&server.rest, &dirty.session_id).await);
    server.stop().await;
}

#[tokio::test]
async fn a_session_without_a_project_is_clean_and_has_nothing_to_save() {
    let server = TestServer::start().await;
    let (_, created) = server.rest.post("/sessions", json!({})).await;
    let session = created["session_id"].as_str().unwrap();
    assert!(!is_dirty(&server.rest, session).await);
    let (status, refused) = server.rest.post(&format!("/sessions/{session}/save"), json!({})).await;
    assert_eq!((status, &refused["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("INVALID_STATE")));
    for path in ["/sessions/nobody/save", "/sessions/nobody/reset-dirty", "/projects/nobody/save"] {
        assert_eq!(server.rest.post(path, json!({})).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(server.rest.get("/sessions/nobody/dirty").await.0, StatusCode::NOT_FOUND);
    server.stop().await;
}
