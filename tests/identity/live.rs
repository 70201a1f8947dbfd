//! What changes reaches connections that are there: revocations, roles, and the end of a token's time.

use std::time::Duration;

use graphroom::clock::system_clock;
use graphroom::domain::Timestamp;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{Guarded, create, remove_role, set_role};
use crate::support::Rest;

async fn revoke(guarded: &Guarded, bearer: &str, token: &str) {
    let rest: Rest = guarded.server.rest.with_token(bearer);
    let request = rest.at(Method::POST, "/auth/revoke").json(&json!({ "token": token }));
    let (status, answer) = rest.send(request).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}

#[tokio::test]
async fn a_token_that_is_revoked_in_a_storm_of_commands_stops_on_all_its_sockets() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[("ann", "editor")]).await;
    let token = guarded.token("ann");
    let mut sockets = Vec::new();
    for _ in 0..3 {
        let mut socket = guarded.socket_with(&token).await;
        socket.join(&project.session_id).await;
        sockets.push(socket);
    }
    let mut other = guarded.socket("ann").await;
    other.join(&project.session_id).await;
    let storm: Vec<_> = sockets
        .into_iter()
        .map(|mut socket| {
            let command = create(&project, "Storm");
            tokio::spawn(async move {
                let (mut accepted, mut refused) = (0, 0);
                // Until the connection is ended.
                loop {
                    let ack = socket.emit("execute_command", command.clone()).await;
                    match socket.try_answer(ack).await {
                        Some(answer) if answer["success"] == true => accepted += 1,
                        Some(answer) => {
                            assert_eq!(answer["error"]["code"], "UNAUTHENTICATED");
                            refused += 1;
                        }
                        None => return (accepted, refused),
                    }
                }
            })
        })
        .collect();
    other.event_named("node-created").await;
    revoke(&guarded, &guarded.token("ann"), &token).await;
    for task in storm {
        let (accepted, refused) = tokio::time::timeout(Duration::from_secs(30), task).await.unwrap().unwrap();
        assert!(accepted > 0 && refused <= 1, "{accepted} {refused}");
    }
    assert_eq!(other.call("execute_command", create(&project, "After")).await["success"], true);
    let refused = guarded.server.rest.with_token(&token).get("/projects").await;
    assert_eq!(refused.0, StatusCode::UNAUTHORIZED);
    let guarded = Guarded::start_in(guarded.stop().await).await;
    let refused = guarded.server.rest.with_token(&token).get("/projects").await;
    assert_eq!(refused.0, StatusCode::UNAUTHORIZED, "it stays revoked after a restart");
    guarded.stop().await;
}

#[tokio::test]
async fn whose_role_is_taken_leaves_the_room_and_hears_no_more() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[("ann", "editor")]).await;
    let mut ann = guarded.socket("ann").await;
    ann.join(&project.session_id).await;
    let owner = guarded.rest("owner");
    owner.execute(&project, "CreateNode", create(&project, "Heard")["data"].clone()).await;
    ann.event_named("node-created").await;

    remove_role(&owner, &project, "ann").await;
    assert_eq!(ann.event_named("error").await["code"], "FORBIDDEN");
    assert_eq!(ann.event_named("left").await["session_id"], project.session_id.as_str());
    owner.execute(&project, "CreateNode", create(&project, "Not heard")["data"].clone()).await;
    let refused = ann.call("execute_command", create(&project, "Mine")).await;
    assert_eq!(refused["error"]["code"], "INVALID_SESSION");
    let heard: Vec<_> = ann.read_already().into_iter().map(|event| event.name).collect();
    assert!(!heard.iter().any(|name| name == "node-created"), "{heard:?}");

    set_role(&owner, &project, "ann", "viewer").await;
    ann.join(&project.session_id).await;
    assert_eq!(ann.call("execute_command", create(&project, "Mine")).await["error"]["code"], "FORBIDDEN");
    owner.execute(&project, "CreateNode", create(&project, "Heard again")["data"].clone()).await;
    ann.event_named("node-created").await;
    guarded.stop().await;
}

