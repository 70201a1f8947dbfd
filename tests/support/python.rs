//! Python, in the folder and the environment that have `python-socketio` and `websockets`.

use std::net::SocketAddr;

use tokio::process::Command;

/// A Python process that is told where the server is, and that ends with the test.
pub fn python(address: SocketAddr) -> Command {
    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");
    let mut command = Command::new(format!("{FOLDER}/.venv/bin/python"));
    command
        .current_dir(FOLDER)
        .env("GRAPHROOM_URL", format!("http://{address}"))
        .env("PYTHONPATH", concat!(env!("CARGO_MANIFEST_DIR"), "/clients/python"))
        .env("PYTHONUNBUFFERED", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("NO_PROXY", "127.0.0.1")
        .kill_on_drop(true);
    command
}
