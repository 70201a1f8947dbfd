//! The command line.

use std::process::ExitCode;

use tikv_jemallocator::Jemalloc;

/// Gives back what is no longer used, which the C library's does not where many threads share it
/// (docs/decisions/0056).
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

fn main() -> ExitCode {
    graphroom::command_line::run()
}
