//! Clients that do not come to HTTP: they disturb nobody, are let go, and are counted.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::tls::{Authority, connect};
use crate::support::{TestServer, until};

/// What no test waits for longer, though machines are slow.
const ENOUGH: Duration = Duration::from_secs(60);

async fn server(authority: &Authority, handshake: Duration) -> TestServer {
    TestServer::start_secured(authority, |parts| parts.patience.handshake = handshake).await
}

/// Says something, then nothing more: what comes until the server closes.
async fn until_closed(address: SocketAddr, said: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(said).await.unwrap();
    let mut heard = Vec::new();
    // A reset is an end as well.
    let _ = timeout(ENOUGH, stream.read_to_end(&mut heard)).await.expect("the server closes");
    heard
}

/// How many handshakes failed for a reason.
async fn failed(server: &TestServer, reason: &str) -> String {
    let text = server.rest.at_root("/metrics").send().await.unwrap().text().await.unwrap();
    let name = format!("graphroom_tls_handshakes_failed_total{{reason=\"{reason}\"}} ");
    let line = text.lines().find_map(|line| line.strip_prefix(&name));
    line.unwrap_or_else(|| panic!("there is no {name}")).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_speaks_http_without_tls_is_told_what_is_spoken() {
    let authority = Authority::new();
    let server = server(&authority, Duration::from_millis(500)).await;
    let request = format!("GET /api/v1/health HTTP/1.1\r\nhost: {}\r\n\r\n", server.address);
    let heard = String::from_utf8(until_closed(server.address, request.as_bytes()).await).unwrap();
    assert!(heard.starts_with("HTTP/1.1 400 "), "{heard}");
    let (_, body) = heard.split_once("\r\n\r\n").unwrap();
    assert!(body.contains("https://"), "{heard}");
    assert!(heard.contains(&format!("content-length: {}\r\n", body.len())), "{heard}");
    until("it is counted", async || failed(&server, "plain_http").await == "1").await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_is_no_handshake() {
    let authority = Authority::new();
    let server = server(&authority, Duration::from_secs(30)).await;
    until_closed(server.address, &[0; 64]).await;
    until_closed(server.address, b"\x16\x03\x01\xff\xff garbage, and nothing else").await;
    until("both are counted", async || failed(&server, "refused").await == "2").await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stops_in_its_handshake_holds_nobody_and_is_let_go() {
    let authority = Authority::new();
    let server = server(&authority, Duration::from_secs(5)).await;
    let mut silent = Vec::new();
    for n in 0..100 {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        // Half of them begin, and go no further.
        if n % 2 == 0 {
            stream.write_all(&[0x16, 3, 1]).await.unwrap();
        }
        silent.push(stream);
    }
    let (status, _) = server.rest.get("/health").await;
    assert_eq!(status, 200);
    assert_eq!(failed(&server, "timed_out").await, "0", "they are still waiting");
    for mut stream in silent {
        let mut heard = Vec::new();
        let _ = timeout(ENOUGH, stream.read_to_end(&mut heard)).await.expect("the server closes");
        assert!(heard.is_empty());
    }
    until("they are counted", async || failed(&server, "timed_out").await == "100").await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_trusts_somebody_else_goes_away_and_disturbs_nobody() {
    let authority = Authority::new();
    let server = server(&authority, Duration::from_secs(30)).await;
    let refused = connect(server.address, Authority::new().trusted()).await;
    assert!(refused.unwrap_err().to_string().contains("invalid peer certificate"));
    until("it is counted", async || failed(&server, "refused").await == "1").await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_down_does_not_wait_for_handshakes() {
    let authority = Authority::new();
    let server = server(&authority, Duration::from_secs(600)).await;
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    assert_eq!(server.rest.get("/health").await.0, 200);
    timeout(ENOUGH, server.stop()).await.expect("an end in time");
    let mut heard = Vec::new();
    let _ = timeout(ENOUGH, silent.read_to_end(&mut heard)).await.expect("the server closes");
}
