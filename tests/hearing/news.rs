//! News of projects, of the assistant and of the own connection, for who hears a project.

use std::num::NonZeroU32;

use graphroom::conversation::assistant::{Settings, Times};
use graphroom::transport::limits::Allowance;
use reqwest::Method;
use serde_json::{Value, json};

use super::{about, hear, is_in_micros, named};
use crate::identity::Guarded;
use crate::support::client::Options;
use crate::support::ollama::{OllamaStub, Script};
use crate::support::{Client, Rest, TestServer};

async fn rename_and_delete(rest: &Rest, project_id: &str) {
    let path = format!("/projects/{project_id}");
    let rename = rest.request(Method::PATCH, &path).json(&json!({ "name": "Smaller" }));
    assert_eq!(rest.send(rename).await.0, 200);
    assert_eq!(rest.send(rest.request(Method::DELETE, &path)).await.0, 200);
}

#[tokio::test]
async fn whoever_hears_a_project_is_told_that_it_changes_and_that_it_is_deleted() {
    let server = TestServer::start().await;
    let (mut ann, mut all, mut eve) =
        (named(&server, "ann").await, named(&server, "all").await, named(&server, "eve").await);
    // Where everybody may read everything, everybody may hear of all projects.
    let subscribed = all.call("subscribe", json!({ "topics": ["projects"] })).await;
    assert_eq!(subscribed["success"], true, "{subscribed}");
    eve.call("join_project", about("elsewhere")).await;
    let rest = server.rest.named("bob");
    let project = rest.project().await;
    let made = hear(&mut all, "project_created").await;
    assert_eq!((&made["project_id"], &made["user_id"]), (&json!(project.project_id), &json!("bob")));
    assert_eq!((&made["session_id"], &made["name"]), (&json!(project.session_id), &json!("Test")));
    assert!(is_in_micros(&made["timestamp"]), "{made}");
    ann.call("join_project", about(&project.project_id)).await;
    rename_and_delete(&rest, &project.project_id).await;
    for client in [&mut ann, &mut all] {
        let renamed = hear(client, "project_updated").await;
        assert_eq!(
            (&renamed["name"], &renamed["project_id"]),
            (&json!("Smaller"), &json!(project.project_id))
        );
        assert_eq!(hear(client, "project_deleted").await["project_id"], json!(project.project_id));
    }
    all.call("heartbeat", Value::Null).await;
    let again = all.read_already().into_iter().filter(|event| event.name.starts_with("project_")).count();
    assert_eq!(again, 0, "it is told once, whatever it hears");
    eve.call("heartbeat", Value::Null).await;
    let names: Vec<_> = eve.read_already().into_iter().map(|event| event.name).collect();
    assert!(!names.iter().any(|name| name.starts_with("project_") && name != "project_joined"), "{names:?}");
    server.stop().await;
}

#[tokio::test]
async fn where_everybody_has_to_say_who_it_is_only_who_may_read_a_project_is_told_of_it() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[("ann", "viewer")]).await;
    let mut ann = guarded.socket("ann").await;
    ann.call("join_project", about(&project.project_id)).await;
    guarded.rest("owner").project().await;
    rename_and_delete(&guarded.rest("owner"), &project.project_id).await;
    assert_eq!(hear(&mut ann, "project_updated").await["user_id"], "owner");
    assert_eq!(hear(&mut ann, "project_deleted").await["name"], "Smaller");
    guarded.stop().await;
}

#[tokio::test]
async fn an_answer_in_a_conversation_of_a_project_and_each_further_attempt_at_it_are_told() {
    let stub = OllamaStub::start().await;
    stub.plan(Script::status(503));
    stub.plan(Script::says(["The doors ", &"x".repeat(100)]));
    let times = Times { before_retry: std::time::Duration::from_millis(20), ..Times::default() };
    let settings = Settings { times, ..Settings::new(stub.url(), "small") };
    let server = TestServer::start_allowing(|parts| parts.assistant = Some(settings)).await;
    let project = server.rest.project().await;
    let mut ann = named(&server, "ann").await;
    ann.call("join_project", about(&project.project_id)).await;
    let (_, made) = server.rest.post("/conversations", json!({ "project_id": project.project_id })).await;
    let path = format!("/conversations/{}/messages", made["conversation_id"].as_str().unwrap());
    let (status, sent) = server.rest.post(&path, json!({ "text": "Which?", "assistant": {} })).await;
    assert_eq!(status, 201, "{sent}");
    let again = hear(&mut ann, "recovery_attempt").await;
    assert_eq!((&again["attempt"], &again["next_in_ms"]), (&json!(2), &json!(20)), "{again}");
    assert_eq!(
        (&again["component"], &again["conversation_id"]),
        (&json!("ai_service"), &made["conversation_id"])
    );
    let answered = hear(&mut ann, "ai_response_generated").await;
    assert_eq!(answered["conversation_id"], made["conversation_id"]);
    let preview = answered["content_preview"].as_str().unwrap();
    assert!(
        preview.starts_with("The doors x") && preview.len() == 103 && preview.ends_with("..."),
        "{preview}"
    );
    let (_, page) = server.rest.get(&path).await;
    assert_eq!(page["messages"][1]["message_id"], answered["message_id"], "{page}");
    server.stop().await;
}

