//! Conversations over REST: who may do what in them, lists, and bodies that are not as they should be.
//!
//! Proves CHAT-1 and CHAT-9 (docs/behaviour.md).

use std::sync::Arc;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::identity::Guarded;
use crate::support::faulty_store::{Fault, FaultyStore};
use crate::support::{Rest, TestServer};

/// A request with a body.
pub async fn call(rest: &Rest, method: Method, path: &str, body: Value) -> (u16, Value) {
    let (status, answer) = rest.send(rest.request(method, path).json(&body)).await;
    (status.as_u16(), answer)
}

/// The path of a conversation that is begun.
pub async fn begin(rest: &Rest, body: Value) -> String {
    let (status, made) = rest.post("/conversations", body).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    format!("/conversations/{}", made["conversation_id"].as_str().unwrap())
}

/// Sends a message, which must work.
pub async fn say(rest: &Rest, path: &str, text: &str) -> Value {
    let (status, sent) = rest.post(&format!("{path}/messages"), json!({ "text": text })).await;
    assert_eq!(status, StatusCode::CREATED, "{sent}");
    sent["message"].clone()
}

fn code((status, answer): &(u16, Value)) -> (u16, &str) {
    (*status, answer["error"]["code"].as_str().unwrap_or("none"))
}

#[tokio::test]
async fn a_conversation_is_begun_described_changed_and_deleted() {
    let server = TestServer::start().await;
    let ann = server.rest.named("ann");
    let body = json!({ "title": "Body work", "participants": [{ "user_id": "bob", "name": "Bob" }, { "user_id": "ann" }],
        "metadata": { "color": "red" } });
    let path = begin(&ann, body).await;
    let (status, found) = ann.get(&path).await;
    assert_eq!(status, StatusCode::OK);
    let expected = json!({ "title": "Body work", "project_id": null, "status": "active", "created_by": "ann",
        "head": 0, "last_message_at": null, "metadata": { "color": "red" }, "streams": [], "typing": [] });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&found[field], value, "{field}");
    }
    let users: Vec<_> = found["participants"].as_array().unwrap().iter().map(|one| &one["user_id"]).collect();
    assert_eq!(users, ["ann", "bob"], "each once");
    assert_eq!(found["participants"][1]["name"], "Bob");

    let change = json!({ "title": "Paint", "status": "archived" });
    let (status, changed) = call(&ann, Method::PATCH, &path, change).await;
    assert_eq!((status, &changed["title"], &changed["status"]), (200, &json!("Paint"), &json!("archived")));
    assert_eq!(changed["metadata"], json!({ "color": "red" }), "what is not said stays");

    let (status, gone) = call(&ann, Method::DELETE, &path, json!({})).await;
    assert_eq!((status, &gone["conversation_id"]), (200, &found["conversation_id"]));
    for method in [Method::GET, Method::PATCH, Method::DELETE] {
        let refused = call(&ann, method.clone(), &path, json!({})).await;
        assert_eq!(code(&refused), (404, "CONVERSATION_NOT_FOUND"), "{method}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_body_is_not_needed_to_begin_one() {
    let server = TestServer::start().await;
    let (status, made) = server.rest.send(server.rest.request(Method::POST, "/conversations")).await;
    assert_eq!((status, &made["title"]), (StatusCode::CREATED, &json!("New Conversation")));
    assert_eq!(made["participants"][0]["user_id"], "anonymous:rest");
    server.stop().await;
}

#[tokio::test]
async fn of_a_project_a_viewer_reads_a_commenter_writes_and_an_owner_deletes() {
    let guarded = Guarded::start().await;
    let roles = ["viewer", "commenter", "editor"].map(|role| (role, role));
    let project = guarded.project(&roles).await;
    let path = begin(&guarded.rest("commenter"), json!({ "project_id": project.project_id })).await;
    say(&guarded.rest("commenter"), &path, "Hello").await;
    let order = ["stranger", "viewer", "commenter", "editor", "owner"];
    let messages = format!("{path}/messages");
    let others = format!("{path}/participants?user_id=somebody");
    let needed = [
        (Method::GET, path.clone(), json!({}), "viewer"),
        (Method::GET, messages.clone(), json!({}), "viewer"),
        (Method::PUT, format!("{path}/read"), json!({ "seq": 1 }), "viewer"),
        (Method::POST, messages, json!({ "text": "Hello" }), "commenter"),
        (Method::PATCH, path.clone(), json!({ "title": "Paint" }), "editor"),
        (Method::PUT, format!("{path}/participants"), json!({ "user_id": "somebody" }), "editor"),
        (Method::DELETE, others, json!({}), "owner"),
        (Method::DELETE, path.clone(), json!({}), "owner"),
    ];
    for (method, path, body, needed) in needed {
        let least = order.iter().position(|role| *role == needed).unwrap();
        for (place, role) in order.into_iter().enumerate() {
            let answer = call(&guarded.rest(role), method.clone(), &path, body.clone()).await;
            let what = format!("{role}: {method} {path}: {answer:?}");
            match (role, place >= least) {
                ("stranger", _) => assert_eq!(code(&answer), (404, "CONVERSATION_NOT_FOUND"), "{what}"),
                (_, true) => assert!((200..300).contains(&answer.0), "{what}"),
                (_, false) => {
                    assert_eq!(code(&answer), (403, "FORBIDDEN"), "{what}");
                    let rule = json!({ "rule": format!("project:{needed}"), "role": role });
                    assert_eq!(answer.1["error"]["details"], rule, "{what}");
                }
            }
        }
    }
    guarded.stop().await;
}

#[tokio::test]
async fn one_is_begun_in_a_project_by_who_may_at_least_comment_there() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[("viewer", "viewer")]).await;
    let body = json!({ "project_id": project.project_id });
    for (user, id, expected) in [
        ("viewer", &*project.project_id, (403, "FORBIDDEN")),
        ("stranger", &*project.project_id, (404, "PROJECT_NOT_FOUND")),
        ("owner", "00000000-0000-4000-8000-000000000000", (404, "PROJECT_NOT_FOUND")),
        ("owner", "none", (404, "PROJECT_NOT_FOUND")),
    ] {
        let body = json!({ "project_id": id });
        let answer = call(&guarded.rest(user), Method::POST, "/conversations", body).await;
        assert_eq!(code(&answer), expected, "{user}: {answer:?}");
    }
    begin(&guarded.rest("owner"), body).await;
    guarded.stop().await;
}

