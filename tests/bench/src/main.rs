//! `make bench`: how fast Graphroom is beside its peers, in one run on one machine.
//!
//! The runner starts each server as a process, is itself the load, and prints medians of runs that took turns.
//! What it measures, and how to read it, stands in `docs/benchmarks.md`. It is no test: only counts can fail it.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts and times become figures for people"
)]

mod command;
mod connection;
mod crowd;
mod disk;
mod fault;
mod frames;
mod http;
mod listener;
mod machine;
mod measure;
mod model;
mod options;
mod project;
mod report;
mod scenarios;
mod server;
mod statistics;
mod watcher;

use std::process::ExitCode;

use clap::Parser;
use tokio::task::LocalSet;

use fault::{Fault, Outcome};
use machine::{Cores, Machine};
use options::Options;
use report::{Report, say};
use scenarios::{Bench, SCENARIOS};
use server::House;

fn main() -> ExitCode {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ended = runtime.map_err(Fault::Io).and_then(|runtime| {
        let set = LocalSet::new();
        runtime.block_on(set.run_until(run(options)))
    });
    match ended {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(fault) => {
            say(&format!("{fault}\n"));
            ExitCode::FAILURE
        }
    }
}

/// Runs what is wanted; whether all of it gave figures.
async fn run(options: Options) -> Outcome<bool> {
    if let Some(unknown) = options.only.iter().find(|name| SCENARIOS.iter().all(|known| known != name)) {
        return Err(Fault::Missing(format!(
            "no scenario is called {unknown}: there are {}",
            SCENARIOS.join(", ")
        )));
    }
    let machine = Machine::look();
    let cores = if options.unpinned { None } else { Cores::choose() };
    let house = House::open(cores)?;
    if let Some(cores) = cores {
        cores.take_the_loads()?;
    }
    let machine = machine.with("npm socket.io", &house.npm_version()).with("socketioxide", "0.18.9");
    say(&format!("{}\n", machine.text()));
    if cores.is_none() {
        say("servers and load share the cores: ratios are less sure\n");
    }
    let report = Report::new(machine, serde_json::to_value(&options)?);
    let mut bench = Bench { house, options, report };
    for name in SCENARIOS.into_iter().filter(|name| bench.options.wants(name)).collect::<Vec<_>>() {
        if let Err(fault) = scenarios::run(&mut bench, name).await {
            bench.report.failure(name, &fault.to_string());
        }
        bench.report.write(&bench.options.json)?;
    }
    bench.report.conclude();
    Ok(bench.report.is_whole())
}
