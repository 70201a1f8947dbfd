//! Guests: what clients do, and leave undone.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::write;
use crate::support::client::Options;
use crate::support::random::Random;
use crate::support::raw::{Http, Socket};
use crate::support::{Client, Project, Rest};

/// What a guest has.
pub struct Guest {
    pub address: SocketAddr,
    pub rest: Rest,
    pub project: Project,
    pub random: Random,
    /// Whether it may leave a lease behind, which lasts a minute.
    pub lets_leases_lapse: bool,
}

type Stay = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Every kind of guest.
pub const GUESTS: [fn(Guest) -> Stay; 9] = [
    |guest| Box::pin(joins_and_leaves(guest)),
    |guest| Box::pin(gives_commands_that_are_refused(guest)),
    |guest| Box::pin(begins_an_upgrade(guest)),
    |guest| Box::pin(begins_a_handshake(guest)),
    |guest| Box::pin(reads_nothing(guest)),
    |guest| Box::pin(polls_and_is_gone(guest)),
    |guest| Box::pin(is_here_by_a_lease(guest)),
    |guest| Box::pin(waits_for_events_and_hangs_up(guest)),
    |guest| Box::pin(works_by_polling(guest)),
];

/// Large enough that a few fill what the kernel holds for a client.
const VALUE: usize = 20_000;

async fn joins_and_leaves(mut guest: Guest) {
    for _ in 0..4 {
        let user_id = guest.random.percent(50).then(|| format!("guest-{}", guest.random.below(20)));
        // With a name it would be away for half a minute where it drops its connection.
        let says_goodbye = user_id.is_some() && !guest.lets_leases_lapse || guest.random.percent(50);
        let namespace = *guest.random.pick(&["/", "/graph"]);
        let mut client =
            Client::connect_with(guest.address, Options { user_id, namespace, ..Options::default() }).await;
        let delivery = *guest.random.pick(&["events", "batch"]);
        let join = json!({ "session_id": guest.project.session_id, "since": null, "delivery": delivery,
            "presence": guest.random.percent(50), "lifecycle": guest.random.percent(30) });
        client.call("join_session", join).await;
        for n in 0..3 {
            client.call("execute_command", write(&guest.project, &format!("{n}"))).await;
        }
        let cursor = json!({ "session_id": guest.project.session_id, "cursor": { "x": 1.0, "y": 2.0 } });
        client.call("presence:set", cursor).await;
        if says_goodbye {
            client.call("leave_session", json!({ "session_id": guest.project.session_id })).await;
        }
        if guest.random.percent(50) {
            client.send("1").await;
        }
    }
}

async fn gives_commands_that_are_refused(guest: Guest) {
    let mut client = Client::connect(guest.address).await;
    let nobody = json!({ "session_id": "00000000-0000-4000-8000-000000000000" });
    assert_eq!(client.call("join_session", nobody).await["success"], false);
    client.join(&guest.project.session_id).await;
    for _ in 0..10 {
        let session_id = &guest.project.session_id;
        let unknown = json!({ "session_id": session_id, "command_type": "Explode", "data": {} });
        assert_eq!(client.call("execute_command", unknown).await["success"], false);
        let missing =
            json!({ "session_id": session_id, "command_type": "DeleteNode", "data": { "node_id": "x" } });
        assert_eq!(client.call("execute_command", missing).await["success"], false);
        assert_eq!(client.call("no_such_event", json!([1])).await["success"], false);
        let (status, _) = guest.rest.post("/commands/execute", json!({ "session_id": 7 })).await;
        assert!(status.is_client_error(), "{status}");
    }
    client.send("4garbage").await;
    while client.next_event().await.is_some() {}
}

async fn begins_an_upgrade(mut guest: Guest) {
    let http = Http::to(guest.address);
    let sid = http.connect().await;
    join_by_polling(&http, &sid, &guest.project).await;
    let mut socket = Socket::upgrading(guest.address, &sid).await;
    let steps = guest.random.below(4);
    if steps > 0 {
        socket.send("2probe").await;
    }
    if steps > 1 {
        assert_eq!(socket.text().await, "3probe");
    }
    if steps > 2 {
        socket.send("5").await;
        socket.echoes_among_others().await;
    }
}

