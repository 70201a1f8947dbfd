//! The log in a file: what goes there, when it is there, and what is kept of it.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::process::Command;

use crate::support::process::{ServerProcess, without_settings};

/// A server whose log goes to `logs/graphroom.log`.
fn command(directory: &Path) -> Command {
    let mut command = ServerProcess::command(&directory.join("data"));
    command.arg("--log-file").arg(directory.join("logs/graphroom.log")).stderr(Stdio::piped());
    command
}

fn log(directory: &Path) -> String {
    fs::read_to_string(directory.join("logs/graphroom.log")).unwrap()
}

fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

#[tokio::test]
async fn everything_goes_to_the_file_in_json_and_warnings_to_standard_error_too() {
    let directory = tempfile::tempdir().unwrap();
    let templates = directory.path().join("templates");
    fs::create_dir(&templates).unwrap();
    fs::write(templates.join("bad.yaml"), "no: template").unwrap();
    let mut command = command(directory.path());
    command.args(["--log=json", "--log-filter=warn,graphroom=debug", "--templates"]).arg(&templates);
    let mut process = ServerProcess::start(command).await;
    let mut stderr = process.take_stderr();
    let request = process.rest.request(reqwest::Method::POST, "/projects?token=secret");
    let body = json!({ "template_id": "restomod", "project_name": "Test" });
    let (status, _) = process.rest.send(request.header("X-Request-Id", "find-me").json(&body)).await;
    assert_eq!(status, 201);
    assert!(process.terminate().await.success());

    let log = log(directory.path());
    let lines = json_lines(&log);
    let is_answer = |line: &&Value| line["span"]["request_id"] == "find-me" && line["message"] == "answered";
    let answers: Vec<_> = lines.iter().filter(is_answer).collect();
    let [line] = answers[..] else { panic!("{log}") };
    assert_eq!(line["level"], "DEBUG");
    let span = &line["span"];
    assert_eq!((&span["method"], &span["path"]), (&json!("POST"), &json!("/api/v1/projects")));
    assert_eq!(span["status"], 201);
    assert!(span["latency_ms"].is_f64(), "{line}");
    assert!(!log.contains("secret"), "{log}");
    assert_eq!(lines.last().unwrap()["message"], "stopped", "the last line is there, too");

    let mut told = String::new();
    stderr.read_to_string(&mut told).await.unwrap();
    let warnings: Vec<_> = json_lines(&told);
    assert!(warnings.iter().any(|line| line["message"].as_str().unwrap().contains("bad.yaml")), "{told}");
    assert!(warnings.iter().all(|line| matches!(line["level"].as_str(), Some("WARN" | "ERROR"))), "{told}");
    let in_both = |line: &Value| lines.iter().any(|other| other["message"] == line["message"]);
    assert!(warnings.iter().all(in_both), "{told}\n{log}");
}

#[tokio::test]
async fn a_start_that_fails_leaves_its_reason_in_the_file() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("data"), "no directory").unwrap();
    let output = command(directory.path()).output().await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    for text in [told, log(directory.path())] {
        assert!(text.contains("ERROR") && text.contains("the data directory cannot be used"), "{text}");
        assert!(!text.contains('\u{1b}'), "no colours: {text}");
    }
}

#[tokio::test]
async fn a_log_file_that_cannot_be_opened_ends_the_start() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir_all(directory.path().join("logs/graphroom.log")).unwrap();
    let output = command(directory.path()).output().await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("graphroom.log cannot be opened"), "{told}");
}

#[tokio::test]
async fn a_restart_on_another_day_begins_a_new_file_and_keeps_as_many_as_it_was_told_to() {
    let directory = tempfile::tempdir().unwrap();
    let logs = directory.path().join("logs");
    fs::create_dir(&logs).unwrap();
    for name in ["graphroom.log.2001-09-07", "graphroom.log.2001-09-08", "graphroom.log.old", "graphroom.log"]
    {
        fs::write(logs.join(name), format!("{name}\n")).unwrap();
    }
    // The ninth of September 2001.
    let then = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    fs::File::options().append(true).open(logs.join("graphroom.log")).unwrap().set_modified(then).unwrap();
    for _ in 0..2 {
        let mut command = command(directory.path());
        command.args(["--log-file-keep=3", "--log-filter=info"]);
        let mut process = ServerProcess::start(command).await;
        assert!(process.terminate().await.success());
        let mut names: Vec<_> = fs::read_dir(&logs)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        let expected =
            ["graphroom.log", "graphroom.log.2001-09-08", "graphroom.log.2001-09-09", "graphroom.log.old"];
        assert_eq!(names, expected);
        assert_eq!(fs::read_to_string(logs.join("graphroom.log.2001-09-09")).unwrap(), "graphroom.log\n");
    }
    let log = log(directory.path());
    assert_eq!(log.matches("stopped").count(), 2, "a restart on the same day goes on: {log}");
}

#[tokio::test]
async fn without_a_file_the_log_is_on_standard_error_alone() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = without_settings(env!("CARGO_BIN_EXE_graphroom"));
    command
        .args(["--listen=127.0.0.1:0", "--data=data"])
        .current_dir(directory.path())
        .stderr(Stdio::piped());
    let mut process = ServerProcess::start(command).await;
    let mut stderr = process.take_stderr();
    assert!(process.terminate().await.success());
    let mut told = String::new();
    stderr.read_to_string(&mut told).await.unwrap();
    assert!(told.contains("INFO") && told.contains("stopped"), "{told}");
    let names: Vec<_> =
        fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["data"]);
}
