//! Project files that are loaded into a session: its graph is another one, and everybody hears it.

use std::fs;
use std::sync::Arc;

use graphroom::project::Library;
use graphroom::store::memory::MemoryStore;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::importing::{DESKTOP, OLDER, RESTOMOD, export, send};
use crate::support::{Client, TestServer};

async fn empty_session(server: &TestServer) -> String {
    server.rest.post("/sessions", json!({})).await.1["session_id"].as_str().unwrap().to_owned()
}

fn path(session: &str) -> String {
    format!("/sessions/{session}/load-graph")
}

/// The names of the graph events of a member up to this `seq`, in their order and without a gap.
async fn heard(member: &mut Client, from: u64, to: u64) -> Vec<String> {
    let mut names = Vec::new();
    for seq in from..=to {
        loop {
            let event = member.event().await;
            if let Some(number) = event.payload.get("seq").filter(|_| event.name != "joined") {
                assert_eq!(number, seq, "{event:?}");
                names.push(event.name);
                break;
            }
        }
    }
    names
}

// C-187, C-202
#[tokio::test]
async fn a_projects_graph_is_replaced_and_nobody_can_undo_it() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut member = Client::connect(server.address).await;
    let joined = member.join(&project.session_id).await;
    server.rest.execute(&project, "CreateNode", json!({ "blueprint_type_id": "phase" })).await;

    let (status, loaded) = send(&server.rest, &path(&project.session_id), RESTOMOD).await;
    assert_eq!(status, StatusCode::OK, "{loaded}");
    assert_eq!((&loaded["success"], &loaded["seq"]), (&json!(true), &json!(3)));
    assert_eq!(
        (&loaded["session_id"], &loaded["project_id"]),
        (&json!(project.session_id), &json!(project.project_id))
    );
    assert_eq!((&loaded["template_id"], &loaded["node_count"]), (&json!("restomod"), &json!(3)));
    assert_eq!((&loaded["undo_available"], &loaded["is_dirty"]), (&json!(false), &json!(true)));
    assert_eq!(loaded["graph"]["roots"][0]["name"], "Mustang 1967");

    let replaced = member.event_named("graph-replaced").await;
    assert_eq!((&replaced["seq"], &replaced["node_count"]), (&json!(3), &json!(3)));
    assert_eq!((&replaced["epoch"], &replaced["command_type"]), (&joined["epoch"], &json!("ReplaceGraph")));
    assert_eq!(member.event_named("external_project_update").await["project_id"], project.project_id);
    let (_, undone) =
        server.rest.post(&format!("/sessions/{}/undo?graph=none", project.session_id), json!({})).await;
    assert_eq!(undone["nothing_to_undo"], true, "{undone}");
    // The project is the same one, by its own name.
    let (_, view) = server.rest.get(&format!("/projects/{}", project.project_id)).await;
    assert_eq!(view["name"], "Test");
    server.stop().await;
}

#[tokio::test]
async fn the_graph_may_be_left_out_and_a_repeat_does_nothing() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let load = async |file: &'static str| {
        let request = server.rest.request(Method::POST, &format!("{}?graph=none", path(&project.session_id)));
        let request = request.header("content-type", "application/json").header("idempotency-key", "once");
        server.rest.send(request.body(file)).await
    };
    // Its nodes do not say when they were made: each reading makes other ones of it.
    let (_, first) = load(DESKTOP).await;
    assert_eq!((first.get("graph"), &first["seq"], first.get("duplicate")), (None, &json!(2), None));
    let (_, again) = load(DESKTOP).await;
    assert_eq!((&again["duplicate"], &again["seq"]), (&json!(true), &json!(2)));
    let (status, other) = load(OLDER).await;
    assert_eq!((status, &other["error"]["code"]), (StatusCode::CONFLICT, &json!("IDEMPOTENCY_MISMATCH")));
    server.stop().await;
}

