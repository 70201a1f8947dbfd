//! The numbers are those of what really came: some are excluded, some are cut, one does not read for long.
//!
//! Proves CAST-3 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{named, once, over, sent, told, until_here};
use crate::support::client::Options;
use crate::support::{Client, TestServer};

/// Broadcasts, each so large that a client that does not read holds some of them up.
const BROADCASTS: usize = 40;
const LARGE: usize = 60_000;

/// A client that the kernel takes little for.
async fn sleepy(server: &TestServer, user_id: &str) -> Client {
    let user_id = Some(user_id.to_owned());
    let options = Options { user_id, receive_buffer: Some(8 * 1024), ..Options::default() };
    Client::connect_with(server.address, options).await
}

fn count(all: &[Value], field: &str) -> u64 {
    all.iter().map(|info| info[field].as_u64().unwrap()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_numbers_are_those_of_what_really_came() {
    let server = TestServer::start().await;
    let rest = &server.rest;
    let (mut ann, mut bob) = (named(&server, "ann").await, named(&server, "bob").await);
    let (mut late, doomed) = (sleepy(&server, "late").await, sleepy(&server, "doomed").await);
    let text = "x".repeat(LARGE);
    let mut all = Vec::new();
    for n in 0..BROADCASTS {
        // Every other one is not for bob.
        let exclude = if n % 2 == 0 { format!("&exclude={}", bob.id) } else { String::new() };
        let body = json!({ "n": n, "text": text });
        all.push(sent(rest, &format!("/system?event_type=large{exclude}"), body).await);
    }
    for n in 0..BROADCASTS {
        assert_eq!(ann.event_named("large").await["n"], n, "in their order");
    }
    for n in (1..BROADCASTS).step_by(2) {
        assert_eq!(bob.event_named("large").await["n"], n);
    }
    assert!(until_here(&mut bob).await.is_empty());
    let last = all.last().unwrap();
    let info = once(rest, last, |info| info["delivered_count"] == 2).await;
    assert_eq!((&info["is_complete"], &info["failed_count"]), (&json!(false), &json!(0)), "two do not read");
    drop(doomed);
    let info = once(rest, last, |info| info["failed_count"] == 1).await;
    assert_eq!(info["is_complete"], false, "one may yet read: {info}");
    for n in 0..BROADCASTS {
        assert_eq!(late.event_named("large").await["n"], n);
    }
    let mut infos = Vec::new();
    for sent in &all {
        infos.push(over(rest, sent).await);
    }
    // Everything came that was handed over, but to the one that was cut.
    let came = (BROADCASTS + BROADCASTS / 2 + BROADCASTS) as u64;
    let (targets, delivered, failed) =
        (count(&infos, "target_count"), count(&infos, "delivered_count"), count(&infos, "failed_count"));
    assert_eq!(targets, came + BROADCASTS as u64);
    assert_eq!(delivered + failed, targets);
    assert!((1..BROADCASTS as u64).contains(&failed), "{failed}: some it had been handed, some not");
    let stats = told(rest, "/stats").await;
    assert_eq!(stats["total_broadcasts"], BROADCASTS);
    assert_eq!(stats["total_receivers"], targets);
    assert_eq!(stats["successful_deliveries"], delivered);
    assert_eq!(stats["failed_deliveries"], failed);
    assert_eq!(stats["success_rate"], delivered as f64 / targets as f64);
    assert_eq!(stats["retry_count"], 0);
    server.stop().await;
}
