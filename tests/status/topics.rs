//! Topics: subscribed to over every transport, told once, and nothing is left of who goes.
//!
//! Proves STAT-4 (docs/behaviour.md).

use std::time::Duration;

use serde_json::{Value, json};

use super::{fail, on_a_faulty_store, soon};
use crate::support::plain_socket::PlainSocket;
use crate::support::{Client, Native, TestServer, until};

fn changed(answer: &Value) -> Vec<(&str, bool)> {
    let topics = answer["topics"].as_array().unwrap_or_else(|| panic!("{answer}"));
    topics.iter().map(|one| (one["topic"].as_str().unwrap(), one["changed"] == true)).collect()
}

#[tokio::test]
async fn who_subscribes_is_told_what_happened_to_each_topic() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let of_project = format!("project:{}", project.project_id);
    let mut client = Client::connect(server.address).await;
    let topics = json!({ "topics": ["status", "user", of_project] });
    let answer = client.call("subscribe", topics.clone()).await;
    let user = format!("user:anonymous:{}", client.id);
    assert_eq!(changed(&answer), [("status", true), (&*user, true), (&*of_project, true)]);
    assert_eq!(client.event_named("project_joined").await["project_id"], project.project_id.as_str());
    let answer = client.call("subscribe", topics.clone()).await;
    assert!(changed(&answer).iter().all(|(_, changed)| !changed), "{answer}");
    assert!(server.server.channels().hears(&project.project_id, &client.id));
    let answer = client.call("unsubscribe", topics).await;
    assert!(changed(&answer).iter().all(|(_, changed)| *changed), "{answer}");
    assert_eq!(server.server.channels().heard_by(&client.id).len(), 0);
    server.stop().await;
}

#[tokio::test]
async fn who_asks_for_a_topic_that_there_is_not_hears_none_of_those_it_asked_for() {
    let server = TestServer::start().await;
    let mut client = Client::connect(server.address).await;
    for topics in [json!([]), json!(["status", "weather"]), json!("status"), json!(vec!["status"; 101])] {
        let answer = client.call("subscribe", json!({ "topics": topics })).await;
        assert_eq!(answer["error"]["code"], "INVALID_REQUEST", "{answer}");
    }
    assert_eq!(server.server.channels().heard_by(&client.id).len(), 0);
    client.call("subscribe", json!({ "topics": ["status", "health"] })).await;
    assert_eq!(server.server.channels().heard_by(&client.id).len(), 2);
    drop(client);
    until("nothing is left of it", async || server.server.channels().listeners("topic:status") == 0).await;
    server.stop().await;
}

#[tokio::test]
async fn each_topic_tells_its_own_and_who_hears_two_is_told_once() {
    let (server, store) = on_a_faulty_store().await;
    let mut status = Client::connect(server.address).await;
    status.call("subscribe", json!({ "topics": ["status"] })).await;
    status.call("join_project", json!({ "project_id": "system" })).await;
    let mut checks = Native::named(server.address, "ann").await;
    checks.call("subscribe", json!({ "topics": ["health"] })).await;
    let check = checks.event_named("health_check").await["check"].clone();
    assert_eq!(
        (&check["healthy"], &check["components"]["websocket"]),
        (&json!(true), &json!(true)),
        "{check}"
    );
    let measured = status.event_named("metrics_update").await["metrics"].clone();
    assert!(measured["uptime"].as_f64() > Some(0.0), "{measured}");
    fail(&server, &store).await;
    let mut names = Vec::new();
    // The alert comes before the health: until the latter everything of the change was told.
    loop {
        let event = status.event().await;
        names.push(event.name.clone());
        if event.name == "system_status_update" {
            assert_eq!(event.payload["health"]["healthy"], false);
            assert_eq!(event.payload["alerts"][0]["component"], "store");
            break;
        }
    }
    let next = status.event_named("metrics_update").await;
    assert!(next["metrics"]["active_alerts"].as_u64() >= Some(1));
    let told = |name: &str| names.iter().filter(|told| *told == name).count();
    assert_eq!((told("performance_alert"), told("system_status_update")), (1, 1), "{names:?}");
    server.stop().await;
}

#[tokio::test]
async fn it_is_told_how_the_server_is_again_and_again() {
    let server = TestServer::start_allowing(|parts| {
        soon(parts);
        parts.status.tell_every = Duration::from_millis(100);
    })
    .await;
    let mut client = Native::named(server.address, "ann").await;
    client.call("subscribe", json!({ "topics": ["status"] })).await;
    for _ in 0..3 {
        client.event_named("system_status_update").await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_page_subscribes_to_topics_by_a_flat_frame() {
    let server = TestServer::start_allowing(soon).await;
    let mut page = PlainSocket::connect(server.address, "/api/websocket/ws", &[]).await;
    page.send(&json!({ "type": "subscribe", "topics": ["status", "alerts"] })).await;
    let mut confirmed = page.next().await;
    while confirmed["type"] != "subscription_confirmed" {
        confirmed = page.next().await;
    }
    assert_eq!(changed(&confirmed), [("status", true), ("alerts", true)]);
    let mut measured = page.next().await;
    while measured["type"] != "metrics_update" {
        measured = page.next().await;
    }
    assert!(measured["metrics"]["uptime"].is_number(), "{measured}");
    page.send(&json!({ "type": "unsubscribe", "topics": ["status"] })).await;
    let mut ended = page.next().await;
    while ended["type"] != "subscription_ended" {
        ended = page.next().await;
    }
    assert_eq!(changed(&ended), [("status", true)]);
    server.stop().await;
}
