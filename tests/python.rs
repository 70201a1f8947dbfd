//! The scripts of `tests/clients` that run with Python: by `python-socketio`, and by the client in `clients/python`.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

use crate::support::TestServer;
use crate::support::process::ServerProcess;
use crate::support::proxy::Proxy;
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

/// The proxy keeps the address, which the second server cannot be told to take.
#[tokio::test(flavor = "multi_thread")]
async fn the_python_client_of_the_native_protocol_outlives_a_server_that_is_killed() {
    let directory = tempfile::tempdir().unwrap();
    let mut server = ServerProcess::start(ServerProcess::command(directory.path())).await;
    let proxy = Proxy::start(server.address, 256 * 1024).await;
    let mut python = python(proxy.address);
    python.arg("native_session.py").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = python.spawn().expect("`make setup` has installed the Python packages");
    let mut complaints = running.stderr.take().unwrap();
    let complained = tokio::spawn(async move {
        let mut text = String::new();
        complaints.read_to_string(&mut text).await.unwrap();
        text
    });
    let mut lines = BufReader::new(running.stdout.take().unwrap()).lines();
    let (mut told, mut kills) = (Vec::new(), 0);
    while let Some(line) = lines.next_line().await.unwrap() {
        if line == "half" {
            server.kill9().await;
            server = ServerProcess::start(ServerProcess::command(directory.path())).await;
            proxy.forward_to(server.address);
            kills += 1;
        }
        told.push(line);
    }
    let ended = running.wait().await.unwrap();
    let complained = complained.await.unwrap();
    assert!(ended.success(), "{}\n{complained}", told.join("\n"));
    assert_eq!(kills, 1);
    let done = told.iter().filter(|line| line.starts_with("ok ")).count();
    assert_eq!(done, 9, "{}", told.join("\n"));
    assert_eq!(complained, "");
    server.terminate().await;
}
