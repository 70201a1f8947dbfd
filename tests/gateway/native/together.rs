//! Several members, by Socket.IO and by plain WebSocket: one room.
//!
//! Proves CMD-1 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{named, set};
use crate::support::client::{Event, Options};
use crate::support::{Client, Native, Project, TestServer, until};

async fn stock(server: &TestServer, user_id: &str) -> Client {
    let options = Options { user_id: Some(user_id.to_owned()), ..Options::default() };
    Client::connect_with(server.address, options).await
}

fn is_last(event: &Event) -> bool {
    event.payload["new_value"] == "the last"
        || event.payload["events"]
            .as_array()
            .is_some_and(|events| events.iter().any(|event| event["new_value"] == "the last"))
}

/// The events behind the first of the commands. What was in frames is taken out of them: two members' frames may end
/// at different places.
fn behind_the_first(events: Vec<Event>) -> Vec<(String, Value)> {
    let mut told = Vec::new();
    for Event { name, mut payload } in events {
        match payload["events"].take() {
            Value::Array(events) => {
                told.extend(
                    events.into_iter().map(|event| (event["event"].as_str().unwrap().to_owned(), event)),
                );
            }
            _ => told.push((name, payload)),
        }
    }
    let first = told.iter().position(|(_, event)| event["new_value"] == "the first");
    told.split_off(first.expect("the first is heard"))
}

async fn everything_is_the_same(server: &TestServer, delivery: &str) {
    let project = server.rest.project().await;
    // Where frames end is each member's own, and so where other events stand between them.
    let join =
        json!({ "session_id": project.session_id, "delivery": delivery, "lifecycle": delivery == "events" });
    let (mut ann, mut bob) = (stock(server, "ann").await, Native::named(server.address, "bob").await);
    assert_eq!(ann.call("join_session", join.clone()).await["success"], true);
    assert_eq!(bob.call("join_session", join).await["success"], true);
    let undo = json!({ "session_id": project.session_id });
    assert_eq!(ann.call("execute_command", set(&project, "the first")).await["success"], true);
    for n in 0..20 {
        ann.emit("execute_command", set(&project, n)).await;
        bob.emit("execute_command", set(&project, format!("bob's {n}"))).await;
        let data = json!({ "parent_id": project.root, "blueprint_type_id": "phase", "name": format!("{n}") });
        server.rest.execute(&project, "CreateNode", data).await;
    }
    for event in ["undo", "redo", "undo"] {
        assert_eq!(bob.call(event, undo.clone()).await["success"], true);
        assert_eq!(ann.call(event, undo.clone()).await["success"], true);
    }
    server.rest.execute(&project, "UpdateProperty", set(&project, "the last")["data"].clone()).await;
    let (mut of_ann, mut of_bob) = (ann.read_already(), bob.read_already());
    while !of_ann.last().is_some_and(is_last) {
        of_ann.push(ann.event().await);
    }
    while !of_bob.last().is_some_and(is_last) {
        of_bob.push(bob.event().await);
    }
    let heard = behind_the_first(of_bob);
    assert_eq!(behind_the_first(of_ann), heard, "{delivery}");
    let seqs: Vec<_> = heard.iter().filter_map(|(_, event)| event["seq"].as_u64()).collect();
    assert!(seqs.len() >= 60 && seqs.windows(2).all(|two| two[0] + 1 == two[1]), "{seqs:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_by_socketio_and_one_by_websocket_hear_the_same_in_the_same_order() {
    let server = TestServer::start().await;
    everything_is_the_same(&server, "events").await;
    everything_is_the_same(&server, "batch").await;
    server.stop().await;
}

#[tokio::test]
async fn who_comes_back_gets_what_it_lacks_and_then_what_comes() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    // So large that three events are less.
    let data = json!({ "parent_id": project.root, "blueprint_type_id": "phase" });
    let create = json!({ "command_type": "CreateNode", "data": data });
    server.rest.execute(&project, "Batch", json!({ "commands": vec![create; 50] })).await;
    let mut ann = Native::named(server.address, "ann").await;
    let joined = ann.call("join_session", json!({ "session_id": project.session_id, "since": null })).await;
    let head = joined["seq"].as_u64().unwrap();
    assert_eq!(joined["mode"], "snapshot");
    let since = json!({ "epoch": joined["epoch"], "seq": joined["seq"] });
    drop(ann);
    for n in 0..3 {
        server.rest.execute(&project, "UpdateProperty", set(&project, n)["data"].clone()).await;
    }
    let mut ann = Native::named(server.address, "ann").await;
    let joined = ann.call("join_session", json!({ "session_id": project.session_id, "since": since })).await;
    let seqs: Vec<_> =
        joined["events"].as_array().unwrap().iter().map(|event| event["seq"].clone()).collect();
    assert_eq!(
        (&joined["mode"], seqs),
        (&json!("tail"), vec![json!(head + 1), json!(head + 2), json!(head + 3)]),
        "{joined}"
    );
    server.rest.execute(&project, "UpdateProperty", set(&project, 9)["data"].clone()).await;
    assert_eq!(ann.event_named("property-changed").await["seq"], head + 4);
    server.stop().await;
}

