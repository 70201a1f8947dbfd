//! `--lenient-parents`, for clients that depend on it.

use serde_json::{Value, json};

use crate::support::process::ServerProcess;

// C-098
#[tokio::test]
async fn with_lenient_parents_a_node_with_an_unknown_parent_becomes_a_root() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = ServerProcess::command(directory.path());
    command.arg("--lenient-parents");
    let mut server = ServerProcess::start(command).await;
    let project = server.rest.project().await;
    for parent_id in ["00000000-0000-4000-8000-000000000000", "no-uuid-at-all"] {
        let data = json!({ "parent_id": parent_id, "blueprint_type_id": "phase", "name": parent_id });
        server.rest.execute(&project, "CreateNode", data).await;
    }
    let (_, tree) = server.rest.get(&format!("/sessions/{}/graph/tree", project.session_id)).await;
    let roots: Vec<_> = tree["roots"].as_array().unwrap().iter().map(|root| &root["parent_id"]).collect();
    assert_eq!(roots, [&Value::Null; 3]);
    server.kill9().await;
}
