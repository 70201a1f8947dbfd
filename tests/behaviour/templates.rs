//! Templates of a directory, read again while the server runs: a real process, signals, stock clients.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Child;

use crate::support::node::node;
use crate::support::process::ServerProcess;
use crate::support::until;

/// Lines that something printed so far.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl Lines {
    fn of(output: impl AsyncRead + Send + Unpin + 'static) -> Self {
        let lines = Self::default();
        let (writer, mut output) = (lines.clone(), BufReader::new(output).lines());
        tokio::spawn(async move {
            while let Ok(Some(line)) = output.next_line().await {
                writer.0.lock().unwrap().push(line);
            }
        });
        lines
    }

    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    /// Waits for a line that has all of `parts`.
    async fn has(&self, parts: &[&str]) {
        let found = || self.all().iter().any(|line| parts.iter().all(|part| line.contains(part)));
        until(&format!("a line has {parts:?}"), async || found()).await;
    }
}

/// Stock members in a Node process.
struct Listeners {
    lines: Lines,
    _node: Child,
}

impl Listeners {
    fn start(address: SocketAddr, sessions: &[&str]) -> Self {
        let mut command = node(address);
        let mut node = command.arg("listeners.mjs").args(sessions).stdout(Stdio::piped()).spawn().unwrap();
        Self { lines: Lines::of(node.stdout.take().unwrap()), _node: node }
    }

    /// Waits until a session was told an event, and gives its payload.
    async fn hear(&self, session_id: &str, name: &str) -> Value {
        let found = || self.told(session_id, name).into_iter().next();
        until(&format!("{session_id} hears {name}"), async || found().is_some()).await;
        found().unwrap()
    }

    /// The payloads of all events of this name that a session was told so far.
    fn told(&self, session_id: &str, name: &str) -> Vec<Value> {
        let lines = self.lines.all().into_iter().map(|line| serde_json::from_str(&line).unwrap());
        let ours = lines.filter(|line: &Value| line["session_id"] == session_id && line["name"] == name);
        ours.map(|line| line["payload"].clone()).collect()
    }
}

fn write_template(dir: &Path, id: &str, version: &str, label: &str) {
    let text = format!("version: '{version}'\nname: {id}\nnode_types:\n  - {{ id: room, label: {label} }}\n");
    fs::write(dir.join(format!("{id}.yaml")), text).unwrap();
}

/// A server with the templates of `templates`, and its log.
async fn start(data: &Path, templates: &Path) -> (ServerProcess, Lines) {
    let mut command = ServerProcess::command(data);
    command.args(["--log-filter", "info", "--templates"]).arg(templates).stderr(Stdio::piped());
    let mut process = ServerProcess::start(command).await;
    let log = Lines::of(process.take_stderr());
    (process, log)
}

/// Makes a project; its session and its root.
async fn make(process: &ServerProcess, template_id: &str) -> (String, String) {
    let body = json!({ "template_id": template_id, "project_name": "Test" });
    let (status, made) = process.rest.post("/projects", body).await;
    assert_eq!(status, 201, "{made}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&made["session_id"]), text(&made["graph"]["roots"][0]["id"]))
}

/// Creates a room, which the session must take.
async fn add_room(process: &ServerProcess, session_id: &str, parent_id: &str) {
    let data = json!({ "parent_id": parent_id, "blueprint_type_id": "room" });
    let body = json!({ "session_id": session_id, "command_type": "CreateNode", "data": data });
    let (status, answer) = process.rest.post("/commands/execute", body).await;
    assert_eq!(status, 200, "{answer}");
}

async fn label(process: &ServerProcess, template_id: &str) -> Value {
    let (_, schema) = process.rest.get(&format!("/templates/{template_id}/schema")).await;
    schema["node_types"][0]["name"].clone()
}

// C-186
#[tokio::test(flavor = "multi_thread")]
async fn a_template_that_changed_is_told_to_the_sessions_that_pinned_it() {
    let (data, templates) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write_template(templates.path(), "kitchen", "1", "Room");
    write_template(templates.path(), "bath", "1", "Room");
    let (process, log) = start(data.path(), templates.path()).await;
    let ((kitchen, _), (bath, root)) = (make(&process, "kitchen").await, make(&process, "bath").await);
    let listeners = Listeners::start(process.address, &[&kitchen, &bath]);
    for session_id in [&kitchen, &bath] {
        listeners.hear(session_id, "joined").await;
    }

    write_template(templates.path(), "kitchen", "2", "Chamber");
    process.hang_up().await;
    let told = listeners.hear(&kitchen, "external_template_update").await;
    let mut fields: Vec<_> = told.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["event", "session_id", "template_id", "timestamp", "version"]);
    assert_eq!((&told["event"], &told["session_id"]), (&json!("external_template_update"), &json!(kitchen)));
    assert_eq!((&told["template_id"], &told["version"]), (&json!("kitchen"), &json!("2")));
    assert_eq!(label(&process, "kitchen").await, "Chamber");
    log.has(&["templates reloaded", "changed=[\"kitchen\"]"]).await;

    add_room(&process, &bath, &root).await;
    listeners.hear(&bath, "node-created").await;
    assert_eq!(listeners.told(&bath, "external_template_update"), [] as [Value; 0]);
    assert_eq!(listeners.told(&kitchen, "external_template_update").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_broke_is_named_with_its_line_and_its_last_version_stays_until_it_is_removed() {
    let (data, templates) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write_template(templates.path(), "kitchen", "1", "Room");
    let (process, log) = start(data.path(), templates.path()).await;
    let (session_id, root) = make(&process, "kitchen").await;

    let file = templates.path().join("kitchen.yaml");
    fs::write(&file, "name: Kitchen\nnode_types:\n  - id: room\n    label: [\n").unwrap();
    process.hang_up().await;
    log.has(&["WARN", &format!("{}:4: ", file.display())]).await;
    log.has(&["templates reloaded", "faults=1"]).await;
    assert_eq!(label(&process, "kitchen").await, "Room");
    make(&process, "kitchen").await;

    fs::remove_file(&file).unwrap();
    process.hang_up().await;
    log.has(&["templates reloaded", "removed=[\"kitchen\"]"]).await;
    let (_, list) = process.rest.get("/templates").await;
    let ids: Vec<_> = list["templates"].as_array().unwrap().iter().map(|template| &template["id"]).collect();
    assert!(ids.contains(&&json!("restomod")) && !ids.contains(&&json!("kitchen")), "{ids:?}");
    add_room(&process, &session_id, &root).await;
}
