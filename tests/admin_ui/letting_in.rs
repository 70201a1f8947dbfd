//! Who may look on, and who not any more.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Watcher, form};
use crate::identity::Guarded;
use crate::support::raw::Socket;
use crate::support::{Rest, TestServer};

const PASSWORD: &str = "correct horse battery";

/// A server that asks who everybody is, with an admin `ada` and a user `ann`.
async fn guarded() -> (Guarded, Rest) {
    let guarded = Guarded::start_with(|parts| parts.admin_ui = true).await;
    let root = guarded.admin();
    for (user_id, is_admin) in [("ada", true), ("ann", false)] {
        let user = json!({ "user_id": user_id, "password": PASSWORD, "is_admin": is_admin });
        let (status, made) = root.post("/admin/users", user).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
    }
    (guarded, root)
}

async fn refusal(guarded: &Guarded, auth: &Value) -> Value {
    match Watcher::try_connect(guarded.server.address, auth).await {
        Ok(_) => panic!("{auth} lets nobody in"),
        Err(why) => why,
    }
}

#[tokio::test]
async fn unless_it_is_asked_for_there_is_no_such_namespace() {
    let server = TestServer::start().await;
    let (mut socket, _) = Socket::open(server.address).await;
    socket.send("40/admin,").await;
    let refused = socket.packet().await.unwrap();
    assert_eq!(refused, r#"44/admin,{"message":"Invalid namespace"}"#);
    socket.send("40").await;
    assert!(socket.packet().await.unwrap().starts_with("40{"), "the others go on");
    server.stop().await;
}

#[tokio::test]
async fn what_does_not_count_is_refused_in_the_words_that_the_front_end_knows() {
    let (guarded, root) = guarded().await;
    for auth in [
        Value::Null,
        json!({}),
        form("", ""),
        form("ada", "wrong horse battery"),
        form("nobody", PASSWORD),
        json!({ "username": 7, "password": [] }),
        json!({ "sessionId": "0123456789abcdef" }),
        json!({ "sessionId": null }),
        json!({ "token": "eyJ.no.token" }),
    ] {
        let why = refusal(&guarded, &auth).await;
        assert_eq!(why["message"], "invalid credentials", "{auth}");
        assert_eq!(why["data"]["code"], "UNAUTHENTICATED", "{auth}");
    }
    let no_admin = refusal(&guarded, &form("ann", PASSWORD)).await;
    assert_eq!(no_admin["data"]["code"], "FORBIDDEN", "{no_admin}");
    let (_, failed) = root.get("/admin/audit?kind=sign-in-failed").await;
    assert!(failed.to_string().contains("ada"), "{failed}");
    let (_, refused) = root.get("/admin/audit?kind=refused").await;
    assert!(refused.to_string().contains("connect /admin"), "{refused}");
    guarded.stop().await;
}

#[tokio::test]
async fn failed_passwords_lock_out_here_as_anywhere() {
    let (guarded, _) = guarded().await;
    for _ in 0..5 {
        refusal(&guarded, &form("ada", "wrong horse battery")).await;
    }
    let locked = refusal(&guarded, &form("ada", PASSWORD)).await;
    assert_eq!(locked["data"]["code"], "RATE_LIMITED", "{locked}");
    let rest = &guarded.server.rest;
    let body = json!({ "client_id": "ada", "password": PASSWORD });
    let (status, answer) = rest.send(rest.at(Method::POST, "/auth/token").json(&body)).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{answer}");
    guarded.stop().await;
}

#[tokio::test]
async fn an_admin_signs_in_by_its_password_and_comes_back_by_an_id_as_long_as_it_is_one() {
    let (guarded, root) = guarded().await;
    let address = guarded.server.address;
    let mut watcher = Watcher::connect(address, &form("ada", PASSWORD)).await;
    let (name, session) = watcher.next().await;
    assert_eq!((&*name, session.len()), ("session", 1), "it comes first");
    let by_id = json!({ "sessionId": session[0] });
    let mut again = Watcher::connect(address, &by_id).await;
    assert_eq!(again.next().await.0, "config", "nobody needs another id");
    let by_token = json!({ "token": guarded.token("ada") });
    Watcher::connect(address, &by_token).await.event("all_sockets").await;
    let (_, issued) = root.get("/admin/audit?kind=tokens-issued").await;
    assert_eq!(issued["entries"][0]["user_id"], "ada", "{issued}");
    let (_, connected) = root.get("/admin/audit?kind=connected").await;
    assert_eq!(connected["entries"][0]["detail"]["namespace"], "/admin", "{connected}");

    let change = root.request(Method::PATCH, "/admin/users/ada").json(&json!({ "is_admin": false }));
    assert_eq!(root.send(change).await.0, StatusCode::OK);
    for mut watcher in [watcher, again] {
        while watcher.socket.packet().await.is_some_and(|packet| packet != "41/admin,") {}
    }
    assert_eq!(refusal(&guarded, &by_id).await["message"], "invalid credentials");
    guarded.stop().await;
}

#[tokio::test]
async fn no_more_than_sixteen_look_on_and_who_leaves_makes_room() {
    let server = super::open_server().await;
    let mut watchers = Vec::new();
    for _ in 0..16 {
        watchers.push(Watcher::connect(server.address, &Value::Null).await);
    }
    let Err(full) = Watcher::try_connect(server.address, &Value::Null).await else {
        panic!("there is no room")
    };
    assert_eq!(full["data"]["code"], "BUSY", "{full}");
    watchers.clear();
    crate::support::until("there is room", async || {
        Watcher::try_connect(server.address, &Value::Null).await.is_ok()
    })
    .await;
    server.stop().await;
}
