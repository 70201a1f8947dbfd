//! The assistant in a conversation: everybody hears its answer as it is written, and then it is a message.
//!
//! Proves CHAT-6, CHAT-10, CHAT-11, CHAT-12 and CHAT-16 (docs/behaviour.md).

use std::sync::Arc;

use graphroom::store::{SqliteStore, Store};
use serde_json::{Value, json};

use super::{House, about, ask, join, names_told, settings};
use crate::support::ollama::{End, Gate, OllamaStub, Script};
use crate::support::{Client, until};

/// An answer as one client heard it.
pub(super) struct Heard {
    pub(super) text: String,
    pub(super) end: Value,
    pub(super) message: Value,
}

/// Hears an answer to its end, behind the text that it knows: every token has to be at its place.
pub(super) async fn hear(client: &mut Client, stream_id: &str, mut text: String) -> Heard {
    loop {
        let event = client.event().await;
        if event.payload["stream_id"] != stream_id {
            continue;
        }
        match event.name.as_str() {
            "assistant:token" => {
                assert_eq!(event.payload["offset"], text.chars().count(), "{}", event.payload);
                text.push_str(event.payload["token"].as_str().unwrap());
            }
            "assistant:end" => {
                let end = event.payload;
                if end["message_id"].is_null() {
                    return Heard { text, end, message: Value::Null };
                }
                let message = client.event_named("new_message").await["message"].clone();
                assert_eq!(message["message_id"], end["message_id"]);
                return Heard { text, end, message };
            }
            other => assert_eq!(other, "assistant:start"),
        }
    }
}

#[tokio::test]
async fn everybody_gets_the_answer_as_it_is_written_and_then_the_message() {
    let stub = OllamaStub::start().await;
    let house = House::asking(&stub).await;
    let conversation = house.conversation().await;
    let mut ann = house.member("ann", &conversation).await;
    let mut bob = house.member("bob", &conversation).await;
    stub.say(["Gr\u{fc}\u{df}e", " \u{1f469}\u{200d}\u{1f469}", "\u{4e16}", "\u{754c}", " e\u{301}", "."]);
    let stream_id = ask(&mut ann, &conversation, "Greet us").await;
    let question = bob.event().await;
    assert_eq!(question.name, "new_message");
    let start = bob.event().await;
    assert_eq!((start.name.as_str(), &start.payload["stream_id"]), ("assistant:start", &json!(stream_id)));
    assert_eq!(start.payload["reply_to"], question.payload["message"]["message_id"]);
    assert_eq!(start.payload["model"], "small");
    for client in [&mut ann, &mut bob] {
        let heard = hear(client, &stream_id, String::new()).await;
        assert_eq!(heard.text, "Gr\u{fc}\u{df}e \u{1f469}\u{200d}\u{1f469}\u{4e16}\u{754c} e\u{301}.");
        assert_eq!((&heard.end["reason"], &heard.end["total_tokens"]), (&json!("complete"), &json!(6)));
        assert!(heard.end["latency_ms"].as_f64().is_some_and(|ms| ms > 0.0), "{}", heard.end);
        assert_eq!((&heard.message["text"], &heard.message["seq"]), (&json!(heard.text), &json!(2)));
        assert_eq!(
            (&heard.message["role"], &heard.message["author"]["user_id"]),
            (&json!("assistant"), &json!("assistant"))
        );
        assert_eq!(heard.message["metadata"]["stream_id"], stream_id.as_str());
        assert_eq!(names_told(client).await, Vec::<String>::new(), "nothing comes behind the message");
    }
    let joined = join(&mut bob, &conversation).await;
    assert_eq!((&joined["streams"], &joined["messages"][1]["role"]), (&json!([]), &json!("assistant")));
    house.stop().await;
}

