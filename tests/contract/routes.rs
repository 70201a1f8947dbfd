//! Every route of the served document is called over a real socket: the answer's status is one of those that
//! it documents, and the body is what it says there, with nothing beside it.

use std::sync::Mutex;
use std::time::Duration;

use graphroom::app::Parts;
use graphroom::conversation::assistant::Settings;
use graphroom::operations::status::Levels;
use reqwest::{Method, StatusCode, header, redirect};
use serde_json::{Value, json};

use super::openapi::operations;
use super::schema::Schemas;
use crate::support::client::Options;
use crate::support::ollama::{OllamaStub, Script};
use crate::support::{Client, Project, Rest, TestServer, until};

/// What a route is called with that its path does not say.
#[derive(Default)]
pub struct Call {
    /// Behind the path.
    pub query: String,
    /// As JSON.
    pub body: Option<Value>,
    /// Who calls in open mode.
    pub user: Option<&'static str>,
    /// Whether an access token goes along.
    pub with_token: bool,
}

/// An example call of every route that needs more than its path.
pub fn example(operation: &str, project: &Project, refresh_token: &str) -> Call {
    let query = |text: String| Call { query: text, ..Call::default() };
    let body = |value: Value| Call { body: Some(value), ..Call::default() };
    let session_id = &project.session_id;
    match operation {
        "create_project" => body(json!({ "template_id": "restomod", "project_name": "Another" })),
        "rename_project" => body(json!({ "name": "Renamed" })),
        "execute_command" => {
            let data = json!({ "blueprint_type_id": "phase", "parent_id": project.root });
            body(json!({ "session_id": session_id, "command_type": "CreateNode", "data": data }))
        }
        "import_project" | "load_graph" => body(project_file()),
        "search_graph" => body(json!({ "query": "test", "limit": 5 })),
        "lease_presence" | "release_presence" => Call { user: Some("ann"), ..Call::default() },
        "issue_tokens" => body(json!({ "client_id": "ann", "device_name": "tablet" })),
        "issue_session_token" => body(json!({ "client_id": "ann" })),
        "refresh_tokens" => body(json!({ "refresh_token": refresh_token })),
        "validate_token" => Call { with_token: true, ..Call::default() },
        "revoke_token" => Call { with_token: true, ..body(json!({ "token": refresh_token })) },
        "set_member" => body(json!({ "user_id": "bob", "role": "editor" })),
        "invite_to_project" => body(json!({ "role": "viewer" })),
        "remove_member" => query("?user_id=bob".to_owned()),
        "create_user" => body(json!({ "user_id": "carol", "password": "correct horse battery" })),
        "change_user" => body(json!({ "name": "Ann" })),
        "broadcast_to_everybody"
        | "broadcast_to_project"
        | "broadcast_to_user"
        | "broadcast_to_session"
        | "broadcast_to_client"
        | "broadcast_to_connection"
        | "broadcast_to_conversation" => {
            Call { query: "?event_type=deployed&priority=high".to_owned(), ..body(json!({ "n": 1 })) }
        }
        "set_maintenance" => body(json!({ "enabled": false, "reason": "A new disk" })),
        "send_notification" => body(json!({ "message": "Lunch", "severity": "info" })),
        "disconnect" => body(json!({ "user_id": "nobody", "reason": "Maintenance" })),
        "create_version" => body(json!({ "name": "First" })),
        "publish_event" => {
            body(json!({ "event_type": "signal", "payload": { "event_name": "turn.started" } }))
        }
        "restore" => body(json!({ "seq": 1, "node_id": project.root })),
        "set_session_state" => body(json!({ "state": "paused" })),
        "undo" => body(json!({ "scope": "session" })),
        "send_message" => body(json!({ "text": "Which parts are late?", "assistant": {} })),
        "edit_message" => body(json!({ "text": "Which parts are late now?" })),
        "say_as_client" => body(json!({ "content": "Which parts are late?", "mime_type": "text/plain" })),
        "create_conversation" => {
            body(json!({ "title": "Body work", "participants": [{ "user_id": "bob" }] }))
        }
        "change_conversation" => body(json!({ "status": "archived" })),
        "set_participant" => body(json!({ "user_id": "bob", "name": "Bob" })),
        "remove_participant" => query("?user_id=bob".to_owned()),
        "mark_read" => body(json!({ "seq": 1 })),
        "read_engine_state" | "read_engine_phase" | "read_engine_speaker" | "list_engine_turns" => {
            query(format!("?session_id={session_id}"))
        }
        "process_chat" => {
            body(json!({ "project_id": project.project_id, "user_message": "Which parts are late?" }))
        }
        "verify_chat" => body(json!({ "project_id": project.project_id, "response": "The doors." })),
        "create_project_chat" => body(json!({ "title": "Body work", "description": "Doors and paint" })),
        "read_tree_by_query" => query(format!("?session_id={session_id}")),
        _ => Call::default(),
    }
}

