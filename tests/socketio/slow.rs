//! Heartbeats, whoever sends them: a slow but steady reader stays, although its connection is never idle when
//! they come, and a client that is silent is found out.
//!
//! Proves PRES-2 and SYNC-4 (docs/behaviour.md).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::support::client::{Engine, Options};
use crate::support::raw::Http;
use crate::support::{Client, Project, TestServer};

/// Bytes a second that the reader takes.
const RATE: usize = 300_000;
/// When a client that sends no pings is gone: those 15 seconds and 10 more, and what a busy machine adds.
const FOUND_OUT: std::ops::Range<Duration> = Duration::from_secs(20)..Duration::from_secs(50);
/// When somebody who is silent is away: the ping that is not answered comes within 15 seconds.
const AWAY: std::ops::Range<Duration> = Duration::from_secs(5)..Duration::from_secs(50);
/// When it is gone: half a minute later, and a minute after its last sign at the latest; and what a busy machine adds.
const GONE: std::ops::Range<Duration> = Duration::from_secs(35)..Duration::from_secs(80);
/// Long enough for two heartbeats, which come every 15 seconds and wait 10 for their answer.
const LASTS: Duration = Duration::from_secs(36);
/// Small, so that what waits is many packets: more than the library's queue holds.
const VALUE: usize = 300;
/// The property that the writer sets when it is done.
const LAST: &str = "vin";
/// Events that wait at any time: six seconds of reading, within the ring.
const AHEAD: usize = 1_800;

/// At the same time, since each takes as long as two heartbeats.
#[tokio::test(flavor = "multi_thread")]
async fn heartbeats_leave_slow_readers_alone_and_find_out_who_is_silent() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    tokio::join!(
        a_slow_but_steady_reader_stays(Engine::Four),
        a_slow_but_steady_reader_stays(Engine::Three),
        a_client_of_engine_3_that_sends_no_pings_is_gone(&server, &project),
        a_client_of_engine_3_that_polls_but_sends_no_pings_is_gone(&server),
        a_client_of_engine_3_that_only_sends_pings_stays(&server, &project),
        who_is_silent_is_away_and_then_gone_a_minute_after_its_last_sign(),
    );
    let (_, info) = server.rest.get(&format!("/sessions/{}/info", project.session_id)).await;
    assert_eq!(info["active_clients"], 0, "who went is no member any more");
    server.stop().await;
}

async fn idle_member(server: &TestServer, project: &Project, namespace: &'static str) -> Client {
    let options = Options { engine: Engine::Three, namespace, ..Options::default() };
    let mut member = Client::connect_with(server.address, options).await;
    let payload = json!({ "session_id": project.session_id, "lifecycle": false });
    member.call("join_session", payload).await;
    assert_eq!(member.event().await.name, "joined");
    member
}

async fn a_client_of_engine_3_that_sends_no_pings_is_gone(server: &TestServer, project: &Project) {
    let mut silent = idle_member(server, project, "/graph").await;
    silent.ping_no_more();
    let since = Instant::now();
    assert_eq!(silent.next_event().await, None, "nothing but the end comes");
    assert!(FOUND_OUT.contains(&since.elapsed()), "gone after {:?}", since.elapsed());
}

async fn a_client_of_engine_3_that_polls_but_sends_no_pings_is_gone(server: &TestServer) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("http://{}/socket.io/?EIO=3&transport=polling", server.address);
    let get = async |url: &str| {
        let answer = http.get(url).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    };
    let since = Instant::now();
    let open = get(&url).await.1;
    let url = format!("{url}&sid={}", open.split('"').nth(3).unwrap());
    // The namespace and its welcome, then nothing until the connection is closed, then no such connection.
    let mut came = get(&url).await.1;
    assert!(came.starts_with("2:40"), "{came}");
    if !came.contains("connection_established") {
        came = get(&url).await.1;
        assert!(came.contains("connection_established"), "{came}");
    }
    assert!(!get(&url).await.1.starts_with("2:40"));
    assert!(FOUND_OUT.contains(&since.elapsed()), "gone after {:?}", since.elapsed());
    assert_eq!(get(&url).await.0, 400);
}

