//! What operators' scripts read of broadcasts, by REST alone: the forms that they know.

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{named, over, post, sent, told};
use crate::support::TestServer;

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn scripts_find_the_fields_that_they_know() {
    let server = TestServer::start().await;
    let rest = &server.rest;
    let (status, answer) = post(rest, "/system?event_type=custom.event", json!({ "hello": "world" })).await;
    assert_eq!((status, keys(&answer)), (StatusCode::OK, BTreeSet::from(["success", "data"])), "{answer}");
    let all = ["broadcast_id", "event_type", "priority", "target_count", "timestamp"];
    assert_eq!(keys(&answer["data"]), BTreeSet::from(all), "{answer}");
    let data = sent(rest, "/project/p1?event_type=x&priority=3", json!({})).await;
    assert_eq!((&data["project_id"], &data["priority"]), (&json!("p1"), &json!(3)), "{data}");
    let data = sent(rest, "/user/u1?event_type=x/y", json!({})).await;
    assert_eq!((&data["user_id"], &data["event_type"]), (&json!("u1"), &json!("x/y")), "{data}");
    let info = over(rest, &data).await;
    let expected = json!({ "message_id": data["broadcast_id"], "event_type": "x/y", "target_type": "user",
        "target_count": 0, "delivered_count": 0, "acknowledged_count": 0, "failed_count": 0, "attempts": 0,
        "created_at": info["created_at"], "is_complete": true, "require_ack": false, "priority": 1 });
    assert_eq!(info, expected, "a broadcast to nobody can be read");
    let stats = told(rest, "/stats").await;
    let known = [
        "queues",
        "active_broadcasts",
        "total_broadcasts",
        "successful_deliveries",
        "failed_deliveries",
        "retry_count",
        "success_rate",
        "timestamp",
        "total_receivers",
    ];
    assert_eq!(keys(&stats), BTreeSet::from(known), "{stats}");
    assert_eq!(stats["active_broadcasts"], json!({ "total": 3, "completed": 3, "pending": 0 }));
    let active = told(rest, "/active").await;
    let types: Vec<_> = active.as_array().unwrap().iter().map(|one| &one["target_type"]).collect();
    assert_eq!(types, ["user", "project", "system"], "the newest first");
    for path in ["/sys_none", "/sys_none/retry"] {
        let method = if path.ends_with("retry") { Method::POST } else { Method::GET };
        let request = rest.at(method, &format!("{}{path}", super::PATH));
        let (status, answer) = rest.send(request).await;
        assert_eq!((status, &answer["detail"]), (StatusCode::NOT_FOUND, &json!("Broadcast not found")));
    }
    server.stop().await;
}

#[tokio::test]
async fn ids_name_one_broadcast_and_say_nothing_of_it() {
    let server = TestServer::start().await;
    let mut ids = BTreeSet::new();
    for _ in 0..20 {
        let data = sent(&server.rest, "/user/secret?event_type=secret", json!({})).await;
        ids.insert(data["broadcast_id"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids.len(), 20);
    assert!(ids.iter().all(|id| id.starts_with("user_") && !id.contains("secret")), "{ids:?}");
    server.stop().await;
}

#[tokio::test]
async fn what_an_admin_broadcasts_is_written_down() {
    let server = TestServer::start().await;
    let _ann = named(&server, "ann").await;
    let data = sent(&server.rest.named("root"), "/user/ann?event_type=deployed", json!({})).await;
    let entry = loop {
        let (_, page) = server.rest.get("/admin/audit?kind=broadcast-sent").await;
        if let Some(entry) = page["entries"].as_array().unwrap().first() {
            break entry.clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert_eq!((&entry["user_id"], &entry["target"]), (&json!("root"), &data["broadcast_id"]), "{entry}");
    let detail = json!({ "event_type": "deployed", "target": "user", "connections": 1 });
    assert_eq!(entry["detail"], detail);
    server.stop().await;
}
