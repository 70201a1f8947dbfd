//! Snapshots: a project is loaded from one, and what is wrong with one costs time and nothing else.
//!
//! Proves SYNC-3 (docs/behaviour.md).

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use graphroom::session::GRAPH_FORM;
use graphroom::session::snapshots::Every;
use graphroom::store::sqlite::SqliteStore;
use graphroom::store::sqlite::check::{CheckReport, FaultKind, check};
use reqwest::{Method, StatusCode};
use rusqlite::Connection;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::support::{Project, TestServer, until};

/// Commands that are enough for a last snapshot.
const ENOUGH: usize = 110;

async fn work(server: &TestServer, project: &Project, commands: usize) {
    for n in 0..commands {
        let data =
            json!({ "node_id": project.root, "property_id": "notes", "new_value": format!("text {n}") });
        server.rest.execute(project, "UpdateProperty", data).await;
    }
}

async fn graph(server: &TestServer, project: &Project) -> Value {
    let (status, graph) = server.rest.get(&format!("/sessions/{}/graph", project.session_id)).await;
    assert_eq!(status, StatusCode::OK, "{graph}");
    graph
}

/// The files of a project's snapshots, the newest first.
fn files(directory: &Path, project: &Project) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(directory.join("snapshots").join(&project.project_id)) else {
        return vec![];
    };
    let files = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        files.filter(|file| file.extension().is_some_and(|kind| kind == "snapshot")).collect();
    files.sort_by_key(|file| std::cmp::Reverse(seq(file)));
    files
}

fn seq(file: &Path) -> u64 {
    file.file_stem().unwrap().to_str().unwrap().parse().unwrap()
}

/// What a stopped server left: a project with a snapshot at its end, and its graph.
struct Left {
    directory: TempDir,
    project: Project,
    graph: Value,
}

impl Left {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let server = TestServer::start_in(directory.path()).await;
        let project = server.rest.project().await;
        work(&server, &project, ENOUGH).await;
        let graph = graph(&server, &project).await;
        server.stop().await;
        Self { directory, project, graph }
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn file(&self) -> PathBuf {
        files(self.path(), &self.project).remove(0)
    }

    fn sql(&self, sql: &str) {
        let connection = Connection::open(self.path().join("graphroom.db")).unwrap();
        connection.execute_batch(sql).unwrap();
    }

    /// Changes the text, and the checksum that its label bears.
    fn forge(&self, from: &str, to: &str) {
        let file = self.file();
        let text = fs::read_to_string(&file).unwrap();
        let (label, text) = text.split_once('\n').unwrap();
        assert!(text.contains(from), "{text}");
        let text = text.replace(from, to);
        let mut label: Value = serde_json::from_str(label).unwrap();
        let digest = Sha256::digest(text.as_bytes());
        label["sha256"] = digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into();
        fs::write(file, format!("{label}\n{text}")).unwrap();
    }

    /// The graph as the next server has it.
    async fn next_graph(&self) -> Value {
        let server = TestServer::start_in(self.path()).await;
        let graph = graph(&server, &self.project).await;
        server.stop().await;
        graph
    }

    fn faults(&self) -> Vec<(FaultKind, Option<u64>, String)> {
        let CheckReport { faults, .. } = check(self.path(), GRAPH_FORM).unwrap();
        faults.into_iter().map(|fault| (fault.kind, fault.seq, fault.message)).collect()
    }
}

#[tokio::test]
async fn a_server_that_stops_leaves_a_snapshot_and_the_next_one_loads_that() {
    let left = Left::new().await;
    let head = left.graph["seq"].as_u64().unwrap();
    assert_eq!(seq(&left.file()), head);
    let report = check(left.path(), GRAPH_FORM).unwrap();
    assert_eq!((report.faults, report.projects[0].snapshots), (vec![], 1));
    // Whoever read the journal from its beginning would find it damaged.
    left.sql("DELETE FROM records WHERE seq_first = 3");
    assert_eq!(left.next_graph().await, left.graph);
    fs::remove_dir_all(left.path().join("snapshots")).unwrap();
    let server = TestServer::start_in(left.path()).await;
    let (status, _) = server.rest.get(&format!("/sessions/{}/graph", left.project.session_id)).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    server.stop().await;
}

#[tokio::test]
async fn commands_after_a_snapshot_are_there_too() {
    let left = Left::new().await;
    let server = TestServer::start_in(left.path()).await;
    work(&server, &left.project, 3).await;
    let path = format!("/sessions/{}/undo", left.project.session_id);
    let (status, undone) = server.rest.post(&path, json!({})).await;
    assert_eq!(status, StatusCode::OK, "{undone}");
    let before = graph(&server, &left.project).await;
    server.stop().await;
    assert_eq!(files(left.path(), &left.project).len(), 1, "so few are replayed");
    assert_eq!(left.next_graph().await, before);
    assert_eq!(left.faults(), []);
}

