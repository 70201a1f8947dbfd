//! Session tokens over real sockets: got for what one shows, shown everywhere, and taken back at once.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Guarded, create};
use crate::support::client::Options;
use crate::support::{Client, TestServer};

const PASSWORD: &str = "correct horse battery";

async fn ask(guarded: &Guarded, shown: Option<&str>, body: Option<Value>) -> (StatusCode, Value) {
    let rest = &guarded.server.rest;
    let request = rest.at(Method::POST, "/auth/session");
    let request = if let Some(shown) = shown { request.bearer_auth(shown) } else { request };
    let request = if let Some(body) = body { request.json(&body) } else { request };
    rest.send(request).await
}

/// A session token of `ann`, by her password.
async fn token(guarded: &Guarded) -> String {
    let body = json!({ "client_id": "ann", "password": PASSWORD });
    let (status, given) = ask(guarded, None, Some(body)).await;
    assert_eq!(
        (status, &given["user_id"], &given["expires_in"]),
        (StatusCode::OK, &json!("ann"), &json!(3_600))
    );
    let token = given["session_token"].as_str().unwrap().to_owned();
    assert!(token.starts_with("sess_") && token.len() == 48);
    token
}

async fn with_ann() -> Guarded {
    let guarded = Guarded::start().await;
    let ann = json!({ "user_id": "ann", "password": PASSWORD });
    assert_eq!(guarded.admin().post("/admin/users", ann).await.0, StatusCode::CREATED);
    guarded
}

async fn socket(guarded: &Guarded, token: &str) -> Client {
    let options = Options { session_token: Some(token.to_owned()), ..Options::default() };
    Client::connect_with(guarded.server.address, options).await
}

async fn revoke(guarded: &Guarded, bearer: &str, token: &str) -> StatusCode {
    let rest = guarded.server.rest.with_token(bearer);
    rest.send(rest.at(Method::POST, "/auth/revoke").json(&json!({ "token": token }))).await.0
}

/// Waits until a connection is ended, whatever it hears before.
async fn ended(mut socket: Client) {
    let end = async { while socket.next_event().await.is_some() {} };
    tokio::time::timeout(Duration::from_secs(30), end).await.expect("it is ended");
}

#[tokio::test]
async fn it_is_got_for_whatever_shows_who_one_is_but_for_another_one() {
    let guarded = with_ann().await;
    let first = token(&guarded).await;
    let (_, key) = guarded.admin().post("/admin/users/ann/keys", json!({})).await;
    let (_, made) = guarded.admin().post("/admin/invitations", json!({})).await;
    let by_key = json!({ "client_id": "ann", "api_key": key["api_key"] });
    let invited = json!({ "client_id": "carol", "invitation": made["invitation"] });
    for (shown, body, user) in [
        (None, Some(by_key), "ann"),
        (None, Some(invited), "carol"),
        (key["api_key"].as_str(), None, "ann"),
        (Some(&*guarded.token("of-another-server")), None, "of-another-server"),
    ] {
        let (status, given) = ask(&guarded, shown, body).await;
        assert_eq!((status, &given["user_id"]), (StatusCode::OK, &json!(user)), "{given}");
    }
    let refused = json!({ "detail": "Could not validate credentials", "code": "UNAUTHENTICATED" });
    for (shown, body) in [
        (Some(&*first), None),
        (Some("junk"), Some(json!({ "client_id": "ann", "password": PASSWORD }))),
        (None, Some(json!({ "client_id": "ann" }))),
        (None, Some(json!({ "client_id": "ann", "password": "wrong horse battery" }))),
    ] {
        assert_eq!(ask(&guarded, shown, body).await, (StatusCode::UNAUTHORIZED, refused.clone()));
    }
    guarded.stop().await;
}

#[tokio::test]
async fn it_lets_in_on_every_transport_and_after_a_restart() {
    let guarded = with_ann().await;
    let token = token(&guarded).await;
    let rest = guarded.server.rest.with_token(&token);
    let project = rest.project().await;
    let mut by_auth = socket(&guarded, &token).await;
    by_auth.join(&project.session_id).await;
    assert_eq!(by_auth.call("execute_command", create(&project, "Mine")).await["success"], true);
    let mut by_event = Client::connect(guarded.server.address).await;
    let said = by_event.call("authenticate", json!({ "session_token": token, "user_id": "ann" })).await;
    assert_eq!((&said["success"], &said["user_id"]), (&json!(true), &json!("ann")));
    assert!(said.get("expires_at").is_none(), "it has no end as long as it is used");
    let by_query = guarded.server.rest.at(Method::GET, &format!("/api/v1/projects?token={token}"));
    assert_eq!(guarded.server.rest.send(by_query).await.0, StatusCode::OK);
    let (_, valid) = rest.send(rest.at(Method::POST, "/auth/validate")).await;
    assert_eq!((&valid["valid"], &valid["client_id"]), (&json!(true), &json!("ann")));
    assert!(valid["expires_at"].as_str().is_some_and(|at| at.ends_with('Z')));
    assert_eq!(rest.get("/admin/users").await.0, StatusCode::FORBIDDEN, "it is no more than its user");

    let guarded = Guarded::start_in(guarded.stop().await).await;
    assert_eq!(guarded.server.rest.with_token(&token).get("/projects").await.1["total"], 1);
    guarded.stop().await;
}