#[tokio::test]
async fn a_command_that_comes_twice_is_done_once_whichever_way_it_comes() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let (mut plain, mut other) = (Native::named(server.address, "ann").await, stock(&server, "ann").await);
    plain.join(&project.session_id).await;
    let command = named(set(&project, 5), "ann's first");
    let first = plain.call("execute_command", command.clone()).await;
    assert_eq!((&first["seq"], &first["duplicate"]), (&json!(2), &Value::Null), "{first}");
    let mut again = vec![plain.call("execute_command", command.clone()).await];
    again.push(other.call("execute_command", command.clone()).await);
    again.push(server.rest.named("ann").post("/commands/execute?graph=none", command.clone()).await.1);
    let mut third = Native::named(server.address, "ann").await;
    again.push(third.call("execute_command", command).await);
    for answer in again {
        assert_eq!((&answer["seq"], &answer["duplicate"]), (&json!(2), &json!(true)), "{answer}");
    }
    let by_stock = named(set(&project, 6), "ann's second");
    assert_eq!(other.call("execute_command", by_stock.clone()).await["seq"], 3);
    let answer = plain.call("execute_command", by_stock).await;
    assert_eq!((&answer["seq"], &answer["duplicate"]), (&json!(3), &json!(true)), "{answer}");
    let other_one = named(set(&project, 7), "ann's second");
    let mismatch = plain.call("execute_command", other_one).await;
    assert_eq!(mismatch["error"]["code"], "IDEMPOTENCY_MISMATCH", "{mismatch}");
    server.stop().await;
}

async fn who_is_there(server: &TestServer, project: &Project) -> Vec<(String, String)> {
    let (_, presence) = server.rest.get(&format!("/sessions/{}/presence", project.session_id)).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let participants = presence["participants"].as_array().unwrap().iter();
    participants.map(|one| (text(&one["user_id"]), text(&one["status"]))).collect()
}

#[tokio::test]
async fn who_is_lost_is_away_and_who_leaves_or_closes_is_gone() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut watcher = stock(&server, "watcher").await;
    watcher.join(&project.session_id).await;
    assert_eq!(watcher.read_already()[0].name, "session:connected", "of its own");
    let mut members = Vec::new();
    for name in ["killed", "left", "closed"] {
        let mut member = Native::named(server.address, name).await;
        member.join(&project.session_id).await;
        assert_eq!(watcher.event_named("session:connected").await["client_id"], member.id.as_str());
        members.push(member);
    }
    let (closed, mut left, killed) = (members.pop().unwrap(), members.pop().unwrap(), members.pop().unwrap());
    let leave = json!({ "session_id": project.session_id });
    assert_eq!(left.call("leave_session", leave).await["success"], true);
    assert_eq!(watcher.event_named("session:disconnected").await["client_id"], left.id.as_str());
    let id = closed.id;
    closed.socket.close().await;
    assert_eq!(watcher.event_named("session:disconnected").await["client_id"], id.as_str());
    drop(killed);
    until("the killed one alone may come back", async || {
        who_is_there(&server, &project).await.iter().all(|(name, status)| match name.as_str() {
            "killed" => status == "away",
            name => name == "watcher" && status != "away",
        })
    })
    .await;
    let (_, info) = server.rest.get(&format!("/sessions/{}/info", project.session_id)).await;
    assert_eq!(info["active_clients"], 1, "{info}");
    assert_eq!(left.call("ping", json!({})).await["success"], true, "the connection outlives the session");
    server.stop().await;
}
