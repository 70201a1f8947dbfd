//! One client: welcomed, answered by ids, told what it did wrong.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::set;
use crate::support::native::PATH;
use crate::support::plain_socket::PlainSocket;
use crate::support::{Client, Native, TestServer};

#[tokio::test]
async fn a_client_is_welcomed_by_its_name_before_anything_else() {
    let server = TestServer::start().await;
    let ann = Native::named(server.address, "ann").await;
    assert_eq!(ann.welcome["event"], "connection_established");
    assert_eq!(ann.welcome["user_id"], "ann");
    assert!(ann.welcome["server_time"].as_str().unwrap().ends_with('Z'), "{}", ann.welcome);
    let nobody = Native::connect(server.address).await;
    assert_eq!(nobody.welcome["user_id"], format!("anonymous:{}", nobody.id));
    assert_ne!(ann.id, nobody.id);
    server.stop().await;
}

#[tokio::test]
async fn whatever_is_asked_with_an_id_is_answered_by_it() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let in_session = json!({ "session_id": project.session_id });
    let mut client = Native::named(server.address, "ann").await;
    let joined = client.join(&project.session_id).await;
    assert_eq!((&joined["seq"], &joined["mode"]), (&json!(1), &json!("current")), "{joined}");
    assert_eq!(joined["client_id"], client.id.as_str());
    let done = client.call("execute_command", set(&project, 7)).await;
    assert_eq!((&done["success"], &done["seq"]), (&json!(true), &json!(2)), "{done}");
    let heard: Vec<_> = client.read_already().into_iter().map(|event| event.name).collect();
    let expected = ["session:connected", "joined", "command:executing", "property-changed"];
    assert_eq!(heard[..4], expected, "what it did comes before the answer: {heard:?}");
    for (event, value) in [("undo", Value::Null), ("redo", json!(7))] {
        assert_eq!(client.call(event, in_session.clone()).await["success"], true);
        let graph = client.call("get_graph", in_session.clone()).await;
        assert_eq!(graph["graph"]["roots"][0]["properties"]["vin"], value, "{graph}");
    }
    let presence = json!({ "session_id": project.session_id, "typing": true });
    assert_eq!(client.call("presence:set", presence).await, json!({ "success": true }));
    assert_eq!(client.call("ping", json!({})).await, json!({ "success": true }));
    client.event_named("pong").await;
    assert_eq!(client.call("leave_session", in_session.clone()).await, json!({ "success": true }));
    assert_eq!(client.event_named("left").await["client_id"], client.id.as_str());
    server.stop().await;
}

#[tokio::test]
async fn answers_come_in_the_order_of_what_was_asked() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut client = Native::connect(server.address).await;
    let join = json!({ "session_id": project.session_id, "since": null, "delivery": "batch" });
    let mut asked = vec![client.emit("join_session", join).await];
    for n in 0..200 {
        asked.push(client.emit("execute_command", set(&project, n)).await);
    }
    client.answer(*asked.last().unwrap()).await;
    assert_eq!(client.answered, asked);
    server.stop().await;
}

#[tokio::test]
async fn what_is_refused_is_answered_or_told_by_an_event_where_no_answer_was_asked_for() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut client = Native::connect(server.address).await;
    for (event, data, code) in [
        ("no_such_event", json!({}), "INVALID_REQUEST"),
        ("execute_command", json!(5), "INVALID_REQUEST"),
        ("execute_command", json!({ "session_id": "x" }), "INVALID_REQUEST"),
        ("undo", json!({ "session_id": "x" }), "INVALID_SESSION"),
        ("presence:set", json!({ "session_id": project.session_id, "typing": true }), "INVALID_STATE"),
    ] {
        let answer = client.call(event, data.clone()).await;
        assert_eq!((&answer["success"], &answer["error"]["code"]), (&json!(false), &json!(code)), "{answer}");
        assert!(client.read_already().is_empty(), "{event}: by the answer alone");
        client.tell(event, data).await;
        assert_eq!(client.event_named("error").await["code"], code);
    }
    let refused = client.call("join_session", json!({})).await;
    assert_eq!(refused["error"]["message"], "Missing session_id");
    assert_eq!(client.event_named("error").await["code"], "INVALID_REQUEST", "a join is told both ways");
    server.stop().await;
}