async fn begins_a_handshake(mut guest: Guest) {
    let host = format!("Host: {}\r\n", guest.address);
    let beginnings = [
        String::new(),
        "GET /socket.io/?EIO=4&tra".to_owned(),
        format!("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n{host}"),
        format!(
            "POST /socket.io/?EIO=4&transport=polling&sid=x HTTP/1.1\r\n{host}Content-Length: 100\r\n\r\n40"
        ),
        format!("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n{host}Upgrade: websocket\r\n\r\n"),
    ];
    let mut stream = TcpStream::connect(guest.address).await.unwrap();
    stream.write_all(guest.random.pick(&beginnings).as_bytes()).await.unwrap();
    // A session of either transport that never becomes one of Socket.IO.
    let http = Http::to(guest.address);
    if guest.random.percent(50) {
        http.open().await;
    } else {
        drop(Socket::open(guest.address).await);
    }
}

async fn reads_nothing(guest: Guest) {
    let options = Options { receive_buffer: Some(4 * 1024), ..Options::default() };
    let mut client = Client::connect_with(guest.address, options).await;
    client.join(&guest.project.session_id).await;
    let value = "x".repeat(VALUE);
    for _ in 0..20 {
        guest.rest.post("/commands/execute?graph=none", write(&guest.project, &value)).await;
        client.emit("get_graph", json!({ "session_id": guest.project.session_id })).await;
    }
}

async fn polls_and_is_gone(guest: Guest) {
    let http = Http::to(guest.address);
    let sid = http.connect().await;
    join_by_polling(&http, &sid, &guest.project).await;
    // In the middle of a poll.
    let mut stream = TcpStream::connect(guest.address).await.unwrap();
    let poll = format!(
        "GET /socket.io/?EIO=4&transport=polling&sid={sid} HTTP/1.1\r\nHost: {}\r\n\r\n",
        guest.address
    );
    stream.write_all(poll.as_bytes()).await.unwrap();
}

async fn is_here_by_a_lease(mut guest: Guest) {
    let rest = guest.rest.named(&format!("leaser-{}", guest.random.below(20)));
    let path = format!("/sessions/{}/presence", guest.project.session_id);
    let put = rest.request(reqwest::Method::PUT, &path).json(&json!({ "typing": true }));
    rest.send(put).await;
    if !guest.lets_leases_lapse || guest.random.percent(50) {
        rest.send(rest.request(reqwest::Method::DELETE, &path)).await;
    }
}

async fn waits_for_events_and_hangs_up(mut guest: Guest) {
    let path = format!("/api/v1/sessions/{}/events", guest.project.session_id);
    let query = *guest.random.pick(&["?wait=20", "?wait=20&since=x:1", ""]);
    let accept = if query.is_empty() { "text/event-stream" } else { "application/json" };
    let mut stream = TcpStream::connect(guest.address).await.unwrap();
    let ask = format!("GET {path}{query} HTTP/1.1\r\nHost: {}\r\nAccept: {accept}\r\n\r\n", guest.address);
    stream.write_all(ask.as_bytes()).await.unwrap();
    if query.is_empty() {
        let mut beginning = [0; 16];
        assert!(stream.read(&mut beginning).await.unwrap() > 0);
    }
}

async fn works_by_polling(guest: Guest) {
    let http = Http::to(guest.address);
    let sid = http.connect().await;
    join_by_polling(&http, &sid, &guest.project).await;
    let command = json!(["execute_command", write(&guest.project, "by polling")]);
    assert_eq!(http.push(&sid, &format!("421{command}")).await.0, 200);
    poll_for(&http, &sid, "431[").await;
    http.close(&sid).await;
}

async fn join_by_polling(http: &Http, sid: &str, project: &Project) {
    let join = json!(["join_session", { "session_id": project.session_id, "lifecycle": false }]);
    assert_eq!(http.push(sid, &format!("420{join}")).await.0, 200);
    poll_for(http, sid, "430[").await;
}

async fn poll_for(http: &Http, sid: &str, answer: &str) {
    while !http.packets(sid, 1).await.iter().any(|packet| packet.starts_with(answer)) {}
}
