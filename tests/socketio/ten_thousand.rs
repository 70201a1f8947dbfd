//! No first event and no answer is lost, however many connections there are.

use std::sync::Arc;

use serde_json::json;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::support::client::Options;
use crate::support::{Client, TestServer};

const CONNECTIONS: usize = 10_000;
const AT_ONCE: usize = 100;

#[tokio::test(flavor = "multi_thread")]
async fn no_first_event_and_no_answer_is_lost_in_ten_thousand_connections() {
    let server = TestServer::start().await;
    let mut sessions = Vec::new();
    for _ in 0..10 {
        sessions.push(server.rest.project().await.session_id);
    }
    let (address, gate) = (server.address, Arc::new(Semaphore::new(AT_ONCE)));
    let mut clients = JoinSet::new();
    for n in 0..CONNECTIONS {
        let (gate, session_id) = (Arc::clone(&gate), sessions[n % sessions.len()].clone());
        clients.spawn(async move {
            let _permit = gate.acquire().await.unwrap();
            let namespace = if n % 2 == 0 { "/" } else { "/graph" };
            let mut client = Client::connect_with(address, Options { namespace, ..Options::default() }).await;
            // All at once, so that the first of them meets the server while it still lets the socket in.
            let join =
                client.packet("join_session", &json!({ "session_id": session_id, "lifecycle": false }));
            let ping = client.packet("ping", &json!({}));
            let unknown = client.packet("no_such_event", &json!({}));
            for (_, packet) in [&join, &ping, &unknown] {
                client.feed(packet.clone()).await;
            }
            client.flush().await;
            let joined = client.answer(join.0).await;
            assert_eq!(joined["client_id"], client.id);
            assert_eq!(client.answer(ping.0).await["success"], true);
            assert_eq!(client.answer(unknown.0).await["error"]["code"], "INVALID_REQUEST");
            assert_eq!(client.event_named("joined").await["client_id"], client.id);
            assert_eq!(client.answered.len(), 3);
        });
    }
    let mut done = 0;
    while let Some(client) = clients.join_next().await {
        client.expect("every client is answered");
        done += 1;
    }
    assert_eq!(done, CONNECTIONS);
    server.stop().await;
}
