//! Rooms whose members get each event by itself: what a delivery costs.

use super::{Bench, Values, add, ratios};
use crate::crowd::Shape;
use crate::fault::Outcome;
use crate::measure::{Drive, fresh};
use crate::report::Bound;
use crate::server::Kind;

/// Ours to bare socketioxide, processor time for a delivery.
const TARGET: f64 = 1.3;

/// Ten rooms of twenty, and one of five hundred.
pub async fn run(bench: &mut Bench) -> Outcome<()> {
    let members = bench.options.size(20, 4);
    let small = Shape { members, senders: members, window: 8, sampled: 1, batch: false };
    let large =
        Shape { members: bench.options.size(500, 20), senders: 1, window: 8, sampled: 2, batch: false };
    rooms(bench, bench.options.size(10, 2), small).await?;
    rooms(bench, 1, large).await
}

async fn rooms(bench: &mut Bench, count: usize, shape: Shape) -> Outcome<()> {
    let Shape { members, senders, window, .. } = shape;
    let sizes =
        format!("{count} room(s) of {members}, {senders} of them with {window} commands under way each");
    bench.report.scenario("events", &sizes);
    let [mut cpu, mut rate, mut bytes, mut lost, mut load] = <[Values; 5]>::default();
    for _ in 0..bench.options.runs {
        for kind in Kind::ALL {
            let measured = fresh(&bench.house, kind, (count, shape), Drive::Closed, &bench.options).await?;
            add(&mut cpu, kind, measured.cpu_per_delivery());
            add(&mut rate, kind, measured.deliveries_per_second() / 1e3);
            add(&mut bytes, kind, measured.bytes_per_delivery());
            add(&mut lost, kind, measured.lost * 100.0);
            add(&mut load, kind, measured.load.share() * 100.0);
        }
    }
    let report = &mut bench.report;
    report.figures("processor time for a delivery", "µs", &cpu);
    report.figures("deliveries a second", "k", &rate);
    report.figures("bytes for a delivery", "B", &bytes);
    report.figures("deliveries lost", "%", &lost);
    report.figures("the load's own share of its core", "%", &load);
    let what = format!("processor time for a delivery, {count} x {members}, to socketioxide");
    report.goal(&what, "x", Bound::AtMost, TARGET, &ratios(&cpu, Kind::Socketioxide));
    Ok(())
}
