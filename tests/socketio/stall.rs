//! Members who stop reading: nobody else notices, and they lose nothing without being told.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;

use crate::support::node::node;
use crate::support::proxy::Proxy;
use crate::support::{Client, Project, TestServer, until};

const MEMBERS: usize = 20;
const RECEIVE_BUFFER: u32 = 64 * 1024;
const SILENCE: Duration = Duration::from_secs(10);
const OFFERED: usize = 50 * 1024 * 1024;
const VALUE: usize = 60_000;

/// What a stock member told of itself, in order.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Told {
    Joined(u64),
    Heard(u64),
    Disconnected,
}

/// Stock members in a Node process, behind `address`.
struct StockMembers {
    told: Arc<Mutex<HashMap<usize, Vec<Told>>>>,
    _node: Child,
}

impl StockMembers {
    fn start(address: SocketAddr, project: &Project) -> Self {
        let mut node = node(address)
            .args(["members.mjs", &project.session_id, &MEMBERS.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(node.stdout.take().unwrap()).lines();
        let told: Arc<Mutex<HashMap<usize, Vec<Told>>>> = Arc::default();
        let writer = Arc::clone(&told);
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                let line: Value = serde_json::from_str(&line).unwrap();
                let member = usize::try_from(line["member"].as_u64().unwrap()).unwrap();
                let event = match (line["joined"].as_u64(), line["seq"].as_u64()) {
                    (Some(seq), _) => Told::Joined(seq),
                    (_, Some(seq)) => Told::Heard(seq),
                    _ => Told::Disconnected,
                };
                writer.lock().unwrap().entry(member).or_default().push(event);
            }
        });
        Self { told, _node: node }
    }

    fn all(&self, holds: impl Fn(&[Told]) -> bool) -> bool {
        let told = self.told.lock().unwrap();
        told.len() == MEMBERS && told.values().all(|events| holds(events))
    }
}

/// Whether everything between a join and the end of that connection is there once and in order.
fn is_dense(events: &[Told]) -> bool {
    let mut next = None;
    events.iter().all(|event| match event {
        Told::Disconnected => next.take().is_some(),
        Told::Joined(seq) => next.replace(seq + 1).is_none(),
        Told::Heard(seq) => next.replace(seq + 1) == Some(*seq),
    })
}

/// Writes a large value under the root, `times` times; the last `seq`.
async fn offer(server: &TestServer, project: &Project, times: usize) -> u64 {
    let mut seq = 0;
    for n in 0..times {
        let value = format!("{n:07}").repeat(VALUE / 7);
        let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": value });
        seq = server.rest.execute(project, "UpdateProperty", data).await["seq"].as_u64().unwrap();
    }
    seq
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_members_who_stop_reading_for_ten_seconds_disturb_nobody_and_come_back_by_themselves() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let proxy = Proxy::start(server.address, RECEIVE_BUFFER).await;
    let members = StockMembers::start(proxy.address, &project);
    until("all members have joined", async || members.all(|told| !told.is_empty())).await;

    let mut reader = Client::connect(server.address).await;
    let first = reader.join(&project.session_id).await["seq"].as_u64().unwrap() + 1;
    proxy.read(false);
    let silence = tokio::time::Instant::now() + SILENCE;
    // An event carries the old value and the new one.
    let times = OFFERED / (2 * VALUE) + 1;
    let (last, heard) = tokio::join!(offer(&server, &project, times), async {
        let mut heard = Vec::with_capacity(times);
        while heard.len() < times {
            heard.push(reader.event_named("property-changed").await["seq"].as_u64().unwrap());
        }
        heard
    });
    // Whoever reads had everything while the others still slept, and nobody waited to be answered.
    assert_eq!(heard, (first..=last).collect::<Vec<_>>());
    assert!(tokio::time::Instant::now() < silence, "50 MB are offered within the silence");
    tokio::time::sleep_until(silence).await;

    proxy.read(true);
    until("every member is here again or never went", async || {
        members.all(|told| {
            let here = told.iter().rposition(|event| matches!(event, Told::Joined(_)));
            let gone = told.iter().rposition(|event| *event == Told::Disconnected);
            here > gone && (gone.is_some() || told.contains(&Told::Heard(last)))
        })
    })
    .await;
    let marker = offer(&server, &project, 1).await;
    until("every member hears what comes next", async || {
        members.all(|told| told.contains(&Told::Heard(marker)))
    })
    .await;
    for (member, told) in members.told.lock().unwrap().iter() {
        assert!(is_dense(told), "member {member}: {told:?}");
    }
    server.stop().await;
}
