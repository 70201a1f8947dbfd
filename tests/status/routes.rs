//! The shapes that clients of a project manager know, and what is behind them.
//!
//! Proves STAT-1 (docs/behaviour.md).

use std::time::Duration;

use graphroom::operations::status::Levels;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{fail, on_a_faulty_store, read, soon};
use crate::support::{Client, TestServer, until};

fn has(value: &Value, fields: &[&str]) {
    for field in fields {
        assert!(value.get(field).is_some(), "{field} in {value}");
    }
}

#[tokio::test]
async fn the_status_has_the_fields_that_clients_read() {
    let (server, store) = on_a_faulty_store().await;
    fail(&server, &store).await;
    until("it was measured", async || !read(&server.rest, "/api/status/metrics").await["data"].is_null())
        .await;
    let answer = read(&server.rest, "/api/websocket/status/system").await;
    has(&answer, &["success", "data", "timestamp"]);
    let data = &answer["data"];
    has(data, &["health", "metrics", "alerts", "performance", "timestamp"]);
    let health =
        ["healthy", "component_health", "healthy_components", "total_components", "health_percentage"];
    has(&data["health"], &health);
    has(&data["health"], &["last_check", "active_alerts", "total_alerts"]);
    let metrics =
        ["uptime", "memory_usage", "cpu_usage", "active_connections", "messages_processed", "error_rate"];
    has(&data["metrics"], &metrics);
    has(&data["performance"], &["avg_response_time", "avg_error_rate", "current_connections"]);
    let high = read(&server.rest, "/api/websocket/status/alerts?severity=high&limit=0").await;
    assert_eq!(high["data"][0]["message"], "The store takes no writes", "{high}");
    for severity in ["low", "warning"] {
        let none = read(&server.rest, &format!("/api/websocket/status/alerts?severity={severity}")).await;
        assert_eq!(none["data"], json!([]), "{none}");
    }
    let history = read(&server.rest, "/api/websocket/status/history?hours=1").await["data"].clone();
    let rounds = history.as_array().unwrap();
    assert!(rounds.iter().any(|round| round["healthy"] == true), "{history}");
    assert!(rounds.iter().any(|round| round["healthy"] == false && round["components"]["redis"] == false));
    has(&rounds[0], &["timestamp", "healthy", "components", "check_duration"]);
    assert!(rounds.iter().map(|round| round["timestamp"].as_str().unwrap()).is_sorted());
    let numbers = read(&server.rest, "/api/status/connections").await["data"].clone();
    has(&numbers, &["total_connections", "active_connections", "connections_per_ip", "timestamp"]);
    server.stop().await;
}

#[tokio::test]
async fn everything_at_once_is_what_the_routes_say_one_by_one() {
    let server = TestServer::start_allowing(soon).await;
    let _client = Client::connect(server.address).await;
    let request = server.rest.at(Method::POST, "/api/websocket/broadcast/system?event_type=news");
    let (status, sent) = server.rest.send(request.json(&json!({ "text": "Lunch" }))).await;
    assert_eq!(status, StatusCode::OK, "{sent}");
    until("the client has it", async || {
        read(&server.rest, "/api/websocket/broadcast/stats").await["data"]["successful_deliveries"] == 1
    })
    .await;
    until("it was checked and measured", async || {
        let data = read(&server.rest, "/api/websocket/metrics").await["data"].clone();
        data["summary"]["system_healthy"] == true && !data["status"]["metrics"].is_null()
    })
    .await;
    let data = read(&server.rest, "/api/websocket/metrics").await["data"].clone();
    let summary = json!({ "total_connections": 1, "total_broadcasts": 1, "success_rate": 1.0,
        "system_healthy": true });
    assert_eq!(data["summary"], summary);
    has(&data["websocket"], &["service", "connections", "settings"]);
    assert_eq!(data["broadcast"]["total_receivers"], 1, "{data}");
    has(&data["status"], &["health", "metrics", "alerts", "performance", "timestamp"]);
    server.stop().await;
}

#[tokio::test]
async fn a_check_on_request_is_done_at_once() {
    let server = TestServer::start_allowing(|parts| {
        soon(parts);
        parts.status.check_every = Duration::from_secs(3_600);
    })
    .await;
    let request = || server.rest.at(Method::POST, "/api/websocket/status/health-check");
    let (status, first) = server.rest.send(request()).await;
    assert_eq!((status, &first["data"]["health"]["healthy"]), (StatusCode::OK, &json!(true)), "{first}");
    let (_, second) = server.rest.send(request()).await;
    let at = |answer: &Value| answer["data"]["health"]["last_check"].as_str().unwrap().to_owned();
    assert!(at(&second) >= at(&first));
    let history = read(&server.rest, "/api/websocket/status/history").await;
    assert!(history["data"].as_array().unwrap().len() >= 2);
    server.stop().await;
}

#[tokio::test]
async fn a_disk_with_less_than_it_must_have_does_not_work() {
    let directory = tempfile::tempdir().unwrap();
    let server = TestServer::start_allowing(|parts| {
        soon(parts);
        parts.status.data = Some(directory.path().to_owned());
        parts.status.thresholds.disk_free = Levels::new(2.0, 2.0);
    })
    .await;
    until("the disk is too full", async || {
        let all = super::alerts(&server.rest).await;
        let has = |field: &str, name: &str| all.iter().any(|alert| alert[field] == name);
        has("component", "disk") && has("metric", "disk_free")
    })
    .await;
    server.stop().await;
}

#[tokio::test]
async fn a_cleanup_of_connections_answers_and_spares_who_lives() {
    let server = TestServer::start().await;
    let mut client = Client::connect(server.address).await;
    let path = "/api/websocket/maintenance/connections/cleanup";
    let (status, answer) = server.rest.send(server.rest.at(Method::POST, path)).await;
    assert_eq!(status, StatusCode::OK);
    let data = &answer["data"];
    let counts =
        ["connections_before", "connections_after", "connections_removed"].map(|name| data[name].as_u64());
    assert_eq!(counts, [Some(1), Some(1), Some(0)], "{answer}");
    assert!(data["timestamp"].is_string());
    assert_eq!(client.call("ping", json!({})).await["success"], true);
    server.stop().await;
}

#[tokio::test]
async fn a_page_is_told_what_was_measured() {
    let server = TestServer::start_allowing(soon).await;
    until("it was measured", async || !read(&server.rest, "/api/status/metrics").await["data"].is_null())
        .await;
    let mut page =
        crate::support::plain_socket::PlainSocket::connect(server.address, "/api/websocket/ws", &[]).await;
    page.send(&json!({ "type": "request-system-status" })).await;
    let mut status = page.next().await;
    while status["type"] != "system-status" {
        status = page.next().await;
    }
    assert!(
        status["systemHealth"]["cpu"].is_number() && status["systemHealth"]["memory"].is_number(),
        "{status}"
    );
    assert!(status["performance"]["responseTime"].is_number(), "{status}");
    server.stop().await;
}
