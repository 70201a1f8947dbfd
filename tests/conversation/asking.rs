//! What the assistant may be asked, and what it is shown.

use std::sync::Arc;

use graphroom::conversation::Beginning;
use graphroom::conversation::assistant::Settings;
use graphroom::store::MemoryStore;
use serde_json::{Value, json};

use super::assistant::hear;
use super::{House, about, ask, begin, join, names_told, say, settings};
use crate::support::ollama::{OllamaStub, Script};

/// What the assistant was shown, question by question: roles and texts.
fn shown(stub: &OllamaStub, question: usize) -> Vec<(String, String)> {
    let asked = stub.asked();
    let messages = asked[question].body["messages"].as_array().unwrap().clone();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    messages.iter().map(|message| (text(&message["role"]), text(&message["content"]))).collect()
}

#[tokio::test]
async fn without_an_assistant_the_message_is_kept_and_everything_else_works() {
    let house = House::start().await;
    let conversation = house.conversation().await;
    let mut ann = house.member("ann", &conversation).await;
    let mut bob = house.member("bob", &conversation).await;
    let asked = about(&conversation, json!({ "text": "Anybody?", "assistant": {} }));
    let answer = ann.call("chat:send", asked).await;
    assert_eq!((&answer["success"], &answer["message"]["seq"]), (&json!(true), &json!(1)));
    assert_eq!(answer["assistant_error"]["code"], "ASSISTANT_UNAVAILABLE");
    assert_eq!(answer["stream_id"], Value::Null);
    say(&mut bob, &conversation, "Only me").await;
    assert_eq!(names_told(&mut bob).await, ["new_message"]);
    assert_eq!(names_told(&mut ann).await, ["new_message"]);
    house.stop().await;
}

#[tokio::test]
async fn what_the_assistant_may_not_be_asked_is_said_and_the_message_is_kept() {
    let stub = OllamaStub::start().await;
    let house = House::asking(&stub).await;
    let conversation = house.conversation().await;
    let mut ann = house.member("ann", &conversation).await;
    for (asked, code) in [
        (json!({ "model": "huge" }), "INVALID_REQUEST"),
        (json!({ "temperature": 2.5 }), "INVALID_REQUEST"),
        (json!({ "max_tokens": 0 }), "INVALID_REQUEST"),
        (json!({ "max_tokens": 1_000_000 }), "INVALID_REQUEST"),
        (json!({ "node_id": "0190a000-0000-7000-8000-000000000000" }), "NODE_NOT_FOUND"),
    ] {
        let message = about(&conversation, json!({ "text": "Well?", "assistant": asked }));
        let answer = ann.call("chat:send", message).await;
        assert_eq!(
            (&answer["success"], &answer["assistant_error"]["code"]),
            (&json!(true), &json!(code)),
            "{asked}"
        );
    }
    assert_eq!(join(&mut ann, &conversation).await["conversation"]["head"], 5);
    assert_eq!(stub.asked().len(), 0);
    let allowed = json!({ "model": "small", "temperature": 0.5, "max_tokens": 7.0 });
    let message = about(&conversation, json!({ "text": "Well?", "assistant": allowed }));
    ann.call("chat:send", message).await;
    stub.until_asked(1).await;
    let options = &stub.asked()[0].body["options"];
    assert_eq!((&options["temperature"], &options["num_predict"]), (&json!(0.5), &json!(7)));
    house.stop().await;
}

#[tokio::test]
async fn there_are_only_so_many_answers_at_once() {
    let stub = OllamaStub::start().await;
    let settings = Settings { at_once: 2, ..settings(&stub) };
    let house = House::on(Arc::new(MemoryStore::new()), Some(settings)).await;
    let conversation = house.conversation().await;
    let mut ann = house.member("ann", &conversation).await;
    stub.always(Script::new().text("Long").hang());
    let first = ask(&mut ann, &conversation, "One").await;
    ask(&mut ann, &conversation, "Two").await;
    let asked = about(&conversation, json!({ "text": "Three", "assistant": {} }));
    let refused = ann.call("chat:send", asked).await;
    assert_eq!((&refused["success"], &refused["assistant_error"]["code"]), (&json!(true), &json!("BUSY")));
    ann.call("chat:cancel", about(&conversation, json!({ "stream_id": first }))).await;
    hear(&mut ann, &first, String::new()).await;
    ask(&mut ann, &conversation, "Four").await;
    house.stop().await;
}

