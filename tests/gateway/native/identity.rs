//! Who a client is, where everybody has to say so, and where a page may be.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::set;
use crate::identity::Guarded;
use crate::support::native::PATH;
use crate::support::plain_socket::{Closed, PlainSocket};
use crate::support::{Native, TestServer, until};

async fn refused(guarded: &Guarded, query: &str, headers: &[(&str, &str)]) -> Closed {
    let path = format!("{PATH}{query}");
    let mut socket = PlainSocket::connect(guarded.server.address, &path, headers).await;
    socket.next_or_closed().await.expect_err("no frame, but why it is closed")
}

#[tokio::test]
async fn a_bad_token_is_refused_with_a_reason_that_a_page_can_read() {
    let guarded = Guarded::start().await;
    let bad = refused(&guarded, "?token=nonsense", &[]).await;
    assert_eq!(bad.code, 4401, "{bad:?}");
    assert!(!bad.reason.is_empty() && !bad.reason.contains("nonsense"), "{bad:?}");
    let by_header = refused(&guarded, "", &[("authorization", "Bearer nonsense")]).await;
    assert_eq!(by_header.code, 4401, "{by_header:?}");
    let admin = guarded.admin();
    until("it is written down", async || {
        let (_, log) = admin.get("/admin/audit?kind=sign-in-failed").await;
        !log["entries"].as_array().unwrap().is_empty()
    })
    .await;
    guarded.stop().await;
}

#[tokio::test]
async fn a_token_lets_in_by_the_query_and_by_the_header() {
    let guarded = Guarded::start().await;
    let token = guarded.token("ann");
    let by_query = Native::with_token(guarded.server.address, &token).await;
    let headers = [("authorization", &*format!("Bearer {token}"))];
    let socket = PlainSocket::connect(guarded.server.address, PATH, &headers).await;
    let by_header = Native::welcomed(socket).await.unwrap();
    for client in [by_query, by_header] {
        assert_eq!(client.welcome["user_id"], "ann");
    }
    guarded.stop().await;
}

#[tokio::test]
async fn who_shows_nothing_is_welcomed_as_nobody_and_may_say_who_it_is() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[("ann", "editor")]).await;
    let mut ann = Native::connect(guarded.server.address).await;
    assert_eq!(ann.welcome["user_id"], Value::Null);
    let in_session = json!({ "session_id": project.session_id });
    for event in ["join_session", "get_graph", "undo"] {
        let refused = ann.call(event, in_session.clone()).await;
        assert_eq!(refused["error"]["code"], "UNAUTHENTICATED", "{event}: {refused}");
    }
    assert_eq!(ann.call("authenticate", json!({ "token": "x" })).await["success"], false);
    ann.event_named("authentication_failed").await;
    let said = ann.call("authenticate", json!({ "token": guarded.token("ann") })).await;
    assert_eq!((&said["success"], &said["user_id"]), (&json!(true), &json!("ann")), "{said}");
    assert_eq!(ann.event_named("authentication_success").await["user_id"], "ann");
    assert_eq!(ann.join(&project.session_id).await["role"], "editor");
    assert_eq!(ann.call("execute_command", set(&project, 1)).await["success"], true);
    guarded.stop().await;
}

/// Takes the half minute that a client has to say who it is.
#[tokio::test]
async fn who_never_says_who_it_is_is_told_so_and_closed() {
    let guarded = Guarded::start().await;
    let mut nobody = Native::connect(guarded.server.address).await;
    assert_eq!(nobody.event_named("error").await["code"], "UNAUTHENTICATED");
    assert_eq!(nobody.closed().await.code, 4401);
    guarded.stop().await;
}

#[tokio::test]
async fn a_viewer_reads_and_may_not_write() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[("ann", "viewer")]).await;
    let mut ann = Native::with_token(guarded.server.address, &guarded.token("ann")).await;
    assert_eq!(ann.join(&project.session_id).await["role"], "viewer");
    let refused = ann.call("execute_command", set(&project, 1)).await;
    assert_eq!(refused["error"]["code"], "FORBIDDEN", "{refused}");
    assert_eq!(refused["error"]["details"]["role"], "viewer");
    guarded.rest("owner").execute(&project, "UpdateProperty", set(&project, 2)["data"].clone()).await;
    assert_eq!(ann.event_named("property-changed").await["new_value"], 2);
    guarded.stop().await;
}

#[tokio::test]
async fn a_session_token_lets_in_and_closes_its_connections_once_it_is_taken_back() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[("ann", "editor")]).await;
    let rest = &guarded.server.rest;
    let body = json!({ "user_id": "ann", "password": "correct horse battery" });
    assert_eq!(guarded.admin().post("/admin/users", body).await.0, StatusCode::CREATED);
    let body = json!({ "client_id": "ann", "password": "correct horse battery" });
    let (_, given) = rest.send(rest.at(Method::POST, "/auth/session").json(&body)).await;
    let token = given["session_token"].as_str().unwrap();
    let mut ann = Native::with_token(guarded.server.address, token).await;
    ann.join(&project.session_id).await;
    let ann_rest = rest.with_token(token);
    let revoke = ann_rest.at(Method::POST, "/auth/revoke").json(&json!({ "token": token }));
    assert_eq!(ann_rest.send(revoke).await.0, StatusCode::OK);
    assert_eq!(ann.event_named("error").await["code"], "UNAUTHENTICATED");
    assert_eq!(ann.closed().await.code, 4401);
    assert_eq!(refused(&guarded, &format!("?token={token}"), &[]).await.code, 4401);
    guarded.stop().await;
}

#[tokio::test]
async fn a_token_that_is_revoked_closes_its_connections_and_no_others() {
    let guarded = Guarded::start().await;
    let (one, other) = (guarded.token("ann"), guarded.token("ann"));
    let mut gone = Native::with_token(guarded.server.address, &one).await;
    let mut stays = Native::with_token(guarded.server.address, &other).await;
    let rest = guarded.server.rest.with_token(&one);
    let revoke = rest.at(Method::POST, "/auth/revoke").json(&json!({ "token": one }));
    assert_eq!(rest.send(revoke).await.0, StatusCode::OK);
    assert_eq!(gone.closed().await.code, 4401);
    assert_eq!(stays.call("ping", json!({})).await["success"], true);
    guarded.stop().await;
}

#[tokio::test]
async fn a_page_of_a_foreign_origin_or_host_gets_no_websocket() {
    let server = TestServer::start().await;
    let connect = async |header: (&str, &str)| {
        PlainSocket::try_connect(server.address, PATH, &[header], None).await.map(drop)
    };
    for (header, value, status, code) in [
        ("origin", "https://evil.example", 403, "FOREIGN_ORIGIN"),
        ("origin", "null", 403, "FOREIGN_ORIGIN"),
        ("host", "evil.example", 421, "FOREIGN_HOST"),
    ] {
        let (refused, body) = connect((header, value)).await.unwrap_err();
        assert_eq!(refused, status, "{value}: {body}");
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["code"], code, "{body}");
        assert!(body["detail"].is_string(), "{body}");
    }
    connect(("origin", "http://localhost:5173")).await.unwrap();
    server.stop().await;
}

#[tokio::test]
async fn a_name_that_is_too_long_is_refused() {
    let guarded = TestServer::start().await;
    let path = format!("{PATH}?user_id={}", "x".repeat(129));
    let mut socket = PlainSocket::connect(guarded.address, &path, &[]).await;
    let closed = tokio::time::timeout(Duration::from_secs(60), socket.closed()).await.unwrap();
    assert_eq!(closed.code, 1008, "{closed:?}");
    guarded.stop().await;
}
