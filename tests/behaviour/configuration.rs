//! The five places that an option can be said in, as the program itself reads them.

use std::fs;
use std::path::Path;

use crate::support::process::{ServerProcess, without_settings};

/// A server without a flag, in a working directory.
fn command(directory: &Path) -> tokio::process::Command {
    let mut command = without_settings(env!("CARGO_BIN_EXE_graphroom"));
    command.current_dir(directory).env("GRAPHROOM_LOG_FILTER", "warn").env("GRAPHROOM_LISTEN", "127.0.0.1:0");
    command
}

/// What stands in a directory and is no setting: what the server made there.
fn made_in(directory: &Path) -> Vec<String> {
    let names =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !matches!(name.as_str(), ".env" | "settings.toml")).collect()
}

#[tokio::test]
async fn a_flag_goes_before_the_environment_before_dot_env_before_the_file_before_the_default() {
    // Each source names another data directory; the one that is made tells which was heard.
    for (first, made) in [
        ("flag", "by-flag"),
        ("environment", "by-environment"),
        (".env", "by-dot-env"),
        ("file", "by-file"),
        ("", "data"),
    ] {
        let sources = ["flag", "environment", ".env", "file", ""];
        let there = &sources[sources.iter().position(|source| *source == first).unwrap()..];
        let directory = tempfile::tempdir().unwrap();
        let mut command = command(directory.path());
        if there.contains(&"flag") {
            command.args(["--data", "by-flag"]);
        }
        if there.contains(&"environment") {
            command.env("GRAPHROOM_DATA", "by-environment");
        }
        if there.contains(&".env") {
            fs::write(directory.path().join(".env"), "GRAPHROOM_DATA=by-dot-env\n").unwrap();
        }
        if there.contains(&"file") {
            fs::write(directory.path().join("settings.toml"), "data = \"by-file\"\n").unwrap();
            command.args(["--config", "settings.toml"]);
        }
        let mut process = ServerProcess::start(command).await;
        assert_eq!(made_in(directory.path()), [made], "with {there:?}");
        assert!(process.terminate().await.success());
    }
}

#[tokio::test]
async fn what_a_source_holds_governs_the_server() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("settings.toml"), "max_nodes = 2\n").unwrap();
    fs::write(directory.path().join(".env"), "GRAPHROOM_CONFIG=settings.toml\n").unwrap();
    let process = ServerProcess::start(command(directory.path())).await;
    let project = process.rest.project().await;
    let mut codes = Vec::new();
    for _ in 0..2 {
        let data = serde_json::json!({ "parent_id": project.root, "blueprint_type_id": "phase" });
        let body = serde_json::json!({
            "session_id": project.session_id, "command_type": "CreateNode", "data": data,
        });
        let (status, answer) = process.rest.post("/commands/execute?graph=none", body).await;
        codes.push((status.as_u16(), answer["error"]["code"].as_str().map(str::to_owned)));
    }
    assert_eq!(codes, [(200, None), (400, Some("NODE_LIMIT".to_owned()))]);
}

#[tokio::test]
async fn a_source_that_is_wrong_ends_the_process_with_code_2_and_says_where() {
    for (name, text, expected) in [
        (
            "settings.toml",
            "\nmax_nodez = 5",
            "error: settings.toml, line 2, max_nodez: there is no such option",
        ),
        ("settings.toml", "max_nodes = 0", "settings.toml, line 1, max_nodes: invalid value '0'"),
        ("settings.toml", "insecure = 1", "settings.toml, line 1, insecure: it must be true or false"),
        ("settings.toml", "max_nodes", "error: settings.toml, line 1: "),
        ("other.toml", "", "error: settings.toml: it cannot be read: "),
        (".env", "A=1\nhunter2", "error: .env, line 2: it must be NAME=value"),
    ] {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join(name), text).unwrap();
        let output = command(directory.path()).args(["--config", "settings.toml"]).output().await.unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(expected), "{text:?}: {told}");
        assert!(!told.contains("hunter2"), "{told}");
        assert!(!directory.path().join("data").exists(), "nothing was begun");
    }
}