// CMD-3
#[tokio::test]
async fn a_repeat_of_the_load_that_made_the_project_does_nothing_before_and_after_the_session_was_unloaded() {
    let server = TestServer::start().await;
    let session = empty_session(&server).await;
    let load = async |file: &'static str| {
        let request = server.rest.request(Method::POST, &path(&session));
        let request = request.header("content-type", "application/json").header("idempotency-key", "once");
        server.rest.send(request.body(file)).await
    };
    let (_, first) = load(OLDER).await;
    assert_eq!((&first["seq"], &first["command_id"]), (&json!(1), &json!("once")), "{first}");
    // Its answer was lost, and somebody goes on in what it made.
    let root = first["graph"]["roots"][0]["id"].as_str().unwrap();
    let data = json!({ "node_id": root, "property_id": "vin", "new_value": "7R02C" });
    let command = json!({ "session_id": session, "command_type": "UpdateProperty", "data": data });
    assert_eq!(server.rest.post("/commands/execute", command).await.1["seq"], 2);
    for _ in 0..2 {
        let (_, again) = load(OLDER).await;
        assert_eq!((&again["duplicate"], &again["seq"]), (&json!(true), &json!(1)), "{again}");
        assert_eq!(again["project_id"], first["project_id"]);
        assert_eq!(again["graph"]["roots"][0]["properties"]["vin"], "7R02C", "{again}");
        let (status, other) = load(RESTOMOD).await;
        let expected = (StatusCode::CONFLICT, &json!("IDEMPOTENCY_MISMATCH"));
        assert_eq!((status, &other["error"]["code"]), expected);
        let (_, gone) = server.rest.post("/sessions/cleanup", json!({ "max_inactive_hours": 0 })).await;
        assert_eq!(gone["sessions_removed"], 1, "{gone}");
    }
    server.stop().await;
}

#[tokio::test]
async fn an_empty_session_gets_a_project_and_its_members_hear_it_without_joining_again() {
    let server = TestServer::start().await;
    let session = empty_session(&server).await;
    let mut member = Client::connect(server.address).await;
    let joined = member.join(&session).await;
    assert_eq!((&joined["epoch"], &joined["seq"]), (&Value::Null, &json!(0)));
    let (status, loaded) = send(&server.rest, &path(&session), OLDER).await;
    assert_eq!((status, &loaded["seq"]), (StatusCode::OK, &json!(1)), "{loaded}");
    assert_eq!((&loaded["is_dirty"], &loaded["node_count"]), (&json!(false), &json!(2)));
    let replaced = member.event_named("graph-replaced").await;
    assert_eq!((&replaced["seq"], &replaced["project_id"]), (&json!(1), &loaded["project_id"]));
    member.event_named("external_project_update").await;

    let root = loaded["graph"]["roots"][0]["id"].as_str().unwrap();
    let data = json!({ "node_id": root, "property_id": "vin", "new_value": "7R02C" });
    let command = json!({ "session_id": session, "command_type": "UpdateProperty", "data": data });
    let answer = member.call("execute_command", command).await;
    assert_eq!((&answer["success"], &answer["seq"]), (&json!(true), &json!(2)), "{answer}");
    assert_eq!(member.event_named("property-changed").await["seq"], 2);
    let (_, info) = server.rest.get(&format!("/sessions/{session}/info")).await;
    assert_eq!((&info["has_project"], &info["active_clients"]), (&json!(true), &json!(1)));
    let (_, list) = server.rest.get("/projects").await;
    assert_eq!(list["projects"][0]["name"], "Mustang 1967");
    server.stop().await;
}

#[tokio::test]
async fn two_files_into_one_empty_session_make_one_project() {
    let server = TestServer::start().await;
    let session = empty_session(&server).await;
    let path = path(&session);
    let ((_, one), (_, two)) =
        tokio::join!(send(&server.rest, &path, RESTOMOD), send(&server.rest, &path, OLDER));
    assert_eq!((&one["success"], &two["success"]), (&json!(true), &json!(true)), "{one} {two}");
    assert_eq!(one["project_id"], two["project_id"]);
    let mut seqs = [one["seq"].as_u64(), two["seq"].as_u64()];
    seqs.sort_unstable();
    assert_eq!(seqs, [Some(1), Some(2)]);
    assert_eq!(server.rest.get("/projects").await.1["total"], 1);
    server.stop().await;
}

