//! One user sees nothing of another's project: not in lists, nor by sessions without a project.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{Guarded, remove_role, set_role};
use crate::support::Rest;

async fn listed(rest: &Rest, path: &str, name: &str, id: &str) -> (Vec<String>, u64) {
    let (status, list) = rest.get(path).await;
    assert_eq!(status, StatusCode::OK, "{list}");
    let entries = list[name].as_array().unwrap().iter();
    (entries.map(|entry| entry[id].as_str().unwrap().to_owned()).collect(), list["total"].as_u64().unwrap())
}

#[tokio::test]
async fn lists_hold_what_the_caller_has_a_role_in() {
    let guarded = Guarded::start().await;
    let (own, shared) = (guarded.project(&[]).await, guarded.project(&[("ann", "viewer")]).await);
    let of_ann = guarded.rest("ann").project().await;
    let ids = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };
    for (rest, projects) in [
        (guarded.rest("ann"), vec![&shared, &of_ann]),
        (guarded.rest("owner"), vec![&own, &shared]),
        (guarded.rest("stranger"), vec![]),
        (guarded.admin(), vec![&own, &shared, &of_ann]),
    ] {
        let (found, total) = listed(&rest, "/projects", "projects", "project_id").await;
        assert_eq!(ids(found), ids(projects.iter().map(|project| project.project_id.clone()).collect()));
        assert_eq!(total, projects.len() as u64);
        let (found, total) = listed(&rest, "/sessions", "sessions", "session_id").await;
        assert_eq!(ids(found), ids(projects.iter().map(|project| project.session_id.clone()).collect()));
        assert_eq!(total, projects.len() as u64);
    }
    guarded.stop().await;
}

#[tokio::test]
async fn a_session_without_a_project_is_whoever_made_it_s() {
    let guarded = Guarded::start().await;
    let (ann, bob) = (guarded.rest("ann"), guarded.rest("bob"));
    let (_, made) = ann.post("/sessions", Value::Null).await;
    let info = format!("/sessions/{}/info", made["session_id"].as_str().unwrap());
    assert_eq!(ann.get(&info).await.0, StatusCode::OK);
    assert_eq!(bob.get(&info).await.0, StatusCode::NOT_FOUND);
    let (found, _) = listed(&bob, "/sessions", "sessions", "session_id").await;
    assert!(found.is_empty());
    guarded.stop().await;
}

#[tokio::test]
async fn roles_and_ownership_survive_a_restart() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[("ann", "editor"), ("bob", "viewer")]).await;
    remove_role(&guarded.rest("owner"), &project, "bob").await;
    let guarded = Guarded::start_in(guarded.stop().await).await;
    let path = format!("/projects/{}/members", project.project_id);
    let (_, members) = guarded.rest("ann").get(&path).await;
    let members: Vec<_> =
        members["members"].as_array().unwrap().iter().map(|m| (&m["user_id"], &m["role"])).collect();
    let (ann, owner, editor) = (json!("ann"), json!("owner"), json!("editor"));
    assert_eq!(members, [(&ann, &editor), (&owner, &owner)]);
    assert_eq!(guarded.rest("bob").get(&path).await.0, StatusCode::NOT_FOUND);
    guarded.stop().await;
}

#[tokio::test]
async fn a_project_keeps_an_owner_unless_an_admin_says_otherwise() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[]).await;
    let owner = guarded.rest("owner");
    let path = format!("/projects/{}/members", project.project_id);
    let demote = |rest: &Rest| {
        rest.request(reqwest::Method::PUT, &path).json(&json!({ "user_id": "owner", "role": "editor" }))
    };
    let (status, answer) = owner.send(demote(&owner)).await;
    assert_eq!((status, &answer["error"]["code"]), (StatusCode::CONFLICT, &json!("CONFLICT")));
    set_role(&owner, &project, "ann", "owner").await;
    assert_eq!(owner.send(demote(&owner)).await.0, StatusCode::OK);
    assert_eq!(owner.send(demote(&owner)).await.0, StatusCode::FORBIDDEN, "it is an editor now");
    let admin = guarded.admin();
    let out = admin.request(reqwest::Method::DELETE, &format!("{path}?user_id=ann"));
    assert_eq!(admin.send(out).await.0, StatusCode::OK);
    guarded.stop().await;
}
