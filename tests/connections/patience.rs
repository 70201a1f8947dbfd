//! Clients that take too long with a request: they are let go, and keep nothing.

use std::net::SocketAddr;
use std::time::Duration;

use graphroom::transport::serving::Patience;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::TestServer;

/// What no test waits for longer, though machines are slow.
const ENOUGH: Duration = Duration::from_secs(60);

async fn server(headers: u64, body: u64) -> TestServer {
    let (headers, body) = (Duration::from_millis(headers), Duration::from_millis(body));
    let patience = Patience { headers, body, ..Patience::default() };
    TestServer::start_allowing(|parts| parts.patience = patience).await
}

/// Says something, then nothing more: what comes until the server closes.
async fn until_closed(address: SocketAddr, said: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(said.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    // A reset is an end as well.
    let _ = timeout(ENOUGH, stream.read_to_end(&mut heard)).await.expect("the server closes");
    String::from_utf8(heard).unwrap()
}

#[tokio::test]
async fn who_connects_and_says_nothing_is_let_go() {
    let server = server(300, 60_000).await;
    assert_eq!(until_closed(server.address, "").await, "");
    server.stop().await;
}

#[tokio::test]
async fn who_never_ends_the_headers_is_let_go() {
    let server = server(300, 60_000).await;
    until_closed(server.address, "GET /api/v1/health HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ").await;
    server.stop().await;
}

#[tokio::test]
async fn who_was_answered_and_asks_for_nothing_more_is_let_go() {
    let server = server(300, 60_000).await;
    let heard = until_closed(server.address, "GET /api/v1/health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").await;
    assert!(heard.starts_with("HTTP/1.1 200 OK"), "{heard}");
    server.stop().await;
}

#[tokio::test]
async fn a_body_that_stops_coming_ends_its_request() {
    let server = server(60_000, 300).await;
    let head = "POST /api/v1/projects HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n\
        content-length: 100\r\n\r\n{\"template_id\":";
    let heard = until_closed(server.address, head).await;
    assert!(heard.starts_with("HTTP/1.1 400"), "{heard}");
    server.stop().await;
}

#[tokio::test]
async fn who_waits_for_an_answer_is_not_hurried() {
    let server = server(300, 300).await;
    let project = server.rest.project().await;
    let path = format!("/sessions/{}/events?wait=2", project.session_id);
    let (status, page) = server.rest.get(&path).await;
    assert_eq!((status.as_u16(), &page["mode"]), (200, &serde_json::json!("current")), "{page}");
    server.stop().await;
}
