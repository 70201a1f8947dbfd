//! Connecting to namespaces of Socket.IO, and leaving them.

use serde_json::Value;

use crate::support::TestServer;
use crate::support::raw::Socket;

/// The only field of an accepted connection.
fn is_accepted(packet: &str, prefix: &str) {
    let payload: Value = serde_json::from_str(packet.strip_prefix(prefix).expect(prefix)).unwrap();
    let fields = payload.as_object().unwrap();
    assert!(fields.len() == 1 && fields["sid"].is_string(), "{packet}");
}

#[tokio::test]
async fn the_root_and_another_namespace_are_connected_to_with_and_without_a_payload() {
    let server = TestServer::start().await;
    for (packet, prefix) in [
        ("40", "40"),
        ("40/,", "40"),
        (r#"40{"token":"123"}"#, "40"),
        (r#"40{"user_id":"ann","name":"Ann"}"#, "40"),
        ("40/graph,", "40/graph,"),
        ("40/graph", "40/graph,"),
        (r#"40/graph,{"token":"abc"}"#, "40/graph,"),
    ] {
        let (mut socket, _) = Socket::open(server.address).await;
        socket.send(packet).await;
        is_accepted(&socket.text().await, prefix);
    }
    server.stop().await;
}

/// The suite's server sends the payload back; here it says who the client is, which its session's info shows.
#[tokio::test]
async fn the_payload_of_a_connection_says_who_it_is() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let (mut socket, _) = Socket::open(server.address).await;
    socket.send(r#"40/graph,{"user_id":"ann"}"#).await;
    is_accepted(&socket.text().await, "40/graph,");
    socket.send(&format!(r#"42/graph,1["join_session",{{"session_id":"{}"}}]"#, project.session_id)).await;
    while !socket.text().await.starts_with("43/graph,1[") {}
    let (_, info) = server.rest.get(&format!("/sessions/{}/info", project.session_id)).await;
    assert_eq!(info["connections"][0]["user_id"], "ann");
    server.stop().await;
}

#[tokio::test]
async fn a_namespace_that_is_not_there_is_refused_and_the_connection_stays() {
    let server = TestServer::start().await;
    let (mut socket, _) = Socket::open(server.address).await;
    socket.send("40/random").await;
    assert_eq!(socket.text().await, r#"44/random,{"message":"Invalid namespace"}"#);
    socket.send("40").await;
    is_accepted(&socket.text().await, "40");
    socket.echoes().await;
    server.stop().await;
}

#[tokio::test]
async fn a_handshake_that_is_no_packet_ends_the_connection() {
    let server = TestServer::start().await;
    let (mut socket, _) = Socket::open(server.address).await;
    socket.send("4abc").await;
    socket.ends("it was no packet").await;
    server.stop().await;
}

/// The suite asks that heartbeats go on. They come every 15 seconds; that the connection is alive shows sooner.
#[tokio::test]
async fn who_leaves_the_root_keeps_its_connection_and_may_come_again() {
    let server = TestServer::start().await;
    let mut socket = Socket::connect(server.address).await;
    socket.send("41").await;
    socket.send("40").await;
    is_accepted(&socket.packet().await.unwrap(), "40");
    socket.echoes().await;
    server.stop().await;
}

#[tokio::test]
async fn who_leaves_another_namespace_stays_in_the_root() {
    let server = TestServer::start().await;
    let mut socket = Socket::connect(server.address).await;
    socket.send("40/graph").await;
    is_accepted(&socket.packet().await.unwrap(), "40/graph,");
    socket.send("41/graph").await;
    socket.echoes().await;
    server.stop().await;
}
