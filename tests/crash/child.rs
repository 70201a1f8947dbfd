//! A server on a [`UntrueStore`], in a process that can be killed: this test binary, run once more.
//!
//! The product has no switch for that, so the process that has one is a test's.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use graphroom::store::SqliteStore;
use tokio::process::Command;

use super::untrue_store::{UntrueStore, Untruth};
use crate::support::TestServer;
use crate::support::process::{WELCOME, without_settings};

const DATA: &str = "GRAPHROOM_TEST_CHILD_DATA";
const UNTRUTH: &str = "GRAPHROOM_TEST_CHILD_UNTRUTH";

/// A server on such a store in a data directory.
pub fn command(untruth: Untruth, data: &Path) -> Command {
    let mut command = without_settings(std::env::current_exe().unwrap());
    command
        .args(["crash::child::serve_when_asked", "--exact", "--nocapture"])
        .env(DATA, data)
        .env(UNTRUTH, format!("{untruth:?}"));
    command
}

/// No test, but the way into the child: without the variables there is nothing to serve.
#[tokio::test(flavor = "multi_thread")]
async fn serve_when_asked() {
    let (Some(data), Ok(said)) = (std::env::var_os(DATA), std::env::var(UNTRUTH)) else { return };
    let untruth = Untruth::ALL.into_iter().find(|known| format!("{known:?}") == said).unwrap();
    let store = UntrueStore::new(SqliteStore::open(Path::new(&data)).unwrap(), untruth);
    let server = TestServer::start_on(Arc::new(store)).await;
    writeln!(std::io::stdout(), "\n{WELCOME}{}", server.address).unwrap();
    // Until it is killed.
    std::future::pending::<()>().await;
}
