//! Messages: kept once, told once, in one order, to everybody who is in the conversation.
//!
//! Proves CHAT-1, CHAT-2, CHAT-3, CHAT-4, CHAT-5, CHAT-7 and CHAT-9 (docs/behaviour.md).

use std::sync::Arc;

use graphroom::clock::system_clock;
use graphroom::conversation::{Conversations, Draft, MessageRole};
use graphroom::store::{SqliteStore, Store};
use serde_json::{Value, json};

use super::{House, about, join, names_told, person, say, seqs, told};
use crate::support::faulty_store::{Fault, FaultyStore};
use crate::support::random::Random;

/// Fills a conversation in the store itself.
async fn fill(house: &House, conversation: &str, texts: impl IntoIterator<Item = String>) {
    let conversations = Conversations::new(Arc::clone(&house.store), system_clock(), None);
    for text in texts {
        let draft =
            Draft { role: MessageRole::User, text, message_id: None, metadata: None, twin_within: None };
        conversations.send(conversation.parse().unwrap(), draft, &person("ann"), None).await.unwrap();
    }
}

#[tokio::test]
async fn who_joins_gets_the_latest_hundred_messages_or_those_after_a_place() {
    let house = House::start().await;
    let conversation = house.conversation().await;
    let mut ann = house.client("ann").await;
    let empty = join(&mut ann, &conversation).await;
    assert_eq!((&empty["messages"], &empty["has_more"]), (&json!([]), &json!(false)));
    fill(&house, &conversation, (1..=205).map(|n| format!("This is {n}"))).await;
    let latest = join(&mut ann, &conversation).await;
    assert_eq!(seqs(&latest["messages"]), (106..=205).collect::<Vec<_>>());
    assert_eq!((&latest["has_more"], &latest["conversation"]["head"]), (&json!(true), &json!(205)));
    for (after, expected, has_more) in
        [(0, 1..=100, true), (100, 101..=200, true), (105, 106..=205, false), (203, 204..=205, false)]
    {
        let answer = ann.call("chat:join", about(&conversation, json!({ "after": after }))).await;
        assert_eq!(seqs(&answer["messages"]), expected.collect::<Vec<_>>(), "after {after}");
        assert_eq!(answer["has_more"], has_more, "after {after}");
    }
    for after in [205, 1_000] {
        let answer = ann.call("chat:join", about(&conversation, json!({ "after": after }))).await;
        assert_eq!((&answer["messages"], &answer["has_more"]), (&json!([]), &json!(false)));
    }
    house.stop().await;
}

#[tokio::test]
async fn a_page_of_long_messages_is_shorter_and_says_that_there_are_more() {
    let house = House::start().await;
    let conversation = house.conversation().await;
    fill(&house, &conversation, (0..80).map(|_| "\u{1f600}".repeat(32_768))).await;
    let mut ann = house.client("ann").await;
    let latest = join(&mut ann, &conversation).await;
    assert_eq!((seqs(&latest["messages"]), &latest["has_more"]), ((73..=80).collect(), &json!(true)));
    let first = ann.call("chat:join", about(&conversation, json!({ "after": 3 }))).await;
    assert_eq!((seqs(&first["messages"]), &first["has_more"]), ((4..=11).collect(), &json!(true)));
    house.stop().await;
}

