//! The connections that there are: listed, counted and ended, over real sockets.

mod ending;
mod limits;
mod listing;
mod networks;
mod patience;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use graphroom::transport::limits::Time;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::client::Options;
use crate::support::{Client, Rest, TestServer};

/// A time that a test moves on.
#[derive(Clone, Default)]
pub(crate) struct Moved(Arc<AtomicU64>);

impl Moved {
    pub(crate) fn by(&self, minutes: u64) {
        self.0.fetch_add(minutes * 60, Ordering::SeqCst);
    }

    pub(crate) fn time(&self) -> Time {
        let seconds = Arc::clone(&self.0);
        Time::of(move || Duration::from_secs(seconds.load(Ordering::SeqCst)))
    }
}

async fn named(server: &TestServer, user_id: &str) -> Client {
    let options = Options { user_id: Some(user_id.to_owned()), ..Options::default() };
    Client::connect_with(server.address, options).await
}

/// `GET`, which must work.
async fn read(rest: &Rest, path: &str) -> Value {
    let (status, answer) = rest.send(rest.at(Method::GET, path)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer
}

async fn stats(rest: &Rest) -> Value {
    read(rest, "/api/connections/stats").await
}

async fn of_client(rest: &Rest, client_id: &str) -> Vec<Value> {
    let list = read(rest, &format!("/api/clients/{client_id}/connections")).await;
    list.as_array().unwrap().clone()
}

async fn all(rest: &Rest) -> Value {
    read(rest, "/api/websocket/connections").await["data"].clone()
}

async fn clean_up(rest: &Rest, query: &str) -> (StatusCode, Value) {
    rest.send(rest.at(Method::POST, &format!("/api/connections/cleanup{query}"))).await
}

async fn disconnect(rest: &Rest, body: Value) -> (StatusCode, Value) {
    rest.post("/admin/disconnect", body).await
}

/// Why the connection was ended: the last `error` before it was.
async fn why(client: &mut Client) -> Value {
    let mut last = json!(null);
    while let Some(event) = client.next_event().await {
        if event.name == "error" {
            last = event.payload;
        }
    }
    last
}
