//! Connections that know a session from before it was unloaded or deleted: they are answered all the same.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;

use crate::support::{Client, Project, TestServer, until};

/// An answer, which has to come: silence is what these tests are about.
async fn call(client: &mut Client, event: &str, body: &Value) -> Value {
    timeout(Duration::from_secs(10), client.call(event, body.clone())).await.expect("an answer")
}

fn create(project: &Project) -> Value {
    json!({
        "session_id": project.session_id, "command_type": "CreateNode", "data": { "blueprint_type_id": "phase" },
    })
}

/// Unloads the project's session, which nobody may be in.
async fn unload(server: &TestServer) {
    until("the session is unloaded", async || {
        let body = json!({ "max_inactive_hours": 0 });
        server.rest.post("/sessions/cleanup", body).await.1["active_sessions"] == 0
    })
    .await;
}

#[tokio::test]
async fn who_left_a_session_that_was_unloaded_is_answered_and_joins_it_again_over_the_same_connection() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let in_session = json!({ "session_id": project.session_id });
    for loads in ["execute_command", "join_session", "get_graph", "undo", "leave_session"] {
        let mut client = Client::connect(server.address).await;
        client.join(&project.session_id).await;
        call(&mut client, "leave_session", &in_session).await;
        unload(&server).await;
        let body = if loads == "execute_command" { create(&project) } else { in_session.clone() };
        assert_eq!(call(&mut client, loads, &body).await["success"], true, "{loads}");
        assert_eq!(call(&mut client, "get_graph", &json!({})).await["error"]["code"], "INVALID_REQUEST");

        assert_eq!(call(&mut client, "join_session", &in_session).await["success"], true, "{loads}");
        let made = server.rest.execute(&project, "CreateNode", json!({ "blueprint_type_id": "phase" })).await;
        assert_eq!(client.event_named("node-created").await["seq"], made["seq"], "{loads}");
        let answer = call(&mut client, "execute_command", &create(&project)).await;
        assert_eq!(client.event_named("node-created").await["seq"], answer["seq"], "{loads}");
        call(&mut client, "leave_session", &in_session).await;
        unload(&server).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_member_of_a_project_that_was_deleted_is_answered() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut client = Client::connect(server.address).await;
    client.join(&project.session_id).await;
    let path = format!("/projects/{}", project.project_id);
    let delete = server.rest.request(reqwest::Method::DELETE, &path);
    assert_eq!(server.rest.send(delete).await.0, 200);
    client.event_named("session:closed").await;
    until("the session is gone", async || {
        server.rest.get(&format!("/sessions/{}/info", project.session_id)).await.0 == 404
    })
    .await;
    for event in ["execute_command", "join_session", "get_graph", "undo"] {
        let answer = call(&mut client, event, &create(&project)).await;
        assert_eq!(answer["error"]["code"], "INVALID_SESSION", "{event}: {answer}");
    }
    let malformed = call(&mut client, "get_graph", &json!({})).await;
    assert_eq!(malformed["error"]["code"], "INVALID_REQUEST");
    let left = call(&mut client, "leave_session", &json!({ "session_id": project.session_id })).await;
    assert_eq!(left["success"], true);
    server.stop().await;
}