#[tokio::test]
async fn who_comes_late_gets_the_text_so_far_and_then_exactly_the_rest() {
    let stub = OllamaStub::start().await;
    let house = House::asking(&stub).await;
    let conversation = house.conversation().await;
    let mut ann = house.member("ann", &conversation).await;
    let gate = Gate::new();
    let script = Script::new().text("\u{1f600} one").wait(&gate).text(" two").wait(&gate).text(" three");
    stub.plan(script.done("stop", 3));
    let stream_id = ask(&mut ann, &conversation, "Count").await;
    assert_eq!(ann.event_named("assistant:token").await["token"], "\u{1f600} one");
    let mut late = house.client("late").await;
    let joined = join(&mut late, &conversation).await;
    let stream = &joined["streams"][0];
    assert_eq!((&stream["stream_id"], &stream["text"]), (&json!(stream_id), &json!("\u{1f600} one")));
    assert_eq!((&stream["model"], joined["streams"].as_array().unwrap().len()), (&json!("small"), 1));
    gate.open();
    assert_eq!(ann.event_named("assistant:token").await["offset"], 5);
    // Who joins once more is told anew, and misses nothing either.
    let anew = join(&mut ann, &conversation).await;
    assert_eq!(anew["streams"][0]["text"], "\u{1f600} one two");
    gate.open();
    let of_late = hear(&mut late, &stream_id, "\u{1f600} one".to_owned()).await;
    let of_ann = hear(&mut ann, &stream_id, "\u{1f600} one two".to_owned()).await;
    for heard in [of_late, of_ann] {
        assert_eq!(
            (heard.text.as_str(), &heard.message["text"]),
            ("\u{1f600} one two three", &json!(heard.text))
        );
    }
    house.stop().await;
}

#[tokio::test]
async fn answers_in_two_conversations_do_not_mix() {
    let stub = OllamaStub::start().await;
    let house = House::asking(&stub).await;
    let (one, other) = (house.conversation().await, house.conversation().await);
    let mut both = house.member("both", &one).await;
    join(&mut both, &other).await;
    let (first, second) = (Gate::new(), Gate::new());
    stub.plan(Script::new().text("a").wait(&first).text("b").done("stop", 2));
    stub.plan(Script::new().text("1").wait(&second).text("2").done("stop", 2));
    let of_one = ask(&mut both, &one, "Letters").await;
    stub.until_asked(1).await;
    let of_other = ask(&mut both, &other, "Digits").await;
    let (mut letters, mut digits) = (String::new(), String::new());
    while letters.len() + digits.len() < 2 {
        let token = both.event_named("assistant:token").await;
        let is_letters = token["stream_id"] == of_one.as_str();
        assert_eq!(token["conversation_id"], if is_letters { one.as_str() } else { other.as_str() });
        let text = if is_letters { &mut letters } else { &mut digits };
        text.push_str(token["token"].as_str().unwrap());
    }
    second.open();
    let heard = hear(&mut both, &of_other, digits).await;
    assert_eq!((heard.text.as_str(), &heard.message["conversation_id"]), ("12", &json!(other)));
    first.open();
    let heard = hear(&mut both, &of_one, letters).await;
    assert_eq!((heard.text.as_str(), &heard.message["conversation_id"]), ("ab", &json!(one)));
    house.stop().await;
}

#[tokio::test]
async fn who_cancels_an_answer_keeps_what_was_said() {
    let stub = OllamaStub::start().await;
    let house = House::asking(&stub).await;
    let conversation = house.conversation().await;
    let mut ann = house.member("ann", &conversation).await;
    let mut bob = house.member("bob", &conversation).await;
    stub.plan(Script::new().text("So far").hang());
    let stream_id = ask(&mut ann, &conversation, "Go on for ever").await;
    ann.event_named("assistant:token").await;
    let cancel = about(&conversation, json!({ "stream_id": stream_id }));
    assert_eq!(bob.call("chat:cancel", cancel.clone()).await, json!({ "success": true }));
    stub.until_hung_up_on(0).await;
    let heard = hear(&mut ann, &stream_id, "So far".to_owned()).await;
    assert_eq!((&heard.end["reason"], &heard.message["text"]), (&json!("cancelled"), &json!("So far")));
    assert_eq!(heard.message["metadata"]["reason"], "cancelled");
    let again = bob.call("chat:cancel", cancel).await;
    assert_eq!(again["error"]["code"], "STREAM_NOT_FOUND");
    // One that has not said anything leaves no message.
    stub.plan(Script::mute());
    let stream_id = ask(&mut ann, &conversation, "Think").await;
    stub.until_asked(2).await;
    bob.call("chat:cancel", about(&conversation, json!({ "stream_id": stream_id }))).await;
    let heard = hear(&mut ann, &stream_id, String::new()).await;
    assert_eq!((&heard.end["reason"], &heard.end["message_id"]), (&json!("cancelled"), &Value::Null));
    house.stop().await;
}

