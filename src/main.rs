//! The command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    graphroom::command_line::run()
}