#[tokio::test]
async fn the_assistant_is_shown_what_was_said_but_nothing_that_was_deleted() {
    let stub = OllamaStub::start().await;
    let house = House::asking(&stub).await;
    let conversation = house.conversation().await;
    let mut ann = house.member("ann", &conversation).await;
    say(&mut ann, &conversation, "First").await;
    let secret = say(&mut ann, &conversation, "A secret").await["message"]["message_id"].clone();
    ann.call("chat:delete", about(&conversation, json!({ "message_id": secret }))).await;
    stub.say(["An answer"]);
    let stream_id = ask(&mut ann, &conversation, "Second").await;
    hear(&mut ann, &stream_id, String::new()).await;
    let said = |role: &str, text: &str| (role.to_owned(), text.to_owned());
    assert_eq!(shown(&stub, 0), [said("user", "First"), said("user", "Second")]);
    let stream_id = ask(&mut ann, &conversation, "Third").await;
    hear(&mut ann, &stream_id, String::new()).await;
    let before = [said("user", "First"), said("user", "Second"), said("assistant", "An answer")];
    assert_eq!(shown(&stub, 1)[..3], before);
    assert_eq!(shown(&stub, 1)[3..], [said("user", "Third")]);
    house.stop().await;
}

#[tokio::test]
async fn what_is_too_much_to_be_shown_loses_its_oldest_part() {
    let stub = OllamaStub::start().await;
    let house = House::asking(&stub).await;
    let conversation = house.conversation().await;
    let mut ann = house.member("ann", &conversation).await;
    // A token is taken for four characters, and there are 4,096: the last two and the question fit.
    for n in 0..4 {
        say(&mut ann, &conversation, &format!("{n}{}", "\u{e9}".repeat(6_000))).await;
    }
    let stream_id = ask(&mut ann, &conversation, "And now?").await;
    hear(&mut ann, &stream_id, String::new()).await;
    let firsts: Vec<String> =
        shown(&stub, 0).iter().map(|(_, text)| text.chars().take(1).collect()).collect();
    assert_eq!(firsts, ["2", "3", "A"]);
    // What is asked about is there, whatever its length.
    let stream_id = ask(&mut ann, &conversation, &"x".repeat(32_768)).await;
    hear(&mut ann, &stream_id, String::new()).await;
    let lengths: Vec<usize> = shown(&stub, 1).iter().map(|(_, text)| text.len()).collect();
    assert_eq!(lengths, [32_768]);
    house.stop().await;
}

#[tokio::test]
async fn the_assistant_is_shown_the_part_of_the_project_that_is_asked_about() {
    let stub = OllamaStub::start().await;
    let house = House::asking(&stub).await;
    let project = house.server.rest.project().await;
    let create =
        |name: &str, parent: &str| json!({ "blueprint_type_id": "phase", "parent_id": parent, "name": name });
    let made = house.server.rest.execute(&project, "CreateNode", create("Body work", &project.root)).await;
    house.server.rest.execute(&project, "CreateNode", create("Paint", &project.root)).await;
    let node = made["node_id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    let of = Beginning { project_id: Some(project.project_id.clone()), ..Beginning::default() };
    let conversation = begin(&house.store, "ann", of).await;
    let mut ann = house.member("ann", &conversation).await;
    for (question, (node, has_paint)) in [(&node, false), (&project.root, true)].into_iter().enumerate() {
        let asked = json!({ "text": "What is to be done?", "assistant": { "node_id": node } });
        let answer = ann.call("chat:send", about(&conversation, asked)).await;
        assert_eq!(answer["assistant_error"], Value::Null);
        hear(&mut ann, answer["stream_id"].as_str().unwrap(), String::new()).await;
        let (role, text) = shown(&stub, question).remove(0);
        assert_eq!(
            (role.as_str(), text.contains("Body work"), text.contains("Paint")),
            ("system", true, has_paint)
        );
    }
    let unknown = json!({ "text": "?", "assistant": { "node_id": "0190a000-0000-7000-8000-000000000000" } });
    let refused = ann.call("chat:send", about(&conversation, unknown)).await;
    assert_eq!(refused["assistant_error"]["code"], "NODE_NOT_FOUND");
    house.stop().await;
}
