//! Tokens over REST: what clients of the older server expect of `/auth`, and what it did wrong.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::Guarded;
use crate::support::{Rest, TestServer};

async fn auth(rest: &Rest, path: &str, body: Value) -> (u16, Value) {
    let (status, answer) = rest.send(rest.at(Method::POST, &format!("/auth/{path}")).json(&body)).await;
    (status.as_u16(), answer)
}

async fn pair(rest: &Rest, client_id: &str) -> (String, String) {
    let (status, pair) = auth(rest, "token", json!({ "client_id": client_id })).await;
    assert_eq!(status, 200, "{pair}");
    let text = |name: &str| pair[name].as_str().unwrap().to_owned();
    (text("access_token"), text("refresh_token"))
}

#[tokio::test]
async fn in_open_mode_a_name_is_enough() {
    let server = TestServer::start().await;
    let full = json!({ "client_id": "c1", "device_name": "Example", "device_type": "python", "more": 1 });
    for body in [full, json!({ "client_id": "c1" })] {
        let (status, pair) = auth(&server.rest, "token", body).await;
        assert_eq!(
            (status, &pair["token_type"], &pair["expires_in"]),
            (200, &json!("bearer"), &json!(86_400))
        );
        assert_ne!(pair["access_token"], pair["refresh_token"]);
    }
    let (one, other) = (pair(&server.rest, "c1").await, pair(&server.rest, "c1").await);
    assert_ne!(one, other, "two tokens of one second differ");
    server.stop().await;
}

