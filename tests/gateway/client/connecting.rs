//! Who is let in, as whom, and into which conversation.
//!
//! Proves CHAT-14 (docs/behaviour.md).

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use graphroom::clock::system_clock;
use graphroom::identity::Mode;
use graphroom::identity::foreign::{ForeignRules, ForeignTokens};
use graphroom::transport::limits::Allowance;
use reqwest::Method;
use serde_json::{Value, json};

use super::{connect, join, text, without_assistant};
use crate::connections::Moved;
use crate::identity::Guarded;
use crate::support::plain_socket::{Closed, PlainSocket};
use crate::support::{TestServer, until};

/// How a client is closed that is not let in.
async fn refused(server: &TestServer, rest: &str) -> Closed {
    PlainSocket::connect(server.address, &format!("/ws/{rest}"), &[]).await.closed().await
}

/// What the monitoring routes show of a client.
async fn connections(server: &TestServer, client_id: &str) -> Vec<Value> {
    let path = format!("/api/clients/{client_id}/connections");
    let (status, list) = server.rest.send(server.rest.at(Method::GET, &path)).await;
    assert_eq!(status, 200, "{list}");
    list.as_array().unwrap().clone()
}

async fn stats(server: &TestServer) -> Value {
    server.rest.send(server.rest.at(Method::GET, "/api/connections/stats")).await.1
}

#[tokio::test]
async fn the_first_frame_has_the_four_ids_and_a_time() {
    let server = without_assistant().await;
    let (_socket, first) = connect(&server, "64b0c1f2a3d4e5f6a7b8c9d0?is_audio=false").await;
    assert_eq!(first["client_id"], "64b0c1f2a3d4e5f6a7b8c9d0");
    for name in ["connection_id", "conversation_id", "session_id"] {
        assert!(uuid::Uuid::parse_str(text(&first, name)).is_ok(), "{first}");
    }
    assert_eq!(text(&first, "timestamp").len(), "2026-11-20T12:30:24.783676Z".len());
    let (_, row) = server.rest.get(&format!("/conversations/{}", text(&first, "conversation_id"))).await;
    assert_eq!(row["title"], "New Conversation", "{row}");
    assert_eq!(row["metadata"], json!({ "client_id": "64b0c1f2a3d4e5f6a7b8c9d0" }));
    assert_eq!(row["created_by"], "64b0c1f2a3d4e5f6a7b8c9d0");
    server.stop().await;
}

#[tokio::test]
async fn who_names_its_conversation_goes_on_there_and_anybody_else_gets_a_new_one() {
    let server = without_assistant().await;
    let (_one, first) = connect(&server, "desk").await;
    let (_again, same) = join(&server, "desk", &first).await;
    assert_eq!(same["conversation_id"], first["conversation_id"]);
    assert_ne!(same["session_id"], first["session_id"]);
    let (_other, another) = join(&server, "phone", &first).await;
    assert_ne!(another["conversation_id"], first["conversation_id"]);
    for unknown in ["64b0c1f2a3d4e5f6a7b8c9d0", "5b0dfd1c-6a5e-4c7a-9a0e-1f2b3c4d5e6f", "%20", "null"] {
        let (_socket, new) = connect(&server, &format!("desk?conversation_id={unknown}")).await;
        assert_ne!(new["conversation_id"], first["conversation_id"]);
    }
    server.stop().await;
}

#[tokio::test]
async fn several_tabs_of_one_client_stay_side_by_side_and_are_counted_as_one_client() {
    let server = without_assistant().await;
    let (mut one, first) = connect(&server, "desk").await;
    let (_same, _) = join(&server, "desk", &first).await;
    let (_other, _) = connect(&server, "desk").await;
    let counted = stats(&server).await;
    assert_eq!(counted["total_connections"], 3, "{counted}");
    assert_eq!(counted["unique_clients"], 1);
    assert_eq!(counted["active_conversations"], 2);
    assert_eq!(counted["authenticated_connections"], 0);
    assert!(counted["timestamp"].is_string());
    // Nobody was put out: it still hears and says.
    super::say(&mut one, "Here").await;
    assert_eq!(one.next().await["code"], "ASSISTANT_UNAVAILABLE");
    server.stop().await;
}

