//! Who hears a project: joined and left by events, over Socket.IO and over a plain WebSocket.
//!
//! Proves HEAR-1 and HEAR-3 (docs/behaviour.md).

mod access;
mod conversations;
mod news;
mod people;
mod slow;

use graphroom_protocol::asyncapi;
use graphroom_protocol::registry::sent;
use reqwest::Method;
use serde_json::{Value, json};

use crate::contract::schema::Schemas;
use crate::support::client::Options;
use crate::support::{Client, Native, TestServer, until};

/// A client with a name.
pub async fn named(server: &TestServer, user_id: &str) -> Client {
    let options = Options { user_id: Some(user_id.to_owned()), ..Options::default() };
    Client::connect_with(server.address, options).await
}

/// The next event of this name, which is what the registry says of it.
async fn hear(client: &mut Client, name: &str) -> Value {
    let payload = client.event_named(name).await;
    check(name, &payload);
    payload
}

fn check(name: &str, payload: &Value) {
    let event = sent().into_iter().find(|event| event.name.as_str() == name).unwrap();
    let document = serde_json::to_value(asyncapi::document()).unwrap();
    Schemas::of(&document).check_named(&event.payload.unwrap().name, payload, name);
}

fn about(project_id: &str) -> Value {
    json!({ "project_id": project_id })
}

/// Whether a text is a moment as clients of this protocol read it.
pub fn is_in_micros(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    text.len() == "2026-03-04T05:06:07.089000Z".len() && text.ends_with('Z')
}

#[tokio::test]
async fn whoever_joins_a_project_is_told_to_it_and_to_the_caller_once() {
    let server = TestServer::start().await;
    let (mut ann, mut bob) = (named(&server, "ann").await, named(&server, "bob").await);
    let answer = ann.call("join_project", about("elsewhere")).await;
    assert_eq!((&answer["success"], &answer["changed"]), (&json!(true), &json!(true)), "{answer}");
    let joined = ann.event().await;
    assert_eq!((&*joined.name, &joined.payload["user_id"]), ("project_joined", &json!("ann")));
    assert_eq!(joined.payload["connection_id"], ann.welcome["connection_id"]);
    assert!(is_in_micros(&joined.payload["timestamp"]), "{}", joined.payload);
    bob.call("join_project", about("elsewhere")).await;
    assert_eq!(ann.event().await.payload["user_id"], "bob");
    let again = bob.call("join_project", about("elsewhere")).await;
    assert_eq!((&again["success"], &again["changed"]), (&json!(true), &json!(false)));

    let left = bob.call("leave_project", about("elsewhere")).await;
    assert_eq!((&left["success"], &left["changed"]), (&json!(true), &json!(true)));
    let told = ann.event_named("project_left").await;
    assert_eq!(told["user_id"], "bob", "bob joined once");
    let heard: Vec<_> = bob.read_already().into_iter().map(|event| event.name).collect();
    assert_eq!(heard, ["project_joined", "project_joined", "project_left"]);
    let nothing = bob.call("leave_project", about("never")).await;
    assert_eq!((&nothing["success"], &nothing["changed"]), (&json!(true), &json!(false)));
    server.stop().await;
}

#[tokio::test]
async fn who_goes_hears_its_projects_no_more_and_nothing_is_left_of_them() {
    let server = TestServer::start().await;
    let (mut ann, mut bob) = (named(&server, "ann").await, Native::named(server.address, "bob").await);
    ann.call("join_project", about("elsewhere")).await;
    bob.call("join_project", about("elsewhere")).await;
    assert_eq!(bob.event_named("project_joined").await["user_id"], "bob");
    assert_eq!(server.server.channels().counts(), (1, 2));
    drop(bob);
    assert_eq!(ann.event_named("project_left").await["user_id"], "bob");
    drop(ann);
    until("nobody hears anything", async || server.server.channels().counts() == (0, 0)).await;
    server.stop().await;
}

#[tokio::test]
async fn a_project_of_ours_is_one_however_its_id_is_written() {
    let server = TestServer::start().await;
    let project = server.rest.project().await.project_id;
    let mut ann = named(&server, "ann").await;
    let answer = ann.call("join_project", about(&project.to_uppercase())).await;
    assert_eq!(answer["project_id"], project.as_str());
    let again = ann.call("join_project", about(&project)).await;
    assert_eq!(again["changed"], false);
    let left = ann.call("leave_project", about(&project.replace('-', ""))).await;
    assert_eq!((&left["project_id"], &left["changed"]), (&json!(project), &json!(true)));
    server.stop().await;
}

