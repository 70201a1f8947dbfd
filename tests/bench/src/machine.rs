//! The machine: what it is, which core runs what, and what a process takes of it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::{Resource, getrlimit};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use serde::Serialize;

use crate::fault::{Fault, Outcome};

/// What the figures were taken on.
#[derive(Serialize)]
pub struct Machine {
    cpu: String,
    cores: usize,
    memory_mb: u64,
    kernel: String,
    open_files: Option<u64>,
    load_before: String,
    /// Programs and their versions.
    versions: Vec<(String, String)>,
}

impl Machine {
    /// This one.
    pub fn look() -> Self {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let field = |text: &str, name: &str| {
            let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
            line.split_once(':').map_or(String::new(), |(_, value)| value.trim().to_owned())
        };
        let memory = field(&read("/proc/meminfo"), "MemTotal");
        Self {
            cpu: field(&read("/proc/cpuinfo"), "model name"),
            cores: cores().len(),
            memory_mb: memory.trim_end_matches(" kB").parse::<u64>().unwrap_or(0) / 1_024,
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            open_files: open_files(),
            load_before: read("/proc/loadavg").trim().to_owned(),
            versions: vec![
                ("graphroom".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
                ("rustc".to_owned(), said("rustc", "--version")),
                ("node".to_owned(), said("node", "--version")),
                ("build".to_owned(), if cfg!(debug_assertions) { "debug" } else { "release" }.to_owned()),
            ],
        }
    }

    /// Another program whose version counts.
    pub fn with(mut self, program: &str, version: &str) -> Self {
        self.versions.push((program.to_owned(), version.to_owned()));
        self
    }

    /// Two lines for people.
    pub fn text(&self) -> String {
        let Self { cpu, cores, memory_mb, kernel, load_before, .. } = self;
        let versions: Vec<String> =
            self.versions.iter().map(|(name, what)| format!("{name} {what}")).collect();
        format!(
            "{cpu}, {cores} cores, {memory_mb} MiB, Linux {kernel}, load before: {load_before}\n{}",
            versions.join(", ")
        )
    }
}

fn said(program: &str, argument: &str) -> String {
    let output = Command::new(program).arg(argument).output();
    output.map_or("none".to_owned(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// How many files this process, and those that it starts, may have open.
pub fn open_files() -> Option<u64> {
    getrlimit(Resource::Nofile).current
}

/// Which core runs the servers, and which the load.
#[derive(Clone, Copy)]
pub struct Cores {
    pub server: usize,
    pub load: usize,
}

impl Cores {
    /// The last two that there are; none where there is one alone.
    pub fn choose() -> Option<Self> {
        match *cores() {
            [.., server, load] => Some(Self { server, load }),
            _ => None,
        }
    }

    /// Moves this thread, and those it starts, to the load's core.
    pub fn take_the_loads(self) -> Outcome<()> {
        let mut set = CpuSet::new();
        set.set(self.load);
        sched_setaffinity(None, &set).map_err(|error| Fault::Missing(format!("a core for the load: {error}")))
    }
}

fn cores() -> Vec<usize> {
    let set = sched_getaffinity(None).unwrap_or_default();
    (0..CpuSet::MAX_CPU).filter(|core| set.is_set(*core)).collect()
}

/// What a process had of the processor at some time.
#[derive(Clone, Copy)]
pub struct Usage {
    cpu: Duration,
    at: Instant,
}

impl Usage {
    /// Of a process, all its threads, user and system.
    pub fn of(pid: u32) -> Outcome<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
        // The name may have blanks in it; the state comes behind its parenthesis.
        let behind = stat.rsplit_once(')').map_or("", |(_, behind)| behind);
        let ticks = |place: usize| behind.split(' ').nth(place).and_then(|ticks| ticks.parse::<u64>().ok());
        let ticks = ticks(12).zip(ticks(13)).map(|(user, system)| user + system);
        let ticks = ticks.ok_or_else(|| Fault::Missing("the times in /proc/PID/stat".to_owned()))?;
        let cpu = Duration::from_nanos(ticks * 1_000_000_000 / rustix::param::clock_ticks_per_second());
        Ok(Self { cpu, at: Instant::now() })
    }

    /// What it has taken since then.
    pub fn since(self, before: Self) -> Spent {
        Spent { cpu: self.cpu - before.cpu, wall: self.at - before.at }
    }
}

/// Time of the processor in time of the clock.
#[derive(Clone, Copy)]
pub struct Spent {
    pub cpu: Duration,
    pub wall: Duration,
}

impl Spent {
    /// The part of a core.
    pub fn share(self) -> f64 {
        self.cpu.as_secs_f64() / self.wall.as_secs_f64()
    }
}

/// Memory that a process has resident, in bytes.
pub fn resident(pid: u32) -> Outcome<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.map(|kilobytes| kilobytes * 1_024).ok_or_else(|| Fault::Missing("VmRSS".to_owned()))
}

/// What the files of a directory have, in bytes.
pub fn disk_use(directory: &Path) -> Outcome<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(directory)? {
        bytes += entry?.metadata()?.len();
    }
    Ok(bytes)
}
