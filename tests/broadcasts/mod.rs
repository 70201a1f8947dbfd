//! Broadcasts, maintenance and notifications, by REST requests as operators' scripts make them and over real sockets.

mod acknowledging;
mod announcing;
mod breaker;
mod held;
mod over_chat;
mod records;
mod sending;
mod statistics;

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::client::Options;
use crate::support::{Client, Rest, TestServer};

/// Where broadcasts are sent and looked at.
const PATH: &str = "/api/websocket/broadcast";

/// Sends a broadcast, to what the path says.
async fn post(rest: &Rest, path: &str, body: Value) -> (StatusCode, Value) {
    rest.send(rest.at(Method::POST, &format!("{PATH}{path}")).json(&body)).await
}

/// Sends a broadcast, which must be taken: what is said of it.
async fn sent(rest: &Rest, path: &str, body: Value) -> Value {
    let (status, mut answer) = post(rest, path, body).await;
    assert_eq!((status, &answer["success"]), (StatusCode::OK, &json!(true)), "{answer}");
    answer["data"].take()
}

/// What is told of a broadcast, or of all of them.
async fn told(rest: &Rest, path: &str) -> Value {
    let (status, mut answer) = rest.send(rest.at(Method::GET, &format!("{PATH}{path}"))).await;
    assert_eq!((status, &answer["success"]), (StatusCode::OK, &json!(true)), "{answer}");
    answer["data"].take()
}

/// What is told of a broadcast once this holds of it.
async fn once(rest: &Rest, sent: &Value, holds: impl Fn(&Value) -> bool) -> Value {
    let path = format!("/{}", sent["broadcast_id"].as_str().unwrap());
    for _ in 0..2_000 {
        let info = told(rest, &path).await;
        if holds(&info) {
            return info;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("in vain: {}", told(rest, &path).await);
}

/// What is told of it once nothing is waited for.
async fn over(rest: &Rest, sent: &Value) -> Value {
    once(rest, sent, |info| info["is_complete"] == true).await
}

async fn named(server: &TestServer, user_id: &str) -> Client {
    let options = Options { user_id: Some(user_id.to_owned()), ..Options::default() };
    Client::connect_with(server.address, options).await
}

/// The names of everything that came before the answer to what is asked now, but for word of who is in a session.
async fn until_here(client: &mut Client) -> Vec<String> {
    client.call("ping", json!({})).await;
    let names = client.read_already().into_iter().map(|event| event.name);
    names.filter(|name| name != "pong" && !name.starts_with("session:") && name != "joined").collect()
}
