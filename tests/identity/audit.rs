//! The audit log: what happens is in it, by whom and from where, and it is read page by page.

use std::num::NonZeroU32;
use std::time::Duration;

use graphroom::clock::system_clock;
use graphroom_protocol::rest::audit::{AuditKind, AuditOutcome};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Guarded, create, remove_role, set_role};
use crate::support::client::Options;
use crate::support::until::until;
use crate::support::{Client, Rest, TestServer};

/// The entries of a page.
async fn entries(admin: &Rest, query: &str) -> Vec<Value> {
    let (status, page) = admin.get(&format!("/admin/audit?{query}")).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    page["entries"].as_array().unwrap().clone()
}

/// The newest entry of a kind.
async fn newest(admin: &Rest, kind: AuditKind) -> Value {
    let found = entries(admin, &format!("limit=1&kind={}", kind.as_str())).await;
    let entry = found.into_iter().next().unwrap_or_else(|| panic!("no {}", kind.as_str()));
    let outcome = if kind.outcome() == AuditOutcome::Done { "done" } else { "denied" };
    assert_eq!((&entry["outcome"], &entry["kind"]), (&json!(outcome), &json!(kind.as_str())));
    entry
}

async fn auth(rest: &Rest, path: &str, body: Value) -> (StatusCode, Value) {
    rest.send(rest.at(Method::POST, &format!("/auth/{path}")).json(&body)).await
}

