//! What is said, and who hears it.
//!
//! Proves CHAT-13 (docs/behaviour.md).

use std::time::Duration;

use graphroom::identity::Mode;
use reqwest::Method;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::{connect, join, of_user, say, server, text, turn, turn_with, without_assistant};
use crate::support::ollama::{Gate, Script};
use crate::support::{TestServer, until};

/// The messages of a conversation, as REST shows them.
async fn messages(server: &TestServer, first: &Value) -> Vec<Value> {
    let path = format!("/conversations/{}/messages", text(first, "conversation_id"));
    let (status, page) = server.rest.get(&path).await;
    assert_eq!(status, 200, "{page}");
    page["messages"].as_array().unwrap().clone()
}

#[tokio::test]
async fn text_is_answered_by_pieces_and_then_by_a_frame_that_ends_the_turn_alone() {
    let (server, stub) = server(|_| {}).await;
    stub.say(["Once", " upon", " a time"]);
    let (mut socket, first) = connect(&server, "desk").await;
    say(&mut socket, "Tell me a story").await;
    let piece = socket.next().await;
    let expected = json!({ "mime_type": "text/plain", "data": "Once", "role": "model", "partial": true,
        "turn_complete": false });
    assert_eq!(piece, expected);
    let (rest, end) = turn(&mut socket).await;
    assert_eq!((rest.as_str(), end), (" upon a time", json!({ "turn_complete": true })));
    let kept = messages(&server, &first).await;
    let said: Vec<_> = kept.iter().map(|one| (text(one, "role"), text(one, "text"))).collect();
    assert_eq!(said, [("user", "Tell me a story"), ("assistant", "Once upon a time")]);
    assert_eq!(kept[0]["author"]["user_id"], "desk");
    server.stop().await;
}

#[tokio::test]
async fn every_tab_of_a_conversation_hears_what_is_said_and_answered() {
    let (server, stub) = server(|_| {}).await;
    stub.say(["Hello"]);
    let (mut one, first) = connect(&server, "desk").await;
    let (mut other, _) = join(&server, "desk", &first).await;
    let (mut elsewhere, _) = connect(&server, "desk").await;
    say(&mut one, "Hi").await;
    assert_eq!(other.next().await, of_user("Hi"));
    for tab in [&mut one, &mut other] {
        assert_eq!(turn(tab).await, ("Hello".to_owned(), json!({ "turn_complete": true })));
    }
    // What is said in one conversation is not heard in another.
    say(&mut elsewhere, "Ho").await;
    assert_eq!(turn(&mut elsewhere).await.0, "Hello there");
    say(&mut other, "Again").await;
    assert_eq!(one.next().await, of_user("Again"));
    server.stop().await;
}

#[tokio::test]
async fn who_comes_later_gets_the_text_so_far_as_one_piece() {
    let (server, stub) = server(|_| {}).await;
    let gate = Gate::new();
    stub.plan(Script::new().text("One ").text("two ").wait(&gate).text("three").done("stop", 3));
    let (mut one, first) = connect(&server, "desk").await;
    say(&mut one, "Count").await;
    let mut heard = String::new();
    while heard != "One two " {
        heard.push_str(text(&one.next().await, "data"));
    }
    let (mut late, _) = join(&server, "desk", &first).await;
    assert_eq!(late.next().await["data"], "One two ");
    gate.open();
    assert_eq!(turn(&mut late).await.0, "three");
    assert_eq!(turn(&mut one).await.0, "three");
    server.stop().await;
}

