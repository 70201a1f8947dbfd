//! The program itself: its log, its signals, its refusals to start.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::AsyncReadExt;

use crate::support::client::Options;
use crate::support::process::{ServerProcess, without_settings};
use crate::support::{Client, until};

#[tokio::test]
async fn a_signal_ends_the_process_in_order_and_the_log_tells_it_in_json() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = ServerProcess::command(directory.path());
    command.args(["--log", "json", "--log-filter", "info"]).stderr(Stdio::piped());
    let mut process = ServerProcess::start(command).await;
    let mut stderr = process.take_stderr();
    assert!(process.terminate().await.success());
    let mut log = String::new();
    stderr.read_to_string(&mut log).await.unwrap();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert!(lines.iter().any(|line| line["message"] == "listening"), "{log}");
    assert!(lines.iter().any(|line| line["message"] == "stopped" && line["level"] == "INFO"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_the_process_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = ServerProcess::command(directory.path());
    // Far longer than the test waits: only the second signal can end it.
    command.args(["--shutdown-timeout", "10m"]);
    let mut process = ServerProcess::start(command).await;
    let project = process.rest.project().await;
    let options = Options { receive_buffer: Some(64 * 1024), ..Options::default() };
    let mut silent = Client::connect_with(process.address, options).await;
    silent.join(&project.session_id).await;
    // More than the kernel and the window hold, and less than the ring: who does not read has something
    // left to take.
    for n in 0..25 {
        let value = format!("{n:06}").repeat(10_000);
        let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": value });
        process.rest.execute(&project, "UpdateProperty", data).await;
    }
    process.ask_to_end().await;
    until("new work is refused", async || {
        let body = json!({ "template_id": "restomod", "project_name": "Late" });
        let (status, answer) = process.rest.post("/projects", body).await;
        status == 503 && answer["error"]["code"] == "SHUTTING_DOWN"
    })
    .await;
    process.ask_to_end().await;
    assert_eq!(process.wait().await.code(), Some(130));
}

/// What a start that fails says, and that it fails.
async fn refused(arguments: &[&str]) -> String {
    let output = without_settings(env!("CARGO_BIN_EXE_graphroom")).args(arguments).output().await.unwrap();
    assert!(!output.status.success(), "{arguments:?} starts");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test]
async fn a_start_that_cannot_work_says_why() {
    let directory = tempfile::tempdir().unwrap();
    let process = ServerProcess::start(ServerProcess::command(directory.path())).await;
    let data = directory.path().to_str().unwrap();
    let in_use = refused(&["--listen", "127.0.0.1:0", "--data", data]).await;
    assert!(in_use.contains("in use"), "{in_use}");

    let other = tempfile::tempdir().unwrap();
    let other = other.path().to_str().unwrap();
    let taken = refused(&["--listen", &process.address.to_string(), "--data", other]).await;
    assert!(taken.contains("cannot listen on") && taken.contains(&process.address.to_string()), "{taken}");
    let open = refused(&["--listen", "0.0.0.0:0", "--data", other]).await;
    assert!(open.contains("--insecure"), "{open}");
    let unknown = refused(&["--lisen", "127.0.0.1:0"]).await;
    assert!(unknown.contains("--listen"), "{unknown}");
}
