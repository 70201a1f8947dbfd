//! Heartbeats, and connections that never become one of Socket.IO. All at once: the server's intervals are what
//! they are, 15 seconds and 10 to answer.

use std::time::Duration;

use tokio::time::Instant;

use crate::support::TestServer;
use crate::support::raw::{Frame, Http, Socket};

/// How many pings are waited for, beside the first, which comes at once.
const PINGS: usize = 2;
/// When a client that answers no ping is gone, and what a busy machine adds.
const FOUND_OUT: std::ops::Range<Duration> = Duration::from_secs(8)..Duration::from_secs(50);
/// When a client that connects to no namespace is gone.
const GIVEN_UP: std::ops::Range<Duration> = Duration::from_secs(40)..Duration::from_secs(90);

#[tokio::test(flavor = "multi_thread")]
async fn heartbeats_come_on_either_transport_and_find_out_who_is_silent() {
    let server = TestServer::start().await;
    tokio::join!(
        pings_come_by_polling_and_are_answered(&server),
        a_polling_session_that_answers_no_ping_is_gone(&server),
        pings_come_on_a_websocket_and_are_answered(&server),
        a_websocket_that_answers_no_ping_is_closed(&server),
        a_connection_without_a_namespace_is_closed(&server),
    );
    server.stop().await;
}

/// A namespace is connected to first: who has none is let go after 45 seconds.
async fn pings_come_by_polling_and_are_answered(server: &TestServer) {
    let http = Http::to(server.address);
    let sid = http.connect().await;
    for _ in 0..PINGS {
        assert_eq!(http.poll(&sid).await, (200, "2".to_owned()));
        assert_eq!(http.push(&sid, "3").await, (200, "ok".to_owned()));
    }
    http.close(&sid).await;
}

async fn a_polling_session_that_answers_no_ping_is_gone(server: &TestServer) {
    let http = Http::to(server.address);
    let sid = http.connect().await;
    let since = Instant::now();
    // The ping, perhaps the end of the poll that waited, and then nobody is known by this id.
    while http.poll(&sid).await.0 == 200 {}
    assert!(FOUND_OUT.contains(&since.elapsed()), "gone after {:?}", since.elapsed());
    assert_eq!(http.push(&sid, "3").await.0, 400);
}

async fn pings_come_on_a_websocket_and_are_answered(server: &TestServer) {
    let mut socket = Socket::connect(server.address).await;
    for _ in 0..PINGS {
        assert_eq!(socket.text().await, "2");
        socket.send("3").await;
    }
    socket.echoes().await;
}

async fn a_websocket_that_answers_no_ping_is_closed(server: &TestServer) {
    let mut socket = Socket::connect(server.address).await;
    let since = Instant::now();
    assert_eq!(socket.text().await, "2");
    socket.ends("it does not answer").await;
    assert!(FOUND_OUT.contains(&since.elapsed()), "closed after {:?}", since.elapsed());
}

async fn a_connection_without_a_namespace_is_closed(server: &TestServer) {
    let (mut socket, _) = Socket::open(server.address).await;
    let since = Instant::now();
    loop {
        match socket.next().await {
            Frame::Text(ping) if ping == "2" => socket.send("3").await,
            Frame::Text(close) if close == "1" => {}
            Frame::Closed => break,
            other => panic!("{other:?} came"),
        }
    }
    assert!(GIVEN_UP.contains(&since.elapsed()), "closed after {:?}", since.elapsed());
}
