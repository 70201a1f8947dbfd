//! Maintenance refuses what is new on every transport and leaves the rest; notifications reach whom they are for.
//!
//! Proves CAST-5 (docs/behaviour.md).

use reqwest::Method;
use serde_json::{Value, json};

use super::{named, until_here};
use crate::support::plain_socket::PlainSocket;
use crate::support::{Native, Rest, TestServer};

async fn maintenance(rest: &Rest, body: Value) -> Value {
    let (status, view) = rest.post("/admin/maintenance", body).await;
    assert_eq!(status, 200, "{view}");
    view
}

#[tokio::test]
async fn maintenance_refuses_what_is_new_everywhere_and_reads_joins_and_presence_go_on() {
    let server = TestServer::start().await;
    let (rest, project) = (&server.rest, server.rest.project().await);
    let (mut ann, mut bob) = (named(&server, "ann").await, Native::named(server.address, "bob").await);
    ann.join(&project.session_id).await;
    let mut talk = PlainSocket::connect(server.address, "/ws/dan", &[]).await;
    talk.next().await;
    let view =
        maintenance(rest, json!({ "enabled": true, "reason": "A new disk", "retry_after_ms": 7_000 })).await;
    assert_eq!((&view["enabled"], &view["reason"]), (&json!(true), &json!("A new disk")), "{view}");
    let told = ann.event_named("maintenance_mode").await;
    let expected = json!({ "event": "maintenance_mode", "enabled": true, "reason": "A new disk",
        "retry_after_ms": 7_000, "timestamp": told["timestamp"] });
    assert_eq!(told, expected);
    assert_eq!(bob.event_named("maintenance_mode").await["reason"], "A new disk");
    assert_eq!(talk.next().await["message"], "A new disk");

    let node = json!({ "parent_id": project.root, "blueprint_type_id": "phase" });
    let create = json!({ "session_id": project.session_id, "command_type": "CreateNode", "data": node });
    for refused in
        [ann.call("execute_command", create.clone()).await, bob.call("execute_command", create.clone()).await]
    {
        let error = &refused["error"];
        assert_eq!(
            (&error["code"], &error["details"]["retry_after_ms"]),
            (&json!("MAINTENANCE"), &json!(7_000))
        );
        assert_eq!(error["details"]["reason"], "A new disk", "{refused}");
    }
    talk.send(&json!({ "mime_type": "text/plain", "data": "Hello" })).await;
    assert_eq!(talk.next().await["code"], "MAINTENANCE");
    let request = rest.request(Method::POST, "/commands/execute").json(&create);
    let response = request.send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["retry-after"]),
        (503, &"7".parse().unwrap())
    );
    let answer: Value = response.json().await.unwrap();
    assert_eq!(answer["error"]["code"], "MAINTENANCE", "{answer}");
    let (status, _) = rest.post("/projects", json!({ "template_id": "restomod", "project_name": "x" })).await;
    assert_eq!(status, 503);

    bob.join(&project.session_id).await;
    let (status, graph) = rest.get(&format!("/sessions/{}/graph", project.session_id)).await;
    assert_eq!(status, 200, "{graph}");
    let presence = json!({ "session_id": project.session_id, "typing": true });
    assert_eq!(ann.call("presence:set", presence).await["success"], true);
    let mut late = named(&server, "late").await;
    assert_eq!(late.event_named("maintenance_mode").await["enabled"], true, "who comes later is told, too");
    let (_, view) = rest.get("/admin/maintenance").await;
    assert_eq!(view["enabled"], true, "{view}");

    until_here(&mut ann).await;
    let view = maintenance(rest, json!({ "enabled": false })).await;
    assert_eq!(view, json!({ "enabled": false, "reason": null, "retry_after_ms": null, "since": null }));
    assert_eq!(ann.event_named("maintenance_mode").await["enabled"], false);
    assert_eq!(ann.call("execute_command", create).await["success"], true);
    server.stop().await;
}

#[tokio::test]
async fn a_notification_reaches_whom_it_is_for_with_how_grave_it_is() {
    let server = TestServer::start().await;
    let (mut ann, mut bob) = (named(&server, "ann").await, named(&server, "bob").await);
    let project = server.rest.project().await;
    bob.join(&project.session_id).await;
    until_here(&mut ann).await;
    until_here(&mut bob).await;
    let send = async |body: Value| {
        let (status, answer) = server.rest.post("/admin/notifications", body).await;
        assert_eq!(status, 200, "{answer}");
        answer["target_count"].clone()
    };
    assert_eq!(send(json!({ "message": "Lunch", "severity": "warning" })).await, 2);
    for client in [&mut ann, &mut bob] {
        let told = client.event_named("system_notification").await;
        let expected = json!({ "event": "system_notification", "message": "Lunch", "severity": "warning",
            "timestamp": told["timestamp"] });
        assert_eq!(told, expected);
    }
    assert_eq!(send(json!({ "message": "You", "user_id": "ann" })).await, 1);
    assert_eq!(ann.event_named("system_notification").await["severity"], "info");
    assert_eq!(send(json!({ "message": "Here", "project_id": project.project_id })).await, 1);
    assert_eq!(bob.event_named("system_notification").await["message"], "Here");
    assert!(until_here(&mut ann).await.is_empty());
    for wrong in [
        json!({}),
        json!({ "message": "" }),
        json!({ "message": "x", "severity": "loud" }),
        json!({ "message": "x", "project_id": "p", "user_id": "u" }),
    ] {
        let (status, answer) = server.rest.post("/admin/notifications", wrong).await;
        assert_eq!((status.as_u16(), &answer["error"]["code"]), (400, &json!("INVALID_REQUEST")), "{answer}");
    }
    server.stop().await;
}
