//! Health and readiness: the one says that the server answers, the other that it can work.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::faulty_store::{Fault, FaultyStore};
use crate::support::{Client, Rest, TestServer, until};

async fn ready(rest: &Rest) -> (u16, Value) {
    let (status, answer) = rest.send(rest.at_root("/ready")).await;
    (status.as_u16(), answer)
}

async fn until_ready_says(rest: &Rest, status: u16, code: Option<&str>) -> Value {
    let says = async || {
        let (now, answer) = ready(rest).await;
        (now == status && answer["error"]["code"].as_str() == code).then_some(answer)
    };
    until(&format!("/ready says {status} {code:?}"), async || says().await.is_some()).await;
    says().await.expect("it still says so")
}

#[tokio::test]
async fn health_in_the_api_is_one_word_and_tells_more_beside_it() {
    let server = TestServer::start().await;
    let response = server.rest.at_root("/api/v1/health").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.text().await.unwrap(), r#"{"status":"ok"}"#);
    for path in ["/health", "/api/health"] {
        let (status, health) = server.rest.send(server.rest.at_root(path)).await;
        assert_eq!((status.as_u16(), &health["status"]), (200, &json!("healthy")), "{health}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_server_on_a_working_store_is_ready_and_the_question_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let server = TestServer::start_in(directory.path()).await;
    let project = server.rest.project().await;
    assert_eq!(ready(&server.rest).await, (200, json!({ "status": "ready" })));
    server.stop().await;
    let server = TestServer::start_in(directory.path()).await;
    let (_, info) = server.rest.get(&format!("/sessions/{}/info", project.session_id)).await;
    assert_eq!(info["seq"], 1);
    server.stop().await;
}

#[tokio::test]
async fn a_store_that_fails_or_does_not_answer_makes_the_server_unready_until_it_works() {
    let store = Arc::new(FaultyStore::new());
    let server = TestServer::start_on(Arc::clone(&store) as Arc<_>).await;
    for fault in [Fault::Full, Fault::Held] {
        store.set(fault);
        let answer = until_ready_says(&server.rest, 503, Some("STORE_UNAVAILABLE")).await;
        assert_eq!(answer["error"]["details"], json!({ "component": "store" }), "{fault:?}");
        let (status, health) = server.rest.get("/health").await;
        assert_eq!((status.as_u16(), health), (200, json!({ "status": "ok" })), "it answers all the same");
        store.set(Fault::None);
        until_ready_says(&server.rest, 200, None).await;
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_down_is_not_ready() {
    let store = Arc::new(FaultyStore::new());
    let server = TestServer::start_on(Arc::clone(&store) as Arc<_>).await;
    let project = server.rest.project().await;
    let mut client = Client::connect(server.address).await;
    client.join(&project.session_id).await;
    store.set(Fault::Held);
    let data = json!({ "node_id": project.root, "property_id": "vin", "new_value": 7 });
    let command = json!({ "session_id": project.session_id, "command_type": "UpdateProperty", "data": data });
    let ack = client.emit("execute_command", command).await;
    until("the command is being appended", async || store.appends() > 0).await;
    let rest = server.rest.clone();
    let stopped = tokio::spawn(server.stop());
    let answer = until_ready_says(&rest, 503, Some("SHUTTING_DOWN")).await;
    assert_eq!(answer["error"]["details"], json!({ "component": "server" }));
    store.set(Fault::None);
    assert_eq!(client.answer(ack).await["success"], true);
    stopped.await.unwrap();
}

#[tokio::test]
async fn the_guard_stands_before_these_routes_too() {
    let server = TestServer::start().await;
    for path in ["/health", "/ready", "/metrics"] {
        let request = server.rest.at_root(path).header("Host", "evil.example");
        assert_eq!(server.rest.send(request).await.0, 421, "{path}");
        let request = server.rest.at_root(path).header("Origin", "https://evil.example");
        assert_eq!(server.rest.send(request).await.0, 403, "{path}");
    }
    server.stop().await;
}