#[tokio::test]
async fn sign_ins_and_what_is_wrong_with_them_are_written_down() {
    let guarded = Guarded::start().await;
    let (admin, rest) = (guarded.admin(), &guarded.server.rest);
    admin.post("/admin/users", json!({ "user_id": "ann", "password": "correct horse battery" })).await;
    auth(rest, "token", json!({ "client_id": "ann", "password": "wrong horse battery" })).await;
    let failed = newest(&admin, AuditKind::SignInFailed).await;
    assert_eq!(
        (&failed["user_id"], &failed["address"], &failed["detail"]),
        (&json!("ann"), &json!("127.0.0.1"), &json!({ "by": "password" }))
    );
    let body = json!({ "client_id": "ann", "password": "correct horse battery" });
    let (_, pair) = auth(rest, "token", body).await;
    assert_eq!(newest(&admin, AuditKind::TokensIssued).await["user_id"], "ann");
    let refresh = json!({ "refresh_token": pair["refresh_token"] });
    assert_eq!(auth(rest, "refresh", refresh.clone()).await.0, StatusCode::OK);
    assert_eq!(newest(&admin, AuditKind::TokensRefreshed).await["user_id"], "ann");
    assert_eq!(auth(rest, "refresh", refresh).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(newest(&admin, AuditKind::RefreshReused).await["user_id"], "ann");
    let (_, token) = guarded.pair("ann", &[], Duration::from_secs(60));
    auth(&guarded.admin(), "revoke", json!({ "token": token })).await;
    let revoked = newest(&admin, AuditKind::TokenRevoked).await;
    assert_eq!((&revoked["user_id"], &revoked["target"]), (&json!("root"), &json!("ann")));
    for _ in 0..5 {
        auth(rest, "token", json!({ "client_id": "bob", "password": "wrong horse battery" })).await;
    }
    assert_eq!(newest(&admin, AuditKind::LockedOut).await["user_id"], "bob");
    let failures = entries(&admin, "kind=sign-in-failed").await;
    assert_eq!(failures.len(), 1, "those of ten seconds from one address are one: {failures:?}");
    guarded.stop().await;
}

#[tokio::test]
async fn changes_of_accounts_and_roles_are_written_down() {
    let guarded = Guarded::start().await;
    let admin = guarded.admin();
    admin.post("/admin/users", json!({ "user_id": "ann" })).await;
    assert_eq!(newest(&admin, AuditKind::UserCreated).await["target"], "ann");
    let change = json!({ "is_disabled": true, "password": "correct horse battery" });
    admin.send(admin.request(Method::PATCH, "/admin/users/ann").json(&change)).await;
    let detail = json!({ "is_admin": null, "is_disabled": true, "new_name": false, "new_password": true });
    assert_eq!(newest(&admin, AuditKind::UserChanged).await["detail"], detail);
    let (_, key) = admin.post("/admin/users/ann/keys", json!({})).await;
    let key_id = key["key_id"].as_str().unwrap();
    assert_eq!(newest(&admin, AuditKind::ApiKeyCreated).await["detail"], json!({ "key_id": key_id }));
    admin.send(admin.request(Method::DELETE, &format!("/admin/keys/{key_id}"))).await;
    let entry = newest(&admin, AuditKind::ApiKeyRevoked).await;
    assert_eq!((&entry["target"], &entry["user_id"]), (&json!(key_id), &json!("root")));

    let project = guarded.project(&[("ed", "editor")]).await;
    let set = newest(&admin, AuditKind::RoleSet).await;
    assert_eq!(
        (&set["user_id"], &set["target"], &set["project_id"], &set["detail"]),
        (&json!("owner"), &json!("ed"), &json!(project.project_id), &json!({ "role": "editor" }))
    );
    remove_role(&guarded.rest("owner"), &project, "ed").await;
    assert_eq!(newest(&admin, AuditKind::RoleRemoved).await["target"], "ed");
    let path = format!("/projects/{}/invitations", project.project_id);
    let (_, first) = guarded.rest("owner").post(&path, json!({ "role": "viewer" })).await;
    let (_, second) = guarded.rest("owner").post(&path, json!({ "role": "viewer" })).await;
    assert_eq!(newest(&admin, AuditKind::InvitationCreated).await["target"], second["invitation_id"]);
    let body = json!({ "client_id": "carol", "invitation": first["invitation"] });
    assert_eq!(auth(&guarded.server.rest, "token", body).await.0, StatusCode::OK);
    let used = newest(&admin, AuditKind::InvitationUsed).await;
    assert_eq!((&used["user_id"], &used["target"]), (&json!("carol"), &first["invitation_id"]));
    let path = format!("{path}/{}", second["invitation_id"].as_str().unwrap());
    guarded.rest("owner").send(admin.request(Method::DELETE, &path)).await;
    assert_eq!(newest(&admin, AuditKind::InvitationRevoked).await["target"], second["invitation_id"]);
    admin.post("/sessions/cleanup", json!({})).await;
    assert_eq!(newest(&admin, AuditKind::SessionsCleanedUp).await["user_id"], "root");
    admin.get(&format!("/sessions/{}/info", project.session_id)).await;
    admin.post(&format!("/admin/sessions/{}/unload", project.session_id), json!({})).await;
    assert_eq!(newest(&admin, AuditKind::SessionUnloaded).await["target"], project.session_id.as_str());
    admin.post("/admin/disconnect", json!({ "user_id": "nobody", "reason": "Bye" })).await;
    let ended = newest(&admin, AuditKind::ConnectionsEnded).await;
    let detail = json!({ "connections": 0, "reason": "Bye" });
    assert_eq!((&ended["target"], &ended["detail"]), (&json!("nobody"), &detail));
    let (_, begun) = admin.post("/conversations", json!({ "project_id": project.project_id })).await;
    let path = format!("/conversations/{}", begun["conversation_id"].as_str().unwrap());
    admin.send(admin.request(Method::DELETE, &path)).await;
    let deleted = newest(&admin, AuditKind::ConversationDeleted).await;
    assert_eq!(
        (&deleted["target"], &deleted["project_id"]),
        (&begun["conversation_id"], &json!(project.project_id))
    );
    admin.send(admin.request(Method::DELETE, &format!("/projects/{}", project.project_id))).await;
    assert_eq!(newest(&admin, AuditKind::ProjectDeleted).await["project_id"], project.project_id.as_str());
    guarded.stop().await;
}

#[tokio::test]
async fn what_is_refused_is_written_down_by_whichever_transport_it_came() {
    let guarded = Guarded::start().await;
    let admin = guarded.admin();
    let project = guarded.project(&[("ann", "viewer")]).await;
    let path = format!("/projects/{}", project.project_id);
    let rename = |rest: Rest| {
        let request = rest.request(Method::PATCH, &path).json(&json!({ "name": "Mine" }));
        async move { rest.send(request).await.0 }
    };
    assert_eq!(rename(guarded.rest("ann")).await, StatusCode::FORBIDDEN);
    let refused = newest(&admin, AuditKind::Refused).await;
    assert_eq!((&refused["user_id"], &refused["project_id"]), (&json!("ann"), &json!(project.project_id)));
    let detail = json!({ "what": "PATCH /api/v1/projects/{project_id}", "code": "FORBIDDEN", "rule": "project:editor" });
    assert_eq!(refused["detail"], detail);
    assert_eq!(rename(guarded.rest("eve")).await, StatusCode::NOT_FOUND);
    let refused = newest(&admin, AuditKind::Refused).await;
    assert_eq!(
        (&refused["user_id"], &refused["detail"]["code"]),
        (&json!("eve"), &json!("PROJECT_NOT_FOUND"))
    );
    assert_eq!(rename(guarded.server.rest.clone()).await, StatusCode::UNAUTHORIZED);
    assert_eq!(newest(&admin, AuditKind::Refused).await["user_id"], Value::Null);

    let mut bob = guarded.socket("bob").await;
    let answer = bob.call("join_session", json!({ "session_id": project.session_id })).await;
    assert_eq!(answer["success"], false);
    let refused = newest(&admin, AuditKind::Refused).await;
    assert_eq!(
        (&refused["user_id"], &refused["target"], &refused["detail"]["what"]),
        (&json!("bob"), &json!(project.session_id), &json!("join_session"))
    );
    set_role(&guarded.rest("owner"), &project, "carl", "commenter").await;
    let mut carl = guarded.socket("carl").await;
    carl.join(&project.session_id).await;
    carl.call("execute_command", create(&project, "Not mine")).await;
    let of_project = format!("kind=refused&user_id=carl&project_id={}", project.project_id);
    let refused = entries(&admin, &of_project).await;
    let detail = json!({ "what": "execute_command", "code": "FORBIDDEN", "rule": "project:editor" });
    assert_eq!(refused[0]["detail"], detail, "{refused:?}");
    guarded.stop().await;
}

#[tokio::test]
async fn connections_are_written_down_and_the_end_of_the_server_loses_none() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[("ann", "viewer")]).await;
    let mut ann = guarded.socket("ann").await;
    ann.join(&project.session_id).await;
    let admin = guarded.admin();
    let (connected, joined) =
        (newest(&admin, AuditKind::Connected).await, newest(&admin, AuditKind::Joined).await);
    assert_eq!((&connected["user_id"], &connected["target"]), (&json!("ann"), &json!(ann.id)));
    assert_eq!(
        (&joined["user_id"], &joined["project_id"], &joined["target"]),
        (&json!("ann"), &json!(project.project_id), &json!(project.session_id))
    );
    drop(ann);
    let is_noted = async || !entries(&admin, "kind=disconnected&user_id=ann").await.is_empty();
    until("it is noted that ann is gone", is_noted).await;
    let mut nobody = Client::connect(guarded.server.address).await;
    nobody.call("authenticate", json!({ "token": guarded.token("bob") })).await;
    assert_eq!(newest(&admin, AuditKind::Authenticated).await["user_id"], "bob");
    let bad = Options { token: Some("junk".to_owned()), ..Options::default() };
    Client::try_connect(guarded.server.address, bad).await.err().expect("it is not let in");
    assert_eq!(newest(&admin, AuditKind::SignInFailed).await["detail"], json!({ "by": "token" }));

    admin.post("/admin/users", json!({ "user_id": "late" })).await;
    let guarded = Guarded::start_in(guarded.stop().await).await;
    assert_eq!(newest(&guarded.admin(), AuditKind::UserCreated).await["target"], "late");
    guarded.stop().await;
}

