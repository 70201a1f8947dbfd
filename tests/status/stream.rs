//! `/ws/status`: how the server is, over a plain WebSocket.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::{fail, on_a_faulty_store};
use crate::support::TestServer;
use crate::support::plain_socket::PlainSocket;

async fn next(socket: &mut PlainSocket, kind: &str) -> Value {
    loop {
        let frame = socket.next().await;
        if frame["type"] == kind {
            return frame;
        }
    }
}

#[tokio::test]
async fn the_stream_begins_with_all_that_is_known_and_tells_what_changes() {
    let (server, store) = on_a_faulty_store().await;
    let mut stream = PlainSocket::connect(server.address, "/ws/status", &[]).await;
    let first = stream.next().await;
    assert_eq!(
        (&first["type"], &first["data"]["health"]["healthy"]),
        (&json!("status"), &json!(true)),
        "{first}"
    );
    assert_eq!(first["data"]["circuit_breakers"]["store"]["state"], "closed");
    next(&mut stream, "health_check").await;
    next(&mut stream, "metrics_update").await;
    fail(&server, &store).await;
    let alert = next(&mut stream, "performance_alert").await;
    assert_eq!(alert["data"]["alert"]["component"], "store", "{alert}");
    let update = next(&mut stream, "system_status_update").await;
    assert_eq!(update["data"]["health"]["healthy"], false);
    stream.send(&json!({ "type": "ping" })).await;
    next(&mut stream, "pong").await;
    stream.send(&json!({ "type": "status" })).await;
    assert_eq!(next(&mut stream, "status").await["data"]["health"]["component_health"]["store"], false);
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_object_closes_the_stream() {
    let server = TestServer::start().await;
    for (message, code) in
        [(Message::text("[]"), 1002), (Message::text("x"), 1002), (Message::binary(vec![1]), 1003)]
    {
        let mut stream = PlainSocket::connect(server.address, "/ws/status", &[]).await;
        next(&mut stream, "status").await;
        stream.send_message(message).await;
        assert_eq!(stream.closed().await.code, code);
    }
    server.stop().await;
}
