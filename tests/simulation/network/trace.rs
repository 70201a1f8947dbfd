//! The trace of a run: what happened last, to be shown when it fails, and a number that stands for all of it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt::Arguments;

/// Lines that are kept.
const LINES: usize = 120;

#[derive(Default)]
struct Trace {
    lines: VecDeque<String>,
    sum: u64,
}

thread_local! {
    /// A run has a thread to itself.
    static TRACE: RefCell<Trace> = RefCell::default();
}

/// Adds a line.
pub fn note(line: Arguments<'_>) {
    let line = line.to_string();
    TRACE.with_borrow_mut(|trace| {
        let sum = line.bytes().fold(trace.sum, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        trace.sum = sum.wrapping_mul(31);
        trace.lines.push_back(line);
        if trace.lines.len() > LINES {
            trace.lines.pop_front();
        }
    });
}

/// Forgets everything, and gives the last lines and the number.
pub fn take() -> (Vec<String>, u64) {
    let Trace { lines, sum } = TRACE.take();
    (lines.into(), sum)
}
