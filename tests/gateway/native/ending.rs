//! Connections that are listed, and that the server ends.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::set;
use crate::support::{Native, Rest, TestServer, until};

async fn listed(rest: &Rest, user_id: &str) -> Vec<Value> {
    let path = format!("/api/clients/{user_id}/connections");
    let (status, list) = rest.send(rest.at(Method::GET, &path)).await;
    assert_eq!(status, StatusCode::OK, "{list}");
    list.as_array().unwrap().clone()
}

#[tokio::test]
async fn it_is_listed_with_what_came_and_went_and_can_be_ended_there() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut ann = Native::named(server.address, "ann").await;
    ann.join(&project.session_id).await;
    ann.call("ping", json!({})).await;
    let info = listed(&server.rest, "ann").await.remove(0);
    assert_eq!((&info["sid"], &info["session_id"]), (&json!(ann.id), &json!(project.session_id)), "{info}");
    assert_eq!((&info["transport"], &info["message_count"]), (&json!("websocket"), &json!(2)), "{info}");
    assert_eq!(info["metadata"], json!({ "protocol": "websocket v1", "namespace": "/ws/v1" }));
    assert!(
        info["messages_sent"].as_u64().unwrap() >= 5 && info["bytes_sent"].as_u64().unwrap() > 100,
        "{info}"
    );
    let all = server.rest.send(server.rest.at(Method::GET, "/api/websocket/connections")).await.1;
    assert_eq!(all["data"]["active_connections"], 1, "{all}");

    let body = json!({ "connection_id": info["connection_id"], "reason": "Maintenance" });
    let (_, ended) = server.rest.post("/admin/disconnect", body).await;
    assert_eq!(ended, json!({ "success": true, "disconnected": 1 }));
    let why = ann.event_named("error").await;
    assert_eq!((&why["code"], &why["message"]), (&json!("CONNECTION_ENDED"), &json!("Maintenance")));
    let closed = ann.closed().await;
    assert_eq!((closed.code, &*closed.reason), (1000, "Maintenance"));
    until("nobody is listed", async || listed(&server.rest, "ann").await.is_empty()).await;
    server.stop().await;
}

#[tokio::test]
async fn who_is_ended_hears_no_more_than_why_however_busy_the_room_is() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut ann = Native::named(server.address, "ann").await;
    ann.join(&project.session_id).await;
    let (rest, busy) = (server.rest.clone(), project.clone());
    let writer = tokio::spawn(async move {
        loop {
            rest.execute(&busy, "UpdateProperty", set(&busy, "x".repeat(2_000))["data"].clone()).await;
        }
    });
    ann.event_named("property-changed").await;
    let (_, ended) = server.rest.post("/admin/disconnect", json!({ "user_id": "ann" })).await;
    assert_eq!(ended["disconnected"], 1);
    assert_eq!(ann.closed().await.code, 1000);
    writer.abort();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_answers_what_waits_tells_every_client_and_closes() {
    let directory = tempfile::tempdir().unwrap();
    let server = TestServer::start_in(directory.path()).await;
    let project = server.rest.project().await;
    let mut member = Native::connect(server.address).await;
    member.join(&project.session_id).await;
    let mut visitor = Native::connect(server.address).await;
    let mut asked = Vec::new();
    for n in 0..300 {
        asked.push(member.emit("execute_command", set(&project, n)).await);
    }
    assert_eq!(member.answer(asked.remove(0)).await["success"], true);
    let ((), accepted) = tokio::join!(server.stop(), async {
        let mut accepted = 1;
        for id in asked {
            let answer = member.answer(id).await;
            let refused = answer["error"]["code"] == "SHUTTING_DOWN";
            assert!(answer["success"] == true || refused, "{answer}");
            accepted += u64::from(answer["success"] == true);
        }
        for client in [&mut member, &mut visitor] {
            assert!(client.event_named("server_shutdown").await["retry_after_ms"].is_u64());
            assert_eq!(client.closed().await.code, 1001);
        }
        accepted
    });
    let server = TestServer::start_in(directory.path()).await;
    let (_, info) = server.rest.get(&format!("/sessions/{}/info", project.session_id)).await;
    assert_eq!(info["seq"], 1 + accepted, "what was accepted is there, and nothing else");
    server.stop().await;
}

#[tokio::test]
async fn a_session_that_is_deleted_is_told_and_the_connection_stays() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut member = Native::connect(server.address).await;
    member.join(&project.session_id).await;
    let delete = server.rest.request(Method::DELETE, &format!("/projects/{}", project.project_id));
    assert_eq!(server.rest.send(delete).await.0, StatusCode::OK);
    member.event_named("session:closed").await;
    assert_eq!(member.call("ping", json!({})).await["success"], true);
    server.stop().await;
}
