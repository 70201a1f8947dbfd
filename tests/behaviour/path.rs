//! The whole path: from a command to what everybody hears.
//!
//! Proves UNDO-6 (docs/behaviour.md).

use reqwest::StatusCode;
use serde_json::json;

use crate::support::{Client, TestServer};

#[tokio::test]
async fn a_member_hears_a_command_sent_by_rest_and_its_undo() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut client = Client::connect(server.address).await;
    let joined = client.join(&project.session_id).await;
    assert_eq!(joined["seq"], 1);
    assert_eq!(joined["client_id"], client.id);

    let data = json!({ "parent_id": project.root, "blueprint_type_id": "phase", "name": "Strip down" });
    let answer = server.rest.execute(&project, "CreateNode", data).await;
    let created = client.event_named("node-created").await;
    assert_eq!(created["event"], "node-created");
    assert_eq!(created["seq"], 2);
    assert_eq!(created["node_id"], answer["node_id"]);
    assert_eq!(created["node"]["id"], answer["node_id"]);
    assert_eq!(created["name"], "Strip down");
    assert_eq!(created["parent_id"], project.root);

    let (status, undone) =
        server.rest.post(&format!("/sessions/{}/undo", project.session_id), json!({})).await;
    assert_eq!(status, StatusCode::OK, "{undone}");
    let deleted = client.event_named("node-deleted").await;
    assert_eq!(deleted["node_ids"], json!([answer["node_id"]]));
    let undo = client.event_named("command:undo").await;
    assert_eq!((&undo["seq"], &undo["command_type"]), (&json!(4), &json!("CreateNode")));

    let (_, read) = server.rest.get(&format!("/projects/{}", project.project_id)).await;
    assert_eq!((&read["session_id"], &read["name"]), (&json!(project.session_id), &json!("Test")));
    assert_eq!(read["graph"]["roots"][0]["children"], json!([]));
    server.stop().await;
}
