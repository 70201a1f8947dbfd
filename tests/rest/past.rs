//! What was, read and put back: graphs of before, restores, and who wrote what.
//!
//! Proves HIST-3, HIST-4, HIST-5 and HIST-6 (docs/behaviour.md).

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Client, Project, Rest, TestServer};

async fn phase(rest: &Rest, project: &Project, name: &str) -> String {
    let data = json!({ "parent_id": project.root, "blueprint_type_id": "phase", "name": name });
    rest.execute(project, "CreateNode", data).await["node_id"].as_str().unwrap().to_owned()
}

async fn write(rest: &Rest, project: &Project, node: &str, property: &str, value: Value) -> u64 {
    let data = json!({ "node_id": node, "property_id": property, "new_value": value });
    rest.execute(project, "UpdateProperty", data).await["seq"].as_u64().unwrap()
}

async fn graph(rest: &Rest, project: &Project, query: &str) -> (StatusCode, Value) {
    rest.get(&format!("/projects/{}/graph{query}", project.project_id)).await
}

async fn restore(rest: &Rest, project: &Project, body: Value) -> (StatusCode, Value) {
    rest.post(&format!("/projects/{}/restore", project.project_id), body).await
}

// HIST-3
#[tokio::test]
async fn the_graph_is_read_as_it_was_behind_every_command() {
    let server = TestServer::start().await;
    let rest = &server.rest;
    let project = rest.project().await;
    let mut then = vec![graph(rest, &project, "").await.1];
    let node = phase(rest, &project, "Body").await;
    then.push(graph(rest, &project, "").await.1);
    for (property, value) in [("notes", json!("a")), ("notes", json!("b")), ("status", Value::Null)] {
        write(rest, &project, &node, property, value).await;
        then.push(graph(rest, &project, "").await.1);
    }
    rest.execute(&project, "DeleteNode", json!({ "node_id": node })).await;
    then.push(graph(rest, &project, "").await.1);
    // Backwards and forwards: from the journal's beginning, and from what is kept.
    for seq in (1..=6).rev().chain(1..=6) {
        let (status, read) = graph(rest, &project, &format!("?at={seq}")).await;
        assert_eq!((status, &read), (StatusCode::OK, &then[seq - 1]), "{seq}");
        assert_eq!(read["seq"], seq);
    }
    server.stop().await;
}

// HIST-3
#[tokio::test]
async fn a_place_that_is_none_is_refused_and_the_answer_says_what_there_is() {
    let server = TestServer::start().await;
    let rest = &server.rest;
    let project = rest.project().await;
    write(rest, &project, &project.root, "name", json!("Renamed")).await;
    for (at, details) in [
        ("2", json!({ "seq_first": 2, "seq_last": 3 })),
        ("4", json!({ "head": 3 })),
        ("0", Value::Null),
        ("x", Value::Null),
    ] {
        let (status, answer) = graph(rest, &project, &format!("?at={at}")).await;
        let error = &answer["error"];
        assert_eq!(
            (status, &error["code"]),
            (StatusCode::BAD_REQUEST, &json!("INVALID_REQUEST")),
            "{answer}"
        );
        assert_eq!(error["details"], details, "{at}");
        let Ok(seq) = at.parse::<u64>() else { continue };
        let (status, answer) = restore(rest, &project, json!({ "seq": seq })).await;
        assert_eq!((status, &answer["error"]["details"]), (StatusCode::BAD_REQUEST, &details), "{answer}");
    }
    for (body, code) in [
        (json!({}), "INVALID_REQUEST"),
        (json!({ "seq": "1" }), "INVALID_REQUEST"),
        (json!({ "seq": 1.5 }), "INVALID_REQUEST"),
        (json!({ "seq": 0.0 }), "INVALID_REQUEST"),
        (json!({ "seq": 1.0, "node_id": "x" }), "NODE_NOT_FOUND"),
        (json!({ "seq": 1, "node_id": 7 }), "INVALID_REQUEST"),
        (json!({ "seq": 1, "node_id": "x" }), "NODE_NOT_FOUND"),
        (json!({ "seq": 1, "node_id": "00000000-0000-4000-8000-000000000000" }), "NODE_NOT_FOUND"),
    ] {
        let (status, answer) = restore(rest, &project, body).await;
        assert_eq!((status, &answer["error"]["code"]), (StatusCode::BAD_REQUEST, &json!(code)), "{answer}");
    }
    server.stop().await;
}

// HIST-4
#[tokio::test]
async fn the_whole_graph_comes_back_as_one_event_and_the_history_goes_on() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.rest.named("ann"), server.rest.named("bob"));
    let project = ann.project().await;
    let node = phase(&ann, &project, "Body").await;
    let then = graph(&ann, &project, "").await.1;
    let mut member = Client::connect(server.address).await;
    member.join(&project.session_id).await;
    bob.execute(&project, "DeleteNode", json!({ "node_id": node })).await;
    member.event_named("node-deleted").await;

    let (status, answer) = restore(&bob, &project, json!({ "seq": 2, "command_id": "back" })).await;
    assert_eq!(
        (status, &answer["seq"], &answer["undo_available"]),
        (StatusCode::OK, &json!(4), &json!(false))
    );
    assert_eq!(answer["graph"], then["graph"]);
    let told = member.event_named("graph-replaced").await;
    assert_eq!((&told["seq"], &told["node_count"]), (&json!(4), &json!(2)));
    assert_eq!((&told["command_type"], &told["author"]["user_id"]), (&json!("Restore"), &json!("bob")));
    member.event_named("external_project_update").await;

    // A repeat is answered and not carried out again; another command under the same name is refused.
    let (_, again) = restore(&bob, &project, json!({ "seq": 2, "command_id": "back" })).await;
    assert_eq!((&again["seq"], &again["duplicate"]), (&json!(4), &json!(true)));
    let (status, other) = restore(&bob, &project, json!({ "seq": 1, "command_id": "back" })).await;
    assert_eq!((status, &other["error"]["code"]), (StatusCode::CONFLICT, &json!("IDEMPOTENCY_MISMATCH")));
    // What was in between is still there, and can be had again.
    let (_, page) = ann.get(&format!("/projects/{}/history?limit=2", project.project_id)).await;
    let types: Vec<_> =
        page["entries"].as_array().unwrap().iter().map(|entry| &entry["command_type"]).collect();
    assert_eq!(types, ["Restore", "DeleteNode"]);
    let (_, answer) = restore(&ann, &project, json!({ "seq": 3 })).await;
    assert_eq!(answer["graph"]["roots"][0]["children"], json!([]));
    server.stop().await;
}

