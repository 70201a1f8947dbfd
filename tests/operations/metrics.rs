//! Metrics against known traffic: every counter grows by what was done, and by nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::exposition::Exposition;
use crate::support::faulty_store::{Fault, FaultyStore};
use crate::support::{Client, Project, TestServer, until};

const COMMANDS: &str = "graphroom_commands_total";
const REFUSED: &str = "graphroom_commands_refused_total";
const REQUESTS: &str = "graphroom_http_requests_total";

/// Samples by their labels.
fn grown(samples: &[(&str, f64)]) -> BTreeMap<String, f64> {
    samples.iter().map(|(labels, value)| ((*labels).to_owned(), *value)).collect()
}

/// Sends a command, whatever becomes of it.
async fn command(server: &TestServer, project: &Project, kind: &str, data: Value, id: Option<&str>) {
    let body = json!({
        "session_id": project.session_id, "command_type": kind, "data": data, "command_id": id,
    });
    let body = if id.is_some() {
        body
    } else {
        json!({ "session_id": project.session_id, "command_type": kind, "data": data })
    };
    server.rest.post("/commands/execute?graph=none", body).await;
}

fn phase(project: &Project) -> Value {
    json!({ "parent_id": project.root, "blueprint_type_id": "phase" })
}

/// Five commands that are accepted, three repeats, five that are refused, an undo, a redo, and a redo of
/// nothing: the `seq` of the last event.
async fn traffic(server: &TestServer, project: &Project) -> u64 {
    for _ in 0..4 {
        command(server, project, "CreateNode", phase(project), None).await;
    }
    for _ in 0..4 {
        command(server, project, "CreateNode", phase(project), Some("named")).await;
    }
    command(
        server,
        project,
        "CreateNode",
        json!({ "parent_id": project.root, "blueprint_type_id": "task" }),
        Some("named"),
    )
    .await;
    for _ in 0..2 {
        let nobody = json!({ "node_id": "00000000-0000-4000-8000-000000000000" });
        command(server, project, "DeleteNode", nobody, None).await;
    }
    command(server, project, "CreateNode", json!({}), None).await;
    command(server, project, "Explode", json!({}), None).await;
    for undo in ["undo", "redo", "redo"] {
        server.rest.post(&format!("/sessions/{}/{undo}?graph=none", project.session_id), json!({})).await;
    }
    1 + 5 + 2 + 2
}

#[tokio::test(flavor = "multi_thread")]
async fn every_counter_grows_by_exactly_what_was_done() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut members = Vec::new();
    for _ in 0..3 {
        let mut member = Client::connect(server.address).await;
        member.join(&project.session_id).await;
        members.push(member);
    }
    let before = Exposition::scrape(&server.rest).await;
    let last = traffic(&server, &project).await;
    for member in &mut members {
        while member.event().await.payload["seq"] != last {}
    }
    // A member may hear an event a moment before it is counted.
    until("what was handed is counted", async || {
        Exposition::scrape(&server.rest).await.value("graphroom_commit_to_handed_seconds_count", &[]) >= 27.0
    })
    .await;
    let after = Exposition::scrape(&server.rest).await;

    let commands = grown(&[
        ("outcome=accepted,type=CreateNode", 5.0),
        ("outcome=duplicate,type=CreateNode", 3.0),
        ("outcome=refused,type=CreateNode", 2.0),
        ("outcome=refused,type=DeleteNode", 2.0),
        ("outcome=refused,type=unknown", 1.0),
        ("outcome=accepted,type=Undo", 1.0),
        ("outcome=accepted,type=Redo", 1.0),
        ("outcome=nothing,type=Redo", 1.0),
    ]);
    assert_eq!(after.since(&before, COMMANDS), commands);
    let refused = grown(&[
        ("code=IDEMPOTENCY_MISMATCH", 1.0),
        ("code=NODE_NOT_FOUND", 2.0),
        ("code=INVALID_COMMAND", 2.0),
    ]);
    assert_eq!(after.since(&before, REFUSED), refused);

    let more = |sample: &str| after.value(sample, &[]) - before.value(sample, &[]);
    // One after the other, so each is a batch; what is malformed reaches no actor.
    assert_eq!(more("graphroom_batch_commands_count"), 14.0);
    assert_eq!(more("graphroom_batch_commands_sum"), 14.0);
    assert_eq!(more("graphroom_commit_duration_seconds_count"), 7.0);
    assert!(more("graphroom_commit_duration_seconds_sum") > 0.0);
    // Nine events: an undo and a redo have two each. Three members.
    assert_eq!(more("graphroom_commit_to_handed_seconds_count"), 27.0);
    assert_eq!(after.since(&before, "graphroom_append_failures_total"), grown(&[]));
    assert_eq!(after.since(&before, "graphroom_connections_cut_total"), grown(&[]));
    server.stop().await;
}