/// A project file of one node, in its older form.
fn project_file() -> Value {
    let root = json!({ "id": "root", "blueprint_type_id": "project_root", "name": "Brought along",
        "properties": {}, "children": [], "parent_id": null });
    json!({ "version": "1.0", "templates": ["restomod.yaml"], "nodes": { "root": root } })
}

/// The path of a route with what stands for its parameters, or with ids that name nothing.
pub fn filled(path: &str, project: &Project, known: bool) -> String {
    let parameters = [
        ("{session_id}", project.session_id.as_str()),
        ("{project_id}", project.project_id.as_str()),
        ("{node_id}", project.root.as_str()),
        ("{template_id}", "restomod"),
        ("{file}", "start.js"),
        ("{version}", "Made"),
        ("{user_id}", "ann"),
        ("{key_id}", "00000000-0000-4000-8000-000000000000"),
        ("{invitation_id}", "00000000-0000-4000-8000-000000000000"),
        ("{conversation_id}", "00000000-0000-4000-8000-000000000000"),
        ("{message_id}", "first"),
        ("{stream_id}", "00000000-0000-4000-8000-000000000000"),
        ("{client_id}", "ann"),
        ("{connection_id}", "00000000-0000-4000-8000-000000000000"),
        ("{chat_session_id}", "none"),
        ("{alert_id}", "alert_none"),
        ("{error_id}", "err_none"),
        ("{broadcast_id}", "sys_none"),
    ];
    let fill = |path: String, (name, value): (&str, &str)| {
        path.replace(name, if known { value } else { "00000000-0000-4000-8000-000000000000" })
    };
    let filled = parameters.into_iter().fold(path.to_owned(), fill);
    assert!(!filled.contains('{'), "say in this test what stands for the parameters of {path}");
    filled
}

/// Makes what a route needs to be there, and names it in the path.
pub async fn prepared(admin: &Rest, operation: &str, path: &str, project: &Project) -> String {
    match operation {
        "delete_version" => {
            let versions = format!("/projects/{}/versions", project.project_id);
            admin.post(&versions, json!({ "name": "Made" })).await;
        }
        "read_engine_state" | "read_engine_phase" | "read_engine_speaker" | "list_engine_turns" => {
            let event = json!({ "event_type": "phase_change", "payload": { "new_phase": "part1" } });
            admin.post(&format!("/sessions/{}/events", project.session_id), event).await;
        }
        "change_user" | "create_api_key" | "revoke_api_key" => {
            // It may be there already.
            admin.post("/admin/users", json!({ "user_id": "ann" })).await;
        }
        _ => {}
    }
    match operation {
        "revoke_api_key" => {
            let (_, made) = admin.post("/admin/users/ann/keys", json!({})).await;
            path.replace("{key_id}", made["key_id"].as_str().unwrap())
        }
        "revoke_invitation" | "revoke_project_invitation" => {
            let body = json!({ "project_id": project.project_id, "role": "viewer" });
            let (_, made) = admin.post("/admin/invitations", body).await;
            path.replace("{invitation_id}", made["invitation_id"].as_str().unwrap())
        }
        _ if path.contains("{conversation_id}") => in_a_conversation(admin, path).await,
        "delete_project_chat" => {
            let sessions = format!("/api/chat/sessions/{}", project.project_id);
            let request = admin.at(Method::POST, &sessions).json(&json!({ "title": "Made" }));
            let (_, made) = admin.send(request).await;
            path.replace("{chat_session_id}", made["session_id"].as_str().unwrap())
        }
        "read_broadcast" | "retry_broadcast" => {
            let request = admin.at(Method::POST, "/api/websocket/broadcast/system?event_type=news");
            let (_, sent) = admin.send(request.json(&json!({}))).await;
            path.replace("{broadcast_id}", sent["data"]["broadcast_id"].as_str().unwrap())
        }
        "inspect_session" | "unload_session" => {
            let info = format!("/sessions/{}/info", project.session_id);
            assert_eq!(admin.get(&info).await.0, StatusCode::OK, "it is loaded");
            path.to_owned()
        }
        "read_connection" => path.replace("{connection_id}", &connected(admin).await),
        "say_as_client" | "hear_as_client" | "describe_client_talk" | "end_client_talk" => {
            let path = in_a_talk(admin, path).await;
            if operation == "hear_as_client" {
                take_over(admin, &path);
            }
            path
        }
        "acknowledge_alert" | "resolve_error" => {
            let (alert, error) = wrong(admin).await;
            path.replace("{alert_id}", &alert).replace("{error_id}", &error)
        }
        _ => path.to_owned(),
    }
}

