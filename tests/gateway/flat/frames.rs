//! What is answered to each frame, and to what is none.
//!
//! Proves FLAT-1, FLAT-2 and FLAT-4 (docs/behaviour.md).

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::{PATH, Page, assert_is_time};
use crate::support::plain_socket::PlainSocket;
use crate::support::{Project, TestServer, until};

#[tokio::test]
async fn a_page_is_welcomed_by_the_name_of_its_connection() {
    let server = TestServer::start().await;
    let mut page = Page::named(&server, "ann").await;
    let welcome = page.welcome.clone();
    assert_is_time(&welcome["timestamp"]);
    assert_is_time(&welcome["server_time"]);
    assert_eq!(welcome["user_id"], "ann");
    assert_eq!(welcome["connectionId"], welcome["connection_id"]);
    let id = welcome["connection_id"].as_str().unwrap();
    let path = format!("/api/websocket/connections/{id}");
    let (status, one) = server.rest.send(server.rest.at_root(&path)).await;
    assert_eq!((status.as_u16(), &one["data"]["sid"]), (200, &welcome["client_id"]), "{one}");
    assert_eq!(one["data"]["metadata"], json!({ "protocol": "websocket", "namespace": PATH }));
    assert!(page.until_here().await.is_empty(), "nothing else comes by itself");
    server.stop().await;
}

#[tokio::test]
async fn a_ping_is_answered_whatever_else_is_in_it() {
    let server = TestServer::start().await;
    let mut page = Page::open(&server).await;
    for fields in [json!({}), json!({ "timestamp": 1_795_177_890_491_u64 }), json!({ "data": [] })] {
        let pong = page.ask("ping", fields, "pong").await;
        assert_is_time(&pong["timestamp"]);
        assert_eq!(pong.as_object().unwrap().len(), 2, "{pong}");
    }
    server.stop().await;
}

