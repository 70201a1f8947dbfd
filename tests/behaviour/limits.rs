//! Limits on what one client may do: it is told so and how long to wait, and nobody else notices.
//!
//! Proves LIM-1 and LIM-2 (docs/behaviour.md).

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use graphroom::transport::address::TrustedProxies;
use graphroom::transport::limits::{Allowance, Time};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::client::Options;
use crate::support::{Client, Project, Rest, TestServer, until};

/// A clock of rates that stands still.
#[derive(Clone, Default)]
struct Still(Arc<AtomicU64>);

impl Still {
    fn pass(&self, milliseconds: u64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }

    /// Five commands at once, and one in a second from then on.
    fn allowance(&self, commands_per_second: u32) -> Allowance {
        let passed = Arc::clone(&self.0);
        Allowance {
            commands_per_second,
            commands_burst: NonZeroU32::new(BURST as u32).unwrap(),
            time: Time::of(move || Duration::from_millis(passed.load(Ordering::SeqCst))),
            ..Allowance::default()
        }
    }
}

const BURST: usize = 5;

async fn server(allowance: Allowance) -> TestServer {
    TestServer::start_allowing(|parts| parts.allowance = allowance).await
}

async fn member(server: &TestServer, project: &Project) -> Client {
    let mut client = Client::connect(server.address).await;
    client.join(&project.session_id).await;
    client
}

fn command(project: &Project, command_id: &str) -> Value {
    let data = json!({ "node_id": project.root, "property_id": "vin", "value": command_id });
    json!({ "session_id": project.session_id, "command_type": "UpdateProperty", "data": data, "command_id": command_id })
}

/// How many commands of so many are let through; the others are refused as they should be.
async fn flood(client: &mut Client, project: &Project, prefix: &str, commands: usize) -> usize {
    let mut acks = Vec::new();
    for n in 0..commands {
        acks.push(client.emit("execute_command", command(project, &format!("{prefix}{n}"))).await);
    }
    let mut accepted = 0;
    for (n, ack) in acks.into_iter().enumerate() {
        let answer = client.answer(ack).await;
        if answer["success"] == true {
            accepted += 1;
        } else {
            assert_eq!(answer["command_id"], format!("{prefix}{n}"), "{answer}");
            wait_of(&answer["error"], "max_commands_per_second");
        }
    }
    accepted
}

/// How long a refusal says to wait, in milliseconds.
fn wait_of(error: &Value, limit: &str) -> u64 {
    assert_eq!(error["code"], "RATE_LIMITED", "{error}");
    assert_eq!(error["details"]["limit"], limit, "{error}");
    error["details"]["retry_after_ms"].as_u64().unwrap()
}

#[tokio::test]
async fn a_flood_is_refused_and_another_client_of_the_session_notices_nothing() {
    let clock = Still::default();
    let server = server(clock.allowance(1)).await;
    let project = server.rest.project().await;
    let (mut flooding, mut other) = (member(&server, &project).await, member(&server, &project).await);
    assert_eq!(flood(&mut flooding, &project, "f", 50).await, BURST);
    assert_eq!(flood(&mut other, &project, "o", 1).await, 1);
    // The next event that the room hears after those that were let through is the other's.
    for n in 0..BURST {
        assert_eq!(other.event_named("property-changed").await["command_id"], format!("f{n}"));
    }
    assert_eq!(other.event_named("property-changed").await["command_id"], "o0");
    assert!(other.read_already().iter().all(|event| event.name != "error"));
    server.stop().await;
}

