//! The text of a large project's graph, kept when its session ends: the next server answers from it, byte for byte, and
//! only as long as it is true.

mod form;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use graphroom::session::GRAPH_FORM;
use graphroom::store::SqliteStore;
use graphroom::store::sqlite::check::{FaultKind, check};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Project, TestServer, until};

/// Where nothing is too small for its graph to be kept.
async fn server(directory: &Path) -> TestServer {
    let store = Arc::new(SqliteStore::open(directory).unwrap());
    TestServer::start_parts(store, |parts| parts.rules.graph_text_from = 1).await
}

/// What a route answers: its headers as far as they are about the body, and the body.
async fn answer(server: &TestServer, path: &str) -> (StatusCode, Vec<(String, String)>, Vec<u8>) {
    let response = server.rest.request(Method::GET, path).send().await.unwrap();
    let status = response.status();
    let told =
        |name: &str| name.starts_with("content") || ["etag", "vary", "transfer-encoding"].contains(&name);
    let headers = response.headers().iter().filter(|(name, _)| told(name.as_str()));
    let headers =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    (status, headers, response.bytes().await.unwrap().to_vec())
}

/// The file of a project's graph.
fn file(directory: &Path, project: &Project) -> Option<PathBuf> {
    let entries = fs::read_dir(directory.join("snapshots").join(&project.project_id)).ok()?;
    let mut files = entries.map(|entry| entry.unwrap().path());
    files.find(|file| file.extension().is_some_and(|kind| kind == "graph"))
}

async fn is_loaded(server: &TestServer, project: &Project) -> bool {
    let (status, sessions) = server.rest.get("/admin/sessions").await;
    assert_eq!(status, StatusCode::OK, "{sessions}");
    sessions.to_string().contains(&project.session_id)
}

/// The routes that a whole graph is read by.
fn routes(project: &Project, head: u64) -> Vec<String> {
    let Project { project_id, session_id, .. } = project;
    vec![
        format!("/projects/{project_id}/graph"),
        format!("/projects/{project_id}/graph?at={head}"),
        format!("/sessions/{session_id}/graph"),
        format!("/sessions/{session_id}/graph/tree"),
        format!("/graph?session_id={session_id}"),
    ]
}

async fn write(server: &TestServer, project: &Project, text: &str) {
    let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": text });
    server.rest.execute(project, "UpdateProperty", data).await;
}

/// What a stopped server left.
struct Left {
    directory: TempDir,
    project: Project,
    /// Its graph with its place, as the loaded session gave it.
    graph: Vec<u8>,
}

impl Left {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let server = server(directory.path()).await;
        let project = server.rest.project().await;
        let data =
            json!({ "blueprint_type_id": "phase", "name": "A \"child\" \u{e9}", "parent_id": project.root });
        server.rest.execute(&project, "CreateNode", data).await;
        write(&server, &project, "as it was left").await;
        let (status, _, graph) = answer(&server, &format!("/projects/{}/graph", project.project_id)).await;
        assert_eq!(status, StatusCode::OK);
        assert!(is_loaded(&server, &project).await);
        server.stop().await;
        Self { directory, project, graph }
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn file(&self) -> PathBuf {
        file(self.path(), &self.project).expect("a graph was kept")
    }

    fn head(&self) -> u64 {
        serde_json::from_slice::<Value>(&self.graph).unwrap()["seq"].as_u64().unwrap()
    }

    fn faults(&self) -> Vec<(FaultKind, Option<u64>, String)> {
        let faults = check(self.path(), GRAPH_FORM).unwrap().faults;
        faults.into_iter().map(|fault| (fault.kind, fault.seq, fault.message)).collect()
    }

    /// The graph as the next server gives it, and whether its session was loaded for that.
    async fn next(&self) -> (Vec<u8>, bool) {
        let server = server(self.path()).await;
        let (status, _, graph) =
            answer(&server, &format!("/projects/{}/graph", self.project.project_id)).await;
        assert_eq!(status, StatusCode::OK);
        let loaded = is_loaded(&server, &self.project).await;
        server.stop().await;
        (graph, loaded)
    }
}

