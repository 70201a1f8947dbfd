//! Conversations, for who hears their project or takes part: begun, changed and deleted, each told once.
//!
//! Proves CHAT-15 (docs/behaviour.md).

use reqwest::Method;
use serde_json::{Value, json};

use super::{about, check, hear, named};
use crate::identity::Guarded;
use crate::support::plain_socket::PlainSocket;
use crate::support::{Client, Rest, TestServer};

async fn begin(rest: &Rest, body: Value) -> String {
    let (status, made) = rest.post("/conversations", body).await;
    assert_eq!(status, 201, "{made}");
    made["conversation_id"].as_str().unwrap().to_owned()
}

async fn send(rest: &Rest, method: Method, id: &str, below: &str, body: &Value) {
    let request = rest.request(method, &format!("/conversations/{id}{below}")).json(body);
    let (status, answer) = rest.send(request).await;
    assert_eq!(status, 200, "{answer}");
}

/// What a client has been told of conversations, each held against the registry.
async fn told(client: &mut Client) -> Vec<(String, Value)> {
    client.call("heartbeat", Value::Null).await;
    let events = client.read_already().into_iter();
    let of_conversations = events.filter(|event| event.name.starts_with("conversation_"));
    let told = of_conversations.map(|event| {
        check(&event.name, &event.payload);
        (event.name, event.payload["conversation_id"].clone())
    });
    told.collect()
}

fn whole_life(id: &str) -> Vec<(String, Value)> {
    ["created", "updated", "deleted"].map(|what| (format!("conversation_{what}"), json!(id))).into()
}

#[tokio::test]
async fn whoever_hears_a_project_is_told_of_its_conversations_once_also_who_is_in_them() {
    let server = TestServer::start().await;
    let (project, other) = (server.rest.project().await, server.rest.project().await);
    let (mut ann, mut bob, mut eve) =
        (named(&server, "ann").await, named(&server, "bob").await, named(&server, "eve").await);
    for client in [&mut ann, &mut bob] {
        client.call("join_project", about(&project.project_id)).await;
    }
    eve.call("join_project", about(&other.project_id)).await;
    let id = begin(&server.rest, json!({ "project_id": project.project_id, "title": "Doors" })).await;
    let created = hear(&mut ann, "conversation_created").await;
    let (title, of) = (&created["conversation"]["title"], &created["conversation"]["project_id"]);
    assert_eq!((&created["conversation_id"], title), (&json!(id), &json!("Doors")));
    assert_eq!(of, &json!(project.project_id));
    bob.call("chat:join", json!({ "conversation_id": id })).await;
    send(&server.rest, Method::PATCH, &id, "", &json!({ "title": "Windows" })).await;
    assert_eq!(hear(&mut ann, "conversation_updated").await["conversation"]["title"], "Windows");
    send(&server.rest, Method::DELETE, &id, "", &json!({})).await;
    assert_eq!(told(&mut ann).await, whole_life(&id)[2..]);
    assert_eq!(told(&mut bob).await, whole_life(&id), "in the project and in the conversation");
    assert_eq!(told(&mut eve).await, [], "that is another project");
    server.stop().await;
}

#[tokio::test]
async fn of_a_conversation_of_no_project_those_are_told_who_take_part_and_listen() {
    let server = TestServer::start().await;
    let (mut ann, mut bob, mut eve) =
        (named(&server, "ann").await, named(&server, "bob").await, named(&server, "eve").await);
    for client in [&mut ann, &mut bob, &mut eve] {
        client.call("subscribe", json!({ "topics": ["user"] })).await;
    }
    let id = begin(&server.rest.named("ann"), json!({ "participants": [{ "user_id": "bob" }] })).await;
    let ann_rest = server.rest.named("ann");
    send(&ann_rest, Method::PUT, &id, "/participants", &json!({ "user_id": "eve" })).await;
    send(&ann_rest, Method::PATCH, &id, "", &json!({ "status": "archived" })).await;
    send(&ann_rest, Method::DELETE, &id, "", &json!({})).await;
    for client in [&mut ann, &mut bob, &mut eve] {
        assert_eq!(told(client).await, whole_life(&id));
    }
    server.stop().await;
}

#[tokio::test]
async fn nobody_is_told_of_a_conversation_in_a_project_that_it_may_not_read() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[("ann", "viewer")]).await;
    let (mut ann, mut eve) = (guarded.socket("ann").await, guarded.socket("eve").await);
    ann.call("join_project", about(&project.project_id)).await;
    eve.call("join_project", about(&project.project_id)).await;
    eve.call("subscribe", json!({ "topics": ["user"] })).await;
    let participants = json!([{ "user_id": "eve" }]);
    let body = json!({ "project_id": project.project_id, "participants": participants });
    let id = begin(&guarded.rest("owner"), body).await;
    assert_eq!(told(&mut ann).await, whole_life(&id)[..1]);
    assert_eq!(told(&mut eve).await, []);
    guarded.stop().await;
}

#[tokio::test]
async fn a_conversation_that_a_question_begins_is_told_once_before_what_comes_of_the_question() {
    let server = TestServer::start().await;
    let mut ann = named(&server, "ann").await;
    ann.call("join_project", about("garage")).await;
    for _ in 0..2 {
        let question = json!({ "project_id": "garage", "user_message": "Which doors are late?" });
        // There is no assistant: it is asked all the same.
        server.rest.send(server.rest.at(Method::POST, "/api/chat/process").json(&question)).await;
    }
    ann.call("heartbeat", Value::Null).await;
    let names: Vec<_> = ann.read_already().into_iter().map(|event| event.name).collect();
    let place = |name: &str| names.iter().position(|known| known == name);
    assert!(place("conversation_created") < place("ai_processing_start"), "{names:?}");
    assert_eq!(names.iter().filter(|name| *name == "conversation_created").count(), 1, "{names:?}");
    server.stop().await;
}

#[tokio::test]
async fn a_conversation_that_a_question_over_chat_begins_is_told_to_its_user() {
    let server = TestServer::start().await;
    let (mut desk, mut eve) = (named(&server, "desk").await, named(&server, "eve").await);
    for client in [&mut desk, &mut eve] {
        client.call("subscribe", json!({ "topics": ["user"] })).await;
    }
    let body = json!({ "client_id": "desk", "device_name": "laptop", "device_type": "python" });
    let (_, pair) = server.rest.send(server.rest.at(Method::POST, "/auth/token").json(&body)).await;
    let path = format!("/ws/chat?token={}", pair["access_token"].as_str().unwrap());
    let mut chat = PlainSocket::connect(server.address, &path, &[]).await;
    assert_eq!(chat.next().await["type"], "connection_ack");
    for word in ["doors", "doors", "windows"] {
        let question = json!({ "type": "chat", "content": format!("About {word}"), "conversation_id": word });
        chat.send(&question).await;
        assert_eq!(chat.next().await["type"], "error", "nobody answers");
    }
    for word in ["doors", "windows"] {
        let created = hear(&mut desk, "conversation_created").await;
        assert_eq!(created["conversation"]["title"], format!("About {word}"));
    }
    assert_eq!(told(&mut desk).await, [], "each once");
    assert_eq!(told(&mut eve).await, [], "it is another's");
    server.stop().await;
}
