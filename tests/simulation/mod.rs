//! Simulation: random commands by three authors over REST and sockets, among them undo and redo, ill-formed
//! ones and repeats, by members that leave, drop and come back.
//!
//! What holds at rest, whatever happened: a replica that was made from one read of the graph and the events
//! alone equals the server's graph; every member heard every event once, in order, and the same as everybody
//! else; every graph that anybody read is the one that the events before it make; what was accepted happened
//! once, and what was refused did not happen; and a server that replays the journal says the same and goes on
//! in the same way, undo and redo included.
//!
//! Everything a plan does comes from its seed. What is not determined is which of the ways of a burst is
//! first. `GRAPHROOM_TEST_SEED=7 cargo nextest run simulation` runs one seed alone and prints its plan;
//! `make simulate SEEDS=1000` runs many, from a random first one.

mod aftermath;
mod ledger;
mod plan;
mod replica;
mod room;
mod seat;
mod stage;
mod trial;
mod world;

use std::ops::Range;

use self::trial::{Engine, run};

/// Seeds that every run of the tests tries on a store in memory.
const SEEDS: u64 = 400;
/// Seeds that it tries on SQLite.
const SEEDS_ON_SQLITE: u64 = 40;
/// Projects of one server.
const BATCH: u64 = 50;

/// The seeds to run: those of every run, or what the environment says.
fn seeds(usual: u64) -> Range<u64> {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    if let Some(seed) = number("GRAPHROOM_TEST_SEED") {
        return seed..seed + 1;
    }
    let first = number("GRAPHROOM_FIRST_SEED").unwrap_or(0);
    first..first + number("GRAPHROOM_SEEDS").map_or(usual, |seeds| seeds * usual / SEEDS)
}

async fn run_all(engine: Engine, seeds: Range<u64>) {
    for first in seeds.clone().step_by(BATCH as usize) {
        run(engine, (first..seeds.end.min(first + BATCH)).collect()).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_rest_every_replica_equals_the_server_and_a_replay_gives_the_same() {
    run_all(Engine::Memory, seeds(SEEDS)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_rest_a_fresh_process_on_the_same_data_gives_the_same() {
    run_all(Engine::Sqlite, seeds(SEEDS_ON_SQLITE)).await;
}
