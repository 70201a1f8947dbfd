//! Nodes that are found, and values that no template knows.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::importing::send;
use crate::support::{Rest, TestServer};

/// A project whose nodes stand in another order than they are written in.
async fn project(rest: &Rest) -> (String, String) {
    let (_, schema) = rest.get("/templates/restomod/schema").await;
    let status = &schema["node_types"][1]["properties"][0];
    assert_eq!(status["id"], "status");
    let done = status["options"].as_array().unwrap().iter().find(|o| o["name"] == "Done").unwrap();
    let done = done["id"].as_str().unwrap().to_owned();
    let file = json!({
        "version": "1.0", "templates": ["restomod.yaml"],
        "nodes": {
            "job": { "type": "job", "name": "Straßenlage 100%", "parent_id": "body",
                     "properties": { "description": "Über alles", "old": 7, "priority": "gone" } },
            "paint": { "type": "phase", "name": "Paint", "properties": { "status": done, "start_date": 2 } },
            "root": { "type": "project_root", "name": "Mustang", "children": ["body", "paint"],
                      "properties": { "budget": 2, "vin": "JOB-1" } },
            "body": { "type": "phase", "name": "Body work", "properties": { "start_date": "2026-03-01" } },
        },
    });
    let (status, made) = send(rest, "/projects/import", file.to_string()).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    (made["project_id"].as_str().unwrap().to_owned(), done)
}

async fn find(rest: &Rest, project: &str, search: Value) -> Value {
    let (status, found) = rest.post(&format!("/projects/{project}/graph/search"), search).await;
    assert_eq!(status, StatusCode::OK, "{found}");
    found
}

fn names(found: &Value) -> Vec<&str> {
    found["results"].as_array().unwrap().iter().map(|node| node["name"].as_str().unwrap()).collect()
}

// C-066
#[tokio::test]
async fn nodes_are_found_by_their_texts_types_and_values_in_the_order_of_the_tree() {
    let server = TestServer::start().await;
    let (project, done) = project(&server.rest).await;
    let job = "Straßenlage 100%";
    let all = ["Mustang", "Body work", job, "Paint"];
    let cases: Vec<(Value, Vec<&str>)> = vec![
        (json!({}), all.to_vec()),
        (json!({ "query": "" }), all.to_vec()),
        (json!({ "query": "bOdY" }), vec!["Body work"]),
        (json!({ "query": "STRASSE" }), vec![job]),
        (json!({ "query": "über" }), vec![job]),
        (json!({ "query": "0%" }), vec![job]),
        (json!({ "query": "." }), vec![]),
        (json!({ "query": "job-" }), vec!["Mustang"]),
        (json!({ "query": "2026-03" }), vec!["Body work"]),
        // An option by its name, or by its whole id.
        (json!({ "query": "done" }), vec!["Paint"]),
        (json!({ "query": done }), vec!["Paint"]),
        (json!({ "query": &done[..8] }), vec![]),
        (json!({ "blueprint_type_id": "phase" }), vec!["Body work", "Paint"]),
        (json!({ "blueprint_type_id": "wheel" }), vec![]),
        (json!({ "blueprint_type_id": "phase", "query": "a" }), vec!["Paint"]),
        (json!({ "property": { "id": "budget", "value": 2 } }), vec!["Mustang"]),
        (json!({ "property": { "id": "budget", "value": 2.0 } }), vec!["Mustang"]),
        (json!({ "property": { "id": "budget", "value": "2" } }), vec![]),
        (json!({ "property": { "id": "name", "value": "Paint" } }), vec!["Paint"]),
        (json!({ "property": { "id": "start_date", "value": null } }), vec!["Mustang", job]),
    ];
    for (search, expected) in cases {
        let found = find(&server.rest, &project, search.clone()).await;
        assert_eq!(names(&found), expected, "{search}");
        assert_eq!(found["total"], expected.len(), "{search}");
    }
    let found = find(&server.rest, &project, json!({ "limit": 2 })).await;
    assert_eq!((names(&found), &found["total"]), (vec!["Mustang", "Body work"], &json!(4)));
    let found = find(&server.rest, &project, json!({ "query": "alles" })).await;
    let node = &found["results"][0];
    assert_eq!(node["path"], json!(["Mustang", "Body work"]));
    assert_eq!((&node["blueprint_type_id"], &node["properties"]["old"]), (&json!("job"), &json!(7)));
    assert_eq!((node.get("children"), &node["blocked_by"]), (None, &Value::Null));
    server.stop().await;
}

#[tokio::test]
async fn a_search_that_cannot_be_is_refused() {
    let server = TestServer::start().await;
    let (project, _) = project(&server.rest).await;
    for search in [
        json!({ "query": 7 }),
        json!({ "blueprint_type_id": [] }),
        json!({ "property": "status" }),
        json!({ "property": { "id": "status" } }),
        json!({ "property": { "value": 1 } }),
        json!({ "limit": 0 }),
        json!({ "limit": 1001 }),
        json!({ "limit": "10" }),
        json!({ "limit": 1.5 }),
        json!([]),
    ] {
        let (status, answer) =
            server.rest.post(&format!("/projects/{project}/graph/search"), search.clone()).await;
        assert_eq!(
            (status, &answer["error"]["code"]),
            (StatusCode::BAD_REQUEST, &json!("INVALID_REQUEST")),
            "{search}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn values_that_the_template_does_not_know_are_listed_in_pages() {
    let server = TestServer::start().await;
    let (project, _) = project(&server.rest).await;
    let (status, all) = server.rest.get(&format!("/projects/{project}/orphaned-properties")).await;
    assert_eq!(status, StatusCode::OK);
    let told: Vec<_> = all["orphaned"]
        .as_array()
        .unwrap()
        .iter()
        .map(|orphan| (orphan["name"].as_str(), orphan["property_id"].as_str(), orphan["reason"].as_str()))
        .collect();
    let job = Some("Straßenlage 100%");
    let expected = [
        (job, Some("old"), Some("UNKNOWN_PROPERTY")),
        (job, Some("priority"), Some("UNKNOWN_OPTION")),
        (Some("Paint"), Some("start_date"), Some("WRONG_KIND")),
    ];
    assert_eq!(told, expected);
    assert_eq!((&all["total"], &all["offset"], &all["limit"]), (&json!(3), &json!(0), &json!(100)));
    assert_eq!(
        (&all["orphaned"][0]["value"], &all["orphaned"][0]["blueprint_type_id"]),
        (&json!(7), &json!("job"))
    );
    let (_, page) =
        server.rest.get(&format!("/projects/{project}/orphaned-properties?offset=1&limit=1")).await;
    assert_eq!((&page["orphaned"], &page["total"]), (&json!([all["orphaned"][1]]), &json!(3)));
    for query in ["limit=0", "limit=1001", "offset=x"] {
        let (status, _) = server.rest.get(&format!("/projects/{project}/orphaned-properties?{query}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
    }
    server.stop().await;
}
