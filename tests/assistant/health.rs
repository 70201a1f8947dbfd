//! Whether the server is there.

use std::time::Duration;

use super::*;
use crate::support::ollama::Script;

#[tokio::test]
async fn a_server_that_lists_its_models_is_healthy_and_is_asked_once_in_a_while() {
    let stub = OllamaStub::start().await;
    let assistant = assistant_with(&stub, |settings| settings.times.health_kept = LONG);
    let (one, other) = tokio::join!(assistant.is_healthy(), assistant.is_healthy());
    stub.health(Script::status(500));
    assert!(one && other && assistant.is_healthy().await, "what it said is kept");
    assert_eq!(stub.health_asked(), 1);
    assert_eq!(stub.asked().len(), 0);
}

#[tokio::test]
async fn a_server_that_recovers_is_healthy_again() {
    let stub = OllamaStub::start().await;
    let assistant = assistant_with(&stub, |settings| settings.times.health_kept = Duration::ZERO);
    stub.health(Script::status(500));
    assert!(!assistant.is_healthy().await);
    stub.health(Script::new().line("{}"));
    assert!(assistant.is_healthy().await);
}

#[tokio::test]
async fn a_server_that_does_not_answer_in_time_or_is_not_there_is_not_healthy() {
    let stub = OllamaStub::start().await;
    let soon = |settings: &mut Settings| {
        settings.times.health = Duration::from_millis(50);
        settings.times.health_kept = Duration::ZERO;
    };
    let assistant = assistant_with(&stub, soon);
    stub.health(Script::mute());
    assert!(!assistant.is_healthy().await);
    drop(stub);
    assert!(!assistant.is_healthy().await);
}
