//! The trace of a run: what happened, to be shown when it fails.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt::Arguments;

/// Lines that are kept.
const LINES: usize = 1_000;

thread_local! {
    /// A run has a thread to itself.
    static TRACE: RefCell<VecDeque<String>> = RefCell::default();
}

/// Adds a line.
pub fn note(line: Arguments<'_>) {
    TRACE.with_borrow_mut(|lines| {
        lines.push_back(line.to_string());
        if lines.len() > LINES {
            lines.pop_front();
        }
    });
}

/// Forgets the lines, and gives them.
pub fn take() -> Vec<String> {
    TRACE.take().into()
}
