//! Whoever was cut by the server is told why when it comes back, once, and gets what it missed. And whoever
//! goes in the middle of a join is no member afterwards.
//!
//! Proves PRES-1 and SYNC-4 (docs/behaviour.md).

use std::sync::Arc;

use graphroom::store::Store;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::support::client::Options;
use crate::support::faulty_store::{Fault, FaultyStore};
use crate::support::raw::Http;
use crate::support::{Client, Project, TestServer, until};

/// What makes the ring drop what a member lacks: more than its 4 MiB, and what the kernel holds.
const WRITES: usize = 160;
const VALUE: usize = 60 * 1024;

async fn join(server: &TestServer, project: &Project, user: &str, since: Value) -> (Client, Value) {
    let user_id = Some(user.to_owned());
    let options = Options { user_id, receive_buffer: Some(4 * 1024), ..Options::default() };
    let mut client = Client::connect_with(server.address, options).await;
    let payload = json!({ "session_id": project.session_id, "lifecycle": false, "since": since });
    let answer = client.call("join_session", payload).await;
    assert_eq!(answer["success"], true, "{answer}");
    (client, answer)
}

async fn connections(server: &TestServer, project: &Project) -> Vec<Value> {
    let (_, info) = server.rest.get(&format!("/sessions/{}/info", project.session_id)).await;
    info["connections"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_that_fell_behind_shows_and_is_told_so_when_it_comes_back() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let (_slow, joined) = join(&server, &project, "ann", Value::Null).await;
    assert_eq!(joined["previous_end"], Value::Null);
    let mut behind = 0;
    for n in 0..WRITES {
        let value = format!("{n} {}", "x".repeat(VALUE));
        let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": value });
        server.rest.execute(&project, "UpdateProperty", data).await;
        for connection in connections(&server, &project).await {
            assert_eq!(connection["user_id"], "ann");
            behind = behind.max(connection["behind"].as_u64().unwrap());
        }
    }
    assert!(behind > 10, "how far it is behind shows: {behind}");
    until("it is cut", async || connections(&server, &project).await.is_empty()).await;

    let since = json!({ "epoch": joined["epoch"], "seq": joined["seq"] });
    let (_, other) = join(&server, &project, "bob", Value::Null).await;
    assert_eq!(other["previous_end"], Value::Null, "that is for nobody else");
    let (_again, answer) = join(&server, &project, "ann", since.clone()).await;
    assert_eq!(answer["previous_end"]["reason"], "fell_behind", "{}", answer["mode"]);
    assert!(answer["previous_end"]["at"].is_string());
    assert_eq!((&answer["mode"], &answer["seq"]), (&json!("snapshot"), &json!(1 + WRITES)));
    let (_, answer) = join(&server, &project, "ann", since).await;
    assert_eq!(answer["previous_end"], Value::Null, "it is told once");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_fell_behind_in_one_session_is_told_so_in_the_others_that_it_was_in() {
    let server = TestServer::start().await;
    let [busy, quiet] = [server.rest.project().await, server.rest.project().await];
    let (mut slow, joined) = join(&server, &quiet, "ann", Value::Null).await;
    slow.join(&busy.session_id).await;
    for n in 0..WRITES {
        let value = format!("{n} {}", "x".repeat(VALUE));
        let data = json!({ "node_id": busy.root, "property_id": "notes", "new_value": value });
        server.rest.execute(&busy, "UpdateProperty", data).await;
    }
    until("it is cut", async || connections(&server, &quiet).await.is_empty()).await;
    let since = json!({ "epoch": joined["epoch"], "seq": joined["seq"] });
    let (_again, answer) = join(&server, &quiet, "ann", since).await;
    assert_eq!(
        (&answer["mode"], &answer["previous_end"]["reason"]),
        (&json!("current"), &json!("fell_behind"))
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_polls_and_fell_behind_is_told_so_however_soon_it_comes_back() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let http = Http::to(server.address);
    let sid = http.open().await;
    http.push(&sid, r#"40{"user_id":"ann"}"#).await;
    http.poll(&sid).await;
    let payload = json!({ "session_id": project.session_id, "lifecycle": false });
    http.push(&sid, &format!("420{}", json!(["join_session", payload]))).await;
    until("it is a member", async || connections(&server, &project).await.len() == 1).await;
    for n in 0..WRITES {
        let value = format!("{n} {}", "x".repeat(VALUE));
        let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": value });
        server.rest.execute(&project, "UpdateProperty", data).await;
    }
    until("it is cut", async || http.get(&format!("EIO=4&transport=polling&sid={sid}")).await.0 == 400).await;
    let (_again, answer) = join(&server, &project, "ann", Value::Null).await;
    assert_eq!(answer["previous_end"]["reason"], "fell_behind", "{}", answer["mode"]);
    server.stop().await;
}

/// Clients that go as soon as they have asked, and how many of them there are at any time.
const FLEETING: usize = 600;
const AT_ONCE: usize = 40;
/// How often it is asked whether nobody is there, after nobody was.
const STILL: usize = 50;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_drops_its_connection_while_it_joins_is_no_member_afterwards() {
    let server = TestServer::start().await;
    let projects = [server.rest.project().await, server.rest.project().await];
    let (address, gate) = (server.address, Arc::new(Semaphore::new(AT_ONCE)));
    let mut clients = JoinSet::new();
    for n in 0..FLEETING {
        let (gate, session_id) = (Arc::clone(&gate), projects[n % projects.len()].session_id.clone());
        clients.spawn(async move {
            let _permit = gate.acquire().await.unwrap();
            let mut client = Client::connect(address).await;
            let since = if n % 3 == 0 { json!({}) } else { json!({ "since": null }) };
            let mut join = json!({ "session_id": session_id, "lifecycle": false, "presence": n % 2 == 0 });
            join.as_object_mut().unwrap().extend(since.as_object().unwrap().clone());
            let ack = client.emit("join_session", join).await;
            // Some are gone before the server reads it, some while it answers, some when it has.
            if n % 5 == 0 {
                client.answer(ack).await;
            }
        });
        // Some of them have to wait for the session to be loaded.
        if n % 50 == 0 {
            server.rest.post("/sessions/cleanup", json!({ "max_inactive_hours": 0 })).await;
        }
    }
    while let Some(client) = clients.join_next().await {
        client.unwrap();
    }
    for project in &projects {
        until("nobody is there", async || nobody_is_in(&server, project).await).await;
        for _ in 0..STILL {
            let data = json!({ "node_id": project.root, "property_id": "vin", "new_value": 1 });
            server.rest.execute(project, "UpdateProperty", data).await;
            assert!(nobody_is_in(&server, project).await, "nobody comes back of itself");
        }
    }
    server.stop().await;
}

async fn nobody_is_in(server: &TestServer, project: &Project) -> bool {
    let (_, info) = server.rest.get(&format!("/sessions/{}/info", project.session_id)).await;
    let (_, presence) = server.rest.get(&format!("/sessions/{}/presence", project.session_id)).await;
    let participants = presence["participants"].as_array().expect("a list of participants");
    let nobody = json!([]);
    info["active_clients"] == 0 && info["connections"] == nobody && participants.is_empty()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_goes_while_what_it_lacks_is_read_does_not_stay_in_the_room() {
    let store = Arc::new(FaultyStore::new());
    let server = TestServer::start_on(Arc::clone(&store) as Arc<dyn Store>).await;
    let project = server.rest.project().await;
    let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": "n" });
    server.rest.execute(&project, "UpdateProperty", data).await;
    // A session that is loaded anew has no events in memory: they are read from the journal.
    server.rest.post("/sessions/cleanup", json!({ "max_inactive_hours": 0 })).await;
    let mut witness = Client::connect(server.address).await;
    let joined = witness.join(&project.session_id).await;

    store.set(Fault::ReadsHeld);
    let reads = store.reads();
    let mut going = Client::connect(server.address).await;
    let since = json!({ "epoch": joined["epoch"], "seq": 1 });
    going.emit("join_session", json!({ "session_id": project.session_id, "since": since })).await;
    until("its events are read", async || store.reads() > reads).await;
    let client_id = going.id.clone();
    drop(going);
    until("the server knows that it went", async || {
        let metrics = server.rest.at_root("/metrics").send().await.unwrap().text().await.unwrap();
        metrics.contains("graphroom_connections{transport=\"websocket\"} 1\n")
    })
    .await;
    store.set(Fault::None);

    while witness.event_named("session:connected").await["client_id"] != *client_id {}
    assert_eq!(witness.event_named("session:disconnected").await["client_id"], *client_id);
    let (_, here) = server.rest.get(&format!("/sessions/{}/presence", project.session_id)).await;
    assert_eq!(here["participants"].as_array().unwrap().len(), 1, "{here}");
    server.stop().await;
}
