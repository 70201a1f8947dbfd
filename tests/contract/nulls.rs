//! An optional field of a request may be null, which is the same as without it: some clients write what they do not
//! have as null. Every such field of the documents is sent so over real sockets, and the documents say that it may be.

use std::collections::BTreeSet;

use graphroom_protocol::asyncapi;
use graphroom_protocol::registry::taken;
use reqwest::Method;
use serde_json::{Value, json};

use super::commands::{commands, phase};
use super::openapi::operations;
use super::routes::{assistant_settings, endless, example, filled, prepared};
use super::talk::Talk;
use crate::support::raw::Socket;
use crate::support::{Client, Native, Project, Rest, TestServer};

/// Project files are described as they are written; with null they are read, too.
const AS_WRITTEN: [&str; 2] = ["import_project", "load_graph"];
/// Fields of answers that depend on more than whether something was said: null as `since` means that the client has nothing
/// and wants the graph, and once all is undone there is nothing to undo.
const DEPENDS: [&str; 2] = ["graph", "nothing_to_undo"];

/// A field that may be missing.
#[derive(Clone, Debug)]
struct Field {
    /// Where it is, as a JSON pointer.
    place: String,
    /// Whether the document says that it may be null.
    is_nullable: bool,
}

/// The optional fields of what a schema describes, and of the objects in it.
fn optional(document: &Value, schema: &Value) -> Vec<Field> {
    let mut fields = Vec::new();
    walk(document, schema, "", &mut BTreeSet::new(), &mut fields);
    fields
}

fn walk(document: &Value, schema: &Value, at: &str, seen: &mut BTreeSet<String>, fields: &mut Vec<Field>) {
    if let Some(name) = schema["$ref"].as_str()
        && !seen.insert(name.to_owned())
    {
        return;
    }
    let schema = resolved(document, schema);
    for part in ["oneOf", "anyOf", "allOf"].iter().flat_map(|key| schema[*key].as_array()).flatten() {
        walk(document, part, at, seen, fields);
    }
    let required =
        |name: &String| schema["required"].as_array().is_some_and(|required| required.contains(&json!(name)));
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        let place = format!("{at}/{name}");
        if !required(name) {
            fields.push(Field { place: place.clone(), is_nullable: is_nullable(document, inner) });
        }
        walk(document, inner, &place, seen, fields);
    }
    if schema["items"].is_object() {
        walk(document, &schema["items"], &format!("{at}/0"), seen, fields);
    }
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(place) => resolved(document, document.pointer(place.trim_start_matches('#')).unwrap()),
        None => schema,
    }
}

fn is_nullable(document: &Value, schema: &Value) -> bool {
    let schema = resolved(document, schema);
    let mut either = ["oneOf", "anyOf"].iter().flat_map(|key| schema[*key].as_array()).flatten();
    let is_any =
        ["type", "oneOf", "anyOf", "allOf", "const", "enum"].iter().all(|key| schema.get(key).is_none());
    let types = &schema["type"];
    is_any
        || types == "null"
        || types.as_array().is_some_and(|types| types.contains(&json!("null")))
        || either.any(|one| is_nullable(document, one))
}

/// The same without a field, and with null in it. None if the example has nothing where it would be.
fn without_and_null(body: &Value, place: &str) -> Option<[Value; 2]> {
    let (parent, name) = place.rsplit_once('/')?;
    let (mut without, mut null) = (body.clone(), body.clone());
    without.pointer_mut(parent)?.as_object_mut()?.remove(name);
    null.pointer_mut(parent)?.as_object_mut()?.insert(name.to_owned(), Value::Null);
    Some([without, null])
}

/// Whether a request was not understood, whatever else may have been wrong with it.
fn is_malformed(status: u16, answer: &Value) -> bool {
    let code = answer.pointer("/error/code").or_else(|| answer.get("code")).unwrap_or(&Value::Null);
    status == 422 || ["INVALID_REQUEST", "INVALID_COMMAND"].iter().any(|malformed| code == malformed)
}

