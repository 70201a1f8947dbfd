//! Who hears what: everybody in a session the same, in one order, and nobody else.
//!
//! Proves FEED-1 and FEED-2 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{begin, names, publish, publish_many, resume, server, signal};
use crate::support::TestServer;

#[tokio::test]
async fn all_clients_of_a_session_are_told_the_same_in_one_order() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let id = &project.session_id;
    let mut one = resume(&server, id).await;
    let mut other = resume(&server, id).await;
    let publishing = |from: u64| {
        let server = &server;
        async move {
            for n in from..from + 20 {
                publish(server, id, signal(n)).await;
            }
        }
    };
    let working = async {
        for _ in 0..20 {
            let data = json!({ "blueprint_type_id": "phase", "parent_id": project.root });
            server.rest.execute(&project, "CreateNode", data).await;
        }
    };
    tokio::join!(publishing(100), publishing(200), working);
    publish(&server, id, json!({ "event_type": "end" })).await;
    let mut told = [Vec::new(), Vec::new()];
    for (socket, told) in [&mut one, &mut other].into_iter().zip(&mut told) {
        while told.last().is_none_or(|event: &Value| event["event_type"] != "end") {
            told.push(socket.next().await);
        }
        // Graph events have a way of their own: the last may come behind the end.
        let created =
            |told: &[Value]| told.iter().filter(|event| event["event_type"] == "node-created").count();
        while created(told) < 20 {
            told.push(socket.next().await);
        }
    }
    assert_eq!(told[0], told[1]);
    let published = told[0].iter().filter(|event| event["event_type"] == "signal").count();
    assert_eq!(published, 40);
    server.stop().await;
}

#[tokio::test]
async fn a_graph_event_comes_in_an_envelope() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut socket = resume(&server, &project.session_id).await;
    let data = json!({ "blueprint_type_id": "phase", "parent_id": project.root });
    let answer = server.rest.execute(&project, "CreateNode", data).await;
    let told = loop {
        let told = socket.next().await;
        if told["event_type"] == "node-created" && told["payload"]["seq"] == answer["seq"] {
            break told;
        }
    };
    assert_eq!(told["payload"]["node"]["id"], answer["node_id"], "{told}");
    assert_eq!(told["payload"]["event"], "node-created");
    assert!(super::is_name(&told["message_id"]) && told["timestamp"].is_f64(), "{told}");
    assert_eq!((&told["phase_id"], &told["turn_id"]), (&Value::Null, &Value::Null));
    assert_eq!(told.as_object().unwrap().len(), 6);
    server.stop().await;
}

#[tokio::test]
async fn other_sessions_are_told_nothing() {
    let server = TestServer::start().await;
    let (mut one, first) = begin(&server).await;
    let (mut other, second) = begin(&server).await;
    let in_first = publish_many(&server, &first, 1..=3).await;
    let in_second = publish(&server, &second, signal(9)).await;
    assert_eq!(names(&mut one, 3).await, in_first);
    let told = other.next().await;
    assert_eq!((&told["payload"]["n"], &told["message_id"]), (&json!(9), &json!(in_second)));
    server.stop().await;
}

#[tokio::test]
async fn ten_sessions_at_once_go_each_their_own_way() {
    let server = server(|parts| parts.stream.connections_of_an_address = 10).await;
    let mut clients = Vec::new();
    for _ in 0..10 {
        clients.push(begin(&server).await);
    }
    for (n, (_, session_id)) in (0..).zip(&clients) {
        publish(&server, session_id, signal(n)).await;
    }
    for (n, (socket, _)) in (0..).zip(&mut clients) {
        assert_eq!(socket.next().await["payload"]["n"], json!(n));
    }
    server.stop().await;
}

#[tokio::test]
async fn a_session_of_a_project_is_seen_active_and_then_completed() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut socket = resume(&server, &project.session_id).await;
    let path = format!("/sessions/{}/state", project.session_id);
    server.rest.post(&path, json!({ "state": "completed" })).await;
    while socket.next().await["event_type"] != "session:state" {}
    let (_, info) = server.rest.get(&format!("/sessions/{}/info", project.session_id)).await;
    assert_eq!(info["state"], "completed");
    let (_again, created) = super::ask(&server, json!({ "session_id": project.session_id })).await;
    assert_eq!(created["payload"]["state"], "completed");
    server.stop().await;
}

#[tokio::test]
async fn who_listens_in_a_project_that_is_deleted_is_told_that_there_is_no_such_session() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut socket = resume(&server, &project.session_id).await;
    let path = format!("/projects/{}", project.project_id);
    server.rest.send(server.rest.request(reqwest::Method::DELETE, &path)).await;
    assert_eq!(socket.closed().await.code, 4001);
    server.stop().await;
}
