//! `graphroom backup` and `graphroom restore`: tell what was copied.

use std::process::ExitCode;

use super::check::count;
use super::offline::{Failure, run_to_end};
use super::tell;
use crate::config::BackupOptions;
use crate::store::sqlite::{self, Copied};

/// Copies what is stored, and says by the exit code what came of it.
pub(super) fn backup(options: &BackupOptions) -> ExitCode {
    run_to_end("backup", async {
        let copied = sqlite::backup(&options.data, &options.file)?;
        told(copied, &format!("copied to {}", options.file.display()))
    })
}

/// Puts a copy back, and says by the exit code what came of it.
pub(super) fn restore(options: &BackupOptions) -> ExitCode {
    run_to_end("restore", async {
        let copied = sqlite::restore(&options.file, &options.data)?;
        told(copied, &format!("put into {}; every project has a new epoch", options.data.display()))
    })
}

fn told(Copied { projects, bytes }: Copied, what: &str) -> Result<(), Failure> {
    let (projects, bytes) = (count(projects, "project"), count(bytes, "byte"));
    tell(&format!("{projects}, {bytes} {what}\n")).map_err(Failure::from)
}
