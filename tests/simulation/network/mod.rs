//! Simulation of a network: several clients and the server in one process, in which every order of things is drawn
//! from the seed.
//!
//! Connections are lost, by one end or both; packets come late; clients give commands again whose answers they did not
//! hear; clients sleep, servers die and go down; the disk is slow, full, and silent about what it did. At rest
//! everything has to fit: replicas, `seq`, the journal, presence, undo; and every command that was acknowledged
//! happened, once.
//!
//! A run has one thread and no clock but its own, and its store is in memory. A seed brings back the same plan, and nearly
//! the same run: which of several waiting branches a task takes first, and when a graph is there that is encoded on
//! another thread, is not in its hands. `make sim SEED=7` runs one alone.
//!
//! Proves CMD-2, CMD-3, PRES-1, SYNC-1, SYNC-2, SYNC-3, SYNC-4, SYNC-5, UNDO-1, UNDO-2, UNDO-4, UNDO-5 and
//! UNDO-6 (docs/behaviour.md).

mod client;
mod deeds;
mod disk;
mod ends;
mod link;
mod people;
mod reading;
mod rest;
mod server;
mod trace;
mod trouble;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use graphroom::project::Library;

use self::world::World;

/// Seeds that every run of the tests tries.
const SEEDS: u64 = 300;
/// Threads that runs are shared among.
const THREADS: usize = 2;
/// Lines of what happened that are shown when a run fails.
const SHOWN: usize = 120;
/// Times that things happen, and steps until everybody comes to rest.
const ACTS: usize = 4;
const STEPS: usize = 160;

/// One run. Panics if something does not hold.
async fn run(seed: u64, library: &Arc<Library>) -> (usize, usize) {
    let mut world = World::new(seed, library).await;
    for _ in 0..ACTS {
        for _ in 0..STEPS {
            world.step().await;
        }
        world.rest().await;
        world.there_and_back().await;
    }
    world.last_words().await;
    world.deeds.count()
}

/// Runs a seed: what happened, and how many commands were accepted and given, if everything holds.
fn run_alone(seed: u64, library: &Arc<Library>) -> (Vec<String>, Option<(usize, usize)>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    trace::take();
    let result = catch_unwind(AssertUnwindSafe(|| runtime.block_on(run(seed, library))));
    (trace::take(), result.ok())
}

/// Runs seeds, on several threads. Panics if one fails, and says which.
fn run_all(seeds: std::ops::Range<u64>) {
    let library = Arc::new(Library::open(None).0);
    let (next, failed) = (AtomicU64::new(seeds.start), std::sync::Mutex::new(Vec::new()));
    let accepted = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= seeds.end {
                        return;
                    }
                    match run_alone(seed, &library) {
                        (_, Some((done, _))) => drop(accepted.fetch_add(done as u64, Ordering::SeqCst)),
                        (lines, None) => {
                            let last = &lines[lines.len().saturating_sub(SHOWN)..];
                            show(&format!("{}\nGRAPHROOM_TEST_SEED={seed}", last.join("\n")));
                            failed.lock().expect("nobody broke").push(seed);
                        }
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().expect("nobody broke");
    assert!(failed.is_empty(), "these seeds failed: {failed:?}");
    let (accepted, runs) = (accepted.into_inner(), seeds.end - seeds.start);
    assert!(accepted >= runs * 20, "too little was accepted to tell much: {accepted} in {runs} runs");
}

#[expect(clippy::print_stderr, reason = "shown with a test that fails: the seed is how to repeat it")]
fn show(text: &str) {
    eprintln!("{text}");
}

#[test]
fn over_a_network_that_misbehaves_nothing_is_lost_and_everybody_agrees() {
    match super::number("GRAPHROOM_TEST_SEED") {
        Some(seed) => run_all(seed..seed + 1),
        None => {
            let first = super::number("GRAPHROOM_FIRST_SEED").unwrap_or(0);
            run_all(first..first + super::number("GRAPHROOM_SEEDS").unwrap_or(SEEDS));
        }
    }
}
