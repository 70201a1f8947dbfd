//! A running server, and who must not notice anything: a member of the session that is worked on, and one of
//! another session. Both hear every event once and in order, whatever else arrives.

use std::sync::Arc;
use std::time::Duration;

use graphroom::session::GRAPH_FORM;
use graphroom::store::sqlite::{SqliteStore, check};
use graphroom_protocol::{ErrorBody, ErrorCode, reserved};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;

use super::run::Case;
use crate::contract::routes::alarm;
use crate::support::client::{Event, Options};
use crate::support::log::Log;
use crate::support::{Client, Project, Rest, TestServer};

/// Nodes a project: copies of copies would be many.
const NODES: usize = 400;
/// How many of the last projects are looked at again after a restart.
const LOOKED_AT: usize = 20;
/// How long a bystander waits for an event.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server, and a bystander who is there all the time.
pub struct Stage {
    pub server: TestServer,
    directory: TempDir,
    elsewhere: Bystander,
    /// The projects that were worked on.
    projects: Vec<Project>,
    log: &'static Log,
}

impl Stage {
    /// A server on SQLite. Errors in its log, and panics, are kept.
    pub async fn new() -> Self {
        let log = Log::keep();
        let directory = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(directory.path()).unwrap());
        let server = TestServer::start_parts(store, |parts| {
            parts.rules.limits.nodes = NODES;
            alarm(parts);
            // A fast machine gets through more cases than there may be sessions.
            parts.rules.max_sessions = 100_000;
            // And of broadcasts.
            parts.allowance.broadcasts_per_minute = 0;
        })
        .await;
        let elsewhere = Bystander::new(&server, "elsewhere").await;
        Self { server, directory, elsewhere, projects: Vec::new(), log }
    }

    /// A new project to work on, and somebody who watches.
    pub async fn bystander(&mut self) -> Bystander {
        let here = Bystander::new(&self.server, "here").await;
        plant(&self.server.rest, &here.project).await;
        self.projects.push(here.project.clone());
        here
    }

    /// Nobody noticed anything, and the server is well.
    pub async fn is_calm(&mut self, case: &mut Case, mut here: Bystander) {
        case.shows_too("then the server was looked at");
        let rest = &self.server.rest;
        assert_eq!(rest.get("/health").await.0, 200);
        here.hears_everything(rest).await;
        self.elsewhere.hears_everything(rest).await;
        assert_no_faults(self.log);
    }

    /// What is stored is in order, and another server makes the same of it.
    pub async fn ends(self) {
        let Self { server, directory, elsewhere, mut projects, log } = self;
        projects.push(elsewhere.project.clone());
        let projects = &projects[projects.len().saturating_sub(LOOKED_AT)..];
        let before = graphs(&server.rest, projects).await;
        drop(elsewhere);
        server.stop().await;
        let report = check(directory.path(), GRAPH_FORM).unwrap();
        assert_eq!(report.faults, []);
        assert!(report.records > 0);
        let again = TestServer::start_in(directory.path()).await;
        assert_eq!(graphs(&again.rest, projects).await, before, "a replay gives the same");
        again.stop().await;
        assert_no_faults(log);
    }
}

/// No panic, and no error of ours. The library calls it an error if somebody is gone before it has answered.
fn assert_no_faults(log: &Log) {
    let is_library =
        |fault: &String| [" socketioxide::", " engineioxide::"].iter().any(|name| fault.contains(name));
    let ours: Vec<String> =
        log.faults().into_iter().filter(|fault| !is_library(fault) || fault.contains("panicked")).collect();
    assert_eq!(ours, [""; 0], "errors were logged");
}

/// Some nodes below the root, for commands to be about.
async fn plant(rest: &Rest, project: &Project) {
    let node = |n: u128| uuid::Uuid::from_u128(n);
    let create = |n: u128, parent: Value, kind: &str| {
        let data = json!({ "node_id": node(n), "parent_id": parent, "blueprint_type_id": kind });
        json!({ "command_type": "CreateNode", "data": data })
    };
    let root = json!(project.root);
    let commands = [
        create(1, root.clone(), "phase"),
        create(2, root, "phase"),
        create(3, json!(node(1)), "job"),
        create(4, json!(node(1)), "job"),
        create(5, json!(node(3)), "task"),
    ];
    rest.execute(project, "Batch", json!({ "commands": commands })).await;
}

