//! One storm: some seconds of a bad network, then peace, and what has to hold.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::raw_member::{Phase, RawMember, Way};
use super::stock::Stock;
use super::witness::Witness;
use crate::simulation::replica::Replica;
use crate::support::bad_network::{BadNetwork, Fault};
use crate::support::random::Random;
use crate::support::{Project, TestServer};

/// How long the network is bad, at least: slow machines need longer for as much.
const LASTS: Duration = Duration::from_secs(6);
/// How long everything may take to be well again.
const PATIENCE: Duration = Duration::from_secs(60);
/// What raw members are there by, and how they want their events.
const RAW: [(Way, &str); 4] = [
    (Way::SocketIo, "events"),
    (Way::SocketIo, "batch"),
    (Way::PlainWebSocket, "events"),
    (Way::PlainWebSocket, "batch"),
];
/// How stock members connect.
const STOCK: [&str; 6] = ["websocket", "polling", "upgrade", "websocket", "polling", "upgrade"];

/// How often members have to be let in before it may be over: a storm that harms nobody proves nothing.
const ENOUGH: usize = 2 * (RAW.len() + STOCK.len());

/// Carries out the storm of a seed. Panics if something does not hold.
pub async fn storm(seed: u64) {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let network = BadNetwork::start(server.address, seed).await;
    let mut random = Random::new(seed);
    let (phases, phase) = watch::channel(Phase::Work);
    let (settled, joins) = (watch::Sender::new(0), watch::Sender::new(0));
    let mut raw = JoinSet::new();
    for (n, (way, delivery)) in RAW.into_iter().enumerate() {
        let member = RawMember {
            name: format!("raw-{n}"),
            way,
            delivery,
            address: network.address,
            project: project.clone(),
            random: Random::new(random.next()),
            phase: phase.clone(),
            settled: settled.clone(),
            joins: joins.clone(),
            witness: Witness::default(),
        };
        raw.spawn(async move { (member.name.clone(), member.live().await) });
    }
    let mut stock = Stock::start(network.address, &project, &STOCK);

    tokio::time::sleep(LASTS).await;
    wait(seed, "enough has gone wrong", &stock, || {
        let joins = *joins.borrow() + stock.joins();
        let faults = network.faults();
        joins > ENOUGH && Fault::ALL.iter().all(|fault| faults.contains_key(fault))
    })
    .await;
    network.make_peace();
    phases.send_replace(Phase::Settle);
    stock.settle().await;
    wait(seed, "every command is answered", &stock, || {
        *settled.borrow() == RAW.len() && stock.settled() == STOCK.len()
    })
    .await;
    let (_, graph) = server.rest.get(&format!("/sessions/{}/graph", project.session_id)).await;
    let head = graph["seq"].as_u64().unwrap();
    phases.send_replace(Phase::Hear(head));
    wait(seed, "everybody has heard everything", &stock, || stock.have_heard(STOCK.len(), head)).await;

    let mut witnesses = stock.witnesses();
    while let Some(lived) = raw.join_next().await {
        let (name, witness) = lived.unwrap();
        witnesses.insert(name, witness.unwrap_or_else(|fault| panic!("seed {seed}: {fault}")));
    }
    let there = Replica::read(&graph["graph"]);
    for (name, witness) in &witnesses {
        let differences = witness.differences(&there);
        assert!(differences.is_empty(), "seed {seed}: {name} has {differences:#?}");
    }
    commands_were_done_once(seed, &server, &project, &witnesses).await;
    tell(seed, &witnesses, &network.faults());
    server.stop().await;
}

async fn wait(seed: u64, what: &str, stock: &Stock, condition: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    loop {
        let faults = stock.faults();
        assert!(faults.is_empty(), "seed {seed}: {faults:#?}");
        if condition() {
            return;
        }
        assert!(Instant::now() < end, "seed {seed}: waited in vain until {what}: {:#?}", stock.witnesses());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The journal has each acknowledged command once, where its answer said, and no other.
async fn commands_were_done_once(
    seed: u64,
    server: &TestServer,
    project: &Project,
    witnesses: &BTreeMap<String, Witness>,
) {
    let mut done: BTreeMap<String, u64> = BTreeMap::new();
    let mut before = String::new();
    loop {
        let path = format!("/projects/{}/history?limit=200{before}", project.project_id);
        let (_, page) = server.rest.get(&path).await;
        for entry in page["entries"].as_array().unwrap() {
            if entry["command_type"] == "CreateProject" {
                continue;
            }
            let name = entry["command_id"].as_str().unwrap().to_owned();
            let twice = done.insert(name, entry["seq_last"].as_u64().unwrap());
            assert_eq!(twice, None, "seed {seed}: done twice: {entry}");
        }
        match &page["next_before"] {
            Value::Null => break,
            next => before = format!("&before={next}"),
        }
    }
    let acknowledged: BTreeMap<String, u64> =
        witnesses.values().flat_map(|witness| witness.acknowledged.clone()).collect();
    assert!(acknowledged.len() > 20, "seed {seed}: too little was done: {}", acknowledged.len());
    assert_eq!(done, acknowledged, "seed {seed}");
}

/// Shown with a test that fails, and by `make chaos`.
#[expect(clippy::print_stderr, reason = "the seed is how to repeat it")]
fn tell(seed: u64, witnesses: &BTreeMap<String, Witness>, faults: &BTreeMap<Fault, usize>) {
    let commands: usize = witnesses.values().map(|witness| witness.acknowledged.len()).sum();
    let mut modes: BTreeMap<&str, usize> = BTreeMap::new();
    for (mode, times) in witnesses.values().flat_map(|witness| &witness.modes) {
        *modes.entry(mode).or_default() += times;
    }
    eprintln!("seed {seed}: {commands} commands; joins {modes:?}; {faults:?}");
}
