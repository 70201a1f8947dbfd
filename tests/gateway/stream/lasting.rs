//! What lasts: sessions until nobody used them for long, and what was published through a restart.
//!
//! Proves FEED-1 and FEED-5 (docs/behaviour.md).

use std::sync::Arc;
use std::time::Duration;

use graphroom::store::sqlite::SqliteStore;
use graphroom::store::{MemoryStore, PublishedQuery, Store};
use reqwest::Method;
use serde_json::json;

use super::{begin, knock, names, publish, publish_many, resume, server, signal};
use crate::support::plain_socket::PlainSocket;
use crate::support::process::ServerProcess;
use crate::support::{TestServer, until};

#[tokio::test]
async fn what_was_published_goes_with_the_project() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let server = TestServer::start_on(Arc::clone(&store)).await;
    let project = server.rest.project().await;
    publish(&server, &project.session_id, signal(1)).await;
    let query = PublishedQuery { session_id: project.session_id.parse().unwrap(), after: None, limit: 1 };
    assert_eq!(store.published(query.clone()).await.unwrap().len(), 1);
    let path = format!("/projects/{}", project.project_id);
    server.rest.send(server.rest.request(Method::DELETE, &path)).await;
    until("it is gone", async || store.published(query.clone()).await.unwrap().is_empty()).await;
    server.stop().await;
}

/// Whether there is a session. To ask for it by its id would be to use it.
async fn is_listed(server: &TestServer, session_id: &str) -> bool {
    let (_, list) = server.rest.get("/sessions").await;
    list["sessions"].as_array().unwrap().iter().any(|session| session["session_id"] == session_id)
}

#[tokio::test]
async fn a_session_that_nobody_uses_is_gone_with_what_was_published_there() {
    let server = server(|parts| parts.unload_after = Duration::from_millis(300)).await;
    let (socket, session_id) = begin(&server).await;
    publish(&server, &session_id, signal(1)).await;
    socket.close().await;
    until("the session is gone", async || !is_listed(&server, &session_id).await).await;
    let mut socket = knock(&server).await;
    socket.send(&json!({ "session_id": session_id })).await;
    assert_eq!(socket.closed().await.code, 4001);
    let (status, _) = server.rest.get(&format!("/sessions/{session_id}/events?kind=published")).await;
    assert_eq!(status, 404);
    server.stop().await;
}

#[tokio::test]
async fn a_session_stays_as_long_as_somebody_listens() {
    let server = server(|parts| parts.unload_after = Duration::from_millis(100)).await;
    let (mut socket, session_id) = begin(&server).await;
    // Others come and go meanwhile, which shows that it was looked for sessions that nobody uses.
    let (other, unused) = begin(&server).await;
    other.close().await;
    until("the other session is gone", async || !is_listed(&server, &unused).await).await;
    publish(&server, &session_id, signal(1)).await;
    assert_eq!(socket.next().await["payload"]["n"], 1);
    server.stop().await;
}

#[tokio::test]
async fn a_session_and_what_was_published_there_outlive_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let server = TestServer::start_in(directory.path()).await;
    let (_socket, session_id) = begin(&server).await;
    let published = publish_many(&server, &session_id, 1..=7).await;
    server.stop().await;
    let server = TestServer::start_parts(Arc::new(SqliteStore::open(directory.path()).unwrap()), |parts| {
        parts.unload_after = Duration::from_secs(600);
    })
    .await;
    let mut socket = resume(&server, &session_id).await;
    assert_eq!(names(&mut socket, 7).await, published);
    let next = publish(&server, &session_id, signal(8)).await;
    assert_eq!(names(&mut socket, 1).await, [next]);
    server.stop().await;
}

#[tokio::test]
async fn what_was_answered_to_a_publisher_is_replayed_after_the_server_was_killed() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = ServerProcess::start(ServerProcess::command(directory.path())).await;
    let (_, created) = process.rest.post("/sessions", json!({})).await;
    let session_id = created["session_id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/sessions/{session_id}/events");
    let (rest, to) = (process.rest.clone(), path.clone());
    let (answers, mut answered) = tokio::sync::mpsc::unbounded_channel();
    let publishing = tokio::spawn(async move {
        for n in 0..90 {
            let sent = rest.at(Method::POST, &to).json(&signal(n)).send().await;
            let Ok(answer) = sent else { return };
            let Ok(answer) = answer.json::<serde_json::Value>().await else { return };
            let _ = answers.send(answer["message_id"].as_str().unwrap().to_owned());
        }
    });
    let mut published = Vec::new();
    while published.len() < 30 {
        published.push(answered.recv().await.unwrap());
    }
    process.kill9().await;
    publishing.await.unwrap();
    while let Some(name) = answered.recv().await {
        published.push(name);
    }
    let process = ServerProcess::start(ServerProcess::command(directory.path())).await;
    let mut socket = PlainSocket::connect(process.address, "/ws", &[]).await;
    socket.send(&json!({ "session_id": session_id })).await;
    assert_eq!(socket.next().await["event_type"], "session_created");
    assert_eq!(names(&mut socket, published.len()).await, published);
}
