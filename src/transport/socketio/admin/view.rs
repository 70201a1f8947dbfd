//! A socket as it is shown: who it is, where it is, and the request that it began with, without what lets somebody in.

use std::collections::BTreeSet;

use http::header::{HOST, HeaderMap, HeaderValue, ORIGIN};
use serde_json::{Map, Value, json};
use socketioxide::TransportType;
use socketioxide::socket::Socket;

use super::content::{is_secret_name, text};
use crate::transport::connection::Connection;

/// Headers and fields of a query that are shown, each.
const MAX_FIELDS: usize = 40;
/// The longest of them, in characters.
const MAX_TEXT: usize = 256;

/// What may change of a socket while it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Now {
    /// By what it is there.
    pub transport: &'static str,
    /// Where it is.
    pub rooms: BTreeSet<String>,
    /// Who it is, if it is anybody.
    pub user_id: Option<String>,
}

impl Now {
    /// What is so now.
    pub fn of(socket: &Socket, connection: &Connection) -> Self {
        let is_websocket = socket.transport_type() == TransportType::Websocket;
        Self {
            transport: if is_websocket { "websocket" } else { "polling" },
            rooms: connection.rooms(),
            user_id: connection.who().map(|who| text(&who.caller.user_id, MAX_TEXT)),
        }
    }

    /// What is attached to it.
    pub fn data(&self) -> Value {
        json!({ "user_id": self.user_id })
    }
}

/// The whole socket.
pub fn view(socket: &Socket, connection: &Connection, now: &Now) -> Value {
    json!({
        "id": socket.id,
        "clientId": socket.id,
        "transport": now.transport,
        "nsp": socket.ns(),
        "data": now.data(),
        "handshake": handshake(socket, connection),
        "rooms": now.rooms,
    })
}

fn handshake(socket: &Socket, connection: &Connection) -> Value {
    let request = socket.req_parts();
    let headers = headers(&request.headers);
    let query = query(request.uri.query().unwrap_or_default());
    let since = connection.backend.identity.now().before(connection.age().as_millis());
    // What stands before this server says by which scheme it was asked.
    let is_secure = headers.get("x-forwarded-proto").is_some_and(|scheme| scheme == "https");
    json!({
        "address": connection.address().to_string(),
        "url": format!("{}?{}", request.uri.path(), written(&query)),
        "query": query,
        "issued": since.millis(),
        "time": since,
        "secure": is_secure,
        "xdomain": is_of_another_site(&request.headers),
        "headers": headers,
    })
}

fn headers(headers: &HeaderMap) -> Map<String, Value> {
    // By what is sent along with a key nobody is let in, but it is none of anybody's business.
    let shown =
        headers.iter().filter(|(name, _)| !is_secret_name(name.as_str()) && !name.as_str().contains("key"));
    let shown = shown.take(MAX_FIELDS).map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        (text(name.as_str(), MAX_TEXT), text(&value, MAX_TEXT).into())
    });
    shown.collect()
}

fn query(query: &str) -> Map<String, Value> {
    let pairs = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| !is_secret_name(name));
    pairs
        .take(MAX_FIELDS)
        .map(|(name, value)| (text(&name, MAX_TEXT), text(&value, MAX_TEXT).into()))
        .collect()
}

fn written(query: &Map<String, Value>) -> String {
    let pairs = query.iter().map(|(name, value)| (name, value.as_str().unwrap_or_default()));
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Whether a page of another host asked.
fn is_of_another_site(headers: &HeaderMap) -> bool {
    let said = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let host = said(ORIGIN).map(|origin| origin.split_once("://").map(|(_, host)| host));
    host.is_some_and(|host| host != said(HOST))
}
