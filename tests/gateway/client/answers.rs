//! Answers of an assistant that does not behave, and clients that do not take them.
//!
//! Proves CHAT-13 (docs/behaviour.md).

use std::time::Duration;

use serde_json::json;

use super::{connect, join, of_user, say, server, text, turn, turn_with};
use crate::support::ollama::{Gate, Script};
use crate::support::plain_socket::PlainSocket;

#[tokio::test]
async fn an_answer_that_breaks_ends_the_turn_as_interrupted_and_says_why() {
    let (server, stub) = server(|_| {}).await;
    let gate = Gate::new();
    stub.plan(Script::new().text("Half").wait(&gate).reset());
    let (mut socket, _) = connect(&server, "desk").await;
    say(&mut socket, "Hi").await;
    assert_eq!(socket.next().await["data"], "Half");
    gate.open();
    let (said, end) = turn(&mut socket).await;
    assert_eq!((said.as_str(), &end["interrupted"]), ("", &json!(true)));
    assert_eq!(end["code"], "ASSISTANT_UNAVAILABLE");
    assert!(!text(&end, "error").is_empty());
    say(&mut socket, "Again").await;
    assert_eq!(turn(&mut socket).await, ("Hello there".to_owned(), json!({ "turn_complete": true })));
    server.stop().await;
}

#[tokio::test]
async fn an_assistant_that_fails_and_comes_back_is_heard_once() {
    let (server, stub) = server(|_| {}).await;
    stub.plan(Script::status(500));
    stub.plan(Script::status(500));
    stub.say(["At last"]);
    let (mut socket, _) = connect(&server, "desk").await;
    say(&mut socket, "Hi").await;
    assert_eq!(turn(&mut socket).await, ("At last".to_owned(), json!({ "turn_complete": true })));
    assert_eq!(stub.asked().len(), 3);
    server.stop().await;
}

#[tokio::test]
async fn an_assistant_that_only_fails_ends_the_turn() {
    let (server, stub) = server(|_| {}).await;
    stub.always(Script::status(500));
    let (mut socket, _) = connect(&server, "desk").await;
    say(&mut socket, "Hi").await;
    let (said, end) = turn(&mut socket).await;
    assert_eq!((said.as_str(), &end["interrupted"]), ("", &json!(true)));
    assert_eq!(end["code"], "ASSISTANT_UNAVAILABLE");
    server.stop().await;
}

#[tokio::test]
async fn an_answer_that_is_cancelled_ends_the_turn_as_interrupted() {
    let (server, stub) = server(|_| {}).await;
    stub.plan(Script::new().text("Half").hang());
    let (mut socket, first) = connect(&server, "desk").await;
    say(&mut socket, "Hi").await;
    assert_eq!(socket.next().await["data"], "Half");
    let path = format!("/conversations/{}", text(&first, "conversation_id"));
    let (_, described) = server.rest.get(&path).await;
    let stream = text(&described["streams"][0], "stream_id").to_owned();
    server.rest.post(&format!("{path}/streams/{stream}/cancel"), json!({})).await;
    assert_eq!(
        turn(&mut socket).await,
        (String::new(), json!({ "turn_complete": true, "interrupted": true }))
    );
    server.stop().await;
}

#[tokio::test]
async fn an_assistant_that_is_slow_is_waited_for_and_the_socket_lives() {
    let (server, stub) = server(|_| {}).await;
    let gate = Gate::new();
    stub.plan(Script::new().wait(&gate).text("Slow").done("stop", 1));
    let (mut socket, first) = connect(&server, "desk").await;
    say(&mut socket, "Hi").await;
    stub.until_asked(1).await;
    // Meanwhile others come, and are heard.
    let (mut other, _) = join(&server, "desk", &first).await;
    say(&mut other, "Still there?").await;
    assert_eq!(socket.next().await, of_user("Still there?"));
    gate.open();
    assert_eq!(turn(&mut socket).await.0, "Slow");
    assert_eq!(turn(&mut other).await.0, "Slow");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_takes_nothing_delays_nobody_and_gets_all_of_it_later() {
    const PIECES: usize = 200;
    let (server, stub) = server(|_| {}).await;
    let piece = "x".repeat(4_000);
    stub.plan(Script::says(std::iter::repeat_n(piece.as_str(), PIECES)));
    let (mut one, first) = connect(&server, "desk").await;
    let path = format!("/ws/desk?conversation_id={}", text(&first, "conversation_id"));
    let slow = PlainSocket::try_connect(server.address, &path, &[], Some(4_096)).await;
    let mut slow = slow.unwrap_or_else(|_| panic!("it is let in"));
    // It is in the conversation once it is greeted; the upgrade alone does not say so.
    assert_eq!(slow.next().await["type"], "connection_established");
    say(&mut one, "Much").await;
    let taken = tokio::time::timeout(Duration::from_secs(60), turn(&mut one)).await;
    assert_eq!(taken.expect("nobody waits for the other").0.len(), piece.len() * PIECES);
    let mut said = Vec::new();
    let (heard, end) = turn_with(&mut slow, |frame| said.push(frame)).await;
    assert_eq!((heard.len(), end), (piece.len() * PIECES, json!({ "turn_complete": true })));
    assert_eq!(said, [of_user("Much")]);
    server.stop().await;
}
