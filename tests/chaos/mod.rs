//! A network that misbehaves, and everybody who works over it: when it is well again, every client sees the graph
//! that the server has, no acknowledged command is lost, and none was done twice.
//!
//! Raw members, some by plain WebSocket, and stock `socket.io-client`s, by WebSocket, polling and from one to the other, give commands
//! under names and repeat them until they are answered, come back with the place that they have, and are told
//! what they lack. `make chaos SEEDS=100 FIRST=7` tries more seeds; a few are part of the tests.
//!
//! Proves CMD-3, SYNC-1 and SYNC-2 (docs/behaviour.md).

mod raw_member;
mod stock;
mod storm;
mod witness;

use self::storm::storm;

/// Seeds that every run of the tests tries.
const SEEDS: u64 = 3;

/// The number that the environment has under this name.
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_storm_every_client_sees_the_servers_graph_and_nothing_acknowledged_is_lost_or_doubled() {
    let first = number("GRAPHROOM_FIRST_SEED").unwrap_or(1);
    let seeds = match number("GRAPHROOM_TEST_SEED") {
        Some(seed) => seed..seed + 1,
        None => first..first + number("GRAPHROOM_SEEDS").unwrap_or(SEEDS),
    };
    for seed in seeds {
        storm(seed).await;
    }
}
