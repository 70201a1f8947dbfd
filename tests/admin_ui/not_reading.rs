//! Somebody who looks on and reads nothing: bounded, and nobody else notices.

use std::time::Instant;

use serde_json::json;

use super::{Watcher, form, member, open_server};

/// Calls that the others make meanwhile.
const CALLS: u64 = 3_000;
/// Events that are shown between two looks, and how long those are apart at least, in milliseconds.
const SHOWN: u64 = 200;
const ROUND: u64 = 500;

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_on_and_reads_nothing_is_sent_so_much_and_no_more_and_holds_nobody_up() {
    let server = open_server().await;
    let (mut client, _) = member(&server).await;
    let mut idle = Watcher::connect(server.address, &form("", "")).await;
    idle.event("server_stats").await;
    let begun = Instant::now();
    for _ in 0..CALLS {
        let answer = client.call("ping", json!({})).await;
        assert_eq!(answer["success"], true, "{answer}");
    }
    let rounds = begun.elapsed().as_millis() as u64 / ROUND + 2;

    // Another one sees what there is, at once.
    let mut reads = Watcher::connect(server.address, &form("", "")).await;
    let sockets = reads.event("all_sockets").await;
    assert!(sockets[0].to_string().contains(&client.id), "{sockets:?}");
    let (mut other, _) = member(&server).await;
    reads.event_of("socket_connected", &other.id).await;
    assert_eq!(other.call("ping", json!({})).await["success"], true);

    // And the first one, once it reads, was shown a part of what was said; all of it was counted.
    idle.event_of("socket_connected", &other.id).await;
    let is_said = |(name, _): &&super::Event| matches!(&**name, "event_received" | "event_sent");
    let shown = idle.unread.iter().filter(is_said).count() as u64;
    assert!(shown > 0 && shown <= SHOWN * (rounds + 2), "{shown} events in {rounds} rounds");
    server.stop().await;
}
