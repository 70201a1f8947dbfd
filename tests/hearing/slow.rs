//! Hearing a project without being in its session, and without reading what is heard.
//!
//! Proves HEAR-2 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{about, named};
use crate::support::client::Event;
use crate::support::native::PATH;
use crate::support::plain_socket::PlainSocket;
use crate::support::{Client, Native, TestServer, until};

/// More than the 16 MiB that may wait for a connection, and what the kernels between keep.
const OFFERED: usize = 24 * 1024 * 1024;
const VALUE: usize = 60_000;

#[tokio::test]
async fn who_hears_a_project_hears_of_its_graph_in_its_session_alone() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let (mut ann, mut bob) = (named(&server, "ann").await, named(&server, "bob").await);
    for client in [&mut ann, &mut bob] {
        let answer = client.call("join_project", about(&project.project_id)).await;
        assert_eq!(answer["success"], true, "{answer}");
    }
    bob.join(&project.session_id).await;
    let data = json!({ "node_id": project.root, "property_id": "vin", "new_value": 7 });
    server.rest.execute(&project, "UpdateProperty", data).await;
    bob.event_named("property-changed").await;
    assert_eq!(ann.call("heartbeat", Value::Null).await["success"], true);
    let is_of_graphs = |event: &Event| event.payload["seq"].is_u64();
    assert!(!ann.read_already().iter().any(is_of_graphs));
    let (_, info) = server.rest.get(&format!("/sessions/{}/info", project.session_id)).await;
    assert_eq!(info["active_clients"], 1, "{info}");
    server.stop().await;
}

/// A page that tells a project something, until the server took it.
async fn tell(page: &mut PlainSocket, n: usize) {
    let data = json!({ "n": n, "text": "x".repeat(VALUE) });
    page.send(&json!({ "type": "broadcast", "event_type": "deployed", "data": data })).await;
    loop {
        let frame = page.next().await;
        assert_ne!(frame["type"], "error", "{frame}");
        if frame["type"] == "broadcast_sent" {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hears_a_project_and_reads_nothing_delays_nobody_and_is_cut() {
    let server = TestServer::start_allowing(|parts| parts.allowance.broadcasts_per_minute = 0).await;
    let path = format!("{PATH}?user_id=slow");
    let slow = PlainSocket::try_connect(server.address, &path, &[], Some(64 * 1024)).await;
    let mut slow = Native::welcomed(slow.unwrap_or_else(|_| panic!("it is let in"))).await.unwrap();
    let mut quick: Client = named(&server, "quick").await;
    assert_eq!(slow.call("join_project", about("elsewhere")).await["success"], true);
    assert_eq!(quick.call("join_project", about("elsewhere")).await["success"], true);
    let mut page = PlainSocket::connect(server.address, "/api/websocket/ws?user_id=teller", &[]).await;
    page.send(&json!({ "type": "join_project", "projectId": "elsewhere" })).await;
    until("all hear it", async || server.server.channels().listeners("elsewhere") == 3).await;

    let times = OFFERED / VALUE;
    for n in 0..times {
        tell(&mut page, n).await;
        assert_eq!(quick.event_named("broadcast_message").await["data"]["n"], n, "each once, in order");
    }
    until("who reads nothing is gone", async || server.server.channels().listeners("elsewhere") == 2).await;
    assert_eq!(slow.closed().await.code, 1006, "it was cut");
    assert_eq!(quick.call("heartbeat", Value::Null).await["success"], true);
    server.stop().await;
}