/// An alert that is there, and an error that happened.
async fn wrong(admin: &Rest) -> (String, String) {
    // Who shows a token that does not count is written down.
    let refresh = admin.at(Method::POST, "/auth/refresh").json(&json!({ "refresh_token": "none" }));
    admin.send(refresh).await;
    let found = Mutex::new((String::new(), String::new()));
    until("there are both", async || {
        let (_, alerts) = admin.send(admin.at(Method::GET, "/api/websocket/status/alerts")).await;
        let (_, errors) = admin.get("/admin/errors").await;
        let text = |id: &Value| id.as_str().unwrap_or_default().to_owned();
        let both = (text(&alerts["data"][0]["id"]), text(&errors["errors"][0]["error_id"]));
        let are_there = !both.0.is_empty() && !both.1.is_empty();
        *found.lock().unwrap() = both;
        are_there
    })
    .await;
    found.into_inner().unwrap()
}

/// The path with a conversation that has a message and an answer under way.
async fn in_a_conversation(admin: &Rest, path: &str) -> String {
    let (status, made) = admin.post("/conversations", json!({ "title": "Body work" })).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let id = made["conversation_id"].as_str().unwrap();
    let message = json!({ "message_id": "first", "text": "Hello", "assistant": {} });
    let (status, sent) = admin.post(&format!("/conversations/{id}/messages"), message).await;
    assert_eq!(status, StatusCode::CREATED, "{sent}");
    let stream_id = sent["stream_id"].as_str().unwrap_or_default();
    path.replace("{conversation_id}", id).replace("{stream_id}", stream_id)
}

/// The path with a talk of a client's.
async fn in_a_talk(admin: &Rest, path: &str) -> String {
    let (status, begun) = admin.send(admin.at(Method::POST, "/api/chat/ann/connect")).await;
    assert_eq!(status, StatusCode::OK, "{begun}");
    format!("{}?session_id={}", path.replace("{client_id}", "ann"), begun["session_id"].as_str().unwrap())
}

/// Opens the same stream again and again: whoever reads it comes to its end then.
fn take_over(admin: &Rest, path: &str) {
    let (admin, path) = (admin.clone(), path.to_owned());
    tokio::spawn(async move {
        let mut again = tokio::time::interval(Duration::from_millis(100));
        loop {
            again.tick().await;
            if !admin.at(Method::GET, &path).send().await.is_ok_and(|opened| opened.status().is_success()) {
                return;
            }
        }
    });
}

/// A connection that lasts as long as the test.
async fn connected(admin: &Rest) -> String {
    let options = Options { token: admin.token().map(str::to_owned), ..Options::default() };
    let mut client = Client::connect_with(admin.address(), options).await;
    let (_, list) = admin.send(admin.at(Method::GET, "/api/websocket/connections")).await;
    let connections = list["data"]["connections"].as_array().unwrap();
    let own = connections.iter().find(|one| one["sid"] == client.id.as_str()).unwrap();
    tokio::spawn(async move { while client.next_event().await.is_some() {} });
    own["connection_id"].as_str().unwrap().to_owned()
}

