//! What a member is told of commands that were refused or had nothing to do, and what it does not want to hear.

use serde_json::{Value, json};

use crate::support::{Client, Project, TestServer};

fn execute(project: &Project, command_type: &str, data: Value) -> Value {
    json!({ "session_id": project.session_id, "command_type": command_type, "data": data })
}

#[tokio::test]
async fn who_wants_no_lifecycle_events_hears_of_a_refusal_by_the_answer_alone() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut client = Client::connect(server.address).await;
    let join = json!({ "session_id": project.session_id, "lifecycle": false });
    client.call("join_session", join).await;
    for (command_type, data) in [
        ("Nonsense", json!({})),
        ("DeleteNode", json!({ "node_id": "x" })),
        ("DeleteNode", json!({ "node_id": project.project_id })),
    ] {
        let answer = client.call("execute_command", execute(&project, command_type, data)).await;
        assert_eq!(answer["success"], false, "{answer}");
    }
    client.call("get_graph", json!({ "session_id": project.session_id })).await;
    let heard: Vec<String> = client.read_already().into_iter().map(|event| event.name).collect();
    assert_eq!(heard, ["joined"]);
    server.stop().await;
}

#[tokio::test]
async fn with_nothing_to_redo_the_seq_that_is_answered_is_one_that_was_heard_before() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut client = Client::connect(server.address).await;
    let mut head = client.join(&project.session_id).await["seq"].as_u64().unwrap();
    let packets: Vec<_> = (0..100)
        .flat_map(|_| {
            let create = execute(&project, "CreateNode", json!({ "blueprint_type_id": "phase" }));
            [("redo", json!({ "session_id": project.session_id })), ("execute_command", create)]
        })
        .map(|(event, body)| client.packet(event, &body))
        .collect();
    for (_, packet) in &packets {
        client.feed(packet.clone()).await;
    }
    client.flush().await;
    for (ack, _) in packets {
        let answer = client.answer(ack).await;
        head += u64::from(answer["node_id"].is_string());
        assert_eq!(answer["seq"], head, "{answer}");
    }
    server.stop().await;
}

#[tokio::test]
async fn who_wants_no_lifecycle_events_hears_of_a_replaced_graph_by_its_graph_event_alone() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let heard = async |lifecycle: bool| {
        let mut client = Client::connect(server.address).await;
        client
            .call("join_session", json!({ "session_id": project.session_id, "lifecycle": lifecycle }))
            .await;
        // One event of it would be too large.
        let properties: serde_json::Map<_, _> =
            (0..5).map(|n| (n.to_string(), json!("x".repeat(60_000)))).collect();
        let data = json!({ "blueprint_type_id": "phase", "properties": properties });
        let answer = client.call("execute_command", execute(&project, "CreateNode", data)).await;
        assert_eq!(answer["success"], true, "{answer}");
        client.read_already().into_iter().map(|event| event.name).collect::<Vec<_>>()
    };
    assert_eq!(heard(false).await, ["joined", "graph-replaced"]);
    assert!(heard(true).await.contains(&"external_project_update".to_owned()));
    server.stop().await;
}
