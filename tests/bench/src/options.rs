//! What the runner is told: by flags, which `make bench` makes of its variables.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use serde::Serialize;

/// Measures Graphroom beside its peers.
#[derive(Clone, Debug, Parser, Serialize)]
pub struct Options {
    /// Scenarios to run, by their names, separated by commas; all without it
    #[arg(long, value_delimiter = ',')]
    pub only: Vec<String>,
    /// How often each server is measured, in turn with the others
    #[arg(long, default_value_t = 5)]
    pub runs: usize,
    /// How long one measurement lasts
    #[arg(long, default_value_t = 3.0)]
    pub seconds: f64,
    /// How long the member reads nothing
    #[arg(long, default_value_t = 60.0)]
    pub stall_seconds: f64,
    /// Small rooms and graphs: shows that everything works, and says nothing of speed
    #[arg(long)]
    pub small: bool,
    /// Leaves it to the system which core runs what
    #[arg(long)]
    pub unpinned: bool,
    /// Where to write every value
    #[arg(long, default_value = "target/bench.json")]
    pub json: PathBuf,
}

impl Options {
    /// How long one measurement lasts.
    pub fn window(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }

    /// How long a server works before it is measured.
    pub fn warm_up(&self) -> Duration {
        self.window() / 4
    }

    /// A size, or what stands for it where all is small.
    pub fn size<T>(&self, full: T, small: T) -> T {
        if self.small { small } else { full }
    }

    /// Whether a scenario is to run.
    pub fn wants(&self, scenario: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == scenario)
    }
}
