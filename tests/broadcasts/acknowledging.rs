//! Broadcasts that have to be acknowledged: by each transport in its way, tried again where they are not, and given up.
//!
//! Proves CAST-4 (docs/behaviour.md).

use reqwest::Method;
use serde_json::{Value, json};

use super::{named, once, over, sent, told};
use crate::support::plain_socket::PlainSocket;
use crate::support::{Native, Rest, TestServer};

const ACKNOWLEDGED: &str = "/system?event_type=news&require_ack=true";

async fn retry(rest: &Rest, sent: &Value) -> Value {
    let path = format!("{}/{}/retry", super::PATH, sent["broadcast_id"].as_str().unwrap());
    let (status, answer) = rest.send(rest.at(Method::POST, &path)).await;
    assert_eq!(status, 200, "{answer}");
    answer["data"]["retried"].clone()
}

#[tokio::test]
async fn each_transport_acknowledges_in_its_own_way() {
    let server = TestServer::start().await;
    let (mut ann, mut bob) = (named(&server, "ann").await, Native::named(server.address, "bob").await);
    let mut page = PlainSocket::connect(server.address, "/api/websocket/ws?user_id=cat", &[]).await;
    assert_eq!(page.next().await["type"], "connection_established");
    let data = sent(&server.rest, ACKNOWLEDGED, json!({ "n": 1 })).await;
    let id = &data["broadcast_id"];
    assert_eq!(ann.event_named("news").await, json!({ "n": 1 }), "no envelope");
    let frame = page.next().await;
    assert_eq!((&frame["type"], &frame["broadcast_id"]), (&json!("news"), id), "{frame}");
    bob.event_named("news").await;
    let info = once(&server.rest, &data, |info| info["delivered_count"] == 3).await;
    assert_eq!((&info["acknowledged_count"], &info["is_complete"]), (&json!(0), &json!(false)), "{info}");
    ann.acknowledge().await;
    let answer = bob.call("broadcast_ack", json!({ "broadcast_id": id })).await;
    assert_eq!(answer, json!({ "success": true, "broadcast_id": id, "acknowledged": true }));
    page.send(&json!({ "type": "broadcast_ack", "broadcastId": id, "id": 7 })).await;
    while page.next().await["id"] != 7 {}
    let info = over(&server.rest, &data).await;
    assert_eq!((&info["acknowledged_count"], &info["failed_count"]), (&json!(3), &json!(0)), "{info}");
    let again = ann.call("broadcast_ack", json!({ "broadcast_id": id })).await;
    assert_eq!(again["acknowledged"], false, "nobody waits for it any more");
    let refused = ann.call("broadcast_ack", json!({ "broadcast_id": 5 })).await;
    assert_eq!(refused["error"]["code"], "INVALID_REQUEST", "{refused}");
    server.stop().await;
}

#[tokio::test]
async fn who_stays_silent_gets_it_three_times_and_again_on_a_retry_while_others_hear_it_once() {
    let server = TestServer::start().await;
    let (mut ann, mut bob) = (named(&server, "ann").await, named(&server, "bob").await);
    let data = sent(&server.rest, ACKNOWLEDGED, json!({ "n": 1 })).await;
    ann.event_named("news").await;
    ann.acknowledge().await;
    for _ in 0..3 {
        bob.event_named("news").await;
    }
    let info = over(&server.rest, &data).await;
    let numbers = ["target_count", "delivered_count", "acknowledged_count", "failed_count", "attempts"];
    assert_eq!(numbers.map(|field| info[field].as_u64().unwrap()), [2, 2, 1, 1, 3], "{info}");
    let failed = told(&server.rest, "/failed").await;
    assert_eq!(failed[0]["message_id"], data["broadcast_id"], "{failed}");
    bob.asked.clear();
    assert_eq!(retry(&server.rest, &data).await, 1);
    bob.event_named("news").await;
    bob.acknowledge().await;
    let info = over(&server.rest, &data).await;
    assert_eq!(numbers.map(|field| info[field].as_u64().unwrap()), [2, 2, 2, 0, 4], "{info}");
    assert!(super::until_here(&mut ann).await.is_empty(), "who has it does not hear it again");
    assert_eq!(retry(&server.rest, &data).await, 0, "nobody lacks it");
    let stats = told(&server.rest, "/stats").await;
    let numbers = ["total_broadcasts", "total_receivers", "successful_deliveries", "failed_deliveries"];
    assert_eq!(numbers.map(|field| stats[field].as_u64().unwrap()), [1, 2, 2, 0], "{stats}");
    assert_eq!((&stats["retry_count"], &stats["success_rate"]), (&json!(3), &json!(1.0)), "{stats}");
    server.stop().await;
}

#[tokio::test]
async fn who_is_gone_is_not_waited_for_and_others_are_not_disturbed() {
    let server = TestServer::start().await;
    let (mut ann, bob) = (named(&server, "ann").await, named(&server, "bob").await);
    let data = sent(&server.rest, ACKNOWLEDGED, json!({})).await;
    drop(bob);
    ann.event_named("news").await;
    ann.acknowledge().await;
    let info = over(&server.rest, &data).await;
    assert_eq!((&info["acknowledged_count"], &info["failed_count"]), (&json!(1), &json!(1)), "{info}");
    assert_eq!(retry(&server.rest, &data).await, 1);
    let info = over(&server.rest, &data).await;
    assert_eq!(info["failed_count"], 1, "it is gone for good: {info}");
    server.stop().await;
}
