//! The part of the AsyncAPI document that is about `/ws/v1`: the same events, as frames of a plain WebSocket.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{answer_key, event_key, reference, request_key};
use crate::registry::{Shape, sent, taken};

/// The channel's name and its address.
const CHANNEL: (&str, &str) = ("websocket", "/ws/v1");

/// Where the frames go.
pub fn server() -> Value {
    json!({
        "host": "127.0.0.1:5000",
        "protocol": "ws",
        "description": "Plain JSON frames, for clients without Socket.IO. Subprotocol `graphroom.v1`, if any.",
    })
}

/// Every frame by its name in the document.
pub fn messages() -> BTreeMap<String, Value> {
    let mut messages = BTreeMap::new();
    for event in taken() {
        let name = event.name.as_str();
        let mut fields = event_fields(name, event.payload.as_ref());
        fields["id"] = json!({ "type": ["integer", "null"], "description": "The answer comes by it; without one there is none." });
        let required = if event.payload.is_some() { json!(["event", "data"]) } else { json!(["event"]) };
        messages.insert(frame_key(&request_key(&event)), frame(name, event.about, &fields, &required));
        let answers: Vec<_> = event.answers.iter().map(Shape::reference).collect();
        let fields = json!({ "id": { "type": "integer" }, "answer": { "oneOf": answers } });
        let about = format!("The answer to `{name}`.");
        messages
            .insert(frame_key(&answer_key(&event)), frame(name, &about, &fields, &json!(["id", "answer"])));
    }
    for event in sent() {
        let fields = event_fields(event.name.as_str(), event.payload.as_ref());
        let required = if event.payload.is_some() { json!(["event", "data"]) } else { json!(["event"]) };
        let key = frame_key(&event_key(&event));
        messages.insert(key, frame(event.name.as_str(), event.about, &fields, &required));
    }
    messages
}

fn event_fields(name: &str, payload: Option<&Shape>) -> Value {
    let mut fields = json!({ "event": { "type": "string", "const": name } });
    if let Some(payload) = payload {
        fields["data"] = json!(payload.reference());
    }
    fields
}

fn frame(name: &str, about: &str, fields: &Value, required: &Value) -> Value {
    let payload = json!({ "type": "object", "required": required, "properties": fields });
    json!({ "name": name, "summary": about, "payload": payload })
}

/// The channel, by its name.
pub fn channel() -> (String, Value) {
    let (name, address) = CHANNEL;
    let messages: Map<String, Value> = messages()
        .into_keys()
        .map(|key| (key.clone(), reference(&format!("components/messages/{key}"))))
        .collect();
    let channel = json!({
        "address": address,
        "title": "Plain WebSocket",
        "servers": [reference("servers/websocket")],
        "messages": messages,
    });
    (name.to_owned(), channel)
}

/// What is done there, by name.
pub fn operations() -> Vec<(String, Value)> {
    let (name, _) = CHANNEL;
    let place = reference(&format!("channels/{name}"));
    let message = |key: &str| json!([reference(&format!("channels/{name}/messages/{}", frame_key(key)))]);
    let received = taken().into_iter().map(|event| {
        let operation = json!({
            "action": "receive",
            "channel": place,
            "summary": event.about,
            "messages": message(&request_key(&event)),
            "reply": { "channel": place, "messages": message(&answer_key(&event)) },
        });
        (format!("{name}.receive.{}", event.name.as_str()), operation)
    });
    let told = sent().into_iter().map(|event| {
        let key = event_key(&event);
        let operation =
            json!({ "action": "send", "channel": place, "summary": event.about, "messages": message(&key) });
        (format!("{name}.send.{key}"), operation)
    });
    received.chain(told).collect()
}

fn frame_key(key: &str) -> String {
    format!("{key}Frame")
}
