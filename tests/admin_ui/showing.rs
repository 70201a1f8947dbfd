//! What is shown: the sockets that there are, what becomes of them, and what is said.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Watcher, form, member, open_server};
use crate::support::client::Options;
use crate::support::raw::Socket;
use crate::support::{Client, TestServer, until};

/// All connections, as they are listed.
async fn connections(server: &TestServer) -> Vec<Value> {
    let request = server.rest.at(Method::GET, "/api/websocket/connections");
    let (_, answer) = server.rest.send(request).await;
    answer["data"]["connections"].as_array().unwrap_or_else(|| panic!("{answer}")).clone()
}

/// How much of this kind the statistics count.
fn counted(statistics: &Value, kind: &str) -> u64 {
    let counted = statistics["aggregatedEvents"].as_array().unwrap().iter();
    counted.filter(|one| one["type"] == kind).filter_map(|one| one["count"].as_u64()).sum()
}

fn of<'a>(sockets: &'a Value, id: &str, namespace: &str) -> &'a Value {
    let is_it = |socket: &&Value| socket["id"] == id && socket["nsp"] == namespace;
    sockets.as_array().unwrap().iter().find(is_it).unwrap_or_else(|| panic!("{id} is not in {sockets}"))
}

#[tokio::test]
async fn who_looks_on_is_told_first_what_can_be_done_then_what_there_is_then_how_the_server_is() {
    let server = open_server().await;
    let (client, session_id) = member(&server).await;
    let mut watcher = Watcher::connect(server.address, &form("", "")).await;

    let config = json!([{ "supportedFeatures": ["AGGREGATED_EVENTS", "ALL_EVENTS"] }]);
    assert_eq!(watcher.next().await, ("config".to_owned(), config.as_array().unwrap().clone()));
    let (name, arguments) = watcher.next().await;
    assert_eq!((&*name, arguments.len()), ("all_sockets", 1));
    let socket = of(&arguments[0], &client.id, "/");
    assert_eq!(
        (&socket["clientId"], &socket["transport"], &socket["rooms"]),
        (&json!(client.id), &json!("websocket"), &json!([format!("session:{session_id}")]))
    );
    assert_eq!(socket["data"]["user_id"], format!("anonymous:{}", client.id));
    let handshake = &socket["handshake"];
    assert_eq!(handshake["address"], "127.0.0.1");
    assert_eq!(handshake["query"], json!({ "EIO": "4", "transport": "websocket" }));
    assert_eq!(handshake["url"], "/socket.io/?EIO=4&transport=websocket");
    assert_eq!(handshake["headers"]["upgrade"], "websocket");
    assert_eq!((&handshake["secure"], &handshake["xdomain"]), (&json!(false), &json!(false)));
    assert!(handshake["issued"].is_i64() && handshake["time"].is_string(), "{handshake}");
    of(&arguments[0], &watcher.id, "/admin");

    let (name, arguments) = watcher.next().await;
    let statistics = &arguments[0];
    assert_eq!((&*name, &statistics["clientsCount"]), ("server_stats", &json!(2)));
    assert_eq!(
        (&statistics["pollingClientsCount"], &statistics["pid"]),
        (&json!(0), &json!(std::process::id()))
    );
    assert!(statistics["uptime"].is_f64() && statistics["serverId"].is_string(), "{statistics}");
    let namespaces = json!([
        { "name": "/", "socketsCount": 1 },
        { "name": "/admin", "socketsCount": 1 },
        { "name": "/graph", "socketsCount": 0 },
    ]);
    assert_eq!(statistics["namespaces"], namespaces);

    let listed = connections(&server).await;
    let watching: Vec<_> = listed.iter().filter(|one| one["sid"] == *watcher.id).collect();
    assert_eq!(watching.len(), 1, "who looks on is listed once");
    assert_eq!(watching[0]["metadata"]["namespace"], "/admin", "and as nobody's client");
    server.stop().await;
}

#[tokio::test]
async fn sockets_that_come_join_speak_leave_and_go_are_told_as_they_do() {
    let server = open_server().await;
    let mut watcher = Watcher::connect(server.address, &Value::Null).await;
    watcher.event("server_stats").await;
    let options = Options { namespace: "/graph", ..Options::default() };
    let mut client = Client::connect_with(server.address, options).await;
    let connected = watcher.event_of("socket_connected", &client.id).await;
    assert_eq!((&connected[0]["nsp"], connected.len()), (&json!("/graph"), 2));

    let session_id = server.rest.project().await.session_id;
    client.join(&session_id).await;
    let came = watcher.said("event_received", &client.id, "join_session").await;
    assert_eq!(came, json!(["join_session", { "session_id": session_id }]));
    let went = watcher.said("event_sent", &client.id, "joined").await;
    assert_eq!(went[1]["session_id"], session_id);
    let joined = watcher.event_of("room_joined", &client.id).await;
    let room = format!("session:{session_id}");
    assert_eq!(joined[..3], [json!("/graph"), json!(room), json!(client.id)]);

    client.call("leave_session", json!({ "session_id": session_id })).await;
    let left = watcher.event_of("room_left", &client.id).await;
    assert_eq!(left[..3], [json!("/graph"), json!(room), json!(client.id)]);
    watcher.find("server_stats", |arguments| counted(&arguments[0], "bytesOut") > 100).await;

    let id = client.id.clone();
    drop(client);
    let gone = watcher.event_of("socket_disconnected", &id).await;
    assert_eq!(gone[..2], [json!("/graph"), json!(id)]);
    assert!(gone[2].as_str().unwrap().starts_with("transport "), "{gone:?}");
    server.stop().await;
}

