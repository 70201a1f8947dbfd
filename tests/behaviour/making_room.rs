//! Sessions make room for one another: who is in one keeps it, whoever only looked at one keeps nobody out.
//!
//! Proves LIM-1, FEED-5 and PRES-1 (docs/behaviour.md).

use std::sync::Arc;
use std::time::{Duration, Instant};

use graphroom::store::sqlite::SqliteStore;
use graphroom::store::{Catalogue, SessionRow};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::runtime::Handle;
use uuid::Uuid;

use crate::support::client::Options;
use crate::support::{Client, Project, Rest, TestServer, until};

/// A server with so many places.
async fn with_places(places: usize) -> TestServer {
    TestServer::start_allowing(|parts| parts.rules.max_sessions = places).await
}

/// What a command writes.
fn set(project: &Project) -> Value {
    json!({ "node_id": project.root, "property_id": "vin", "new_value": "x" })
}

async fn info(rest: &Rest, session_id: &str) -> (StatusCode, Value) {
    rest.get(&format!("/sessions/{session_id}/info")).await
}

async fn loaded(server: &TestServer) -> Vec<String> {
    let (_, loaded) = server.rest.get("/admin/sessions").await;
    let loaded = loaded["sessions"].as_array().expect("a list").iter();
    loaded.map(|session| session["session_id"].as_str().unwrap().to_owned()).collect()
}

async fn is_refused(rest: &Rest, project: &Project) {
    let asked = Instant::now();
    let (status, answer) = info(rest, &project.session_id).await;
    assert_eq!((status.as_u16(), &answer["error"]["code"]), (503, &json!("SESSION_LIMIT")), "{answer}");
    assert!(asked.elapsed() < Duration::from_secs(4), "there is nothing to wait for");
}

