//! Payloads and messages of Engine.IO: one, several, binary ones, and what is none.

use crate::support::raw::{Http, SEPARATOR, Socket};
use crate::support::{TestServer, until};

const ASKS: &str = r#"420["ping",{}]"#;
const ANSWERS: [&str; 2] = [r#"42["pong"]"#, r#"430[{"success":true}]"#];

#[tokio::test]
async fn one_packet_of_text_is_taken_in_by_polling_and_answered() {
    let server = TestServer::start().await;
    let http = Http::to(server.address);
    let sid = http.connect().await;
    assert_eq!(http.push(&sid, ASKS).await, (200, "ok".to_owned()));
    assert_eq!(http.packets(&sid, 2).await, ANSWERS);
    http.close(&sid).await;
    server.stop().await;
}

#[tokio::test]
async fn several_packets_of_one_payload_are_taken_in_order() {
    let server = TestServer::start().await;
    let http = Http::to(server.address);
    let sid = http.connect().await;
    let asks: Vec<_> = (1..=3).map(|n| format!(r#"42{n}["ping",{{}}]"#)).collect();
    assert_eq!(http.push(&sid, &asks.join(&SEPARATOR.to_string())).await, (200, "ok".to_owned()));
    let answers = http.packets(&sid, 6).await;
    for (n, pair) in answers.chunks(2).enumerate() {
        assert_eq!(pair, [ANSWERS[0].to_owned(), format!(r#"43{}[{{"success":true}}]"#, n + 1)]);
    }
    http.close(&sid).await;
    server.stop().await;
}

/// No event takes bytes, so the binary one is answered by an error; the packets around it are not disturbed.
#[tokio::test]
async fn a_payload_of_text_and_binary_packets_is_taken_apart() {
    let server = TestServer::start().await;
    let http = Http::to(server.address);
    let sid = http.connect().await;
    let binary = r#"451-5["undo",{"_placeholder":true,"num":0}]"#;
    let payload = [ASKS, binary, "bAQIDBA==", r#"421["ping",{}]"#].join(&SEPARATOR.to_string());
    assert_eq!(http.push(&sid, &payload).await, (200, "ok".to_owned()));
    let packets = http.packets(&sid, 5).await;
    assert_eq!(packets[..2], ANSWERS);
    let refusal =
        packets.iter().find(|packet| packet.starts_with("435[")).expect("an answer to the binary one");
    assert!(refusal.contains(r#""code":"INVALID_REQUEST""#), "{refusal}");
    assert!(packets.contains(&r#"431[{"success":true}]"#.to_owned()), "{packets:?}");
    http.close(&sid).await;
    server.stop().await;
}

#[tokio::test]
async fn a_payload_that_is_none_ends_the_polling_session() {
    let server = TestServer::start().await;
    let http = Http::to(server.address);
    for payload in ["abc", "9", "4\u{1e}abc"] {
        let sid = http.open().await;
        assert_eq!(http.push(&sid, payload).await.0, 400, "{payload}");
        assert_eq!(http.poll(&sid).await.0, 400, "{payload}: there is no such session any more");
    }
    server.stop().await;
}

#[tokio::test]
async fn two_polls_at_once_end_the_session() {
    let server = TestServer::start().await;
    let http = Http::to(server.address);
    let sid = http.open().await;
    let (first, second) = tokio::join!(http.poll(&sid), http.poll(&sid));
    let mut statuses = [first.0, second.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400], "the one that waits is let go, the other refused");
    until("there is no such session any more", async || http.poll(&sid).await.0 == 400).await;
    server.stop().await;
}

#[tokio::test]
async fn a_text_on_a_websocket_is_answered() {
    let server = TestServer::start().await;
    let mut socket = Socket::connect(server.address).await;
    socket.send(ASKS).await;
    assert_eq!([socket.text().await, socket.text().await], ANSWERS);
    server.stop().await;
}

#[tokio::test]
async fn bytes_on_a_websocket_belong_to_the_packet_before_them() {
    let server = TestServer::start().await;
    let mut socket = Socket::connect(server.address).await;
    socket.send(r#"451-5["undo",{"_placeholder":true,"num":0}]"#).await;
    socket.send_binary(&[1, 2, 3, 4]).await;
    let refusal = socket.text().await;
    assert!(refusal.starts_with("435[") && refusal.contains("INVALID_REQUEST"), "{refusal}");
    socket.echoes().await;
    server.stop().await;
}

/// An echo would send them back; here they are part of no packet.
#[tokio::test]
async fn bytes_that_belong_to_no_packet_end_the_connection() {
    let server = TestServer::start().await;
    let mut socket = Socket::connect(server.address).await;
    socket.send_binary(&[1, 2, 3, 4]).await;
    socket.ends("they belong to no packet").await;
    server.stop().await;
}

#[tokio::test]
async fn a_message_that_is_no_packet_ends_the_websocket() {
    let server = TestServer::start().await;
    for garbage in ["abc", "", "7", "0{}", "6"] {
        let (mut socket, _) = Socket::open(server.address).await;
        socket.send(garbage).await;
        socket.ends(garbage).await;
    }
    server.stop().await;
}