#[tokio::test]
async fn an_unknown_frame_is_told_by_its_type_and_the_connection_goes_on() {
    let server = TestServer::start().await;
    let mut page = Page::open(&server).await;
    for (frame, kind) in [
        (json!({ "type": "no_such" }), "no_such"),
        (json!({ "type": "" }), ""),
        (json!({}), "None"),
        (json!({ "type": null }), "None"),
        (json!({ "type": 5 }), "5"),
        (json!({ "type": "x".repeat(500) }), &"x".repeat(64)),
        (json!({ "type": "node-created", "seq": 1 }), "node-created"),
        (json!({ "type": "frame" }), "frame"),
    ] {
        page.socket.send(&frame).await;
        let error = page.next().await;
        assert_eq!(error["type"], "error");
        assert_eq!(error["message"], format!("Unknown message type: {kind}"), "{frame}");
        assert_eq!(error["code"], "INVALID_REQUEST");
        assert_is_time(&error["timestamp"]);
    }
    page.ask("ping", json!({}), "pong").await;
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_frame_is_told_so_and_the_connection_goes_on() {
    let server = TestServer::start().await;
    let mut page = Page::open(&server).await;
    let texts = ["", "{", "nonsense", "[]", "5", "null", "\"ping\"", "{\"type\":\"ping\"} {"];
    let mut messages: Vec<_> = texts.into_iter().map(Message::text).collect();
    messages.push(Message::binary(br#"{"type":"ping"}"#.to_vec()));
    for message in messages {
        page.socket.send_message(message.clone()).await;
        let error = page.next().await;
        let expected = json!({ "type": "error", "message": "Error processing message", "code": "INVALID_REQUEST",
            "timestamp": error["timestamp"] });
        assert_eq!(error, expected, "{message:?}");
        assert_is_time(&error["timestamp"]);
    }
    page.ask("ping", json!({}), "pong").await;
    server.stop().await;
}

#[tokio::test]
async fn what_was_sent_before_a_close_is_done() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut page = Page::named(&server, "ann").await;
    let data = json!({ "node_id": project.root, "property_id": "vin", "new_value": 7 });
    let command = json!({ "sessionId": project.session_id, "commandType": "UpdateProperty", "data": data });
    page.send("execute_command", command).await;
    page.socket.close().await;
    until("it is done", async || vin(&server, &project).await == 7).await;
    server.stop().await;
}

async fn vin(server: &TestServer, project: &Project) -> Value {
    let (_, graph) = server.rest.get(&format!("/sessions/{}/graph", project.session_id)).await;
    graph["graph"]["roots"][0]["properties"]["vin"].clone()
}

#[tokio::test]
async fn commands_are_answered_by_the_id_that_they_came_with_and_else_only_refused() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut page = Page::named(&server, "ann").await;
    let data = json!({ "node_id": project.root, "property_id": "vin", "new_value": 7 });
    let command = json!({ "session_id": project.session_id, "command_type": "UpdateProperty", "data": data });
    let mut asked = command.clone();
    asked["id"] = json!(41);
    let answer = page.ask("execute_command", asked, "answer").await;
    assert_eq!((&answer["id"], &answer["answer"]["success"]), (&json!(41), &json!(true)), "{answer}");
    assert_is_time(&answer["timestamp"]);
    page.send("execute_command", command).await;
    assert!(page.until_here().await.is_empty(), "who asks for no answer gets none");
    let refused = page.ask("undo", json!({ "session_id": "x" }), "error").await;
    assert_eq!(refused["code"], "INVALID_SESSION", "{refused}");
    let refused = page.ask("undo", json!({ "session_id": "x", "id": -3 }), "answer").await;
    assert_eq!(
        (&refused["id"], &refused["answer"]["error"]["code"]),
        (&json!(-3), &json!("INVALID_SESSION"))
    );
    let refused = page.ask("execute_command", json!({ "id": 5 }), "answer").await;
    assert_eq!(refused["answer"]["error"]["code"], "INVALID_REQUEST", "{refused}");
    server.stop().await;
}

#[tokio::test]
async fn signs_of_life_and_wrapped_events_are_taken_too() {
    let server = TestServer::start().await;
    let mut page = Page::open(&server).await;
    for fields in [json!({}), json!({ "timestamp": 5 })] {
        assert_is_time(&page.ask("heartbeat", fields, "heartbeat_response").await["timestamp"]);
    }
    let wrapped = json!({ "event": "heartbeat", "data": {} });
    page.ask("message", wrapped, "heartbeat_response").await;
    let refused = page.ask("message", json!({ "data": {} }), "error").await;
    assert_eq!(refused["code"], "INVALID_REQUEST", "{refused}");
    let claim = json!({ "event": "authenticate", "data": { "user_id": "u1", "token": "any" } });
    let signed_in = page.ask("message", claim, "authentication_success").await;
    assert_eq!((&signed_in["user_id"], &signed_in["userId"]), (&json!("u1"), &json!("u1")));
    server.stop().await;
}

#[tokio::test]
async fn a_request_that_is_no_upgrade_and_one_to_an_older_path_are_refused() {
    let server = TestServer::start().await;
    let (status, error) = server.rest.send(server.rest.at_root(PATH)).await;
    assert_eq!((status.as_u16(), &error["code"]), (400, &json!("INVALID_REQUEST")), "{error}");
    let wrong = PlainSocket::try_connect(server.address, "/api/websocket/other", &[], None).await;
    assert_eq!(wrong.err().expect("no WebSocket is there").0, 404);
    server.stop().await;
}

#[tokio::test]
async fn a_message_that_is_too_large_closes_the_connection() {
    let server = TestServer::start().await;
    let mut page = Page::open(&server).await;
    page.send("ping", json!({ "data": "x".repeat(2 * 1024 * 1024) })).await;
    assert_eq!(page.socket.closed().await.code, 1009);
    server.stop().await;
}

/// What is offered to a page that reads nothing is more than lies between takes, and less than the ring keeps.
#[tokio::test(flavor = "multi_thread")]
async fn a_ping_goes_before_what_waits() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let path = format!("{PATH}?user_id=slow");
    let socket = PlainSocket::try_connect(server.address, &path, &[], Some(16 * 1024)).await;
    let mut page = Page::welcomed(socket.unwrap_or_else(|_| panic!("a WebSocket"))).await.unwrap();
    page.ask("join_session", json!({ "sessionId": project.session_id }), "session_joined").await;
    let mut last = 0;
    for n in 0..30 {
        let value = format!("{n:07}").repeat(8_000);
        let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": value });
        last = server.rest.execute(&project, "UpdateProperty", data).await["seq"].as_u64().unwrap();
    }
    page.send("ping", json!({})).await;
    // It is taken in before the page reads on.
    until("the ping has come", async || came(&server, &page).await == 1).await;
    let mut before = 0;
    loop {
        let frame = page.next().await;
        match frame["type"].as_str() {
            Some("pong") => break,
            Some("property-changed") => before = frame["seq"].as_u64().unwrap(),
            _ => {}
        }
    }
    assert!(before < last, "the pong came behind everything");
    while page.frame("property-changed").await["seq"] != last {}
    server.stop().await;
}

/// How many pings of a page's have come.
async fn came(server: &TestServer, page: &Page) -> Value {
    let id = page.welcome["connection_id"].as_str().unwrap();
    let request = server.rest.at_root(&format!("/api/websocket/connections/{id}"));
    server.rest.send(request).await.1["data"]["heartbeat_count"].clone()
}
