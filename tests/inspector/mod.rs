//! The loaded sessions as admins see them, over real sockets: listed, looked at, unloaded.

mod unloading;

use graphroom::conversation::assistant::Settings;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::identity::Guarded;
use crate::support::client::Options;
use crate::support::ollama::{OllamaStub, Script};
use crate::support::{Client, Project, Rest, TestServer, until};

/// Large enough that a client which reads nothing soon takes no more.
const VALUE: usize = 60_000;

async fn named(server: &TestServer, user_id: &str) -> Client {
    let options = Options { user_id: Some(user_id.to_owned()), ..Options::default() };
    Client::connect_with(server.address, options).await
}

async fn inspected(rest: &Rest, session_id: &str) -> Value {
    let (status, session) = rest.get(&format!("/admin/sessions/{session_id}")).await;
    assert_eq!(status, StatusCode::OK, "{session}");
    session
}

/// Makes the server load a session.
async fn open(rest: &Rest, session_id: &str) {
    assert_eq!(rest.get(&format!("/sessions/{session_id}/info")).await.0, StatusCode::OK);
}

async fn write(rest: &Rest, project: &Project, value: Value) {
    let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": value });
    rest.execute(project, "UpdateProperty", data).await;
}

fn ids(list: &Value) -> Vec<&str> {
    list["sessions"].as_array().unwrap().iter().map(|one| one["session_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn loaded_sessions_are_listed_busiest_first_and_found_by_what_they_are_called() {
    let server = TestServer::start().await;
    let (quiet, busy) = (server.rest.project().await, server.rest.project().await);
    for project in [&quiet, &busy] {
        open(&server.rest, &project.session_id).await;
    }
    for n in 0..3 {
        write(&server.rest, &busy, json!(n)).await;
    }
    let (_, made) = server.rest.post("/sessions", json!({})).await;
    let empty = made["session_id"].as_str().unwrap();
    let (status, list) = server.rest.get("/admin/sessions").await;
    assert_eq!(status, StatusCode::OK, "{list}");
    assert_eq!(list["total"], 2, "a session that nobody opened is not loaded: {list}");
    assert_eq!(ids(&list), [&busy.session_id, &quiet.session_id]);
    let first = &list["sessions"][0];
    assert_eq!((&first["commands"], &first["name"], &first["nodes"]), (&json!(3), &json!("Test"), &json!(1)));
    assert_eq!((&first["events"], &first["project_id"]), (&json!(3), &json!(busy.project_id)));
    assert_eq!(list["sessions"][1]["commands"], 0);

    let mut nobody = Client::connect(server.address).await;
    nobody.join(empty).await;
    for (search, expected) in [
        ("tES", vec![&*busy.session_id, &*quiet.session_id]),
        (&*busy.project_id, vec![&*busy.session_id]),
        (&empty[..13], vec![empty]),
        ("nowhere", vec![]),
    ] {
        let (_, list) = server.rest.get(&format!("/admin/sessions?search={search}")).await;
        assert_eq!(ids(&list), expected, "{search}");
        assert_eq!(list["total"], expected.len());
    }
    let (_, list) = server.rest.get("/admin/sessions?limit=1").await;
    assert_eq!((ids(&list), &list["total"]), (vec![&*busy.session_id], &json!(3)));
    let alone = inspected(&server.rest, empty).await;
    assert_eq!(
        (&alone["project_id"], &alone["name"], &alone["epoch"]),
        (&json!(null), &json!(null), &json!(null))
    );
    assert_eq!(alone["members"], 1);
    for query in ["limit=0", "limit=1001", "limit=x", &*format!("search={}", "x".repeat(257))] {
        let (status, answer) = server.rest.get(&format!("/admin/sessions?{query}")).await;
        assert_eq!((status, &answer["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("INVALID_REQUEST")));
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_tells_who_is_in_it_and_how_far_everybody_is() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut reading = named(&server, "ann").await;
    let payload = json!({ "session_id": project.session_id, "delivery": "batch" });
    reading.call("join_session", payload).await;
    let options =
        Options { user_id: Some("bob".to_owned()), receive_buffer: Some(4_096), ..Options::default() };
    let mut slow = Client::connect_with(server.address, options).await;
    slow.join(&project.session_id).await;
    let calm = inspected(&server.rest, &project.session_id).await;
    assert_eq!((&calm["members"], &calm["behind"], &calm["lagging"]), (&json!(2), &json!(0), &json!(0)));
    assert_eq!(calm["members_list"][0]["lag_ms"], json!(null));

    let reader = tokio::spawn(async move { while reading.next_event().await.is_some() {} });
    let mut session = json!(null);
    // Until nothing more fits into what is between the server and who does not read.
    for _ in 0..200 {
        write(&server.rest, &project, json!("x".repeat(VALUE))).await;
        session = inspected(&server.rest, &project.session_id).await;
        if session["members_list"][0]["behind"].as_u64().unwrap() > 2 {
            break;
        }
    }
    let most = &session["members_list"][0];
    assert_eq!((&most["client_id"], &most["user_id"]), (&json!(slow.id), &json!("bob")), "{session}");
    assert!(most["behind"].as_u64().unwrap() > 2 && most["lag_ms"].is_u64(), "{most}");
    assert!(
        most["queued_packets"].as_u64().unwrap() > 0 && most["queued_bytes"].as_u64().unwrap() > VALUE as u64
    );
    assert_eq!(session["behind"], most["behind"]);
    let ann = &session["members_list"][1];
    assert_eq!((&ann["user_id"], &ann["delivery"]), (&json!("ann"), &json!("batch")));
    assert_eq!((&most["delivery"], &most["protocol"]), (&json!("events"), &json!("engine.io 4")));
    assert_eq!((&ann["address"], &ann["role"]), (&json!("127.0.0.1"), &json!("owner")));
    assert_eq!((&ann["transport"], &ann["token_expires_at"]), (&json!("websocket"), &json!(null)));
    assert!(ann["sent"].as_u64().unwrap() > 1 && ann["received"] == 1, "{ann}");
    until("whoever takes no more is said to lag", || async {
        inspected(&server.rest, &project.session_id).await["lagging"] == 1
    })
    .await;
    reader.abort();
    server.stop().await;
}

#[tokio::test]
async fn the_answers_under_way_in_a_projects_conversations_are_listed_with_its_session() {
    let stub = OllamaStub::start().await;
    stub.always(Script::new().text("Grüße").hang());
    let settings = Settings::new(stub.url(), "small");
    let server = TestServer::start_allowing(|parts| parts.assistant = Some(settings)).await;
    let project = server.rest.project().await;
    for project_id in [json!(project.project_id), json!(null)] {
        let (_, made) = server.rest.post("/conversations", json!({ "project_id": project_id })).await;
        let path = format!("/conversations/{}/messages", made["conversation_id"].as_str().unwrap());
        let (status, sent) = server.rest.post(&path, json!({ "text": "Greet us", "assistant": {} })).await;
        assert_eq!(status, StatusCode::CREATED, "{sent}");
    }
    until("some of it is written", || async {
        let session = inspected(&server.rest, &project.session_id).await;
        session["streams"][0]["length"] == 5
    })
    .await;
    let session = inspected(&server.rest, &project.session_id).await;
    assert_eq!(session["streams"].as_array().unwrap().len(), 1, "the other is of no project: {session}");
    assert_eq!(session["streams"][0]["model"], "small");
    server.stop().await;
}

#[tokio::test]
async fn only_an_admin_looks_and_sees_when_tokens_end() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[("ann", "viewer")]).await;
    let mut ann = guarded.socket("ann").await;
    ann.join(&project.session_id).await;
    let path = format!("/admin/sessions/{}", project.session_id);
    let owner = guarded.rest("owner");
    for path in ["/admin/sessions", &path] {
        assert_eq!(owner.get(path).await.0, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(owner.post(&format!("{path}/unload"), json!({})).await.0, StatusCode::FORBIDDEN);
    let session = inspected(&guarded.admin(), &project.session_id).await;
    let member = &session["members_list"][0];
    assert_eq!((&member["user_id"], &member["role"]), (&json!("ann"), &json!("viewer")), "{member}");
    assert!(member["token_expires_at"].is_string(), "{member}");
    guarded.stop().await;
}
