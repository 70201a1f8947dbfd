//! How the server is: checked, measured, told to who subscribes, and what goes wrong written down.

mod access;
mod alerts;
mod breakers;
mod routes;
mod secrets;
mod stream;
mod switched;
mod topics;

use std::sync::Arc;
use std::time::Duration;

use graphroom::app::Parts;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::faulty_store::{Fault, FaultyStore};
use crate::support::{Project, Rest, TestServer, until};

/// Everything is found out soon.
fn soon(parts: &mut Parts) {
    parts.status.check_every = Duration::from_millis(50);
    parts.status.measure_every = Duration::from_millis(50);
    // On a machine that is busy timers are late, and that is not what the test is about.
    parts.status.thresholds.event_loop_lag.warning = 60.0;
    parts.status.thresholds.event_loop_lag.critical = 60.0;
    parts.status.thresholds.memory.warning = 1.0;
    parts.status.thresholds.memory.critical = 1.0;
}

/// A server that finds out soon how it is, on a store that can fail, healthy.
async fn on_a_faulty_store() -> (TestServer, Arc<FaultyStore>) {
    let store = Arc::new(FaultyStore::new());
    let server = TestServer::start_parts(Arc::clone(&store) as Arc<_>, soon).await;
    until("it is healthy", async || health(&server.rest).await["healthy"] == true).await;
    (server, store)
}

/// Reads what a route at the root says.
async fn read(rest: &Rest, path: &str) -> Value {
    let (status, answer) = rest.send(rest.at(Method::GET, path)).await;
    assert_eq!(status, StatusCode::OK, "{path}: {answer}");
    answer
}

async fn health(rest: &Rest) -> Value {
    read(rest, "/api/websocket/status/health").await["data"].clone()
}

/// The alerts, the newest first.
async fn alerts(rest: &Rest) -> Vec<Value> {
    let answer = read(rest, "/api/websocket/status/alerts").await;
    answer["data"].as_array().unwrap().clone()
}

/// Tries to make a node.
async fn create(rest: &Rest, project: &Project) -> StatusCode {
    let data = json!({ "parent_id": project.root, "blueprint_type_id": "phase" });
    let body = json!({ "session_id": project.session_id, "command_type": "CreateNode", "data": data });
    rest.post("/commands/execute?graph=none", body).await.0
}

/// Makes the store fail, and waits until that is known.
async fn fail(server: &TestServer, store: &FaultyStore) {
    store.set(Fault::Full);
    until("it is known", async || health(&server.rest).await["healthy"] == false).await;
}
