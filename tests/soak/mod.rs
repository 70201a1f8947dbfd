//! Soak: clients that come and go in every way that there is, good and bad, for as long as it is asked for; at the
//! end nothing of them is left in the server.
//!
//! `make soak TIME=600` runs a release build and compares its memory after a warm-up with its memory at the end.
//! Among the tests it is short: of memory it is asked then that most of what the guests took is given back.

mod guests;
mod standing;

use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;
use tokio::task::JoinSet;

use self::guests::{GUESTS, Guest};
use self::standing::Standing;
use crate::support::process::ServerProcess;
use crate::support::random::Random;
use crate::support::raw::{Http, Socket};
use crate::support::{Client, Project};

/// How long guests come, unless the environment says otherwise.
const SHORT: Duration = Duration::from_secs(5);
/// As many connections as there may be. Guests take fewer; at the end all are to be had.
const SEATS: usize = 1_000;
/// How often a round begins at most: who polled and is not heard of again has its seat for half a minute.
const INTERVAL: Duration = Duration::from_secs(1);
/// How long everything of the guests may take to be gone: a participant without a connection lasts a minute.
const PATIENCE: Duration = Duration::from_secs(120);
/// Of each kind of guest, in one round.
const A_ROUND: usize = 5;
/// Files and threads that may be more at the end: the store's readers, which come when they are wanted, and
/// threads that wait for work.
const SLACK: usize = 24;
/// Parts of a long time, each with a rest behind it. The first is the warm-up.
const PARTS: u32 = 4;
/// What may stay of the memory that the guests took at most, as a share: the system has the rest again.
const KEPT: usize = 4;
/// What memory may grow by between the rest after the warm-up and the last one, in KiB.
const GROWTH: usize = 32 * 1024;

/// How long guests come, and whether memory is compared.
fn time() -> (Duration, bool) {
    let asked = std::env::var("SOAK_SECONDS").ok();
    asked.map_or((SHORT, false), |text| (Duration::from_secs(text.parse().expect("seconds")), true))
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_guests_that_came_and_went_in_every_way() {
    let (time, is_long) = time();
    let data = TempDir::new().unwrap();
    let mut command = ServerProcess::command(data.path());
    command.args(["--max-connections", &SEATS.to_string()]);
    let server = ServerProcess::start(command).await;
    let mut random =
        Random::new(std::env::var("GRAPHROOM_TEST_SEED").map_or(1, |seed| seed.parse().unwrap()));
    let base = at_rest(&server).await;
    tell("before anybody came", &base);
    // The same load between one rest and the next, so that the most that was ever taken is the same, too.
    let mut rests = Vec::new();
    for part in 1..=if is_long { PARTS } else { 1 } {
        rounds(&server, &mut random, if is_long { time / PARTS } else { time }, is_long).await;
        let rest = at_rest(&server).await;
        tell(&format!("after part {part}"), &rest);
        rests.push(rest);
    }
    let (first, last) = (rests[0], rests[rests.len() - 1]);
    assert!(last.files <= base.files + SLACK, "files stay open: {base:?}, then {last:?}");
    assert!(last.threads <= base.threads + SLACK, "threads stay: {base:?}, then {last:?}");
    assert!(last.resident <= first.resident + GROWTH, "memory grows: {first:?}, then {last:?}");
    memory_is_given_back(&server, &base).await;
    every_seat_is_to_be_had(&server).await;
}

/// Rounds of guests, for so long.
async fn rounds(server: &ServerProcess, random: &mut Random, time: Duration, is_long: bool) {
    let end = Instant::now() + time;
    let mut beginnings = tokio::time::interval(INTERVAL);
    while Instant::now() < end {
        beginnings.tick().await;
        round(server, random, is_long).await;
    }
}

/// Guests of all kinds at once in a session of their own, which is deleted afterwards or left to be unloaded.
async fn round(server: &ServerProcess, random: &mut Random, is_long: bool) {
    let project = server.rest.project().await;
    let mut guests = JoinSet::new();
    for kind in GUESTS {
        for _ in 0..A_ROUND {
            let guest = Guest {
                address: server.address,
                rest: server.rest.clone(),
                project: project.clone(),
                random: Random::new(random.next()),
                lets_leases_lapse: is_long,
            };
            guests.spawn(kind(guest));
        }
    }
    while let Some(guest) = guests.join_next().await {
        guest.expect("guests are as they are, but they do not fail");
    }
    if random.percent(50) {
        let path = format!("/projects/{}", project.project_id);
        let deleted = server.rest.request(reqwest::Method::DELETE, &path).send().await.unwrap();
        assert!(deleted.status().is_success(), "{}", deleted.status());
    }
    unload(server).await;
}

/// Unloads what nobody is in.
async fn unload(server: &ServerProcess) {
    server.rest.post("/sessions/cleanup", json!({ "max_inactive_hours": 0 })).await;
}

/// Waits until nobody is there any more, and unloads what nobody is in: what stands then.
async fn at_rest(server: &ServerProcess) -> Standing {
    let end = Instant::now() + PATIENCE;
    loop {
        unload(server).await;
        let standing = Standing::of(server).await;
        if standing.nobody_is_there() {
            return standing;
        }
        assert!(Instant::now() < end, "somebody stays: {standing:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The system has most of the memory again that the guests took, though the process lives.
async fn memory_is_given_back(server: &ServerProcess, base: &Standing) {
    let end = Instant::now() + PATIENCE;
    loop {
        let standing = Standing::of(server).await;
        if standing.resident <= base.resident + (standing.peak - base.resident) / KEPT {
            return tell("afterwards", &standing);
        }
        assert!(Instant::now() < end, "memory is kept: {base:?}, then {standing:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// As many connections can be made as there may be, and no more.
async fn every_seat_is_to_be_had(server: &ServerProcess) {
    let end = Instant::now() + PATIENCE;
    let mut taken = Vec::new();
    while taken.len() < SEATS {
        match Client::try_connect(server.address, crate::support::client::Options::default()).await {
            Ok(client) => taken.push(client),
            // A client that polled, and was never heard of again, has its seat for half a minute.
            Err(refusal) => {
                assert!(Instant::now() < end, "{} of {SEATS} seats are to be had: {refusal}", taken.len());
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    let query = "EIO=4&transport=websocket";
    assert!(Socket::try_open(server.address, query).await.is_err(), "one more than there may be");
    let (status, _) = Http::to(server.address).get("EIO=4&transport=polling").await;
    assert_eq!(status, 503, "by polling neither");
}

#[expect(clippy::print_stderr, reason = "shown by `make soak`")]
fn tell(when: &str, standing: &Standing) {
    eprintln!("{when}: {standing}");
}

/// A command for a project's root.
fn write(project: &Project, value: &str) -> serde_json::Value {
    let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": value });
    json!({ "session_id": project.session_id, "command_type": "UpdateProperty", "data": data })
}