#[tokio::test]
async fn the_same_text_within_five_seconds_is_one_message_and_is_asked_once() {
    let (server, stub) = server(|_| {}).await;
    let (mut socket, first) = connect(&server, "desk").await;
    say(&mut socket, "Hi").await;
    assert_eq!(turn(&mut socket).await.0, "Hello there");
    say(&mut socket, " Hi ").await;
    // Nobody waits for an answer that does not come.
    assert_eq!(turn(&mut socket).await, (String::new(), json!({ "turn_complete": true })));
    say(&mut socket, "Ho").await;
    assert_eq!(turn(&mut socket).await.0, "Hello there");
    let kept = messages(&server, &first).await;
    let said: Vec<_> = kept.iter().filter(|one| one["role"] == "user").map(|one| text(one, "text")).collect();
    assert_eq!((said, stub.asked().len()), (vec!["Hi", "Ho"], 2));
    server.stop().await;
}

#[tokio::test]
async fn what_is_said_while_an_answer_is_written_is_answered_behind_it_together() {
    let (server, stub) = server(|_| {}).await;
    let gate = Gate::new();
    stub.plan(Script::new().text("First").wait(&gate).done("stop", 1));
    stub.say(["Second"]);
    let (mut socket, _) = connect(&server, "desk").await;
    say(&mut socket, "One").await;
    assert_eq!(socket.next().await["data"], "First");
    for more in ["Two", "Three"] {
        say(&mut socket, more).await;
    }
    socket.send(&json!({ "mime_type": "x", "data": "" })).await;
    // Both were taken by now.
    assert_eq!(socket.next().await["type"], "error");
    gate.open();
    assert_eq!(turn(&mut socket).await, (String::new(), json!({ "turn_complete": true })));
    assert_eq!(turn(&mut socket).await, ("Second".to_owned(), json!({ "turn_complete": true })));
    let asked = stub.asked()[1].body["messages"].clone();
    let said: Vec<_> = asked.as_array().unwrap().iter().map(|one| text(one, "content")).collect();
    assert_eq!(said, ["One", "Two", "Three"]);
    server.stop().await;
}

#[tokio::test]
async fn without_an_assistant_a_message_is_kept_and_told_and_the_author_hears_why_there_is_no_answer() {
    let server = without_assistant().await;
    let (mut one, first) = connect(&server, "desk").await;
    let (mut other, _) = join(&server, "desk", &first).await;
    say(&mut one, "Hi").await;
    assert_eq!(other.next().await, of_user("Hi"));
    let error = one.next().await;
    assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!("ASSISTANT_UNAVAILABLE")));
    assert_eq!(messages(&server, &first).await.len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_told_and_changes_nothing() {
    let (server, _stub) = server(|_| {}).await;
    let (mut socket, first) = connect(&server, "desk").await;
    let long = "x".repeat(10_001);
    for (frame, code) in [
        (json!({}), "INVALID_REQUEST"),
        (json!({ "mime_type": "image/png", "data": "x" }), "INVALID_REQUEST"),
        (json!({ "mime_type": "text/plain" }), "INVALID_REQUEST"),
        (json!({ "mime_type": "text/plain", "data": 5 }), "INVALID_REQUEST"),
        (json!({ "mime_type": "text/plain", "data": "  " }), "INVALID_REQUEST"),
        (json!({ "mime_type": "text/plain", "data": long }), "PAYLOAD_TOO_LARGE"),
    ] {
        socket.send(&frame).await;
        let error = socket.next().await;
        assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!(code)), "{frame}");
        assert!(!text(&error, "error").is_empty());
    }
    say(&mut socket, &"x".repeat(10_000)).await;
    assert_eq!(turn(&mut socket).await.0, "Hello there");
    assert_eq!(messages(&server, &first).await.len(), 2);
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_object_closes_the_connection() {
    let (server, _stub) = server(|_| {}).await;
    for (message, code) in
        [(Message::text("{"), 1002), (Message::text("[]"), 1002), (Message::binary(vec![1, 2]), 1003)]
    {
        let (mut socket, _) = connect(&server, "desk").await;
        socket.send_message(message).await;
        assert_eq!(socket.closed().await.code, code);
    }
    server.stop().await;
}