#[tokio::test]
async fn what_names_no_project_is_refused() {
    let server = TestServer::start().await;
    let mut ann = named(&server, "ann").await;
    let long = "x".repeat(129);
    for wrong in
        [json!({}), json!({ "project_id": 7 }), about(""), about(&long), json!("elsewhere"), json!(null)]
    {
        let answer = ann.call("join_project", wrong.clone()).await;
        assert_eq!(answer["error"]["code"], "INVALID_REQUEST", "{wrong}: {answer}");
    }
    assert_eq!(ann.call("join_project", about(&long[1..])).await["success"], true);
    server.stop().await;
}

#[tokio::test]
async fn a_heartbeat_is_answered_with_or_without_an_argument() {
    let server = TestServer::start().await;
    let mut ann = named(&server, "ann").await;
    ann.send("42[\"heartbeat\"]").await;
    assert!(is_in_micros(&ann.event_named("heartbeat_response").await["timestamp"]));
    for argument in [json!({}), json!("x"), json!({ "timestamp": 5 })] {
        let answer = ann.call("heartbeat", argument).await;
        assert_eq!(answer["success"], true);
        assert_eq!(ann.event_named("heartbeat_response").await["timestamp"], answer["timestamp"]);
    }
    server.stop().await;
}

#[tokio::test]
async fn an_event_in_a_message_is_taken_as_if_it_had_been_sent_itself() {
    let server = TestServer::start().await;
    let mut ann = named(&server, "ann").await;
    let wrapped = json!({ "event": "join_project", "data": about("elsewhere") });
    let answer = ann.call("message", wrapped.clone()).await;
    assert_eq!((&answer["success"], &answer["project_id"]), (&json!(true), &json!("elsewhere")), "{answer}");
    let as_text = ann.call("message", json!(wrapped.to_string())).await;
    assert_eq!((&as_text["success"], &as_text["changed"]), (&json!(true), &json!(false)), "{as_text}");
    assert_eq!(ann.call("message", json!({ "event": "heartbeat" })).await["success"], true);
    for wrong in
        [json!({ "event": "no_such" }), json!({ "event": "message", "data": wrapped }), json!("no"), json!(3)]
    {
        let answer = ann.call("message", wrong.clone()).await;
        assert_eq!(answer["error"]["code"], "INVALID_REQUEST", "{wrong}: {answer}");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_welcome_names_the_connection_as_the_list_of_connections_does() {
    let server = TestServer::start().await;
    let mut ann = named(&server, "ann").await;
    ann.call("join_project", about("elsewhere")).await;
    let welcome = &ann.welcome;
    assert!(is_in_micros(&welcome["server_time"]), "{welcome}");
    assert_eq!(welcome["features"]["realtime_chat"], true);
    let id = welcome["connection_id"].as_str().unwrap();
    let path = format!("/api/websocket/connections/{id}");
    let (status, answer) = server.rest.send(server.rest.at(Method::GET, &path)).await;
    assert_eq!(status, 200, "{answer}");
    let listed = &answer["data"];
    assert_eq!((&listed["sid"], &listed["project_ids"]), (&json!(ann.id), &json!(["elsewhere"])), "{listed}");
    server.stop().await;
}

#[tokio::test]
async fn who_shows_a_user_and_a_token_is_told_by_an_event_what_came_of_it() {
    let server = TestServer::start().await;
    let mut ann = named(&server, "ann").await;
    ann.call("authenticate", json!({ "user_id": "u1", "token": "any" })).await;
    let told = ann.event_named("authentication_success").await;
    assert_eq!(told["user_id"], "u1");
    assert!(told["timestamp"].as_str().unwrap().ends_with('Z'));
    for wrong in
        [json!({ "user_id": "", "token": "any" }), json!({ "user_id": "u1", "token": "" }), json!("u1")]
    {
        assert_eq!(ann.call("authenticate", wrong).await["success"], false);
        assert_eq!(ann.event_named("authentication_failed").await["error"], "Invalid credentials");
    }
    server.stop().await;
}
