//! A project moves to the present version of its template, and nothing is lost.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use graphroom::project::Library;
use graphroom::store::sqlite::SqliteStore;
use reqwest::StatusCode;
use serde_json::json;

use crate::support::{Client, TestServer};

fn write(dir: &Path, version: &str, property: &str) {
    let text = format!(
        "name: Kitchen\nversion: \"{version}\"\nnode_types:\n  - id: room\n    label: Room\n    properties:\n      \
         - {{ id: {property}, label: A property, type: text }}\n"
    );
    fs::write(dir.join("kitchen.yaml"), text).unwrap();
}

// C-145
#[tokio::test]
async fn adopting_the_changed_template_keeps_every_value_and_can_be_taken_back() {
    let (data, templates) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(templates.path(), "1", "colour");
    let store = Arc::new(SqliteStore::open(data.path()).unwrap());
    let server = TestServer::start_parts(store, |parts| {
        parts.templates = Library::open(Some(templates.path().to_owned())).0;
    })
    .await;
    let (_, created) =
        server.rest.post("/projects", json!({ "template_id": "kitchen", "project_name": "Ours" })).await;
    let path = format!("/projects/{}", created["project_id"].as_str().unwrap());
    let (session, root) = (&created["session_id"], &created["graph"]["roots"][0]["id"]);
    let execute = async |command_type: &str, data: serde_json::Value| {
        let body = json!({ "session_id": session, "command_type": command_type, "data": data });
        server.rest.post("/commands/execute", body).await
    };
    // The version of a schema, and the only property in it.
    let described = async |path: &str| {
        let (status, schema) = server.rest.get(&format!("{path}/schema")).await;
        assert_eq!((status, &schema["template_id"]), (StatusCode::OK, &json!("kitchen")));
        (schema["version"].clone(), schema["node_types"][0]["properties"][0]["id"].clone())
    };
    execute("UpdateProperty", json!({ "node_id": root, "property_id": "colour", "new_value": "red" })).await;
    let mut member = Client::connect(server.address).await;
    member.join(session.as_str().unwrap()).await;

    write(templates.path(), "2", "size");
    assert_eq!(server.server.reload_templates().await.changed.len(), 1);
    assert_eq!(server.rest.get(&path).await.1["template_version"], "1", "a project pins its template");
    assert_eq!(described(&path).await, (json!("1"), json!("colour")), "and is described by it");
    assert_eq!(described("/templates/kitchen").await, (json!("2"), json!("size")));
    let (status, adopted) = execute("AdoptTemplate", json!({})).await;
    assert_eq!(status, StatusCode::OK, "{adopted}");
    let told = member.event_named("template-adopted").await;
    assert_eq!((&told["template_id"], &told["version"]), (&json!("kitchen"), &json!("2")));
    let (_, read) = server.rest.get(&path).await;
    assert_eq!(read["template_version"], "2");
    assert_eq!(described(&path).await, (json!("2"), json!("size")));
    assert_eq!(read["graph"]["roots"][0]["properties"], json!({ "colour": "red" }));

    let (_, undone) =
        server.rest.post(&format!("/sessions/{}/undo", session.as_str().unwrap()), json!({})).await;
    assert_eq!(undone["success"], true);
    assert_eq!(member.event_named("template-adopted").await["version"], "1");
    assert_eq!(server.rest.get(&path).await.1["template_version"], "1");
    let (status, refused) = execute("AdoptTemplate", json!({ "template_id": "nobody" })).await;
    assert_eq!((status, &refused["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("INVALID_TEMPLATE")));
    server.stop().await;
}
