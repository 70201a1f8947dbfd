//! Project files that become projects: whole, or refused with every fault.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::process::ServerProcess;
use crate::support::{Client, Rest, TestServer};

pub(super) const RESTOMOD: &str = include_str!("../fixtures/project-files/restomod.json");
pub(super) const OLDER: &str = include_str!("../fixtures/project-files/restomod-older.json");
pub(super) const DESKTOP: &str = include_str!("../fixtures/project-files/desktop-client.json");

/// Sends a file as it is.
pub(super) async fn send(rest: &Rest, path: &str, file: impl Into<reqwest::Body>) -> (StatusCode, Value) {
    let request = rest.request(Method::POST, path).header("content-type", "application/json");
    rest.send(request.body(file)).await
}

/// The exported file, and its name in the header.
pub(super) async fn export(rest: &Rest, project_id: &str) -> (String, String) {
    let answer = rest.request(Method::GET, &format!("/projects/{project_id}/export")).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "application/json");
    let name = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    (answer.text().await.unwrap(), name)
}

/// A file of `count` nodes: one root, the others below it.
pub(super) fn large(count: usize) -> String {
    let id = |n: usize| format!("00000000-0000-4000-8000-{n:012}");
    let children: Vec<String> = (1..count).map(id).collect();
    let node = |n: usize| {
        let (kind, parent) = if n == 0 { ("project_root", None) } else { ("phase", Some(id(0))) };
        let children = if n == 0 { children.as_slice() } else { &[] };
        json!({
            "id": id(n), "type": kind, "name": format!("Node {n}"), "created_at": "2026-01-01T00:00:00.000Z",
            "properties": { "start_date": "2026-03-01" }, "children": children, "parent_id": parent,
        })
    };
    let nodes: serde_json::Map<String, Value> = (0..count).map(|n| (id(n), node(n))).collect();
    json!({ "version": "1.0", "templates": ["restomod.yaml"], "nodes": nodes }).to_string()
}

async fn total(rest: &Rest, path: &str) -> Value {
    rest.get(path).await.1["total"].clone()
}

#[tokio::test]
async fn a_file_becomes_a_project_with_a_session_that_takes_commands() {
    let server = TestServer::start().await;
    for (file, nodes, root) in [
        (RESTOMOD, 3, "11111111-1111-4111-8111-111111111111"),
        (OLDER, 2, "e2c6999a-39f5-514b-8dd9-18af16bcb8f5"),
        (DESKTOP, 2, "e2c6999a-39f5-514b-8dd9-18af16bcb8f5"),
    ] {
        let (status, made) = send(&server.rest, "/projects/import", file).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        assert_eq!((&made["name"], &made["node_count"]), (&json!("Mustang 1967"), &json!(nodes)));
        assert_eq!(
            (&made["template_id"], &made["graph"]["roots"][0]["id"]),
            (&json!("restomod"), &json!(root))
        );
        let session = made["session_id"].as_str().unwrap();
        let (_, info) = server.rest.get(&format!("/sessions/{session}/info")).await;
        assert_eq!((&info["seq"], &info["undo_available"]), (&json!(1), &json!(false)));
        assert_eq!(info["project_id"], made["project_id"]);
        let mut member = Client::connect(server.address).await;
        member.join(session).await;
        let command = json!({
            "session_id": session, "command_type": "CreateNode",
            "data": { "parent_id": root, "blueprint_type_id": "phase", "name": "Wiring" },
        });
        let (status, answer) = server.rest.post("/commands/execute", command).await;
        assert_eq!((status, &answer["seq"]), (StatusCode::OK, &json!(2)), "{answer}");
        assert_eq!(member.event_named("node-created").await["index"], nodes - 1);
        let (_, project) =
            server.rest.get(&format!("/projects/{}", made["project_id"].as_str().unwrap())).await;
        assert_eq!(project["name"], "Mustang 1967");
    }
    assert_eq!(total(&server.rest, "/projects").await, 3);
    server.stop().await;
}

