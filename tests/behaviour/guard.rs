//! The guard of open mode, over real sockets: what is foreign reaches neither a route nor a handshake.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::TestServer;

pub(super) const POLLING: &str = "/socket.io/?EIO=4&transport=polling";
pub(super) const UPGRADE: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
pub(super) const WEBSOCKET: &str = "/socket.io/?EIO=4&transport=websocket";

/// The first line and the body of the answer to a request with exactly these headers.
pub(super) async fn exchange(address: SocketAddr, path: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    // An upgraded connection stays open: its first answer is enough.
    loop {
        let bytes = stream.read(&mut buffer).await.unwrap();
        answer.extend_from_slice(&buffer[..bytes]);
        let text = String::from_utf8_lossy(&answer);
        if bytes == 0 || text.starts_with("HTTP/1.1 101") || text.ends_with('}') {
            return text.into_owned();
        }
    }
}

#[tokio::test]
async fn a_foreign_host_gets_nowhere_on_any_transport() {
    let server = TestServer::start().await;
    for (path, extra) in [("/api/v1/health", ""), (POLLING, ""), (WEBSOCKET, UPGRADE), ("/nowhere", "")] {
        for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "10.0.0.1", ""] {
            let answer = exchange(server.address, path, &format!("Host: {host}\r\n{extra}")).await;
            assert!(answer.starts_with("HTTP/1.1 421"), "{host:?} {path}: {answer}");
            assert!(answer.contains("\"code\":\"FOREIGN_HOST\""), "{answer}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_page_of_a_foreign_origin_gets_nowhere_on_any_transport() {
    let server = TestServer::start().await;
    let host = format!("Host: {}\r\n", server.address);
    for (path, extra) in [("/api/v1/health", ""), (POLLING, ""), (WEBSOCKET, UPGRADE)] {
        for origin in
            ["https://evil.example", "null", "http://localhost@evil.example", "http://localhost.evil.example"]
        {
            let answer = exchange(server.address, path, &format!("{host}{extra}Origin: {origin}\r\n")).await;
            assert!(answer.starts_with("HTTP/1.1 403"), "{origin} {path}: {answer}");
            assert!(answer.contains("\"code\":\"FOREIGN_ORIGIN\""), "{answer}");
            assert!(!answer.contains("access-control-allow-origin"), "{answer}");
        }
    }
    server.stop().await;
}

// C-009
#[tokio::test]
async fn pages_of_this_machine_are_let_in_on_every_transport_and_may_read_the_answers() {
    let server = TestServer::start().await;
    let port = server.address.port();
    for host in [format!("127.0.0.1:{port}"), format!("localhost:{port}"), format!("[::1]:{port}")] {
        for (path, extra, status) in
            [("/api/v1/health", "", "200"), (POLLING, "", "200"), (WEBSOCKET, UPGRADE, "101")]
        {
            let headers = format!("Host: {host}\r\n{extra}Origin: http://localhost:5173\r\n");
            let answer = exchange(server.address, path, &headers).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{host} {path}: {answer}");
            let allowed = "access-control-allow-origin: http://localhost:5173";
            assert!(answer.to_lowercase().contains(allowed), "{answer}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_foreign_page_that_asks_without_an_origin_gets_nowhere_but_a_link_may_be_followed() {
    let server = TestServer::start().await;
    let host = format!("Host: {}\r\n", server.address);
    for (path, mode, status) in [
        ("/api/v1/sessions", "no-cors", "403"),
        (POLLING, "no-cors", "403"),
        ("/api/v1/health", "navigate", "200"),
    ] {
        let headers = format!("{host}Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: {mode}\r\n");
        let answer = exchange(server.address, path, &headers).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{mode} {path}: {answer}");
    }
    let own =
        exchange(server.address, "/api/v1/health", &format!("{host}Sec-Fetch-Site: same-origin\r\n")).await;
    assert!(own.starts_with("HTTP/1.1 200"), "{own}");
    server.stop().await;
}
