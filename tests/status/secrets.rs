//! What is written down of errors, and told of them, holds nothing of what clients say or show, nor of what others answered.
//!
//! Proves STAT-5 (docs/behaviour.md).

use std::sync::Arc;
use std::time::Duration;

use graphroom::conversation::assistant::Settings;
use reqwest::Method;
use serde_json::{Value, json};

use super::{alerts, read, soon};
use crate::support::faulty_store::{Fault, FaultyStore};
use crate::support::ollama::{OllamaStub, Script};
use crate::support::{Native, TestServer, until};

/// What clients say, wherever they may say something.
const SAID: &str = "swordfish";
/// What they show to be let in.
const SHOWN: &str = "shibboleth";

#[tokio::test]
async fn an_error_that_is_written_down_repeats_nothing_that_was_said_or_shown() {
    let (store, stub) = (Arc::new(FaultyStore::new()), OllamaStub::start().await);
    let mut settings = Settings::new(stub.url(), "small");
    settings.times.before_retry = Duration::from_millis(1);
    let server = TestServer::start_parts(Arc::clone(&store) as Arc<_>, |parts| {
        soon(parts);
        parts.assistant = Some(settings);
    })
    .await;
    let project = server.rest.project().await;
    let mut operator = Native::named(server.address, "operator").await;
    operator.call("subscribe", json!({ "topics": ["alerts", "health", "status"] })).await;

    // The store fails while somebody says something, by a route and over a socket.
    let mut client = Native::named(server.address, SAID).await;
    store.set(Fault::Full);
    let data = json!({ "node_id": project.root, "property_id": SAID, "new_value": SAID });
    let command = json!({ "session_id": project.session_id, "command_type": "UpdateProperty", "data": data,
        "command_id": SAID });
    let (status, _) = server.rest.named(SAID).post("/commands/execute", command.clone()).await;
    assert_eq!(status, 503);
    assert_eq!(client.call("execute_command", command).await["error"]["code"], "STORE_UNAVAILABLE");
    store.set(Fault::None);

    // Credentials that do not count.
    assert_eq!(client.call("authenticate", json!({ "token": SHOWN })).await["success"], false);

    // The assistant does not take a question, and quotes it.
    let quoted = json!({ "error": format!("what is {SAID}?") }).to_string();
    stub.always(Script::status(500).line(&quoted));
    let (_, made) = server.rest.post("/conversations", json!({ "title": SAID })).await;
    let path = format!("/conversations/{}/messages", made["conversation_id"].as_str().unwrap());
    server.rest.post(&path, json!({ "text": SAID, "assistant": {} })).await;

    let all = async || {
        let (status, errors) = server.rest.get("/admin/errors?limit=100").await;
        assert_eq!(status, 200, "{errors}");
        errors
    };
    until("all of it is written down", async || {
        let errors = all().await.to_string();
        ["store", "authentication", "assistant"].iter().all(|of| errors.contains(&format!("\"{of}\"")))
    })
    .await;
    let (_, statistics) = server.rest.get("/admin/errors/statistics?hours=1").await;
    let system = read(&server.rest, "/api/websocket/status/system").await;
    let request = server.rest.at(Method::GET, "/api/websocket/status/history?hours=1");
    let history = server.rest.send(request).await.1;
    operator.call("heartbeat", json!({})).await;
    let heard: Vec<Value> = operator.read_already().into_iter().map(|event| event.payload).collect();
    assert!(!heard.is_empty(), "something is told of it");
    for told in [all().await, statistics, system, history, json!(alerts(&server.rest).await), json!(heard)] {
        let told = told.to_string();
        assert!(!told.contains(SAID) && !told.contains(SHOWN), "{told}");
    }
    server.stop().await;
}