#[tokio::test]
async fn pages_follow_one_another_and_filters_fit_all() {
    let guarded = Guarded::start().await;
    let admin = guarded.admin();
    let begin = system_clock()().to_string();
    for number in 0..7 {
        admin.post("/admin/users", json!({ "user_id": format!("user{number}") })).await;
    }
    let mut seen = Vec::new();
    let mut query = "kind=user-created&limit=3".to_owned();
    loop {
        let (_, page) = admin.get(&format!("/admin/audit?{query}")).await;
        seen.extend(page["entries"].as_array().unwrap().iter().map(|entry| entry["target"].clone()));
        let Some(next) = page["next"].as_u64() else { break };
        query = format!("kind=user-created&limit=3&before={next}");
    }
    assert_eq!(seen, (0..7).rev().map(|number| json!(format!("user{number}"))).collect::<Vec<_>>());
    assert_eq!(entries(&admin, "outcome=denied").await.len(), 0);
    assert_eq!(entries(&admin, &format!("user_id=root&kind=user-created&from={begin}")).await.len(), 7);
    assert_eq!(entries(&admin, &format!("kind=user-created&to={begin}")).await.len(), 0);
    assert_eq!(entries(&admin, "user_id=user0&kind=user-created").await.len(), 0, "it did nothing itself");
    let (_, refused) = admin.get("/admin/audit?kind=x").await;
    let message = refused["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("kind must be one of tokens-issued, "), "{message}");
    for wrong in ["kind=x", "outcome=x", "limit=0", "limit=1001", "before=0", "from=x", "project_id=x"] {
        assert_eq!(admin.get(&format!("/admin/audit?{wrong}")).await.0, StatusCode::BAD_REQUEST, "{wrong}");
    }
    guarded.stop().await;
}

#[tokio::test]
async fn in_open_mode_a_flood_over_a_limit_is_one_entry_and_so_are_nameless_clients() {
    let server = TestServer::start_allowing(|parts| {
        parts.allowance.commands_per_second = 1;
        parts.allowance.commands_burst = NonZeroU32::new(2).unwrap();
        parts.allowance.connections_per_address = 3;
    })
    .await;
    let project = server.rest.project().await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        let mut client = Client::connect(server.address).await;
        client.join(&project.session_id).await;
        clients.push(client);
    }
    assert!(Client::try_connect(server.address, Options::default()).await.is_err());
    let full = newest(&server.rest, AuditKind::OverLimit).await;
    let detail =
        json!({ "what": "connect", "code": "CONNECTION_LIMIT", "limit": "max_connections_per_address" });
    assert_eq!((&full["detail"], &full["address"]), (&detail, &json!("127.0.0.1")));
    for _ in 0..50 {
        clients[0].call("execute_command", create(&project, "Flood")).await;
    }
    let ann = server.rest.named("ann");
    for _ in 0..50 {
        ann.post("/sessions", json!({})).await;
    }
    let over = entries(&server.rest, "kind=over-limit").await;
    assert_eq!(over.len(), 2, "one by address, one by name: {over:?}");
    assert_eq!(
        (&over[0]["user_id"], &over[0]["detail"]["what"]),
        (&json!("ann"), &json!("POST /api/v1/sessions"))
    );
    for kind in ["connected", "joined"] {
        let found = entries(&server.rest, &format!("kind={kind}")).await;
        assert_eq!(found.len(), 1, "{found:?}");
    }
    server.stop().await;
}

#[test]
fn the_page_on_security_tells_of_every_kind() {
    let page = include_str!("../../docs/security.md");
    for kind in AuditKind::ALL {
        assert!(page.contains(&format!("`{}`", kind.as_str())), "{}", kind.as_str());
    }
}
