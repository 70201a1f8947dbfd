//! `graphroom project`: the projects of a data directory that no server uses.

mod export;
mod import;
mod list;
mod output;

use std::process::ExitCode;

use super::offline::{Failure, in_store, on_a_line, run_to_end};
use super::{Signals, tell};
use crate::config::ProjectCommand;

/// Does it, and says by the exit code what came of it.
pub(super) fn run(command: &ProjectCommand) -> ExitCode {
    match command {
        ProjectCommand::List(options) => run_to_end("project list", list::run(options)),
        ProjectCommand::Export(options) => run_to_end("project export", export::run(options)),
        ProjectCommand::Import(options) => run_to_end("project import", import::run(options)),
    }
}
