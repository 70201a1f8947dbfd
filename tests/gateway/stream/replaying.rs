//! What somebody is told who comes, or comes back.
//!
//! Proves FEED-2 (docs/behaviour.md).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{ask, begin, knock, names, publish, publish_many, resume, server, signal};
use crate::support::TestServer;
use crate::support::plain_socket::PlainSocket;

/// The numbers of the next so many signals.
async fn numbers(socket: &mut PlainSocket, count: usize) -> Vec<u64> {
    let mut numbers = Vec::new();
    for _ in 0..count {
        numbers.push(socket.next().await["payload"]["n"].as_u64().unwrap());
    }
    numbers
}

#[tokio::test]
async fn of_a_hundred_and_fifty_events_the_last_hundred_are_replayed_and_then_comes_what_is_new() {
    let server = TestServer::start().await;
    let (first, session_id) = begin(&server).await;
    drop(first);
    publish_many(&server, &session_id, 1..=150).await;
    let mut socket = resume(&server, &session_id).await;
    publish(&server, &session_id, signal(151)).await;
    assert_eq!(numbers(&mut socket, 101).await, (51..=151).collect::<Vec<_>>());
    server.stop().await;
}

#[tokio::test]
async fn who_says_what_it_has_is_told_only_what_it_lacks() {
    let server = TestServer::start().await;
    let (first, session_id) = begin(&server).await;
    drop(first);
    let names = publish_many(&server, &session_id, 1..=100).await;
    let request = json!({ "session_id": session_id, "last_message_id": names[49] });
    let (mut socket, _) = ask(&server, request).await;
    publish(&server, &session_id, signal(101)).await;
    assert_eq!(numbers(&mut socket, 51).await, (51..=101).collect::<Vec<_>>());
    let (mut unknown, _) = ask(&server, json!({ "session_id": session_id, "last_message_id": "none" })).await;
    assert_eq!(numbers(&mut unknown, 100).await, (2..=101).collect::<Vec<_>>());
    let request = json!({ "session_id": session_id, "last_message_id": names[99] });
    let (mut almost, _) = ask(&server, request).await;
    assert_eq!(numbers(&mut almost, 1).await, [101]);
    server.stop().await;
}

#[tokio::test]
async fn three_who_come_back_at_once_are_told_nothing_twice() {
    let server = TestServer::start().await;
    let (first, session_id) = begin(&server).await;
    drop(first);
    publish_many(&server, &session_id, 1..=20).await;
    for _ in 0..3 {
        let mut socket = resume(&server, &session_id).await;
        let told = names(&mut socket, 20).await;
        assert_eq!(told.iter().collect::<BTreeSet<_>>().len(), 20);
    }
    server.stop().await;
}

#[tokio::test]
async fn nothing_is_missing_or_told_twice_to_who_comes_while_events_are_published() {
    const ALL: u64 = 90;
    let server = server(|parts| parts.stream.connections_of_an_address = 20).await;
    let (mut first, session_id) = begin(&server).await;
    let publishing = async {
        for n in 1..=ALL {
            publish(&server, &session_id, signal(n)).await;
        }
    };
    let coming = async {
        for _ in 0..12 {
            let mut socket = resume(&server, &session_id).await;
            let told = numbers(&mut socket, ALL as usize).await;
            assert_eq!(told, (1..=ALL).collect::<Vec<_>>());
        }
    };
    tokio::join!(publishing, coming);
    assert_eq!(numbers(&mut first, ALL as usize).await, (1..=ALL).collect::<Vec<_>>());
    server.stop().await;
}

/// The names of a session's last events, and what they are.
async fn all(server: &TestServer, session_id: &str) -> Vec<Value> {
    let (_, page) = server.rest.get(&format!("/sessions/{session_id}/events?kind=all")).await;
    page["events"].as_array().unwrap().clone()
}

#[tokio::test]
async fn graph_events_are_replayed_among_what_was_published() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    publish(&server, &project.session_id, signal(1)).await;
    let data = json!({ "blueprint_type_id": "phase", "parent_id": project.root });
    server.rest.execute(&project, "CreateNode", data).await;
    publish(&server, &project.session_id, signal(2)).await;
    let kept = all(&server, &project.session_id).await;
    let (mut socket, created) = ask(&server, json!({ "session_id": project.session_id })).await;
    assert_eq!(created["payload"]["state"], "active");
    let mut told = Vec::new();
    for _ in &kept {
        told.push(socket.next().await);
    }
    assert_eq!(told, kept);
    let times: Vec<f64> = told.iter().map(|event| event["timestamp"].as_f64().unwrap()).collect();
    assert!(times.is_sorted(), "{times:?}");
    let types: BTreeSet<_> = told.iter().map(|event| event["event_type"].as_str().unwrap()).collect();
    assert!(types.contains("node-created") && types.contains("signal"), "{types:?}");
    let signals = told.iter().filter(|event| event["event_type"] == "signal");
    assert_eq!(signals.map(|event| event["payload"]["n"].clone()).collect::<Vec<_>>(), [1, 2]);
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_is_told_a_graph_event_last_comes_back_behind_it() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let data = json!({ "blueprint_type_id": "phase", "parent_id": project.root });
    server.rest.execute(&project, "CreateNode", data.clone()).await;
    let last = all(&server, &project.session_id).await.pop().unwrap();
    server.rest.execute(&project, "CreateNode", data).await;
    let mut socket = knock(&server).await;
    socket.send(&json!({ "session_id": project.session_id, "last_message_id": last["message_id"] })).await;
    assert_eq!(socket.next().await["event_type"], "session_created");
    let told = socket.next().await;
    assert_eq!(told["event_type"], "node-created", "{told}");
    let seq = |event: &Value| event["payload"]["seq"].as_u64().unwrap();
    assert_eq!(seq(&told), seq(&last) + 1);
    server.stop().await;
}