#[tokio::test]
async fn who_hears_a_project_is_warned_beside_the_refusal_of_what_comes_too_often() {
    let one = NonZeroU32::MIN;
    let allowance = Allowance { commands_per_second: 1, commands_burst: one, ..Allowance::default() };
    let server = TestServer::start_allowing(|parts| parts.allowance = allowance).await;
    let project = server.rest.project().await;
    let (mut ann, mut bob) = (named(&server, "ann").await, named(&server, "bob").await);
    ann.call("join_project", about(&project.project_id)).await;
    for client in [&mut ann, &mut bob] {
        let undo = json!({ "session_id": project.session_id });
        let mut answer = json!(null);
        for _ in 0..10 {
            answer = client.call("undo", undo.clone()).await;
        }
        assert_eq!(answer["error"]["code"], "RATE_LIMITED", "{answer}");
    }
    let warning = hear(&mut ann, "warning_issued").await;
    assert_eq!(warning["type"], "rate_limit");
    assert!(!warning["message"].as_str().unwrap().is_empty());
    let told = bob.read_already().into_iter().any(|event| event.name == "warning_issued");
    assert!(!told, "who hears no project does not know this event");
    server.stop().await;
}

#[tokio::test]
async fn who_hears_a_project_is_told_that_its_connection_is_ended() {
    let server = TestServer::start().await;
    let mut ann = named(&server, "ann").await;
    ann.call("join_project", about("elsewhere")).await;
    let whom = json!({ "user_id": "ann", "reason": "Maintenance" });
    assert_eq!(server.rest.post("/admin/disconnect", whom).await.0, 200);
    let fault = hear(&mut ann, "connection_error").await;
    assert_eq!((&fault["code"], &fault["error"]), (&json!("CONNECTION_ENDED"), &json!("Maintenance")));
    assert_eq!(fault["connection_id"], ann.welcome["connection_id"]);
    assert_eq!(ann.event_named("error").await["code"], "CONNECTION_ENDED");
    server.stop().await;
}

#[tokio::test]
async fn who_comes_back_before_anybody_missed_it_is_told_so() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut watcher = named(&server, "bob").await;
    let watching = json!({ "session_id": project.session_id, "presence": true });
    watcher.call("join_session", watching).await;
    let mut ann = named(&server, "ann").await;
    let joined = ann.join(&project.session_id).await;
    drop(ann);
    // Until the server has seen it go.
    loop {
        let update = watcher.event_named("presence:update").await;
        if update.to_string().contains("\"away\"") {
            break;
        }
    }
    let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": 1 });
    server.rest.execute(&project, "UpdateProperty", data).await;
    let mut ann = named(&server, "ann").await;
    ann.call("join_project", about("elsewhere")).await;
    let since = json!({ "epoch": joined["epoch"], "seq": joined["seq"] });
    let join = json!({ "session_id": project.session_id, "since": since });
    ann.call("join_session", join.clone()).await;
    let restored = hear(&mut ann, "connection_restored").await;
    assert_eq!(
        (&restored["session_id"], &restored["missed_events"]),
        (&json!(project.session_id), &json!(1))
    );
    assert_eq!(restored["client_id"], json!(ann.id));
    ann.call("join_session", join).await;
    ann.call("heartbeat", Value::Null).await;
    let again = ann.read_already().into_iter().any(|event| event.name == "connection_restored");
    assert!(!again, "it was there");
    server.stop().await;
}

/// A client that says nothing of itself.
#[tokio::test]
async fn nobody_who_hears_no_project_is_told_of_users() {
    let server = TestServer::start().await;
    let mut eve = Client::connect_with(server.address, Options::default()).await;
    let mut ann = named(&server, "ann").await;
    ann.call("join_project", about("elsewhere")).await;
    eve.call("heartbeat", Value::Null).await;
    let names: Vec<_> = eve.read_already().into_iter().map(|event| event.name).collect();
    assert_eq!(names, ["heartbeat_response"]);
    server.stop().await;
}