#[tokio::test]
async fn of_no_project_it_is_for_those_who_take_part_and_whoever_began_it_owns_it() {
    let guarded = Guarded::start().await;
    let (ann, bob, cat) = (guarded.rest("ann"), guarded.rest("bob"), guarded.rest("cat"));
    let path = begin(&ann, json!({ "participants": [{ "user_id": "bob" }] })).await;
    say(&bob, &path, "Hello").await;
    assert_eq!(code(&call(&cat, Method::GET, &path, json!({})).await), (404, "CONVERSATION_NOT_FOUND"));
    assert_eq!(code(&call(&bob, Method::DELETE, &path, json!({})).await), (403, "FORBIDDEN"));
    let participants = format!("{path}/participants");
    let (status, set) = call(&bob, Method::PUT, &participants, json!({ "user_id": "cat" })).await;
    assert_eq!((status, set), (200, json!({ "success": true, "user_id": "cat", "takes_part": true })));
    assert_eq!(cat.get(&path).await.0, StatusCode::OK);

    let of_bob = call(&cat, Method::DELETE, &format!("{participants}?user_id=bob"), json!({})).await;
    assert_eq!(code(&of_bob), (403, "FORBIDDEN"), "others are an owner's to take out");
    let (status, _) = call(&cat, Method::DELETE, &format!("{participants}?user_id=cat"), json!({})).await;
    assert_eq!(status, 200, "everybody may go");
    assert_eq!(cat.get(&path).await.0, StatusCode::NOT_FOUND);
    let (status, _) = call(&ann, Method::DELETE, &format!("{participants}?user_id=bob"), json!({})).await;
    assert_eq!((status, bob.get(&path).await.0), (200, StatusCode::NOT_FOUND));
    assert_eq!(call(&ann, Method::DELETE, &path, json!({})).await.0, 200);
    guarded.stop().await;
}

