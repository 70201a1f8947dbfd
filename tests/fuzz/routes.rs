//! Every route of the served document: its path, its query, its headers and its body altered.

use std::sync::Mutex;

use graphroom::transport::rest;
use graphroom_protocol::{Command, RequestName};
use reqwest::{Method, Response, redirect};
use serde_json::{Value, json};
use uuid::Uuid;

use super::bytes::{self, odd_text};
use super::live::{Bystander, Stage, assert_is_refusal};
use super::run::{Case, Part, readable};
use super::{corpus, sockets, values};
use crate::support::random::Random;
use crate::support::{Rest, until};

/// Requests of a case.
const REQUESTS: usize = 40;

/// A body that the kernel may not take at once.
const LARGE: usize = 16 * 1024;

/// Method, path and operation of every route.
pub fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &Value)| -> Vec<(String, String, Value)> {
        let item = item.as_object().unwrap();
        item.iter()
            .map(|(method, operation)| (method.to_uppercase(), path.clone(), operation.clone()))
            .collect()
    };
    paths.iter().flat_map(of_path).collect()
}

/// A body as it is meant; none for a route without one.
pub fn body(operation: &str, random: &mut Random, session_id: &str, nodes: &[String]) -> Option<Value> {
    Some(match operation {
        "create_project" => json!({ "template_id": "restomod", "project_name": "Another", "strict": false }),
        "rename_project" => json!({ "name": "Renamed" }),
        "execute_command" => {
            let mut body = sockets::meant(RequestName::ExecuteCommand, random, session_id, nodes);
            let command_type = *random.pick(&Command::TYPES);
            body["command_type"] = json!(command_type);
            body["data"] = super::commands::data(command_type, random, nodes);
            body
        }
        "lease_presence" => sockets::meant(RequestName::SetPresence, random, session_id, nodes),
        "set_session_state" => {
            json!({ "state": random.pick(&["active", "paused", "active", "error", "active"]) })
        }
        "issue_tokens" => json!({ "client_id": random.pick(&["ada", "bob"]), "device_name": "tablet" }),
        "issue_session_token" => json!({ "client_id": random.pick(&["ada", "bob"]) }),
        "refresh_tokens" => json!({ "refresh_token": "" }),
        "revoke_token" => json!({ "token": "junk" }),
        "set_member" => json!({ "user_id": "bob", "role": random.pick(&["viewer", "editor", "owner"]) }),
        "create_user" => json!({ "user_id": format!("user{}", random.below(1_000_000)), "is_admin": false }),
        "change_user" => json!({ "name": "Ada", "is_disabled": false }),
        "create_invitation" => json!({ "expires_in": 60 }),
        "invite_to_project" => json!({ "role": random.pick(&["viewer", "owner"]), "expires_in": 60 }),
        "create_api_key" => json!({ "name": "laptop" }),
        "publish_event" => {
            json!({ "event_type": "signal", "payload": { "n": random.below(9) }, "turn_id": 1 })
        }
        "create_version" => json!({ "name": format!("Version {}", random.below(1_000)), "seq": 1 }),
        "restore" => json!({ "seq": 1, "node_id": nodes.first() }),
        "undo" | "redo" => json!({ "scope": random.pick(&["mine", "session"]), "force": random.percent(50),
            "on_conflict": random.pick(&["skip", "refuse"]) }),
        "import_project" | "load_graph" => corpus::json(random.pick(&corpus::project_files())),
        "search_graph" => random
            .pick(&[
                json!({ "query": "e", "limit": 5 }),
                json!({ "blueprint_type_id": "phase", "property": { "id": "status", "value": "open" } }),
            ])
            .clone(),
        "create_conversation" => {
            json!({ "title": "Body work", "participants": [{ "user_id": "bob", "name": "Bob" }],
            "metadata": { "color": "red" } })
        }
        "change_conversation" => json!({ "title": "Paint", "status": random.pick(&["active", "archived"]) }),
        "send_message" => json!({ "text": "Which parts are late?",
            "message_id": format!("m{}", random.below(1_000)), "metadata": null, "assistant": null }),
        "edit_message" => json!({ "text": "Which parts are late now?" }),
        "set_participant" => json!({ "user_id": "bob", "name": null }),
        "mark_read" => json!({ "seq": random.below(5) }),
        "say_as_client" => {
            json!({ "content": format!("{}", random.below(1_000)), "mime_type": "text/plain" })
        }
        "broadcast_to_everybody"
        | "broadcast_to_project"
        | "broadcast_to_user"
        | "broadcast_to_session"
        | "broadcast_to_client"
        | "broadcast_to_connection"
        | "broadcast_to_conversation" => {
            json!({ "n": random.below(9), "text": "x" })
        }
        "set_maintenance" => json!({ "enabled": false, "retry_after_ms": 5 }),
        "send_notification" => json!({ "message": "Lunch", "severity": "info" }),
        "disconnect" => json!({ "user_id": "nobody", "reason": "Maintenance" }),
        "process_chat" => {
            json!({ "project_id": random.pick(&["elsewhere", "system"]), "user_message": "Which?",
            "session_id": "s", "context": { "page": 1 }, "require_verification": random.percent(50) })
        }
        "verify_chat" => {
            json!({ "project_id": "elsewhere", "response": "The doors.", "user_message": "Which?",
            "verification_intensity": random.pick(&["low", "high"]) })
        }
        "create_project_chat" => {
            json!({ "title": "Body work", "description": "Doors", "settings": { "a": 1 } })
        }
        "clean_up_sessions" => json!({ "max_inactive_hours": random.below(3) }),
        _ => return None,
    })
}