#[tokio::test]
async fn who_sends_gets_the_answer_alone_and_everybody_else_the_message() {
    let house = House::start().await;
    let conversation = house.conversation().await;
    let mut ann = house.member("ann", &conversation).await;
    let mut at_home = house.member("ann", &conversation).await;
    let mut bob = house.member("bob", &conversation).await;
    let sent = say(&mut ann, &conversation, "Hello, 世界").await;
    assert_eq!((&sent["message"]["seq"], &sent["message"]["text"]), (&json!(1), &json!("Hello, 世界")));
    assert_eq!(sent["message"]["author"]["user_id"], "ann");
    assert_eq!(sent["duplicate"], Value::Null);
    for other in [&mut at_home, &mut bob] {
        let heard = other.event().await;
        assert_eq!(heard.name, "new_message");
        assert_eq!(heard.payload["message"], sent["message"]);
        assert_eq!(heard.payload["conversation_id"], conversation.as_str());
    }
    assert_eq!(names_told(&mut ann).await, Vec::<String>::new());
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn joins_that_race_with_messages_leave_no_gap_and_tell_nothing_twice() {
    for seed in 0..3 {
        races(seed).await;
    }
}

async fn races(seed: u64) {
    const SENDERS: usize = 4;
    const EACH: usize = 25;
    let house = House::start().await;
    let conversation = house.conversation().await;
    let last = (SENDERS * EACH) as u64;
    let mut tasks = Vec::new();
    for sender in 0..SENDERS {
        let mut client = house.client(&format!("sender{sender}")).await;
        let conversation = conversation.clone();
        tasks.push(tokio::spawn(async move {
            for n in 0..EACH {
                say(&mut client, &conversation, &format!("{sender}: {n}")).await;
            }
        }));
    }
    for joiner in 0..6 {
        let mut random = Random::new(seed * 100 + joiner);
        let mut client = house.client(&format!("joiner{joiner}")).await;
        let conversation = conversation.clone();
        tasks.push(tokio::spawn(async move {
            for _ in 0..random.below(60) {
                client.call("ping", json!({})).await;
            }
            let mut known: u64 = 0;
            let mut rejoins = random.below(4);
            let mut heard = Vec::new();
            while known < last {
                let payload = about(&conversation, json!({ "after": known }));
                let answer = client.call("chat:join", payload).await;
                // What came before the answer was told since the join before.
                heard.extend(
                    client
                        .read_already()
                        .into_iter()
                        .filter(|event| event.name == "new_message")
                        .map(|event| event.payload["message"]["seq"].as_u64().unwrap()),
                );
                let mut joined = seqs(&answer["messages"]);
                joined.retain(|seq| heard.last().is_none_or(|last| seq > last));
                heard.extend(joined);
                assert_eq!(answer["has_more"], false);
                known = heard.last().copied().unwrap_or(0);
                let until = if rejoins > 0 { (known + 1 + random.below(20) as u64).min(last) } else { last };
                rejoins = rejoins.saturating_sub(1);
                while known < until {
                    known = client.event_named("new_message").await["message"]["seq"].as_u64().unwrap();
                    heard.push(known);
                }
            }
            assert_eq!(heard, (1..=last).collect::<Vec<_>>(), "seed {seed}");
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    house.stop().await;
}

#[tokio::test]
async fn a_message_that_is_sent_again_is_there_once_and_told_once() {
    let directory = tempfile::tempdir().unwrap();
    let open = || Arc::new(SqliteStore::open(directory.path()).unwrap()) as Arc<dyn Store>;
    let house = House::on(open(), None).await;
    let conversation = house.conversation().await;
    let mut bob = house.member("bob", &conversation).await;
    let mut ann = house.client("ann").await;
    let message = about(&conversation, json!({ "text": "Once", "message_id": "m-1" }));
    let first = ann.call("chat:send", message.clone()).await;
    assert_eq!((&first["success"], &first["duplicate"]), (&json!(true), &Value::Null));
    let mut again = house.client("ann").await;
    for client in [&mut ann, &mut again] {
        let second = client.call("chat:send", message.clone()).await;
        assert_eq!((&second["duplicate"], &second["message"]), (&json!(true), &first["message"]));
    }
    assert_eq!(names_told(&mut bob).await, ["new_message"]);
    house.stop().await;

    let house = House::on(open(), None).await;
    let mut bob = house.client("bob").await;
    assert_eq!(join(&mut bob, &conversation).await["messages"], json!([first["message"]]));
    let mut ann = house.client("ann").await;
    assert_eq!(ann.call("chat:send", message).await["duplicate"], true);
    assert_eq!(names_told(&mut bob).await, Vec::<String>::new());
    house.stop().await;
}

#[tokio::test]
async fn what_was_answered_is_there_though_the_server_never_goes_down() {
    let directory = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(directory.path()).unwrap());
    let house = House::on(store, None).await;
    let conversation = house.conversation().await;
    let mut ann = house.member("ann", &conversation).await;
    for n in 0..5 {
        say(&mut ann, &conversation, &format!("This is {n}")).await;
        // What a machine that loses its power now would find.
        let copy = tempfile::tempdir().unwrap();
        for file in std::fs::read_dir(directory.path()).unwrap() {
            let file = file.unwrap();
            if file.file_type().unwrap().is_file() {
                std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
            }
        }
        let found: Arc<dyn Store> = Arc::new(SqliteStore::open(copy.path()).unwrap());
        let row = found.conversation(conversation.parse().unwrap()).await.unwrap().unwrap();
        assert_eq!(row.head, n + 1);
        found.close().await.unwrap();
    }
    house.stop().await;
}

#[tokio::test]
async fn a_message_is_edited_and_deleted_by_its_author_and_everybody_hears_of_it() {
    let house = House::start().await;
    let conversation = house.conversation().await;
    let mut ann = house.member("ann", &conversation).await;
    let mut bob = house.member("bob", &conversation).await;
    let id = say(&mut ann, &conversation, "Frist").await["message"]["message_id"].clone();
    let edit = about(&conversation, json!({ "message_id": id, "text": "First" }));
    let edited = ann.call("chat:edit", edit).await;
    assert_eq!((&edited["message"]["text"], &edited["message"]["seq"]), (&json!("First"), &json!(1)));
    assert!(edited["message"]["edited_at"].is_string(), "{edited}");
    let heard = bob.event_named("message_updated").await;
    assert_eq!(heard["message"], edited["message"]);
    let delete = about(&conversation, json!({ "message_id": id }));
    let deleted = ann.call("chat:delete", delete.clone()).await;
    assert_eq!((&deleted["message"]["text"], &deleted["message"]["seq"]), (&json!(""), &json!(1)));
    let heard = bob.event_named("message_deleted").await;
    assert_eq!((&heard["message_id"], &heard["seq"]), (&id, &json!(1)));
    assert_eq!(heard["timestamp"], deleted["message"]["deleted_at"]);

    let joined = join(&mut bob, &conversation).await;
    assert!(!joined.to_string().contains("First"), "{joined}");
    let again = about(&conversation, json!({ "message_id": id, "text": "Risen" }));
    assert_eq!(ann.call("chat:edit", again).await["error"]["code"], "MESSAGE_NOT_FOUND");
    assert_eq!(names_told(&mut ann).await, Vec::<String>::new(), "who did it was answered");
    house.stop().await;
}

#[tokio::test]
async fn another_s_message_is_neither_edited_nor_one_that_is_not_there() {
    let house = House::start().await;
    let conversation = house.conversation().await;
    let mut ann = house.member("ann", &conversation).await;
    let mut bob = house.member("bob", &conversation).await;
    let id = say(&mut ann, &conversation, "Mine").await["message"]["message_id"].clone();
    bob.event_named("new_message").await;
    let edit = about(&conversation, json!({ "message_id": id, "text": "Yours" }));
    assert_eq!(bob.call("chat:edit", edit).await["error"]["code"], "FORBIDDEN");
    for event in ["chat:edit", "chat:delete"] {
        let none = about(&conversation, json!({ "message_id": "none", "text": "x" }));
        assert_eq!(bob.call(event, none).await["error"]["code"], "MESSAGE_NOT_FOUND", "{event}");
    }
    assert_eq!(names_told(&mut ann).await, Vec::<String>::new());
    assert_eq!(join(&mut bob, &conversation).await["messages"][0]["text"], "Mine");
    house.stop().await;
}

#[tokio::test]
async fn how_far_somebody_has_read_only_goes_forward_and_others_hear_of_it() {
    let house = House::start().await;
    let conversation = house.conversation().await;
    let mut ann = house.member("ann", &conversation).await;
    let mut bob = house.member("bob", &conversation).await;
    for n in 0..5 {
        say(&mut ann, &conversation, &format!("This is {n}")).await;
    }
    for (asked, counts) in [(3, 3), (2, 3), (5, 5), (1, 5), (99, 5)] {
        let read = bob.call("chat:read", about(&conversation, json!({ "seq": asked }))).await;
        assert_eq!((&read["success"], &read["seq"]), (&json!(true), &json!(counts)));
    }
    let mut seen = 0;
    for heard in told(&mut ann).await {
        assert_eq!((heard.name.as_str(), &heard.payload["user_id"]), ("message_read", &json!("bob")));
        let seq = heard.payload["seq"].as_u64().unwrap();
        assert!(seq >= seen, "{seq} after {seen}");
        seen = seq;
    }
    assert_eq!(seen, 5);
    let joined = join(&mut ann, &conversation).await;
    let marks = joined["participants"].as_array().unwrap();
    let bob_s = marks.iter().find(|one| one["user_id"] == "bob").unwrap();
    assert_eq!(bob_s["read_seq"], 5, "{joined}");
    house.stop().await;
}

#[tokio::test]
async fn who_left_hears_nothing_more_and_may_come_back() {
    let house = House::start().await;
    let conversation = house.conversation().await;
    let mut ann = house.member("ann", &conversation).await;
    let mut bob = house.member("bob", &conversation).await;
    let left = bob.call("chat:leave", about(&conversation, json!({}))).await;
    assert_eq!(left, json!({ "success": true }));
    say(&mut ann, &conversation, "Unheard").await;
    assert_eq!(names_told(&mut bob).await, Vec::<String>::new());
    assert_eq!(join(&mut bob, &conversation).await["messages"][0]["text"], "Unheard");
    say(&mut ann, &conversation, "Heard").await;
    assert_eq!(bob.event_named("new_message").await["message"]["text"], "Heard");
    let again = bob.call("chat:leave", about(&conversation, json!({}))).await;
    assert_eq!(again["success"], true);
    assert_eq!(bob.call("chat:leave", about(&conversation, json!({}))).await["success"], true);
    house.stop().await;
}

#[tokio::test]
async fn a_connection_is_in_a_thousand_conversations_and_no_more() {
    let house = House::start().await;
    let mut ann = house.client("ann").await;
    let mut acks = Vec::new();
    let first = house.conversation().await;
    acks.push(ann.emit("chat:join", about(&first, json!({}))).await);
    for _ in 1..1_000 {
        let conversation = house.conversation().await;
        acks.push(ann.emit("chat:join", about(&conversation, json!({}))).await);
    }
    for ack in acks {
        assert_eq!(ann.answer(ack).await["success"], true);
    }
    let one_more = house.conversation().await;
    let refused = ann.call("chat:join", about(&one_more, json!({}))).await;
    assert_eq!(refused["error"]["code"], "INVALID_STATE");
    join(&mut ann, &first).await;
    ann.call("chat:leave", about(&first, json!({}))).await;
    join(&mut ann, &one_more).await;
    house.stop().await;
}

#[tokio::test]
async fn what_is_no_message_is_refused_and_told_nobody() {
    let house = House::start().await;
    let conversation = house.conversation().await;
    let mut ann = house.member("ann", &conversation).await;
    let mut bob = house.member("bob", &conversation).await;
    let deep = json!({ "a": [{ "$serde_json::private::Number": "1" }] });
    for (message, code) in [
        (json!({ "text": "" }), "INVALID_REQUEST"),
        (json!({ "text": " \n" }), "INVALID_REQUEST"),
        (json!({ "text": 7 }), "INVALID_REQUEST"),
        (json!({}), "INVALID_REQUEST"),
        (json!({ "text": "é".repeat(32_769) }), "PAYLOAD_TOO_LARGE"),
        (json!({ "text": "x", "message_id": "" }), "INVALID_REQUEST"),
        (json!({ "text": "x", "message_id": "y".repeat(129) }), "INVALID_REQUEST"),
        (json!({ "text": "x", "metadata": [] }), "INVALID_REQUEST"),
        (json!({ "text": "x", "metadata": { "a": "z".repeat(16 * 1024) } }), "PAYLOAD_TOO_LARGE"),
        (json!({ "text": "x", "metadata": deep }), "INVALID_REQUEST"),
        (json!({ "text": "x", "metadata": { "$serde_json::private::RawValue": "1" } }), "INVALID_REQUEST"),
    ] {
        let refused = ann.call("chat:send", about(&conversation, message.clone())).await;
        let shown: String = message.to_string().chars().take(80).collect();
        assert_eq!(refused["error"]["code"], code, "{shown}: {refused}");
    }
    assert_eq!(names_told(&mut bob).await, Vec::<String>::new());
    let longest = about(&conversation, json!({ "text": "é".repeat(32_768), "message_id": "y".repeat(128) }));
    assert_eq!(ann.call("chat:send", longest).await["success"], true);
    let with = about(&conversation, json!({ "text": "x", "metadata": { "a": [1, null] } }));
    assert_eq!(ann.call("chat:send", with).await["message"]["metadata"], json!({ "a": [1, null] }));
    house.stop().await;
}

#[tokio::test]
async fn of_a_message_that_could_not_be_kept_nobody_is_told() {
    let store = Arc::new(FaultyStore::new());
    let house = House::on(Arc::clone(&store) as Arc<_>, None).await;
    let conversation = house.conversation().await;
    let mut ann = house.member("ann", &conversation).await;
    let mut bob = house.member("bob", &conversation).await;
    store.set(Fault::Full);
    let message = about(&conversation, json!({ "text": "Lost?", "message_id": "m-1" }));
    let refused = ann.call("chat:send", message.clone()).await;
    assert_eq!(refused["error"]["code"], "STORE_UNAVAILABLE", "{refused}");
    assert_eq!(names_told(&mut bob).await, Vec::<String>::new());
    store.set(Fault::None);
    let sent = ann.call("chat:send", message).await;
    assert_eq!((&sent["message"]["seq"], &sent["duplicate"]), (&json!(1), &Value::Null), "{sent}");
    assert_eq!(bob.event_named("new_message").await["message"], sent["message"]);
    house.stop().await;
}
