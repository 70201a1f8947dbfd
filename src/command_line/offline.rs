//! Work on a data directory that no server uses, and what came of it.
//!
//! What is read and written goes through the same store as with a server, which locks the directory.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::runtime::Builder;

use super::ENDED_AT_ONCE;
use crate::clock::system_clock;
use crate::identity::audit::Note;
use crate::identity::keys::KeyError;
use crate::identity::passwords::PasswordError;
use crate::identity::secrets::NoRandomness;
use crate::identity::tokens::NotIssued;
use crate::store::sqlite::{IN_USE, SqliteStore};
use crate::store::{Store, StoreError};

/// What a shell sees when what was asked for is wrong.
const WRONG: u8 = 1;
/// What a shell sees when it could not be done.
const NOT_DONE: u8 = 2;

/// What helps where a server uses the directory.
const BY_REST: &str = "an admin of the server that uses it does this by /api/v1/admin";

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
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

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        Self::NotDone(error.to_string())
    }
}

impl From<PasswordError> for Failure {
    fn from(error: PasswordError) -> Self {
        Self::NotDone(error.to_string())
    }
}

impl From<NoRandomness> for Failure {
    fn from(error: NoRandomness) -> Self {
        Self::NotDone(error.to_string())
    }
}

impl From<NotIssued> for Failure {
    fn from(error: NotIssued) -> Self {
        Self::NotDone(error.to_string())
    }
}

/// Does the work of the command that is called so, and says by the exit code what came of it.
pub(super) fn run_to_end(called: &str, work: impl Future<Output = Result<(), Failure>>) -> ExitCode {
    let Err(failure) = to_its_end(work) else { return ExitCode::SUCCESS };
    // There is nobody else to tell.
    drop(writeln!(io::stderr(), "graphroom {called}: {failure}"));
    failure.code()
}

fn to_its_end(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    Builder::new_current_thread().enable_all().build()?.block_on(work)
}

/// Works with the store of a data directory, and closes it.
pub(super) async fn in_store<T>(
    dir: &Path,
    work: impl AsyncFnOnce(Arc<dyn Store>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    within(SqliteStore::open_existing(dir)?, work).await
}

async fn within<T>(
    store: SqliteStore,
    work: impl AsyncFnOnce(Arc<dyn Store>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let store: Arc<dyn Store> = Arc::new(store);
    let done = work(Arc::clone(&store)).await;
    // What was committed is on disk. That its log could not be folded in is for whoever opens it next.
    drop(store.close().await);
    done
}

/// The same for accounts, which a server that uses the directory changes when it is asked.
pub(super) async fn in_accounts<T>(
    dir: &Path,
    work: impl AsyncFnOnce(Arc<dyn Store>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    in_store(dir, work).await.map_err(or_in_use)
}

/// The same for the first account, for which the directory is made if need be.
pub(super) async fn in_first_accounts<T>(
    dir: &Path,
    work: impl AsyncFnOnce(Arc<dyn Store>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    match SqliteStore::open(dir) {
        Ok(store) => within(store, work).await,
        Err(error) => Err(or_in_use(error.into())),
    }
}

fn or_in_use(failure: Failure) -> Failure {
    match failure {
        Failure::NotDone(reason) if reason.ends_with(IN_USE) => {
            Failure::NotDone(format!("{reason}; {BY_REST}"))
        }
        other => other,
    }
}

/// Who does what is done on the command line: nobody can be called so.
pub(super) const NOBODY: &str = "anonymous:command-line";

/// Writes down what was done.
pub(super) async fn note(store: &dyn Store, note: Note) -> Result<(), StoreError> {
    store.append_audit(vec![note.by(NOBODY).entry(system_clock()())]).await
}

/// Gives a secret to whoever reads standard output, on a line of its own. Unlike with `tell`, that nobody reads it
/// is a failure: it cannot be shown again.
pub(super) fn hand_over(secret: &str) -> io::Result<()> {
    let mut stdout = io::stdout();
    stdout.write_all(format!("{secret}\n").as_bytes())?;
    stdout.flush()
}

/// Says something about what goes to standard output.
pub(super) fn remark(text: &str) {
    // There is nobody else to tell.
    drop(writeln!(io::stderr(), "{text}"));
}

/// A text from somewhere else on a line of ours: without what would end the line, or steer a terminal.
pub(super) fn on_a_line(text: &str) -> String {
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
