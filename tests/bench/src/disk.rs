//! The disk's own flush: what no durable answer can be faster than.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::fault::Outcome;
use crate::statistics::median;

/// What is written before each flush: a page, as the store's log writes at the least.
const PAGE: usize = 4_096;
/// Pages of the file, which is there before: like a log that is used again, it does not grow.
const PAGES: u64 = 1_024;

/// Milliseconds for writing a page and flushing it, in the middle of some.
pub fn flush(directory: &Path, time: Duration) -> Outcome<f64> {
    let mut file = File::create(directory.join("flush-probe"))?;
    let page = [7; PAGE];
    for _ in 0..PAGES {
        file.write_all(&page)?;
    }
    file.sync_all()?;
    let (begun, mut times, mut place) = (Instant::now(), Vec::new(), 0);
    while times.len() < 5 || begun.elapsed() < time {
        let started = Instant::now();
        file.seek(SeekFrom::Start(place % PAGES * PAGE as u64))?;
        file.write_all(&page)?;
        file.sync_data()?;
        times.push(started.elapsed().as_secs_f64() * 1e3);
        place += 1;
    }
    drop(file);
    std::fs::remove_file(directory.join("flush-probe"))?;
    Ok(median(&times))
}
