//! Who is writing: told to the others, as long as it goes on.
//!
//! Proves CHAT-8 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{House, about, join, names_told, say};
use crate::support::Client;

async fn writes(client: &mut Client, conversation: &str, is_typing: bool) {
    let answer = client.call("typing", about(conversation, json!({ "is_typing": is_typing }))).await;
    assert_eq!(answer, json!({ "success": true }));
}

#[tokio::test]
async fn the_others_hear_who_writes_and_who_stopped() {
    let house = House::start().await;
    let conversation = house.conversation().await;
    let mut ann = house.member("ann", &conversation).await;
    let mut bob = house.member("bob", &conversation).await;
    for _ in 0..2 {
        writes(&mut ann, &conversation, true).await;
    }
    let told = bob.event().await;
    assert_eq!((told.name.as_str(), &told.payload["user_id"]), ("typing_indicator", &json!("ann")));
    assert_eq!(told.payload["conversation_id"], conversation.as_str());
    let mut cyd = house.client("cyd").await;
    let joined = join(&mut cyd, &conversation).await;
    assert_eq!(joined["typing"], json!([{ "user_id": "ann" }]), "who joins is told who writes");
    writes(&mut ann, &conversation, false).await;
    assert_eq!(names_told(&mut bob).await, ["typing_stop"], "it is told once that somebody writes");
    assert_eq!(names_told(&mut cyd).await, ["typing_stop"]);
    assert_eq!(names_told(&mut ann).await, Vec::<String>::new());
    writes(&mut ann, &conversation, false).await;
    assert_eq!(names_told(&mut bob).await, Vec::<String>::new(), "who does not write does not stop");
    house.stop().await;
}

#[tokio::test]
async fn who_sends_what_it_wrote_writes_no_more() {
    let house = House::start().await;
    let conversation = house.conversation().await;
    let mut ann = house.member("ann", &conversation).await;
    let mut bob = house.member("bob", &conversation).await;
    writes(&mut ann, &conversation, true).await;
    say(&mut ann, &conversation, "This is it").await;
    assert_eq!(names_told(&mut bob).await, ["typing_indicator", "new_message", "typing_stop"]);
    house.stop().await;
}

#[tokio::test]
async fn who_leaves_or_goes_writes_no_more() {
    let house = House::start().await;
    let conversation = house.conversation().await;
    let mut bob = house.member("bob", &conversation).await;
    let mut ann = house.member("ann", &conversation).await;
    writes(&mut ann, &conversation, true).await;
    ann.call("chat:leave", about(&conversation, json!({}))).await;
    assert_eq!(names_told(&mut bob).await, ["typing_indicator", "typing_stop"]);
    join(&mut ann, &conversation).await;
    writes(&mut ann, &conversation, true).await;
    drop(ann);
    assert_eq!(bob.event().await.name, "typing_indicator");
    let stopped = bob.event().await;
    assert_eq!((stopped.name.as_str(), &stopped.payload["user_id"]), ("typing_stop", &json!("ann")));
    house.stop().await;
}

/// Takes the six seconds for which it counts.
#[tokio::test]
async fn who_says_no_more_of_it_writes_no_more() {
    let house = House::start().await;
    let conversation = house.conversation().await;
    let mut bob = house.member("bob", &conversation).await;
    let mut ann = house.member("ann", &conversation).await;
    writes(&mut ann, &conversation, true).await;
    assert_eq!(bob.event().await.name, "typing_indicator");
    assert_eq!(bob.event().await.name, "typing_stop");
    assert_eq!(join(&mut ann, &conversation).await["typing"], json!([]));
    let unknown = about("0190a000-0000-7000-8000-000000000000", json!({ "is_typing": true }));
    let refused = ann.call("typing", unknown).await;
    assert_eq!(refused["error"]["code"], "CONVERSATION_NOT_FOUND", "{refused}");
    let nothing = ann.call("typing", about(&conversation, json!({ "is_typing": Value::Null }))).await;
    assert_eq!(nothing["error"]["code"], "INVALID_REQUEST");
    house.stop().await;
}
