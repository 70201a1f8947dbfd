//! Sound: heard by others in the conversation, kept nowhere.
//!
//! Proves CHAT-14 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{connect, join, say, text, turn_with, without_assistant};
use crate::support::plain_socket::PlainSocket;

fn sound(data: &str) -> Value {
    json!({ "mime_type": "audio/pcm", "data": data })
}

#[tokio::test]
async fn sound_is_heard_by_the_others_of_the_conversation_and_not_kept() {
    let server = without_assistant().await;
    let (mut one, first) = connect(&server, "desk?is_audio=true").await;
    let (mut other, _) = join(&server, "desk", &first).await;
    let (mut elsewhere, _) = connect(&server, "desk").await;
    one.send(&sound("AAECAw==")).await;
    let heard = other.next().await;
    assert_eq!(heard, json!({ "mime_type": "audio/pcm", "data": "AAECAw==", "role": "user" }));
    say(&mut one, "Heard?").await;
    say(&mut elsewhere, "Nothing?").await;
    // The first thing that each of them hears is no sound.
    assert_eq!(one.next().await["code"], "ASSISTANT_UNAVAILABLE");
    assert_eq!(elsewhere.next().await["code"], "ASSISTANT_UNAVAILABLE");
    let path = format!("/conversations/{}/messages", text(&first, "conversation_id"));
    let (_, page) = server.rest.get(&path).await;
    assert_eq!(page["messages"].as_array().unwrap().len(), 1, "{page}");
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_sound_or_too_much_of_it_is_refused() {
    let server = without_assistant().await;
    let (mut one, first) = connect(&server, "desk").await;
    let (mut other, _) = join(&server, "desk", &first).await;
    for (data, code) in [("no base64!", "INVALID_REQUEST"), (&"A".repeat(90_000), "PAYLOAD_TOO_LARGE")] {
        one.send(&sound(data)).await;
        assert_eq!(one.next().await["code"], code);
    }
    say(&mut one, "Hi").await;
    assert_eq!(other.next().await["data"], "Hi");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sound_is_lost_for_who_does_not_take_it_and_text_is_not() {
    const FRAMES: usize = 80;
    let (server, stub) = super::server(|_| {}).await;
    stub.say(["All", " of", " it"]);
    let (mut one, first) = connect(&server, "desk").await;
    let path = format!("/ws/desk?conversation_id={}", text(&first, "conversation_id"));
    let slow = PlainSocket::try_connect(server.address, &path, &[], Some(4_096)).await;
    let mut slow = slow.unwrap_or_else(|_| panic!("it is let in"));
    assert_eq!(slow.next().await["type"], "connection_established");
    let frame = sound(&"A".repeat(80_000));
    for _ in 0..FRAMES {
        one.send(&frame).await;
    }
    say(&mut one, "Done").await;
    // The talker is not held up by who takes nothing.
    assert_eq!(turn_with(&mut one, |frame| panic!("{frame}")).await.0, "All of it");
    let (mut sounds, mut said) = (0, Vec::new());
    let heard = turn_with(&mut slow, |frame| match frame["mime_type"].as_str() {
        Some("audio/pcm") => sounds += 1,
        _ => said.push(frame["data"].clone()),
    });
    assert_eq!(heard.await.0, "All of it");
    assert_eq!(said, ["Done"]);
    assert!((1..FRAMES).contains(&sounds), "{sounds} were heard");
    server.stop().await;
}
