//! A store that fails: a clear error, nothing changed, reads and joins go on.
//!
//! Proves CMD-3 and SYNC-4 (docs/behaviour.md).

use std::sync::Arc;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::client::Options;
use crate::support::faulty_store::{Fault, FaultyStore};
use crate::support::{Client, Project, Rest, TestServer, until};

async fn create(rest: &Rest, project: &Project, command_id: &str) -> (StatusCode, Value) {
    let data = json!({ "parent_id": project.root, "blueprint_type_id": "phase", "name": command_id });
    let body = json!({
        "session_id": project.session_id, "command_type": "CreateNode", "data": data, "command_id": command_id,
    });
    rest.post("/commands/execute?graph=none", body).await
}

async fn start() -> (TestServer, Arc<FaultyStore>, Project) {
    let store = Arc::new(FaultyStore::new());
    let server = TestServer::start_on(Arc::clone(&store) as Arc<_>).await;
    let project = server.rest.project().await;
    // The session is open before anything fails.
    assert_eq!(server.rest.get(&format!("/sessions/{}/info", project.session_id)).await.0, StatusCode::OK);
    (server, store, project)
}

#[tokio::test]
async fn a_full_disk_refuses_commands_while_reads_and_joins_go_on() {
    let (server, store, project) = start().await;
    let mut member = Client::connect(server.address).await;
    member.join(&project.session_id).await;
    store.set(Fault::Full);
    let (status, refused) = create(&server.rest, &project, "lost").await;
    assert_eq!((status.as_u16(), &refused["error"]["code"]), (503, &json!("STORE_UNAVAILABLE")));
    let mut late = Client::connect(server.address).await;
    assert_eq!(late.join(&project.session_id).await["seq"], 1);
    let (status, graph) = server.rest.get(&format!("/sessions/{}/graph", project.session_id)).await;
    assert_eq!((status, &graph["seq"]), (StatusCode::OK, &json!(1)));

    store.set(Fault::None);
    let (status, accepted) = create(&server.rest, &project, "kept").await;
    assert_eq!((status, &accepted["seq"]), (StatusCode::OK, &json!(2)));
    let created = member.event_named("node-created").await;
    assert_eq!((&created["name"], &created["seq"]), (&json!("kept"), &json!(2)));
    server.stop().await;
}

// CMD-3
#[tokio::test]
async fn a_named_command_that_had_nothing_to_do_is_refused_where_its_name_cannot_be_kept() {
    let (server, store, project) = start().await;
    let undo = format!("/sessions/{}/undo?graph=none", project.session_id);
    let named = json!({ "command_id": "back" });
    store.set(Fault::Full);
    let (status, refused) = server.rest.post(&undo, named.clone()).await;
    assert_eq!((status.as_u16(), &refused["error"]["code"]), (503, &json!("STORE_UNAVAILABLE")), "{refused}");
    let (status, unnamed) = server.rest.post(&undo, json!({})).await;
    assert_eq!(
        (status, &unnamed["nothing_to_undo"]),
        (StatusCode::OK, &json!(true)),
        "nothing is kept of it"
    );
    store.set(Fault::None);
    let (status, accepted) = server.rest.post(&undo, named).await;
    assert_eq!((status, &accepted["nothing_to_undo"]), (StatusCode::OK, &json!(true)), "{accepted}");
    assert_eq!(accepted["duplicate"], Value::Null, "what was refused is not remembered");
    server.stop().await;
}

// CMD-3
#[tokio::test]
async fn who_names_no_command_does_not_wait_until_those_are_found_that_others_named() {
    let (server, store, project) = start().await;
    let mut ann = Client::connect(server.address).await;
    let data = json!({ "parent_id": project.root, "blueprint_type_id": "phase" });
    let named = json!({
        "session_id": project.session_id, "command_type": "CreateNode", "data": data, "command_id": "one",
    });
    assert_eq!(ann.call("execute_command", named.clone()).await["seq"], 2);
    let (_, cleaned) = server.rest.post("/sessions/cleanup", json!({ "max_inactive_hours": 0 })).await;
    assert_eq!(cleaned["sessions_removed"], 1, "{cleaned}");
    // Where few of very many commands are named, it takes long to find them.
    store.set(Fault::NamesHeld);
    let unnamed = json!({ "node_id": project.root, "property_id": "vin", "new_value": "x" });
    assert_eq!(server.rest.execute(&project, "UpdateProperty", unnamed).await["seq"], 3);
    let repeat = ann.emit("execute_command", named).await;
    ann.call("heartbeat", Value::Null).await;
    store.set(Fault::None);
    let repeat = ann.answer(repeat).await;
    assert_eq!((&repeat["duplicate"], &repeat["seq"]), (&json!(true), &json!(2)), "it waited: {repeat}");
    server.stop().await;
}

