//! A project's chat with its assistant: what is asked over REST, what whoever hears the project is told, and what is kept.

mod access;
mod failing;
mod sessions;
mod steps;
mod verifying;

use std::time::Duration;

use graphroom::app::Parts;
use graphroom::conversation::assistant::Settings;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::hearing::named;
use crate::support::client::Event;
use crate::support::ollama::OllamaStub;
use crate::support::{Client, TestServer};

/// A project that clients keep elsewhere.
const ELSEWHERE: &str = "elsewhere";

/// A server with an assistant that is a stub.
struct Office {
    server: TestServer,
    stub: OllamaStub,
}

impl Office {
    async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    async fn start_with(change: impl FnOnce(&mut Parts)) -> Self {
        let stub = OllamaStub::start().await;
        let mut settings = Settings::new(stub.url(), "small");
        settings.times.before_retry = Duration::from_millis(1);
        let server = TestServer::start_allowing(|parts| {
            parts.assistant = Some(settings);
            change(parts);
        })
        .await;
        Self { server, stub }
    }

    /// Somebody who hears a project, and was told so.
    async fn listener(&self, project: &str) -> Client {
        self.listener_named("ann", project).await
    }

    async fn listener_named(&self, user: &str, project: &str) -> Client {
        let mut client = named(&self.server, user).await;
        client.call("join_project", json!({ "project_id": project })).await;
        client.event_named("project_joined").await;
        client
    }

    async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        let rest = self.server.rest.named("bob");
        rest.send(rest.at(Method::POST, path).json(&body)).await
    }

    async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.server.rest.send(self.server.rest.at(Method::GET, path)).await;
        assert_eq!(status, StatusCode::OK, "{path}: {answer}");
        answer
    }

    /// Asks, which must be answered.
    async fn process(&self, body: Value) -> Value {
        let (status, answer) = self.post("/api/chat/process", body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer
    }

    async fn stop(self) {
        self.server.stop().await;
    }
}

/// An answer of the assistant's in its form.
fn sure(confidence: f64) -> String {
    json!({ "user_explanation": "The doors are late.", "technical_instruction": "Order them.",
        "confidence": confidence })
    .to_string()
}

fn about(project: &str, text: &str) -> Value {
    json!({ "project_id": project, "user_message": text })
}

/// What a client hears of one message, to its end.
async fn told(client: &mut Client) -> Vec<Event> {
    let mut told = Vec::new();
    loop {
        let event = client.event().await;
        let is_last = matches!(&*event.name, "ai_processing_end" | "ai_processing_error");
        told.push(event);
        if is_last {
            return told;
        }
    }
}

/// The events in short: their names and stages.
fn steps(told: &[Event]) -> Vec<String> {
    let short = |event: &Event| {
        let part =
            |name: &str| event.payload[name].as_str().map(|text| format!(" {text}")).unwrap_or_default();
        let of = match &*event.name {
            "chat_status_update" => part("status"),
            "message_processed" => part("role"),
            _ => part("stage") + &part("status"),
        };
        format!("{}{of}", event.name)
    };
    told.iter().map(short).collect()
}

fn find<'a>(told: &'a [Event], step: &str) -> &'a Value {
    let place = steps(told).iter().position(|known| known == step);
    &told[place.unwrap_or_else(|| panic!("{step} is not in {:?}", steps(told)))].payload
}