#[tokio::test]
async fn sessions_are_refused_as_long_as_somebody_is_in_each() {
    let server = TestServer::start_allowing(|parts| parts.rules.max_sessions = 1).await;
    let (one, two) = (server.rest.project().await, server.rest.project().await);
    let mut inside = Client::connect(server.address).await;
    inside.join(&one.session_id).await;
    let path = format!("/sessions/{}/info", two.session_id);
    let full = server.rest.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(full.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(full.headers()["retry-after"], "5");
    let body: Value = full.json().await.unwrap();
    assert_eq!(body["error"]["code"], "SESSION_LIMIT", "{body}");
    assert_eq!(body["error"]["details"]["limit"], "max_sessions", "{body}");
    let new = json!({ "template_id": "restomod", "project_name": "New" });
    assert_eq!(server.rest.post("/projects", new).await.1["error"]["code"], "SESSION_LIMIT");
    assert_eq!(server.rest.post("/sessions", json!({})).await.1["error"]["code"], "SESSION_LIMIT");
    let mut client = Client::connect(server.address).await;
    let joined = client.call("join_session", json!({ "session_id": two.session_id })).await;
    assert_eq!(joined["error"]["code"], "SESSION_LIMIT", "{joined}");
    // The one that is loaded goes on.
    server.rest.execute(&one, "UpdateProperty", set(&one)).await;
    assert_eq!(inside.event_named("property-changed").await["seq"], 2);
    let left = inside.call("leave_session", json!({ "session_id": one.session_id })).await;
    assert_eq!(left["success"], true);
    assert_eq!(server.rest.get(&path).await.0, StatusCode::OK, "it makes room at once");
    server.stop().await;
}

#[tokio::test]
async fn a_session_that_nobody_is_in_makes_room_the_one_used_longest_ago_first() {
    let server = with_places(3).await;
    let mut inside = Client::connect(server.address).await;
    let joined = server.rest.project().await;
    inside.join(&joined.session_id).await;
    // Many more than there are places, one after the other, each written to.
    let mut projects = Vec::new();
    for n in 0..6 {
        projects.push(server.rest.project().await);
        server.rest.execute(&projects[n], "UpdateProperty", set(&projects[n])).await;
    }
    let session = |n: usize| projects[n].session_id.clone();
    let mut expected = vec![joined.session_id.clone(), session(4), session(5)];
    expected.sort_unstable();
    let mut there = loaded(&server).await;
    there.sort_unstable();
    assert_eq!(there, expected);
    // Who only looks uses it, too.
    let written = chrono::Utc::now();
    until("a millisecond is over", async || (chrono::Utc::now() - written).num_milliseconds() > 1).await;
    info(&server.rest, &session(4)).await;
    info(&server.rest, &session(0)).await;
    let mut expected = vec![joined.session_id.clone(), session(0), session(4)];
    expected.sort_unstable();
    let mut there = loaded(&server).await;
    there.sort_unstable();
    assert_eq!(there, expected);
    let reads = projects.iter().map(|project| {
        let path = format!("/sessions/{}/graph", project.session_id);
        let rest = server.rest.clone();
        async move { rest.get(&path).await }
    });
    for (status, graph) in futures_util::future::join_all(reads).await {
        assert!(status == StatusCode::OK && graph["seq"] == 2, "nothing is lost of who made room: {graph}");
    }
    server.rest.execute(&joined, "UpdateProperty", set(&joined)).await;
    assert_eq!(inside.event_named("property-changed").await["seq"], 2, "who is inside notices nothing");
    server.stop().await;
}

#[tokio::test]
async fn who_reads_along_is_here_by_a_lease_or_may_come_back_keeps_the_session() {
    let server = with_places(1).await;
    let (kept, other) = (server.rest.project().await, server.rest.project().await);
    let epoch = info(&server.rest, &kept.session_id).await.1["epoch"].as_str().unwrap().to_owned();
    let path = format!("/sessions/{}/events?since={epoch}:1&wait=60", kept.session_id);
    let rest = server.rest.clone();
    let reading = tokio::spawn(async move { rest.get(&path).await });
    until("it reads along", async || info(&server.rest, &other.session_id).await.0 != StatusCode::OK).await;
    is_refused(&server.rest, &other).await;
    server.rest.execute(&kept, "UpdateProperty", set(&kept)).await;
    assert_eq!(reading.await.unwrap().1["events"].as_array().map(Vec::len), Some(1));
    until("there is room", async || info(&server.rest, &other.session_id).await.0 == StatusCode::OK).await;

    let presence = format!("/sessions/{}/presence", kept.session_id);
    let ann = server.rest.named("ann");
    let lease = ann.send(ann.request(Method::PUT, &presence).json(&json!({ "typing": true }))).await;
    assert_eq!(lease.0, StatusCode::OK, "{}", lease.1);
    is_refused(&server.rest, &other).await;
    assert!(ann.request(Method::DELETE, &presence).send().await.unwrap().status().is_success());
    assert_eq!(info(&server.rest, &other.session_id).await.0, StatusCode::OK);

    let bob = Options { user_id: Some("bob".to_owned()), ..Options::default() };
    let mut member = Client::connect_with(server.address, bob).await;
    member.join(&kept.session_id).await;
    drop(member);
    until("bob is away", async || {
        let (_, here) = server.rest.get(&presence).await;
        here["participants"][0]["status"] == "away"
    })
    .await;
    is_refused(&server.rest, &other).await;
    server.stop().await;
}

#[tokio::test]
async fn a_session_without_a_project_is_as_it_was_when_it_made_room() {
    let directory = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(directory.path()).unwrap());
    let created_at = (chrono::Utc::now() - chrono::Duration::hours(2)).into();
    let [used, idle] = [(); 2].map(|()| Uuid::new_v4());
    for session_id in [used, idle] {
        store
            .create_session(SessionRow { session_id, project_id: None, created_at, owner: None })
            .await
            .unwrap();
    }
    let server = TestServer::start_parts(store, |parts| parts.rules.max_sessions = 1).await;
    let project = server.rest.project().await;
    let used = used.to_string();
    let event = json!({ "event_type": "error", "payload": { "message": "m" } });
    let (status, told) = server.rest.post(&format!("/sessions/{used}/events"), event).await;
    assert_eq!(status, StatusCode::CREATED, "{told}");
    for round in 0..2 {
        server.rest.execute(&project, "UpdateProperty", set(&project)).await;
        assert_eq!(loaded(&server).await, std::slice::from_ref(&project.session_id), "{round}");
        let (_, cleaned) = server.rest.post("/sessions/cleanup", json!({ "max_inactive_hours": 1 })).await;
        // The idle one goes though every place is taken, and takes none for that.
        assert_eq!(cleaned["sessions_removed"], 1 - round, "{cleaned}");
        assert_eq!(loaded(&server).await, std::slice::from_ref(&project.session_id), "{round}");
        let (status, info) = info(&server.rest, &used).await;
        assert_eq!((status, &info["state"]), (StatusCode::OK, &json!("error")), "{round}: {info}");
    }
    let (_, page) = server.rest.get(&format!("/sessions/{used}/events?kind=published")).await;
    assert_eq!(page["events"].as_array().map(Vec::len), Some(1), "{page}");
    assert_eq!(info(&server.rest, &idle.to_string()).await.0, StatusCode::NOT_FOUND);
    server.stop().await;
}

#[tokio::test]
async fn what_was_let_go_leaves_no_task_behind() {
    let server = with_places(1).await;
    let mut empty = Vec::new();
    for _ in 0..2 {
        let (_, created) = server.rest.post("/sessions", json!({})).await;
        empty.push(created["session_id"].as_str().unwrap().to_owned());
    }
    let look = async || {
        for id in &empty {
            assert_eq!(info(&server.rest, id).await.0, StatusCode::OK);
        }
    };
    look().await;
    let tasks = || Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    for _ in 0..50 {
        look().await;
    }
    until("the tasks are over", async || tasks() < before + 20).await;
    server.stop().await;
}