#[tokio::test]
async fn a_kept_graph_is_answered_by_every_route_as_the_loaded_session_answers_byte_for_byte() {
    let left = Left::new().await;
    let server = server(left.path()).await;
    let routes = routes(&left.project, left.head());
    let mut kept = Vec::new();
    for route in &routes {
        kept.push(answer(&server, route).await);
    }
    assert_eq!(kept[0].2, left.graph);
    assert!(!is_loaded(&server, &left.project).await, "nothing of it needed the session");
    // What was before is read of the session.
    let (status, _) = server.rest.get(&format!("/projects/{}/graph?at=1", left.project.project_id)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(is_loaded(&server, &left.project).await);
    for (route, kept) in routes.iter().zip(kept) {
        let loaded = answer(&server, route).await;
        assert_eq!(kept, loaded, "{route}");
        assert!(
            loaded.1.contains(&("content-length".to_owned(), loaded.2.len().to_string())),
            "{:?}",
            loaded.1
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn a_graph_that_was_kept_before_the_last_command_is_not_answered() {
    let left = Left::new().await;
    let before = fs::read(left.file()).unwrap();
    let old = left.file();
    let server = server(left.path()).await;
    write(&server, &left.project, "later").await;
    let (_, _, graph) = answer(&server, &format!("/projects/{}/graph", left.project.project_id)).await;
    assert!(String::from_utf8(graph.clone()).unwrap().contains("later"));
    server.stop().await;
    assert!(!old.exists(), "a newer one took its place");
    assert_eq!(left.next().await, (graph.clone(), false));
    // As after a crash: the older one alone.
    fs::remove_file(left.file()).unwrap();
    fs::write(old, before).unwrap();
    assert_eq!(left.next().await, (graph, true));
    assert_eq!(left.faults(), []);
}

#[tokio::test]
async fn a_kept_graph_that_was_altered_is_named_and_made_again() {
    let left = Left::new().await;
    let whole = fs::read(left.file()).unwrap();
    let at = whole.len() - 20;
    let flipped = [&whole[..at], &[whole[at] ^ 1], &whole[at + 1..]].concat();
    let label = whole.iter().position(|byte| *byte == b'\n').unwrap();
    for altered in [flipped, whole[..whole.len() - 1].to_vec(), whole[label + 1..].to_vec(), vec![]] {
        fs::write(left.file(), altered).unwrap();
        let [(FaultKind::Snapshot, seq, message)] = &left.faults()[..] else { panic!("{:?}", left.faults()) };
        assert!(message.starts_with("the graph text: "), "{message}");
        assert_eq!(*seq, Some(left.head()));
        assert_eq!(left.next().await, (left.graph.clone(), true));
        assert_eq!(fs::read(left.file()).unwrap(), whole, "it was made again when the session ended");
    }
    assert_eq!(left.faults(), []);
    assert_eq!(left.next().await, (left.graph.clone(), false));
}

#[tokio::test]
async fn a_kept_graph_that_is_not_what_the_journal_gives_is_named() {
    let left = Left::new().await;
    let text = fs::read_to_string(left.file()).unwrap();
    let (label, graph) = text.split_once('\n').unwrap();
    let forged = graph.replace("as it was left", "as nobody left");
    assert_ne!(forged, graph);
    let mut label: Value = serde_json::from_str(label).unwrap();
    label["sha256"] = graphroom::domain::canonical::hash_text(&forged).into();
    fs::write(left.file(), format!("{label}\n{forged}")).unwrap();
    let expected = "the graph text: it is not what the journal gives".to_owned();
    assert_eq!(left.faults(), [(FaultKind::Snapshot, Some(left.head()), expected)]);
    // Another server's form may be anything.
    label["form"] = "of another server".into();
    fs::write(left.file(), format!("{label}\n{forged}")).unwrap();
    assert_eq!(left.faults(), []);
    assert_eq!(left.next().await, (left.graph.clone(), true));
}

#[tokio::test]
async fn a_kept_graph_of_another_journal_is_named_and_passed_over() {
    let left = Left::new().await;
    let text = fs::read_to_string(left.file()).unwrap();
    let (label, graph) = text.split_once('\n').unwrap();
    let mut label: Value = serde_json::from_str(label).unwrap();
    label["record"] = "0".repeat(64).into();
    fs::write(left.file(), format!("{label}\n{graph}")).unwrap();
    let [(FaultKind::Snapshot, _, message)] = &left.faults()[..] else { panic!("{:?}", left.faults()) };
    assert_eq!(message, "the graph text: it is of another journal");
    assert_eq!(left.next().await, (left.graph.clone(), true));
}

#[tokio::test]
async fn whoever_loads_the_session_and_writes_is_seen_by_the_next_reader() {
    let left = Left::new().await;
    let server = server(left.path()).await;
    let path = format!("/projects/{}/graph", left.project.project_id);
    assert_eq!(answer(&server, &path).await.2, left.graph);
    let mut before = left.head();
    for n in 0..5 {
        let text = format!("in round {n}");
        // Readers and the writer, which loads the session in the first round, at the same time.
        let (read, ()) = tokio::join!(
            futures_util::future::join_all((0..4).map(|_| answer(&server, &path))),
            write(&server, &left.project, &text),
        );
        for (status, _, graph) in read {
            assert_eq!(status, StatusCode::OK);
            let seq = serde_json::from_slice::<Value>(&graph).unwrap()["seq"].as_u64().unwrap();
            assert!(seq == before || seq == before + 1, "{seq} after {before}");
        }
        before += 1;
        let graph = String::from_utf8(answer(&server, &path).await.2).unwrap();
        assert!(graph.contains(&text) && graph.contains(&format!("\"seq\":{before}")), "{graph}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_kept_graph_goes_with_its_project() {
    let left = Left::new().await;
    let server = server(left.path()).await;
    let path = format!("/projects/{}", left.project.project_id);
    let (status, answered) = server.rest.send(server.rest.request(Method::DELETE, &path)).await;
    assert!(status.is_success(), "{answered}");
    for route in routes(&left.project, left.head()) {
        let (status, _, _) = answer(&server, &route).await;
        assert!(status.is_client_error(), "{route}: {status}");
    }
    until("the graph is gone", async || file(left.path(), &left.project).is_none()).await;
    server.stop().await;
}

#[tokio::test]
async fn small_projects_keep_no_graph() {
    let directory = tempfile::tempdir().unwrap();
    let server = TestServer::start_in(directory.path()).await;
    let project = server.rest.project().await;
    write(&server, &project, "little").await;
    server.stop().await;
    assert_eq!(file(directory.path(), &project), None);
}