#[tokio::test]
async fn whose_token_ends_reads_on_until_it_shows_a_newer_one() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[("ann", "editor")]).await;
    let (short, _) = guarded.pair("ann", &[], Duration::from_secs(4));
    let mut ann = guarded.socket_with(&short).await;
    ann.join(&project.session_id).await;
    let told = ann.event_named("auth:expiring").await;
    assert!(told["cut_in_ms"].as_u64().is_some_and(|ms| ms > 20_000), "{told}");
    let refused = loop {
        let answer = ann.call("execute_command", create(&project, "While it lasts")).await;
        if answer["success"] != true {
            break answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!(refused["error"]["code"], "UNAUTHENTICATED");
    let graph = ann.call("get_graph", json!({ "session_id": project.session_id })).await;
    assert_eq!(graph["success"], true, "it may still read");

    let of_another = ann.call("auth:refresh", json!({ "token": guarded.token("bob") })).await;
    assert_eq!(of_another["success"], false);
    assert_eq!(ann.call("auth:refresh", json!({ "token": short })).await["success"], false);
    let answer = ann.call("auth:refresh", json!({ "token": guarded.token("ann") })).await;
    assert_eq!((&answer["success"], &answer["user_id"]), (&json!(true), &json!("ann")));
    assert_eq!(ann.call("execute_command", create(&project, "Goes on")).await["success"], true);
    guarded.stop().await;
}

/// Takes the half minute for which an expired token still reads.
#[tokio::test]
async fn whose_token_ended_half_a_minute_ago_is_told_so_and_goes() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[("ann", "editor")]).await;
    let (short, _) = guarded.pair("ann", &[], Duration::from_secs(3));
    let mut ann = guarded.socket_with(&short).await;
    ann.join(&project.session_id).await;
    let told = ann.event_named("auth:expiring").await;
    let expires_at: Timestamp = serde_json::from_value(told["expires_at"].clone()).unwrap();
    assert_eq!(ann.event_named("error").await["code"], "UNAUTHENTICATED");
    let over_for = system_clock()().millis() - expires_at.millis();
    assert!(over_for >= 30_000, "it was cut after {over_for} ms");
    let to_the_end = async { while ann.next_event().await.is_some() {} };
    tokio::time::timeout(Duration::from_secs(30), to_the_end).await.expect("the connection ends");
    guarded.stop().await;
}

#[tokio::test]
async fn a_stream_ends_with_the_role() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[("ann", "viewer")]).await;
    let (ann, owner) = (guarded.rest("ann"), guarded.rest("owner"));
    let path = format!("/sessions/{}/events", project.session_id);
    let stream = ann.request(Method::GET, &path).header("Accept", "text/event-stream").send().await.unwrap();
    assert_eq!(stream.status(), StatusCode::OK);
    let (_, graph) = ann.get(&format!("/sessions/{}/graph", project.session_id)).await;
    let since = format!("{}:{}", graph["epoch"].as_str().unwrap(), graph["seq"]);
    let (polling, poll) = (ann.clone(), format!("{path}?wait=60&since={since}"));
    let poll = tokio::spawn(async move { polling.get(&poll).await });
    owner.execute(&project, "CreateNode", create(&project, "Before")["data"].clone()).await;
    let (status, page) = poll.await.unwrap();
    assert_eq!((status, page["events"].as_array().map(Vec::len)), (StatusCode::OK, Some(1)));

    remove_role(&owner, &project, "ann").await;
    owner.execute(&project, "CreateNode", create(&project, "Not heard")["data"].clone()).await;
    let heard = tokio::time::timeout(Duration::from_secs(60), stream.text()).await.unwrap().unwrap();
    assert!(!heard.contains("Not heard"), "{heard}");
    let (status, _) = ann.get(&path).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    guarded.stop().await;
}

#[tokio::test]
async fn who_joins_or_reads_a_project_is_told_what_it_is_there_now() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[("ann", "viewer")]).await;
    let path = format!("/projects/{}", project.project_id);
    let read = async |rest: Rest| rest.get(&path).await.1["role"].clone();
    assert_eq!(read(guarded.rest("owner")).await, "owner");
    assert_eq!(read(guarded.admin()).await, "owner", "who may do everything is one");
    let mut ann = guarded.socket("ann").await;
    for role in ["viewer", "commenter", "editor", "owner", "viewer"] {
        set_role(&guarded.admin(), &project, "ann", role).await;
        assert_eq!(read(guarded.rest("ann")).await, role);
        assert_eq!(ann.join(&project.session_id).await["role"], role);
        let since = json!({ "session_id": project.session_id, "since": null });
        assert_eq!(ann.call("join_session", since).await["role"], role);
    }
    guarded.stop().await;
}
