//! What the machine says of the process: time of processors, memory, disk. Elsewhere than on Linux it says less.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rustix::fs::statvfs;
use rustix::time::{ClockId, clock_gettime};
use tokio::time::Instant;

/// How often the timer goes off whose lateness is measured.
const TICK: Duration = Duration::from_millis(100);

/// How long processors have worked for the process.
#[must_use]
pub fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let part = |number: i64| u64::try_from(number).unwrap_or_default();
    Duration::from_secs(part(time.tv_sec)) + Duration::from_nanos(part(time.tv_nsec))
}

/// How many processors there are.
#[must_use]
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The memory that the process uses, in bytes.
#[must_use]
pub fn memory() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm").ok();
    let resident = pages.as_deref().and_then(|text| text.split_whitespace().nth(1)?.parse::<u64>().ok());
    resident.unwrap_or_default() * rustix::param::page_size() as u64
}

/// The memory that it may use: the machine's or, if that is less, its group's. 0 where nobody says.
#[must_use]
pub fn memory_limit() -> u64 {
    let of_machine = fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
        line.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1_024)
    });
    let of_group = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];
    let of_group = of_group.iter().filter_map(|path| fs::read_to_string(path).ok()?.trim().parse().ok());
    of_group.chain(of_machine).min().unwrap_or_default()
}

/// The share of a directory's disk that is free for the process; none if it cannot be said.
#[must_use]
pub fn disk_free(directory: &Path) -> Option<f64> {
    let disk = statvfs(directory).ok()?;
    (disk.f_blocks > 0).then(|| disk.f_bavail as f64 / disk.f_blocks as f64)
}

/// By how much a timer is late: as much as tasks wait for each other.
#[derive(Debug, Default)]
pub struct Lag {
    /// Since somebody last took it, in microseconds.
    worst: AtomicU64,
    /// The last time.
    latest: AtomicU64,
}

impl Lag {
    /// Measures, until the future is dropped.
    pub async fn keep_measuring(&self) {
        loop {
            let asked = Instant::now();
            tokio::time::sleep(TICK).await;
            let late = asked.elapsed().saturating_sub(TICK).as_micros();
            let late = u64::try_from(late).unwrap_or(u64::MAX);
            self.latest.store(late, Ordering::Relaxed);
            self.worst.fetch_max(late, Ordering::Relaxed);
        }
    }

    /// How late it was the last time.
    pub fn latest(&self) -> Duration {
        Duration::from_micros(self.latest.load(Ordering::Relaxed))
    }

    /// How late it was at most, since this was asked last.
    pub fn take_worst(&self) -> Duration {
        Duration::from_micros(self.worst.swap(0, Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_has_worked_and_uses_memory_of_what_it_may() {
        let before = cpu_time();
        let mut sum = 0_u64;
        while cpu_time() - before < Duration::from_millis(5) {
            sum = sum.wrapping_add(std::hint::black_box(1));
        }
        assert!(sum > 0 && processors() > 0);
        assert!(memory() > 1024 * 1024 && memory() < memory_limit(), "{} of {}", memory(), memory_limit());
        let free = disk_free(Path::new(".")).unwrap();
        assert!((0.0..=1.0).contains(&free), "{free}");
        assert_eq!(disk_free(Path::new("/no/such/directory")), None);
    }

    #[tokio::test]
    async fn a_task_that_does_not_let_others_go_on_shows_as_lag() {
        let lag = Lag::default();
        let busy = async {
            tokio::time::sleep(TICK / 2).await;
            std::thread::sleep(TICK * 3);
            tokio::time::sleep(TICK * 2).await;
        };
        tokio::select! {
            () = lag.keep_measuring() => {}
            () = busy => {}
        }
        assert!(lag.take_worst() >= TICK, "{:?}", lag.latest());
        assert_eq!(lag.take_worst(), Duration::ZERO);
    }
}