/// An assistant whose answers do not end.
pub async fn endless() -> OllamaStub {
    let assistant = OllamaStub::start().await;
    assistant.always(Script::new().text("The").hang());
    // Those end that somebody waits for: as an answer, and as a verdict.
    let formed = r#"{"user_explanation":"It is late.","technical_instruction":"Order it.","confidence":0.9,
        "verified":true,"feedback":"It holds."}"#;
    assistant.formed(Script::says([formed]));
    assistant
}

/// How a server finds an assistant that many ask.
pub fn assistant_settings(assistant: &OllamaStub) -> Settings {
    Settings { at_once: 1_000, ..Settings::new(assistant.url(), "m") }
}

/// There is an alert, whatever the server does.
pub fn alarm(parts: &mut Parts) {
    parts.status.measure_every = Duration::from_millis(200);
    parts.status.thresholds.memory = Levels::new(0.0, 0.0);
}

/// The documented routes of a running server, and a client that takes each answer as it comes.
struct Documented {
    server: TestServer,
    _assistant: OllamaStub,
    client: reqwest::Client,
    schemas: Schemas,
    operations: Vec<(String, String, Value)>,
}

impl Documented {
    async fn start() -> Self {
        let assistant = endless().await;
        let settings = assistant_settings(&assistant);
        let server = TestServer::start_allowing(|parts| {
            parts.assistant = Some(settings);
            alarm(parts);
        })
        .await;
        let client =
            reqwest::Client::builder().no_proxy().redirect(redirect::Policy::none()).build().unwrap();
        let (_, document) = server.rest.send(server.rest.at(Method::GET, "/openapi.json")).await;
        let (schemas, operations) = (Schemas::of(&document), operations(&document));
        Self { server, _assistant: assistant, client, schemas, operations }
    }

    /// An access token and a refresh token of somebody.
    async fn tokens(&self) -> (String, String) {
        let request = self.request("post", "/auth/token").json(&json!({ "client_id": "ann" }));
        let pair: Value = request.send().await.unwrap().json().await.unwrap();
        let text = |name: &str| pair[name].as_str().unwrap().to_owned();
        (text("access_token"), text("refresh_token"))
    }

    fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        self.client.request(method, format!("http://{}{path}", self.server.address))
    }

    /// Sends a request and holds the answer against what its operation says.
    async fn send(&self, request: reqwest::RequestBuilder, operation: &Value, what: &str) -> StatusCode {
        let response = request.send().await.unwrap();
        let status = response.status();
        let documented = &operation["responses"][status.as_str()];
        assert!(documented.is_object(), "{what}: {status} is not documented");
        let kind = response.headers().get(header::CONTENT_TYPE).map(|kind| kind.to_str().unwrap().to_owned());
        let body = response.bytes().await.unwrap();
        let Some(content) = documented["content"].as_object() else {
            assert!(body.is_empty(), "{what}: a body that is not documented");
            return status;
        };
        let kind = kind.unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default();
        let content = content.get(essence).or_else(|| content.get("*/*"));
        let content = content.unwrap_or_else(|| panic!("{what}: {essence} is not documented"));
        if essence == "application/json" {
            let body: Value = serde_json::from_slice(&body).unwrap();
            self.schemas.check(&content["schema"], &body, &format!("{what}: {status}"));
        }
        status
    }
}

/// Whether a route cannot be called by its path alone.
fn needs_an_example(operation: &Value) -> bool {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let needs_query = parameters.into_iter().any(|p| p["in"] != "path" && p["required"] == true);
    operation["requestBody"]["required"] == true || needs_query
}

