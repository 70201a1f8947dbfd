//! Named versions.
//!
//! Proves HIST-7 (docs/behaviour.md).

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Project, Rest, TestServer};

async fn name(rest: &Rest, project: &Project, body: Value) -> (StatusCode, Value) {
    rest.post(&format!("/projects/{}/versions", project.project_id), body).await
}

async fn list(rest: &Rest, project: &Project) -> Vec<(String, u64, String)> {
    let (status, list) = rest.get(&format!("/projects/{}/versions", project.project_id)).await;
    assert_eq!(status, StatusCode::OK, "{list}");
    let versions = list["versions"].as_array().unwrap();
    assert_eq!(list["total"], versions.len());
    let text = |field: &Value| field.as_str().unwrap().to_owned();
    versions.iter().map(|row| (text(&row["name"]), row["seq"].as_u64().unwrap(), text(&row["by"]))).collect()
}

async fn delete(rest: &Rest, project: &Project, which: &str) -> (StatusCode, Value) {
    let path = format!("/projects/{}/versions/{which}", project.project_id);
    rest.send(rest.request(Method::DELETE, &path)).await
}

async fn rename(rest: &Rest, project: &Project, name: &str) {
    let data = json!({ "node_id": project.root, "property_id": "name", "new_value": name });
    rest.execute(project, "UpdateProperty", data).await;
}

// HIST-7
#[tokio::test]
async fn a_place_has_a_name_until_that_is_taken_away_also_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let server = TestServer::start_in(directory.path()).await;
    let (ann, bob) = (server.rest.named("ann"), server.rest.named("bob"));
    let (project, other) = (ann.project().await, ann.project().await);
    rename(&ann, &project, "Second").await;
    let (status, made) = name(&ann, &project, json!({ "name": "Käfer 1/2" })).await;
    assert_eq!(
        (status, &made["seq"], &made["by"]),
        (StatusCode::CREATED, &json!(3), &json!("ann")),
        "{made}"
    );
    let id = made["version_id"].as_str().unwrap().to_owned();
    assert_eq!(name(&bob, &project, json!({ "name": "first", "seq": 1 })).await.0, StatusCode::CREATED);
    assert_eq!(name(&ann, &other, json!({ "name": "first" })).await.0, StatusCode::CREATED);
    server.stop().await;

    let server = TestServer::start_in(directory.path()).await;
    let ann = server.rest.named("ann");
    let both = [("Käfer 1/2".to_owned(), 3, "ann".to_owned()), ("first".to_owned(), 1, "bob".to_owned())];
    assert_eq!(list(&ann, &project).await, both);
    // What has a name is a place like any other.
    rename(&ann, &project, "Third").await;
    let path = format!("/projects/{}/restore", project.project_id);
    let (_, restored) = ann.post(&path, json!({ "seq": 3 })).await;
    assert_eq!(restored["graph"]["roots"][0]["name"], "Second");

    let (status, gone) = delete(&ann, &project, "first").await;
    assert_eq!((status, &gone["name"]), (StatusCode::OK, &json!("first")), "{gone}");
    let (status, gone) = delete(&ann, &project, &id).await;
    assert_eq!((status, &gone["name"]), (StatusCode::OK, &json!("Käfer 1/2")), "{gone}");
    assert_eq!(list(&ann, &project).await, []);
    assert_eq!(list(&ann, &other).await.len(), 1);
    server.stop().await;
}

// HIST-7
#[tokio::test]
async fn a_name_that_is_none_or_is_taken_and_a_place_that_is_none_are_refused() {
    let server = TestServer::start().await;
    let rest = &server.rest;
    let project = rest.project().await;
    rename(rest, &project, "Second").await;
    assert_eq!(name(rest, &project, json!({ "name": "x".repeat(128) })).await.0, StatusCode::CREATED);
    for (body, status, code, details) in [
        (json!({}), 400, "INVALID_REQUEST", Value::Null),
        (json!({ "name": " " }), 400, "INVALID_REQUEST", Value::Null),
        (json!({ "name": "x".repeat(129) }), 400, "INVALID_REQUEST", Value::Null),
        (json!({ "name": "a", "seq": 0 }), 400, "INVALID_REQUEST", Value::Null),
        (json!({ "name": "a", "seq": 4 }), 400, "INVALID_REQUEST", json!({ "head": 3 })),
        (json!({ "name": "a", "seq": 2 }), 400, "INVALID_REQUEST", json!({ "seq_first": 2, "seq_last": 3 })),
        (json!({ "name": "x".repeat(128) }), 409, "CONFLICT", json!({ "seq": 3 })),
    ] {
        let (found, answer) = name(rest, &project, body).await;
        let error = &answer["error"];
        assert_eq!((found.as_u16(), &error["code"]), (status, &json!(code)), "{answer}");
        assert_eq!(error["details"], details);
    }
    let (status, answer) = delete(rest, &project, "nowhere").await;
    assert_eq!((status, &answer["error"]["code"]), (StatusCode::NOT_FOUND, &json!("NOT_FOUND")));
    server.stop().await;
}

// HIST-7
#[tokio::test]
async fn a_project_has_a_thousand_versions_and_of_many_who_want_one_name_one_gets_it() {
    let server = TestServer::start().await;
    let (rest, project) = (server.rest.clone(), server.rest.project().await);
    let try_all = async |names: Vec<String>| {
        let mut made = 0;
        let asked = names.into_iter().map(|text| {
            let (rest, project) = (rest.clone(), project.clone());
            tokio::spawn(async move { name(&rest, &project, json!({ "name": text })).await.0 })
        });
        for asked in asked.collect::<Vec<_>>() {
            made += usize::from(asked.await.unwrap() == StatusCode::CREATED);
        }
        made
    };
    assert_eq!(try_all(vec!["the one".to_owned(); 16]).await, 1);
    for first in (0..1_020).step_by(60) {
        try_all((first..first + 60).map(|number| format!("version {number}")).collect()).await;
    }
    assert_eq!(list(&rest, &project).await.len(), 1_000);
    let (status, answer) = name(&rest, &project, json!({ "name": "one too many" })).await;
    assert_eq!((status, &answer["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("INVALID_STATE")));
    server.stop().await;
}
