//! What is told as it happens can be switched off; who asks is answered all the same.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::TestServer;
use crate::support::plain_socket::PlainSocket;

/// Has a server look at itself again and again, and says what was told of it to who watches and asks, too.
async fn heard(server: &TestServer) -> Vec<String> {
    let mut stream = PlainSocket::connect(server.address, "/ws/status", &[]).await;
    assert_eq!(stream.next().await["type"], "status");
    let mut names = Vec::new();
    for _ in 0..20 {
        let check = server.rest.at(Method::POST, "/api/websocket/status/health-check");
        assert_eq!(server.rest.send(check).await.0, StatusCode::OK);
        stream.send(&json!({ "type": "status" })).await;
        loop {
            let frame = stream.next().await;
            match frame["type"].as_str().unwrap() {
                "status" => break,
                name => names.push(name.to_owned()),
            }
        }
    }
    names
}

#[tokio::test]
async fn how_the_server_is_is_told_as_it_changes_unless_that_is_switched_off() {
    let server = TestServer::start().await;
    let told = heard(&server).await;
    assert!(told.iter().filter(|name| *name == "health_check").count() > 10, "{told:?}");
    server.stop().await;

    let server = TestServer::start_allowing(|parts| parts.realtime.status = false).await;
    assert_eq!(heard(&server).await, [""; 0]);
    server.stop().await;
}
