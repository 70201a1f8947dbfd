//! What is told of the connections that there are, and to whom.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{all, named, of_client, read, stats};
use crate::identity::Guarded;
use crate::support::client::{Engine, Options};
use crate::support::{Client, TestServer, until};

#[tokio::test]
async fn stats_has_the_five_keys_with_the_right_numbers_and_tabs_are_one_client() {
    let server = TestServer::start().await;
    let (_one, _two, _bob) =
        (named(&server, "ann").await, named(&server, "ann").await, named(&server, "bob").await);
    let stats = stats(&server.rest).await;
    let names: Vec<_> = stats.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "active_conversations",
        "authenticated_connections",
        "timestamp",
        "total_connections",
        "unique_clients",
    ];
    assert_eq!(names, expected);
    assert_eq!((&stats["total_connections"], &stats["unique_clients"]), (&json!(3), &json!(2)));
    assert_eq!((&stats["authenticated_connections"], &stats["active_conversations"]), (&json!(0), &json!(0)));
    assert!(stats["timestamp"].as_str().unwrap().ends_with('Z'));
    server.stop().await;
}

#[tokio::test]
async fn several_connections_of_one_client_are_tracked_each_with_its_id() {
    let server = TestServer::start().await;
    let (one, two) = (named(&server, "ann").await, named(&server, "ann").await);
    let listed = of_client(&server.rest, "ann").await;
    let sids: Vec<_> = listed.iter().map(|one| one["sid"].as_str().unwrap()).collect();
    assert_eq!(sids, [&one.id, &two.id]);
    assert_ne!(listed[0]["connection_id"], listed[1]["connection_id"]);
    let path = format!("/api/websocket/connections/{}", listed[1]["connection_id"].as_str().unwrap());
    let found = read(&server.rest, &path).await;
    assert_eq!((&found["success"], &found["data"]["sid"]), (&json!(true), &json!(two.id)));
    assert!(of_client(&server.rest, "nobody").await.is_empty());
    drop(one);
    until("it is listed", || async { of_client(&server.rest, "ann").await.len() == 1 }).await;
    server.stop().await;
}

