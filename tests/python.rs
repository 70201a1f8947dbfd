//! The scripts of `tests/clients` that run with `python-socketio`.

use crate::support::TestServer;
use crate::support::python::python;

/// Runs one script against a server of its own.
async fn run(script: &str) {
    let server = TestServer::start().await;
    let mut python = python(server.address);
    let output = python.arg(script).output().await.expect("`make setup` has installed the Python packages");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{script}\n{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.lines().filter(|line| line.starts_with("ok ")).count() > 1, "{script} ran nothing\n{text}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn python_clients_work_as_they_always_did() {
    run("acceptance.py").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asynchronous_python_clients_work_as_they_always_did() {
    run("acceptance_async.py").await;
}
