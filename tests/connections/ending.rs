//! Connections that the server ends: they are told why, and others see them leave.

use std::time::Duration;

use graphroom::transport::limits::Allowance;
use reqwest::StatusCode;
use serde_json::json;

use super::{Moved, all, clean_up, disconnect, named, of_client, why};
use crate::identity::Guarded;
use crate::support::{TestServer, until};

#[tokio::test]
async fn cleanup_closes_idle_connections_and_returns_the_count() {
    let moved = Moved::default();
    let allowance = Allowance { time: moved.time(), ..Allowance::default() };
    let server = TestServer::start_allowing(|parts| {
        parts.allowance = allowance;
        parts.end_idle_after = Duration::from_secs(86_400);
    })
    .await;
    let (mut one, mut two) = (named(&server, "ann").await, named(&server, "ann").await);
    assert_eq!(clean_up(&server.rest, "").await, (StatusCode::OK, json!({ "cleaned": 0 })));
    moved.by(32);
    assert_eq!(clean_up(&server.rest, "?max_inactive_minutes=60").await.1, json!({ "cleaned": 0 }));
    assert_eq!(clean_up(&server.rest, "").await.1, json!({ "cleaned": 2 }));
    for client in [&mut one, &mut two] {
        let why = why(client).await;
        assert_eq!(
            (&why["code"], &why["message"]),
            (&json!("CONNECTION_ENDED"), &json!("Inactive connection"))
        );
        assert_eq!(why["details"], json!({ "reason": "idle" }));
    }
    until("nobody is there", || async { all(&server.rest).await["active_connections"] == 0 }).await;
    server.stop().await;
}

#[tokio::test]
async fn a_cleanup_of_nothing_or_less_is_refused_and_nobody_is_closed() {
    let server = TestServer::start().await;
    let mut ann = named(&server, "ann").await;
    for minutes in ["0", "-1", "0.5", "x", "", "99999999"] {
        let (status, answer) = clean_up(&server.rest, &format!("?max_inactive_minutes={minutes}")).await;
        assert_eq!(
            (status, &answer["code"]),
            (StatusCode::BAD_REQUEST, &json!("INVALID_REQUEST")),
            "{minutes}"
        );
    }
    assert_eq!(clean_up(&server.rest, "?max_inactive_minutes=1").await.1, json!({ "cleaned": 0 }));
    assert_eq!(ann.call("ping", json!({})).await["success"], true);
    server.stop().await;
}

#[tokio::test]
async fn who_shows_no_sign_of_life_for_so_long_is_ended_by_itself() {
    let moved = Moved::default();
    let allowance = Allowance { time: moved.time(), ..Allowance::default() };
    let server = TestServer::start_allowing(|parts| parts.allowance = allowance).await;
    let mut ann = named(&server, "ann").await;
    moved.by(31);
    assert_eq!(why(&mut ann).await["details"], json!({ "reason": "idle" }));
    server.stop().await;
}

#[tokio::test]
async fn a_connection_that_an_admin_ends_is_told_why_and_leaves_the_room_at_once() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let (mut ann, mut bob) = (named(&server, "ann").await, named(&server, "bob").await);
    bob.call("join_session", json!({ "session_id": project.session_id, "presence": true })).await;
    ann.join(&project.session_id).await;
    bob.event_named("session:connected").await;
    let connection = of_client(&server.rest, "ann").await.remove(0);
    let body = json!({ "connection_id": connection["connection_id"], "reason": "Maintenance" });
    assert_eq!(disconnect(&server.rest, body).await.1, json!({ "success": true, "disconnected": 1 }));
    let why = why(&mut ann).await;
    assert_eq!((&why["code"], &why["message"]), (&json!("CONNECTION_ENDED"), &json!("Maintenance")));
    assert_eq!(why["details"], json!({ "reason": "admin" }));
    assert_eq!(bob.event_named("session:disconnected").await["client_id"], ann.id.as_str());
    // It left: nobody waits for it to come back.
    let path = format!("/sessions/{}/presence", project.session_id);
    until("it left", || async {
        let participants = server.rest.get(&path).await.1["participants"].clone();
        participants.as_array().unwrap().iter().all(|one| one["user_id"] != "ann")
    })
    .await;
    server.stop().await;
}

#[tokio::test]
async fn all_connections_of_a_user_or_of_a_session_are_ended_and_no_others() {
    let guarded = Guarded::start().await;
    let admin = guarded.admin();
    let project = guarded.project(&[("bob", "viewer")]).await;
    let mut of_ann = [guarded.socket("ann").await, guarded.socket("ann").await];
    let (mut bob, mut owner) = (guarded.socket("bob").await, guarded.socket("owner").await);
    bob.join(&project.session_id).await;
    owner.join(&project.session_id).await;
    let mut elsewhere = guarded.socket("bob").await;
    assert_eq!(disconnect(&admin, json!({ "user_id": "ann" })).await.1["disconnected"], 2);
    for client in &mut of_ann {
        assert_eq!(why(client).await["message"], "An admin ended the connection");
    }
    assert_eq!(owner.call("ping", json!({})).await["success"], true);
    assert_eq!(disconnect(&admin, json!({ "session_id": project.session_id })).await.1["disconnected"], 2);
    for client in [&mut bob, &mut owner] {
        assert_eq!(why(client).await["code"], "CONNECTION_ENDED");
    }
    assert_eq!(elsewhere.call("ping", json!({})).await["success"], true);
    assert_eq!(disconnect(&admin, json!({ "user_id": "ann" })).await.1["disconnected"], 0);
    let mut again = guarded.socket("ann").await;
    assert_eq!(again.call("ping", json!({})).await["success"], true, "to be ended is not to be kept out");
    guarded.stop().await;
}
