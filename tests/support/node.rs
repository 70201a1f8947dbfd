//! Node, in the folder that has the stock client.

use std::net::SocketAddr;

use tokio::process::Command;

/// A Node process that is told where the server is, and that ends with the test.
pub fn node(address: SocketAddr) -> Command {
    let mut command = Command::new("node");
    command
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients"))
        .env("GRAPHROOM_URL", format!("http://{address}"))
        .env_remove("NODE_TEST_CONTEXT")
        .kill_on_drop(true);
    command
}
