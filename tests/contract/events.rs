//! Every event that clients can send is sent, and every event that they can hear is heard, over real sockets:
//! each is what the registry says of it, with nothing beside it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use graphroom::operations::status::Levels;
use graphroom::project::Library;
use graphroom::store::sqlite::SqliteStore;
use graphroom_protocol::registry::{sent, taken};
use graphroom_protocol::{EventName, RequestName, asyncapi};
use reqwest::Method;
use serde_json::{Value, json};

use super::routes::{assistant_settings, endless};
use super::schema::Schemas;
use super::talk::Talk;
use crate::support::client::Options;
use crate::support::ollama::{OllamaStub, Script};
use crate::support::plain_socket::PlainSocket;
use crate::support::{Client, Native, Project, Rest, TestServer};

/// Events that no client hears in this test, each with its reason.
const NOT_HEARD: [(EventName, &str); 14] = [
    (EventName::ErrorOccurred, "only when the store fails: tests/processing hears it"),
    (EventName::PerformanceAlert, "only when something is wrong: tests/status hears it"),
    (EventName::ConversationCreated, ELSEWHERE),
    (EventName::ProjectCreated, ELSEWHERE),
    (EventName::ProjectChanged, ELSEWHERE),
    (EventName::UserJoined, ELSEWHERE),
    (EventName::UserLeft, ELSEWHERE),
    (EventName::UserStatusChanged, ELSEWHERE),
    (EventName::UserTyping, ELSEWHERE),
    (EventName::AiResponseGenerated, ELSEWHERE),
    (EventName::RecoveryAttempt, ELSEWHERE),
    (EventName::ConnectionError, ELSEWHERE),
    (EventName::ConnectionRestored, ELSEWHERE),
    (EventName::WarningIssued, ELSEWHERE),
];

/// Where several users hear a project.
const ELSEWHERE: &str = "tests/hearing hears it, and holds it against the registry";

/// What is heard, held against the registry.
struct Ear {
    schemas: Schemas,
    heard: BTreeSet<String>,
}

impl Ear {
    fn new() -> Self {
        let document = serde_json::to_value(asyncapi::document()).unwrap();
        Self { schemas: Schemas::of(&document), heard: BTreeSet::new() }
    }

    /// Takes what comes up to the event of this name.
    async fn hear(&mut self, client: &mut Client, last: &str) -> Value {
        loop {
            let event = client.event().await;
            self.check(&event.name, &event.payload);
            self.heard.insert(event.name.clone());
            if event.name == last {
                return event.payload;
            }
        }
    }

    fn check(&self, name: &str, payload: &Value) {
        let shape = sent().into_iter().find_map(|event| {
            let older = event.older.filter(|older| older.name == name).map(|older| older.payload);
            if event.name.as_str() == name { Some(event.payload) } else { older }
        });
        match shape.unwrap_or_else(|| panic!("{name} is not in the registry")) {
            Some(shape) => self.schemas.check_named(&shape.name, payload, name),
            None => assert!(payload.is_null(), "{name} carries {payload}"),
        }
    }
}

async fn on_graph(server: &TestServer) -> Client {
    let options = Options { namespace: "/graph", user_id: Some("ann".to_owned()), ..Options::default() };
    Client::connect_with(server.address, options).await
}

/// A template of this version in a directory of templates.
fn write_template(directory: &Path, version: &str) {
    let text = format!(
        "id: small\nversion: \"{version}\"\nname: Small\ndescription: For a test.\nnode_types:\n  - id: root\n    \
         label: Root\n    allowed_children: [part]\n    properties: []\n  - id: part\n    label: Part\n    \
         allowed_children: [part]\n    properties:\n      - {{ id: color, label: Color, type: text }}\n"
    );
    std::fs::write(directory.join("small.yaml"), text).unwrap();
}

