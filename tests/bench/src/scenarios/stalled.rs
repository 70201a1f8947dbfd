//! One member that reads nothing: what the others notice of it.

use tokio::time::sleep;

use super::Bench;
use crate::connection::Connection;
use crate::crowd::{Crowd, Shape};
use crate::fault::Outcome;
use crate::report::Bound;
use crate::server::Kind;
use crate::statistics::percentile;

/// The others' p99 with it, to theirs without.
const TARGET: f64 = 1.5;
/// Pairs that take turns.
const PAIRS: usize = 7;
/// Commands a second: more than the kernel keeps for who does not read.
const RATE: f64 = 500.0;
/// What the kernel keeps for it.
const NARROW: u32 = 16 * 1_024;

/// Pairs of one room with and one without such a member.
pub async fn run(bench: &mut Bench) -> Outcome<()> {
    let (pairs, members) = (bench.options.size(PAIRS, 1), bench.options.size(20, 4));
    let seconds = bench.options.stall_seconds;
    let sizes = format!(
        "one room of {members} at {RATE} commands a second, {pairs} pairs: {seconds} s with another member that \
         reads nothing, a third of that without"
    );
    bench.report.scenario("stalled", &sizes);
    let (mut without, mut with, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..pairs {
        without.push(p99(bench, members, seconds / 3.0, false).await?);
        with.push(p99(bench, members, seconds, true).await?);
        ratios.push(with[with.len() - 1] / without[without.len() - 1]);
    }
    let report = &mut bench.report;
    report.figure("from due to delivered, p99, all read", "ms", Kind::Graphroom.name(), &without);
    report.figure("from due to delivered, p99, one reads nothing", "ms", Kind::Graphroom.name(), &with);
    report.goal("p99 of the others, with to without", "x", Bound::AtMost, TARGET, &ratios);
    Ok(())
}

async fn p99(bench: &Bench, members: usize, seconds: f64, with: bool) -> Outcome<f64> {
    let server = bench.house.start(Kind::Graphroom)?;
    let rooms = server.rooms(1).await?;
    let shape = Shape { members, senders: members / 4, window: 0, sampled: members / 4, batch: false };
    let crowd = Crowd::gather(&server, &rooms, shape).await?;
    let _silent = if with {
        let mut silent = Connection::open_narrow(server.address, "silent", NARROW).await?;
        silent.join(&rooms[0].session_id, "events").await?;
        Some(silent)
    } else {
        None
    };
    crowd.offer(RATE, bench.options.warm_up()).await;
    crowd.record(true);
    crowd.offer(RATE, std::time::Duration::from_secs_f64(seconds)).await;
    sleep(std::time::Duration::from_millis(50)).await;
    crowd.record(false);
    crowd.finish_complete().await?;
    Ok(percentile(&crowd.delivery_times(), 99.0))
}
