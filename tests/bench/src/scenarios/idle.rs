//! Connections that joined and do nothing: what each takes of memory, and that ten thousand of them are held.

use std::time::Duration;

use tokio::time::sleep;

use super::{Bench, Values, add, ratios};
use crate::crowd::{Crowd, Shape};
use crate::fault::{Fault, Outcome};
use crate::machine;
use crate::report::Bound;
use crate::server::{Kind, Server};

/// Ours to bare socketioxide, memory for a connection.
const TARGET: f64 = 1.15;
/// Members of a room.
const ROOM: usize = 50;
/// Long enough that everybody was asked for a sign of life, and had to give one.
const HOLD: Duration = Duration::from_secs(30);
/// Files that a process has open beside its connections.
const OTHER_FILES: u64 = 200;

/// Memory at five thousand, then ten thousand for a while.
pub async fn run(bench: &mut Bench) -> Outcome<()> {
    let connections = bench.options.size(5_000, 100);
    memory(bench, connections).await?;
    held(bench, bench.options.size(10_000, 200)).await
}

/// Whether this process may have so many connections.
pub(super) fn check_files(connections: usize) -> Outcome<()> {
    let needed = connections as u64 + OTHER_FILES;
    match machine::open_files() {
        Some(limit) if limit < needed => {
            Err(Fault::Missing(format!("{needed} open files, there are {limit}: ulimit -n")))
        }
        _ => Ok(()),
    }
}

async fn everybody(server: &Server, connections: usize, senders: usize) -> Outcome<(u64, Crowd)> {
    let rooms = server.rooms(connections / ROOM).await?;
    let shape = Shape { members: ROOM, senders, window: 0, sampled: 0, batch: false };
    // One comes and goes in each room first, so that what a room needs for itself is there.
    drop(Crowd::gather(server, &rooms, Shape { members: 1, ..shape }).await?);
    sleep(Duration::from_millis(500)).await;
    let before = server.resident()?;
    Ok((before, Crowd::gather(server, &rooms, shape).await?))
}

async fn memory(bench: &mut Bench, connections: usize) -> Outcome<()> {
    check_files(connections)?;
    bench.report.scenario("idle", &format!("{connections} joined connections in rooms of {ROOM}"));
    let mut values = Values::default();
    for _ in 0..bench.options.runs.min(3) {
        for kind in Kind::ALL {
            let server = bench.house.start(kind)?;
            let (before, crowd) = everybody(&server, connections, 0).await?;
            sleep(Duration::from_secs(1)).await;
            let grown = server.resident()?.saturating_sub(before);
            add(&mut values, kind, grown as f64 / connections as f64 / 1_024.0);
            if crowd.connected() < connections {
                return Err(Fault::Counts(format!("{} of {connections} are connected", crowd.connected())));
            }
        }
    }
    bench.report.figures("memory for a connection", "KiB", &values);
    let what = format!("memory for a connection, at {connections}, to socketioxide");
    bench.report.goal(&what, "x", Bound::AtMost, TARGET, &ratios(&values, Kind::Socketioxide));
    Ok(())
}

async fn held(bench: &mut Bench, connections: usize) -> Outcome<()> {
    check_files(connections)?;
    let hold = bench.options.size(HOLD, Duration::from_millis(100));
    bench.report.scenario(
        "idle",
        &format!("{connections} connections for {} s, then an event in each room", hold.as_secs()),
    );
    let server = bench.house.start(Kind::Graphroom)?;
    let (_, crowd) = everybody(&server, connections, 1).await?;
    let usage = server.usage()?;
    sleep(hold).await;
    let spent = server.usage()?.since(usage);
    crowd.offer((connections / ROOM) as f64, Duration::from_secs(1)).await;
    crowd.finish_complete().await?;
    let report = &mut bench.report;
    report.figure("share of the server's core while idle", "%", server.kind.name(), &[spent.share() * 100.0]);
    report.figure("memory in all", "MiB", server.kind.name(), &[server.resident()? as f64 / 1_048_576.0]);
    report.goal(
        "connections held, each told its room's event",
        "",
        Bound::AtLeast,
        connections as f64,
        &[crowd.connected() as f64],
    );
    Ok(())
}