async fn start(directory: &Path, assistant: &OllamaStub) -> TestServer {
    write_template(directory, "1.0");
    let (templates, faults) = Library::open(Some(directory.to_owned()));
    assert!(faults.is_empty(), "{faults:?}");
    let store = Arc::new(SqliteStore::open(&directory.join("data")).unwrap());
    let change = |parts: &mut graphroom::app::Parts| {
        parts.templates = templates;
        parts.assistant = Some(assistant_settings(assistant));
        parts.status.check_every = Duration::from_millis(100);
        parts.status.measure_every = Duration::from_millis(100);
        parts.status.tell_every = Duration::from_millis(100);
        // No machine is as busy as that.
        parts.status.thresholds.memory = Levels::new(1.0, 1.0);
        parts.status.thresholds.event_loop_lag = Levels::new(60.0, 60.0);
        // So short that its bearer is told at once that it ends.
        parts.credentials.lifetimes.access = Duration::from_secs(59);
    };
    TestServer::start_parts(store, change).await
}

async fn small_project(rest: &Rest) -> Project {
    let (status, made) =
        rest.post("/projects", json!({ "template_id": "small", "project_name": "Small" })).await;
    assert_eq!(status, 201, "{made}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Project {
        session_id: text(&made["session_id"]),
        project_id: text(&made["project_id"]),
        root: text(&made["graph"]["roots"][0]["id"]),
    }
}

/// Changes of every kind, one after the other.
async fn change_everything(rest: &Rest, project: &Project) {
    let part = |parent: &str| json!({ "parent_id": parent, "blueprint_type_id": "part" });
    let node = async |parent: &str| {
        let answer = rest.execute(project, "CreateNode", part(parent)).await;
        answer["node_id"].as_str().unwrap().to_owned()
    };
    let (first, second) = (node(&project.root).await, node(&project.root).await);
    let write =
        |property: &str, value: Value| json!({ "node_id": first, "property_id": property, "value": value });
    rest.execute(project, "UpdateProperty", write("color", json!("red"))).await;
    rest.execute(project, "UpdateProperty", write("color", Value::Null)).await;
    rest.execute(project, "UpdateProperty", write("name", json!("Door"))).await;
    rest.execute(project, "LinkNode", json!({ "parent_id": first, "child_id": second })).await;
    let blocking = json!({ "blocked_node_id": first, "blocking_node_id": second });
    rest.execute(project, "UpdateBlockingRelationship", blocking).await;
    rest.execute(project, "DeleteNode", json!({ "node_id": second })).await;
    rest.execute(project, "AdoptTemplate", json!({})).await;
    let undo = format!("/sessions/{}/undo", project.session_id);
    assert_eq!(rest.post(&undo, json!({})).await.0, 200);
    assert_eq!(rest.post(&undo.replace("undo", "redo"), json!({})).await.0, 200);
    let rename = json!({ "command_type": "UpdateProperty", "data": write("name", json!("Wing")) });
    rest.execute(project, "Batch", json!({ "commands": vec![rename; 600] })).await;
    let path = format!("/projects/{}", project.project_id);
    let renamed = rest.request(Method::PATCH, &path).json(&json!({ "name": "Smaller" }));
    assert_eq!(rest.send(renamed).await.0, 200);
    for state in ["paused", "active"] {
        let path = format!("/sessions/{}/state", project.session_id);
        assert_eq!(rest.post(&path, json!({ "state": state })).await.0, 200);
    }
    let unknown = json!({ "session_id": project.session_id, "command_type": "DeleteNode",
        "data": { "node_id": second } });
    assert_eq!(rest.post("/commands/execute", unknown).await.0, 400);
}

