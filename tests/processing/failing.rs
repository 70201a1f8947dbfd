//! What is told and kept when a message is not answered.
//!
//! Proves HEAR-4 and HEAR-5 (docs/behaviour.md).

use std::sync::Arc;

use graphroom::conversation::assistant::Settings;
use graphroom::store::Store;
use graphroom::store::sqlite::SqliteStore;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{ELSEWHERE, Office, about, find, steps, sure, told};
use crate::hearing::named;
use crate::support::faulty_store::{Fault, FaultyStore};
use crate::support::ollama::{Gate, OllamaStub, Script};
use crate::support::{TestServer, until};

#[tokio::test]
async fn without_an_assistant_the_message_is_kept_and_the_project_told() {
    let server = TestServer::start().await;
    let mut ann = named(&server, "ann").await;
    ann.call("join_project", json!({ "project_id": ELSEWHERE })).await;
    ann.event_named("project_joined").await;
    let request =
        server.rest.at(reqwest::Method::POST, "/api/chat/process").json(&about(ELSEWHERE, "Which?"));
    let (status, answer) = server.rest.send(request).await;
    assert_eq!((status, &answer["code"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("ASSISTANT_UNAVAILABLE")));
    assert!(answer["detail"].is_string(), "{answer}");
    let told = told(&mut ann).await;
    assert_eq!(steps(&told).last().unwrap(), "ai_processing_error");
    assert_eq!(find(&told, "ai_processing_error")["error"], answer["detail"]);
    let (_, history) =
        server.rest.send(server.rest.at(reqwest::Method::GET, "/api/chat/history/elsewhere")).await;
    assert_eq!(history["messages"][0]["content"], "Which?");
    server.stop().await;
}

#[tokio::test]
async fn an_assistant_that_fails_is_told_by_one_error_and_counted() {
    let office = Office::start().await;
    let mut ann = office.listener(ELSEWHERE).await;
    office.stub.plan(Script::status(404));
    let (status, answer) = office.post("/api/chat/process", about(ELSEWHERE, "Which?")).await;
    assert_eq!((status, &answer["code"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("ASSISTANT_UNAVAILABLE")));
    let told = told(&mut ann).await;
    let steps = steps(&told);
    assert_eq!(steps[steps.len() - 2..], ["chat_status_update error", "ai_processing_error"]);
    assert!(!steps.iter().any(|step| step.starts_with("message_processed")), "{steps:?}");
    let stats = office.get("/api/chat/stats/elsewhere").await;
    assert_eq!((&stats["processing"]["failed"], &stats["total_messages"]), (&json!(1), &json!(1)));
    office.stop().await;
}

#[tokio::test]
async fn each_further_attempt_is_told_to_who_hears_the_project_before_what_comes_of_it() {
    let office = Office::start().await;
    let mut ann = office.listener(ELSEWHERE).await;
    office.stub.plan(Script::status(503));
    office.stub.plan(Script::status(503));
    office.stub.plan(Script::says([&*sure(0.9)]));
    office.process(about(ELSEWHERE, "Which?")).await;
    let told = told(&mut ann).await;
    let again: Vec<_> = told.iter().filter(|event| event.name == "recovery_attempt").collect();
    let attempts: Vec<_> = again.iter().map(|event| &event.payload["attempt"]).collect();
    assert_eq!(attempts, [2, 3]);
    let sessions = office.get("/api/chat/sessions/elsewhere").await;
    for event in &again {
        assert_eq!(event.payload["component"], "ai_service", "{event:?}");
        assert_eq!(event.payload["project_id"], ELSEWHERE);
        let session = event.payload["conversation_id"].as_str().unwrap();
        assert!(sessions.to_string().contains(session), "{sessions}");
    }
    let steps = steps(&told);
    let place = |step: &str| steps.iter().position(|known| known == step).unwrap();
    assert!(place("ai_processing_progress ai_generation started") < place("recovery_attempt"));
    assert!(place("recovery_attempt") < place("ai_processing_progress ai_generation completed"), "{steps:?}");
    office.stop().await;
}

#[tokio::test]
async fn who_hears_the_project_is_told_nothing_of_it_where_that_is_switched_off() {
    let office = Office::start_with(|parts| parts.realtime.chat = false).await;
    let mut ann = office.listener(ELSEWHERE).await;
    office.stub.plan(Script::status(503));
    office.stub.plan(Script::says([&*sure(0.9)]));
    let answer = office.process(about(ELSEWHERE, "Which?")).await;
    assert_eq!(answer["success"], true, "{answer}");
    // That there is a conversation says nothing of how the assistant gets on.
    assert_eq!(ann.event().await.name, "conversation_created");
    // Of people it is still told, and that comes behind all the rest.
    let _bob = office.listener_named("bob", ELSEWHERE).await;
    let next = ann.event().await;
    assert_eq!(next.payload["user_id"], "bob", "{next:?}");
    office.stop().await;
}

#[tokio::test]
async fn what_is_known_that_cannot_be_looked_up_is_told_twice_as_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let server = TestServer::start_in(directory.path()).await;
    let (loaded, other) = (server.rest.project().await, server.rest.project().await);
    server.stop().await;
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(directory.path()).unwrap());
    let stub = OllamaStub::start().await;
    let server = TestServer::start_parts(store, |parts| {
        parts.assistant = Some(Settings::new(stub.url(), "small"));
        parts.rules.max_sessions = 1;
    })
    .await;
    let mut ann = named(&server, "ann").await;
    ann.join(&loaded.session_id).await;
    ann.call("join_project", json!({ "project_id": other.project_id })).await;
    ann.event_named("project_joined").await;
    let request = server.rest.at(reqwest::Method::POST, "/api/chat/process");
    let (status, answer) = server.rest.send(request.json(&about(&other.project_id, "Which parts?"))).await;
    assert_eq!(
        (status, &answer["code"]),
        (StatusCode::SERVICE_UNAVAILABLE, &json!("SESSION_LIMIT")),
        "{answer}"
    );
    let told = told(&mut ann).await;
    let occurred = find(&told, "error_occurred");
    assert_eq!(
        (&occurred["component"], &occurred["operation"]),
        (&json!("context_engine"), &json!("context_analysis"))
    );
    assert_eq!(occurred["error"], find(&told, "ai_processing_error")["error"]);
    assert_eq!(stub.asked().len(), 0);
    server.stop().await;
}