/// The titles of a list, page by page.
async fn titles(rest: &Rest, query: &str) -> Vec<String> {
    let (mut titles, mut before) = (Vec::new(), String::new());
    loop {
        let (status, page) = rest.get(&format!("/conversations?{query}{before}")).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        let found = page["conversations"].as_array().unwrap().iter();
        titles.extend(found.map(|one| one["title"].as_str().unwrap().to_owned()));
        let Some(next) = page["next_before"].as_str() else { return titles };
        before = format!("&before={next}");
    }
}

#[tokio::test]
async fn lists_hold_ones_own_or_a_projects_the_latest_activity_first() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[("ann", "commenter")]).await;
    let (ann, owner) = (guarded.rest("ann"), guarded.rest("owner"));
    let own = json!({ "title": "Own" });
    let shared = json!({ "title": "Shared", "project_id": project.project_id });
    let others = json!({ "title": "Others", "project_id": project.project_id });
    let own = begin(&ann, own).await;
    begin(&ann, shared).await;
    begin(&owner, others).await;
    say(&ann, &own, "The latest").await;
    for limit in ["limit=1", "limit=100"] {
        assert_eq!(titles(&ann, limit).await, ["Own", "Shared"]);
        let of_project = format!("project_id={}&{limit}", project.project_id);
        let mut found = titles(&ann, &of_project).await;
        found.sort();
        assert_eq!(found, ["Others", "Shared"]);
    }
    call(&ann, Method::PATCH, &own, json!({ "status": "completed" })).await;
    assert_eq!(titles(&ann, "status=completed").await, ["Own"]);
    assert_eq!(titles(&ann, "status=active").await, ["Shared"]);
    let hidden =
        guarded.rest("stranger").get(&format!("/conversations?project_id={}", project.project_id)).await;
    assert_eq!((hidden.0, &hidden.1["error"]["code"]), (StatusCode::NOT_FOUND, &json!("PROJECT_NOT_FOUND")));

    let out = format!("/projects/{}/members?user_id=ann", project.project_id);
    assert_eq!(call(&owner, Method::DELETE, &out, json!({})).await.0, 200);
    assert_eq!(titles(&ann, "limit=1").await, ["Own"], "who is no member any more sees it no more");
    guarded.stop().await;
}

