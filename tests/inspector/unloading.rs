//! Sessions that an admin unloads while they are used: nobody loses what was answered, and everybody comes back.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{inspected, named, open};
use crate::support::{Project, Rest, TestServer, until};

async fn unload(rest: &Rest, session_id: &str) -> (StatusCode, Value) {
    rest.post(&format!("/admin/sessions/{session_id}/unload"), json!({})).await
}

async fn is_loaded(rest: &Rest, session_id: &str) -> bool {
    rest.get(&format!("/admin/sessions/{session_id}")).await.0 == StatusCode::OK
}

/// Sends commands as fast as they are answered, until one is not since the session is unloaded: how many were carried out.
async fn write_on(rest: Rest, project: Project) -> usize {
    let mut accepted = 0;
    for n in 0..100_000 {
        let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": n });
        let body =
            json!({ "session_id": project.session_id, "command_type": "UpdateProperty", "data": data });
        let (status, answer) = rest.post("/commands/execute?graph=none", body).await;
        match status {
            StatusCode::OK => accepted += 1,
            _ => assert_eq!(answer["error"]["code"], "BUSY", "{answer}"),
        }
        if accepted >= 40 {
            break;
        }
    }
    accepted
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_unloaded_loses_nothing_and_its_members_come_back() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut ann = named(&server, "ann").await;
    let joined = ann.join(&project.session_id).await;
    let writer = tokio::spawn(write_on(server.rest.clone(), project.clone()));
    ann.event_named("property-changed").await;
    let before = inspected(&server.rest, &project.session_id).await;

    assert_eq!(
        unload(&server.rest, &project.session_id).await,
        (StatusCode::OK, json!({ "unloaded": true }))
    );
    while ann.next_event().await.is_some() {}
    let mut again = named(&server, "ann").await;
    let since = json!({ "epoch": joined["epoch"], "seq": joined["seq"] });
    let payload = json!({ "session_id": project.session_id, "since": since });
    let back = again.call("join_session", payload).await;
    assert_eq!((&back["success"], &back["epoch"]), (&json!(true), &joined["epoch"]), "{back}");
    assert_eq!(back["previous_end"]["reason"], "session_unloaded", "{back}");
    let accepted = writer.await.unwrap();
    until("all that was answered is there", || async {
        let now = inspected(&server.rest, &project.session_id).await;
        now["seq"].as_u64().unwrap() == joined["seq"].as_u64().unwrap() + accepted as u64
    })
    .await;
    let now = inspected(&server.rest, &project.session_id).await;
    assert!(now["loaded_at"].as_str() > before["loaded_at"].as_str(), "it was loaded anew");
    assert_eq!(now["members"], 1);
    let (_, page) = server.rest.get("/admin/audit?kind=session-unloaded").await;
    assert_eq!(page["entries"][0]["target"], json!(project.session_id), "{page}");
    assert_eq!(page["entries"][0]["project_id"], json!(project.project_id));
    server.stop().await;
}

#[tokio::test]
async fn what_is_not_loaded_is_not_found_and_not_loaded_by_looking() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    open(&server.rest, &project.session_id).await;
    assert_eq!(unload(&server.rest, &project.session_id).await.0, StatusCode::OK);
    for id in [&*project.session_id, "x", "00000000-0000-4000-8000-000000000000"] {
        assert!(!is_loaded(&server.rest, id).await, "{id}");
        let (status, answer) = unload(&server.rest, id).await;
        assert_eq!((status, &answer["error"]["code"]), (StatusCode::NOT_FOUND, &json!("INVALID_SESSION")));
    }
    let (_, made) = server.rest.post("/sessions", json!({})).await;
    let empty = made["session_id"].as_str().unwrap();
    let mut ann = named(&server, "ann").await;
    ann.join(empty).await;
    assert_eq!(unload(&server.rest, empty).await.0, StatusCode::OK);
    while ann.next_event().await.is_some() {}
    let mut again = named(&server, "ann").await;
    assert_eq!(again.join(empty).await["success"], true, "it has no project, and is there");
    server.stop().await;
}

#[tokio::test]
async fn who_reads_along_goes_on_in_the_session_as_it_is_loaded_anew() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let (_, info) = server.rest.get(&format!("/sessions/{}/info", project.session_id)).await;
    let since = format!("{}:{}", info["epoch"].as_str().unwrap(), info["seq"]);
    let path = format!("/sessions/{}/events?since={since}&wait=60", project.session_id);
    let (rest, waiting) = (server.rest.clone(), path.clone());
    let reader = tokio::spawn(async move { rest.get(&waiting).await });
    until("somebody waits", || async { is_loaded(&server.rest, &project.session_id).await }).await;
    tokio::task::yield_now().await;
    assert_eq!(unload(&server.rest, &project.session_id).await.0, StatusCode::OK);
    let data = json!({ "node_id": project.root, "property_id": "notes", "new_value": "after" });
    server.rest.execute(&project, "UpdateProperty", data).await;
    // Who waited is answered at once, with what there was.
    let (status, page) = reader.await.unwrap();
    assert_eq!(status, StatusCode::OK, "{page}");
    let (_, page) = server.rest.get(&path).await;
    assert_eq!(page["events"].as_array().unwrap().len(), 1, "{page}");
    server.stop().await;
}