#[tokio::test]
async fn who_says_who_it_is_is_shown_as_that() {
    let server = open_server().await;
    let mut client = Client::connect(server.address).await;
    let mut watcher = Watcher::connect(server.address, &Value::Null).await;
    watcher.event("server_stats").await;
    client.call("authenticate", json!({ "user_id": "ann", "token": "whatever" })).await;
    let updated = watcher.event_of("socket_updated", &client.id).await;
    assert_eq!(updated[0]["data"], json!({ "user_id": "ann" }));
    server.stop().await;
}

#[tokio::test]
async fn nothing_is_shown_that_lets_somebody_in() {
    const SECRET: &str = "that-nobody-may-see";
    let server = open_server().await;
    let query = format!("EIO=4&transport=websocket&token={SECRET}&page=7");
    let mut socket = Socket::try_open(server.address, &query).await.unwrap();
    let opened = socket.text().await;
    let opened: Value = serde_json::from_str(&opened[1..]).unwrap();
    let id = opened["sid"].as_str().unwrap();
    socket.send(&format!(r#"40{{"token":"{SECRET}"}}"#)).await;
    while !socket.text().await.starts_with("40{") {}
    let mut watcher = Watcher::connect(server.address, &json!({ "password": SECRET })).await;
    let mut shown = Vec::new();
    let all = watcher.event("all_sockets").await;
    let url = of(&all[0], id, "/")["handshake"]["url"].as_str().unwrap();
    assert!(url.contains("page=7") && !url.contains("token"), "{url}");
    shown.extend(all);
    let inside = json!({ "event": "authenticate", "data": { "token": SECRET } }).to_string();
    let wrapped = json!(["message", inside]);
    socket.send(&format!(r#"421["authenticate",{{"token":"{SECRET}"}}]"#)).await;
    socket.send(&format!("422{wrapped}")).await;
    let hidden = json!(["authenticate", { "token": "(hidden)" }]);
    shown.push(watcher.said("event_received", id, "authenticate").await);
    assert_eq!(shown.last(), Some(&hidden));
    shown.push(watcher.said("event_received", id, "message").await);
    assert_eq!(shown.last().unwrap()[1]["data"], json!({ "token": "(hidden)" }));
    let shown = json!(shown).to_string();
    assert!(!shown.contains(SECRET), "{shown}");
    server.stop().await;
}

#[tokio::test]
async fn who_looks_on_changes_nothing() {
    let server = open_server().await;
    let (mut client, session_id) = member(&server).await;
    let mut watcher = Watcher::connect(server.address, &Value::Null).await;
    watcher.event("server_stats").await;
    watcher.socket.send(r#"42/admin,["emit","/",null,"graph-replaced",{}]"#).await;
    watcher.socket.send(r#"42/admin,["_disconnect","/",true]"#).await;
    watcher.socket.send(&format!(r#"42/admin,7["join_session",{{"session_id":"{session_id}"}}]"#)).await;
    let answer = loop {
        let packet = watcher.socket.packet().await.unwrap();
        if let Some(answer) = packet.strip_prefix("43/admin,7") {
            break serde_json::from_str::<Value>(answer).unwrap();
        }
    };
    assert_eq!((&answer[0]["success"], &answer[0]["error"]["code"]), (&json!(false), &json!("FORBIDDEN")));
    assert_eq!(client.call("get_graph", json!({ "session_id": session_id })).await["success"], true);
    let again = Watcher::connect(server.address, &Value::Null).await.event("all_sockets").await;
    assert_eq!(of(&again[0], &watcher.id, "/admin")["rooms"], json!([]));
    server.stop().await;
}

#[tokio::test]
async fn an_admin_ends_the_connection_of_who_looks_on_like_any_other() {
    let server = open_server().await;
    let mut watcher = Watcher::connect(server.address, &Value::Null).await;
    watcher.event("server_stats").await;
    let listed = connections(&server).await;
    let connection_id = listed[0]["connection_id"].as_str().unwrap();
    let request = server.rest.request(Method::POST, "/admin/disconnect");
    let (status, ended) = server.rest.send(request.json(&json!({ "connection_id": connection_id }))).await;
    assert!(status.is_success(), "{ended}");
    while watcher.socket.packet().await.is_some_and(|packet| packet != "41/admin,") {}
    until("nobody looks on", async || connections(&server).await.is_empty()).await;
    let again = Watcher::connect(server.address, &Value::Null).await.event("all_sockets").await;
    assert_eq!(again[0].as_array().unwrap().len(), 1, "the first one is gone");
    server.stop().await;
}
