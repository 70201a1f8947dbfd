//! One large room that gets its events in frames, at a rate that people might give commands at.

use super::{Bench, Values, add};
use crate::crowd::Shape;
use crate::fault::Outcome;
use crate::measure::{Drive, fresh};
use crate::report::Bound;
use crate::server::Kind;

/// Ours to bare socketioxide, processor time for a delivery.
const TARGET: f64 = 0.5;
/// Milliseconds from when a command was due to its event, 99 of 100.
const LATENCY: f64 = 25.0;

/// Commands a second; the second rate is more than the peer can deliver.
pub async fn run(bench: &mut Bench) -> Outcome<()> {
    for rate in bench.options.size([400.0, 1_600.0], [50.0, 100.0]) {
        offered(bench, rate).await?;
    }
    Ok(())
}

async fn offered(bench: &mut Bench, rate: f64) -> Outcome<()> {
    let members = bench.options.size(500, 20);
    let shape = Shape { members, senders: members / 5, window: 0, sampled: members / 50 + 1, batch: true };
    let sizes =
        format!("one room of {members}, offered {rate} commands a second by {} of them", shape.senders);
    bench.report.scenario("batch", &sizes);
    let [mut cpu, mut share, mut middle, mut late, mut lost, mut bytes] = <[Values; 6]>::default();
    let mut ratios = Vec::new();
    for _ in 0..bench.options.runs {
        let mut costs = Vec::new();
        for kind in [Kind::Graphroom, Kind::Socketioxide] {
            let measured =
                fresh(&bench.house, kind, (1, shape), Drive::Offered(rate), &bench.options).await?;
            add(&mut cpu, kind, measured.cpu_per_delivery());
            add(&mut share, kind, measured.spent.share() * 100.0);
            add(&mut middle, kind, measured.delivery(50.0));
            add(&mut late, kind, measured.delivery(99.0));
            add(&mut lost, kind, measured.lost * 100.0);
            add(&mut bytes, kind, measured.bytes_per_delivery());
            costs.push(measured.cpu_per_delivery());
        }
        ratios.push(costs[0] / costs[1]);
    }
    let report = &mut bench.report;
    report.figures("processor time for a delivery", "µs", &cpu);
    report.figures("share of the server's core", "%", &share);
    report.figures("from due to delivered, median", "ms", &middle);
    report.figures("from due to delivered, p99", "ms", &late);
    report.figures("deliveries lost", "%", &lost);
    report.figures("bytes for a delivery", "B", &bytes);
    let what = format!("processor time for a delivery, {rate}/s, to socketioxide");
    report.goal(&what, "x", Bound::AtMost, TARGET, &ratios);
    let ours = late.remove(&Kind::Graphroom).unwrap_or_default();
    report.goal(&format!("from due to delivered, p99, {rate}/s"), "ms", Bound::AtMost, LATENCY, &ours);
    Ok(())
}
