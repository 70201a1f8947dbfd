//! A server on a [`FaultyStore`], in a process that can be killed: this test binary, run once more.
//!
//! The product has no switch for faults, so the process that has one is a test's.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use graphroom::store::SqliteStore;
use tokio::process::Command;

use super::faulty_store::{Fault, FaultyStore};
use crate::support::TestServer;
use crate::support::process::{WELCOME, without_settings};

const DATA: &str = "GRAPHROOM_TEST_CHILD_DATA";
const FAULT: &str = "GRAPHROOM_TEST_CHILD_FAULT";

/// A server with a fault on a data directory.
pub fn command(fault: Fault, data: &Path) -> Command {
    let mut command = without_settings(std::env::current_exe().unwrap());
    command
        .args(["crash::child::serve_when_asked", "--exact", "--nocapture"])
        .env(DATA, data)
        .env(FAULT, format!("{fault:?}"));
    command
}

/// No test, but the way into the child: without the variables there is nothing to serve.
#[tokio::test(flavor = "multi_thread")]
async fn serve_when_asked() {
    let (Some(data), Ok(fault)) = (std::env::var_os(DATA), std::env::var(FAULT)) else { return };
    let fault = Fault::ALL.into_iter().find(|known| format!("{known:?}") == fault).unwrap();
    let store = FaultyStore::new(SqliteStore::open(Path::new(&data)).unwrap(), fault);
    let server = TestServer::start_on(Arc::new(store)).await;
    writeln!(std::io::stdout(), "\n{WELCOME}{}", server.address).unwrap();
    // Until it is killed.
    std::future::pending::<()>().await;
}
