//! Members of generation 2 who stop reading: they are cut, whoever reads is not, and they come back.
//!
//! Proves SYNC-4 (docs/behaviour.md).

use serde_json::json;

use crate::support::proxy::Proxy;
use crate::support::stock_members::{StockMembers, Telling, Told, is_dense, is_here};
use crate::support::{Project, TestServer, until};

/// More than the ring, the pipe and the kernels between keep for a member.
const OFFERED: usize = 12 * 1024 * 1024;
const VALUE: usize = 60_000;
const RECEIVE_BUFFER: u32 = 64 * 1024;

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

/// How many members the server says that there are.
async fn members(server: &TestServer, project: &Project) -> u64 {
    let (_, info) = server.rest.get(&format!("/sessions/{}/info", project.session_id)).await;
    info["active_clients"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_of_generation_2_who_stops_reading_goes_and_one_who_reads_stays() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let proxy = Proxy::start(server.address, RECEIVE_BUFFER).await;
    let dead = StockMembers::node(proxy.address, &project, (2, "2", "websocket"), Telling::Seqs);
    let ways = (3, "2", "websocket,upgrade,polling");
    let living = StockMembers::node(server.address, &project, ways, Telling::Seqs);
    until("all have joined", async || dead.all(is_here) && living.all(is_here)).await;
    assert_eq!(members(&server, &project).await, 5);

    proxy.read(false);
    // An event carries the old value and the new one.
    let last = offer(&server, &project, OFFERED / (2 * VALUE) + 1).await;
    let hears = |seq: u64| move |told: &[Told]| told.iter().any(|event| event.is_event(seq));
    until("whoever reads has everything", async || living.all(hears(last))).await;
    until("whoever does not is gone", async || members(&server, &project).await == 3).await;

    proxy.read(true);
    until("they are back", async || dead.all(|told| is_here(told) && told.contains(&Told::Disconnected)))
        .await;
    assert_eq!(members(&server, &project).await, 5);
    let marker = offer(&server, &project, 1).await;
    until("all hear what comes next", async || dead.all(hears(marker)) && living.all(hears(marker))).await;
    for (member, told) in dead.told().into_iter().chain(living.told()) {
        assert!(is_dense(&told), "{member}: {told:?}");
    }
    assert!(living.all(|told| !told.contains(&Told::Disconnected)), "whoever reads was never cut");
    server.stop().await;
}
