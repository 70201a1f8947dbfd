//! Ten thousand clients lose their server at once, and all of them come back.
//!
//! Proves SYNC-2 (docs/behaviour.md).

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::support::client::Options;
use crate::support::process::ServerProcess;
use crate::support::{Client, Project};

/// As many clients as there are to be; fewer where a process may not have so many files.
const CLIENTS: usize = 10_000;
/// Files of a process that are no client's.
const SPARE: usize = 1_000;
/// Sessions that they are in.
const ROOMS: usize = 10;
/// Clients that connect at the same time.
const AT_ONCE: usize = 250;
/// What nodes a project has: more than the events that somebody lacks.
const PHASES: usize = 40;
/// How long the clients may take for anything. Speed is for `make soak`, by `GRAPHROOM_BACK_WITHIN`.
const PATIENCE: Duration = Duration::from_secs(240);
/// The last value that is written: who hears it has heard everything.
const LAST: &str = "the end";

/// How often that happened to a client.
#[derive(Default)]
struct Counts {
    joined: AtomicUsize,
    lost: AtomicUsize,
    tails: AtomicUsize,
}

/// One of them.
struct Member {
    server: watch::Receiver<SocketAddr>,
    gate: Arc<Semaphore>,
    session_id: String,
    counts: Arc<Counts>,
    /// The last event that it knows.
    place: Value,
}

impl Member {
    /// Comes, goes when the server does, comes back, and hears everything.
    async fn live(mut self) {
        loop {
            let mut client = self.come().await;
            self.counts.joined.fetch_add(1, Ordering::Relaxed);
            while let Some(event) = client.next_event().await {
                if event.payload["seq"].is_u64() {
                    self.hear(&event.payload);
                    if event.payload["new_value"] == LAST {
                        return;
                    }
                }
            }
            self.counts.lost.fetch_add(1, Ordering::Relaxed);
            self.server.changed().await.expect("a server");
        }
    }

    async fn come(&mut self) -> Client {
        let _permit = Arc::clone(&self.gate).acquire_owned().await.unwrap();
        let address = *self.server.borrow_and_update();
        let mut client = Client::connect_with(address, Options::default()).await;
        let join = json!({ "session_id": self.session_id, "since": self.place, "lifecycle": false });
        let answer = client.call("join_session", join).await;
        assert_eq!(answer["success"], true, "{answer}");
        for event in answer["events"].as_array().into_iter().flatten() {
            self.hear(event);
        }
        match answer["mode"].as_str() {
            Some("tail") => drop(self.counts.tails.fetch_add(1, Ordering::Relaxed)),
            // Also for who comes so late that all it lacks is more than the graph.
            Some("snapshot") => self.place = json!({ "epoch": answer["epoch"], "seq": answer["seq"] }),
            _ => panic!("{} since {}", answer["mode"], self.place),
        }
        assert_eq!(answer["seq"], self.place["seq"], "{}", answer["mode"]);
        client
    }

    fn hear(&mut self, event: &Value) {
        let seq = self.place["seq"].as_u64().expect("it has joined") + 1;
        assert_eq!(event["seq"], seq, "{event}");
        self.place["seq"] = seq.into();
    }
}

/// Files that this process may have, which the server that it starts may have, too.
fn files() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap_or(usize::MAX)
}

async fn start(data: &TempDir) -> ServerProcess {
    let mut command = ServerProcess::command(data.path());
    command.args(["--max-connections", "0", "--max-commands-per-second", "0"]);
    ServerProcess::start(command).await
}

async fn write(server: &ServerProcess, project: &Project, value: &str) {
    let data = json!({ "node_id": project.root, "property_id": "vin", "new_value": value });
    server.rest.execute(project, "UpdateProperty", data).await;
}

/// Waits until something happened so many times, in which time no member ends.
async fn wait(what: &str, count: &AtomicUsize, number: usize, members: &mut JoinSet<()>) {
    let end = Instant::now() + PATIENCE;
    while count.load(Ordering::Relaxed) < number {
        let so_far = count.load(Ordering::Relaxed);
        assert!(Instant::now() < end, "waited in vain until {what}: {so_far} of {number}");
        assert!(members.try_join_next().is_none(), "a member ended before {what}: {so_far} of {number}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_clients_whose_server_was_killed_all_come_back_and_miss_nothing() {
    let clients = CLIENTS.min(files().saturating_sub(SPARE));
    assert!(clients >= 24, "too few files: see `ulimit -n`");
    let data = TempDir::new().unwrap();
    let mut server = start(&data).await;
    let mut rooms = Vec::new();
    for _ in 0..ROOMS {
        let project = server.rest.project().await;
        for n in 0..PHASES {
            let phase =
                json!({ "parent_id": project.root, "blueprint_type_id": "phase", "name": format!("{n}") });
            server.rest.execute(&project, "CreateNode", phase).await;
        }
        rooms.push(project);
    }
    let (told, address) = watch::channel(server.address);
    let (gate, counts) = (Arc::new(Semaphore::new(AT_ONCE)), Arc::<Counts>::default());
    let mut members = JoinSet::new();
    for n in 0..clients {
        let member = Member {
            server: address.clone(),
            gate: Arc::clone(&gate),
            session_id: rooms[n % ROOMS].session_id.clone(),
            counts: Arc::clone(&counts),
            place: Value::Null,
        };
        members.spawn(member.live());
    }
    wait("all have joined", &counts.joined, clients, &mut members).await;
    for room in &rooms {
        write(&server, room, "before").await;
    }
    server.kill9().await;
    wait("all have lost it", &counts.lost, clients, &mut members).await;

    let server = start(&data).await;
    // Nobody has this yet, whatever was heard before.
    for room in &rooms {
        write(&server, room, "meanwhile").await;
    }
    let began = Instant::now();
    told.send_replace(server.address);
    let work = async {
        for n in 0.. {
            write(&server, &rooms[n % ROOMS], "in between").await;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::select! {
        () = wait("all have come back", &counts.joined, clients * 2, &mut members) => {}
        () = work => {}
    }
    let took = began.elapsed();
    for room in &rooms {
        write(&server, room, LAST).await;
    }
    let end = tokio::time::Instant::now() + PATIENCE;
    let mut heard = 0;
    while let Some(member) =
        tokio::time::timeout_at(end, members.join_next()).await.expect("all hear the end")
    {
        member.expect("it misses nothing");
        heard += 1;
    }
    assert_eq!(heard, clients);
    // Of whoever comes late the graph may be less than what it lacks.
    let tails = counts.tails.load(Ordering::Relaxed);
    assert!(tails * 100 >= clients * 95, "nearly each was told what it lacked alone: {tails} of {clients}");
    tell(clients, took);
}

#[expect(clippy::print_stderr, reason = "shown by `make soak`")]
fn tell(clients: usize, took: Duration) {
    eprintln!("{clients} clients came back in {:.2} s", took.as_secs_f64());
    if let Ok(within) = std::env::var("GRAPHROOM_BACK_WITHIN") {
        let within = Duration::from_secs_f64(within.parse().expect("seconds"));
        assert!(took <= within, "{clients} clients took {took:?}, more than {within:?}");
    }
}