async fn a_client_of_engine_3_that_only_sends_pings_stays(server: &TestServer, project: &Project) {
    let mut living = idle_member(server, project, "/").await;
    let leave = async {
        tokio::time::sleep(LASTS).await;
        let data = json!({ "node_id": project.root, "property_id": "vin", "new_value": 1 });
        server.rest.execute(project, "UpdateProperty", data).await;
    };
    let (event, ()) = tokio::join!(living.event(), leave);
    assert_eq!(event.name, "property-changed");
    let left = living.call("leave_session", json!({ "session_id": project.session_id })).await;
    assert_eq!(left["success"], true);
}

/// With the times that there are: one is silent on its WebSocket, the other polls no more.
async fn who_is_silent_is_away_and_then_gone_a_minute_after_its_last_sign() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut watcher = Client::connect(server.address).await;
    let join = json!({ "session_id": project.session_id, "presence": true, "lifecycle": false });
    assert_eq!(watcher.call("join_session", join.clone()).await["success"], true);
    let options = Options { user_id: Some("ann".to_owned()), ..Options::default() };
    let mut ann = Client::connect_with(server.address, options).await;
    assert_eq!(ann.call("join_session", join.clone()).await["success"], true);
    let http = Http::to(server.address);
    let bob = http.open().await;
    http.push(&bob, r#"40{"user_id":"bob"}"#).await;
    http.poll(&bob).await;
    http.push(&bob, &format!("420{}", json!(["join_session", join]))).await;
    let last_sign = Instant::now();

    let (mut away, mut gone) = (Vec::new(), Vec::new());
    while gone.len() < 2 {
        let update = watcher.event_named("presence:update").await;
        let elapsed = last_sign.elapsed();
        let participants = update["participants"].as_array().into_iter().flatten();
        let names = participants.filter(|one| one["status"] == "away").map(|one| one["user_id"].clone());
        for name in names.filter(|name| !away.contains(name)).collect::<Vec<Value>>() {
            assert!(AWAY.contains(&elapsed), "{name} is away after {elapsed:?}");
            away.push(name);
        }
        for name in update["left"].as_array().into_iter().flatten() {
            assert!(away.contains(name), "{name} is gone at once");
            assert!(GONE.contains(&elapsed), "{name} is gone after {elapsed:?}");
            gone.push(name.clone());
        }
    }
    gone.sort_by_key(Value::to_string);
    assert_eq!(gone, ["ann", "bob"]);
    drop(ann);
    server.stop().await;
}

async fn a_slow_but_steady_reader_stays(engine: Engine) {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let options = Options { receive_buffer: Some(64 * 1024), engine, ..Options::default() };
    let mut slow = Client::connect_with(server.address, options).await;
    let payload = json!({ "session_id": project.session_id, "lifecycle": false });
    let mut expected = slow.call("join_session", payload).await["seq"].as_u64().unwrap();

    let heard = Arc::new(AtomicUsize::new(0));
    let (rest, writer_project, reader) = (server.rest.clone(), project.clone(), Arc::clone(&heard));
    let started = Instant::now();
    let writer = tokio::spawn(async move {
        let mut offered = 0;
        while started.elapsed() < LASTS {
            // Measured by what was really read: on a busy machine that may be less than the rate.
            if offered < reader.load(Ordering::Acquire) + AHEAD {
                let data = json!({ "node_id": writer_project.root, "property_id": "notes", "new_value": "x".repeat(VALUE) });
                rest.execute(&writer_project, "UpdateProperty", data).await;
                offered += 1;
            } else {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        let data = json!({ "node_id": writer_project.root, "property_id": LAST, "new_value": 1 });
        rest.execute(&writer_project, "UpdateProperty", data).await;
    });

    let mut taken = 0;
    loop {
        let event = slow.next_event().await.expect("the connection stays");
        if event.name == "joined" {
            continue;
        }
        expected += 1;
        assert_eq!(event.payload["seq"], expected);
        if event.payload["property_id"] == LAST {
            break;
        }
        heard.fetch_add(1, Ordering::Release);
        taken += event.payload.to_string().len();
        let due = Duration::from_millis(u64::try_from(taken * 1_000 / RATE).unwrap());
        tokio::time::sleep_until(started + due).await;
    }
    writer.await.unwrap();
    server.stop().await;
}
