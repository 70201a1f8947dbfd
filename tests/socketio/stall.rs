//! Members who stop reading: nobody else notices, and they lose nothing without being told.
//!
//! Proves SYNC-4 (docs/behaviour.md).

use std::time::Duration;

use serde_json::json;

use crate::support::proxy::Proxy;
use crate::support::stock_members::{StockMembers, Telling, Told, is_dense, is_here};
use crate::support::{Client, Project, TestServer, until};

const MEMBERS: usize = 20;
const RECEIVE_BUFFER: u32 = 64 * 1024;
const SILENCE: Duration = Duration::from_secs(10);
const OFFERED: usize = 50 * 1024 * 1024;
const VALUE: usize = 60_000;

/// Writes a large value under the root, `times` times; the last `seq`.
async fn offer(server: &TestServer, project: &Project, times: usize) -> u64 {
    let mut seq = 0;
    for n in 0..times {
        let value = format!("{n:07}").repeat(VALUE / 7);
        let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": value });
        seq = server.rest.execute(project, "UpdateProperty", data).await["seq"].as_u64().unwrap();
    }
    seq
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_members_who_stop_reading_for_ten_seconds_disturb_nobody_and_come_back_by_themselves() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let proxy = Proxy::start(server.address, RECEIVE_BUFFER).await;
    let ways = (MEMBERS, "4", "upgrade,websocket");
    let members = StockMembers::node(proxy.address, &project, ways, Telling::Seqs);
    until("all members have joined", async || members.all(|told| !told.is_empty())).await;

    let mut reader = Client::connect(server.address).await;
    let first = reader.join(&project.session_id).await["seq"].as_u64().unwrap() + 1;
    proxy.read(false);
    let silence = tokio::time::Instant::now() + SILENCE;
    // An event carries the old value and the new one.
    let times = OFFERED / (2 * VALUE) + 1;
    let (last, heard) = tokio::join!(offer(&server, &project, times), async {
        let mut heard = Vec::with_capacity(times);
        while heard.len() < times {
            heard.push(reader.event_named("property-changed").await["seq"].as_u64().unwrap());
        }
        heard
    });
    // Whoever reads had everything while the others still slept, and nobody waited to be answered.
    assert_eq!(heard, (first..=last).collect::<Vec<_>>());
    assert!(tokio::time::Instant::now() < silence, "50 MB are offered within the silence");
    tokio::time::sleep_until(silence).await;

    proxy.read(true);
    until("every member is here again or never went", async || {
        members.all(|told| {
            let went = told.contains(&Told::Disconnected);
            is_here(told) && (went || told.iter().any(|event| event.is_event(last)))
        })
    })
    .await;
    let marker = offer(&server, &project, 1).await;
    until("every member hears what comes next", async || {
        members.all(|told| told.iter().any(|event| event.is_event(marker)))
    })
    .await;
    for (member, told) in members.told() {
        assert!(is_dense(&told), "member {member}: {told:?}");
    }
    server.stop().await;
}
