//! From polling to a WebSocket, and what comes to the old transport afterwards.

use crate::support::raw::{Http, Socket};
use crate::support::{TestServer, until};

/// A session that polls and a WebSocket that has proved itself to it.
async fn probed(server: &TestServer) -> (Http, String, Socket) {
    let http = Http::to(server.address);
    let sid = http.connect().await;
    let mut socket = Socket::upgrading(server.address, &sid).await;
    socket.send("2probe").await;
    assert_eq!(socket.text().await, "3probe");
    (http, sid, socket)
}

#[tokio::test]
async fn a_session_goes_from_polling_to_a_websocket() {
    let server = TestServer::start().await;
    let (http, sid, mut socket) = probed(&server).await;
    assert_eq!(http.poll(&sid).await, (200, "6".to_owned()), "a noop ends the last poll");
    socket.send("5").await;
    socket.echoes().await;
    server.stop().await;
}

#[tokio::test]
async fn a_poll_that_waits_when_the_upgrade_begins_is_ended() {
    let server = TestServer::start().await;
    let http = Http::to(server.address);
    let sid = http.connect().await;
    let waiting = tokio::spawn({
        let (http, sid) = (http.clone(), sid.clone());
        async move { http.poll(&sid).await }
    });
    let mut socket = Socket::upgrading(server.address, &sid).await;
    socket.send("2probe").await;
    assert_eq!(socket.text().await, "3probe");
    assert_eq!(waiting.await.unwrap(), (200, "6".to_owned()));
    socket.send("5").await;
    socket.echoes().await;
    server.stop().await;
}

#[tokio::test]
async fn polls_of_a_session_that_has_a_websocket_are_refused_and_do_not_disturb_it() {
    let server = TestServer::start().await;
    let (http, sid, mut socket) = probed(&server).await;
    socket.send("5").await;
    // The upgrade is over when the server has read the packet above.
    until("the poll is refused", async || http.poll(&sid).await.0 == 400).await;
    assert_eq!(http.push(&sid, r#"42["ping",{}]"#).await.0, 400);
    socket.echoes().await;
    server.stop().await;
}

#[tokio::test]
async fn a_second_websocket_for_a_session_is_closed_and_does_not_disturb_the_first() {
    let server = TestServer::start().await;
    let (_, sid, mut socket) = probed(&server).await;
    socket.send("5").await;
    socket.echoes().await;
    let query = format!("EIO=4&transport=websocket&sid={sid}");
    if let Ok(mut second) = Socket::try_open(server.address, &query).await {
        second.ends("there is another one").await;
    }
    socket.echoes().await;
    server.stop().await;
}

#[tokio::test]
async fn a_websocket_for_a_session_that_nobody_has_is_closed() {
    let server = TestServer::start().await;
    for sid in ["AAAAAAAAAAAAAAHs", "nobody"] {
        let query = format!("EIO=4&transport=websocket&sid={sid}");
        if let Ok(mut socket) = Socket::try_open(server.address, &query).await {
            socket.ends(sid).await;
        }
    }
    server.stop().await;
}