#[tokio::test]
async fn every_event_is_heard_as_the_registry_says() {
    let directory = tempfile::tempdir().unwrap();
    let assistant = OllamaStub::start().await;
    let server = start(directory.path(), &assistant).await;
    let (mut ear, rest) = (Ear::new(), server.rest.clone());
    let project = small_project(&rest).await;
    let mut ann = on_graph(&server).await;
    ann.emit("join_session", json!({ "session_id": project.session_id })).await;
    ear.hear(&mut ann, "joined").await;
    ann.emit("ping", Value::Null).await;
    ear.hear(&mut ann, "pong").await;
    ann.emit("join_session", json!({})).await;
    ear.hear(&mut ann, "error").await;
    authenticate(&server, &mut ann, &mut ear).await;
    // On `/graph` nobody is welcomed.
    let plain = Native::connect(server.address).await;
    ear.check("connection_established", &plain.welcome);
    ear.heard.insert("connection_established".to_owned());
    let mut bob = on_graph(&server).await;
    bob.join(&project.session_id).await;
    bob.emit("leave_session", json!({ "session_id": project.session_id })).await;
    ear.hear(&mut bob, "left").await;
    ear.hear(&mut ann, "session-disconnected").await;
    let mut cat = on_graph(&server).await;
    cat.emit(
        "join_session",
        json!({ "session_id": project.session_id, "delivery": "batch", "presence": true }),
    )
    .await;
    ear.hear(&mut cat, "joined").await;
    change_everything(&rest, &project).await;
    ear.hear(&mut cat, "events").await;
    cat.emit("presence:set", json!({ "session_id": project.session_id, "typing": true })).await;
    ear.hear(&mut cat, "presence:update").await;
    ear.hear(&mut ann, "command:failed").await;
    write_template(directory.path(), "2.0");
    server.server.reload_templates().await;
    ear.hear(&mut ann, "external_template_update").await;
    hear_the_server(&server, &mut ear).await;
    announce(&rest, &mut ann, &mut ear).await;
    talk(&rest, &mut ann, &mut cat, &mut ear).await;
    hear_a_project((&rest, &assistant), &project, &mut ann, &mut cat, &mut ear).await;
    let deleted = rest.request(Method::DELETE, &format!("/projects/{}", project.project_id));
    assert_eq!(rest.send(deleted).await.0, 200);
    ear.hear(&mut ann, "session:closed").await;
    server.stop().await;
    ear.hear(&mut ann, "server_shutdown").await;
    everything_was_heard(&ear.heard);
}

/// Everything that is heard of the server itself.
async fn hear_the_server(server: &TestServer, ear: &mut Ear) {
    let mut operator = Client::connect(server.address).await;
    let topics = json!({ "topics": ["status", "health"] });
    assert_eq!(operator.call("subscribe", topics).await["success"], true);
    for told in ["metrics_update", "health_check", "system_status_update"] {
        ear.hear(&mut operator, told).await;
    }
}

/// Everything that operators say to everybody.
async fn announce(rest: &Rest, ann: &mut Client, ear: &mut Ear) {
    for enabled in [true, false] {
        let (status, view) = rest.post("/admin/maintenance", json!({ "enabled": enabled })).await;
        assert_eq!(status, 200, "{view}");
        ear.hear(ann, "maintenance_mode").await;
    }
    let (status, sent) = rest.post("/admin/notifications", json!({ "message": "Lunch" })).await;
    assert_eq!(status, 200, "{sent}");
    ear.hear(ann, "system_notification").await;
}