#[tokio::test]
async fn an_object_that_is_no_event_is_refused_and_the_connection_lives() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut client = Native::connect(server.address).await;
    for frame in [
        json!({}),
        json!({ "id": 1.5 }),
        json!({ "event": 5, "data": {} }),
        json!({ "event": null, "id": "one" }),
        json!({ "event": "undo" }),
        json!({ "event": "undo", "data": null, "id": [] }),
        json!({ "answer": {}, "event": "get_graph", "id": { "id": 1 } }),
    ] {
        client.socket.send(&frame).await;
        let told = client.event_named("error").await;
        assert_eq!(told["code"], "INVALID_REQUEST", "{frame}: {told}");
    }
    for id in [json!("7"), json!(7.0), json!(1e2), json!(u64::MAX), json!({}), json!(true)] {
        for event in ["execute_command", "authenticate", "auth:refresh", "ping", "heartbeat"] {
            let frame = json!({ "event": event, "id": id, "data": set(&project, 1) });
            client.socket.send(&frame).await;
            let told = client.event_named("error").await;
            assert_eq!(told["message"], "id has to be a whole number of 64 bits", "{frame}: {told}");
        }
    }
    let (_, graph) = server.rest.get(&format!("/sessions/{}/graph", project.session_id)).await;
    assert_eq!(graph["seq"], 1, "nothing was done of what could not be answered");
    client.socket.send(&json!({ "id": 77 })).await;
    assert_eq!(client.answer(77).await["error"]["code"], "INVALID_REQUEST");
    client.socket.send(&json!({ "id": 78, "event": "ping" })).await;
    assert_eq!(client.answer(78).await["success"], true, "a ping takes nothing");
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_object_ends_its_own_connection_and_disturbs_nobody() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut witness = Client::connect(server.address).await;
    witness.join(&project.session_id).await;
    let texts =
        ["", "x", "5", "null", "[]", r#"["ping",{}]"#, r#"{"event""#, "{}{}", r#""ping""#, "42[\"ping\"]"];
    for text in texts {
        let mut client = Native::connect(server.address).await;
        client.socket.send_message(Message::text(text)).await;
        let closed = client.closed().await;
        assert_eq!((closed.code, &*closed.reason), (1002, "A frame is a JSON object"), "{text:?}");
    }
    let mut client = Native::connect(server.address).await;
    client.socket.send_message(Message::Binary(b"{}".to_vec().into())).await;
    assert_eq!(client.closed().await.code, 1003);
    server.rest.execute(&project, "UpdateProperty", set(&project, 1)["data"].clone()).await;
    assert_eq!(witness.event_named("property-changed").await["seq"], 2);
    server.stop().await;
}

#[tokio::test]
async fn a_message_over_two_mebibytes_is_told_so_and_ends_its_own_connection() {
    let server = TestServer::start().await;
    for bytes in [2 * 1024 * 1024, 12 * 1024 * 1024] {
        let mut client = Native::connect(server.address).await;
        client.tell("execute_command", json!({ "data": "x".repeat(bytes) })).await;
        assert_eq!(client.closed().await.code, 1009, "{bytes}");
    }
    server.stop().await;
}

#[tokio::test]
async fn an_event_over_one_mebibyte_is_refused_and_the_connection_lives() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut client = Native::connect(server.address).await;
    client.join(&project.session_id).await;
    let answer = client.call("execute_command", set(&project, "x".repeat(1024 * 1024))).await;
    assert_eq!(answer["error"]["code"], "PAYLOAD_TOO_LARGE", "{answer}");
    assert_eq!(client.call("ping", json!({})).await["success"], true);
    server.stop().await;
}

#[tokio::test]
async fn the_subprotocol_is_taken_where_it_is_asked_for_and_no_other_one() {
    let server = TestServer::start().await;
    for (asked, taken) in [
        (Some("graphroom.v1"), Some("graphroom.v1")),
        (Some("chat, graphroom.v1"), Some("graphroom.v1")),
        (None, None),
    ] {
        let headers: Vec<_> = asked.map(|asked| ("sec-websocket-protocol", asked)).into_iter().collect();
        let mut socket = PlainSocket::connect(server.address, PATH, &headers).await;
        assert_eq!(socket.subprotocol.as_deref(), taken);
        assert_eq!(socket.next().await["event"], "connection_established");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_request_that_asks_for_no_websocket_is_told_so() {
    let server = TestServer::start().await;
    let (status, answer) = server.rest.send(server.rest.at_root(PATH)).await;
    assert_eq!((status.as_u16(), &answer["code"]), (400, &json!("INVALID_REQUEST")), "{answer}");
    let post = server.rest.at(reqwest::Method::POST, PATH);
    let (status, answer) = server.rest.send(post).await;
    assert_eq!((status.as_u16(), &answer["code"]), (405, &json!("METHOD_NOT_ALLOWED")), "{answer}");
    for path in [PATH, "/ws", "/ws/chat", "/ws/status", "/ws/desk", "/api/websocket/ws"] {
        let answer = server.rest.at(reqwest::Method::POST, path).send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), answer.headers()["allow"].to_str().unwrap()),
            (405, "GET"),
            "{path}"
        );
    }
    server.stop().await;
}
