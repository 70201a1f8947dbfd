//! What is measured: a file for each scenario.

mod batch;
mod domain;
mod durable;
mod events;
mod growth;
mod idle;
mod promises;
mod stalled;
mod streams;
mod tokens;
mod watching;

use std::collections::BTreeMap;

use crate::fault::{Fault, Outcome};
use crate::options::Options;
use crate::report::Report;
use crate::server::{House, Kind};

/// What a scenario needs.
pub struct Bench {
    pub house: House,
    pub options: Options,
    pub report: Report,
}

/// Their names, in the order in which they run.
pub const SCENARIOS: [&str; 11] = [
    "events", "batch", "durable", "domain", "tokens", "idle", "growth", "stalled", "streams", "watching",
    "promises",
];

/// Runs the scenario of that name.
pub async fn run(bench: &mut Bench, name: &str) -> Outcome<()> {
    match name {
        "events" => events::run(bench).await,
        "batch" => batch::run(bench).await,
        "durable" => durable::run(bench).await,
        "domain" => domain::run(bench).await,
        "tokens" => tokens::run(bench).await,
        "idle" => idle::run(bench).await,
        "growth" => growth::run(bench).await,
        "stalled" => stalled::run(bench).await,
        "streams" => streams::run(bench).await,
        "watching" => watching::run(bench).await,
        "promises" => promises::run(bench).await,
        _ => Err(Fault::Missing(format!("no scenario is called {name}: there are {}", SCENARIOS.join(", ")))),
    }
}

/// The values of each server, run by run.
type Values = BTreeMap<Kind, Vec<f64>>;

/// Adds a run's value.
fn add(values: &mut Values, kind: Kind, value: f64) {
    values.entry(kind).or_default().push(value);
}

/// Ours through a peer's, run by run.
fn ratios(values: &Values, peer: Kind) -> Vec<f64> {
    let of = |kind| values.get(&kind).map_or(&[][..], Vec::as_slice);
    of(Kind::Graphroom).iter().zip(of(peer)).map(|(ours, peers)| ours / peers).collect()
}

impl Report {
    /// Adds a figure of each server.
    fn figures(&mut self, what: &str, unit: &str, values: &Values) {
        for (kind, values) in values {
            self.figure(what, unit, kind.name(), values);
        }
    }
}