/// Everything that is heard of a conversation: `ann` hears what `cat` and others do.
async fn talk(rest: &Rest, ann: &mut Client, cat: &mut Client, ear: &mut Ear) {
    let (status, made) = rest.post("/conversations", json!({})).await;
    assert_eq!(status, 201, "{made}");
    let id = made["conversation_id"].as_str().unwrap();
    let path = format!("/conversations/{id}");
    for client in [&mut *ann, &mut *cat] {
        assert_eq!(client.call("chat:join", json!({ "conversation_id": id })).await["success"], true);
    }
    let change = async |method: Method, below: &str, body: Value| {
        let (status, answer) = rest.send(rest.request(method, &format!("{path}{below}")).json(&body)).await;
        assert!(status.is_success(), "{answer}");
    };
    change(Method::POST, "/messages", json!({ "message_id": "first", "text": "Hello" })).await;
    ear.hear(ann, "new_message").await;
    change(Method::PATCH, "/messages/first", json!({ "text": "Good evening" })).await;
    ear.hear(ann, "message_updated").await;
    change(Method::PUT, "/read", json!({ "seq": 1 })).await;
    ear.hear(ann, "message_read").await;
    change(Method::DELETE, "/messages/first", json!({})).await;
    ear.hear(ann, "message_deleted").await;
    for (is_typing, told) in [(true, "typing_indicator"), (false, "typing_stop")] {
        cat.emit("typing", json!({ "conversation_id": id, "is_typing": is_typing })).await;
        ear.hear(ann, told).await;
    }
    change(Method::POST, "/messages", json!({ "text": "Who is there?", "assistant": {} })).await;
    for told in ["assistant:start", "assistant:token", "assistant:end", "new_message"] {
        ear.hear(ann, told).await;
    }
    change(Method::PATCH, "", json!({ "title": "Doors" })).await;
    ear.hear(ann, "conversation_updated").await;
    change(Method::DELETE, "", json!({})).await;
    ear.hear(ann, "conversation_deleted").await;
}

