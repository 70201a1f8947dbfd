//! What is said in a conversation, over REST: pages, repeats, edits, deletions, read marks, and who hears of it.
//!
//! Proves CHAT-2, CHAT-3, CHAT-4, CHAT-6, CHAT-7 and CHAT-9 (docs/behaviour.md).

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::conversations::{begin, call, say};
use crate::identity::Guarded;
use crate::support::client::Options;
use crate::support::{Client, Rest, TestServer};

async fn page(rest: &Rest, path: &str, query: &str) -> (Vec<u64>, bool) {
    let (status, page) = rest.get(&format!("{path}/messages?{query}")).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    let seqs = page["messages"].as_array().unwrap().iter().map(|message| message["seq"].as_u64().unwrap());
    (seqs.collect(), page["has_more"].as_bool().unwrap())
}

#[tokio::test]
async fn messages_are_read_from_either_end() {
    let server = TestServer::start().await;
    let rest = &server.rest;
    let path = begin(rest, json!({})).await;
    assert_eq!(page(rest, &path, "").await, (vec![], false));
    for n in 1..=5 {
        assert_eq!(say(rest, &path, &format!("Number {n}")).await["seq"], n);
    }
    for (query, expected) in [
        ("", (vec![1, 2, 3, 4, 5], false)),
        ("limit=2", (vec![4, 5], true)),
        ("limit=2&before=4", (vec![2, 3], true)),
        ("limit=2&before=2", (vec![1], false)),
        ("limit=2&after=0", (vec![1, 2], true)),
        ("limit=2&after=2", (vec![3, 4], true)),
        ("limit=2&after=3", (vec![4, 5], false)),
        ("after=5", (vec![], false)),
        ("after=9007199254740991", (vec![], false)),
        ("after=1&before=4", (vec![2, 3], false)),
    ] {
        assert_eq!(page(rest, &path, query).await, expected, "{query}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_message_that_is_sent_again_is_there_once() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.rest.named("ann"), server.rest.named("bob"));
    let path = format!("{}/messages", begin(&ann, json!({})).await);
    let send = async |rest: &Rest, key: &str, body: Value| {
        rest.send(rest.request(Method::POST, &path).header("Idempotency-Key", key).json(&body)).await
    };
    let (status, first) = send(&ann, "one", json!({ "text": "Hello" })).await;
    assert_eq!((status, &first["message"]["message_id"]), (StatusCode::CREATED, &json!("one")));
    let (status, again) = send(&ann, "one", json!({ "text": "Hello" })).await;
    assert_eq!((status, &again["duplicate"]), (StatusCode::OK, &json!(true)));
    assert_eq!(again["message"], first["message"]);
    let (_, other) = send(&ann, "one", json!({ "text": "Hello", "message_id": "two" })).await;
    assert_eq!(other["message"]["message_id"], "two", "the body's goes before the header's");
    let (status, taken) = send(&bob, "one", json!({ "text": "Hello" })).await;
    assert_eq!((status, &taken["error"]["code"]), (StatusCode::CONFLICT, &json!("IDEMPOTENCY_MISMATCH")));
    let (status, _) = send(&ann, &"x".repeat(129), json!({ "text": "Hello" })).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(ann.get(&path).await.1["messages"].as_array().unwrap().len(), 2);
    server.stop().await;
}

#[tokio::test]
async fn every_connection_in_the_conversation_hears_what_is_done_over_rest() {
    let server = TestServer::start().await;
    let ann = server.rest.named("ann");
    let path = begin(&ann, json!({})).await;
    let id = path.rsplit('/').next().unwrap();
    let options = Options { user_id: Some("ann".to_owned()), ..Options::default() };
    let mut own = Client::connect_with(server.address, options).await;
    assert_eq!(own.call("chat:join", json!({ "conversation_id": id })).await["success"], true);
    let message = say(&ann, &path, "Hello").await;
    assert_eq!(own.event_named("new_message").await["message"], message);
    let first = format!("{path}/messages/{}", message["message_id"].as_str().unwrap());
    let (_, edited) = call(&ann, Method::PATCH, &first, json!({ "text": "Good evening" })).await;
    assert_eq!(own.event_named("message_updated").await["message"], edited["message"]);
    assert_eq!(edited["message"]["text"], "Good evening");
    let (_, read) = call(&ann, Method::PUT, &format!("{path}/read"), json!({ "seq": 7 })).await;
    assert_eq!(read, json!({ "success": true, "seq": 1 }), "no further than the last message");
    assert_eq!(own.event_named("message_read").await["seq"], 1);
    let (_, deleted) = call(&ann, Method::DELETE, &first, json!({})).await;
    assert_eq!(deleted["message"]["text"], "");
    assert_eq!(own.event_named("message_deleted").await["message_id"], message["message_id"]);
    // A second time there is nothing to tell: the next event is the last one.
    assert_eq!(call(&ann, Method::DELETE, &first, json!({})).await.0, 200);
    assert_eq!(call(&ann, Method::DELETE, &path, json!({})).await.0, 200);
    let last = own.event().await;
    assert_eq!((&*last.name, &last.payload["conversation_id"]), ("conversation_deleted", &json!(id)));
    server.stop().await;
}

#[tokio::test]
async fn only_its_author_edits_a_message_and_an_owner_deletes_it_too() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[("ann", "commenter"), ("bob", "editor")]).await;
    let ann = guarded.rest("ann");
    let path = begin(&ann, json!({ "project_id": project.project_id })).await;
    let message = say(&ann, &path, "Hello").await;
    let first = format!("{path}/messages/{}", message["message_id"].as_str().unwrap());
    for (user, method, expected) in [
        ("bob", Method::PATCH, 403),
        ("owner", Method::PATCH, 403),
        ("bob", Method::DELETE, 403),
        ("ann", Method::PATCH, 200),
        ("owner", Method::DELETE, 200),
        ("ann", Method::PATCH, 404),
    ] {
        let body = json!({ "text": "Good evening" });
        let (status, answer) = call(&guarded.rest(user), method.clone(), &first, body).await;
        assert_eq!(status, expected, "{user} {method}: {answer}");
    }
    assert_eq!(page(&ann, &path, "").await, (vec![1], false), "it keeps its place");
    guarded.stop().await;
}

#[tokio::test]
async fn read_marks_only_go_forward() {
    let server = TestServer::start().await;
    let bob = server.rest.named("bob");
    let path = begin(&server.rest.named("ann"), json!({})).await;
    for _ in 0..3 {
        say(&server.rest, &path, "Hello").await;
    }
    for (seq, expected) in [(2, 2), (1, 2), (0, 2), (9, 3)] {
        let (_, read) = call(&bob, Method::PUT, &format!("{path}/read"), json!({ "seq": seq })).await;
        assert_eq!(read["seq"], expected, "{seq}");
    }
    let (_, found) = bob.get(&path).await;
    let own = found["participants"].as_array().unwrap().iter().find(|one| one["user_id"] == "bob").unwrap();
    assert_eq!(own["read_seq"], 3, "who has read takes part");
    server.stop().await;
}
