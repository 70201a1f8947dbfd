//! What a restart leaves as it was.
//!
//! Proves CMD-3 and UNDO-1 (docs/behaviour.md).

use serde_json::{Value, json};

use crate::support::client::Options;
use crate::support::{Client, TestServer};

#[tokio::test]
async fn a_project_its_steps_and_its_command_ids_survive_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let server = TestServer::start_in(directory.path()).await;
    let project = server.rest.project().await;
    let ada = server.rest.named("ada");
    let body = json!({
        "session_id": project.session_id, "command_type": "CreateNode", "command_id": "first",
        "data": { "parent_id": project.root, "blueprint_type_id": "phase", "name": "Paint" },
    });
    let (_, first) = ada.post("/commands/execute?graph=none", body.clone()).await;
    let (_, before) = ada.get(&format!("/sessions/{}/graph", project.session_id)).await;
    server.stop().await;

    let server = TestServer::start_in(directory.path()).await;
    let ada = server.rest.named("ada");
    let (_, after) = ada.get(&format!("/sessions/{}/graph", project.session_id)).await;
    assert_eq!(before, after);
    let (_, again) = ada.post("/commands/execute?graph=none", body).await;
    assert_eq!(again["duplicate"], true, "{again}");
    assert_eq!((&again["seq"], &again["node_id"]), (&first["seq"], &first["node_id"]));

    let options = Options { user_id: Some("ada".to_owned()), ..Options::default() };
    let mut client = Client::connect_with(server.address, options).await;
    let joined = client.join(&project.session_id).await;
    assert_eq!((&joined["seq"], &joined["epoch"]), (&before["seq"], &before["epoch"]));
    let undone = client.call("undo", json!({ "session_id": project.session_id })).await;
    assert_eq!(undone["seq"], 4, "the step of before the restart is there: {undone}");
    assert_eq!(client.event_named("node-deleted").await["node_id"], first["node_id"]);
    server.stop().await;
}

#[tokio::test]
async fn a_named_undo_that_found_no_step_finds_none_when_it_is_repeated_also_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let mut server = TestServer::start_in(directory.path()).await;
    let project = server.rest.project().await;
    let undo = format!("/sessions/{}/undo?graph=none", project.session_id);
    let named = json!({ "command_id": "back" });
    let (status, first) = server.rest.named("ada").post(&undo, named.clone()).await;
    assert_eq!((status.as_u16(), &first["nothing_to_undo"]), (200, &json!(true)), "{first}");
    let data = json!({ "parent_id": project.root, "blueprint_type_id": "phase", "name": "Paint" });
    server.rest.named("ada").execute(&project, "CreateNode", data).await;

    for is_restarted in [false, true] {
        if is_restarted {
            server.stop().await;
            server = TestServer::start_in(directory.path()).await;
        }
        let ada = server.rest.named("ada");
        let (_, again) = ada.post(&undo, named.clone()).await;
        assert_eq!((&again["nothing_to_undo"], &again["duplicate"]), (&json!(true), &json!(true)), "{again}");
        assert_eq!(again["seq"], first["seq"]);
        let (status, other) = ada.post(&undo, json!({ "command_id": "back", "scope": "mine" })).await;
        assert_eq!((status.as_u16(), &other["error"]["code"]), (409, &json!("IDEMPOTENCY_MISMATCH")));
        let (_, graph) = ada.get(&format!("/sessions/{}/graph", project.session_id)).await;
        assert_eq!(graph["graph"]["roots"][0]["children"].as_array().unwrap().len(), 1, "{graph}");
    }
    // Somebody else's name is another one.
    let (_, undone) = server.rest.named("bob").post(&undo, named).await;
    assert_eq!((&undone["duplicate"], &undone["nothing_to_undo"]), (&Value::Null, &Value::Null), "{undone}");
    server.stop().await;
}

#[tokio::test]
async fn a_second_server_on_the_same_directory_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let server = TestServer::start_in(directory.path()).await;
    assert!(graphroom::store::sqlite::SqliteStore::open(directory.path()).is_err());
    server.stop().await;
}
