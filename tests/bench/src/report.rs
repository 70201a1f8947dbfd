//! The report: a table for people, and the same with every single value as JSON.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use serde::Serialize;

use crate::machine::Machine;
use crate::statistics::{median, spread};

/// A figure that was measured some times.
#[derive(Serialize)]
pub struct Figure {
    scenario: String,
    what: String,
    unit: String,
    server: String,
    median: f64,
    least: f64,
    most: f64,
    values: Vec<f64>,
}

/// What a figure is to be.
#[derive(Serialize)]
pub struct Goal {
    scenario: String,
    what: String,
    unit: String,
    bound: Bound,
    target: f64,
    median: f64,
    least: f64,
    most: f64,
    met: bool,
    values: Vec<f64>,
}

/// Which way is good.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    AtMost,
    AtLeast,
}

/// A scenario that gave no figure.
#[derive(Serialize)]
struct Failure {
    scenario: String,
    why: String,
}

/// Everything that was found.
#[derive(Serialize)]
pub struct Report {
    machine: Machine,
    options: serde_json::Value,
    /// What the scenarios were made with.
    sizes: Vec<(String, String)>,
    figures: Vec<Figure>,
    goals: Vec<Goal>,
    failures: Vec<Failure>,
    #[serde(skip)]
    scenario: String,
}

impl Report {
    /// Nothing yet.
    pub fn new(machine: Machine, options: serde_json::Value) -> Self {
        let (sizes, figures, goals, failures) = <_>::default();
        Self { machine, options, sizes, figures, goals, failures, scenario: String::new() }
    }

    /// What follows belongs to this scenario, which was made like that.
    pub fn scenario(&mut self, name: &str, sizes: &str) {
        name.clone_into(&mut self.scenario);
        self.sizes.push((name.to_owned(), sizes.to_owned()));
        say(&format!("\n{name}: {sizes}\n"));
    }

    /// Adds a figure.
    pub fn figure(&mut self, what: &str, unit: &str, server: &str, values: &[f64]) {
        let (least, most) = spread(values);
        let figure = Figure {
            scenario: self.scenario.clone(),
            what: what.to_owned(),
            unit: unit.to_owned(),
            server: server.to_owned(),
            median: median(values),
            least,
            most,
            values: values.to_vec(),
        };
        say(&figure.text());
        self.figures.push(figure);
    }

    /// Adds what a figure is to be: its median counts.
    pub fn goal(&mut self, what: &str, unit: &str, bound: Bound, target: f64, values: &[f64]) {
        let (least, most) = spread(values);
        let median = median(values);
        let met = !values.is_empty()
            && match bound {
                Bound::AtMost => median <= target,
                Bound::AtLeast => median >= target,
            };
        let goal = Goal {
            scenario: self.scenario.clone(),
            what: what.to_owned(),
            unit: unit.to_owned(),
            bound,
            target,
            median,
            least,
            most,
            met,
            values: values.to_vec(),
        };
        say(&goal.text());
        self.goals.push(goal);
    }

    /// Adds a scenario that gave nothing.
    pub fn failure(&mut self, scenario: &str, why: &str) {
        say(&format!("  {scenario} failed: {why}\n"));
        self.failures.push(Failure { scenario: scenario.to_owned(), why: why.to_owned() });
    }

    /// Whether everything was measured.
    pub fn is_whole(&self) -> bool {
        self.failures.is_empty()
    }

    /// Writes the JSON file.
    pub fn write(&self, file: &Path) -> io::Result<()> {
        fs::write(file, serde_json::to_string_pretty(self)?)
    }

    /// Says at the end which targets were met.
    pub fn conclude(&self) {
        let mut text = String::from("\ntargets\n");
        for goal in &self.goals {
            let _ = write!(text, "  {:<9}{}", goal.scenario, goal.text().trim_start());
        }
        for failure in &self.failures {
            let _ = writeln!(text, "  {:<9}failed: {}", failure.scenario, failure.why);
        }
        say(&text);
    }
}

impl Figure {
    fn text(&self) -> String {
        let Self { what, unit, server, median, least, most, .. } = self;
        let spread = format!("({} to {})", number(*least), number(*most));
        format!("  {what:<52} {server:<13} {:>10} {unit:<5} {spread}\n", number(*median))
    }
}

impl Goal {
    fn text(&self) -> String {
        let Self { what, unit, bound, target, median, least, most, met, .. } = self;
        let bound = if *bound == Bound::AtMost { "at most" } else { "at least" };
        let spread = format!("({} to {})", number(*least), number(*most));
        let met = if *met { "met" } else { "MISSED" };
        format!(
            "  {what:<66} {:>10} {unit:<5} {spread:<20} {bound} {}: {met}\n",
            number(*median),
            number(*target)
        )
    }
}

/// Three figures that count.
fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 || size == 0.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 0.1 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

/// Prints at once: a run takes long.
pub fn say(text: &str) {
    let mut out = io::stdout().lock();
    // Nobody may be reading.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
