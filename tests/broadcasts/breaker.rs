//! Broadcasting that fails: what opens its breaker, what callers and operators are told of it, how it closes again.
//!
//! Proves CAST-6 (docs/behaviour.md).

use std::sync::Arc;
use std::time::Duration;

use graphroom::app::Parts;
use graphroom::operations::broadcasts::Receiver;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::held::{Broken, hold, order};
use super::{named, over, post, sent};
use crate::support::{Client, Rest, TestServer, until};

/// How long they rest: longer than a busy machine takes for the requests of a test.
const PAUSE: Duration = Duration::from_secs(5);

/// How the breaker of broadcasts stands.
async fn breaker(rest: &Rest) -> Value {
    let (_, told) = rest.send(rest.at(Method::GET, "/api/websocket/status/system")).await;
    let breakers = &told["data"]["circuit_breakers"];
    assert_eq!(breakers["broadcasts"], breakers["broadcast_service"], "{told}");
    breakers["broadcasts"].clone()
}

/// The errors of broadcasts that are written down, with how often they happened.
async fn errors(rest: &Rest) -> Vec<(String, u64)> {
    let (_, list) = rest.get("/admin/errors?category=broadcast").await;
    let errors = list["errors"].as_array().unwrap().iter();
    errors
        .map(|one| (one["severity"].as_str().unwrap().to_owned(), one["occurrences"].as_u64().unwrap()))
        .collect()
}

fn short(parts: &mut Parts) {
    parts.allowance.broadcast_queue = 1;
    parts.allowance.broadcast_pause = PAUSE;
}

/// Broadcasts until the breaker lets one out, which is handed over.
async fn handed_over(rest: &Rest, ann: &mut Client) {
    until("somebody may try", async || {
        post(rest, "/user/ann?event_type=again", json!({})).await.0 == StatusCode::OK
    })
    .await;
    ann.event_named("again").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broadcasts_that_find_no_room_again_and_again_rest_until_they_are_handed_over_again() {
    let server = TestServer::start_allowing(short).await;
    let rest = &server.rest;
    let mut ann = named(&server, "ann").await;
    assert_eq!(breaker(rest).await["state"], "closed");
    let held = hold(&server).await;
    sent(rest, "/user/ann?event_type=waits", json!({})).await;
    for _ in 0..5 {
        let (status, answer) = post(rest, "/user/ann?event_type=x", json!({})).await;
        assert_eq!((status, &answer["code"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("BUSY")), "{answer}");
    }
    assert_eq!(breaker(rest).await["state"], "open");
    let path = format!("{}/user/ann?event_type=y", super::PATH);
    let response = rest.at(Method::POST, &path).json(&json!({})).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let wait: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=PAUSE.as_secs()).contains(&wait), "as long as it rests, not {wait}");
    let answer: Value = response.json().await.unwrap();
    assert!(answer["detail"].as_str().unwrap().contains("rest for a while"), "{answer}");
    assert_eq!(errors(rest).await, [("high".to_owned(), 5)]);
    let metrics = rest.at_root("/metrics").send().await.unwrap().text().await.unwrap();
    assert!(metrics.contains("graphroom_breaker_open{breaker=\"broadcasts\"} 1"), "{metrics}");
    assert!(metrics.contains("graphroom_limit_refusals_total{limit=\"broadcast_breaker\"} 1"), "{metrics}");
    drop(held);
    ann.event_named("waits").await;
    for _ in 0..3 {
        handed_over(rest, &mut ann).await;
    }
    until("it is closed", async || breaker(rest).await["state"] == "closed").await;
    server.stop().await;
}

#[tokio::test]
async fn what_breaks_costs_its_receiver_alone_and_the_servers_own_word_goes_out_while_others_rest() {
    let server = TestServer::start_allowing(short).await;
    let rest = &server.rest;
    let mut ann = named(&server, "ann").await;
    for _ in 0..5 {
        let receivers: [Arc<dyn Receiver>; 1] = [Arc::new(Broken(Uuid::new_v4()))];
        let told = server.server.broadcasts().send(order(), &receivers).unwrap();
        // It is kept until the broadcast is over.
        over(rest, &json!({ "broadcast_id": told.message_id })).await;
    }
    assert_eq!(breaker(rest).await["state"], "open");
    assert_eq!(errors(rest).await, [("critical".to_owned(), 5)]);
    let (_, alerts) = rest.send(rest.at(Method::GET, "/api/websocket/status/alerts?severity=critical")).await;
    let is_ours = |one: &&Value| one["message"].as_str().is_some_and(|text| text.contains("broadcast"));
    let ours: Vec<_> = alerts["data"].as_array().unwrap().iter().filter(is_ours).collect();
    assert_eq!((ours.len(), &ours[0]["occurrences"]), (1, &json!(5)), "{alerts}");
    let (status, answer) =
        rest.post("/admin/maintenance", json!({ "enabled": true, "reason": "A disk" })).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(ann.event_named("maintenance_mode").await["reason"], "A disk");
    rest.post("/admin/maintenance", json!({ "enabled": false })).await;
    handed_over(rest, &mut ann).await;
    server.stop().await;
}

#[tokio::test]
async fn who_acknowledges_nothing_keeps_nobody_from_broadcasting_and_is_written_down() {
    let server = TestServer::start().await;
    let rest = &server.rest;
    let mut ann = named(&server, "ann").await;
    let sent = sent(rest, "/user/ann?event_type=x&require_ack=true", json!({})).await;
    let info = over(rest, &sent).await;
    assert_eq!((&info["attempts"], &info["failed_count"]), (&json!(3), &json!(1)), "{info}");
    assert_eq!(errors(rest).await, [("low".to_owned(), 1)]);
    let breaker = breaker(rest).await;
    assert_eq!((&breaker["state"], &breaker["failure_count"]), (&json!("closed"), &json!(0)));
    ann.event_named("x").await;
    server.stop().await;
}