#[tokio::test]
async fn a_body_that_is_not_as_it_should_be_is_422_with_its_place() {
    let server = TestServer::start().await;
    for (body, kind, loc) in [
        (json!({}), "missing", json!(["body", "client_id"])),
        (json!({ "client_id": 7 }), "string_type", json!(["body", "client_id"])),
        (json!({ "client_id": "" }), "value_error", json!(["body"])),
        (json!({ "client_id": "anonymous:x" }), "value_error", json!(["body"])),
    ] {
        let (status, answer) = auth(&server.rest, "token", body).await;
        assert_eq!((status, &answer["code"]), (422, &json!("INVALID_REQUEST")), "{answer}");
        assert_eq!(
            (&answer["detail"][0]["type"], &answer["detail"][0]["loc"]),
            (&json!(kind), &loc),
            "{answer}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_its_reuse_ends_the_family() {
    let server = TestServer::start().await;
    let rest = &server.rest;
    let (access, first) = pair(rest, "c1").await;
    let refresh = |token: &str| auth(rest, "refresh", json!({ "refresh_token": token }));
    let refused = json!({ "detail": "Could not validate credentials", "code": "UNAUTHENTICATED" });
    for bad in [&*access, "junk", ""] {
        assert_eq!(refresh(bad).await, (401, refused.clone()), "{bad}");
    }
    let (status, second) = refresh(&first).await;
    assert_eq!(status, 200, "{second}");
    let valid = async |token: &str| {
        let rest = rest.with_token(token);
        rest.send(rest.at(Method::POST, "/auth/validate")).await.1["valid"] == true
    };
    assert!(valid(&access).await && valid(second["access_token"].as_str().unwrap()).await);
    assert_eq!(refresh(&first).await, (401, refused.clone()), "it was used");
    for token in [&second["refresh_token"], &second["access_token"]] {
        assert!(!valid(token.as_str().unwrap()).await, "whoever came with the old one may be a thief");
    }
    assert!(!valid(&access).await);
    assert_eq!(refresh(second["refresh_token"].as_str().unwrap()).await, (401, refused));
    let (other, _) = pair(rest, "c1").await;
    assert!(valid(&other).await, "another sign-in has nothing to do with it");
    server.stop().await;
}

#[tokio::test]
async fn validating_says_whose_it_is_and_nothing_of_what_is_wrong() {
    let server = TestServer::start().await;
    let validate = async |authorization: Option<&str>| {
        let mut request = server.rest.at(Method::POST, "/auth/validate");
        if let Some(authorization) = authorization {
            request = request.header("Authorization", authorization);
        }
        let (status, answer) = server.rest.send(request).await;
        (status.as_u16(), answer)
    };
    let (access, _) = pair(&server.rest, "c1").await;
    let (status, answer) = validate(Some(&format!("bearer {access}"))).await;
    assert_eq!((status, &answer["valid"], &answer["client_id"]), (200, &json!(true), &json!("c1")));
    assert!(answer["expires_at"].as_str().is_some_and(|at| at.ends_with('Z')));
    let not = json!({ "valid": false, "client_id": null, "expires_at": null });
    assert_eq!(validate(Some("Bearer junk")).await, (200, not));
    let refused = |text: &str| (403, json!({ "detail": text, "code": "UNAUTHENTICATED" }));
    assert_eq!(validate(None).await, refused("Not authenticated"));
    assert_eq!(validate(Some("Basic YTpi")).await, refused("Invalid authentication credentials"));
    server.stop().await;
}

#[tokio::test]
async fn one_revokes_one_s_own_and_an_admin_anybody_s() {
    let guarded = Guarded::start().await;
    let (ann, bob) = (guarded.rest("ann"), guarded.rest("bob"));
    let (access, refresh) = guarded.pair("ann", &[], Duration::from_secs(600));
    let (status, answer) = auth(&bob, "revoke", json!({ "token": refresh })).await;
    assert_eq!((status, &answer["code"]), (403, &json!("FORBIDDEN")));
    assert_eq!(auth(&guarded.server.rest, "revoke", json!({ "token": refresh })).await.0, 403);
    let bad = guarded.server.rest.with_token("junk");
    assert_eq!(auth(&bad, "revoke", json!({ "token": refresh })).await.0, 401);
    let done = (200, json!({ "message": "Token revoked successfully" }));
    assert_eq!(auth(&ann, "revoke", json!({ "token": "junk" })).await, done);
    assert_eq!(auth(&ann, "revoke", json!({ "token": refresh })).await, done);
    assert_eq!(auth(&guarded.server.rest, "refresh", json!({ "refresh_token": refresh })).await.0, 401);
    let gone = guarded.server.rest.with_token(&access).get("/projects").await;
    assert_eq!(gone.0, StatusCode::UNAUTHORIZED, "what came out of that sign-in went with it");
    let (access, _) = guarded.pair("bob", &[], Duration::from_secs(600));
    assert_eq!(auth(&guarded.admin(), "revoke", json!({ "token": access })).await, done);
    guarded.stop().await;
}

#[tokio::test]
async fn in_token_mode_a_bare_name_is_refused() {
    let guarded = Guarded::start().await;
    let refused = (401, json!({ "detail": "Could not validate credentials", "code": "UNAUTHENTICATED" }));
    for body in [
        json!({ "client_id": "ann" }),
        json!({ "client_id": "ann", "password": "wrong horse battery" }),
        json!({ "client_id": "ann", "api_key": "sk_junk" }),
    ] {
        assert_eq!(auth(&guarded.server.rest, "token", body).await, refused);
    }
    guarded.stop().await;
}

#[tokio::test]
async fn five_failures_lock_the_account_and_say_for_how_long() {
    let guarded = Guarded::start().await;
    let body = json!({ "client_id": "ann", "password": "wrong horse battery" });
    for attempt in 0..5 {
        assert_eq!(auth(&guarded.server.rest, "token", body.clone()).await.0, 401, "{attempt}");
    }
    let (status, answer) = auth(&guarded.server.rest, "token", body).await;
    assert_eq!((status, &answer["code"]), (429, &json!("RATE_LIMITED")), "{answer}");
    let named = auth(&guarded.server.rest, "token", json!({ "client_id": "bob", "password": "x" })).await;
    assert_eq!(named.0, 429, "the address is locked, too");
    guarded.stop().await;
}

#[tokio::test]
async fn the_part_that_signs_people_in_says_that_it_works() {
    let server = TestServer::start().await;
    let (status, health) = server.rest.send(server.rest.at(Method::GET, "/auth/health")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((&health["status"], &health["service"]), (&json!("healthy"), &json!("authentication")));
    server.stop().await;
}
