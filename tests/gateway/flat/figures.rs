//! How it is with the connections, by a frame and by a route: the same figures, and they add up.
//!
//! Proves FLAT-6 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{Page, assert_is_time, stock};
use crate::identity::Guarded;
use crate::support::{Rest, TestServer, until};

async fn read(rest: &Rest, path: &str) -> (u16, Value) {
    let (status, body) = rest.send(rest.at(reqwest::Method::GET, path)).await;
    (status.as_u16(), body)
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn the_status_is_the_same_by_a_frame_and_by_the_route_and_adds_up() {
    let server = TestServer::start_allowing(|parts| parts.allowance.connections = 123).await;
    let (mut page, mut bob) = (Page::named(&server, "ann").await, stock(&server, "bob").await);
    let project = server.rest.project().await;
    bob.join(&project.session_id).await;
    page.ask("join_project", json!({ "projectId": "p1" }), "user_joined_project").await;
    page.ask("ping", json!({}), "pong").await;
    page.ask("nonsense", json!({}), "error").await;
    page.ask("undo", json!({ "session_id": "x" }), "error").await;
    let told = page.ask("status", json!({}), "status").await;
    assert_is_time(&told["timestamp"]);
    let data = &told["data"];
    assert_eq!(data["service"]["messages_received"], 6, "five of the page's, one of bob's: {data}");
    assert_eq!(data["service"]["errors_count"], 2);
    assert_eq!(data["connections"]["messages_processed"], 6);
    assert_eq!(data["connections"]["active_connections"], 2);
    assert_eq!(data["connections"]["unique_users"], 2);
    assert_eq!(data["connections"]["active_projects"], 2);
    assert!(data["service"]["uptime"].as_f64().unwrap() > 0.0);
    assert!(data["service"]["event_handlers_count"].as_u64().unwrap() > 10);
    let settings = json!({ "enabled": true, "port": server.address.port(), "max_connections": 123,
        "realtime_features": data["settings"]["realtime_features"] });
    assert_eq!(data["settings"], settings);

    let (status, route) = read(&server.rest, "/api/websocket/status").await;
    assert_eq!((status, &route["success"]), (200, &json!(true)), "{route}");
    assert_is_time(&route["timestamp"]);
    for part in ["service", "connections", "settings"] {
        assert_eq!(keys(&route["data"][part]), keys(&data[part]));
    }
    assert_eq!(route["data"]["service"]["messages_received"], 6, "a request is no event");
    let (_, list) = read(&server.rest, "/api/websocket/connections").await;
    let each = |field: &str| {
        let connections = list["data"]["connections"].as_array().unwrap();
        connections.iter().map(|one| one[field].as_u64().unwrap()).sum::<u64>()
    };
    assert_eq!(each("message_count"), 6, "{list}");
    assert_eq!(route["data"]["service"]["messages_sent"], each("messages_sent"), "{list}");

    page.socket.close().await;
    let quiet = async || {
        let (_, route) = read(&server.rest, "/api/websocket/status").await;
        let (service, connections) = (&route["data"]["service"], &route["data"]["connections"]);
        service["messages_received"] == 6
            && service["errors_count"] == 2
            && connections["active_connections"] == 1
    };
    until("what came counts also once its page is gone", quiet).await;
    server.stop().await;
}

#[tokio::test]
async fn the_systems_status_has_real_figures_and_null_for_what_nobody_measures() {
    let server = TestServer::start().await;
    let mut page = Page::named(&server, "ann").await;
    page.ask("nonsense", json!({}), "error").await;
    let told = page.ask("request-system-status", json!({}), "system-status").await;
    let health = &told["systemHealth"];
    assert_eq!(health["status"], "healthy", "{told}");
    // The store of this server has no directory that it knows of.
    for part in ["disk", "network"] {
        assert!(health.as_object().unwrap().contains_key(part) && health[part].is_null(), "{part}: {told}");
    }
    // Whether that was measured by now or not.
    for part in ["cpu", "memory"] {
        let is_share = health[part].as_f64().is_none_or(|share| (0.0..=1.0).contains(&share));
        assert!(health.as_object().unwrap().contains_key(part) && is_share, "{part}: {told}");
    }
    assert!(health["uptime"].as_f64().unwrap() > 0.0);
    let performance = &told["performance"];
    assert_eq!(
        (&performance["messagesProcessed"], &performance["errorRate"]),
        (&json!(2), &json!(0.5)),
        "{told}"
    );
    assert_eq!((&performance["activeUsers"], &told["activeConnections"]), (&json!(1), &json!(1)));
    assert!(performance["throughput"].as_f64().unwrap() > 0.0);
    assert_eq!(told["aiProcessing"], json!({ "available": false }));
    assert!(told["lastUpdate"].is_string());
    server.stop().await;
}

#[tokio::test]
async fn the_names_of_events_are_listed_each_once() {
    let server = TestServer::start().await;
    let (status, types) = read(&server.rest, "/api/websocket/events/types").await;
    assert_eq!((status, &types["success"]), (200, &json!(true)));
    let listed = types["data"]["event_types"].as_object().unwrap();
    assert_eq!(types["data"]["total_count"], listed.len());
    for name in [
        "connect",
        "disconnect",
        "new_message",
        "typing_indicator",
        "memory_stored",
        "node-created",
        "pong",
        "ai_processing_start",
        "server_shutdown",
        "authenticate",
    ] {
        assert_eq!(listed.values().filter(|one| *one == name).count(), 1, "{name}");
    }
    assert_eq!(listed["NEW_MESSAGE"], "new_message");
    server.stop().await;
}

#[tokio::test]
async fn where_everybody_has_to_say_who_it_is_the_figures_are_for_admins() {
    let guarded = Guarded::start().await;
    let (status, refused) = read(&guarded.rest("ann"), "/api/websocket/status").await;
    assert_eq!((status, &refused["code"]), (403, &json!("FORBIDDEN")), "{refused}");
    let (status, _) = read(&guarded.server.rest, "/api/websocket/status").await;
    assert_eq!(status, 401);
    assert_eq!(read(&guarded.admin(), "/api/websocket/status").await.0, 200);
    assert_eq!(read(&guarded.server.rest, "/api/websocket/events/types").await.0, 200);
    let mut ann = Page::open_by(&guarded.server, &format!("?token={}", guarded.token("ann"))).await;
    for kind in ["status", "request-system-status"] {
        assert_eq!(ann.ask(kind, json!({}), "error").await["code"], "FORBIDDEN");
    }
    let token = guarded.admin().token().unwrap().to_owned();
    let mut root = Page::open_by(&guarded.server, &format!("?token={token}")).await;
    assert_eq!(root.ask("status", json!({}), "status").await["data"]["connections"]["active_connections"], 2);
    root.ask("request-system-status", json!({}), "system-status").await;
    guarded.stop().await;
}
