//! What was acknowledged stays, and happens once, however the server ends.
//!
//! Eight writers work on one project while the server is killed at random moments. The oracle compares
//! their own logs with the journal and the graph that are there after each restart. That it would notice
//! is shown with a disk that only says it flushes, and with stores that break a promise.
//!
//! Stock clients do the same, resume after each kill, and are held to what members are promised: no event twice, none
//! left out. `make crash` kills a thousand times.
//!
//! A round cannot be repeated to the microsecond. The seed that a failing test prints, given in
//! `GRAPHROOM_TEST_SEED`, brings back the commands and how many answers come before each kill.
//!
//! Proves CMD-2 and CMD-3 (docs/behaviour.md).

mod child;
mod forgetful_disk;
mod log;
mod oracle;
mod plan;
mod site;
mod stock;
mod trial;
mod untrue_store;
mod writer;

use std::process::Command;

use uuid::Uuid;

use self::forgetful_disk::{Flush, ForgetfulDisk};
use self::oracle::Violation;
use self::site::Site;
use self::stock::StockTrial;
use self::trial::Trial;
use self::untrue_store::Untruth;
use crate::support::process::ServerProcess;

/// How often the real server is killed. One with a fault has to be found out in as many kills.
const KILLS: usize = 20;
/// How often it is killed under stock clients, unless `GRAPHROOM_KILLS` says otherwise.
const KILLS_UNDER_STOCK_CLIENTS: usize = 10;
/// After so many kills a new project is begun, so that what a start reads does not grow without end.
const KILLS_OF_A_PROJECT: usize = 100;
/// How often the power fails.
const POWER_CUTS: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_and_nothing_happens_twice_in_twenty_kills() {
    Trial::begin(Site::new(ServerProcess::command)).await.survives(KILLS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stock_clients_resume_without_a_gap_or_a_repeat_however_often_the_server_is_killed() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    let first = number("GRAPHROOM_TEST_SEED").unwrap_or_else(|| Uuid::new_v4().as_u64_pair().0 >> 32);
    let mut left = number("GRAPHROOM_KILLS").map_or(KILLS_UNDER_STOCK_CLIENTS, |kills| kills as usize);
    for seed in first.. {
        let kills = left.min(KILLS_OF_A_PROJECT);
        show(&format!("GRAPHROOM_TEST_SEED={seed}, {left} kills are left"));
        StockTrial::begin(seed).await.survives(kills).await;
        left -= kills;
        if left == 0 {
            break;
        }
    }
}

#[expect(clippy::print_stderr, reason = "shown with a test that fails: the seed is how to repeat it")]
fn show(text: &str) {
    eprintln!("{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_a_power_cut_that_loses_unflushed_writes() {
    let site = Site::forgetful(ForgetfulDisk::build(Flush::Honest));
    Trial::begin(site).await.survives(POWER_CUTS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_oracle_sees_that_a_disk_which_ignores_flushes_loses_what_was_acknowledged() {
    let site = Site::forgetful(ForgetfulDisk::build(Flush::Ignored));
    let found = Trial::begin(site).await.fails_within(1, is_lost).await;
    assert!(found.iter().any(is_lost), "{found:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_oracle_sees_that_a_server_which_answers_before_the_append_loses_what_was_acknowledged() {
    let site = Site::new(|data| child::command(Untruth::AnswersBeforeTheAppend, data));
    let found = Trial::begin(site).await.fails_within(KILLS, is_lost).await;
    assert!(found.iter().any(is_lost), "{found:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_oracle_sees_that_a_server_which_forgets_commands_carries_them_out_twice() {
    let site = Site::new(|data| child::command(Untruth::ForgetsCommands, data));
    let found = Trial::begin(site).await.fails_within(KILLS, is_twice).await;
    assert!(found.iter().any(is_twice), "{found:?}");
}

#[test]
fn the_forgetful_disk_tells_flushed_from_unflushed() {
    let check = forgetful_disk::source().join("check.py");
    let checked = Command::new("python3").arg(check).output().expect("a Python that is called python3");
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}

fn is_lost(violation: &Violation) -> bool {
    matches!(violation, Violation::Lost(..))
}

fn is_twice(violation: &Violation) -> bool {
    matches!(violation, Violation::Twice(..))
}