/// What is heard of who hears a project, of a sign of life, and of what the assistant does there.
async fn hear_a_project(
    (rest, assistant): (&Rest, &OllamaStub),
    project: &Project,
    ann: &mut Client,
    cat: &mut Client,
    ear: &mut Ear,
) {
    let about = json!({ "project_id": project.project_id });
    ann.emit("join_project", about.clone()).await;
    ear.hear(ann, "project_joined").await;
    cat.call("join_project", about.clone()).await;
    cat.call("leave_project", about).await;
    ear.hear(ann, "project_left").await;
    ann.emit("heartbeat", json!({})).await;
    ear.hear(ann, "heartbeat_response").await;
    broadcast(rest, project).await;
    ear.hear(ann, "broadcast_message").await;
    let ask = async |text: &str| {
        let asked = json!({ "project_id": project.project_id, "user_message": text });
        rest.send(rest.at(Method::POST, "/api/chat/process").json(&asked)).await.0
    };
    assistant.plan(Script::says(["The doors."]));
    assistant.plan(Script::says([r#"{"verification_prompt":"Which doors?"}"#]));
    assert_eq!(ask("Which parts are late?").await, 200);
    for told in [
        "ai_processing_start",
        "chat_status_update",
        "context_analysis_complete",
        "ai_processing_progress",
        "message_processed",
        "ai_processing_end",
    ] {
        ear.hear(ann, told).await;
    }
    assistant.plan(Script::status(404));
    assert_eq!(ask("And which not?").await, 503);
    ear.hear(ann, "ai_processing_error").await;
}

/// A page's own event, told to who hears a project.
async fn broadcast(rest: &Rest, project: &Project) {
    let path = format!("/api/websocket/ws?token={}", rest.token().unwrap_or_default());
    let mut page = PlainSocket::connect(rest.address(), &path, &[]).await;
    page.send(&json!({ "type": "join_project", "projectId": project.project_id })).await;
    while page.next().await["type"] != "user_joined_project" {}
    page.send(&json!({ "type": "broadcast", "event_type": "deployed", "data": { "n": 1 } })).await;
    while page.next().await["type"] != "broadcast_sent" {}
}

/// Says who somebody is, wrongly and then by a token that ends soon.
async fn authenticate(server: &TestServer, client: &mut Client, ear: &mut Ear) {
    client.emit("authenticate", json!({ "token": "" })).await;
    ear.hear(client, "authentication_failed").await;
    let pair = server.rest.at(Method::POST, "/auth/token").json(&json!({ "client_id": "ann" }));
    let (_, pair) = server.rest.send(pair).await;
    client.emit("authenticate", json!({ "token": pair["access_token"] })).await;
    ear.hear(client, "authentication_success").await;
    ear.hear(client, "auth:expiring").await;
}

fn everything_was_heard(heard: &BTreeSet<String>) {
    for event in sent() {
        let reason = NOT_HEARD.iter().find(|(name, _)| *name == event.name);
        let older = event.older.map(|older| older.name);
        for name in [Some(event.name.as_str()), older].into_iter().flatten() {
            // Whether they are heard here depends on who comes and goes.
            let is_elsewhere = reason.is_some_and(|(_, why)| *why == ELSEWHERE);
            assert!(is_elsewhere || heard.contains(name) != reason.is_some(), "{name}: {reason:?}");
        }
    }
}

/// What an event is sent with.
pub fn example(name: RequestName, project: &Project, talk: &Talk) -> Value {
    let session_id = &project.session_id;
    match name {
        RequestName::ExecuteCommand => {
            let data = json!({ "parent_id": project.root, "blueprint_type_id": "phase" });
            json!({ "session_id": session_id, "command_type": "CreateNode", "data": data, "graph": true })
        }
        RequestName::Undo | RequestName::Redo => json!({ "session_id": session_id, "graph": true }),
        RequestName::JoinSession | RequestName::GetGraph | RequestName::LeaveSession => {
            json!({ "session_id": session_id })
        }
        RequestName::SetPresence => json!({ "session_id": session_id, "typing": true }),
        // In open mode nothing of it is verified.
        RequestName::Authenticate | RequestName::RefreshAuth => json!({ "user_id": "ann", "token": "any" }),
        RequestName::Ping | RequestName::Heartbeat => Value::Null,
        RequestName::JoinProject | RequestName::LeaveProject => json!({ "project_id": project.project_id }),
        RequestName::Subscribe | RequestName::Unsubscribe => json!({ "topics": ["user"] }),
        RequestName::AcknowledgeBroadcast => json!({ "broadcast_id": "sys_none" }),
        RequestName::Message => json!({ "event": "ping", "data": {} }),
        RequestName::JoinConversation | RequestName::LeaveConversation => {
            json!({ "conversation_id": talk.conversation_id })
        }
        RequestName::SendMessage => json!({ "conversation_id": talk.conversation_id, "text": "Hello" }),
        RequestName::EditMessage => json!({ "conversation_id": talk.conversation_id,
            "message_id": talk.message_id, "text": "Good evening" }),
        RequestName::DeleteMessage => {
            json!({ "conversation_id": talk.conversation_id, "message_id": talk.message_id })
        }
        RequestName::ReadMessages => json!({ "conversation_id": talk.conversation_id, "seq": 1 }),
        RequestName::CancelAnswer => {
            json!({ "conversation_id": talk.answered, "stream_id": talk.stream_id })
        }
        RequestName::Typing => json!({ "conversation_id": talk.conversation_id, "is_typing": true }),
    }
}

#[tokio::test]
async fn every_event_that_clients_send_is_answered_as_the_registry_says() {
    let assistant = endless().await;
    let settings = assistant_settings(&assistant);
    let server = TestServer::start_allowing(|parts| parts.assistant = Some(settings)).await;
    let ear = Ear::new();
    for namespace in ["/", "/graph"] {
        let project = server.rest.project().await;
        let talk = Talk::begin(&server.rest.named("ann"), None).await;
        let options = Options { namespace, user_id: Some("ann".to_owned()), ..Options::default() };
        let mut client = Client::connect_with(server.address, options).await;
        for event in taken() {
            let (name, payload) = (event.name.as_str(), example(event.name, &project, &talk));
            if let Some(shape) = &event.payload {
                ear.schemas.check_named(&shape.name, &payload, name);
            }
            let answer = client.call(name, payload).await;
            assert_eq!(answer["success"], true, "{name}: {answer}");
            ear.schemas.check_named(&event.answers[0].name, &answer, name);
            let Some(refused) = event.answers.get(1) else { continue };
            let answer = client.call(name, json!({ "session_id": 7 })).await;
            ear.schemas.check_named(&refused.name, &answer, name);
        }
    }
    server.stop().await;
}