#[tokio::test]
async fn bodies_and_queries_that_are_not_as_they_should_be_are_refused() {
    let server = TestServer::start().await;
    let rest = &server.rest;
    let path = begin(rest, json!({})).await;
    say(rest, &path, "Hello").await;
    let many: Vec<_> = (0..1_001).map(|n| json!({ "user_id": format!("u{n}") })).collect();
    let text = |length: usize| "x".repeat(length);
    let at = |below: &str| format!("{path}{below}");
    let new = "/conversations".to_owned();
    let message =
        rest.get(&at("/messages")).await.1["messages"][0]["message_id"].as_str().unwrap().to_owned();
    let first = at(&format!("/messages/{message}"));
    let large = json!({ "text": "x", "metadata": { "a": text(16 * 1024) } });
    for (method, path, body, expected) in [
        (Method::POST, new.clone(), json!({ "title": 7 }), (400, "INVALID_REQUEST")),
        (Method::POST, new.clone(), json!({ "title": " " }), (400, "INVALID_REQUEST")),
        (Method::POST, new.clone(), json!({ "title": text(201) }), (400, "INVALID_REQUEST")),
        (Method::POST, new.clone(), json!({ "metadata": [] }), (400, "INVALID_REQUEST")),
        (Method::POST, new.clone(), json!({ "participants": [7] }), (400, "INVALID_REQUEST")),
        (Method::POST, new.clone(), json!({ "participants": many }), (400, "INVALID_REQUEST")),
        (Method::POST, new, json!({ "participants": [{ "user_id": "anonymous:x" }] }), (409, "CONFLICT")),
        (Method::PATCH, path.clone(), json!({ "status": "gone" }), (400, "INVALID_REQUEST")),
        (Method::PUT, at("/participants"), json!({}), (400, "INVALID_REQUEST")),
        (Method::PUT, at("/participants"), json!({ "user_id": text(129) }), (400, "INVALID_REQUEST")),
        (Method::DELETE, at("/participants"), json!({}), (400, "INVALID_REQUEST")),
        (Method::POST, at("/messages"), json!({}), (400, "INVALID_REQUEST")),
        (Method::POST, at("/messages"), json!({ "text": " \n" }), (400, "INVALID_REQUEST")),
        (Method::POST, at("/messages"), json!({ "text": text(32_769) }), (413, "PAYLOAD_TOO_LARGE")),
        (Method::POST, at("/messages"), large, (413, "PAYLOAD_TOO_LARGE")),
        (Method::POST, at("/messages"), json!({ "text": "x", "message_id": "" }), (400, "INVALID_REQUEST")),
        (Method::POST, at("/messages"), json!({ "text": "x", "assistant": 7 }), (400, "INVALID_REQUEST")),
        (
            Method::POST,
            at("/messages"),
            json!({ "text": "x", "assistant": { "temperature": 3 } }),
            (400, "INVALID_REQUEST"),
        ),
        (Method::GET, at("/messages?limit=101"), json!({}), (400, "INVALID_REQUEST")),
        (Method::GET, at("/messages?before=0"), json!({}), (400, "INVALID_REQUEST")),
        (Method::GET, at("/messages?after=-1"), json!({}), (400, "INVALID_REQUEST")),
        (Method::GET, "/conversations?before=7".to_owned(), json!({}), (400, "INVALID_REQUEST")),
        (Method::GET, "/conversations?status=gone".to_owned(), json!({}), (400, "INVALID_REQUEST")),
        (Method::PATCH, first.clone(), json!({ "text": "" }), (400, "INVALID_REQUEST")),
        (Method::PATCH, at("/messages/none"), json!({ "text": "x" }), (404, "MESSAGE_NOT_FOUND")),
        (Method::DELETE, at("/messages/none"), json!({}), (404, "MESSAGE_NOT_FOUND")),
        (Method::PUT, at("/read"), json!({ "seq": "1" }), (400, "INVALID_REQUEST")),
        (Method::PUT, at("/read"), json!({ "seq": -1 }), (400, "INVALID_REQUEST")),
        (Method::POST, at("/streams/none/cancel"), json!({}), (404, "STREAM_NOT_FOUND")),
        (Method::GET, "/conversations/none".to_owned(), json!({}), (404, "CONVERSATION_NOT_FOUND")),
    ] {
        let answer = call(rest, method.clone(), &path, body).await;
        assert_eq!(code(&answer), expected, "{method} {path}: {answer:?}");
    }
    let (_, page) = rest.get(&at("/messages")).await;
    assert_eq!(page["messages"].as_array().unwrap().len(), 1, "nothing came of it: {page}");
    server.stop().await;
}

#[tokio::test]
async fn a_store_that_fails_is_told_and_nobody_hears_of_the_message() {
    let store = Arc::new(FaultyStore::new());
    let server = TestServer::start_on(Arc::clone(&store) as _).await;
    let path = begin(&server.rest, json!({})).await;
    let id = path.rsplit('/').next().unwrap();
    let mut client = crate::support::Client::connect(server.address).await;
    assert_eq!(client.call("chat:join", json!({ "conversation_id": id })).await["success"], true);
    store.set(Fault::Full);
    let messages = format!("{path}/messages");
    for (method, path, body) in [
        (Method::POST, "/conversations", json!({})),
        (Method::POST, &*messages, json!({ "text": "Lost" })),
        (Method::PATCH, &*path, json!({ "title": "Lost" })),
    ] {
        let answer = call(&server.rest, method, path, body).await;
        assert_eq!(code(&answer), (503, "STORE_UNAVAILABLE"), "{path}: {answer:?}");
    }
    store.set(Fault::None);
    let message = say(&server.rest, &path, "Kept").await;
    assert_eq!(message["seq"], 1);
    assert_eq!(client.event_named("new_message").await["message"], message, "the first that is heard");
    server.stop().await;
}