async fn graphs(rest: &Rest, projects: &[Project]) -> Vec<(u16, Value)> {
    let mut graphs = Vec::new();
    for project in projects {
        let (status, graph) = rest.get(&format!("/sessions/{}/graph", project.session_id)).await;
        graphs.push((status.as_u16(), graph));
    }
    graphs
}

/// A member that reads all the time.
pub struct Bystander {
    pub project: Project,
    events: UnboundedReceiver<Event>,
    reading: JoinHandle<()>,
    heard: u64,
    names: u64,
}

impl Bystander {
    async fn new(server: &TestServer, who: &str) -> Self {
        let project = server.rest.project().await;
        let options = Options { user_id: Some(who.to_owned()), ..Options::default() };
        let mut member = Client::connect_with(server.address, options).await;
        let join = json!({ "session_id": project.session_id, "lifecycle": false });
        let joined = member.call("join_session", join).await;
        let heard = joined["seq"].as_u64().unwrap_or_else(|| panic!("{joined}"));
        let (sender, events) = unbounded_channel();
        let reading = tokio::spawn(async move {
            while let Some(event) = member.next_event().await {
                if sender.send(event).is_err() {
                    break;
                }
            }
        });
        Self { project, events, reading, heard, names: 0 }
    }

    /// The nodes that there are now.
    pub async fn nodes(&self, rest: &Rest) -> Vec<String> {
        let (status, graph) = rest.get(&format!("/sessions/{}/graph/tree", self.project.session_id)).await;
        assert_eq!(status, 200, "{graph}");
        let (mut found, mut waiting) = (Vec::new(), vec![&graph["roots"]]);
        while let Some(list) = waiting.pop() {
            for node in list.as_array().unwrap() {
                found.push(node["id"].as_str().unwrap().to_owned());
                waiting.push(&node["children"]);
            }
        }
        found
    }

    /// Another name for the project is heard, and everything before it, without a gap.
    async fn hears_everything(&mut self, rest: &Rest) {
        // Somebody may have paused it: that is no harm.
        let state = format!("/sessions/{}/state", self.project.session_id);
        let (status, set) = rest.post(&state, json!({ "state": "active" })).await;
        assert_eq!(status, 200, "{set}");
        self.names += 1;
        let body = json!({ "name": format!("Fuzzed {}", self.names) });
        let rename =
            rest.request(Method::PATCH, &format!("/projects/{}", self.project.project_id)).json(&body);
        let (status, renamed) = rest.send(rename).await;
        assert_eq!(status, 200, "{renamed}");
        let seq = renamed["seq"].as_u64().unwrap();
        while self.heard < seq {
            let event = tokio::time::timeout(PATIENCE, self.events.recv()).await;
            let event = event.expect("an event in time").expect("the bystander stays connected");
            if is_broadcast(&event.name) {
                continue;
            }
            assert!(event.payload["seq"].is_u64() || event.name == "joined", "{event:?}");
            if let Some(told) = event.payload["seq"].as_u64().filter(|_| event.name != "joined") {
                assert_eq!(told, self.heard + 1, "every event once and in order: {event:?}");
                self.heard = told;
            }
        }
    }
}

impl Drop for Bystander {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

/// Whether an event is one that others may broadcast, or that operators say to everybody.
fn is_broadcast(name: &str) -> bool {
    let announced = ["broadcast_message", "system_notification", "maintenance_mode"];
    announced.contains(&name) || !reserved::is_reserved(name)
}

/// An error as it has to be: a code that is known, never `INTERNAL`, and a sentence that tells nothing that is
/// nobody's business.
pub fn assert_is_refusal(error: &Value) -> ErrorCode {
    let body: ErrorBody =
        serde_json::from_value(error.clone()).unwrap_or_else(|cause| panic!("{cause}: {error}"));
    assert_ne!(body.code, ErrorCode::Internal, "{error}");
    assert!(!body.message.is_empty() && body.message.len() < 2_000, "{error}");
    let hidden = ["panicked", "src/", ".rs:", "SELECT ", "graphroom.db", "unwrap", "RUST_BACKTRACE"];
    assert!(hidden.iter().all(|text| !body.message.contains(text)), "{error}");
    body.code
}
