//! The breakers, and the assistant as a component: what failed again and again shows, and keeps nobody from the store.
//!
//! Proves STAT-1 and STAT-3 (docs/behaviour.md).

use std::time::Duration;

use graphroom::conversation::assistant::Settings;
use serde_json::json;

use super::{create, health, on_a_faulty_store, read, soon};
use crate::support::faulty_store::Fault;
use crate::support::ollama::{OllamaStub, Script};
use crate::support::{TestServer, until};

#[tokio::test]
async fn the_breaker_of_the_store_opens_after_five_failures_and_refuses_nobody() {
    let (server, store) = on_a_faulty_store().await;
    let project = server.rest.project().await;
    store.set(Fault::Full);
    for _ in 0..5 {
        assert_eq!(create(&server.rest, &project).await, 503);
    }
    let breakers =
        read(&server.rest, "/api/websocket/status/system").await["data"]["circuit_breakers"].clone();
    for name in ["store", "redis_service"] {
        assert_eq!(breakers[name]["state"], "open", "{breakers}");
        assert!(breakers[name]["failure_count"].as_u64() >= Some(5), "{breakers}");
        assert!(breakers[name]["last_failure_time"].is_string());
    }
    store.set(Fault::None);
    assert_eq!(create(&server.rest, &project).await, 200, "what works again is used at once");
    until("it is healthy", async || health(&server.rest).await["healthy"] == true).await;
    server.stop().await;
}

#[tokio::test]
async fn an_assistant_that_is_away_is_a_component_that_does_not_work_until_it_is_back() {
    let assistant = OllamaStub::start().await;
    let server = TestServer::start_allowing(|parts| {
        soon(parts);
        let mut settings = Settings::new(assistant.url(), "small");
        settings.times.health_kept = Duration::ZERO;
        settings.times.before_retry = Duration::ZERO;
        parts.assistant = Some(settings);
    })
    .await;
    let works = async || health(&server.rest).await["component_health"]["ai_service"] == true;
    until("the assistant works", async || works().await).await;
    let names = health(&server.rest).await["component_health"].clone();
    for name in ["assistant", "ai_service", "chat_processor", "context_engine"] {
        assert_eq!(names[name], true, "{names}");
    }
    assistant.health(Script::status(500));
    until("it is away", async || !works().await).await;
    assistant.health(Script::status(200));
    until("it is back", async || works().await).await;

    assistant.always(Script::status(500));
    let (_, made) = server.rest.post("/conversations", json!({})).await;
    let path = format!("/conversations/{}/messages", made["conversation_id"].as_str().unwrap());
    let open = async || {
        let message = json!({ "text": "Hello", "assistant": {} });
        server.rest.post(&path, message).await;
        let all = read(&server.rest, "/api/websocket/status/system").await;
        all["data"]["circuit_breakers"]["ai_service"]["state"] == "open"
    };
    until("the breaker is open", open).await;
    until("the assistant does not work", async || !works().await).await;
    let (_, list) = server.rest.get("/admin/errors?category=ai_service").await;
    assert!(list["errors"][0]["occurrences"].as_u64() >= Some(3), "{list}");
    server.stop().await;
}

#[tokio::test]
async fn a_server_without_an_assistant_is_healthy_without_one() {
    let server = TestServer::start_allowing(soon).await;
    until("it is healthy", async || health(&server.rest).await["healthy"] == true).await;
    let all = health(&server.rest).await;
    assert!(
        all["component_health"].get("assistant").is_none() && all["component_health"]["redis"] == true,
        "{all}"
    );
    server.stop().await;
}
