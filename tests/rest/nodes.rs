//! One node of a project, by its id.

use reqwest::StatusCode;
use serde_json::json;

use crate::support::TestServer;

// C-064, C-065
#[tokio::test]
async fn a_node_is_read_with_everything_below_it() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let data = json!({ "parent_id": project.root, "blueprint_type_id": "phase", "name": "Strip down" });
    let phase = server.rest.execute(&project, "CreateNode", data).await["node_id"].clone();
    let data = json!({ "parent_id": phase, "blueprint_type_id": "job", "name": "Doors" });
    let job = server.rest.execute(&project, "CreateNode", data).await["node_id"].clone();
    let data = json!({ "blocked_node_id": phase, "blocking_node_id": job });
    server.rest.execute(&project, "UpdateBlockingRelationship", data).await;
    let path = |node: &str| format!("/projects/{}/graph/nodes/{node}", project.project_id);
    let (status, node) = server.rest.get(&path(phase.as_str().unwrap())).await;
    assert_eq!(status, StatusCode::OK, "{node}");
    assert_eq!((&node["id"], &node["name"], &node["blocked_by"]), (&phase, &json!("Strip down"), &job));
    assert_eq!((&node["children"][0]["id"], &node["children"][0]["children"]), (&job, &json!([])));
    for unknown in ["00000000-0000-4000-8000-000000000000", "nobody"] {
        let (status, refused) = server.rest.get(&path(unknown)).await;
        assert_eq!((status, &refused["error"]["code"]), (StatusCode::NOT_FOUND, &json!("NODE_NOT_FOUND")));
    }
    let (status, refused) = server.rest.get("/projects/nobody/graph/nodes/nobody").await;
    assert_eq!((status, &refused["error"]["code"]), (StatusCode::NOT_FOUND, &json!("PROJECT_NOT_FOUND")));
    server.stop().await;
}