#[tokio::test]
async fn when_the_last_listener_goes_nobody_is_asked_any_more() {
    let stub = OllamaStub::start().await;
    let house = House::asking(&stub).await;
    let conversation = house.conversation().await;
    let mut ann = house.member("ann", &conversation).await;
    let mut bob = house.member("bob", &conversation).await;
    let gate = Gate::new();
    stub.plan(Script::new().text("One").wait(&gate).text(" two").hang());
    ask(&mut ann, &conversation, "Count").await;
    ann.event_named("assistant:token").await;
    drop(ann);
    gate.open();
    while bob.event_named("assistant:token").await["offset"] != 3 {}
    assert_eq!(stub.asked()[0].end, End::NotYet, "somebody listens still");
    bob.call("chat:leave", about(&conversation, json!({}))).await;
    stub.until_hung_up_on(0).await;
    let id = conversation.parse().unwrap();
    until("what was said is a message", async || {
        house.store.conversation(id).await.unwrap().unwrap().head == 2
    })
    .await;
    let message = join(&mut bob, &conversation).await["messages"][1].clone();
    assert_eq!((&message["text"], &message["metadata"]["reason"]), (&json!("One two"), &json!("abandoned")));
    house.stop().await;
}

#[tokio::test]
async fn another_attempt_before_the_first_token_is_seen_by_nobody() {
    let stub = OllamaStub::start().await;
    let house = House::asking(&stub).await;
    let conversation = house.conversation().await;
    let mut ann = house.member("ann", &conversation).await;
    stub.plan(Script::status(500));
    stub.plan(Script::new().bytes("garbage\n"));
    stub.say(["At", " last"]);
    let stream_id = ask(&mut ann, &conversation, "Come on").await;
    let start = ann.event_named("assistant:start").await;
    assert_eq!(start["stream_id"], stream_id.as_str());
    let heard = hear(&mut ann, &stream_id, String::new()).await;
    assert_eq!((heard.text.as_str(), &heard.end["reason"]), ("At last", &json!("complete")));
    assert_eq!(heard.end["error"], Value::Null);
    assert_eq!(stub.asked().len(), 3);
    house.stop().await;
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_kept_as_far_as_it_came_and_not_repeated() {
    let stub = OllamaStub::start().await;
    let house = House::asking(&stub).await;
    let conversation = house.conversation().await;
    let mut ann = house.member("ann", &conversation).await;
    let gate = Gate::new();
    stub.plan(Script::new().text("It begins").wait(&gate).reset());
    let stream_id = ask(&mut ann, &conversation, "Tell").await;
    assert_eq!(ann.event_named("assistant:token").await["token"], "It begins");
    gate.open();
    let heard = hear(&mut ann, &stream_id, "It begins".to_owned()).await;
    assert_eq!((heard.text.as_str(), &heard.end["reason"]), ("It begins", &json!("error")));
    assert_eq!(heard.end["error"]["code"], "ASSISTANT_UNAVAILABLE");
    assert_eq!(
        (&heard.message["text"], &heard.message["metadata"]["reason"]),
        (&json!("It begins"), &json!("error"))
    );
    assert_eq!(stub.asked().len(), 1);
    // One that never begins leaves no message.
    stub.always(Script::status(500));
    let stream_id = ask(&mut ann, &conversation, "Again").await;
    let heard = hear(&mut ann, &stream_id, String::new()).await;
    assert_eq!((&heard.end["reason"], &heard.end["message_id"]), (&json!("error"), &Value::Null));
    assert!(!heard.end.to_string().contains("of the inside"), "{}", heard.end);
    house.stop().await;
}

#[tokio::test]
async fn a_server_that_goes_down_keeps_what_was_said_of_an_answer_and_tells_its_end() {
    let directory = tempfile::tempdir().unwrap();
    let open = || Arc::new(SqliteStore::open(directory.path()).unwrap()) as Arc<dyn Store>;
    let stub = OllamaStub::start().await;
    let house = House::on(open(), Some(settings(&stub))).await;
    let conversation = house.conversation().await;
    let mut ann = house.member("ann", &conversation).await;
    stub.plan(Script::new().text("Half of it").hang());
    let stream_id = ask(&mut ann, &conversation, "Tell me all").await;
    ann.event_named("assistant:token").await;
    let (heard, ()) = tokio::join!(hear(&mut ann, &stream_id, "Half of it".to_owned()), house.stop());
    assert_eq!((&heard.end["reason"], &heard.message["text"]), (&json!("cancelled"), &json!("Half of it")));
    stub.until_hung_up_on(0).await;
    let house = House::on(open(), None).await;
    let mut ann = house.client("ann").await;
    let joined = join(&mut ann, &conversation).await;
    let texts: Vec<_> =
        joined["messages"].as_array().unwrap().iter().map(|one| one["text"].clone()).collect();
    assert_eq!(texts, ["Tell me all", "Half of it"]);
    assert_eq!(joined["messages"][1], heard.message);
    house.stop().await;
}

#[tokio::test]
async fn a_deleted_conversation_s_answer_ends_and_nobody_hears_of_it() {
    let stub = OllamaStub::start().await;
    let house = House::asking(&stub).await;
    let conversation = house.conversation().await;
    let mut ann = house.member("ann", &conversation).await;
    stub.plan(Script::new().text("So").hang());
    ask(&mut ann, &conversation, "Well?").await;
    ann.event_named("assistant:token").await;
    let id = conversation.parse().unwrap();
    house.server.server.conversations().delete(id).await.unwrap();
    assert_eq!(ann.event_named("conversation_deleted").await["conversation_id"], conversation.as_str());
    stub.until_hung_up_on(0).await;
    until("nothing is left", async || house.server.server.conversations().live() == 0).await;
    assert_eq!(names_told(&mut ann).await, Vec::<String>::new());
    let gone = ann.call("chat:send", about(&conversation, json!({ "text": "Still?" }))).await;
    assert_eq!(gone["error"]["code"], "CONVERSATION_NOT_FOUND");
    house.stop().await;
}

#[tokio::test]
async fn a_message_that_was_kept_before_the_server_died_is_answered_when_it_is_repeated_and_once() {
    let stub = OllamaStub::start().await;
    let directory = tempfile::tempdir().unwrap();
    let open = || Arc::new(SqliteStore::open(directory.path()).unwrap()) as Arc<dyn Store>;
    // Kept, and the assistant was not asked any more.
    let house = House::on(open(), Some(settings(&stub))).await;
    let (left, seen_to) = (house.conversation().await, house.conversation().await);
    let message = |conversation: &str, more: Value| {
        let mut said = about(conversation, json!({ "message_id": "one", "text": "Which doors?" }));
        said.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        said
    };
    let asking = |conversation: &str| message(conversation, json!({ "assistant": {} }));
    let mut ann = house.member("ann", &left).await;
    join(&mut ann, &seen_to).await;
    ann.call("chat:send", message(&left, json!({}))).await;
    let again = ann.call("chat:send", asking(&left)).await;
    assert_eq!(
        (&again["duplicate"], &again["stream_id"]),
        (&json!(true), &Value::Null),
        "it was no question"
    );
    let stream_id = ann.call("chat:send", asking(&seen_to)).await["stream_id"].as_str().unwrap().to_owned();
    hear(&mut ann, &stream_id, String::new()).await;
    house.stop().await;

    let house = House::on(open(), Some(settings(&stub))).await;
    let mut ann = house.member("ann", &left).await;
    join(&mut ann, &seen_to).await;
    let answered = ann.call("chat:send", asking(&seen_to)).await;
    assert_eq!(
        (&answered["duplicate"], &answered["stream_id"]),
        (&json!(true), &Value::Null),
        "it has an answer"
    );
    let plain = ann.call("chat:send", message(&left, json!({}))).await;
    assert_eq!(plain["stream_id"], Value::Null, "nobody wants an answer");
    let asked = ann.call("chat:send", asking(&left)).await;
    assert_eq!(asked["duplicate"], true, "{asked}");
    let once_more = ann.call("chat:send", asking(&left)).await;
    assert_eq!(once_more["stream_id"], Value::Null, "it is asked about already");
    let heard = hear(&mut ann, asked["stream_id"].as_str().unwrap(), String::new()).await;
    assert_eq!(heard.message["metadata"]["reply_to"], "one", "{}", heard.message);
    let once_more = ann.call("chat:send", asking(&left)).await;
    assert_eq!(once_more["stream_id"], Value::Null, "it has an answer");
    house.stop().await;
}
