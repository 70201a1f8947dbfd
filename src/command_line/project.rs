//! `graphroom project`: the projects of a data directory that no server uses.
//!
//! What is read and written here goes through the same store as with a server, which locks the directory.

mod export;
mod import;
mod list;
mod output;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::runtime::Builder;

use super::{ENDED_AT_ONCE, Signals, tell};
use crate::config::ProjectCommand;
use crate::store::sqlite::SqliteStore;
use crate::store::{Store, StoreError};

/// What a shell sees when what was asked for is wrong.
const WRONG: u8 = 1;
/// What a shell sees when it could not be done.
const NOT_DONE: u8 = 2;

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// What was asked for is wrong, or what is stored is damaged.
    #[error("{0}")]
    Wrong(String),
    /// It may be done some other time, or elsewhere.
    #[error("{0}")]
    NotDone(String),
    /// A signal came.
    #[error("interrupted, nothing is written")]
    Interrupted,
}

impl Failure {
    fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Wrong(_) => WRONG,
            Self::NotDone(_) => NOT_DONE,
            Self::Interrupted => ENDED_AT_ONCE,
        })
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::NotDone(error.to_string())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(reason) => Self::NotDone(reason),
            StoreError::Corrupt(_) => Self::Wrong(format!("{error}; graphroom check tells more")),
            StoreError::Closed => Self::NotDone(error.to_string()),
        }
    }
}

/// Does it, and says by the exit code what came of it.
pub(super) fn run(command: &ProjectCommand) -> ExitCode {
    let (name, ended) = match command {
        ProjectCommand::List(options) => ("list", to_its_end(list::run(options))),
        ProjectCommand::Export(options) => ("export", to_its_end(export::run(options))),
        ProjectCommand::Import(options) => ("import", to_its_end(import::run(options))),
    };
    let Err(failure) = ended else { return ExitCode::SUCCESS };
    // There is nobody else to tell.
    drop(writeln!(io::stderr(), "graphroom project {name}: {failure}"));
    failure.code()
}

fn to_its_end(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    Builder::new_current_thread().enable_all().build()?.block_on(work)
}

/// Works with the store of a data directory, and closes it.
async fn in_store<T>(
    dir: &Path,
    work: impl AsyncFnOnce(Arc<dyn Store>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open_existing(dir)?);
    let done = work(Arc::clone(&store)).await;
    // What was committed is on disk. That its log could not be folded in is for whoever opens it next.
    drop(store.close().await);
    done
}

/// A text from somewhere else on a line of ours: without what would end the line, or steer a terminal.
fn on_a_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    line
}