#[tokio::test]
async fn the_query_goes_before_the_file() {
    let server = TestServer::start().await;
    let file = RESTOMOD.replacen('{', r#"{"name": "Own name", "strict": false,"#, 1);
    let (_, made) = send(&server.rest, "/projects/import?name=Another%20name&graph=none", file.clone()).await;
    assert_eq!((&made["name"], &made["graph"]), (&json!("Another name"), &Value::Null), "{made}");
    assert_eq!(made.get("graph_omitted"), None);
    let (_, made) = send(&server.rest, "/projects/import", file.clone()).await;
    assert_eq!(made["name"], "Own name");
    let (_, project) = server.rest.get(&format!("/projects/{}", made["project_id"].as_str().unwrap())).await;
    assert_eq!(project["strict"], false);
    // Its phases have no status.
    let (status, answer) = send(&server.rest, "/projects/import?strict=1", file).await;
    assert_eq!((status, &answer["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("INVALID_PROJECT_FILE")));
    assert_eq!(answer["error"]["details"]["faults_total"], 2, "{answer}");
    for query in ["strict=maybe", "dry_run=2", "graph=some", "name=", "name=%20"] {
        let (status, answer) = send(&server.rest, &format!("/projects/import?{query}"), RESTOMOD).await;
        assert_eq!(
            (status, &answer["error"]["code"]),
            (StatusCode::BAD_REQUEST, &json!("INVALID_REQUEST")),
            "{query}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn a_dry_run_tells_what_would_come_of_it_and_stores_nothing() {
    let server = TestServer::start().await;
    let (status, report) = send(&server.rest, "/projects/import?dry_run=1", RESTOMOD).await;
    let expected = json!({
        "valid": true, "faults": [], "faults_total": 0, "node_count": 3,
        "template_id": "restomod", "name": "Mustang 1967",
    });
    assert_eq!((status, report), (StatusCode::OK, expected));
    let broken = RESTOMOD.replace("\"phase\"", "\"wheel\"");
    let (status, report) = send(&server.rest, "/projects/import?dry_run=1&name=Mine", broken).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        (&report["valid"], &report["faults_total"], &report["name"]),
        (&json!(false), &json!(2), &json!("Mine"))
    );
    let fault = json!({
        "place": "nodes.22222222-2222-4222-8222-222222222222.type",
        "message": "template restomod has no node type wheel",
    });
    assert_eq!(report["faults"][0], fault);
    assert_eq!(total(&server.rest, "/projects").await, 0);
    assert_eq!(total(&server.rest, "/sessions").await, 0);
    server.stop().await;
}

#[tokio::test]
async fn a_file_with_faults_makes_no_project_and_tells_all_of_them() {
    let server = TestServer::start().await;
    let file = RESTOMOD.replace("\"1.0\"", "\"9\"").replace("\"phase\"", "7");
    let (status, answer) = send(&server.rest, "/projects/import", file).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let error = &answer["error"];
    assert_eq!(error["code"], "INVALID_PROJECT_FILE");
    let message = "The project file has 3 faults, the first: version: \"9\" is unknown; \"1.0\" is known";
    assert_eq!(error["message"], message);
    let places: Vec<&str> =
        error["details"]["faults"].as_array().unwrap().iter().map(|f| f["place"].as_str().unwrap()).collect();
    let node = |n: char| {
        format!("nodes.{}.type", "nnnnnnnn-nnnn-4nnn-8nnn-nnnnnnnnnnnn".replace('n', &n.to_string()))
    };
    assert_eq!(places, ["version", &node('2'), &node('3')]);
    assert_eq!(total(&server.rest, "/projects").await, 0);
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_project_file_is_refused_and_the_server_goes_on() {
    let server = TestServer::start().await;
    let truncated = &RESTOMOD[..RESTOMOD.len() / 2];
    let deep = "[".repeat(200_000);
    let deep_value = RESTOMOD.replace("\"2026-03-01\"", &("[".repeat(5_000) + &"]".repeat(5_000)));
    let cases = [
        (truncated.to_owned(), "line "),
        ("[]".to_owned(), "file"),
        ("[1, 2]".to_owned(), "file"),
        ("null".to_owned(), "file"),
        ("{}".to_owned(), "version"),
        (deep, "line 1, "),
        (deep_value, "nodes.22222222-2222-4222-8222-222222222222.properties.start_date"),
        ("\u{0}".to_owned(), "line 1, "),
    ];
    for (file, place) in cases {
        let (status, answer) = send(&server.rest, "/projects/import", file).await;
        let error = &answer["error"];
        assert_eq!(
            (status, &error["code"]),
            (StatusCode::BAD_REQUEST, &json!("INVALID_PROJECT_FILE")),
            "{place}"
        );
        let first = error["details"]["faults"][0]["place"].as_str().unwrap();
        assert!(first.starts_with(place), "{first} {place}");
    }
    let no_body = server.rest.request(Method::POST, "/projects/import");
    let (status, answer) = server.rest.send(no_body).await;
    assert_eq!((status, &answer["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("INVALID_REQUEST")));
    let other = server.rest.request(Method::POST, "/projects/import").body(RESTOMOD);
    let (status, _) = server.rest.send(other.header("content-type", "text/plain")).await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(total(&server.rest, "/projects").await, 0);
    assert_eq!(send(&server.rest, "/projects/import", RESTOMOD).await.0, StatusCode::CREATED);
    server.stop().await;
}

#[tokio::test]
async fn twenty_thousand_nodes_come_in_and_go_out_again() {
    let server = TestServer::start().await;
    let (status, made) = send(&server.rest, "/projects/import?name=Large", large(20_000)).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(made["graph"]["roots"][0]["children"].as_array().unwrap().len(), 19_999);
    let (file, _) = export(&server.rest, made["project_id"].as_str().unwrap()).await;
    let exported: Value = serde_json::from_str(&file).unwrap();
    let original: Value = serde_json::from_str(&large(20_000)).unwrap();
    // Not told by its difference, which would fill the screen.
    assert!(exported["nodes"] == original["nodes"], "the nodes are others");
    // One more is too large to send along.
    let (_, made) = send(&server.rest, "/projects/import", large(20_001)).await;
    assert_eq!((&made["graph"], &made["graph_omitted"]), (&Value::Null, &json!(true)));
    assert_eq!(made["node_count"], 20_001);
    server.stop().await;
}

#[tokio::test]
async fn an_imported_project_is_the_same_after_the_server_was_killed() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = ServerProcess::start(ServerProcess::command(directory.path())).await;
    let (_, made) = send(&process.rest, "/projects/import?strict=0", RESTOMOD).await;
    let project = made["project_id"].as_str().unwrap().to_owned();
    let session = made["session_id"].as_str().unwrap().to_owned();
    let (_, loaded) =
        send(&process.rest, &format!("/sessions/{session}/load-graph"), RESTOMOD.replace("Paint", "Lacquer"))
            .await;
    assert_eq!(loaded["seq"], 2, "{loaded}");
    let before = export(&process.rest, &project).await;
    process.kill9().await;
    let process = ServerProcess::start(ServerProcess::command(directory.path())).await;
    assert_eq!(export(&process.rest, &project).await, before);
    assert!(before.0.contains("Lacquer"));
    let (_, info) = process.rest.get(&format!("/sessions/{session}/info")).await;
    assert_eq!((&info["seq"], &info["node_count"]), (&json!(2), &json!(3)));
}
