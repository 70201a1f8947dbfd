//! Accounts that an admin changes while the server runs.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::Guarded;
use crate::support::client::Options;
use crate::support::{Client, Rest};

const PASSWORD: &str = "correct horse battery";

async fn change(admin: &Rest, user_id: &str, change: Value) -> Value {
    let request = admin.request(Method::PATCH, &format!("/admin/users/{user_id}")).json(&change);
    let (status, user) = admin.send(request).await;
    assert_eq!(status, StatusCode::OK, "{user}");
    user
}

async fn sign_in(guarded: &Guarded, password: &str) -> (StatusCode, Value) {
    let rest = &guarded.server.rest;
    let body = json!({ "client_id": "ann", "password": password });
    rest.send(rest.at(Method::POST, "/auth/token").json(&body)).await
}

#[tokio::test]
async fn a_user_that_an_admin_made_signs_in_by_its_password_until_it_is_disabled() {
    let guarded = Guarded::start().await;
    let admin = guarded.admin();
    let new = json!({ "user_id": "ann", "name": "Ann", "password": PASSWORD });
    let (status, made) = admin.post("/admin/users", new.clone()).await;
    assert_eq!((status, &made["has_password"]), (StatusCode::CREATED, &json!(true)), "{made}");
    assert_eq!(admin.post("/admin/users", new).await.0, StatusCode::CONFLICT);
    let short = json!({ "user_id": "bob", "password": "short" });
    assert_eq!(admin.post("/admin/users", short).await.0, StatusCode::BAD_REQUEST);

    assert_eq!(sign_in(&guarded, "wrong horse battery").await.0, StatusCode::UNAUTHORIZED);
    let (status, pair) = sign_in(&guarded, PASSWORD).await;
    assert_eq!(status, StatusCode::OK, "{pair}");
    let token = pair["access_token"].as_str().unwrap();
    let ann = guarded.server.rest.with_token(token);
    let project = ann.project().await;
    let mut socket = guarded.socket_with(token).await;
    socket.join(&project.session_id).await;

    change(&admin, "ann", json!({ "is_disabled": true })).await;
    while let Some(event) = socket.next_event().await {
        assert!(event.name != "error" || event.payload["code"] == "UNAUTHENTICATED", "{event:?}");
    }
    assert_eq!(ann.get("/projects").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(&guarded, PASSWORD).await.0, StatusCode::UNAUTHORIZED);
    let user = change(&admin, "ann", json!({ "is_disabled": false, "password": "another battery" })).await;
    assert_eq!(user["is_disabled"], false);
    assert_eq!(ann.get("/projects").await.0, StatusCode::OK);
    assert_eq!(sign_in(&guarded, "another battery").await.0, StatusCode::OK);
    let (_, list) = admin.get("/admin/users").await;
    assert!(!list.to_string().contains("argon2"), "{list}");
    guarded.stop().await;
}

#[tokio::test]
async fn who_is_no_admin_any_more_is_let_in_anew_as_who_it_is() {
    let guarded = Guarded::start().await;
    let root = guarded.admin();
    root.post("/admin/users", json!({ "user_id": "ann", "is_admin": true })).await;
    let ann = guarded.rest("ann");
    assert_eq!(ann.get("/admin/users").await.0, StatusCode::OK, "the store says that it is an admin");
    change(&root, "ann", json!({ "is_admin": false })).await;
    assert_eq!(ann.get("/admin/users").await.0, StatusCode::FORBIDDEN);
    guarded.stop().await;
}

#[tokio::test]
async fn an_api_key_counts_until_it_is_revoked_on_connections_too() {
    let guarded = Guarded::start().await;
    let admin = guarded.admin();
    assert_eq!(admin.post("/admin/users/ann/keys", json!({})).await.0, StatusCode::NOT_FOUND);
    admin.post("/admin/users", json!({ "user_id": "ann" })).await;
    let (status, made) = admin.post("/admin/users/ann/keys", json!({ "name": "laptop" })).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let (key_id, api_key) = (made["key_id"].as_str().unwrap(), made["api_key"].as_str().unwrap());
    let (_, listed) = admin.get("/admin/keys").await;
    assert_eq!(listed["keys"][0]["name"], "laptop");
    assert!(!listed.to_string().contains(api_key));

    let by_key = guarded.server.rest.with_token(api_key);
    let project = by_key.project().await;
    let options = Options { token: Some(api_key.to_owned()), ..Options::default() };
    let mut socket = Client::connect_with(guarded.server.address, options).await;
    socket.join(&project.session_id).await;
    let path = format!("/admin/keys/{key_id}");
    let (status, _) = admin.send(admin.request(Method::DELETE, &path)).await;
    assert_eq!(status, StatusCode::OK);
    while socket.next_event().await.is_some() {}
    assert_eq!(by_key.get("/projects").await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(admin.send(admin.request(Method::DELETE, &path)).await.0, StatusCode::NOT_FOUND);
    guarded.stop().await;
}
