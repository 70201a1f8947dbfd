//! A client that says goodbye to Engine.IO.

use crate::support::raw::{Http, Socket};
use crate::support::{TestServer, until};

#[tokio::test]
async fn a_polling_client_that_closes_ends_its_session_and_the_poll_that_waits() {
    let server = TestServer::start().await;
    let http = Http::to(server.address);
    let sid = http.open().await;
    let (poll, push) = tokio::join!(http.poll(&sid), http.push(&sid, "1"));
    assert_eq!(push, (200, "ok".to_owned()));
    // The poll may come first, and be ended by a noop, or find nobody.
    assert!(poll == (200, "6".to_owned()) || poll.0 == 400, "{poll:?}");
    until("there is no such session any more", async || http.poll(&sid).await.0 == 400).await;
    server.stop().await;
}

#[tokio::test]
async fn a_poll_that_waits_when_its_client_closes_is_answered_by_a_noop() {
    let server = TestServer::start().await;
    let http = Http::to(server.address);
    let sid = http.connect().await;
    let waiting = tokio::spawn({
        let (http, sid) = (http.clone(), sid.clone());
        async move { http.poll(&sid).await }
    });
    // It waits for certain once something was sent to it by another way: a second session's poll came later.
    let other = http.connect().await;
    assert_eq!(http.push(&other, "1").await.0, 200);
    assert_eq!(http.push(&sid, "1").await, (200, "ok".to_owned()));
    let poll = waiting.await.unwrap();
    assert!(poll == (200, "6".to_owned()) || poll.0 == 400, "{poll:?}");
    assert_eq!(http.poll(&sid).await.0, 400);
    server.stop().await;
}

#[tokio::test]
async fn a_websocket_client_that_closes_is_let_go() {
    let server = TestServer::start().await;
    for connect in [false, true] {
        let (mut socket, _) = Socket::open(server.address).await;
        if connect {
            socket.send("40").await;
            assert!(socket.text().await.starts_with("40{"));
        }
        socket.send("1").await;
        socket.ends("it said goodbye").await;
    }
    server.stop().await;
}
