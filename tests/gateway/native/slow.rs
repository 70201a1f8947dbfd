//! Members who read slowly or not at all, and members who say nothing.
//!
//! Proves SYNC-4 (docs/behaviour.md).

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::support::native::PATH;
use crate::support::plain_socket::PlainSocket;
use crate::support::{Native, Project, TestServer, until};

/// More than the ring, the way out and the kernels between keep for a member.
const OFFERED: usize = 12 * 1024 * 1024;
const VALUE: usize = 60_000;
const RECEIVE_BUFFER: u32 = 64 * 1024;
/// Longer than a client may be silent, shorter than twice that.
const LASTS: Duration = Duration::from_secs(40);

async fn small(server: &TestServer, user_id: &str) -> Native {
    let path = format!("{PATH}?user_id={user_id}");
    let socket = PlainSocket::try_connect(server.address, &path, &[], Some(RECEIVE_BUFFER)).await;
    Native::welcomed(socket.expect("the server takes a WebSocket")).await.unwrap()
}

async fn write(server: &TestServer, project: &Project, n: usize) -> u64 {
    let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": format!("{n:07}").repeat(VALUE / 7) });
    server.rest.execute(project, "UpdateProperty", data).await["seq"].as_u64().unwrap()
}

/// How many members the server says that there are.
async fn members(server: &TestServer, project: &Project) -> Value {
    server.rest.get(&format!("/sessions/{}/info", project.session_id)).await.1["active_clients"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_nothing_holds_nobody_up_is_cut_and_comes_back() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let (mut dead, mut living) = (small(&server, "dead").await, Native::connect(server.address).await);
    let joined = dead.join(&project.session_id).await;
    let first = living.join(&project.session_id).await["seq"].as_u64().unwrap() + 1;
    // An event carries the old value and the new one.
    let times = OFFERED / (2 * VALUE) + 1;
    let offered = async {
        for n in 0..times {
            write(&server, &project, n).await;
        }
    };
    let ((), heard) = tokio::join!(offered, async {
        let mut heard = Vec::new();
        while heard.len() < times {
            heard.push(living.event_named("property-changed").await["seq"].as_u64().unwrap());
        }
        heard
    });
    let expected: Vec<_> = (first..).take(times).collect();
    assert_eq!(heard, expected);
    until("whoever does not read is gone", async || members(&server, &project).await == 1).await;
    // It was cut: what the kernels kept is not the end of it.
    assert_eq!(dead.closed().await.code, 1006);

    let mut back = small(&server, "dead").await;
    let since = json!({ "epoch": joined["epoch"], "seq": joined["seq"] });
    let joined = back.call("join_session", json!({ "session_id": project.session_id, "since": since })).await;
    assert_eq!(joined["previous_end"]["reason"], "fell_behind", "{joined}");
    assert_eq!(joined["seq"], heard[heard.len() - 1], "{joined}");
    let marker = write(&server, &project, 0).await;
    assert_eq!(back.event_named("property-changed").await["seq"], marker);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stops_reading_for_a_while_and_reads_on_has_everything() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut slow = small(&server, "slow").await;
    let mut expected = slow.join(&project.session_id).await["seq"].as_u64().unwrap();
    let mut last = 0;
    // More than the way out takes, less than the ring keeps.
    for n in 0..12 {
        last = write(&server, &project, n).await;
    }
    while expected < last {
        expected += 1;
        assert_eq!(slow.event_named("property-changed").await["seq"], expected);
    }
    server.stop().await;
}

/// At the same time, since each takes as long as a client may be silent.
#[tokio::test(flavor = "multi_thread")]
async fn who_answers_no_pings_is_found_out_and_who_does_may_say_nothing() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    // It is polled no more, and so answers nothing.
    let mut silent = Native::named(server.address, "silent").await;
    silent.join(&project.session_id).await;
    let mut quiet = Native::named(server.address, "quiet").await;
    let join = json!({ "session_id": project.session_id, "lifecycle": false });
    assert_eq!(quiet.call("join_session", join).await["success"], true);
    assert_eq!(quiet.event_named("joined").await["client_id"], quiet.id.as_str());
    let since = Instant::now();
    let wait = async {
        tokio::time::sleep_until(since + LASTS).await;
        assert_eq!(members(&server, &project).await, 1, "the silent one is gone");
        write(&server, &project, 1).await
    };
    let (event, seq) = tokio::join!(quiet.event(), wait);
    assert_eq!((&*event.name, &event.payload["seq"]), ("property-changed", &json!(seq)));
    assert_eq!(silent.closed().await.code, 1006);
    server.stop().await;
}