#[tokio::test]
async fn connections_are_listed_with_what_names_them_and_are_gone_when_they_go() {
    let server = without_assistant().await;
    let (socket, first) = connect(&server, "desk").await;
    let (_other, _) = connect(&server, "phone").await;
    let listed = connections(&server, "desk").await;
    assert_eq!(listed.len(), 1, "{listed:?}");
    for name in ["connection_id", "client_id", "conversation_id", "session_id"] {
        assert_eq!(listed[0][name], first[name], "{name}");
    }
    assert_eq!((&listed[0]["user_id"], &listed[0]["is_authenticated"]), (&json!("desk"), &json!(false)));
    assert!(listed[0]["connected_at"].is_string() && listed[0]["last_activity"].is_string());
    assert!(listed[0]["metadata"].is_object());
    socket.close().await;
    until("it is gone", async || connections(&server, "desk").await.is_empty()).await;
    assert_eq!(connections(&server, "nobody").await, Vec::<Value>::new());
    assert_eq!(connections(&server, "phone").await.len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn a_client_has_so_many_connections_and_another_one_all_the_same() {
    let server = TestServer::start_allowing(|parts| parts.client.connections_of_a_client = 2).await;
    let (one, first) = connect(&server, "desk").await;
    let (_two, _) = join(&server, "desk", &first).await;
    assert_eq!(refused(&server, "desk").await.code, 1013);
    let (_other, _) = connect(&server, "phone").await;
    one.close().await;
    let is_free = async || {
        let mut socket = PlainSocket::connect(server.address, "/ws/desk", &[]).await;
        socket.next_or_closed().await.is_ok_and(|first| first["type"] == "connection_established")
    };
    until("there is room", is_free).await;
    server.stop().await;
}

#[tokio::test]
async fn words_that_stand_for_something_else_are_no_client_ids() {
    let server = without_assistant().await;
    for word in ["%73tatus", "process", "history", "verify", "stats", "context", "%63hat", "%68ealth", "%761"]
    {
        let closed = refused(&server, word).await;
        assert_eq!(closed.code, 4400, "{word}: {closed:?}");
        assert!(closed.reason.contains("stands for something else"), "{closed:?}");
    }
    assert_eq!(refused(&server, &"x".repeat(129)).await.code, 4400);
    assert_eq!(refused(&server, "%20").await.code, 4400);
    let (_socket, first) = connect(&server, &"x".repeat(128)).await;
    assert_eq!(text(&first, "client_id").len(), 128);
    server.stop().await;
}

#[tokio::test]
async fn without_a_websocket_the_path_says_what_it_is() {
    let server = without_assistant().await;
    let (status, answer) = server.rest.send(server.rest.at(Method::GET, "/ws/desk")).await;
    assert_eq!((status.as_u16(), &answer["code"]), (400, &json!("INVALID_REQUEST")));
    assert_eq!(answer["detail"], "This path is a WebSocket's");
    server.stop().await;
}

/// A token of another server's.
fn foreign(claims: &Value, secret: &[u8]) -> String {
    jsonwebtoken::encode(
        &jsonwebtoken::Header::default(),
        claims,
        &jsonwebtoken::EncodingKey::from_secret(secret),
    )
    .unwrap()
}

const SECRET: &[u8] = b"a secret of another server, which is long enough";

/// A server that takes the tokens of another one.
async fn trusting() -> TestServer {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("secret");
    std::fs::write(&file, SECRET).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let rules = ForeignRules {
        user_claim: "id".to_owned(),
        name_claim: Some("email".to_owned()),
        role_claim: Some("role".to_owned()),
        ..ForeignRules::default()
    };
    let foreign = ForeignTokens::shared_secret(&file, rules, system_clock()).unwrap();
    TestServer::start_allowing(|parts| {
        parts.credentials.mode = Mode::Token;
        parts.credentials.foreign = Some(foreign);
    })
    .await
}

fn claims(id: &str, role: &str, expires_in: i64) -> Value {
    let now = chrono::Utc::now().timestamp();
    json!({ "id": id, "email": format!("{id}@example.com"), "role": role, "iat": now, "exp": now + expires_in })
}

#[tokio::test]
async fn a_token_of_another_server_names_the_author_wherever_it_is_shown() {
    let server = trusting().await;
    let token = foreign(&claims("u1", "org_client", 600), SECRET);
    for query in [format!("token={token}"), format!("token=Bearer%20{token}")] {
        let (_socket, first) = connect(&server, &format!("desk?{query}&is_audio=false")).await;
        assert_eq!(first["client_id"], "desk");
    }
    for (name, value) in
        [("authorization", format!("Bearer {token}")), ("sec-websocket-protocol", format!("bearer, {token}"))]
    {
        let mut socket = PlainSocket::connect(server.address, "/ws/desk", &[(name, &value)]).await;
        assert_eq!(socket.next().await["type"], "connection_established", "{name}");
        socket.close().await;
    }
    let _listed = connect(&server, &format!("desk?token={token}")).await;
    let rest = server.rest.with_token(&token);
    let path = "/api/clients/desk/connections";
    let is_there = async || rest.send(rest.at(Method::GET, path)).await.1[0]["is_authenticated"] == true;
    until("a connection is listed", is_there).await;
    let (_, listed) = rest.send(rest.at(Method::GET, path)).await;
    assert_eq!((&listed[0]["user_id"], &listed[0]["name"]), (&json!("u1"), &json!("u1@example.com")));
    server.stop().await;
}

#[tokio::test]
async fn what_names_nobody_is_closed_by_a_code_of_its_own() {
    let server = trusting().await;
    let mut nobody = claims("u1", "org_client", 600);
    nobody.as_object_mut().unwrap().remove("id");
    let tokens = [
        foreign(&nobody, SECRET),
        foreign(&claims("u1", "org_client", -600), SECRET),
        foreign(&claims("u1", "org_client", 600), b"another secret, which is as long as the other"),
        "eyJ1c2VyX2lkIjoidXNlcl9kZXNrIn0=".to_owned(),
        String::new(),
    ];
    for token in tokens {
        let closed = refused(&server, &format!("desk?token={token}")).await;
        assert_eq!(closed.code, 4401, "{token}: {closed:?}");
        assert!(!closed.reason.is_empty());
    }
    assert_eq!(refused(&server, "desk").await.code, 4401);
    server.stop().await;
}

#[tokio::test]
async fn nobody_gets_into_a_conversation_that_it_may_not_read() {
    let server = trusting().await;
    let token = |id: &str, role: &str| foreign(&claims(id, role, 600), SECRET);
    let (_ann, first) = connect(&server, &format!("desk?token={}", token("ann", "org_client"))).await;
    let conversation = text(&first, "conversation_id");
    let with = |token: String| format!("desk?token={token}&conversation_id={conversation}");
    // The same client id is no way in.
    for role in ["org_client", "org_admin", "org_member"] {
        let (_bob, other) = connect(&server, &with(token("bob", role))).await;
        assert_ne!(text(&other, "conversation_id"), conversation, "{role}");
    }
    let (_root, same) = connect(&server, &with(token("root", "super_admin"))).await;
    assert_eq!(text(&same, "conversation_id"), conversation);
    // Who was asked to take part is in.
    let ann = server.rest.with_token(&token("ann", "org_client"));
    let path = format!("/conversations/{conversation}/participants");
    let asked = ann.send(ann.request(Method::PUT, &path).json(&json!({ "user_id": "bob" }))).await;
    assert!(asked.0.is_success(), "{asked:?}");
    let (_bob, same) = connect(&server, &with(token("bob", "org_client"))).await;
    assert_eq!(text(&same, "conversation_id"), conversation);
    server.stop().await;
}

#[tokio::test]
async fn a_token_that_counts_no_more_ends_its_connection() {
    let guarded = Guarded::start().await;
    let (server, token) = (&guarded.server, guarded.token("ann"));
    let (mut socket, _) = connect(server, &format!("desk?token={token}")).await;
    let revoke = server.rest.with_token(&token).at(Method::POST, "/auth/revoke");
    let (status, answer) = server.rest.send(revoke.json(&json!({ "token": token }))).await;
    assert!(status.is_success(), "{answer}");
    let closed = socket.closed().await;
    assert_eq!(closed.code, 4401, "{closed:?}");
    guarded.stop().await;
}

#[tokio::test]
async fn an_idle_connection_is_cleaned_up_and_an_active_one_stays() {
    let moved = Moved::default();
    let allowance = Allowance { time: moved.time(), ..Allowance::default() };
    let server = TestServer::start_allowing(|parts| {
        parts.allowance = allowance;
        parts.end_idle_after = Duration::from_secs(86_400);
    })
    .await;
    let (mut idle, _) = connect(&server, "desk").await;
    let clean = async |minutes: u32| {
        let path = format!("/api/connections/cleanup?max_inactive_minutes={minutes}");
        server.rest.send(server.rest.at(Method::POST, &path)).await
    };
    assert_eq!(clean(30).await.1, json!({ "cleaned": 0 }));
    assert_eq!(clean(0).await.0, 400);
    moved.by(31);
    assert_eq!(clean(60).await.1, json!({ "cleaned": 0 }));
    assert_eq!(clean(30).await.1, json!({ "cleaned": 1 }));
    let told = idle.next().await;
    assert_eq!((&told["type"], &told["error"]), (&json!("error"), &json!("Inactive connection")));
    let closed = idle.closed().await;
    assert_eq!((closed.code, closed.reason.as_str()), (1000, "Inactive connection"));
    server.stop().await;
}