/// The version that is made before one is deleted.
const VERSION: &str = "Before";

/// Stands for the API key that is made before one is revoked.
const KEY: &str = "11111111-1111-4111-8111-111111111111";

/// Stands for the invitation that is made before one is revoked.
const INVITATION: &str = "22222222-2222-4222-8222-222222222222";
/// Stands for a connection that is there.
const CONNECTION: &str = "33333333-3333-4333-8333-333333333333";
/// Stands for a conversation that is begun for the request.
const CONVERSATION: &str = "44444444-4444-4444-8444-444444444444";
/// Stands for a session of the project's chat that is begun for the request.
const CHAT: &str = "66666666-6666-4666-8666-666666666666";
/// Stands for an alert that is there.
const ALERT: &str = "alert_there";
/// Stands for an error that happens for the request.
const ERROR: &str = "err_there";
/// The message in it.
const MESSAGE: &str = "first";
/// Stands for a broadcast that is sent for the request.
const BROADCAST: &str = "sys_77777777-7777-4777-8777-777777777777";
/// No answer is under way: there is no assistant.
const STREAM: &str = "55555555-5555-4555-8555-555555555555";

/// What stands for a parameter in a path.
fn filled(path: &str, random: &mut Random, here: &Bystander, nodes: &[String]) -> String {
    let parts = path.split('/').map(|part| {
        let known = match part {
            "{session_id}" => &here.project.session_id,
            "{project_id}" => &here.project.project_id,
            "{node_id}" => nodes.first().unwrap_or(&here.project.root),
            "{template_id}" => "restomod",
            "{file}" => "start.js",
            "{version}" => VERSION,
            "{user_id}" => "ada",
            "{key_id}" => KEY,
            "{invitation_id}" => INVITATION,
            "{client_id}" => "here",
            "{connection_id}" => CONNECTION,
            "{conversation_id}" => CONVERSATION,
            "{message_id}" => MESSAGE,
            "{stream_id}" => STREAM,
            "{chat_session_id}" => CHAT,
            "{alert_id}" => ALERT,
            "{error_id}" => ERROR,
            "{broadcast_id}" => BROADCAST,
            part => return part.to_owned(),
        };
        match random.below(10) {
            0 => encoded(&odd_text(random)),
            1 => encoded(&bytes::altered_text(random, known, "x")),
            _ => known.to_owned(),
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

fn query(operation: &Value, random: &mut Random, session_id: &str) -> String {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let pairs = parameters.filter(|parameter| parameter["in"] == "query").filter_map(|parameter| {
        let name = parameter["name"].as_str()?;
        let is_left_out = random.percent(if parameter["required"] == true { 10 } else { 75 });
        let value = match (random.percent(70), name) {
            (true, "session_id") => session_id.to_owned(),
            (true, "event_type") => random.pick(&["deployed", "news", "broadcast_message"]).to_string(),
            (true, "require_ack") => "true".to_owned(),
            (true, _) => random.pick(&["none", "full", "1", "0", "true", "false", "5"]).to_string(),
            (false, _) => values::anything(random).to_string(),
        };
        (!is_left_out).then(|| format!("{name}={}", encoded(&value)))
    });
    let query: Vec<String> = pairs.collect();
    if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) }
}

/// A header that is not as it should be, or says who it is.
fn header(random: &mut Random) -> Option<(&'static str, Vec<u8>)> {
    let text = odd_text(random);
    let odd = bytes::altered(random, text.as_bytes(), b"ada");
    Some(match random.below(12) {
        0 | 1 => ("origin", b"http://evil.example".to_vec()),
        2 => ("host", b"evil.example".to_vec()),
        3 => ("x-graphroom-user", odd),
        4 => ("x-graphroom-name", odd),
        5 => ("idempotency-key", odd),
        6 => ("x-request-id", odd),
        7 => ("origin", odd),
        8 => ("if-none-match", odd),
        9 => ("accept", odd),
        _ => return None,
    })
}

/// The path with another id in the place of this one, however it is written there: in capitals it is the same.
fn named_elsewhere(path: &str, id: &str, other: &str) -> String {
    let is_same = |segment: &str| Uuid::parse_str(segment).is_ok_and(|named| named.to_string() == id);
    path.split('/')
        .map(|segment| if is_same(segment) { other } else { segment })
        .collect::<Vec<_>>()
        .join("/")
}

/// What goes in the body: as it is meant, or altered.
fn altered_body(random: &mut Random, base: &Value, other: &Value) -> Vec<u8> {
    match random.below(10) {
        0..4 => base.to_string().into_bytes(),
        4..8 => values::written(&values::altered(random, base, other)).into_bytes(),
        _ => bytes::altered(random, base.to_string().as_bytes(), other.to_string().as_bytes()),
    }
}

async fn try_route(
    case: &mut Case,
    stage: &Stage,
    client: &reqwest::Client,
    here: &Bystander,
    route: &(String, String, Value),
    messages: &[Value],
) {
    let (method, path, operation) = route;
    let id = operation["operationId"].as_str().unwrap();
    let nodes = vec![here.project.root.clone()];
    let random = &mut case.random;
    let path = filled(path, random, here, &nodes);
    // The project that everybody watches stays.
    let path = match id == "delete_project" {
        true => {
            named_elsewhere(&path, &here.project.project_id, &stage.server.rest.project().await.project_id)
        }
        false => path,
    };
    // So does everybody in its session.
    let path = match id {
        "unload_session" => {
            let session_id = stage.server.rest.project().await.session_id;
            stage.server.rest.get(&format!("/sessions/{session_id}/info")).await;
            named_elsewhere(&path, &here.project.session_id, &session_id)
        }
        _ => path,
    };
    let path = if id.ends_with("_api_key") || id == "change_user" {
        let rest = &stage.server.rest;
        // It may be there already.
        rest.post("/admin/users", json!({ "user_id": "ada" })).await;
        let (_, made) = rest.post("/admin/users/ada/keys", json!({})).await;
        path.replace(KEY, made["key_id"].as_str().unwrap())
    } else {
        path
    };
    let path = if path.contains(INVITATION) {
        let body = json!({ "project_id": here.project.project_id, "role": "viewer" });
        let (_, made) = stage.server.rest.post("/admin/invitations", body).await;
        path.replace(INVITATION, made["invitation_id"].as_str().unwrap())
    } else {
        path
    };
    let path = if path.contains(CONNECTION) {
        let rest = &stage.server.rest;
        let (_, list) = rest.send(rest.at(Method::GET, "/api/websocket/connections")).await;
        path.replace(CONNECTION, list["data"]["connections"][0]["connection_id"].as_str().unwrap())
    } else {
        path
    };
    let path = if path.contains(CONVERSATION) {
        let rest = &stage.server.rest;
        let (_, made) = rest.post("/conversations", json!({})).await;
        let path = path.replace(CONVERSATION, made["conversation_id"].as_str().unwrap());
        let messages = format!("/conversations/{}/messages", made["conversation_id"].as_str().unwrap());
        rest.post(&messages, json!({ "message_id": MESSAGE, "text": "Hello" })).await;
        path
    } else {
        path
    };
    let path = if path.contains(CHAT) {
        let rest = &stage.server.rest;
        let sessions = format!("/api/chat/sessions/{}", here.project.project_id);
        let begin = rest.at(Method::POST, &sessions).json(&json!({ "title": "Body work" }));
        let (_, made) = rest.send(begin).await;
        path.replace(CHAT, made["session_id"].as_str().unwrap())
    } else {
        path
    };
    let path = if path.contains(ALERT) || path.contains(ERROR) {
        let (alert, error) = wrong(&stage.server.rest).await;
        path.replace(ALERT, &alert).replace(ERROR, &error)
    } else {
        path
    };
    let path = if path.contains(BROADCAST) {
        let rest = &stage.server.rest;
        let send = rest.at(Method::POST, "/api/websocket/broadcast/user/nobody?event_type=news");
        let (_, sent) = rest.send(send.json(&json!({}))).await;
        path.replace(BROADCAST, sent["data"]["broadcast_id"].as_str().unwrap())
    } else {
        path
    };
    if id == "delete_version" {
        let versions = format!("/projects/{}/versions", here.project.project_id);
        // It may be there still.
        stage.server.rest.post(&versions, json!({ "name": VERSION })).await;
    }
    if id.contains("_engine_") {
        // Without an engine all of these are 503.
        let events = format!("/sessions/{}/events", here.project.session_id);
        let event = json!({ "event_type": "phase_change", "payload": { "new_phase": "part1" } });
        stage.server.rest.post(&events, event).await;
    }
    let asked = match id {
        // A stream of events that is there does not end.
        "say_as_client" | "describe_client_talk" | "end_client_talk" if random.percent(60) => {
            let rest = &stage.server.rest;
            let (_, begun) = rest.send(rest.at(Method::POST, "/api/chat/here/connect")).await;
            // There may be too many.
            format!("?session_id={}", begun["session_id"].as_str().unwrap_or_default())
        }
        _ => query(operation, random, &here.project.session_id),
    };
    let url = format!("http://{}{path}{asked}", stage.server.address);
    let mut request = client.request(Method::from_bytes(method.as_bytes()).unwrap(), &url);
    let header = header(random);
    if let Some((name, value)) = &header {
        let Ok(value) = reqwest::header::HeaderValue::from_bytes(value) else { return };
        request = request.header(*name, value);
    }
    // Where it has to be said who calls, it mostly is.
    let needs_name = operation["parameters"].as_array().into_iter().flatten();
    let needs_name = needs_name.into_iter().any(|one| one["in"] == "header" && one["required"] == true);
    if needs_name && header.is_none() && random.percent(80) {
        request = request.header("x-graphroom-user", "ada");
    }
    let mut base = body(id, random, &here.project.session_id, &nodes);
    if path.starts_with("/auth/") {
        let (access, refresh) = tokens(stage).await;
        if let Some(Value::Object(fields)) = &mut base {
            fields.entry("refresh_token").and_modify(|token| *token = json!(refresh));
        }
        if random.percent(80) {
            request = request.bearer_auth(access);
        }
    }
    let told = header.as_ref().map(|(name, value)| format!("{name}: {} ", readable(value)));
    let mut shown = format!("{method} {url} {}", told.unwrap_or_default());
    if let Some(base) = base.or_else(|| random.percent(5).then(|| json!({}))) {
        let other = random.pick(messages).clone();
        let body = altered_body(random, &base, &other);
        shown.push_str(&readable(&body));
        let kind = if random.percent(95) { "application/json" } else { "text/plain;charset=x" };
        request = request.header("content-type", kind).body(body);
    }
    case.shows_too(&shown);
    let Ok(request) = request.build() else { return };
    let is_large = request.body().and_then(|body| body.as_bytes()).is_some_and(|body| body.len() > LARGE);
    let response = match client.execute(request).await {
        Err(error) if error.is_builder() => return,
        // Who is refused before everything is sent may miss the answer.
        Err(error) if error.is_request() && is_large => return,
        response => response.expect("an answer"),
    };
    let taken = answer(response).await;
    if id == "set_maintenance" {
        // All else goes on.
        stage.server.rest.post("/admin/maintenance", json!({ "enabled": false })).await;
    }
    case.saw(id, taken);
}

/// An alert that is there, and an error that nobody is done with.
async fn wrong(rest: &Rest) -> (String, String) {
    let alert = Mutex::new(String::new());
    until("there is an alert", async || {
        let (_, list) = rest.send(rest.at(Method::GET, "/api/websocket/status/alerts")).await;
        let id = list["data"][0]["id"].as_str().unwrap_or_default().to_owned();
        let is_there = !id.is_empty();
        *alert.lock().unwrap() = id;
        is_there
    })
    .await;
    let alert = alert.into_inner().unwrap();
    let refresh = rest.at(Method::POST, "/auth/refresh").json(&json!({ "refresh_token": "none" }));
    rest.send(refresh).await;
    let (_, errors) = rest.get("/admin/errors?resolved=false").await;
    (alert, errors["errors"][0]["error_id"].as_str().unwrap_or(ERROR).to_owned())
}

/// An access token and a refresh token of somebody whom no route changes.
async fn tokens(stage: &Stage) -> (String, String) {
    let rest = &stage.server.rest;
    let request = rest.at(Method::POST, "/auth/token").json(&json!({ "client_id": "somebody" }));
    let (_, pair) = rest.send(request).await;
    let text = |name: &str| pair[name].as_str().unwrap_or_else(|| panic!("no tokens: {pair}")).to_owned();
    (text("access_token"), text("refresh_token"))
}

/// Whether it was taken. A refusal has the status of its code.
async fn answer(response: Response) -> bool {
    let status = response.status();
    let is_json = response.headers().get("content-type").is_some_and(|kind| kind == "application/json");
    let body = response.bytes().await.expect("the answer comes whole");
    let shown = readable(&body);
    // There is no assistant, and talks over requests last for a while.
    let is_expected = ["ASSISTANT_UNAVAILABLE", "CONNECTION_LIMIT"].iter().any(|code| shown.contains(code));
    assert!(!status.is_server_error() || (status == 503 && is_expected), "{status}: {shown}");
    if status.is_success() || status.is_redirection() {
        return true;
    }
    assert!(is_json, "{status}: {shown}");
    let answer: Value = serde_json::from_slice(&body).unwrap();
    if let Some(detail) = answer.get("detail") {
        // Under `/auth`, and under `/api` but `/api/v1`.
        let code = assert_is_refusal(&json!({ "code": answer["code"], "message": detail.to_string() }));
        assert!([code.status(), 422, 403].contains(&status.as_u16()), "{status}: {answer}");
        return false;
    }
    let code = assert_is_refusal(&answer["error"]);
    let is_in_path = code == graphroom_protocol::ErrorCode::NodeNotFound && status == 404;
    let is_session = code == graphroom_protocol::ErrorCode::InvalidSession && status == 400;
    assert!(code.status() == status.as_u16() || is_in_path || is_session, "{status}: {answer}");
    false
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_answers_without_a_500_and_nobody_else_notices() {
    let messages: Vec<Value> = corpus::messages().iter().map(corpus::json).collect();
    let document = serde_json::to_value(rest::openapi()).unwrap();
    let routes = operations(&document);
    assert!(routes.len() > 30, "{}", routes.len());
    let mut part = Part::new("routes", 10);
    for (_, _, operation) in &routes {
        let id = operation["operationId"].as_str().unwrap();
        let is_never_taken = ["cancel_answer", "hear_as_client", "process_chat", "verify_chat"].contains(&id);
        part = part.needs(id, if is_never_taken { 0 } else { 2 }, 2);
    }
    let client = reqwest::Client::builder().no_proxy().redirect(redirect::Policy::none());
    // A connection that the server is about to close, since a body was refused unread, is not to be used again.
    let client = client.pool_max_idle_per_host(0).build().unwrap();
    let mut stage = Stage::new().await;
    part.run_live(async |case| {
        let here = stage.bystander().await;
        case.shows("");
        for _ in 0..REQUESTS {
            let route = case.random.pick(&routes).clone();
            try_route(case, &stage, &client, &here, &route, &messages).await;
        }
        stage.is_calm(case, here).await;
    })
    .await;
    stage.ends().await;
}