#[tokio::test]
async fn taken_back_it_ends_its_connections_and_no_others() {
    let guarded = with_ann().await;
    let (one, other) = (token(&guarded).await, token(&guarded).await);
    let (gone, mut stays) = (socket(&guarded, &one).await, socket(&guarded, &other).await);
    assert_eq!(revoke(&guarded, &guarded.token("bob"), &one).await, StatusCode::FORBIDDEN);
    assert_eq!(revoke(&guarded, &one, &one).await, StatusCode::OK, "by itself");
    ended(gone).await;
    assert_eq!(guarded.server.rest.with_token(&one).get("/projects").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(revoke(&guarded, &one, &one).await, StatusCode::UNAUTHORIZED);
    assert_eq!(stays.call("ping", json!({})).await["success"], true);
    assert_eq!(guarded.server.rest.with_token(&other).get("/projects").await.0, StatusCode::OK);
    let (admin, _) = guarded.pair("root", &["admin"], Duration::from_secs(60));
    assert_eq!(revoke(&guarded, &admin, &other).await, StatusCode::OK, "an admin, anybody's");
    ended(stays).await;
    let guarded = Guarded::start_in(guarded.stop().await).await;
    assert_eq!(guarded.server.rest.with_token(&one).get("/projects").await.0, StatusCode::UNAUTHORIZED);
    guarded.stop().await;
}

#[tokio::test]
async fn the_sixth_ends_the_one_that_was_used_longest_ago() {
    let guarded = with_ann().await;
    let first = token(&guarded).await;
    let (_, key) = guarded.admin().post("/admin/users/ann/keys", json!({})).await;
    let first_rest = guarded.server.rest.with_token(&first);
    assert_eq!(first_rest.get("/projects").await.0, StatusCode::OK);
    for _ in 0..5 {
        assert_eq!(ask(&guarded, key["api_key"].as_str(), None).await.0, StatusCode::OK);
    }
    assert_eq!(first_rest.get("/projects").await.0, StatusCode::UNAUTHORIZED, "nobody used it since");
    let (_, log) = guarded.admin().get("/admin/audit?kind=session-token-revoked").await;
    assert_eq!(log["entries"][0]["detail"], json!({ "evicted": true }), "{log}");
    guarded.stop().await;
}

#[tokio::test]
async fn the_sixth_ends_the_connections_of_one_of_five_that_are_all_in_use() {
    let guarded = with_ann().await;
    let mut sockets = Vec::new();
    for _ in 0..5 {
        let token = token(&guarded).await;
        sockets.push(Box::pin(ended(socket(&guarded, &token).await)));
    }
    let sixth = token(&guarded).await;
    let ((), _, others) = futures_util::future::select_all(sockets).await;
    let mut newest = socket(&guarded, &sixth).await;
    assert_eq!(newest.call("ping", json!({})).await["success"], true);
    let (_, log) = guarded.admin().get("/admin/audit?kind=session-token-revoked").await;
    assert_eq!((others.len(), log["entries"].as_array().map(Vec::len)), (4, Some(1)), "{log}");
    guarded.stop().await;
}

#[tokio::test]
async fn they_end_with_a_new_password_and_with_their_user() {
    let guarded = with_ann().await;
    for change in [json!({ "password": PASSWORD }), json!({ "is_disabled": true })] {
        let token = token(&guarded).await;
        let socket = socket(&guarded, &token).await;
        let request = guarded.admin().request(Method::PATCH, "/admin/users/ann").json(&change);
        assert_eq!(guarded.admin().send(request).await.0, StatusCode::OK);
        ended(socket).await;
        let enable = json!({ "is_disabled": false });
        let request = guarded.admin().request(Method::PATCH, "/admin/users/ann").json(&enable);
        assert_eq!(guarded.admin().send(request).await.0, StatusCode::OK);
        let refused = guarded.server.rest.with_token(&token).get("/projects").await;
        assert_eq!(refused.0, StatusCode::UNAUTHORIZED, "it does not come back: {change}");
    }
    guarded.stop().await;
}

#[tokio::test]
async fn those_that_are_over_lock_nobody_out() {
    let guarded = with_ann().await;
    let over = format!("sess_{}", "A".repeat(43));
    for _ in 0..8 {
        let options = Options { session_token: Some(over.clone()), ..Options::default() };
        assert!(Client::try_connect(guarded.server.address, options).await.is_err());
    }
    token(&guarded).await;
    guarded.stop().await;
}

#[tokio::test]
async fn in_open_mode_a_name_is_enough_and_the_token_names_it() {
    let server = TestServer::start().await;
    let request = server.rest.at(Method::POST, "/auth/session").json(&json!({ "client_id": "ann" }));
    let (status, given) = server.rest.send(request).await;
    assert_eq!(status, StatusCode::OK, "{given}");
    let project = server.rest.with_token(given["session_token"].as_str().unwrap()).project().await;
    let (_, history) = server.rest.get(&format!("/projects/{}/history", project.project_id)).await;
    assert_eq!(history["entries"][0]["author"]["user_id"], "ann", "{history}");
    server.stop().await;
}