// HIST-5
#[tokio::test]
async fn a_node_comes_back_by_ordinary_events_as_one_step_also_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let server = TestServer::start_in(directory.path()).await;
    let (ann, bob) = (server.rest.named("ann"), server.rest.named("bob"));
    let project = ann.project().await;
    let node = phase(&ann, &project, "Body").await;
    write(&ann, &project, &node, "notes", json!("first")).await;
    let other = phase(&ann, &project, "Paint").await;
    let then = graph(&ann, &project, "").await.1;
    write(&bob, &project, &node, "notes", json!("second")).await;
    bob.execute(&project, "ReorderNode", json!({ "node_id": node, "new_index": 5 })).await;
    write(&bob, &project, &other, "notes", json!("stays")).await;
    let before = graph(&ann, &project, "").await.1;

    let mut member = Client::connect(server.address).await;
    member.join(&project.session_id).await;
    let body = json!({ "seq": 4, "node_id": node });
    let (status, answer) = restore(&ann, &project, body).await;
    assert_eq!((status, &answer["undo_available"]), (StatusCode::OK, &json!(true)), "{answer}");
    let moved = member.event_named("node-linked").await;
    assert_eq!((&moved["child_id"], &moved["index"]), (&json!(node), &json!(0)));
    let changed = member.event_named("property-changed").await;
    assert_eq!((&changed["new_value"], &changed["author"]["user_id"]), (&json!("first"), &json!("ann")));
    let children = |graph: &Value| graph["graph"]["roots"][0]["children"].clone();
    let now = graph(&ann, &project, "").await.1;
    assert_eq!(children(&now)[0], children(&then)[0]);
    assert_eq!(children(&now)[1]["properties"]["notes"], "stays");
    let as_restored = now["graph"].clone();
    server.stop().await;

    let server = TestServer::start_in(directory.path()).await;
    let ann = server.rest.named("ann");
    assert_eq!(graph(&ann, &project, "").await.1["graph"], as_restored);
    for (call, expected) in [("undo", &before["graph"]), ("redo", &as_restored)] {
        let request = ann.request(Method::POST, &format!("/sessions/{}/{call}", project.session_id));
        let (status, answer) = ann.send(request).await;
        assert_eq!((status, &answer["graph"]), (StatusCode::OK, expected), "{call}");
    }
    server.stop().await;
}

// HIST-6
#[tokio::test]
async fn a_node_says_of_each_of_its_properties_who_wrote_it_last() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.rest.named("ann"), server.rest.named("bob"));
    let project = ann.project().await;
    let node = phase(&ann, &project, "Body").await;
    let written = write(&bob, &project, &node, "notes", json!("b")).await;
    let cleared = write(&bob, &project, &node, "status", Value::Null).await;
    let path = format!("/projects/{}/nodes/{node}/blame", project.project_id);
    let blame = ann.get(&path).await.1;
    let who = |of: &Value| (of["by"].as_str().unwrap().to_owned(), of["seq"].as_u64().unwrap());
    assert_eq!(who(&blame["existence"]), ("ann".to_owned(), 2));
    assert_eq!(who(&blame["place"]), ("ann".to_owned(), 2));
    assert_eq!((&blame["place"]["parent_id"], &blame["place"]["index"]), (&json!(project.root), &json!(0)));
    assert_eq!((&blame["blocked_by"], &blame["seq"]), (&Value::Null, &json!(cleared)));
    let properties = &blame["properties"];
    assert_eq!(
        (who(&properties["name"]), &properties["name"]["value"]),
        (("ann".to_owned(), 2), &json!("Body"))
    );
    assert_eq!(
        (who(&properties["notes"]), &properties["notes"]["value"]),
        (("bob".to_owned(), written), &json!("b"))
    );
    assert_eq!(
        (who(&properties["status"]), &properties["status"]["value"]),
        (("bob".to_owned(), cleared), &Value::Null)
    );

    let (status, _) =
        ann.send(ann.request(Method::POST, &format!("/sessions/{}/undo", project.session_id))).await;
    assert_eq!(status, StatusCode::OK);
    let blame = ann.get(&path).await.1;
    assert_eq!(
        (&blame["properties"]["status"]["by"], &blame["properties"]["status"]["restored"]),
        (&json!("ann"), &json!(true))
    );
    for unknown in ["x", "00000000-0000-4000-8000-000000000000"] {
        let (status, answer) =
            ann.get(&format!("/projects/{}/nodes/{unknown}/blame", project.project_id)).await;
        assert_eq!((status, &answer["error"]["code"]), (StatusCode::NOT_FOUND, &json!("NODE_NOT_FOUND")));
    }
    server.stop().await;
}
