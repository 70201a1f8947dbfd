//! Whoever was cut by the server is told why when it comes back, once, and gets what it missed.

use serde_json::{Value, json};

use crate::support::client::Options;
use crate::support::{Client, Project, TestServer, until};

/// What makes the ring drop what a member lacks: more than its 4 MiB, and what the kernel holds.
const WRITES: usize = 160;
const VALUE: usize = 60 * 1024;

async fn join(server: &TestServer, project: &Project, user: &str, since: Value) -> (Client, Value) {
    let user_id = Some(user.to_owned());
    let options = Options { user_id, receive_buffer: Some(4 * 1024), ..Options::default() };
    let mut client = Client::connect_with(server.address, options).await;
    let payload = json!({ "session_id": project.session_id, "lifecycle": false, "since": since });
    let answer = client.call("join_session", payload).await;
    assert_eq!(answer["success"], true, "{answer}");
    (client, answer)
}

async fn connections(server: &TestServer, project: &Project) -> Vec<Value> {
    let (_, info) = server.rest.get(&format!("/sessions/{}/info", project.session_id)).await;
    info["connections"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_that_fell_behind_shows_and_is_told_so_when_it_comes_back() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let (_slow, joined) = join(&server, &project, "ann", Value::Null).await;
    assert_eq!(joined["previous_end"], Value::Null);
    let mut behind = 0;
    for n in 0..WRITES {
        let value = format!("{n} {}", "x".repeat(VALUE));
        let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": value });
        server.rest.execute(&project, "UpdateProperty", data).await;
        for connection in connections(&server, &project).await {
            assert_eq!(connection["user_id"], "ann");
            behind = behind.max(connection["behind"].as_u64().unwrap());
        }
    }
    assert!(behind > 10, "how far it is behind shows: {behind}");
    until("it is cut", async || connections(&server, &project).await.is_empty()).await;

    let since = json!({ "epoch": joined["epoch"], "seq": joined["seq"] });
    let (_, other) = join(&server, &project, "bob", Value::Null).await;
    assert_eq!(other["previous_end"], Value::Null, "that is for nobody else");
    let (_again, answer) = join(&server, &project, "ann", since.clone()).await;
    assert_eq!(answer["previous_end"]["reason"], "fell_behind", "{}", answer["mode"]);
    assert!(answer["previous_end"]["at"].is_string());
    assert_eq!((&answer["mode"], &answer["seq"]), (&json!("snapshot"), &json!(1 + WRITES)));
    let (_, answer) = join(&server, &project, "ann", since).await;
    assert_eq!(answer["previous_end"], Value::Null, "it is told once");
    server.stop().await;
}
