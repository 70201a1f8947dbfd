//! The AsyncAPI document of the registry: what clients can send, and what they hear, by Socket.IO and by plain
//! WebSocket.
//!
//! Both namespaces carry the same events; the older names are sent on `/graph`, and on `/` only where the
//! server is told to. Operations are told as the server sees them: it receives what clients send.

mod frames;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::registry::{Lane, Schemas, SentEvent, Shape, TakenEvent, schemas, sent, taken};

/// The namespaces, and the names of their channels.
const CHANNELS: [(&str, &str); 2] = [("root", "/"), ("graph", "/graph")];

/// The document. Its parts stand in the order in which they are written.
#[derive(Serialize)]
pub struct AsyncApi {
    asyncapi: &'static str,
    info: Value,
    #[serde(rename = "defaultContentType")]
    default_content_type: &'static str,
    servers: Value,
    channels: Map<String, Value>,
    operations: Map<String, Value>,
    components: Components,
}

#[derive(Serialize)]
struct Components {
    messages: BTreeMap<String, Value>,
    schemas: Schemas,
}

/// The document of this registry.
#[must_use]
pub fn document() -> AsyncApi {
    let messages = messages();
    AsyncApi {
        asyncapi: "3.0.0",
        info: json!({
            "title": "Graphroom",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What clients send and hear. Each event takes one JSON object. Over Socket.IO answers are \
                acknowledgements; over a plain WebSocket both are frames.",
            "license": { "name": "Apache-2.0 OR MIT" },
        }),
        default_content_type: "application/json",
        servers: json!({
            "local": {
                "host": "127.0.0.1:5000",
                "pathname": "/socket.io",
                "protocol": "socket.io",
                "description": "Protocol 5 (Engine.IO 4), by WebSocket or polling.",
            },
            "websocket": frames::server(),
        }),
        channels: channels(&messages),
        operations: operations(),
        components: Components { messages: with_frames(messages), schemas: schemas() },
    }
}

fn with_frames(mut messages: BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    messages.extend(frames::messages());
    messages
}

/// Every message of Socket.IO by its name in the document.
fn messages() -> BTreeMap<String, Value> {
    let mut messages = BTreeMap::new();
    for event in taken() {
        let key = request_key(&event);
        messages.insert(key, message(event.name.as_str(), event.about, event.payload.as_ref()));
        let answers: Vec<_> = event.answers.iter().map(Shape::reference).collect();
        let about = format!("The acknowledgement of `{}`.", event.name.as_str());
        let payload = match answers.as_slice() {
            [only] => json!(only),
            several => json!({ "oneOf": several }),
        };
        let answer = json!({ "name": event.name.as_str(), "summary": about, "payload": payload });
        messages.insert(answer_key(&event), answer);
    }
    for event in sent() {
        if let Some(older) = &event.older {
            let about = format!("`{}` under its older name.", event.name.as_str());
            messages.insert(older_key(&event), message(older.name, &about, older.payload.as_ref()));
        }
        let mut told = message(event.name.as_str(), event.about, event.payload.as_ref());
        told["x-durable"] = event.is_durable().into();
        told["x-goes-to"] = goes_to(event.lane).into();
        messages.insert(event_key(&event), told);
    }
    messages
}

fn message(name: &str, about: &str, payload: Option<&Shape>) -> Value {
    let payload = payload.map_or_else(|| json!({ "type": "null" }), |shape| json!(shape.reference()));
    json!({ "name": name, "summary": about, "payload": payload })
}

const fn goes_to(lane: Lane) -> &'static str {
    match lane {
        Lane::Graph => "the members of the session",
        Lane::Presence => "the members of the session that asked who is here",
        Lane::Batch => "the members of the session that asked for batches",
        Lane::Lifecycle => "the members of the session that did not ask for none",
        Lane::Reply => "the connection that asked",
        Lane::Conversation => "the connections that are in the conversation",
        Lane::Project => "the connections that hear the project",
        Lane::Topic => "the connections that subscribed to its topic",
        Lane::Notice => "every connection",
    }
}

fn channels(messages: &BTreeMap<String, Value>) -> Map<String, Value> {
    let messages: Map<String, Value> =
        messages.keys().map(|key| (key.clone(), reference(&format!("components/messages/{key}")))).collect();
    let channel = |(name, address): (&str, &str)| {
        let about = format!("The namespace `{address}`");
        let servers = [reference("servers/local")];
        let channel = json!({ "address": address, "title": about, "servers": servers, "messages": messages });
        (name.to_owned(), channel)
    };
    CHANNELS.into_iter().map(channel).chain([frames::channel()]).collect()
}

fn operations() -> Map<String, Value> {
    let mut operations = Map::new();
    for (channel, _) in CHANNELS {
        let place = reference(&format!("channels/{channel}"));
        let message = |key: &str| json!([reference(&format!("channels/{channel}/messages/{key}"))]);
        for event in taken() {
            let operation = json!({
                "action": "receive",
                "channel": place,
                "summary": event.about,
                "messages": message(&request_key(&event)),
                "reply": { "channel": place, "messages": message(&answer_key(&event)) },
            });
            operations.insert(format!("{channel}.receive.{}", event.name.as_str()), operation);
        }
        for event in sent() {
            let mut insert = |key: &str, about: &str| {
                let operation = json!({
                    "action": "send", "channel": place, "summary": about, "messages": message(key),
                });
                operations.insert(format!("{channel}.send.{key}"), operation);
            };
            insert(&event_key(&event), event.about);
            if event.older.is_some() {
                insert(&older_key(&event), "The same event under its older name.");
            }
        }
    }
    operations.extend(frames::operations());
    operations
}

fn reference(place: &str) -> Value {
    json!({ "$ref": format!("#/{place}") })
}

fn request_key(event: &TakenEvent) -> String {
    format!("{:?}Request", event.name)
}

fn answer_key(event: &TakenEvent) -> String {
    format!("{:?}Answer", event.name)
}

fn event_key(event: &SentEvent) -> String {
    format!("{:?}Event", event.name)
}

fn older_key(event: &SentEvent) -> String {
    format!("Older{:?}Event", event.name)
}
