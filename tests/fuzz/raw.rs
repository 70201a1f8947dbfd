//! Bytes on the wire below everything: HTTP requests, bodies of polls, frames of WebSockets.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::bytes;
use super::edges::frame;
use super::live::{Bystander, Stage};
use super::run::{Case, Part, readable};
use crate::support::random::Random;

/// Connections of a case.
const CONNECTIONS: usize = 12;
/// How long the answer to something that may be no request is waited for: a poll that has nothing to say waits
/// longer, and that is no fault.
const PATIENCE: Duration = Duration::from_millis(150);
/// How long a server may take for what is one.
const LONG_PATIENCE: Duration = Duration::from_secs(20);

fn requests(session_id: &str) -> Vec<String> {
    let head = "Host: localhost\r\nConnection: close\r\n";
    let json = "Content-Type: application/json\r\n";
    let command =
        format!("{{\"session_id\":\"{session_id}\",\"command_type\":\"AdoptTemplate\",\"data\":{{}}}}");
    let length = command.len();
    vec![
        format!("GET /health HTTP/1.1\r\n{head}\r\n"),
        format!("GET /api/v1/sessions/{session_id}/graph HTTP/1.1\r\n{head}Origin: http://localhost\r\n\r\n"),
        format!(
            "POST /api/v1/commands/execute HTTP/1.1\r\n{head}{json}Content-Length: {length}\r\n\r\n{command}"
        ),
        format!(
            "POST /api/v1/commands/execute HTTP/1.1\r\n{head}{json}Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n{command}\r\n0\r\n\r\n"
        ),
        format!(
            "OPTIONS /api/v1/projects HTTP/1.1\r\n{head}Origin: http://localhost\r\nAccess-Control-Request-Method: POST\r\n\r\n"
        ),
        format!("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n{head}\r\n"),
        format!(
            "POST /socket.io/?EIO=4&transport=polling&sid=none HTTP/1.1\r\n{head}Content-Length: 2\r\n\r\n40"
        ),
        upgrade(4),
        upgrade(3),
    ]
}

