//! Large bodies: few at a time, and refused before they are read.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::importing::RESTOMOD;
use crate::support::TestServer;

/// An upload that goes as far as a test lets it.
struct Slow {
    stream: TcpStream,
    read: String,
}

impl Slow {
    /// Says how much is to come, and asks to be told to go on.
    async fn begin(address: SocketAddr, length: usize) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = format!(
            "POST /api/v1/projects/import HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\nExpect: 100-continue\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        Self { stream, read: String::new() }
    }

    /// Reads until `text` is there.
    async fn until(&mut self, text: &str) {
        let mut buffer = [0; 4096];
        while !self.read.contains(text) {
            let read = tokio::time::timeout(Duration::from_secs(20), self.stream.read(&mut buffer));
            let count = read.await.unwrap_or_else(|_| panic!("no {text} in time: {}", self.read)).unwrap();
            assert!(count > 0, "closed before {text}: {}", self.read);
            self.read.push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
    }

    /// Nothing came so far.
    fn is_waiting(&self) -> bool {
        let mut buffer = [0; 1];
        self.read.is_empty() && self.stream.try_read(&mut buffer).is_err()
    }

    async fn finish(&mut self, body: &str) {
        self.stream.write_all(body.as_bytes()).await.unwrap();
        self.until("HTTP/1.1 201 Created").await;
    }
}

const GO_ON: &str = "HTTP/1.1 100 Continue";

#[tokio::test]
async fn two_files_come_in_at_a_time_and_others_wait_for_them() {
    let server = TestServer::start().await;
    let length = RESTOMOD.len();
    let mut first = Slow::begin(server.address, length).await;
    let mut second = Slow::begin(server.address, length).await;
    first.until(GO_ON).await;
    second.until(GO_ON).await;
    let mut third = Slow::begin(server.address, length).await;
    // Whoever else asks is answered, while it waits.
    for _ in 0..20 {
        assert_eq!(server.rest.get("/projects").await.1["total"], 0);
    }
    assert!(third.is_waiting());
    first.finish(RESTOMOD).await;
    third.until(GO_ON).await;
    third.finish(RESTOMOD).await;
    second.finish(RESTOMOD).await;
    assert_eq!(server.rest.get("/projects").await.1["total"], 3);
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_goes_away_gives_its_place_back() {
    let server = TestServer::start().await;
    for _ in 0..5 {
        let mut gone = Slow::begin(server.address, 1_000).await;
        gone.until(GO_ON).await;
        gone.stream.write_all(b"{\"version\":").await.unwrap();
    }
    let mut last = Slow::begin(server.address, RESTOMOD.len()).await;
    last.until(GO_ON).await;
    last.finish(RESTOMOD).await;
    server.stop().await;
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_before_it_is_read() {
    let server = TestServer::start().await;
    let mut upload = Slow::begin(server.address, 300 * 1024 * 1024).await;
    upload.until("\r\n\r\n{").await;
    assert!(upload.read.starts_with("HTTP/1.1 413 Payload Too Large"), "{}", upload.read);
    assert!(upload.read.contains("PAYLOAD_TOO_LARGE"), "{}", upload.read);
    // At the limit it is not the size that is wrong.
    let mut upload = Slow::begin(server.address, 256 * 1024 * 1024).await;
    upload.until(GO_ON).await;
    server.stop().await;
}

#[tokio::test]
async fn who_waits_for_its_turn_is_told_when_the_server_goes_down() {
    let server = TestServer::start().await;
    let mut uploads = Vec::new();
    for _ in 0..2 {
        let mut upload = Slow::begin(server.address, RESTOMOD.len()).await;
        upload.until(GO_ON).await;
        uploads.push(upload);
    }
    let mut waiting = Slow::begin(server.address, RESTOMOD.len()).await;
    for _ in 0..20 {
        assert_eq!(server.rest.get("/projects").await.1["total"], 0);
    }
    assert!(waiting.is_waiting());
    let down = tokio::spawn(server.stop());
    waiting.until("SHUTTING_DOWN").await;
    drop(uploads);
    down.await.unwrap();
}