#[tokio::test]
async fn a_snapshot_whose_text_was_altered_is_named_and_passed_over() {
    let left = Left::new().await;
    let bytes = fs::read(left.file()).unwrap();
    let head = left.graph["seq"].as_u64();
    let cut_short = bytes[..bytes.len() - 1].to_vec();
    let flipped =
        [&bytes[..bytes.len() - 20], &[bytes[bytes.len() - 20] ^ 1], &bytes[bytes.len() - 19..]].concat();
    for altered in [cut_short, flipped, vec![]] {
        fs::write(left.file(), altered).unwrap();
        let [(FaultKind::Snapshot, seq, _)] = left.faults()[..] else { panic!("{:?}", left.faults()) };
        assert_eq!(seq, head);
        assert_eq!(left.next_graph().await, left.graph);
    }
}

#[tokio::test]
async fn sync_3_a_snapshot_that_is_not_what_the_journal_gives_is_named() {
    let left = Left::new().await;
    left.forge(&format!("text {}", ENOUGH - 1), "text of nobody");
    let [(FaultKind::Snapshot, seq, message)] = &left.faults()[..] else { panic!("{:?}", left.faults()) };
    assert_eq!(*seq, left.graph["seq"].as_u64());
    assert_eq!(message, "the snapshot: it is not what the journal gives");
}

#[tokio::test]
async fn a_snapshot_of_another_journal_is_named_and_passed_over() {
    let left = Left::new().await;
    // A journal that another one took the place of: here the last record is another one.
    let last = "(SELECT max(seq_first) FROM records)";
    left.sql(&format!("DELETE FROM records WHERE seq_first = {last}; UPDATE journals SET head = {last}"));
    let faults = left.faults();
    assert!(
        faults
            .iter()
            .any(|(kind, _, message)| *kind == FaultKind::Snapshot && message.contains("behind the journal")),
        "{faults:?}"
    );
    let graph = left.next_graph().await;
    assert_eq!(graph["seq"].as_u64().unwrap() + 1, left.graph["seq"].as_u64().unwrap());
    // And snapshots that belong to nothing.
    fs::create_dir(left.path().join("snapshots/stray")).unwrap();
    assert!(left.faults().iter().any(|(_, _, message)| message.contains("no such project")));
}

#[tokio::test]
async fn snapshots_are_taken_while_a_project_is_worked_on_and_go_with_it() {
    let directory = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(directory.path()).unwrap());
    let every = Every { records: 10, changes: 1_000 };
    let server = TestServer::start_parts(store, |parts| parts.rules.snapshot_every = every).await;
    let project = server.rest.project().await;
    until("there are two snapshots", async || {
        work(&server, &project, 10).await;
        files(directory.path(), &project).len() == 2
    })
    .await;
    assert_eq!(check(directory.path(), GRAPH_FORM).unwrap().faults, []);
    let request = server.rest.request(Method::DELETE, &format!("/projects/{}", project.project_id));
    let (status, answer) = server.rest.send(request).await;
    assert!(status.is_success(), "{answer}");
    until("the snapshots are gone", async || files(directory.path(), &project).is_empty()).await;
    server.stop().await;
}

#[tokio::test]
async fn what_is_read_from_a_snapshot_takes_no_command_while_earlier_ones_cannot_be_known() {
    let left = Left::new().await;
    left.sql(
        "UPDATE records SET record = replace(record, 'text 7', 'text 8') WHERE record LIKE '%\"text 7\"%'",
    );
    let server = TestServer::start_in(left.path()).await;
    assert_eq!(graph(&server, &left.project).await, left.graph);
    let body = json!({
        "session_id": left.project.session_id, "command_type": "UpdateProperty",
        "data": { "node_id": left.project.root, "property_id": "notes", "new_value": "new" },
    });
    let execute = async |body: &Value| {
        let (status, answer) = server.rest.post("/commands/execute", body.clone()).await;
        (status, answer["error"]["code"].clone())
    };
    let refused = (StatusCode::SERVICE_UNAVAILABLE, json!("STORE_UNAVAILABLE"));
    let mut named = body.clone();
    named["command_id"] = json!("one");
    assert_eq!(execute(&named).await, refused);
    assert_eq!(execute(&body).await, refused, "it is known now, also where no name matters");
    server.stop().await;
}