#[tokio::test]
async fn every_route_answers_what_it_documents() {
    let documented = Documented::start().await;
    for (method, path, operation) in &documented.operations {
        let id = operation["operationId"].as_str().unwrap();
        let project = documented.server.rest.project().await;
        let (access_token, refresh_token) = documented.tokens().await;
        let Call { query, body, user, with_token } = example(id, &project, &refresh_token);
        let has_example = body.is_some() || user.is_some() || with_token || !query.is_empty();
        assert!(has_example || !needs_an_example(operation), "add an example call for {id}");
        let path = prepared(&documented.server.rest, id, path, &project).await;
        let path = filled(&path, &project, true) + &query;
        let request = documented.request(method, &path);
        let request = if let Some(body) = &body { request.json(body) } else { request };
        let request = if let Some(user) = user { request.header("X-Graphroom-User", user) } else { request };
        let request = if with_token { request.bearer_auth(&access_token) } else { request };
        let status = documented.send(request, operation, id).await;
        assert!(status.is_success() || status.is_redirection(), "{id}: {status}");
    }
    documented.server.stop().await;
}

#[tokio::test]
async fn every_refusal_of_every_route_is_documented() {
    let documented = Documented::start().await;
    let project = documented.server.rest.project().await;
    let mut refused = 0;
    for (method, path, operation) in &documented.operations {
        let id = operation["operationId"].as_str().unwrap();
        let Call { query, body, .. } = example(id, &project, "none");
        if path.contains('{') {
            let request = documented.request(method, &(filled(path, &project, false) + &query));
            let request = if let Some(body) = &body { request.json(body) } else { request };
            let status = documented.send(request, operation, &format!("{id} of nothing")).await;
            // A client that is not there has no connections.
            // In open mode a project that is not ours is one that clients keep elsewhere.
            let is_word = [
                "list_client_connections",
                // Any name is one that a client may have.
                "begin_client_talk",
                "read_project_chat",
                "list_project_chats",
                "create_project_chat",
                "count_project_chat",
                "project_chat_status",
                "read_chat_context",
                // What is not there hears nothing.
                "broadcast_to_project",
                "broadcast_to_user",
                "broadcast_to_session",
                "broadcast_to_client",
                "broadcast_to_connection",
            ];
            let is_empty = is_word.contains(&id) && status == StatusCode::OK;
            assert!(status.is_client_error() || is_empty, "{id} of nothing: {status}");
            refused += 1;
        }
        if method == "delete" {
            continue;
        }
        let path = filled(path, &project, true);
        if body.is_some() {
            for wrong in ["", "[]", "{", "{}", "7"] {
                let request = documented.request(method, &path).body(wrong);
                let request = request.header(header::CONTENT_TYPE, "application/json");
                documented.send(request, operation, &format!("{id} with the body {wrong:?}")).await;
            }
            let form =
                documented.request(method, &path).header(header::CONTENT_TYPE, "text/plain").body("{}");
            let status = documented.send(form, operation, &format!("{id} with a text")).await;
            // Under /auth a body of another kind is one that is not as it should be; who shows nothing is told that.
            let has_faults = path.starts_with("/auth/")
                || path.starts_with("/api/chat/")
                || path.starts_with("/api/websocket/");
            let expected = if has_faults { [422, 403] } else { [415, 415] };
            assert!(expected.contains(&status.as_u16()), "{id}: {status}");
            let large = documented.request(method, &path).body(vec![b' '; 1024 * 1024 + 1]);
            let large = large.header(header::CONTENT_TYPE, "application/json");
            let status = documented.send(large, operation, &format!("{id} with a large body")).await;
            let is_file = body.as_ref().is_some_and(|body| body["nodes"].is_object());
            let is_refused = path == "/auth/revoke" && status == StatusCode::FORBIDDEN;
            assert!(is_file || is_refused || status == StatusCode::PAYLOAD_TOO_LARGE, "{id}");
        }
        let foreign = documented.request(method, &path).header(header::HOST, "example.com");
        let status = documented.send(foreign, operation, &format!("{id} of another host")).await;
        assert_eq!(status, StatusCode::MISDIRECTED_REQUEST, "{id}");
        let foreign = documented.request(method, &path).header(header::ORIGIN, "http://example.com");
        let status = documented.send(foreign, operation, &format!("{id} from another origin")).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{id}");
        refused += 2;
    }
    assert!(refused > 40, "{refused}");
    documented.server.stop().await;
}
