//! Who receives what, in which form, in which order; what is refused.
//!
//! Proves CAST-1 and CAST-2 (docs/behaviour.md).

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::held::hold;
use super::{named, over, post, sent, told, until_here};
use crate::identity::Guarded;
use crate::support::plain_socket::PlainSocket;
use crate::support::{Native, TestServer};

#[tokio::test]
async fn everybody_gets_it_word_for_word_whatever_it_came_over() {
    let server = TestServer::start().await;
    let (mut ann, mut bob) = (named(&server, "ann").await, Native::named(server.address, "bob").await);
    let mut page = PlainSocket::connect(server.address, "/api/websocket/ws?user_id=cat", &[]).await;
    let mut talk = PlainSocket::connect(server.address, "/ws/dan", &[]).await;
    for socket in [&mut page, &mut talk] {
        assert_eq!(socket.next().await["type"], "connection_established");
    }
    let mut stream = PlainSocket::connect(server.address, "/ws", &[]).await;
    stream.send(&json!({ "type": "connect" })).await;
    let body = json!({ "version": "1.4", "nested": { "n": [1, 2.5, null] }, "message": "Done" });
    let data = sent(&server.rest, "/system?event_type=deployed", body.clone()).await;
    assert_eq!((&data["event_type"], &data["priority"]), (&json!("deployed"), &json!(2)), "{data}");
    assert_eq!(data["target_count"], 4, "the stream of events has no way to tell it: {data}");
    assert_eq!(ann.event_named("deployed").await, body);
    assert_eq!(bob.event_named("deployed").await, body);
    let frame = page.next().await;
    assert_eq!((&frame["type"], &frame["nested"]), (&json!("deployed"), &body["nested"]), "{frame}");
    let frame = talk.next().await;
    assert_eq!((&frame["type"], &frame["message"]), (&json!("notification"), &json!("Done")), "{frame}");
    assert_eq!((&frame["event_type"], &frame["data"]), (&json!("deployed"), &body), "{frame}");
    let info = over(&server.rest, &data).await;
    assert_eq!((&info["delivered_count"], &info["failed_count"]), (&json!(4), &json!(0)), "{info}");
    server.stop().await;
}

