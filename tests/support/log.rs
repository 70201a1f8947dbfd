//! What the servers of this process log, and panics that somebody caught: for tests in which neither an error
//! nor a panic may happen. Each test has a process of its own (nextest); in one process the tests share a log.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Lines that are kept, of which the oldest go.
const MAX_LINES: usize = 2_000;

/// The log of this process.
pub struct Log {
    lines: Mutex<Vec<String>>,
    /// Lines of level error, and panics.
    faults: Mutex<Vec<String>>,
}

static LOG: OnceLock<Log> = OnceLock::new();

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Log {
    /// The log, which is kept from the first call on.
    pub fn keep() -> &'static Self {
        LOG.get_or_init(|| {
            let levels =
                Targets::new().with_default(LevelFilter::WARN).with_target("graphroom", LevelFilter::INFO);
            let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(|| Line);
            // Somebody who has set up a log already keeps it; faults are then seen as panics only.
            drop(tracing_subscriber::registry().with(levels).with(lines).try_init());
            let before = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                if let Some(log) = LOG.get() {
                    lock(&log.faults).push(panic.to_string());
                }
                before(panic);
            }));
            Self { lines: Mutex::default(), faults: Mutex::default() }
        })
    }

    /// What was logged last.
    pub fn last_lines(&self) -> String {
        lock(&self.lines).concat()
    }

    /// Errors that were logged and panics, caught or not.
    pub fn faults(&self) -> Vec<String> {
        lock(&self.faults).clone()
    }
}

/// Takes one line of the log.
struct Line;

impl Write for Line {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if let Some(log) = LOG.get() {
            let text = String::from_utf8_lossy(line).into_owned();
            if text.contains(" ERROR ") {
                lock(&log.faults).push(text.clone());
            }
            let mut lines = lock(&log.lines);
            if lines.len() >= MAX_LINES {
                lines.drain(..MAX_LINES / 2);
            }
            lines.push(text);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
