//! Simulation: random commands by three authors over REST and sockets, among them undo and redo, whole files,
//! ill-formed commands and repeats, by members that leave, drop and come back.
//!
//! What holds at rest, whatever happened: a replica that was made from one read of the graph and the events
//! alone equals the server's graph; every member heard every event once, in order, and the same as everybody
//! else; every graph that anybody read is the one that the events before it make; what was accepted happened
//! once, and what was refused did not happen; and a process that replays the journal says the same and goes on
//! in the same way, undo and redo included.
//!
//! Everything a plan does comes from its seed. What is not determined is which of the ways of a burst is
//! first. `GRAPHROOM_TEST_SEED=7 cargo nextest run simulation` runs one seed alone;
//! `make sim SEEDS=1000` runs many, from a random first one.
//!
//! Proves CMD-2, CMD-3, CMD-4, CMD-5, MOVE-1, MOVE-2, SYNC-1, SYNC-3, SYNC-5, UNDO-1, UNDO-4, UNDO-5 and
//! UNDO-6 (docs/behaviour.md).

mod aftermath;
mod beginning;
mod house;
mod ledger;
mod network;
mod plan;
mod regressions;
pub mod replica;
pub mod room;
mod seat;
mod stage;
mod there_and_back;
mod transfer;
mod trial;
mod world;

use std::ops::Range;

use self::regressions::REGRESSIONS;
use self::trial::{Engine, run};

/// Seeds that every run of the tests tries.
const SEEDS: u64 = 1_000;
/// One in so many batches is carried out on SQLite, the others in memory.
const ON_SQLITE: u64 = 10;
/// Projects of one server, which have seeds that follow one another.
const BATCH: u64 = 50;

/// The number that the environment has under this name.
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}

/// The seeds to run: those of every run, or what the environment says.
fn seeds() -> Range<u64> {
    let first = number("GRAPHROOM_FIRST_SEED").unwrap_or(0);
    first..first + number("GRAPHROOM_SEEDS").unwrap_or(SEEDS)
}

/// Runs those of the batches of all seeds that are carried out on this engine; a single seed on any.
async fn run_on(engine: Engine) {
    if let Some(seed) = number("GRAPHROOM_TEST_SEED") {
        return run(engine, vec![seed]).await;
    }
    let seeds = seeds();
    for batch in seeds.start / BATCH..seeds.end.div_ceil(BATCH) {
        let on_sqlite = batch % ON_SQLITE == ON_SQLITE - 1;
        if on_sqlite == matches!(engine, Engine::Sqlite) {
            let here = seeds.start.max(batch * BATCH)..seeds.end.min((batch + 1) * BATCH);
            run(engine, here.collect()).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_rest_every_replica_equals_the_server_and_a_replay_gives_the_same() {
    run_on(Engine::Memory).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_rest_the_same_holds_on_sqlite() {
    run_on(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn seeds_that_once_found_something_find_nothing() {
    for batch in REGRESSIONS.chunk_by(|(one, _), (next, _)| one / BATCH == next / BATCH) {
        run(Engine::Memory, batch.iter().map(|(seed, _)| *seed).collect()).await;
    }
}