#[tokio::test]
async fn a_store_that_fails_is_told_to_the_project_written_down_once_and_an_alert() {
    let (store, stub) = (Arc::new(FaultyStore::new()), OllamaStub::start().await);
    let server = TestServer::start_parts(Arc::clone(&store) as Arc<_>, |parts| {
        parts.assistant = Some(Settings::new(stub.url(), "small"));
    })
    .await;
    let mut ann = named(&server, "ann").await;
    ann.call("join_project", json!({ "project_id": ELSEWHERE })).await;
    ann.event_named("project_joined").await;
    let ask = async || {
        let request = server.rest.at(reqwest::Method::POST, "/api/chat/process");
        server.rest.send(request.json(&about(ELSEWHERE, "Which?"))).await
    };
    stub.plan(Script::says([&*sure(0.9)]));
    assert_eq!(ask().await.0, StatusCode::OK);
    told(&mut ann).await;
    store.set(Fault::Full);
    let (status, answer) = ask().await;
    assert_eq!((status, &answer["code"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("STORE_UNAVAILABLE")));
    let told = told(&mut ann).await;
    assert_eq!(find(&told, "ai_processing_error")["error"], answer["detail"]);
    let (_, list) = server.rest.get("/admin/errors?category=redis").await;
    let message = "A request could not be answered for want of the store";
    let errors = list["errors"].as_array().unwrap().iter();
    let of_the_request: Vec<_> = errors.filter(|one| one["message"] == message).collect();
    assert_eq!(of_the_request.len(), 1, "{list}");
    assert_eq!(of_the_request[0]["occurrences"], 1, "{list}");
    let request = server.rest.at(reqwest::Method::GET, "/api/websocket/status/alerts?severity=high");
    let (_, alerts) = server.rest.send(request).await;
    assert_eq!(alerts["data"][0]["component"], "store", "{alerts}");
    server.stop().await;
}

#[tokio::test]
async fn a_message_is_answered_also_if_who_asked_went_meanwhile() {
    let office = Office::start().await;
    let mut ann = office.listener(ELSEWHERE).await;
    let gate = Gate::new();
    office.stub.plan(Script::new().wait(&gate).text(&sure(0.9)).done("stop", 3));
    let rest = office.server.rest.clone();
    let asking = tokio::spawn(async move {
        let request = rest.at(reqwest::Method::POST, "/api/chat/process");
        rest.send(request.json(&about(ELSEWHERE, "Which?"))).await
    });
    office.stub.until_asked(1).await;
    let doing = office.get("/api/chat/status/elsewhere").await;
    assert_eq!(
        (&doing["status"], &doing["requests"][0]["status"]),
        (&json!("generating"), &json!("generating"))
    );
    asking.abort();
    gate.open();
    assert_eq!(steps(&told(&mut ann).await).last().unwrap(), "ai_processing_end");
    let idle = async || office.get("/api/chat/status/elsewhere").await["status"] == "idle";
    until("nothing is worked on", idle).await;
    let history = office.get("/api/chat/history/elsewhere").await;
    assert_eq!(history["total_count"], 2);
    office.stop().await;
}

#[tokio::test]
async fn a_body_that_is_not_as_it_should_be_is_told_by_its_faults() {
    let office = Office::start().await;
    let long = "x".repeat(32_769);
    let wrong = [
        (json!({ "user_message": "Which?" }), "project_id", "missing"),
        (json!({ "project_id": "p" }), "user_message", "missing"),
        (json!({ "project_id": 7, "user_message": "Which?" }), "project_id", "string_type"),
        (about("p", " "), "user_message", "string_too_short"),
        (about("p", &long), "user_message", "string_too_long"),
        (json!({ "project_id": "p", "user_message": "m", "context": [] }), "context", "dict_type"),
        (
            json!({ "project_id": "p", "user_message": "m", "require_verification": 1 }),
            "require_verification",
            "bool_type",
        ),
    ];
    for (body, field, kind) in wrong {
        let (status, answer) = office.post("/api/chat/process", body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {answer}");
        let fault = &answer["detail"][0];
        assert_eq!((&fault["type"], &fault["loc"]), (&json!(kind), &json!(["body", field])), "{answer}");
        assert_eq!(answer["code"], "INVALID_REQUEST");
    }
    let (status, answer) = office.post("/api/chat/process", about(&"p".repeat(129), "Which?")).await;
    assert_eq!((status, &answer["code"]), (StatusCode::BAD_REQUEST, &json!("INVALID_REQUEST")));
    assert_eq!(office.stub.asked().len(), 0);
    assert_ne!(answer["detail"], Value::Null);
    office.stop().await;
}