fn upgrade(engine: u8) -> String {
    format!(
        "GET /socket.io/?EIO={engine}&transport=websocket&user_id=ada HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
}

/// A connection, and what came over it.
struct Wire {
    stream: TcpStream,
    came: Vec<u8>,
}

impl Wire {
    async fn new(address: SocketAddr) -> Self {
        Self {
            stream: TcpStream::connect(address).await.expect("the server takes connections"),
            came: Vec::new(),
        }
    }

    /// Sends bytes, and reads until it is enough, the server closes, or nobody waits any longer.
    async fn send(&mut self, sent: &[u8], patience: Duration, is_enough: impl Fn(&[u8]) -> bool) {
        let Self { stream, came } = self;
        let (mut reader, mut writer) = stream.split();
        let both = async {
            // The server may have heard enough before everything is sent.
            let write = async {
                let _ = writer.write_all(sent).await;
            };
            let read =
                async { while !is_enough(came) && reader.read_buf(came).await.is_ok_and(|read| read > 0) {} };
            tokio::join!(write, read);
        };
        let _ = tokio::time::timeout(patience, both).await;
    }
}

async fn exchange(
    address: SocketAddr,
    sent: &[u8],
    patience: Duration,
    is_enough: impl Fn(&[u8]) -> bool,
) -> Vec<u8> {
    let mut wire = Wire::new(address).await;
    wire.send(sent, patience, is_enough).await;
    wire.came
}

fn patience(is_altered: bool) -> Duration {
    if is_altered { PATIENCE } else { LONG_PATIENCE }
}

/// Only the end of the connection is.
fn never(_: &[u8]) -> bool {
    false
}

fn is_upgraded(answer: &[u8]) -> bool {
    status_of(answer) == Some(101)
}

fn is_connected(answer: &[u8]) -> bool {
    answer.windows(6).any(|bytes| bytes == b"40{\"si")
        || answer.windows(4).any(|bytes| bytes == b"\x81\x0240")
}

fn has_pong(answer: &[u8]) -> bool {
    answer.windows(4).any(|bytes| bytes == b"pong")
}

fn status_of(answer: &[u8]) -> Option<u16> {
    let line = answer.strip_prefix(b"HTTP/1.")?.get(2..5)?;
    std::str::from_utf8(line).ok()?.parse().ok()
}

async fn try_request(case: &mut Case, address: SocketAddr, here: &Bystander) {
    let requests = requests(&here.project.session_id);
    let request = case.random.pick(&requests).clone().into_bytes();
    let other = case.random.pick(&requests).clone();
    let is_altered = case.random.percent(85);
    let request = match is_altered {
        true => bytes::altered(&mut case.random, &request, other.as_bytes()),
        false => request,
    };
    case.shows_too(&readable(&request));
    let answer = exchange(address, &request, patience(is_altered), is_upgraded).await;
    let status = status_of(&answer);
    assert!(status.is_none_or(|status| status < 500), "{}", readable(&answer));
    case.saw("a raw request", status.is_some_and(|status| status < 400));
}

const PACKETS: [&str; 6] = [
    "40/graph,",
    "40/graph,{\"user_id\":\"ada\"}",
    "40/graph?user_id=ada,",
    "420[\"ping\",{}]",
    "421[\"join_session\",{\"session_id\":\"$\"}]",
    "422[\"execute_command\",{\"session_id\":\"$\",\"command_type\":\"AdoptTemplate\",\"data\":{}}]",
];
/// What does not belong there.
const ODD_PACKETS: [&str; 9] = [
    "40",
    "42/graph,1[\"ping\",{}]",
    "451-0[\"execute_command\",{\"_placeholder\":true,\"num\":0}]",
    "bAQIDBA==",
    "3",
    "2probe",
    "41",
    "5",
    "1",
];

fn packets(random: &mut Random, session_id: &str, is_altered: bool) -> Vec<String> {
    let mut packets: Vec<String> =
        (0..random.below(5)).map(|_| random.pick(&PACKETS).replace('$', session_id)).collect();
    if is_altered && random.percent(30) {
        packets.insert(random.below(packets.len() + 1), random.pick(&ODD_PACKETS).to_string());
    }
    packets.push("420[\"ping\",{}]".to_owned());
    packets
}

async fn http(address: SocketAddr, head: &str, body: &[u8]) -> (u16, Vec<u8>) {
    let mut request = format!(
        "{head} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    let answer = exchange(address, &request, LONG_PATIENCE, never).await;
    let status = status_of(&answer).expect("a request is answered");
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    (status, answer[end + 4..].to_vec())
}

async fn try_poll(case: &mut Case, address: SocketAddr, here: &Bystander) {
    let engine = *case.random.pick(&[3, 4]);
    let path = format!("/socket.io/?EIO={engine}&transport=polling");
    let (status, open) = http(address, &format!("GET {path}"), b"").await;
    assert_eq!(status, 200);
    let open = String::from_utf8(open).unwrap();
    let json = &open[open.find('{').unwrap()..=open.rfind('}').unwrap()];
    let open: Value = serde_json::from_str(json).unwrap();
    let path = format!("{path}&sid={}", open["sid"].as_str().unwrap());
    let is_altered = case.random.percent(85);
    let mut packets = packets(&mut case.random, &here.project.session_id, is_altered);
    packets.insert(0, "40".to_owned());
    let body = match engine {
        3 => packets
            .iter()
            .map(|packet| format!("{}:{packet}", packet.encode_utf16().count()))
            .collect::<String>(),
        _ => packets.join("\u{1e}"),
    };
    let body = match is_altered {
        true => bytes::altered(&mut case.random, body.as_bytes(), b"\x1e4:42[]"),
        false => body.into_bytes(),
    };
    case.shows_too(&format!("a poll of {engine}: {}", readable(&body)));
    let (status, answer) = http(address, &format!("POST {path}"), &body).await;
    assert!(status < 500, "{}", readable(&answer));
    assert!(is_altered || status == 200, "{status}: {}", readable(&answer));
    case.saw("the body of a poll", status == 200);
    let end: &[u8] = if engine == 3 { b"1:1" } else { b"1" };
    let (status, _) = http(address, &format!("POST {path}"), end).await;
    assert!(status < 500, "{status}");
}

async fn try_frames(case: &mut Case, address: SocketAddr, here: &Bystander) {
    let random = &mut case.random;
    let engine = *random.pick(&[3, 4]);
    let mut frames = Vec::new();
    let is_altered = random.percent(80);
    for packet in packets(random, &here.project.session_id, is_altered) {
        let mask = (random.next() as u32).to_be_bytes();
        if is_altered && random.percent(10) {
            // In two pieces, a binary one, or one that is too large.
            let (start, end) = packet.as_bytes().split_at(packet.len() / 2);
            match random.below(4) {
                0 => frames.extend(frame(0x82, packet.as_bytes(), mask)),
                1 => frames.extend(frame(0x81, &vec![b' '; 2 * 1024 * 1024 + 1], mask)),
                _ => {
                    frames.extend(frame(0x01, start, mask));
                    frames.extend(frame(0x89, b"between", mask));
                    frames.extend(frame(0x80, end, mask));
                }
            }
        } else {
            frames.extend(frame(0x81, packet.as_bytes(), mask));
        }
    }
    if is_altered && random.percent(70) {
        frames = bytes::altered(random, &frames, &frame(0x88, &[3, 232], [0; 4]));
    }
    case.shows_too(&format!("frames of {engine}: {}", readable(&frames)));
    let mut wire = Wire::new(address).await;
    // A client says nothing before it is connected; by Engine.IO 3 it is by itself.
    let mut opening = upgrade(engine).into_bytes();
    if engine == 4 {
        opening.extend(frame(0x81, b"40", [0; 4]));
    }
    wire.send(&opening, LONG_PATIENCE, is_connected).await;
    assert!(is_upgraded(&wire.came) && is_connected(&wire.came), "{}", readable(&wire.came));
    wire.send(&frames, patience(is_altered), has_pong).await;
    let answer = wire.came;
    let is_answered = has_pong(&answer);
    assert!(is_altered || is_answered, "{}", readable(&answer));
    case.saw("frames", is_answered);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_on_the_wire_end_their_own_connection_at_most() {
    let mut stage = Stage::new().await;
    Part::new("raw", 8)
        .needs("a raw request", 10, 10)
        .needs("the body of a poll", 10, 5)
        .needs("frames", 10, 5)
        .run_live(async |case| {
            let here = stage.bystander().await;
            case.shows("");
            let address = stage.server.address;
            for _ in 0..CONNECTIONS {
                match case.random.below(3) {
                    0 => try_request(case, address, &here).await,
                    1 => try_poll(case, address, &here).await,
                    _ => try_frames(case, address, &here).await,
                }
            }
            stage.is_calm(case, here).await;
        })
        .await;
    stage.ends().await;
}
