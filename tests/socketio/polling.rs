//! Polling: no TCP stream of its own, so the polls themselves tell what the client took.
//!
//! Proves SYNC-1 (docs/behaviour.md).

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{TestServer, until};

/// A bare polling client that polls only when told to.
struct Polling {
    http: reqwest::Client,
    url: String,
}

impl Polling {
    async fn connect(server: &TestServer) -> Self {
        Self::connect_as(server, "a browser").await
    }

    async fn connect_as(server: &TestServer, user_agent: &str) -> Self {
        let http = reqwest::Client::builder().no_proxy().user_agent(user_agent).build().unwrap();
        let url = format!("http://{}/socket.io/?EIO=4&transport=polling", server.address);
        let open = http.get(&url).send().await.unwrap().text().await.unwrap();
        let open: Value = serde_json::from_str(&open[1..]).unwrap();
        let client = Self { http, url: format!("{url}&sid={}", open["sid"].as_str().unwrap()) };
        client.post("40").await;
        // As clients do: before it is connected nothing may be sent.
        client.poll_for("40{").await;
        client
    }

    async fn post(&self, packet: &str) -> StatusCode {
        self.http.post(&self.url).body(packet.to_owned()).send().await.unwrap().status()
    }

    async fn poll(&self) -> (StatusCode, Vec<String>) {
        let answer = self.http.get(&self.url).timeout(Duration::from_secs(30)).send().await.unwrap();
        let (status, body) = (answer.status(), answer.text().await.unwrap());
        (status, body.split('\u{1e}').map(str::to_owned).collect())
    }

    /// Polls until a packet with this text has come; all packets.
    async fn poll_for(&self, text: &str) -> Vec<String> {
        let mut all = Vec::new();
        loop {
            let (status, packets) = self.poll().await;
            assert_eq!(status, StatusCode::OK, "{packets:?}");
            for packet in &packets {
                if packet == "2" {
                    self.post("3").await;
                }
            }
            all.extend(packets);
            if all.iter().any(|packet| packet.contains(text)) {
                return all;
            }
        }
    }
}

/// The `seq` of an event.
fn seq(packet: &str) -> Option<u64> {
    serde_json::from_str::<Value>(packet.strip_prefix("42")?).ok()?[1]["seq"].as_u64()
}

async fn join(client: &Polling, session_id: &str) {
    client
        .post(&format!("420{}", json!(["join_session", { "session_id": session_id, "lifecycle": false }])))
        .await;
    client.poll_for("430[").await;
}

#[tokio::test]
async fn a_member_that_polls_seldom_gets_everything_in_order() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let client = Polling::connect(&server).await;
    join(&client, &project.session_id).await;
    // Three times what the window lets in at once.
    for n in 0..800 {
        let data = json!({ "node_id": project.root, "property_id": "vin", "new_value": n });
        server.rest.execute(&project, "UpdateProperty", data).await;
    }
    let packets = client.poll_for("\"new_value\":799").await;
    let seqs: Vec<u64> = packets.iter().filter_map(|packet| seq(packet)).collect();
    assert_eq!(seqs, (2..=801).collect::<Vec<_>>());
    client.post("1").await;
    server.stop().await;
}

/// `python-socketio` takes 16 packets in one answer to a poll and ends the connection over more.
#[tokio::test(flavor = "multi_thread")]
async fn python_gets_no_more_packets_in_one_poll_than_it_takes() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let client = Polling::connect_as(&server, "python-requests/2.34.2").await;
    join(&client, &project.session_id).await;
    // Some while nobody polls, and some while somebody does.
    let write = async |n: u64| {
        let data = json!({ "node_id": project.root, "property_id": "vin", "new_value": n });
        server.rest.execute(&project, "UpdateProperty", data).await;
    };
    for n in 2..=100 {
        write(n).await;
    }
    let read = async {
        let mut seqs = Vec::new();
        while seqs.last() != Some(&300) {
            let (status, packets) = client.poll().await;
            assert_eq!(status, StatusCode::OK, "{packets:?}");
            assert!(packets.len() <= 16, "{} packets", packets.len());
            seqs.extend(packets.iter().filter_map(|packet| seq(packet)));
        }
        seqs
    };
    let (seqs, ()) = tokio::join!(read, async {
        for n in 101..=300 {
            write(n).await;
        }
    });
    assert_eq!(seqs, (2..=300).collect::<Vec<_>>());
    client.post("1").await;
    server.stop().await;
}

#[tokio::test]
async fn a_member_that_polls_no_more_is_cut_in_a_way_that_makes_it_start_anew() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let client = Polling::connect(&server).await;
    join(&client, &project.session_id).await;
    // More than the ring and the window hold together.
    let value = "x".repeat(60_000);
    for _ in 0..80 {
        let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": value });
        server.rest.execute(&project, "UpdateProperty", data).await;
    }
    until("the next poll is refused", async || {
        let (status, body) = client.poll().await;
        if status == StatusCode::BAD_REQUEST {
            assert!(body[0].contains("\"code\":1"), "{body:?}");
        }
        status == StatusCode::BAD_REQUEST
    })
    .await;
    assert_eq!(client.post("3").await, StatusCode::BAD_REQUEST);
    server.stop().await;
}
