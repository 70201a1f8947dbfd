//! Answers leave a graph out that is larger than clients can be expected to take with every command.

use reqwest::StatusCode;
use serde_json::{Value, json};

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
    let (status, graph) = server.rest.get(&format!("/sessions/{}/graph", project.session_id)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(graph["graph"]["roots"][0]["children"].as_array().unwrap().len(), 1 + 19 * 999 + 19);
    server.stop().await;
}