#[tokio::test]
async fn files_are_loaded_while_commands_run_and_every_event_comes_once() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let (file, _) = export(&server.rest, &project.project_id).await;
    let mut member = Client::connect(server.address).await;
    member.join(&project.session_id).await;
    let mut work = tokio::task::JoinSet::new();
    for n in 0..60_u64 {
        let (rest, project, file) = (server.rest.clone(), project.clone(), file.clone());
        work.spawn(async move {
            if n % 10 == 9 {
                let (status, loaded) =
                    send(&rest, &format!("{}?graph=none", path(&project.session_id)), file).await;
                assert_eq!(status, StatusCode::OK, "{loaded}");
                loaded["seq"].as_u64().unwrap()
            } else {
                let data = json!({ "node_id": project.root, "property_id": "vin", "new_value": n });
                rest.execute(&project, "UpdateProperty", data).await["seq"].as_u64().unwrap()
            }
        });
    }
    let mut seqs = work.join_all().await;
    seqs.sort_unstable();
    assert_eq!(seqs, (2..=61).collect::<Vec<u64>>());
    let names = heard(&mut member, 2, 61).await;
    assert_eq!(names.iter().filter(|name| *name == "graph-replaced").count(), 6);
    assert_eq!(names.iter().filter(|name| *name == "property-changed").count(), 54);
    server.stop().await;
}

#[tokio::test]
async fn a_project_is_loaded_by_the_template_that_it_pinned() {
    let directory = tempfile::tempdir().unwrap();
    let template = directory.path().join("kitchen.yaml");
    let write = |types: &[&str]| {
        let types: String = types.iter().map(|id| format!("  - {{ id: {id}, label: {id} }}\n")).collect();
        fs::write(&template, format!("name: Kitchen\nnode_types:\n{types}")).unwrap();
    };
    write(&["kitchen", "cupboard"]);
    let server = TestServer::start_parts(Arc::new(MemoryStore::new()), |parts| {
        parts.templates = Library::open(Some(directory.path().to_owned())).0;
    })
    .await;
    let file = json!({
        "version": "1.0", "templates": ["kitchen.yaml"],
        "nodes": { "c": { "type": "cupboard", "name": "Cupboard" } },
    });
    let (status, made) = send(&server.rest, "/projects/import", file.to_string()).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    write(&["kitchen", "shelf"]);
    server.server.reload_templates().await;
    let session = made["session_id"].as_str().unwrap();
    let (status, loaded) = send(&server.rest, &path(session), file.to_string()).await;
    assert_eq!(status, StatusCode::OK, "{loaded}");
    let (status, answer) = send(&server.rest, "/projects/import", file.to_string()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(answer["error"]["details"]["faults"][0]["place"], "nodes.c.type");
    // Another template comes with the file, and is the project's from then on.
    let (_, loaded) = send(&server.rest, &path(session), RESTOMOD).await;
    assert_eq!(loaded["template_id"], "restomod");
    let (_, info) = server.rest.get(&format!("/sessions/{session}/info")).await;
    assert_eq!(info["template_id"], "restomod");
    server.stop().await;
}

#[tokio::test]
async fn a_strict_project_takes_no_file_that_its_template_forbids() {
    let server = TestServer::start().await;
    let body = json!({ "template_id": "restomod", "project_name": "Strict", "strict": true });
    let (_, made) = server.rest.post("/projects", body).await;
    let session = made["session_id"].as_str().unwrap();
    let (status, answer) = send(&server.rest, &path(session), RESTOMOD).await;
    assert_eq!((status, &answer["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("INVALID_PROJECT_FILE")));
    assert_eq!(answer["error"]["details"]["faults_total"], 2, "{answer}");
    let (_, info) = server.rest.get(&format!("/sessions/{session}/info")).await;
    assert_eq!((&info["seq"], &info["node_count"]), (&json!(1), &json!(1)));
    server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_loaded_is_refused_and_changes_nothing() {
    let server = TestServer::start().await;
    let nobody = "00000000-0000-4000-8000-000000000000";
    for id in [nobody, "no-uuid"] {
        let (status, answer) = send(&server.rest, &path(id), RESTOMOD).await;
        assert_eq!((status, &answer["error"]["code"]), (StatusCode::NOT_FOUND, &json!("INVALID_SESSION")));
    }
    let session = empty_session(&server).await;
    for (file, code) in
        [("", "INVALID_REQUEST"), ("{}", "INVALID_PROJECT_FILE"), ("{\"graph\":{", "INVALID_PROJECT_FILE")]
    {
        let (status, answer) = send(&server.rest, &path(&session), file).await;
        assert_eq!((status, &answer["error"]["code"]), (StatusCode::BAD_REQUEST, &json!(code)), "{file}");
    }
    let (status, _) = send(&server.rest, &format!("{}?graph=some", path(&session)), RESTOMOD).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let (_, info) = server.rest.get(&format!("/sessions/{session}/info")).await;
    assert_eq!(info["has_project"], false);
    assert_eq!(server.rest.get("/projects").await.1["total"], 0);
    server.stop().await;
}