#[tokio::test]
async fn null_in_a_body_is_the_same_as_nothing() {
    let assistant = endless().await;
    let settings = assistant_settings(&assistant);
    let server = TestServer::start_allowing(|parts| parts.assistant = Some(settings)).await;
    let rest = &server.rest;
    let (_, document) = rest.send(rest.at(Method::GET, "/openapi.json")).await;
    let (mut sent, mut faults) = (0, Vec::new());
    for (method, path, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        // What a command takes is below.
        let fields = optional(&document, schema).into_iter();
        let fields: Vec<_> = fields.filter(|field| !field.place.starts_with("/data/")).collect();
        if fields.is_empty() {
            continue;
        }
        let project = rest.project().await;
        let call = example(id, &project, "none");
        let body = match id {
            "lease_presence" => json!({ "editing": { "node_id": project.root } }),
            _ => call.body.unwrap_or_else(|| json!({})),
        };
        let path = filled(&prepared(rest, id, &path, &project).await, &project, true) + &call.query;
        for field in fields {
            let Some(bodies) = without_and_null(&body, &field.place) else {
                faults.push(format!("{id}: the example has nothing at {}", field.place));
                continue;
            };
            let malformed = bodies.map(async |body| {
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                let request = rest.at(method, &path).json(&body).header("X-Graphroom-User", "ann");
                let (status, answer) = rest.send(request).await;
                is_malformed(status.as_u16(), &answer)
            });
            let [without, null] = malformed;
            if without.await != null.await {
                faults.push(format!("{id}: null at {} is refused", field.place));
            }
            if !field.is_nullable && !AS_WRITTEN.contains(&id) {
                faults.push(format!("{id}: the document does not say that {} may be null", field.place));
            }
            sent += 1;
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(sent > 80, "{sent}");
    server.stop().await;
}

/// What an event that has optional fields is sent with.
fn said(name: &str, project: &Project, talk: &Talk) -> Value {
    let session_id = &project.session_id;
    match name {
        "join_session" | "undo" | "redo" => json!({ "session_id": session_id }),
        "execute_command" => {
            let data = json!({ "blueprint_type_id": "phase", "parent_id": project.root });
            json!({ "session_id": session_id, "command_type": "CreateNode", "data": data })
        }
        "presence:set" => json!({ "session_id": session_id, "editing": { "node_id": project.root } }),
        "authenticate" | "auth:refresh" => json!({ "user_id": "ann" }),
        "chat:join" => json!({ "conversation_id": talk.conversation_id }),
        "chat:send" => json!({ "conversation_id": talk.conversation_id, "text": "Hello", "assistant": {} }),
        "message" => json!({ "event": "ping" }),
        _ => panic!("say in this test what {name} takes"),
    }
}

/// What is the same of two answers: what became of it, and the fields that there are.
fn outcome(answer: &Value) -> (Value, Value, Vec<String>) {
    let fields = answer.as_object().unwrap().keys().filter(|field| !DEPENDS.contains(&field.as_str()));
    let fields = fields.cloned().collect();
    (answer["success"].clone(), answer["error"]["code"].clone(), fields)
}

/// Somebody who sends events by one way or the other.
enum By {
    Socketio(Box<Client>),
    Websocket(Box<Native>),
}

impl By {
    async fn call(&mut self, name: &str, payload: Value) -> Value {
        match self {
            Self::Socketio(client) => client.call(name, payload).await,
            Self::Websocket(client) => client.call(name, payload).await,
        }
    }
}

#[tokio::test]
async fn null_in_an_event_is_the_same_as_nothing() {
    let assistant = endless().await;
    let settings = assistant_settings(&assistant);
    let server = TestServer::start_allowing(|parts| parts.assistant = Some(settings)).await;
    let document = serde_json::to_value(asyncapi::document()).unwrap();
    let project = server.rest.project().await;
    let talk = Talk::begin(&server.rest, None).await;
    let ways = [
        By::Socketio(Box::new(Client::connect(server.address).await)),
        By::Websocket(Box::new(Native::connect(server.address).await)),
    ];
    let (mut sent, mut faults) = (0, Vec::new());
    for mut by in ways {
        for event in taken() {
            let name = event.name.as_str();
            let Some(schema) = event.payload.map(|payload| json!(payload.reference())) else { continue };
            let fields = optional(&document, &schema).into_iter();
            for field in fields.filter(|field| !field.place.starts_with("/data/")) {
                let bodies = without_and_null(&said(name, &project, &talk), &field.place);
                let [without, null] = bodies.unwrap_or_else(|| panic!("{name}: nothing at {}", field.place));
                let (without, null) = (by.call(name, without).await, by.call(name, null).await);
                if outcome(&without) != outcome(&null) {
                    faults.push(format!("{name}: {} is {null}, without it {without}", field.place));
                }
                if !field.is_nullable {
                    faults
                        .push(format!("{name}: the document does not say that {} may be null", field.place));
                }
                sent += 1;
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(sent > 40, "{sent}");
    server.stop().await;
}

async fn carried_out(rest: &Rest, project: &Project, command_type: &Value, data: Value) -> Value {
    let body = json!({ "session_id": project.session_id, "command_type": command_type, "data": data });
    rest.post("/commands/execute?graph=none", body).await.1["error"]["code"].clone()
}

#[tokio::test]
async fn null_in_a_command_is_the_same_as_nothing() {
    let server = TestServer::start().await;
    let (rest, project) = (&server.rest, server.rest.project().await);
    let nodes = [phase(rest, &project).await, phase(rest, &project).await, phase(rest, &project).await];
    let document = serde_json::to_value(graphroom::transport::rest::openapi()).unwrap();
    let mut sent = 0;
    for command in commands(&project.root, &nodes) {
        let command = serde_json::to_value(command).unwrap();
        let name = command["command_type"].as_str().unwrap();
        // What a batch has in it are the same commands.
        if name == "Batch" {
            continue;
        }
        let schema = json!({ "$ref": format!("#/components/schemas/{name}Data") });
        for field in optional(&document, &schema) {
            assert!(field.is_nullable, "{name}: {}", field.place);
            let [without, null] = without_and_null(&command["data"], &field.place).unwrap();
            let without = carried_out(rest, &project, &command["command_type"], without).await;
            let null = carried_out(rest, &project, &command["command_type"], null).await;
            assert_eq!(without, null, "{name}: {}", field.place);
            sent += 1;
        }
    }
    assert!(sent > 12, "{sent}");
    server.stop().await;
}

#[tokio::test]
async fn null_around_an_event_is_the_same_as_nothing() {
    let server = TestServer::start().await;
    let (mut socket, _) = Socket::open(server.address).await;
    socket
        .send(r#"40{"user_id":"ann","name":null,"color":null,"token":null,"api_key":null,"session_token":null}"#)
        .await;
    assert!(socket.text().await.starts_with("40{"));

    let mut native = Native::connect(server.address).await;
    native.socket.send(&json!({ "event": "ping", "data": null, "id": null })).await;
    assert_eq!(native.event().await.name, "pong");
    assert!(native.answered.is_empty());
    let document = serde_json::to_value(asyncapi::document()).unwrap();
    let frames = document["components"]["messages"].as_object().unwrap().iter();
    let ids = frames.filter(|(_, message)| message["payload"]["properties"]["answer"].is_null());
    let ids: Vec<_> = ids.filter_map(|(_, message)| message.pointer("/payload/properties/id")).collect();
    assert!(ids.len() == taken().len() && ids.iter().all(|id| is_nullable(&document, id)), "{ids:?}");
    server.stop().await;
}
