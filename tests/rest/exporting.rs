//! Projects as files: what comes out goes in again.

use graphroom::domain::{Record, State, canonical};
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::importing::{export, send};
use crate::support::TestServer;

/// A tree without what differs between two projects by right.
fn names(tree: &Value) -> Value {
    let children: Vec<Value> = tree["children"].as_array().unwrap().iter().map(names).collect();
    let fields = ["id", "name", "properties", "created_at", "blocked_by", "parent_id", "blueprint_type_id"];
    let mut node: serde_json::Map<String, Value> =
        fields.iter().map(|field| ((*field).to_owned(), tree[field].clone())).collect();
    node.insert("children".to_owned(), children.into());
    node.into()
}

// C-203
#[tokio::test]
async fn what_commands_made_is_exported_and_imported_as_it_was() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut phases = Vec::new();
    for name in ["Body", "Paint \"red\"\n", "Kabel & Übel \u{1F600}"] {
        let data =
            json!({ "parent_id": project.root, "blueprint_type_id": "phase", "name": name, "index": 0 });
        let made = server.rest.execute(&project, "CreateNode", data).await;
        phases.push(made["node_id"].as_str().unwrap().to_owned());
    }
    let block = json!({ "blocked_node_id": phases[0], "blocking_node_id": phases[1] });
    server.rest.execute(&project, "UpdateBlockingRelationship", block).await;
    let value =
        json!({ "node_id": phases[2], "property_id": "anything", "new_value": { "a": [1.5, null, "x"] } });
    server.rest.execute(&project, "UpdateProperty", value).await;
    server
        .rest
        .execute(&project, "UnlinkNode", json!({ "parent_id": project.root, "child_id": phases[1] }))
        .await;
    let first = json!({ "node_id": phases[1], "new_index": 0 });
    server.rest.execute(&project, "ReorderNode", first).await;

    let (file, header) = export(&server.rest, &project.project_id).await;
    assert_eq!(header, "attachment; filename=\"Test.json\"; filename*=UTF-8''Test.json");
    let (status, made) = send(&server.rest, "/projects/import", file.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let (_, before) = server.rest.get(&format!("/sessions/{}/graph/tree", project.session_id)).await;
    let roots = |tree: &Value| tree["roots"].as_array().unwrap().iter().map(names).collect::<Vec<_>>();
    assert_eq!(roots(&made["graph"]), roots(&before));
    assert_eq!(before["roots"].as_array().unwrap().len(), 2);
    let (again, _) = export(&server.rest, made["project_id"].as_str().unwrap()).await;
    assert_eq!(again, file);
    server.stop().await;
}

#[tokio::test]
async fn a_file_is_called_like_its_project() {
    let server = TestServer::start().await;
    let body = json!({ "template_id": "restomod", "project_name": "Käfer \"63\"/\\\r\n; x" });
    let (_, made) = server.rest.post("/projects", body).await;
    let (_, header) = export(&server.rest, made["project_id"].as_str().unwrap()).await;
    let expected = "attachment; filename=\"K_fer _63______ x.json\"; \
                    filename*=UTF-8''K%C3%A4fer%20_63_____%3B%20x.json";
    assert_eq!(header, expected.replace("______ x", "_____; x"));
    server.stop().await;
}

#[tokio::test]
async fn a_project_that_is_not_there_has_no_file() {
    let server = TestServer::start().await;
    for id in ["00000000-0000-4000-8000-000000000000", "no-uuid"] {
        for path in ["export", "orphaned-properties"] {
            let (status, answer) = server.rest.get(&format!("/projects/{id}/{path}")).await;
            assert_eq!(
                (status, &answer["error"]["code"]),
                (StatusCode::NOT_FOUND, &json!("PROJECT_NOT_FOUND"))
            );
        }
        let (status, _) = server.rest.post(&format!("/projects/{id}/graph/search"), json!({})).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
    server.stop().await;
}

async fn exported(server: &TestServer, project: &str, query: &str) -> (String, String, String) {
    let request = server.rest.request(Method::GET, &format!("/projects/{project}/export{query}"));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let header = |name| response.headers()[name].to_str().unwrap().to_owned();
    let (kind, disposition) = (header(CONTENT_TYPE), header(CONTENT_DISPOSITION));
    (response.text().await.unwrap(), kind, disposition)
}

/// The state that records come to.
fn replayed<'a>(records: impl Iterator<Item = &'a str>) -> State {
    let mut state = State::default();
    for text in records {
        let record = Record::decode(text).unwrap();
        assert_eq!(record.seq_first, state.head + 1);
        state.apply(&record);
    }
    state
}

// HIST-8
#[tokio::test]
async fn an_export_with_history_holds_every_record_as_it_is_stored() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    // More than is read from the journal at a time.
    for number in 0..40 {
        let value = "x".repeat(60_000) + &number.to_string();
        let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": value });
        server.rest.execute(&project, "UpdateProperty", data).await;
    }
    let id = &project.project_id;
    let (plain, kind, _) = exported(&server, id, "").await;
    assert_eq!(kind, "application/json");

    let (lines, kind, disposition) = exported(&server, id, "?history=lines").await;
    assert_eq!(kind, "application/x-ndjson");
    assert_eq!(disposition, "attachment; filename=\"Test.jsonl\"; filename*=UTF-8''Test.jsonl");
    assert!(lines.len() > 4_000_000 && lines.ends_with('\n'));
    let (first, records) = lines.split_once('\n').unwrap();
    let first: Value = serde_json::from_str(first).unwrap();
    assert_eq!((&first["format"], &first["version"]), (&json!("graphroom-history"), &json!(1)));
    assert_eq!(
        (&first["project_id"], &first["name"], &first["seq"]),
        (&json!(id), &json!("Test"), &json!(41))
    );
    let state = replayed(records.lines());
    assert_eq!((state.head, &*state.name), (41, "Test"));

    let (full, kind, _) = exported(&server, id, "?history=full").await;
    assert_eq!(kind, "application/json");
    let mut file: Value = serde_json::from_str(&full).unwrap();
    let history = file.as_object_mut().unwrap().remove("history").unwrap();
    assert_eq!(file, serde_json::from_str::<Value>(&plain).unwrap());
    let texts: Vec<String> = history.as_array().unwrap().iter().map(canonical::to_string).collect();
    assert_eq!(texts, records.lines().collect::<Vec<_>>());
    let (status, made) = send(&server.rest, "/projects/import?graph=none", full).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");

    let (status, answer) = server.rest.get(&format!("/projects/{id}/export?history=some")).await;
    assert_eq!((status, &answer["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("INVALID_REQUEST")));
    server.stop().await;
}
