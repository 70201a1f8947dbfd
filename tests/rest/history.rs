//! The commands of a project, as they are found again.
//!
//! Proves HIST-1 and HIST-2 (docs/behaviour.md).

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Project, Rest, TestServer};

/// A phase below the root, made by `rest`.
async fn phase(rest: &Rest, project: &Project, name: &str) -> String {
    let data = json!({ "parent_id": project.root, "blueprint_type_id": "phase", "name": name });
    rest.execute(project, "CreateNode", data).await["node_id"].as_str().unwrap().to_owned()
}

async fn history(rest: &Rest, project: &Project, query: &str) -> Value {
    let (status, page) = rest.get(&format!("/projects/{}/history{query}", project.project_id)).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    page
}

fn seqs(page: &Value) -> Vec<u64> {
    page["entries"].as_array().unwrap().iter().map(|entry| entry["seq_last"].as_u64().unwrap()).collect()
}

// HIST-1
#[tokio::test]
async fn the_commands_of_a_project_are_listed_newest_first_with_what_they_touched() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.rest.named("ann"), server.rest.named("bob"));
    let project = ann.project().await;
    let node = phase(&ann, &project, "Body").await;
    let rename = json!({ "node_id": node, "property_id": "name", "new_value": "Body work" });
    bob.execute(&project, "UpdateProperty", rename).await;
    let undone = ann.request(Method::POST, &format!("/sessions/{}/undo", project.session_id));
    ann.send(undone).await;
    bob.execute(&project, "DeleteNode", json!({ "node_id": node })).await;

    let page = history(&ann, &project, "").await;
    let entries: Vec<(u64, u64, &str, &str, &str)> = page["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            let author = &entry["author"]["user_id"];
            (
                entry["seq_first"].as_u64().unwrap(),
                entry["seq_last"].as_u64().unwrap(),
                entry["command_type"].as_str().unwrap(),
                author.as_str().unwrap(),
                entry["summary"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        entries,
        [
            (8, 8, "DeleteNode", "bob", "Deleted phase \"Body\""),
            (5, 7, "Undo", "ann", "Took back UpdateProperty of bob"),
            (3, 4, "UpdateProperty", "bob", "Renamed \"Body\" to \"Body work\""),
            (2, 2, "CreateNode", "ann", "Created phase \"Body\""),
            (1, 1, "CreateProject", "ann", "Made the project \"Test\", created project_root \"Test\""),
        ]
    );
    assert_eq!(page["next_before"], Value::Null);
    for entry in &page["entries"].as_array().unwrap()[..4] {
        assert_eq!((&entry["node_ids"], &entry["node_count"]), (&json!([node]), &json!(1)));
    }
    server.stop().await;
}

// HIST-2
#[tokio::test]
async fn commands_are_found_by_node_author_and_time_and_in_pages() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.rest.named("ann"), server.rest.named("bob"));
    let project = ann.project().await;
    let (one, two) = (phase(&ann, &project, "One").await, phase(&bob, &project, "Two").await);
    for node in [&one, &two] {
        let data = json!({ "node_id": node, "property_id": "notes", "new_value": "n" });
        ann.execute(&project, "UpdateProperty", data).await;
    }
    let blocked = json!({ "blocked_node_id": two, "blocking_node_id": one });
    bob.execute(&project, "UpdateBlockingRelationship", blocked).await;

    let all = history(&ann, &project, "").await;
    assert_eq!(seqs(&all), [6, 5, 4, 3, 2, 1]);
    let at = |seq: usize| all["entries"][6 - seq]["at"].as_str().unwrap().to_owned();
    let by_node = format!("?node_id={two}");
    for (query, expected) in [
        (by_node.as_str(), vec![6, 5, 3]),
        ("?author=bob", vec![6, 3]),
        ("?author=nobody", vec![]),
        (&format!("{by_node}&author=ann"), vec![5]),
        ("?before=4", vec![3, 2, 1]),
        ("?before=1", vec![]),
        ("?until=2020-01-01T00:00:00Z", vec![]),
        ("?from=2020-01-01T01:00:00%2B01:00&until=2100-01-01T00:00:00Z", vec![6, 5, 4, 3, 2, 1]),
        ("?from=2100-01-01T00:00:00Z", vec![]),
    ] {
        let page = history(&ann, &project, query).await;
        assert_eq!((seqs(&page), &page["next_before"]), (expected, &Value::Null), "{query}");
    }
    // The times of two commands may be equal: both ends are held against what each command says.
    let page = history(&ann, &project, &format!("?from={}&until={}", at(2), at(5))).await;
    let within: Vec<u64> = (1..=6).rev().filter(|&seq| (at(2)..at(5)).contains(&at(seq as usize))).collect();
    assert_eq!(seqs(&page), within);

    let (mut pages, mut query) = (Vec::new(), "?limit=4".to_owned());
    loop {
        let page = history(&ann, &project, &query).await;
        pages.push(seqs(&page));
        let Some(before) = page["next_before"].as_u64() else { break };
        query = format!("?limit=4&before={before}");
    }
    assert_eq!(pages, [vec![6, 5, 4, 3], vec![2, 1]]);
    server.stop().await;
}

// HIST-2
#[tokio::test]
async fn a_filter_that_matches_nothing_looks_through_so_much_and_says_where_to_go_on() {
    let server = TestServer::start().await;
    let ann = server.rest.named("ann");
    let project = ann.project().await;
    let session = project.session_id.clone();
    // More commands than one request looks through, sixty at a time: the journal takes them in batches.
    let commands = 5_400_u64;
    let write = |number: u64| {
        let (ann, root, session) = (ann.clone(), project.root.clone(), session.clone());
        async move {
            let data = json!({ "node_id": root, "property_id": "notes", "new_value": number });
            let body = json!({ "session_id": session, "command_type": "UpdateProperty", "data": data });
            let (status, answer) = ann.post("/commands/execute?graph=none", body).await;
            assert_eq!(status, StatusCode::OK, "{answer}");
        }
    };
    for first in (0..commands).step_by(60) {
        let batch = (first..first + 60).map(|number| tokio::spawn(write(number)));
        for sent in batch.collect::<Vec<_>>() {
            sent.await.unwrap();
        }
    }
    let page = history(&ann, &project, "?author=nobody").await;
    let before = page["next_before"].as_u64().unwrap();
    assert!(seqs(&page).is_empty() && before > 1 && before < commands - 3_000, "{page}");
    let page = history(&ann, &project, &format!("?author=nobody&before={before}")).await;
    assert_eq!(page, json!({ "entries": [], "next_before": null }));
    server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_a_filter_and_what_is_no_project_is_said() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    for query in
        ["node_id=x", "from=yesterday", "until=2026-03-04", "before=0", "before=-1", "limit=0", "limit=201"]
    {
        let path = format!("/projects/{}/history?{query}", project.project_id);
        let (status, answer) = server.rest.get(&path).await;
        assert_eq!((status, &answer["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("INVALID_REQUEST")));
    }
    for unknown in ["x", "00000000-0000-4000-8000-000000000000"] {
        let (status, answer) = server.rest.get(&format!("/projects/{unknown}/history")).await;
        assert_eq!((status, &answer["error"]["code"]), (StatusCode::NOT_FOUND, &json!("PROJECT_NOT_FOUND")));
    }
    server.stop().await;
}
