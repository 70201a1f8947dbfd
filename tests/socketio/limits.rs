//! What is no Socket.IO, too large or too deep: an error or the end of that connection, and nothing else.
//!
//! Proves BAD-1, BAD-2 and LIM-3 (docs/behaviour.md).

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use crate::support::{Client, Project, TestServer};

/// A member that must notice nothing of what others do wrong.
struct Witness {
    member: Client,
    project: Project,
}

impl Witness {
    async fn join(server: &TestServer) -> Self {
        let project = server.rest.project().await;
        let mut member = Client::connect(server.address).await;
        member.join(&project.session_id).await;
        Self { member, project }
    }

    /// The next command is the first that it hears of, and the first in the journal.
    async fn saw_nothing(mut self, server: &TestServer) {
        let data = json!({ "node_id": self.project.root, "property_id": "vin", "value": 1 });
        server.rest.execute(&self.project, "UpdateProperty", data).await;
        assert_eq!(self.member.event_named("property-changed").await["seq"], 2);
    }
}

#[tokio::test]
async fn what_is_no_packet_ends_its_own_connection_and_disturbs_nobody() {
    let server = TestServer::start().await;
    let witness = Witness::join(&server).await;
    for garbage in [
        "zzz",
        "9",
        "4",
        "4x",
        "42",
        "42{",
        "42[",
        "42[5]",
        "451-[\"x\"]",
        "40/nowhere,",
        "43",
        "4299999999999999999999[\"x\"]",
    ] {
        let mut other = Client::connect(server.address).await;
        other.send(garbage).await;
        // It is closed, or it goes on and is answered: it does not hang.
        other.emit("ping", json!({})).await;
        while let Some(event) = other.next_event().await {
            if event.name == "pong" {
                break;
            }
        }
    }
    witness.saw_nothing(&server).await;
    server.stop().await;
}

#[tokio::test]
async fn invalid_utf8_and_a_message_over_two_mebibytes_end_their_own_connection() {
    let server = TestServer::start().await;
    let witness = Witness::join(&server).await;
    let mut large = Client::connect(server.address).await;
    large.emit("execute_command", json!({ "data": "x".repeat(2 * 1024 * 1024) })).await;
    assert!(large.next_event().await.is_none(), "the connection ends");
    let mut invalid = Client::connect(server.address).await;
    invalid.send_message(Message::Binary(vec![0xff, 0xfe].into())).await;
    invalid.send_invalid_utf8().await;
    assert!(invalid.next_event().await.is_none(), "the connection ends");
    witness.saw_nothing(&server).await;
    server.stop().await;
}

#[tokio::test]
async fn a_command_over_one_mebibyte_is_refused_and_the_connection_stays() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut client = Client::connect(server.address).await;
    client.join(&project.session_id).await;
    let data = json!({ "node_id": project.root, "property_id": "notes", "value": "x".repeat(1024 * 1024) });
    let body = json!({ "session_id": project.session_id, "command_type": "UpdateProperty", "data": data });
    let answer = client.call("execute_command", body.clone()).await;
    assert_eq!(answer["error"]["code"], "PAYLOAD_TOO_LARGE");
    let (status, answer) = server.rest.post("/commands/execute", body).await;
    assert_eq!((status.as_u16(), &answer["error"]["code"]), (413, &json!("PAYLOAD_TOO_LARGE")));
    assert_eq!(client.call("ping", json!({})).await["success"], true);
    server.stop().await;
}

#[tokio::test]
async fn a_polling_request_over_four_mebibytes_is_refused() {
    let server = TestServer::start().await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("http://{}/socket.io/?EIO=4&transport=polling", server.address);
    let open = http.get(&url).send().await.unwrap().text().await.unwrap();
    let open: serde_json::Value = serde_json::from_str(&open[1..]).unwrap();
    let url = format!("{url}&sid={}", open["sid"].as_str().unwrap());
    let body = format!("42[\"x\",\"{}\"]", "x".repeat(4 * 1024 * 1024));
    let response = http.post(&url).body(body).timeout(Duration::from_secs(20)).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    server.stop().await;
}