#[tokio::test]
async fn each_kind_of_target_reaches_its_own_and_nobody_else() {
    let server = TestServer::start().await;
    let rest = &server.rest;
    let (mut ann, mut bob) = (named(&server, "ann").await, named(&server, "bob").await);
    let mut again = named(&server, "ann").await;
    until_here(&mut ann).await;
    let project = rest.project().await;
    bob.join(&project.session_id).await;
    bob.read_already();
    let heard = ann.call("join_project", json!({ "project_id": project.project_id })).await;
    assert_eq!(heard["success"], true, "{heard}");
    ann.read_already();
    let (_, made) = rest.named("ann").post("/conversations", json!({})).await;
    let conversation = made["conversation_id"].as_str().unwrap().to_owned();
    let entered = again.call("chat:join", json!({ "conversation_id": conversation })).await;
    assert_eq!(entered["success"], true, "{entered}");
    let connection = ann.welcome["connection_id"].as_str().unwrap().to_owned();
    for (number, (path, expected)) in [
        (format!("/project/{}", project.project_id), [true, true, false]),
        ("/user/ann".to_owned(), [true, false, true]),
        (format!("/session/{}", project.session_id), [false, true, false]),
        (format!("/client/{}", again.id), [false, false, true]),
        (format!("/connection/{connection}"), [true, false, false]),
        (format!("/conversation/{conversation}"), [false, false, true]),
        ("/user/nobody".to_owned(), [false; 3]),
        ("/session/none".to_owned(), [false; 3]),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("news:{number}");
        let data = sent(rest, &format!("{path}?event_type={name}"), json!({ "n": number })).await;
        assert_eq!(data["priority"], 1, "{data}");
        let count = expected.iter().filter(|expected| **expected).count();
        assert_eq!(data["target_count"], count, "{path}: {data}");
        let info = over(rest, &data).await;
        assert_eq!(info["delivered_count"], count, "{path}: {info}");
        for (client, expected) in [&mut ann, &mut bob, &mut again].into_iter().zip(expected) {
            let names = until_here(client).await;
            assert_eq!(names == [name.as_str()], expected, "{path}: {names:?}");
        }
    }
    let path = format!("/user/ann?event_type=news&exclude={connection},{}", bob.id);
    assert_eq!(sent(rest, &path, json!({})).await["target_count"], 1, "excluded is who is named");
    again.event_named("news").await;
    assert!(until_here(&mut ann).await.is_empty());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_leaves_by_priority_and_in_its_order() {
    let server = TestServer::start().await;
    let mut ann = named(&server, "ann").await;
    until_here(&mut ann).await;
    let held = hold(&server).await;
    let asked = [("a", "low"), ("b", "2"), ("c", "critical"), ("d", "-1"), ("e", "normal"), ("f", "99")];
    for (name, priority) in asked {
        sent(&server.rest, &format!("/user/ann?event_type={name}&priority={priority}"), json!({})).await;
    }
    let queues = &told(&server.rest, "/stats").await["queues"];
    assert_eq!(*queues, json!({ "high_priority": 2, "normal_priority": 2, "low_priority": 2 }));
    assert!(until_here(&mut ann).await.is_empty());
    drop(held);
    for name in ["c", "f", "b", "e", "a", "d"] {
        assert_eq!(ann.event().await.name, name);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_is_told_and_nothing_that_waits_is_lost() {
    let server = TestServer::start_allowing(|parts| parts.allowance.broadcast_queue = 2).await;
    let mut ann = named(&server, "ann").await;
    until_here(&mut ann).await;
    let held = hold(&server).await;
    for name in ["a", "b"] {
        sent(&server.rest, &format!("/system?event_type={name}"), json!({})).await;
    }
    let (status, answer) = post(&server.rest, "/system?event_type=c", json!({})).await;
    assert_eq!((status, &answer["code"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("BUSY")), "{answer}");
    let request = server.rest.at(reqwest::Method::POST, "/api/websocket/broadcast/system?event_type=c");
    let response = request.json(&json!({})).send().await.unwrap();
    assert_eq!(response.headers()["retry-after"], "5", "when to try again");
    sent(&server.rest, "/system?event_type=d&priority=high", json!({})).await;
    drop(held);
    for name in ["d", "a", "b"] {
        assert_eq!(ann.event().await.name, name);
    }
    sent(&server.rest, "/system?event_type=e", json!({})).await;
    assert_eq!(ann.event().await.name, "e", "there is room again");
    server.stop().await;
}

#[tokio::test]
async fn one_user_broadcasts_so_often_and_no_more() {
    let server = TestServer::start_allowing(|parts| parts.allowance.broadcasts_per_minute = 3).await;
    let ann = server.rest.named("ann");
    for _ in 0..3 {
        sent(&ann, "/system?event_type=x", json!({})).await;
    }
    let (status, answer) = post(&ann, "/user/bob?event_type=x", json!({})).await;
    assert_eq!(
        (status, &answer["code"]),
        (StatusCode::TOO_MANY_REQUESTS, &json!("RATE_LIMITED")),
        "{answer}"
    );
    sent(&server.rest.named("bob"), "/system?event_type=x", json!({})).await;
    let (_, limits) = server.rest.send(server.rest.at_root("/api/limitations")).await;
    let told = limits.to_string();
    assert!(told.contains("3 broadcasts a minute of a user"), "{told}");
    server.stop().await;
}

#[tokio::test]
async fn names_that_tell_the_servers_truth_and_bodies_that_are_none_are_refused() {
    let server = TestServer::start().await;
    let mut ann = named(&server, "ann").await;
    for name in
        ["node-created", "graph-replaced", "undo", "error", "new_message", "maintenance_mode", "connect"]
    {
        let (status, answer) = post(&server.rest, &format!("/system?event_type={name}"), json!({})).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {answer}");
        assert_eq!(answer["code"], "INVALID_REQUEST", "{answer}");
        assert_eq!(answer["detail"][0]["event_type"], name, "{answer}");
    }
    let long = "x".repeat(129);
    let large = json!({ "text": "x".repeat(65_536) });
    for (query, body, status, kind) in [
        (String::new(), json!({}), 422, "missing"),
        ("?event_type=".to_owned(), json!({}), 422, "value_error"),
        (format!("?event_type={long}"), json!({}), 422, "value_error"),
        ("?event_type=x&priority=soon".to_owned(), json!({}), 422, "int_parsing"),
        ("?event_type=x&require_ack=perhaps".to_owned(), json!({}), 422, "bool_parsing"),
        ("?event_type=x".to_owned(), json!([1]), 422, "dict_type"),
        ("?event_type=x".to_owned(), json!("text"), 422, "dict_type"),
        ("?event_type=x".to_owned(), large, 413, ""),
    ] {
        let (told, answer) = post(&server.rest, &format!("/system{query}"), body).await;
        assert_eq!(told.as_u16(), status, "{query}: {answer}");
        if status == 422 {
            assert_eq!(answer["detail"][0]["type"], kind, "{query}: {answer}");
        }
    }
    assert!(until_here(&mut ann).await.is_empty());
    for name in ["broadcast_message", "system_notification", "a \"b\" é\u{1f}"] {
        let query: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
        sent(&server.rest, &format!("/system?event_type={query}"), json!({ "n": 1 })).await;
        assert_eq!(ann.event().await.name, name);
    }
    server.stop().await;
}

#[tokio::test]
async fn only_admins_reach_everybody_and_editors_their_projects() {
    let guarded = Guarded::start().await;
    let rest = |user: &str| guarded.server.rest.with_token(&guarded.token(user));
    let project = guarded.project(&[("ann", "editor"), ("eve", "viewer")]).await;
    let path = format!("/project/{}?event_type=x", project.project_id);
    let status = async |user: &str, path: &str| post(&rest(user), path, json!({})).await.0.as_u16();
    for path in ["/system", "/user/eve", "/client/eve", "/session/s", "/connection/c"] {
        assert_eq!(status("ann", &format!("{path}?event_type=x")).await, 403, "{path}");
    }
    assert_eq!(status("eve", &path).await, 403);
    assert_eq!(status("mallory", &path).await, 404, "it does not know of it");
    let data = sent(&rest("ann"), &path, json!({})).await;
    let id = data["broadcast_id"].as_str().unwrap();
    assert!(id.starts_with("proj_") && id.len() == 5 + 36, "{id}");
    told(&rest("ann"), &format!("/{id}")).await;
    let read = rest("eve").at(reqwest::Method::GET, &format!("/api/websocket/broadcast/{id}"));
    assert_eq!(rest("eve").send(read).await.0, StatusCode::NOT_FOUND, "another's is none");
    let (status, _) =
        rest("ann").send(rest("ann").at(reqwest::Method::GET, "/api/websocket/broadcast/stats")).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let nobody: Value = guarded
        .server
        .rest
        .at(reqwest::Method::POST, "/api/websocket/broadcast/system?event_type=x")
        .json(&json!({}))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(nobody["code"], "UNAUTHENTICATED", "{nobody}");
    guarded.stop().await;
}