#[tokio::test]
async fn an_append_of_unknown_outcome_is_settled_by_the_head_before_anybody_is_answered() {
    let (server, store, project) = start().await;
    let mut member = Client::connect(server.address).await;
    member.join(&project.session_id).await;
    store.set(Fault::WrittenUnheard);
    let (status, accepted) = create(&server.rest, &project, "one").await;
    assert_eq!((status, &accepted["seq"]), (StatusCode::OK, &json!(2)), "{accepted}");
    assert_eq!(member.event_named("node-created").await["seq"], 2);
    server.stop().await;
}

#[tokio::test]
async fn an_outcome_that_cannot_be_settled_is_told_and_a_retry_finds_out() {
    let (server, store, project) = start().await;
    store.set(Fault::Mute);
    let (status, unknown) = create(&server.rest, &project, "one").await;
    assert_eq!((status.as_u16(), &unknown["error"]["code"]), (503, &json!("OUTCOME_UNKNOWN")));
    let (status, refused) = create(&server.rest, &project, "one").await;
    assert_eq!((status.as_u16(), &refused["error"]["code"]), (503, &json!("STORE_UNAVAILABLE")), "{refused}");
    store.set(Fault::None);
    let (status, accepted) = create(&server.rest, &project, "one").await;
    assert_eq!((status, &accepted["seq"]), (StatusCode::OK, &json!(2)), "{accepted}");
    let (_, again) = create(&server.rest, &project, "one").await;
    assert_eq!((&again["seq"], &again["duplicate"]), (&json!(2), &json!(true)));
    server.stop().await;
}

#[tokio::test]
async fn an_append_that_may_have_been_half_written_is_not_told_to_have_changed_nothing() {
    let (server, store, project) = start().await;
    store.set(Fault::LostUnheard);
    let (status, unknown) = create(&server.rest, &project, "one").await;
    assert_eq!((status.as_u16(), &unknown["error"]["code"]), (503, &json!("OUTCOME_UNKNOWN")));
    store.set(Fault::None);
    let (status, accepted) = create(&server.rest, &project, "one").await;
    assert_eq!((status, &accepted["seq"]), (StatusCode::OK, &json!(2)), "{accepted}");
    server.stop().await;
}

#[tokio::test]
async fn an_actor_that_breaks_costs_its_members_a_reconnect_and_nobody_else_anything() {
    let (server, store, project) = start().await;
    let (_, kept) = create(&server.rest, &project, "kept").await;
    assert_eq!(kept["seq"], 2);
    let ann = Options { user_id: Some("ann".to_owned()), ..Options::default() };
    let mut member = Client::connect_with(server.address, ann.clone()).await;
    member.join(&project.session_id).await;
    store.set(Fault::Broken);
    let (status, unknown) = create(&server.rest, &project, "one").await;
    assert_eq!((status.as_u16(), &unknown["error"]["code"]), (503, &json!("OUTCOME_UNKNOWN")));
    while member.next_event().await.is_some() {}

    store.set(Fault::None);
    let mut other = Client::connect(server.address).await;
    let joined = other.join(&project.session_id).await;
    assert_eq!((&joined["seq"], &joined["previous_end"]), (&json!(2), &Value::Null), "{joined}");
    let mut member = Client::connect_with(server.address, ann.clone()).await;
    let joined = member.join(&project.session_id).await;
    let end = &joined["previous_end"]["reason"];
    assert_eq!((&joined["seq"], end), (&json!(2), &json!("session_broke")), "{joined}");
    let told = Client::connect_with(server.address, ann).await.join(&project.session_id).await;
    assert_eq!(told["previous_end"], Value::Null, "it is told once");
    let (status, accepted) = create(&server.rest, &project, "one").await;
    assert_eq!((status, &accepted["seq"]), (StatusCode::OK, &json!(3)), "{accepted}");
    assert_eq!(member.event_named("node-created").await["seq"], 3);
    server.stop().await;
}

#[tokio::test]
async fn who_is_no_member_is_answered_as_well_when_an_actor_breaks() {
    let (server, store, project) = start().await;
    let mut asking = Client::connect(server.address).await;
    store.set(Fault::Broken);
    let data = json!({ "parent_id": project.root, "blueprint_type_id": "phase", "name": "one" });
    let body = json!({
        "session_id": project.session_id, "command_type": "CreateNode", "data": data, "command_id": "one",
    });
    let unknown = asking.call("execute_command", body.clone()).await;
    assert_eq!((&unknown["success"], &unknown["command_id"]), (&json!(false), &json!("one")), "{unknown}");
    assert_eq!(unknown["error"]["code"], "OUTCOME_UNKNOWN", "{unknown}");
    store.set(Fault::None);
    // The broken session may be there for a moment more.
    until("it is loaded anew", async || create(&server.rest, &project, "two").await.0 == StatusCode::OK)
        .await;
    assert_eq!(asking.call("execute_command", body).await["seq"], 3);
    server.stop().await;
}
