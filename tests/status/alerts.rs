//! What goes wrong: one alert for as long as it lasts, told when it begins and when it is over, and the errors behind it.
//!
//! Proves STAT-2, STAT-3 and STAT-5 (docs/behaviour.md).

use std::sync::Mutex;

use graphroom::operations::status::Levels;
use reqwest::Method;
use serde_json::{Value, json};

use super::{alerts, create, health, on_a_faulty_store, read, soon};
use crate::support::faulty_store::Fault;
use crate::support::{Native, TestServer, until};

async fn subscribed(server: &TestServer, topics: Value) -> Native {
    let mut client = Native::named(server.address, "operator").await;
    let answer = client.call("subscribe", json!({ "topics": topics })).await;
    assert_eq!(answer["success"], true, "{answer}");
    client
}

/// The next alert that is told of this component or metric.
async fn told(operator: &mut Native, field: &str, name: &str) -> Value {
    loop {
        let alert = operator.event_named("performance_alert").await["alert"].clone();
        if alert[field] == name {
            return alert;
        }
    }
}

#[tokio::test]
async fn a_store_that_fails_a_thousand_times_is_one_alert_told_once_and_over_once() {
    let (server, store) = on_a_faulty_store().await;
    let project = server.rest.project().await;
    let mut operator = subscribed(&server, json!(["alerts"])).await;
    store.set(Fault::Full);
    for _ in 0..1_000 {
        assert_eq!(create(&server.rest, &project).await, 503);
    }
    let raised = told(&mut operator, "component", "store").await;
    assert_eq!(
        (&raised["type"], &raised["component"], &raised["severity"], &raised["resolved"]),
        (&json!("component_failure"), &json!("store"), &json!("high"), &json!(false))
    );
    let now = health(&server.rest).await;
    assert_eq!((&now["healthy"], &now["component_health"]["redis"]), (&json!(false), &json!(false)));
    assert!(now["healthy_components"].as_u64() < now["total_components"].as_u64());

    store.set(Fault::None);
    let over = told(&mut operator, "component", "store").await;
    assert_eq!((&over["id"], &over["resolved"]), (&raised["id"], &json!(true)));
    assert!(over["occurrences"].as_u64().unwrap() >= 1_000 && over["resolved_at"].is_string(), "{over}");
    until("it is healthy", async || health(&server.rest).await["healthy"] == true).await;
    let kept = alerts(&server.rest).await;
    assert_eq!(kept.iter().filter(|alert| alert["component"] == "store").count(), 1, "{kept:?}");

    let (_, errors) = server.rest.get("/admin/errors?category=redis&severity=high&resolved=false").await;
    let error =
        &errors["errors"].as_array().unwrap().iter().find(|one| one["occurrences"].as_u64() >= Some(1_000));
    let error = error.unwrap_or_else(|| panic!("{errors}"));
    assert_eq!((&error["category"], &error["resolved"]), (&json!("store"), &json!(false)));
    let (_, statistics) = server.rest.get("/admin/errors/statistics?hours=1").await;
    assert!(statistics["category_distribution"]["store"].as_u64() >= Some(1_000), "{statistics}");
    assert_eq!(statistics["resolution_rate"], 0.0);
    server.stop().await;
}

#[tokio::test]
async fn an_error_is_resolved_once_and_an_alert_acknowledged_by_who_saw_it_first() {
    let (server, store) = on_a_faulty_store().await;
    super::fail(&server, &store).await;
    let alert = alerts(&server.rest).await.remove(0);
    let path = format!("/api/websocket/status/alerts/{}/acknowledge", alert["id"].as_str().unwrap());
    for name in ["ann", "bob"] {
        let rest = server.rest.named(name);
        let (status, answer) = rest.send(rest.at(Method::POST, &path)).await;
        assert_eq!((status.as_u16(), &answer["data"]["acknowledged_by"]), (200, &json!("ann")), "{answer}");
    }
    let (_, list) = server.rest.get("/admin/errors").await;
    let id = list["errors"][0]["error_id"].as_str().unwrap();
    store.set(Fault::None);
    until("it is healthy", async || health(&server.rest).await["healthy"] == true).await;
    let (status, resolved) = server.rest.post(&format!("/admin/errors/{id}/resolve"), json!({})).await;
    assert_eq!((status.as_u16(), &resolved["resolved"]), (200, &json!(true)));
    assert!(id.starts_with("err_") && resolved["resolution_time"].is_string());
    let (_, list) = server.rest.get("/admin/errors?resolved=true").await;
    assert_eq!((list["total"].as_u64(), &list["errors"][0]["error_id"]), (Some(1), &json!(id)));
    let (status, _) = server.rest.post("/admin/errors/err_none/resolve", json!({})).await;
    assert_eq!(status, 404);
    server.stop().await;
}

#[tokio::test]
async fn connections_beyond_their_level_are_an_alert_that_gets_worse_and_is_over_when_they_go() {
    let server = TestServer::start_allowing(|parts| {
        soon(parts);
        parts.allowance.connections = 10;
        parts.status.thresholds.connections = Levels::new(0.25, 0.45);
    })
    .await;
    let mut operator = subscribed(&server, json!(["alerts"])).await;
    let mut others = vec![Native::named(server.address, "b").await, Native::named(server.address, "c").await];
    let of_connections = async |operator: &mut Native| told(operator, "metric", "connection_count").await;
    let raised = of_connections(&mut operator).await;
    assert_eq!(
        (&raised["type"], &raised["severity"]),
        (&json!("scalability"), &json!("warning")),
        "{raised}"
    );
    assert_eq!((&raised["value"], &raised["threshold"]), (&json!(3.0), &json!(2.5)));
    others.push(Native::named(server.address, "d").await);
    others.push(Native::named(server.address, "e").await);
    let worse = of_connections(&mut operator).await;
    assert_eq!((&worse["id"], &worse["severity"]), (&raised["id"], &json!("critical")));
    drop(others);
    let over = of_connections(&mut operator).await;
    assert_eq!((&over["id"], &over["resolved"]), (&raised["id"], &json!(true)));
    server.stop().await;
}

#[tokio::test]
async fn what_is_measured_is_charted_oldest_first() {
    let server = TestServer::start_allowing(soon).await;
    let project = server.rest.project().await;
    let mut member = Native::named(server.address, "ann").await;
    member.join(&project.session_id).await;
    assert_eq!(create(&server.rest, &project).await, 200);
    let found = Mutex::new(Vec::new());
    until("a command shows in the charts", async || {
        let (status, charts) = server.rest.get("/admin/charts?minutes=1").await;
        assert_eq!((status.as_u16(), &charts["interval_seconds"]), (200, &json!(0.05)));
        let points = charts["points"].as_array().unwrap().clone();
        let shows = |name: &str| points.iter().any(|point| point[name].as_f64() > Some(0.0));
        let names =
            ["commands_per_second", "events_per_second", "deliveries_per_second", "command_p99_ms", "cpu"];
        let all_show = names.into_iter().all(shows);
        *found.lock().unwrap() = points;
        all_show
    })
    .await;
    let points = found.into_inner().unwrap();
    let last = points.last().unwrap();
    assert_eq!(
        (&last["connections"], &last["sessions"], &last["members"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert!(last["memory_bytes"].as_u64() > Some(1_000_000), "{last}");
    assert!(points.iter().map(|point| point["at"].as_str().unwrap()).is_sorted());
    let live = read(&server.rest, "/api/status/live").await;
    assert!(live["data"]["metrics"]["memory_usage"].as_f64() > Some(0.0), "{live}");
    server.stop().await;
}