#[tokio::test]
async fn requests_are_counted_by_the_template_of_their_route_and_never_by_their_path() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let before = Exposition::scrape(&server.rest).await;
    for path in ["info", "graph", "graph"] {
        server.rest.get(&format!("/sessions/{}/{path}", project.session_id)).await;
    }
    server.rest.get("/sessions/nobody/info").await;
    server.rest.get("/no/such/path").await;
    server.rest.send(server.rest.request(reqwest::Method::DELETE, "/health")).await;
    let odd = reqwest::Method::from_bytes(b"BREW").unwrap();
    server.rest.send(server.rest.request(odd, "/no/such/path")).await;
    let after = Exposition::scrape(&server.rest).await;
    let requests = grown(&[
        ("method=GET,route=/api/v1/sessions/{session_id}/info,status=2xx", 1.0),
        ("method=GET,route=/api/v1/sessions/{session_id}/info,status=4xx", 1.0),
        ("method=GET,route=/api/v1/sessions/{session_id}/graph,status=2xx", 2.0),
        ("method=GET,route=none,status=4xx", 1.0),
        ("method=other,route=none,status=4xx", 1.0),
        ("method=DELETE,route=/api/v1/health,status=4xx", 1.0),
        // The first reading was counted after it was made.
        ("method=GET,route=/metrics,status=2xx", 1.0),
    ]);
    assert_eq!(after.since(&before, REQUESTS), requests);
    let timed = [("route", "/api/v1/sessions/{session_id}/graph"), ("method", "GET")];
    assert_eq!(after.value("graphroom_http_request_duration_seconds_count", &timed), 2.0);
    server.stop().await;
}

#[tokio::test]
async fn appends_that_fail_are_counted_by_what_is_known_of_them() {
    let store = Arc::new(FaultyStore::new());
    let server = TestServer::start_on(Arc::clone(&store) as Arc<_>).await;
    let project = server.rest.project().await;
    let before = Exposition::scrape(&server.rest).await;
    for (fault, times) in [(Fault::Full, 2), (Fault::LostUnheard, 1), (Fault::WrittenUnheard, 1)] {
        store.set(fault);
        for _ in 0..times {
            command(&server, &project, "CreateNode", phase(&project), None).await;
        }
    }
    let after = Exposition::scrape(&server.rest).await;
    let failures = grown(&[("kind=unavailable", 2.0), ("kind=unknown", 2.0)]);
    assert_eq!(after.since(&before, "graphroom_append_failures_total"), failures);
    let refused = grown(&[("code=STORE_UNAVAILABLE", 2.0), ("code=OUTCOME_UNKNOWN", 1.0)]);
    assert_eq!(after.since(&before, REFUSED), refused);
    let commands =
        grown(&[("outcome=accepted,type=CreateNode", 1.0), ("outcome=refused,type=CreateNode", 3.0)]);
    assert_eq!(after.since(&before, COMMANDS), commands);
    server.stop().await;
}

#[tokio::test]
async fn two_servers_in_one_process_count_for_themselves() {
    let (one, other) = (TestServer::start().await, TestServer::start().await);
    let project = one.rest.project().await;
    command(&one, &project, "CreateNode", phase(&project), None).await;
    let accepted = [("type", "CreateNode"), ("outcome", "accepted")];
    assert_eq!(Exposition::scrape(&one.rest).await.value(COMMANDS, &accepted), 1.0);
    assert_eq!(Exposition::scrape(&other.rest).await.value(COMMANDS, &accepted), 0.0);
    one.stop().await;
    other.stop().await;
}

#[tokio::test]
async fn who_asks_for_open_metrics_gets_it() {
    let server = TestServer::start().await;
    let asked =
        server.rest.at_root("/metrics").header("Accept", "application/openmetrics-text; version=1.0.0");
    let response = asked.send().await.unwrap();
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert_eq!(response.headers()["content-type"], content_type);
    let text = response.text().await.unwrap();
    assert!(text.ends_with("\n# EOF\n") && text.contains("# TYPE graphroom_commands counter\n"), "{text}");
    server.stop().await;
}
