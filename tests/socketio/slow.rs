//! A slow but steady reader stays, although its connection is never idle when the heartbeat comes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;

use crate::support::client::Options;
use crate::support::{Client, TestServer};

/// Bytes a second that the reader takes.
const RATE: usize = 300_000;
/// Long enough for two heartbeats, which come every 15 seconds and wait 10 for their answer.
const LASTS: Duration = Duration::from_secs(36);
/// Small, so that what waits is many packets: more than the library's queue holds.
const VALUE: usize = 300;
/// Events that wait at any time: six seconds of reading, within the ring.
const AHEAD: usize = 1_800;

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_but_steady_reader_is_not_stalled_out_by_the_heartbeat() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let options = Options { receive_buffer: Some(64 * 1024), ..Options::default() };
    let mut slow = Client::connect_with(server.address, options).await;
    let payload = json!({ "session_id": project.session_id, "lifecycle": false });
    let mut expected = slow.call("join_session", payload).await["seq"].as_u64().unwrap();

    let heard = Arc::new(AtomicUsize::new(0));
    let (rest, writer_project, reader) = (server.rest.clone(), project.clone(), Arc::clone(&heard));
    let started = tokio::time::Instant::now();
    let writer = tokio::spawn(async move {
        let (mut offered, mut last) = (0, 0);
        while started.elapsed() < LASTS {
            // Measured by what was really read: on a busy machine that may be less than the rate.
            if offered < reader.load(Ordering::Acquire) + AHEAD {
                let data = json!({ "node_id": writer_project.root, "property_id": "notes", "new_value": "x".repeat(VALUE) });
                last = rest.execute(&writer_project, "UpdateProperty", data).await["seq"].as_u64().unwrap();
                offered += 1;
            } else {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        last
    });

    let mut taken = 0;
    while !(writer.is_finished() && taken > 0) {
        let event = slow.next_event().await.expect("the connection stays");
        if event.name == "joined" {
            continue;
        }
        expected += 1;
        assert_eq!(event.payload["seq"], expected);
        heard.fetch_add(1, Ordering::Release);
        taken += event.payload.to_string().len();
        let due = Duration::from_millis(u64::try_from(taken * 1_000 / RATE).unwrap());
        tokio::time::sleep_until(started + due).await;
    }
    let last = writer.await.unwrap();
    while expected < last {
        let event = slow.next_event().await.expect("the connection stays to the end");
        expected += 1;
        assert_eq!(event.payload["seq"], expected);
    }
    server.stop().await;
}