#[tokio::test]
async fn after_the_wait_the_refused_command_may_be_repeated() {
    let clock = Still::default();
    let server = server(clock.allowance(1)).await;
    let project = server.rest.project().await;
    let mut client = member(&server, &project).await;
    flood(&mut client, &project, "f", BURST).await;
    let refused = client.call("execute_command", command(&project, "again")).await;
    clock.pass(wait_of(&refused["error"], "max_commands_per_second"));
    let accepted = client.call("execute_command", command(&project, "again")).await;
    assert_eq!((&accepted["success"], &accepted["duplicate"]), (&json!(true), &Value::Null), "{accepted}");
    let refused = client.call("undo", json!({ "session_id": project.session_id })).await;
    wait_of(&refused["error"], "max_commands_per_second");
    // Reading and leaving are no commands.
    let graph = client.call("get_graph", json!({ "session_id": project.session_id })).await;
    assert_eq!(graph["success"], true, "{graph}");
    server.stop().await;
}

#[tokio::test]
async fn who_asks_for_no_answer_is_told_by_an_event_and_alone() {
    let server = server(Still::default().allowance(1)).await;
    let project = server.rest.project().await;
    let (mut flooding, mut other) = (member(&server, &project).await, member(&server, &project).await);
    flood(&mut flooding, &project, "f", BURST).await;
    flooding.send(format!("42{}", json!(["execute_command", command(&project, "silent")]))).await;
    let error = flooding.event_named("error").await;
    wait_of(&error, "max_commands_per_second");
    flood(&mut other, &project, "o", 1).await;
    let told = other.read_already();
    assert!(
        told.iter().all(|event| event.name != "error" && event.payload["command_id"] != "silent"),
        "{told:?}"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_namespace_of_its_own_gives_no_second_rate() {
    let server = server(Still::default().allowance(1)).await;
    let project = server.rest.project().await;
    let mut client = member(&server, &project).await;
    assert_eq!(flood(&mut client, &project, "f", BURST).await, BURST);
    // Out of the namespace and in again, over the same stream.
    client.connect_anew().await;
    let refused = client.call("execute_command", command(&project, "again")).await;
    wait_of(&refused["error"], "max_commands_per_second");
    server.stop().await;
}

#[tokio::test]
async fn presence_is_limited_by_itself() {
    let server = server(Still::default().allowance(1)).await;
    let project = server.rest.project().await;
    let mut client = member(&server, &project).await;
    flood(&mut client, &project, "f", BURST).await;
    let mut acks = Vec::new();
    for x in 0..2_010 {
        let set = json!({ "session_id": project.session_id, "cursor": { "x": x, "y": 0 } });
        acks.push(client.emit("presence:set", set).await);
    }
    let mut refused = 0;
    for ack in acks {
        let answer = client.answer(ack).await;
        if answer["success"] != true {
            wait_of(&answer["error"], "presence_per_second");
            refused += 1;
        }
    }
    assert_eq!(refused, 10);
    server.stop().await;
}

/// What a REST client is told: status, body, `Retry-After`.
async fn send(rest: &Rest, method: Method, path: &str, body: Value) -> (StatusCode, Value, Option<u64>) {
    let response = rest.request(method, path).json(&body).send().await.unwrap();
    let header = response.headers().get("retry-after").map(|value| value.to_str().unwrap().parse().unwrap());
    (response.status(), response.json().await.unwrap(), header)
}

#[tokio::test]
async fn rest_counts_what_changes_something_by_author() {
    let clock = Still::default();
    let server = server(clock.allowance(1)).await;
    let project = server.rest.named("maker").project().await;
    let (ann, bob) = (server.rest.named("ann"), server.rest.named("bob"));
    let execute = "/commands/execute?graph=none";
    for n in 0..BURST {
        let (status, answer, _) = send(&ann, Method::POST, execute, command(&project, &n.to_string())).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }
    let undo = format!("/sessions/{}/undo", project.session_id);
    let load = format!("/sessions/{}/load-graph", project.session_id);
    let path = format!("/projects/{}", project.project_id);
    let refused = [
        (Method::POST, execute, command(&project, "more")),
        (Method::POST, &undo, json!({})),
        (Method::POST, &load, json!({})),
        (Method::PATCH, &path, json!({ "name": "Other" })),
        (Method::DELETE, &path, json!({})),
        (Method::POST, "/projects", json!({ "template_id": "restomod", "project_name": "New" })),
    ];
    for (method, path, body) in refused {
        let (status, answer, retry_after) = send(&ann, method, path, body).await;
        assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{path}: {answer}");
        assert_eq!(wait_of(&answer["error"], "max_commands_per_second"), 1_000);
        assert_eq!(retry_after, Some(1), "in seconds");
    }
    assert_eq!(ann.get(&path).await.0, StatusCode::OK, "reading is not counted");
    let lease =
        send(&ann, Method::PUT, &format!("/sessions/{}/presence", project.session_id), json!({})).await;
    assert_eq!(lease.0, StatusCode::OK, "presence has a rate of its own");
    assert_eq!(send(&bob, Method::POST, execute, command(&project, "b")).await.0, StatusCode::OK);
    clock.pass(1_000);
    let (status, answer, _) = send(&ann, Method::POST, execute, command(&project, "more")).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn with_zero_there_is_no_limit_on_commands() {
    let server = server(Still::default().allowance(0)).await;
    let project = server.rest.project().await;
    let mut client = member(&server, &project).await;
    assert_eq!(flood(&mut client, &project, "f", 20 * BURST).await, 20 * BURST);
    server.stop().await;
}

#[tokio::test]
async fn refusals_are_counted_by_limit() {
    let server = server(Still::default().allowance(1)).await;
    let project = server.rest.project().await;
    let mut client = member(&server, &project).await;
    flood(&mut client, &project, "f", BURST + 3).await;
    let text = server.rest.at_root("/metrics").send().await.unwrap().text().await.unwrap();
    let line = "graphroom_limit_refusals_total{limit=\"max_commands_per_second\"} 3";
    assert!(text.lines().any(|found| found == line), "{text}");
    server.stop().await;
}

#[tokio::test]
async fn connections_are_refused_at_the_handshake_until_one_ends() {
    let allowance = Allowance { connections: 2, ..Allowance::default() };
    let server = server(allowance).await;
    let handshake = "/socket.io/?EIO=4&transport=polling";
    let one = Client::connect(server.address).await;
    let polling = server.rest.at_root(handshake).send().await.unwrap();
    assert_eq!(polling.status(), StatusCode::OK);
    let full = server.rest.at_root(handshake).send().await.unwrap();
    assert_eq!(full.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(full.headers()["retry-after"], "5");
    let body: Value = full.json().await.unwrap();
    assert_eq!(body["error"]["code"], "CONNECTION_LIMIT", "{body}");
    assert_eq!(body["error"]["details"]["limit"], "max_connections", "{body}");
    let refused = Client::try_connect(server.address, Options::default()).await.err().unwrap();
    assert!(refused.contains("503"), "{refused}");
    // REST is no connection in this sense, and who is in notices nothing.
    assert_eq!(server.rest.get("/health").await.0, StatusCode::OK);
    drop(one);
    until("the seat is free again", async || {
        Client::try_connect(server.address, Options::default()).await.is_ok()
    })
    .await;
    server.stop().await;
}

#[tokio::test]
async fn an_upgrade_is_no_connection_more_and_who_polls_leaves_its_seat() {
    let allowance = Allowance { connections_per_address: 1, ..Allowance::default() };
    let server = server(allowance).await;
    let handshake = server.rest.at_root("/socket.io/?EIO=4&transport=polling").send().await.unwrap();
    let opened = handshake.text().await.unwrap();
    let opened: Value = serde_json::from_str(opened.strip_prefix('0').unwrap()).unwrap();
    let path = format!("/socket.io/?EIO=4&transport=polling&sid={}", opened["sid"].as_str().unwrap());
    let refused = Client::try_connect(server.address, Options::default()).await.err().unwrap();
    assert!(refused.contains("503"), "{refused}");
    for packet in ["40", "41"] {
        server.rest.at(Method::POST, &path).body(packet).send().await.unwrap();
    }
    until("the seat is free again", async || {
        Client::try_connect(server.address, Options::default()).await.is_ok()
    })
    .await;
    server.stop().await;
}

#[tokio::test]
async fn rest_counts_by_the_address_that_a_trusted_proxy_names() {
    let loopback = TrustedProxies::new(vec!["127.0.0.0/8".parse().unwrap()]);
    let server = server(Allowance { trusted_proxies: loopback, ..Still::default().allowance(1) }).await;
    let project = server.rest.named("maker").project().await;
    let execute = async |forwarded: &str, command_id: String| {
        let request = server.rest.named("ann").request(Method::POST, "/commands/execute?graph=none");
        let request = request.header("X-Forwarded-For", forwarded).json(&command(&project, &command_id));
        request.send().await.unwrap().status()
    };
    for n in 0..BURST {
        assert_eq!(execute("6.6.6.6, 192.0.2.1", format!("a{n}")).await, StatusCode::OK);
    }
    assert_eq!(execute("7.7.7.7, 192.0.2.1", "a".into()).await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(execute("192.0.2.2", "b".into()).await, StatusCode::OK, "the same author elsewhere");
    server.stop().await;
}

#[tokio::test]
async fn without_trusted_proxies_nobody_says_where_it_is() {
    let server = server(Still::default().allowance(1)).await;
    let project = server.rest.named("maker").project().await;
    let mut statuses = Vec::new();
    for n in 0..=BURST {
        let request = server.rest.named("ann").request(Method::POST, "/commands/execute?graph=none");
        let request = request.header("X-Forwarded-For", format!("192.0.2.{n}"));
        statuses.push(request.json(&command(&project, &n.to_string())).send().await.unwrap().status());
    }
    assert_eq!(statuses.pop(), Some(StatusCode::TOO_MANY_REQUESTS));
    assert!(statuses.iter().all(|status| *status == StatusCode::OK), "{statuses:?}");
    server.stop().await;
}

#[tokio::test]
async fn the_limitations_speak_of_this_server_by_its_numbers() {
    let server = TestServer::start_allowing(|parts| {
        parts.rules.max_sessions = 1_234;
        parts.rules.limits.nodes = 4_321;
        parts.allowance = Allowance {
            commands_per_second: 77,
            commands_burst: NonZeroU32::new(88).unwrap(),
            connections: 99,
            connections_per_address: 0,
            ..Allowance::default()
        };
    })
    .await;
    let (status, list) = server.rest.send(server.rest.at_root("/api/limitations")).await;
    assert_eq!(status, StatusCode::OK);
    let list = list.as_array().unwrap();
    let texts: Vec<_> = list.iter().map(|item| item["limitation"].as_str().unwrap()).collect();
    for expected in [
        "5 failed attempts to sign in within 15 minutes",
        "77 commands a second",
        "88 at once",
        "200 changes of presence a second",
        "99 connections, by Socket.IO and plain WebSocket",
        "Any number of connections from one address",
        "30 minutes without a sign of life",
        "1234 sessions",
        "4321 nodes a project",
        "60 levels deep",
        "65536 bytes a property value",
        "1048576 bytes a command",
        "2097152 bytes a WebSocket message, 4194304 bytes a polling request",
        "268435456 bytes a project file",
        "32768 characters a message, and 16384 bytes of metadata",
        "100 messages a page",
        "1000 conversations that a connection is in",
    ] {
        assert!(texts.iter().any(|text| text.contains(expected)), "{expected} is not in {texts:#?}");
    }
    for item in list {
        let keys: Vec<_> = item.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys.len(), 4, "{item}");
        assert!(item["workaround"].as_str().is_some_and(|text| !text.is_empty()), "{item}");
        for key in ["planned_fix", "phase"] {
            assert!(item[key].is_null() || item[key].is_string(), "{item}");
        }
    }
    assert!(!texts.iter().any(|text| text.contains("Single user")), "many work here at once");
    server.stop().await;
}