#[tokio::test]
async fn who_talks_in_a_conversation_that_is_deleted_is_told_and_comes_back_to_a_new_one() {
    let (server, _stub) = server(|_| {}).await;
    let (mut socket, first) = connect(&server, "desk").await;
    let path = format!("/api/v1/conversations/{}", text(&first, "conversation_id"));
    let deleted = server.rest.at(Method::DELETE, &path).send().await.unwrap().status();
    assert!(deleted.is_success(), "{deleted}");
    assert_eq!(socket.next().await["code"], "CONVERSATION_NOT_FOUND");
    say(&mut socket, "Hi").await;
    // Any code but 1000 makes clients come back.
    assert_eq!(socket.closed().await.code, 1008);
    let (_, again) = join(&server, "desk", &first).await;
    assert_ne!(again["conversation_id"], first["conversation_id"]);
    server.stop().await;
}

#[tokio::test]
async fn participants_of_a_conversation_hear_each_other() {
    let (server, stub) = server(|parts| parts.credentials.mode = Mode::Open).await;
    stub.always(Script::says(["Yes"]));
    let (mut ann, first) = connect(&server, "ann").await;
    // A conversation of nobody's client is everybody's who may read it.
    let (_, made) = server.rest.named("ann").post("/conversations", json!({ "title": "Shared" })).await;
    let id = text(&made, "conversation_id");
    assert_ne!(first["conversation_id"], made["conversation_id"]);
    say(&mut ann, "Alone").await;
    turn(&mut ann).await;
    let (mut ann, here) = connect(&server, &format!("ann?conversation_id={id}")).await;
    assert_eq!(text(&here, "conversation_id"), id);
    let (mut bob, _) = connect(&server, &format!("bob?conversation_id={id}")).await;
    say(&mut ann, "Hi").await;
    assert_eq!(bob.next().await, of_user("Hi"));
    turn(&mut bob).await;
    turn(&mut ann).await;
    // What is said over REST is heard, too.
    let path = format!("/conversations/{id}/messages");
    server.rest.named("carol").post(&path, json!({ "text": "By REST", "assistant": {} })).await;
    let mut heard = Vec::new();
    turn_with(&mut bob, |frame| heard.push(frame)).await;
    assert_eq!(heard, [of_user("By REST")]);
    server.stop().await;
}

#[tokio::test]
async fn an_answer_that_nobody_hears_any_more_stops() {
    let (server, stub) = server(|_| {}).await;
    stub.plan(Script::new().text("Never").hang());
    let (mut socket, _) = connect(&server, "desk").await;
    say(&mut socket, "Hi").await;
    assert_eq!(socket.next().await["data"], "Never");
    socket.close().await;
    stub.until_hung_up_on(0).await;
    until("nobody is there", async || server.server.conversations().live() == 0).await;
    server.stop().await;
}

#[tokio::test]
async fn who_says_and_hears_nothing_for_too_long_is_closed_by_a_code_that_clients_come_back_from() {
    let (server, _stub) = server(|parts| parts.client.idle = Duration::from_millis(300)).await;
    let (mut socket, _) = connect(&server, "desk").await;
    let closed = socket.closed().await;
    assert_eq!((closed.code, closed.reason.as_str()), (1001, "Inactive connection"));
    server.stop().await;
}

#[tokio::test]
async fn what_is_heard_counts_as_well_as_what_is_said() {
    let (server, stub) = server(|parts| parts.client.idle = Duration::from_secs(2)).await;
    stub.always(Script::says(["Yes"]));
    let (mut talker, first) = connect(&server, "desk").await;
    let (mut listener, _) = join(&server, "desk", &first).await;
    let begun = std::time::Instant::now();
    let mut said = 0;
    // Long after the listener would be gone that says nothing itself.
    while begun.elapsed() < Duration::from_secs(4) {
        said += 1;
        say(&mut talker, &format!("{said}")).await;
        turn(&mut talker).await;
        let heard = turn_with(&mut listener, drop).await;
        assert_eq!(heard.0, "Yes");
    }
    server.stop().await;
}