#[tokio::test]
async fn operations_on_unknown_ids_say_so() {
    let server = TestServer::start().await;
    for id in ["x", "00000000-0000-4000-8000-000000000000"] {
        let path = format!("/api/websocket/connections/{id}");
        let (status, answer) = server.rest.send(server.rest.at(Method::GET, &path)).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert_eq!(answer, json!({ "detail": "Connection not found", "code": "NOT_FOUND" }));
        let (status, answer) = super::disconnect(&server.rest, json!({ "connection_id": id })).await;
        assert_eq!((status, &answer["error"]["code"]), (StatusCode::NOT_FOUND, &json!("NOT_FOUND")));
    }
    for body in
        [json!({}), json!({ "user_id": "a", "session_id": "b" }), json!({ "user_id": "a", "reason": "" })]
    {
        assert_eq!(super::disconnect(&server.rest, body).await.0, StatusCode::BAD_REQUEST);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_connection_says_where_it_is_and_what_came_and_went() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let options = Options {
        namespace: "/graph",
        user_id: Some("ann".to_owned()),
        engine: Engine::Four,
        ..Options::default()
    };
    let mut ann = Client::connect_with(server.address, options).await;
    let before = of_client(&server.rest, "ann").await.remove(0);
    assert_eq!((&before["session_id"], &before["sessions"]), (&json!(null), &json!([])));
    ann.join(&project.session_id).await;
    ann.call("ping", json!({})).await;
    let info = of_client(&server.rest, "ann").await.remove(0);
    let joined = json!([{ "session_id": project.session_id, "project_id": project.project_id, "behind": 0,
        "is_lagging": false }]);
    assert_eq!((&info["session_id"], &info["sessions"]), (&json!(project.session_id), &joined));
    assert_eq!(
        (&info["project_ids"], &info["subscription_count"]),
        (&json!([project.project_id]), &json!(1))
    );
    assert_eq!((&info["message_count"], &info["heartbeat_count"]), (&json!(2), &json!(1)));
    assert_eq!((&info["transport"], &info["ip_address"]), (&json!("websocket"), &json!("127.0.0.1")));
    assert_eq!(info["metadata"], json!({ "protocol": "engine.io 4", "namespace": "/graph" }));
    assert!(
        info["messages_sent"].as_u64().unwrap() >= 3 && info["bytes_sent"].as_u64().unwrap() > 100,
        "{info}"
    );
    assert!(info["last_activity"].as_str() > before["connected_at"].as_str(), "what comes in is activity");
    let numbers = all(&server.rest).await;
    assert_eq!((&numbers["active_connections"], &numbers["messages_processed"]), (&json!(1), &json!(2)));
    let top = json!([{ "project_id": project.project_id, "active_connections": 1 }]);
    assert_eq!(
        (&numbers["top_projects"], &numbers["connections_per_ip"]),
        (&top, &json!({ "127.0.0.1": 1 }))
    );
    ann.call("leave_session", json!({ "session_id": project.session_id })).await;
    assert_eq!(of_client(&server.rest, "ann").await[0]["sessions"], json!([]));
    drop(ann);
    until("nobody is there", || async { all(&server.rest).await["active_connections"] == 0 }).await;
    let numbers = all(&server.rest).await;
    assert_eq!((&numbers["unique_users"], &numbers["active_projects"]), (&json!(0), &json!(0)));
    assert_eq!(numbers["total_connections"], 1, "one was there since the start");
    until("all is counted", || async { all(&server.rest).await["messages_processed"] == 3 }).await;
    server.stop().await;
}

#[tokio::test]
async fn a_connection_by_polling_is_listed_as_one() {
    let server = TestServer::start().await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("http://{}/socket.io/?EIO=4&transport=polling", server.address);
    let text = async |request: reqwest::RequestBuilder| request.send().await.unwrap().text().await.unwrap();
    let open = text(http.get(&url).header("user-agent", "a poller")).await;
    let open: serde_json::Value = serde_json::from_str(&open[1..]).unwrap();
    let url = format!("{url}&sid={}", open["sid"].as_str().unwrap());
    text(http.post(&url).body("40{\"user_id\":\"ann\"}")).await;
    until("it is listed", || async { of_client(&server.rest, "ann").await.len() == 1 }).await;
    let info = of_client(&server.rest, "ann").await.remove(0);
    assert_eq!((&info["transport"], &info["sid"]), (&json!("polling"), &open["sid"]));
    server.stop().await;
}

#[tokio::test]
async fn authenticate_marks_one_connection() {
    let guarded = Guarded::start().await;
    let admin = guarded.admin();
    let (mut one, _other) = (Client::connect(guarded.server.address).await, guarded.socket("bob").await);
    assert_eq!(stats(&admin).await["authenticated_connections"], 1);
    assert_eq!(one.call("authenticate", json!({ "token": guarded.token("ann") })).await["success"], true);
    assert_eq!(stats(&admin).await["authenticated_connections"], 2);
    let of_ann = of_client(&admin, "ann").await;
    assert_eq!((&of_ann[0]["is_authenticated"], &of_ann[0]["user_id"]), (&json!(true), &json!("ann")));
    guarded.stop().await;
}

#[tokio::test]
async fn one_user_sees_nothing_of_another_s_connections() {
    let guarded = Guarded::start().await;
    let (_ann, _bob) = (guarded.socket("ann").await, guarded.socket("bob").await);
    let _nobody = Client::connect(guarded.server.address).await;
    let (ann, admin) = (guarded.rest("ann"), guarded.admin());
    assert_eq!(all(&admin).await["connections"].as_array().unwrap().len(), 3);
    let own = all(&ann).await;
    assert_eq!(
        (&own["total_connections"], &own["connections_per_ip"]),
        (&json!(1), &json!({ "127.0.0.1": 1 }))
    );
    assert_eq!(own["connections"][0]["user_id"], "ann");
    assert_eq!(stats(&ann).await["total_connections"], 1);
    assert!(of_client(&ann, "bob").await.is_empty());
    let of_bob = of_client(&admin, "bob").await.remove(0);
    let path = format!("/api/websocket/connections/{}", of_bob["connection_id"].as_str().unwrap());
    let (status, hidden) = ann.send(ann.at(Method::GET, &path)).await;
    let (_, unknown) = ann.send(ann.at(Method::GET, "/api/websocket/connections/x")).await;
    assert_eq!((status, hidden), (StatusCode::NOT_FOUND, unknown));
    for (method, path) in
        [(Method::POST, "/api/connections/cleanup"), (Method::POST, "/api/v1/admin/disconnect")]
    {
        assert_eq!(ann.send(ann.at(method, path)).await.0, StatusCode::FORBIDDEN);
    }
    guarded.stop().await;
}
