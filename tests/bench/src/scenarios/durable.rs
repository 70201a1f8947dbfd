//! Commands that are on disk before they are answered, beside servers that keep nothing.

use super::{Bench, Values, add, ratios};
use crate::crowd::Shape;
use crate::disk;
use crate::fault::{Fault, Outcome};
use crate::measure::{Drive, Measured, fresh, measure};
use crate::report::Bound;
use crate::server::Kind;

/// Ours on disk to npm's in memory, commands a second.
const TO_NPM: f64 = 0.8;
/// What is aimed for.
const AIM: f64 = 1.2;
/// Commands a second in one room.
const PIPELINED: f64 = 20_000.0;
/// Milliseconds that a lone command may take beyond the disk.
const BEYOND_THE_DISK: f64 = 0.5;

/// Many rooms, one busy one, and one alone.
pub async fn run(bench: &mut Bench) -> Outcome<()> {
    many(bench).await?;
    pipelined(bench).await?;
    lone(bench).await
}

fn alone(window: usize) -> Shape {
    Shape { members: 1, senders: 1, window, sampled: 0, batch: false }
}

async fn many(bench: &mut Bench) -> Outcome<()> {
    let clients = bench.options.size(32, 4);
    bench
        .report
        .scenario("durable", &format!("{clients} clients in rooms of their own, one command under way each"));
    let [mut rate, mut answer, mut late, mut cpu] = <[Values; 4]>::default();
    for _ in 0..bench.options.runs {
        for kind in [Kind::Graphroom, Kind::Npm, Kind::Socketioxide] {
            let measured =
                fresh(&bench.house, kind, (clients, alone(1)), Drive::Closed, &bench.options).await?;
            add(&mut rate, kind, measured.commands_per_second());
            add(&mut answer, kind, measured.answer(50.0));
            add(&mut late, kind, measured.answer(99.0));
            add(&mut cpu, kind, measured.cpu_per_command());
        }
    }
    let report = &mut bench.report;
    report.figures("commands a second", "", &rate);
    report.figures("answered after, median", "ms", &answer);
    report.figures("answered after, p99", "ms", &late);
    report.figures("processor time for a command", "µs", &cpu);
    let values = ratios(&rate, Kind::Npm);
    report.goal("commands a second on disk, to npm's in memory", "x", Bound::AtLeast, TO_NPM, &values);
    report.goal("the same, what is aimed for", "x", Bound::AtLeast, AIM, &values);
    Ok(())
}

async fn pipelined(bench: &mut Bench) -> Outcome<()> {
    let window = bench.options.size(1_000, 50);
    bench.report.scenario("durable", &format!("one client in one room, {window} commands under way"));
    let measured = ours(bench, alone(window)).await?;
    let values = |value: fn(&Measured) -> f64| measured.iter().map(value).collect::<Vec<_>>();
    let (rate, cpu) = (values(Measured::commands_per_second), values(Measured::cpu_per_command));
    let report = &mut bench.report;
    report.figure("commands a second", "", Kind::Graphroom.name(), &rate);
    report.figure("processor time for a command", "µs", Kind::Graphroom.name(), &cpu);
    report.goal("commands a second, one room, pipelined", "", Bound::AtLeast, PIPELINED, &rate);
    Ok(())
}

async fn ours(bench: &Bench, shape: Shape) -> Outcome<Vec<Measured>> {
    let mut all = Vec::new();
    for _ in 0..bench.options.runs {
        all.push(fresh(&bench.house, Kind::Graphroom, (1, shape), Drive::Closed, &bench.options).await?);
    }
    Ok(all)
}

async fn lone(bench: &mut Bench) -> Outcome<()> {
    bench.report.scenario("durable", "one client, one command under way, nobody else");
    let (mut answers, mut flushes, mut beyond) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.options.runs {
        let server = bench.house.start(Kind::Graphroom)?;
        let rooms = server.rooms(1).await?;
        let directory = server.data().ok_or_else(|| Fault::Missing("a data directory".to_owned()))?;
        let before = disk::flush(directory, bench.options.warm_up())?;
        let measured = measure(&server, &rooms, alone(1), Drive::Closed, &bench.options).await?;
        let flush = f64::midpoint(before, disk::flush(directory, bench.options.warm_up())?);
        flushes.push(flush);
        answers.push(measured.answer(50.0));
        beyond.push(measured.answer(50.0) - flush);
    }
    let report = &mut bench.report;
    report.figure("answered after, median", "ms", Kind::Graphroom.name(), &answers);
    report.figure("a page written and flushed, median", "ms", "the disk", &flushes);
    report.goal("a lone command, beyond the disk's flush", "ms", Bound::AtMost, BEYOND_THE_DISK, &beyond);
    Ok(())
}
