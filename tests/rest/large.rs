//! Answers leave a graph out that is larger than clients can be expected to take with every command; where it is asked for
//! by itself it comes whole.

use std::sync::Arc;

use graphroom::store::SqliteStore;
use reqwest::{Method, StatusCode};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::support::TestServer;

// C-071
#[tokio::test]
async fn over_twenty_thousand_nodes_an_answer_says_that_it_leaves_the_graph_out() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let phase = json!({ "parent_id": project.root, "blueprint_type_id": "phase" });
    let kit = server.rest.execute(&project, "CreateNode", phase.clone()).await["node_id"].clone();
    let job =
        json!({ "command_type": "CreateNode", "data": { "parent_id": kit, "blueprint_type_id": "job" } });
    server.rest.execute(&project, "Batch", json!({ "commands": vec![job; 999] })).await;
    for _ in 0..19 {
        let copy = json!({ "target_id": project.root, "kit_root_id": kit });
        server.rest.execute(&project, "ApplyKit", copy).await;
    }
    let info = format!("/sessions/{}/info", project.session_id);
    assert_eq!(server.rest.get(&info).await.1["node_count"], 2 + 20 * 999);
    let execute = async |data: Value| {
        let body = json!({ "session_id": project.session_id, "command_type": "Batch", "data": data });
        let (status, answer) = server.rest.post("/commands/execute", body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer
    };
    let more = json!({ "command_type": "CreateNode", "data": phase });
    let largest = execute(json!({ "commands": vec![more.clone(); 18] })).await;
    assert!(largest["graph"]["roots"].is_array() && largest.get("graph_omitted").is_none());
    let over = execute(json!({ "commands": [more] })).await;
    assert_eq!((&over["graph"], &over["graph_omitted"]), (&Value::Null, &json!(true)));
    assert_eq!(server.rest.get(&info).await.1["node_count"], 20_001);

    // The graph's own route has no such limit.
    let path = format!("/sessions/{}/graph", project.session_id);
    let (status, graph) = server.rest.get(&path).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(graph["graph"]["roots"][0]["children"].as_array().unwrap().len(), 1 + 19 * 999 + 19);
    server.stop().await;
}

/// The body of a route's answer, and its length where the answer begins with it.
async fn body(server: &TestServer, path: &str) -> (Option<u64>, Vec<u8>) {
    let answer = server.rest.request(Method::GET, path).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let length = answer.content_length();
    (length, answer.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn a_large_graph_is_sent_while_it_is_encoded_to_all_who_read_it_and_is_the_one_that_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    let open = async || TestServer::start_on(Arc::new(SqliteStore::open(directory.path()).unwrap())).await;
    let server = open().await;
    let ids: Vec<_> = (0..10_000).map(|_| Uuid::new_v4().to_string()).collect();
    let node = |(place, id): (usize, &String)| {
        // Each hundredth has the next ninety-nine below it.
        let top = place - place % 100;
        let below = if place == top { &ids[place + 1..place + 100] } else { &[] };
        let parent = (place != top).then(|| &ids[top]);
        let name = format!("\u{e9}{place}");
        let node = json!({ "id": id, "type": "phase", "name": name, "properties": { "notes": "n".repeat(200) },
            "children": below, "parent_id": parent });
        (id.clone(), node)
    };
    let nodes: Map<String, Value> = ids.iter().enumerate().map(node).collect();
    let roots: Vec<_> = ids.iter().step_by(100).collect();
    let file = json!({ "version": "1.0", "templates": ["restomod.yaml"], "roots": roots, "nodes": nodes });
    let (status, made) = server.rest.post("/projects/import?graph=none", file).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let path = format!("/sessions/{}/graph", made["session_id"].as_str().unwrap());
    let ((length, one), (_, other)) = tokio::join!(body(&server, &path), body(&server, &path));
    assert_eq!(length, None, "it is not known before the end");
    assert!(one == other && body(&server, &path).await.1 == one);
    let told: Value = serde_json::from_slice(&one).unwrap();
    for (place, root) in told["graph"]["roots"].as_array().unwrap().iter().enumerate() {
        assert_eq!((&root["id"], root["children"].as_array().unwrap().len()), (&json!(roots[place]), 99));
    }
    server.stop().await;
    let server = open().await;
    let (length, kept) = body(&server, &path).await;
    assert_eq!(length, Some(kept.len() as u64), "it was kept as text");
    assert!(kept == one);
    server.stop().await;
}
