//! The golden messages: each typed value, written as JSON, is what `protocol/fixtures` says, and each
//! golden request is read. The files are written by hand from `docs/wire.md`.

#[path = "fixtures/broadcasts.rs"]
mod broadcasts;
#[path = "fixtures/channel.rs"]
mod channel;
#[path = "fixtures/chat.rs"]
mod chat;
#[path = "fixtures/client_chat.rs"]
mod client_chat;
#[path = "fixtures/inspector.rs"]
mod inspector;
#[path = "fixtures/news.rs"]
mod news;
#[path = "fixtures/processing.rs"]
mod processing;
#[path = "fixtures/status.rs"]
mod status;
#[path = "fixtures/websocket.rs"]
mod websocket;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use graphroom_protocol::auth::{
    AuthExpiring, Authenticate, Authenticated, AuthenticationFailed, AuthenticationSuccess,
};
use graphroom_protocol::channel::Features;
use graphroom_protocol::conflict::{Conflict, ConflictReason, StepRefused};
use graphroom_protocol::event::{
    AuthorView, CreatedNode, Executed, Frame, GraphEventContent, LifecycleContent, LifecycleEvent,
};
use graphroom_protocol::graph::{Indicator, Properties};
use graphroom_protocol::presence::{
    Cursor, Doing, DoingChange, Editing, Participant, PresenceLease, PresenceStatus, PresenceUpdate,
    PresenceView, SetPresence,
};
use graphroom_protocol::request::{
    Delivery, ExecuteCommand, InSession, Join, OnConflict, Scope, Since, TakeBack,
};
use graphroom_protocol::rest::admin::{
    ApiKeyList, ApiKeyMade, ApiKeyRevoked, ApiKeyView, ChangeUser, NewApiKey, NewUser, UserList, UserView,
};
use graphroom_protocol::rest::audit::{AuditEntryView, AuditOutcome, AuditPageView};
use graphroom_protocol::rest::auth::{
    AuthHealth, BodyFault, DetailAnswer, SessionToken, TokenPair, TokenRequest, TokenRevoked, TokenValidity,
};
use graphroom_protocol::rest::connections::{
    ConnectionAnswer, ConnectionInfo, ConnectionMetadata, ConnectionNumbers, ConnectionStats,
    ConnectionsAnswer, ConnectionsCleaned, ConnectionsView, Disconnect, Disconnected, JoinedSession,
    ProjectConnections, Transport,
};
use graphroom_protocol::rest::engine::{
    EngineState, PhaseProgress, PhaseState, PhaseStatus, ServerHealth, Speaker, SpeakerStatus, Turn,
    TurnHistory,
};
use graphroom_protocol::rest::events::EventPage;
use graphroom_protocol::rest::files::{
    Fault, FaultList, FileNode, GraphLoaded, ImportReport, ProjectFile, ProjectImported,
};
use graphroom_protocol::rest::history::{
    Blame, HistoryAuthor, HistoryEntry, HistoryPage, LastWrite, NewVersion, PlaceWrite, RestoreBody,
    ValueWrite, VersionDeleted, VersionList, VersionView,
};
use graphroom_protocol::rest::invitations::{
    InvitationList, InvitationMade, InvitationRevoked, InvitationView, NewInvitation, NewProjectInvitation,
};
use graphroom_protocol::rest::limitations::Limitation;
use graphroom_protocol::rest::members::{MemberList, MemberRole, MemberSet, MemberView, SetMember};
use graphroom_protocol::rest::published::{EventPublished, Publish, StreamEvent, StreamSession};
use graphroom_protocol::rest::search::{
    FoundNode, OrphanReason, OrphanedProperties, OrphanedProperty, PropertyIs, SearchBody, SearchResults,
};
use graphroom_protocol::rest::state::StateSet;
use graphroom_protocol::rest::{
    CleanedUp, ConnectionView, DirtyView, ErrorAnswer, NodeTypeSchema, OptionSchema, ProjectCreated,
    ProjectDeleted, ProjectList, ProjectRenamed, ProjectSummary, ProjectView, PropertySchema, Ready, Saved,
    ServiceView, SessionCreated, SessionInfo, SessionList, SessionView, TemplateList, TemplateSchema,
    TemplateView, VersionedGraph,
};
use graphroom_protocol::{
    Accepted, Answer, ConnectionEstablished, EndReason, ErrorBody, ErrorCode, ErrorEvent, EventName,
    GraphAnswer, GraphEvent, GraphTree, JoinAnswer, Joined, Left, Mode, NodeTree, PreviousEnd, Rejected,
    ServerShutdown, Success,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

const SESSION: &str = "6f1c2b1e-3a54-4d0a-9c55-0d7a1b8f2e01";
const PROJECT: &str = "b2d8f0aa-51c7-4f6e-8a0d-4c3e9a7d1f02";
/// As the server calls a connection that is no Socket.IO's.
const PLAIN_CLIENT: &str = "3d0c7f10-8a44-4f0e-9d53-1c2b7a9e5f04";
const EPOCH: &str = "0c9e4a77-7d1b-4b43-9e25-8f60c2d4ab03";
const ROOT: &str = "11111111-1111-4111-8111-111111111111";
const NODE: &str = "22222222-2222-4222-8222-222222222222";
const CHILD: &str = "33333333-3333-4333-8333-333333333333";
const TIME: &str = "2026-03-04T05:06:07.089Z";
const CLIENT: &str = "JfRMCj0-wyzTXxKtAAAH";
const STATUS: &str = "fba0dfde-2800-5c11-adaf-6b97d2348965";
const SERVER_MADE: &str = "01945a3c-0000-7000-8000-000000000001";

const ANN: AuthorView<'_> = AuthorView { user_id: "ann", name: Some("Ann"), client_id: Some(CLIENT) };
const BOB: AuthorView<'_> = AuthorView { user_id: "bob", name: None, client_id: Some(CLIENT) };
const REST: AuthorView<'_> = AuthorView { user_id: "anonymous:rest", name: None, client_id: None };

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn fixture<T: DeserializeOwned>(name: &str) -> T {
    let path = folder().join(name).with_extension("json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Everything that the server sends, by the name of its file.
fn sent() -> Vec<(&'static str, Value)> {
    [
        graph_events(),
        events_of_places(),
        events_of_the_project(),
        lifecycle_events(),
        replies(),
        answers(),
        reads(),
        catalogue(),
        projects(),
        files(),
        searches(),
        history(),
        invitations(),
        versions(),
        published(),
        engines(),
        connections(),
        broadcasts::sent(),
        channel::sent(),
        status::sent(),
        news::sent(),
        websocket::sent(),
        inspector::sent(),
        chat::sent(),
        client_chat::sent(),
        processing::sent(),
    ]
    .concat()
}

fn message(name: &'static str, value: &impl Serialize) -> (&'static str, Value) {
    (name, serde_json::to_value(value).unwrap())
}

#[test]
fn every_message_is_what_its_fixture_says() {
    for (name, message) in sent() {
        assert_eq!(message, fixture::<Value>(name), "{name}");
    }
}

#[test]
fn every_fixture_is_used_once() {
    let used: Vec<String> = sent().iter().map(|(name, _)| (*name).to_owned()).collect();
    let requests: Vec<String> = REQUESTS
        .iter()
        .chain(&chat::REQUESTS)
        .chain(&broadcasts::REQUESTS)
        .chain(&channel::REQUESTS)
        .chain(&processing::REQUESTS)
        .chain(&status::REQUESTS)
        .map(ToString::to_string)
        .collect();
    let names: BTreeSet<String> = used.iter().chain(&requests).cloned().collect();
    assert_eq!(names.len(), used.len() + requests.len(), "a fixture is used twice");
    let files: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(files, names);
}

#[test]
fn every_event_with_a_payload_has_a_fixture() {
    let told: BTreeSet<String> =
        sent().iter().filter_map(|(_, message)| message["event"].as_str().map(str::to_owned)).collect();
    // `pong` has no payload, and those of `error` and of what old clients know do not name them.
    use EventName as E;
    let unnamed =
        [E::Pong, E::Error, E::AuthenticationSuccess, E::AuthenticationFailed, E::HeartbeatResponse];
    let names = EventName::ALL.into_iter().filter(|name| !unnamed.contains(name));
    for name in names {
        assert!(told.contains(name.as_str()), "{}", name.as_str());
        assert!(
            name.legacy().is_none_or(|legacy| told.contains(legacy)),
            "{} under its older name",
            name.as_str()
        );
    }
}

const REQUESTS: [&str; 6] = [
    "request-execute_command",
    "request-undo",
    "request-join_session",
    "request-leave_session",
    "request-presence:set",
    "request-authenticate",
];

#[test]
fn every_request_is_read() {
    let [execute, undo, join, leave, presence, authenticate] = REQUESTS;

    let read: Authenticate = fixture(authenticate);
    assert_eq!((read.user_id.as_deref(), read.token.as_deref()), (Some("ann"), Some("aaa.bbb.ccc")));
    assert_eq!((read.api_key, read.session_token), (None, None));

    let read: ExecuteCommand = fixture(execute);
    assert_eq!((&*read.session_id, &*read.command_type), (SESSION, "CreateNode"));
    assert_eq!(read.data.0, json!({ "parent_id": ROOT, "blueprint_type_id": "phase", "name": "Body work" }));
    assert_eq!((read.command_id.as_deref(), read.graph), (Some("ann-1"), true));

    let read: TakeBack = fixture(undo);
    assert_eq!((&*read.session_id, read.scope, read.force), (SESSION, Some(Scope::Session), true));
    assert_eq!(read.on_conflict, Some(OnConflict::Refuse));
    assert_eq!((read.command_id.as_deref(), read.graph), (Some("ann-2"), false));

    let read: Join = fixture(join);
    assert_eq!((&*read.session_id, read.delivery, read.lifecycle), (SESSION, Delivery::Events, Some(false)));
    assert_eq!(read.since, Some(Some(Since { epoch: EPOCH.into(), seq: 8 })));
    let nothing: Join = serde_json::from_value(json!({ "session_id": SESSION, "since": null })).unwrap();
    assert_eq!(nothing.since, Some(None), "null is not the same as nothing said");

    assert!(read.presence);

    let read: InSession = fixture(leave);
    assert_eq!(read.session_id, SESSION);

    let SetPresence { session_id, change } = fixture(presence);
    let expected = DoingChange {
        cursor: Some(Some(Cursor { x: 12.5, y: -3.0 })),
        selection: Some(Some(vec![])),
        editing: Some(None),
        typing: Some(Some(true)),
    };
    assert_eq!((&*session_id, change), (SESSION, expected));
}

#[test]
fn what_a_request_leaves_out_has_a_default() {
    let bare = json!({ "session_id": SESSION });
    let join: Join = serde_json::from_value(bare.clone()).unwrap();
    assert_eq!((join.delivery, join.lifecycle, join.since), (Delivery::Events, None, None));
    let undo: TakeBack = serde_json::from_value(bare).unwrap();
    assert_eq!((undo.scope, undo.force, undo.command_id, undo.graph), (None, false, None, false));
    assert_eq!(undo.on_conflict, None);
    let execute: ExecuteCommand =
        serde_json::from_value(json!({ "session_id": SESSION, "command_type": "CreateNode" })).unwrap();
    assert_eq!((execute.data.0, execute.command_id, execute.graph), (Value::Null, None, false));
}

fn graph_event<'a>(
    event: EventName,
    seq: u64,
    command: (&'a str, &'a str),
    author: AuthorView<'a>,
    content: GraphEventContent<'a>,
) -> GraphEvent<'a> {
    GraphEvent {
        event,
        session_id: SESSION,
        project_id: PROJECT,
        epoch: EPOCH,
        seq,
        timestamp: TIME,
        command_id: command.0,
        command_type: command.1,
        author,
        content,
    }
}

fn graph_events() -> Vec<(&'static str, Value)> {
    let status = json!(STATUS);
    let (old_name, name, start) = (json!("Body work"), json!("Body and paint"), json!("2026-03-01"));
    let created = GraphEventContent::NodeCreated {
        node_id: NODE.into(),
        parent_id: Some(ROOT.into()),
        index: 0,
        blueprint_type_id: "phase",
        name: "Body work",
        created_at: TIME.into(),
        node: CreatedNode {
            id: NODE.into(),
            blueprint_type_id: "phase",
            parent_id: Some(ROOT.into()),
            name: "Body work",
            properties: Properties(vec![("status", &status)]),
            children: [],
            created_at: TIME.into(),
            blocked_by: None,
        },
    };
    let deleted = GraphEventContent::NodeDeleted {
        node_id: NODE.into(),
        node_ids: vec![NODE.into(), CHILD.into()],
        parent_id: Some(ROOT.into()),
    };
    let renamed = GraphEventContent::NodeUpdated { node_id: NODE.into(), name: &name, old_name: &old_name };
    let changed = |property_id, old_value, new_value| GraphEventContent::PropertyChanged {
        node_id: NODE.into(),
        property_id,
        property_name: property_id,
        old_value,
        new_value,
    };
    let property_deleted = GraphEventContent::PropertyDeleted {
        node_id: NODE.into(),
        property_id: "start_date",
        property_name: "start_date",
        old_value: Some(&start),
    };
    let undone = |undone_command_id, conflicts| GraphEventContent::Undone {
        undone_command_id,
        conflicts,
        conflicts_omitted: 0,
    };
    let by_rest = (SERVER_MADE, "UpdateProperty");
    let event = graph_event;
    use EventName as E;
    [
        ("node-created", event(E::NodeCreated, 2, ("ann-1", "CreateNode"), ANN, created)),
        ("node-deleted", event(E::NodeDeleted, 3, ("ann-2", "DeleteNode"), ANN, deleted)),
        ("node-updated", event(E::NodeUpdated, 4, by_rest, REST, renamed)),
        (
            "property-changed",
            event(E::PropertyChanged, 5, by_rest, REST, changed("name", Some(&old_name), &name)),
        ),
        (
            "property-changed-first-value",
            event(
                E::PropertyChanged,
                6,
                ("ann-3", "UpdateProperty"),
                ANN,
                changed("start_date", None, &start),
            ),
        ),
        (
            "property-deleted",
            event(E::PropertyDeleted, 7, ("ann-4", "UpdateProperty"), ANN, property_deleted),
        ),
        (
            "command-undo",
            event(E::CommandUndo, 8, ("bob-1", "UpdateProperty"), BOB, undone("ann-3", vec![conflict()])),
        ),
        ("command-redo", event(E::CommandRedo, 10, ("ann-5", "DeleteNode"), ANN, undone("ann-2", vec![]))),
    ]
    .iter()
    .map(|(name, event)| message(name, event))
    .collect()
}

fn events_of_places() -> Vec<(&'static str, Value)> {
    let linked = |parent_id: Option<&str>, child_id: &str, index| GraphEventContent::NodeLinked {
        parent_id: parent_id.map(str::to_owned),
        child_id: child_id.into(),
        index,
    };
    let blocked = GraphEventContent::BlockingChanged {
        blocked_node_id: CHILD.into(),
        blocking_node_id: Some(NODE.into()),
        old_blocking_node_id: None,
    };
    let (moved, reordered) = (("ann-8", "MoveNode"), ("ann-9", "ReorderNode"));
    let event = graph_event;
    use EventName as E;
    [
        ("node-unlinked", event(E::NodeUnlinked, 11, moved, ANN, linked(Some(ROOT), CHILD, 1))),
        ("node-linked", event(E::NodeLinked, 12, moved, ANN, linked(Some(NODE), CHILD, 0))),
        ("node-linked-as-root", event(E::NodeLinked, 13, reordered, ANN, linked(None, NODE, 2))),
        (
            "blocking-changed",
            event(E::BlockingChanged, 14, ("bob-3", "UpdateBlockingRelationship"), BOB, blocked),
        ),
    ]
    .iter()
    .map(|(name, event)| message(name, event))
    .collect()
}

fn events_of_the_project() -> Vec<(&'static str, Value)> {
    let renamed = GraphEventContent::ProjectUpdated { name: "Mustang 1968", old_name: Some("Mustang 1967") };
    let adopted = GraphEventContent::TemplateAdopted { template_id: "restomod", version: "1.1" };
    let replaced = GraphEventContent::GraphReplaced { node_count: 4_200 };
    let paused = GraphEventContent::SessionState { state: "paused", old_state: "active" };
    let closed = GraphEventContent::SessionClosed { reason: "deleted" };
    let by_rest = |command_type| (SERVER_MADE, command_type);
    let event = graph_event;
    use EventName as E;
    [
        ("project-updated", event(E::ProjectUpdated, 15, by_rest("RenameProject"), REST, renamed)),
        ("template-adopted", event(E::TemplateAdopted, 16, ("ann-10", "AdoptTemplate"), ANN, adopted)),
        ("graph-replaced", event(E::GraphReplaced, 17, by_rest("ReplaceGraph"), REST, replaced)),
        ("session-state", event(E::SessionState, 19, by_rest("SetState"), REST, paused)),
        ("session-closed", event(E::SessionClosed, 18, by_rest("DeleteProject"), REST, closed)),
    ]
    .iter()
    .map(|(name, event)| message(name, event))
    .collect()
}

fn conflict() -> Value {
    json!({ "node_id": NODE, "property_id": "start_date", "reason": "CHANGED_SINCE", "by": "ann", "at": TIME })
}

fn lifecycle_events() -> Vec<(&'static str, Value)> {
    let error = ErrorBody {
        code: ErrorCode::NodeNotFound,
        message: format!("Node {CHILD} not found"),
        details: Some(json!({ "node_id": CHILD })),
    };
    let command = |command_id, command_type| LifecycleContent::Command { command_id, command_type };
    let executed = || LifecycleContent::Executed {
        command_id: "ann-1",
        command_type: "CreateNode",
        success: true,
        result: Executed { seq: 2, node_id: Some(NODE.into()) },
        error: (),
    };
    let failed = LifecycleContent::Failed {
        command_id: "ann-6",
        command_type: "DeleteNode",
        success: false,
        error: &error,
    };
    let connection = |active_clients| LifecycleContent::Connection { client_id: CLIENT, active_clients };
    let template_update = LifecycleContent::TemplateUpdate { template_id: "restomod", version: "1.1" };
    let own = |name: EventName| name.as_str();
    let older = |name: EventName| name.legacy().unwrap();
    use EventName as E;
    [
        ("command-executing", own(E::CommandExecuting), command("ann-1", "CreateNode")),
        ("command-executing-older", older(E::CommandExecuting), command("ann-1", "CreateNode")),
        ("command-executed", own(E::CommandExecuted), executed()),
        ("command-executed-older", older(E::CommandExecuted), executed()),
        ("command-failed", own(E::CommandFailed), failed),
        ("command-undo-older", older(E::CommandUndo), command("ann-5", "UpdateProperty")),
        ("command-redo-older", older(E::CommandRedo), command("ann-5", "DeleteNode")),
        ("session-connected", own(E::SessionConnected), connection(2)),
        ("session-connected-older", older(E::SessionConnected), connection(2)),
        ("session-disconnected", own(E::SessionDisconnected), connection(1)),
        ("session-disconnected-older", older(E::SessionDisconnected), connection(1)),
        (
            "external_project_update",
            own(E::ExternalProjectUpdate),
            LifecycleContent::Project { project_id: PROJECT },
        ),
        ("external_template_update", own(E::ExternalTemplateUpdate), template_update),
    ]
    .into_iter()
    .map(|(name, event, content)| {
        message(name, &LifecycleEvent { event, session_id: SESSION, timestamp: TIME, content })
    })
    .collect()
}

fn replies() -> Vec<(&'static str, Value)> {
    let features = Features { realtime_chat: true, realtime_status: true, realtime_memory: false };
    let joined = Joined {
        event: EventName::Joined,
        session_id: SESSION,
        client_id: CLIENT,
        active_clients: 2,
        timestamp: TIME,
    };
    let left = Left { event: EventName::Left, session_id: SESSION, client_id: CLIENT };
    let error = ErrorEvent { message: "Missing session_id", code: ErrorCode::InvalidRequest, details: None };
    vec![
        message("joined", &joined),
        message("left", &left),
        message("error", &error),
        message(
            "answer-authenticated",
            &Authenticated { success: true, user_id: "ann", expires_at: Some(TIME.into()) },
        ),
        message("authentication-success", &AuthenticationSuccess { user_id: "ann", timestamp: TIME.into() }),
        message("authentication-failed", &AuthenticationFailed { error: "Invalid credentials" }),
        message(
            "auth-expiring",
            &AuthExpiring { event: EventName::AuthExpiring, expires_at: TIME.into(), cut_in_ms: 90_000 },
        ),
        message(
            "connection_established",
            &ConnectionEstablished {
                event: EventName::ConnectionEstablished,
                client_id: PLAIN_CLIENT,
                connection_id: SERVER_MADE,
                user_id: Some("ann"),
                server_time: channel::MICROS.into(),
                features,
            },
        ),
        message(
            "connection_established-nobody",
            &ConnectionEstablished {
                event: EventName::ConnectionEstablished,
                client_id: PLAIN_CLIENT,
                connection_id: SERVER_MADE,
                user_id: None,
                server_time: channel::MICROS.into(),
                features,
            },
        ),
        message(
            "server_shutdown",
            &ServerShutdown { event: EventName::ServerShutdown, retry_after_ms: 1_000 },
        ),
    ]
}

const API_KEY: &str = "01945a3c-0000-4000-8000-00000000000a";

fn user_ann() -> UserView {
    UserView {
        user_id: "ann".into(),
        name: Some("Ann".into()),
        is_admin: false,
        is_disabled: false,
        has_password: true,
        created_at: TIME.into(),
    }
}

fn user_root() -> UserView {
    UserView { user_id: "root".into(), name: None, is_admin: true, has_password: false, ..user_ann() }
}

fn api_key(expires_at: Option<String>) -> ApiKeyView {
    ApiKeyView {
        key_id: API_KEY.into(),
        user_id: "ann".into(),
        name: "laptop".into(),
        created_at: TIME.into(),
        expires_at,
    }
}

fn present_ann() -> Participant {
    let editing = Editing { node_id: NODE.into(), property_id: Some("status".into()) };
    let doing = Doing {
        cursor: Some(Cursor { x: 12.5, y: -3.0 }),
        selection: Some(vec![NODE.into()]),
        editing: Some(editing),
        typing: Some(true),
    };
    Participant {
        user_id: "ann".into(),
        name: Some("Ann".into()),
        color: "#d6336c".into(),
        status: PresenceStatus::Active,
        connections: vec![CLIENT.into()],
        doing,
    }
}

fn present_bob() -> Participant {
    Participant {
        user_id: "bob".into(),
        name: None,
        color: "#1971c2".into(),
        status: PresenceStatus::Away,
        connections: vec![],
        doing: Doing::default(),
    }
}

fn empty_graph() -> Box<RawValue> {
    RawValue::from_string(r#"{"roots":[]}"#.to_owned()).unwrap()
}

fn accepted(command_id: &str, seq: u64) -> Accepted {
    Accepted {
        success: true,
        command_id: command_id.to_owned(),
        seq,
        undo_available: true,
        is_dirty: true,
        ..Accepted::default()
    }
}

fn answers() -> Vec<(&'static str, Value)> {
    let created = Accepted { node_id: Some(NODE.into()), ..accepted("ann-1", 2) };
    let with_graph = Accepted { graph: Some(Some(empty_graph())), graph_seq: Some(2), ..created.clone() };
    let undone = Accepted {
        redo_available: true,
        conflicts: vec![conflict()],
        reparented_to: Some(None),
        ..accepted("bob-1", 8)
    };
    let reparented =
        Accepted { redo_available: true, reparented_to: Some(Some(ROOT.into())), ..accepted("bob-2", 9) };
    let duplicate = Accepted { duplicate: true, ..created };
    let nothing = Accepted { undo_available: false, nothing_to_undo: true, ..accepted("ann-7", 10) };
    let omitted = Accepted {
        graph: Some(None),
        graph_seq: Some(20_001),
        graph_omitted: true,
        ..accepted("ann-8", 20_001)
    };
    let conflict = ErrorBody {
        code: ErrorCode::Conflict,
        message: "start_date is not what old_value says".to_owned(),
        details: Some(json!({ "node_id": NODE, "property_id": "start_date", "current_value": "2026-03-01" })),
    };
    let batch = Accepted { node_ids: vec![NODE.into(), CHILD.into()], ..accepted("ann-11", 21) };
    let rejected = Rejected::new(Some("ann-6".to_owned()), conflict);
    let refused = Rejected::new(None, ErrorBody::new(ErrorCode::InvalidSession, "Session not found"));
    [
        ("answer-created", with_graph),
        ("answer-undone-with-conflicts", undone),
        ("answer-reparented", reparented),
        ("answer-duplicate", duplicate),
        ("answer-nothing-to-undo", nothing),
        ("answer-graph-omitted", omitted),
        ("answer-batch", batch),
    ]
    .into_iter()
    .map(|(name, accepted)| message(name, &Answer::Accepted(Box::new(accepted))))
    .chain([
        message("answer-rejected", &Answer::Rejected(rejected)),
        message("answer-refused", &Answer::Rejected(refused)),
        message("answer-success", &Success { success: true }),
    ])
    .chain(refused_by_rules())
    .collect()
}

/// What the rules of places and of batches tell in `details`.
fn refused_by_rules() -> Vec<(&'static str, Value)> {
    let refusal = |command_id: &str, code, text: String, details| {
        let error = ErrorBody { code, message: text, details: Some(details) };
        Answer::Rejected(Rejected::new(Some(command_id.to_owned()), error))
    };
    let below_itself = refusal(
        "ann-12",
        ErrorCode::MoveInvalid,
        format!("Node {NODE} would come to stand below itself"),
        json!({ "reason": "CYCLE", "ancestor_id": NODE }),
    );
    let before_the_first = refusal(
        "ann-13",
        ErrorCode::ReorderInvalid,
        "new_index must not be below 0".to_owned(),
        json!({ "reason": "INDEX", "new_index": -1 }),
    );
    let second_of_a_batch = refusal(
        "ann-14",
        ErrorCode::NodeNotFound,
        format!("commands[1]: Node {CHILD} not found"),
        json!({ "node_id": CHILD, "command_index": 1 }),
    );
    let in_part = refusal(
        "bob-3",
        ErrorCode::Conflict,
        "A part of this Batch would be left alone".to_owned(),
        serde_json::to_value(&StepRefused {
            undone_command_id: "bob-1".to_owned(),
            command_type: "Batch".to_owned(),
            all_left_alone: false,
            conflicts: vec![Conflict {
                node_id: Some(NODE.into()),
                property_id: Some("start_date".to_owned()),
                reason: ConflictReason::ChangedSince,
                by: Some("ann".to_owned()),
                at: Some(TIME.into()),
            }],
            conflicts_omitted: Some(12),
        })
        .unwrap(),
    );
    vec![
        message("answer-undo-refused", &in_part),
        message("answer-move-refused", &below_itself),
        message("answer-reorder-refused", &before_the_first),
        message("answer-batch-refused", &second_of_a_batch),
    ]
}

fn reads() -> Vec<(&'static str, Value)> {
    let join = JoinAnswer {
        success: true,
        session_id: SESSION.into(),
        client_id: CLIENT.into(),
        active_clients: 2,
        role: Some(MemberRole::Editor),
        epoch: Some(EPOCH.into()),
        seq: 10,
        mode: Mode::Current,
        events: None,
        graph: None,
        presence: None,
        previous_end: None,
    };
    let without_project =
        JoinAnswer { active_clients: 1, role: Some(MemberRole::Owner), epoch: None, seq: 0, ..join.clone() };
    let deleted: Arc<RawValue> = to_raw_value(&fixture::<Value>("node-deleted")).unwrap().into();
    let tail = JoinAnswer { seq: 3, mode: Mode::Tail, events: Some(vec![deleted.clone()]), ..join.clone() };
    let frame = Frame {
        event: EventName::Events,
        session_id: SESSION,
        epoch: EPOCH,
        from: 3,
        to: 3,
        events: vec![&deleted],
    };
    let page = EventPage {
        session_id: SESSION,
        epoch: Some(EPOCH),
        mode: Mode::Tail,
        events: vec![Arc::clone(&deleted)],
        seq: 3,
        head: 10,
    };
    let (ann, bob) = (present_ann(), present_bob());
    let end = PreviousEnd { reason: EndReason::FellBehind, at: TIME.into() };
    let with_presence =
        JoinAnswer { presence: Some(vec![bob.clone()]), previous_end: Some(end), ..join.clone() };
    let update = PresenceUpdate {
        event: EventName::PresenceUpdate,
        session_id: SESSION,
        participants: vec![ann.clone()],
        left: vec!["cat"],
        reset: false,
    };
    let reset =
        PresenceUpdate { participants: vec![bob.clone()], left: vec![], reset: true, ..update.clone() };
    let view = PresenceView { session_id: SESSION, participants: vec![ann, bob.clone()] };
    let participant = Participant { status: PresenceStatus::Active, ..bob };
    let lease = PresenceLease { success: true, lease_ms: 60_000, participant };
    let empty = empty_graph();
    let snapshot = JoinAnswer { mode: Mode::Snapshot, graph: Some(empty.clone().into()), ..join.clone() };
    let fetch = JoinAnswer { seq: 20_001, mode: Mode::Fetch, ..join.clone() };
    let graph =
        GraphAnswer { success: true, epoch: Some(EPOCH), seq: 10, graph: Some(&empty), graph_omitted: false };
    let too_large = GraphAnswer { seq: 20_001, graph: None, graph_omitted: true, ..graph.clone() };
    let status = json!(STATUS);
    vec![
        message("answer-joined", &join),
        message("answer-joined-tail", &tail),
        message("answer-joined-snapshot", &snapshot),
        message("answer-joined-fetch", &fetch),
        message("rest-event-page", &page),
        message("events", &frame),
        message("answer-joined-with-presence", &with_presence),
        message("presence-update", &update),
        message("presence-update-reset", &reset),
        message("rest-presence", &view),
        message("rest-presence-lease", &lease),
        message("answer-joined-without-project", &without_project),
        message("answer-graph", &graph),
        message("answer-graph-too-large", &too_large),
        message("graph", &tree(&status)),
        message("rest-graph", &VersionedGraph { epoch: Some(EPOCH), seq: 10, graph: &empty }),
    ]
}

fn tree(status: &Value) -> GraphTree<'_> {
    let phase = NodeTree {
        id: NODE.into(),
        blueprint_type_id: "phase",
        name: "Body work",
        properties: Properties(vec![("status", status)]),
        parent_id: Some(ROOT.into()),
        created_at: TIME.into(),
        children: vec![],
        blocked_by: None,
        allowed_children: vec!["job"],
        icon_id: Some("calendar"),
        indicator_id: Some("empty"),
        indicator_set: Some("status"),
        indicator: Some(Indicator {
            bullet: Some("○"),
            indicator_id: "empty",
            indicator_set: Some("status"),
        }),
    };
    let root = NodeTree {
        id: ROOT.into(),
        blueprint_type_id: "project_root",
        name: "Mustang 1967",
        properties: Properties(vec![]),
        parent_id: None,
        created_at: TIME.into(),
        children: vec![phase],
        blocked_by: None,
        allowed_children: vec!["phase"],
        icon_id: Some("vehicle"),
        indicator_id: None,
        indicator_set: None,
        indicator: None,
    };
    GraphTree { roots: vec![root] }
}

fn catalogue() -> Vec<(&'static str, Value)> {
    let error = ErrorBody {
        code: ErrorCode::InvalidCommand,
        message: "CreateNode requires blueprint_type_id".to_owned(),
        details: Some(json!({ "field": "blueprint_type_id" })),
    };
    let session = SessionView {
        session_id: SESSION.into(),
        created_at: TIME.into(),
        last_activity: TIME.into(),
        active_clients: 2,
        has_project: true,
    };
    let info = SessionInfo {
        session: session.clone(),
        project_id: Some(PROJECT.into()),
        undo_available: true,
        redo_available: false,
        node_count: 2,
        template_id: Some("restomod".into()),
        epoch: Some(EPOCH.into()),
        seq: 10,
        state: "active",
        connections: vec![ConnectionView { client_id: CLIENT.into(), user_id: "ann".into(), behind: 3 }],
    };
    let without_project = SessionInfo {
        session: SessionView { active_clients: 0, has_project: false, ..session.clone() },
        project_id: None,
        undo_available: false,
        redo_available: false,
        node_count: 0,
        template_id: None,
        epoch: None,
        seq: 0,
        state: "initializing",
        connections: vec![],
    };
    let created =
        ProjectCreated { project_id: PROJECT.into(), session_id: SESSION.into(), graph: empty_graph() };
    let project = ProjectView {
        project_id: PROJECT.into(),
        template_id: "restomod".into(),
        template_version: "1.0".into(),
        strict: false,
        name: "Mustang 1967".into(),
        session_id: SESSION.into(),
        role: MemberRole::Editor,
        graph: Some(empty_graph()),
    };
    let template = TemplateView {
        id: "restomod".into(),
        name: "Restomod".into(),
        description: "Restoring a vehicle.".into(),
    };
    let links = ["health", "sessions", "templates"];
    let links = links.into_iter().zip(["/api/v1/health", "/api/v1/sessions", "/api/v1/templates"]).collect();
    let limitation = Limitation {
        limitation: "No login: whoever reaches the server may read and change everything, under any name"
            .into(),
        workaround: "Start it with --auth token, or listen on loopback".into(),
        planned_fix: None,
        phase: None,
    };
    vec![
        message("rest-error", &ErrorAnswer { error }),
        message("rest-limitation", &limitation),
        message("rest-session-created", &SessionCreated { session_id: SESSION.into() }),
        message("rest-sessions", &SessionList { sessions: vec![session], total: 1 }),
        message(
            "request-token",
            &TokenRequest {
                client_id: "ann".into(),
                device_name: Some("Ann's tablet".into()),
                device_type: Some("tablet".into()),
                password: Some("correct horse battery".into()),
                api_key: None,
                invitation: None,
            },
        ),
        message(
            "rest-token-pair",
            &TokenPair {
                access_token: "aaa.bbb.ccc".into(),
                refresh_token: "ddd.eee.fff".into(),
                token_type: "bearer",
                expires_in: 86_400,
            },
        ),
        message(
            "rest-token-validity",
            &TokenValidity { valid: true, client_id: Some("ann".into()), expires_at: Some(TIME.into()) },
        ),
        message(
            "rest-token-validity-not",
            &TokenValidity { valid: false, client_id: None, expires_at: None },
        ),
        message("rest-token-revoked", &TokenRevoked { message: "Token revoked successfully" }),
        message(
            "rest-auth-health",
            &AuthHealth {
                status: "healthy",
                service: "authentication",
                timestamp: "2026-03-04T05:06:07.089000Z".into(),
            },
        ),
        message(
            "rest-detail",
            &DetailAnswer { detail: json!("Not authenticated"), code: ErrorCode::Unauthenticated },
        ),
        message(
            "rest-detail-faults",
            &DetailAnswer {
                detail: json!([BodyFault {
                    kind: "missing",
                    loc: vec!["body", "client_id"],
                    msg: "Field required"
                }]),
                code: ErrorCode::InvalidRequest,
            },
        ),
        message(
            "request-new-user",
            &NewUser {
                user_id: "ann".into(),
                name: Some("Ann".into()),
                password: Some("correct horse battery".into()),
                is_admin: Some(false),
            },
        ),
        message(
            "request-change-user",
            &ChangeUser { name: None, password: None, is_admin: None, is_disabled: Some(true) },
        ),
        message("rest-user", &user_ann()),
        message("rest-users", &UserList { users: vec![user_ann(), user_root()] }),
        message("request-new-api-key", &NewApiKey { name: Some("laptop".into()) }),
        message(
            "rest-api-key-made",
            &ApiKeyMade { api_key: format!("sk_{}", "A".repeat(43)), key: api_key(None) },
        ),
        message("rest-api-keys", &ApiKeyList { keys: vec![api_key(Some(TIME.into()))] }),
        message("rest-api-key-revoked", &ApiKeyRevoked { success: true, key_id: API_KEY.into() }),
        message("request-set-member", &SetMember { user_id: "bob".into(), role: MemberRole::Editor }),
        message(
            "rest-members",
            &MemberList {
                members: [("ann", "owner"), ("bob", "viewer")]
                    .map(|(user_id, role)| MemberView { user_id: user_id.into(), role, since: TIME.into() })
                    .into(),
            },
        ),
        message("rest-member-set", &MemberSet { success: true, user_id: "bob".into(), role: Some("editor") }),
        message("rest-member-set-out", &MemberSet { success: true, user_id: "bob".into(), role: None }),
        message(
            "rest-state-set",
            &StateSet { success: true, session_id: SESSION.into(), state: "paused".into(), seq: 11 },
        ),
        message("rest-session-info", &info),
        message("rest-session-info-without-project", &without_project),
        message("rest-project-created", &created),
        message("rest-project", &project),
        message("rest-ready", &Ready { status: "ready" }),
        message("rest-service", &ServiceView { service: "graphroom", version: "0.1.0", links }),
        message("rest-templates", &TemplateList { templates: vec![template] }),
        message("rest-template-schema", &schema()),
    ]
}

fn schema() -> TemplateSchema {
    let option = |id: &str, name: &str, indicator: Option<(&str, &str)>| OptionSchema {
        id: id.to_owned(),
        uuid: id.to_owned(),
        name: name.to_owned(),
        indicator_id: indicator.map(|(id, _)| id.to_owned()),
        bullet: indicator.map(|(_, bullet)| bullet.to_owned()),
    };
    let status = PropertySchema {
        id: "status".into(),
        name: "Status".into(),
        kind: "select".into(),
        required: true,
        options: Some(vec![
            option(STATUS, "Not started", Some(("empty", "○"))),
            option("done", "Done", None),
        ]),
        indicator_set: Some("status".into()),
    };
    let start_date = PropertySchema {
        id: "start_date".into(),
        name: "Start".into(),
        kind: "date".into(),
        required: false,
        options: None,
        indicator_set: None,
    };
    let phase = NodeTypeSchema {
        id: "phase".into(),
        name: "Phase".into(),
        description: "A stretch of the restoration.".into(),
        allowed_children: vec!["job".into()],
        has_time_log: false,
        icon_id: Some("calendar".into()),
        properties: vec![status, start_date],
    };
    TemplateSchema {
        id: "restomod".into(),
        template_id: "restomod".into(),
        version: "1.0".into(),
        name: "Restomod".into(),
        description: "Restoring a vehicle.".into(),
        node_types: vec![phase],
    }
}

fn a_connection() -> ConnectionInfo {
    let joined = JoinedSession {
        session_id: SESSION.into(),
        project_id: Some(PROJECT.into()),
        behind: 3,
        is_lagging: true,
    };
    ConnectionInfo {
        connection_id: SERVER_MADE.into(),
        sid: CLIENT.into(),
        client_id: "ann".into(),
        user_id: Some("ann".into()),
        name: Some("Ann".into()),
        session_id: Some(SESSION.into()),
        conversation_id: None,
        project_ids: vec![PROJECT.into()],
        sessions: vec![joined],
        transport: Transport::Websocket,
        ip_address: "192.0.2.7".into(),
        user_agent: Some("python-requests/2.32".into()),
        connected_at: TIME.into(),
        last_activity: "2026-03-05T06:07:08.090Z".into(),
        is_authenticated: true,
        subscription_count: 1,
        message_count: 12,
        heartbeat_count: 2,
        messages_sent: 40,
        bytes_sent: 5_120,
        metadata: ConnectionMetadata { protocol: "engine.io 4".into(), namespace: "/graph".into() },
    }
}

/// A connection that has not said who it is.
fn a_new_connection() -> ConnectionInfo {
    ConnectionInfo {
        client_id: format!("anonymous:{CLIENT}"),
        user_id: None,
        name: None,
        session_id: None,
        project_ids: vec![],
        sessions: vec![],
        transport: Transport::Polling,
        user_agent: None,
        is_authenticated: false,
        subscription_count: 0,
        message_count: 0,
        heartbeat_count: 0,
        messages_sent: 0,
        bytes_sent: 0,
        metadata: ConnectionMetadata { protocol: "engine.io 3".into(), namespace: "/".into() },
        ..a_connection()
    }
}

fn connections() -> Vec<(&'static str, Value)> {
    let stats = ConnectionStats {
        total_connections: 3,
        authenticated_connections: 2,
        unique_clients: 2,
        active_conversations: 0,
        timestamp: TIME.into(),
    };
    let numbers = ConnectionNumbers {
        total_connections: 7,
        active_connections: 1,
        messages_processed: 120,
        unique_users: 0,
        active_projects: 1,
        connections_per_ip: [("192.0.2.7".to_owned(), 1)].into(),
        top_projects: vec![ProjectConnections { project_id: PROJECT.into(), active_connections: 1 }],
        average_uptime: 12.5,
        timestamp: TIME.into(),
    };
    let data = ConnectionsView { numbers, connections: vec![a_new_connection()] };
    let (success, timestamp) = (true, TIME.to_owned());
    let disconnect = Disconnect {
        user_id: Some("ann".into()),
        reason: Some("Maintenance".into()),
        ..Disconnect::default()
    };
    vec![
        message("rest-connection-stats", &stats),
        message("rest-connections-cleaned", &ConnectionsCleaned { cleaned: 2 }),
        message(
            "rest-connection",
            &ConnectionAnswer { success, data: a_connection(), timestamp: timestamp.clone() },
        ),
        message("rest-connections", &ConnectionsAnswer { success, data, timestamp }),
        message("request-disconnect", &disconnect),
        message("rest-disconnected", &Disconnected { success, disconnected: 2 }),
    ]
}

fn projects() -> Vec<(&'static str, Value)> {
    let project = ProjectSummary {
        project_id: PROJECT.into(),
        session_id: SESSION.into(),
        name: "Mustang 1967".into(),
        template_id: "restomod".into(),
        created_at: TIME.into(),
        updated_at: "2026-03-05T06:07:08.090Z".into(),
        seq: 12,
        is_dirty: true,
        active_clients: 2,
    };
    let list = ProjectList { projects: vec![project], total: 41, offset: 40, limit: 20 };
    let (success, project_id) = (true, PROJECT.to_owned());
    let renamed = ProjectRenamed { success, project_id, name: "Mustang 1968".into(), seq: 13 };
    let deleted = ProjectDeleted { success, project_id: PROJECT.into() };
    vec![
        message("rest-projects", &list),
        message("rest-project-renamed", &renamed),
        message("rest-project-deleted", &deleted),
        message("rest-dirty", &DirtyView { session_id: SESSION.into(), is_dirty: true }),
        message("rest-saved", &Saved { success, session_id: SESSION.into(), is_dirty: false }),
        message("rest-cleaned-up", &CleanedUp { sessions_removed: 3, active_sessions: 1 }),
    ]
}

fn files() -> Vec<(&'static str, Value)> {
    let (vehicle, status) = (json!("Ford Mustang"), json!(STATUS));
    let root = FileNode {
        id: ROOT.into(),
        node_type: "project_root",
        name: "Mustang 1967",
        created_at: TIME.into(),
        properties: Properties(vec![("vehicle", &vehicle)]),
        children: vec![NODE.into(), CHILD.into()],
        parent_id: None,
        blocked_by: None,
    };
    let phase = FileNode {
        id: NODE.into(),
        node_type: "phase",
        name: "Body work",
        properties: Properties(vec![("status", &status)]),
        children: vec![],
        parent_id: Some(ROOT.into()),
        ..root.clone()
    };
    let waiting = FileNode {
        id: CHILD.into(),
        name: "Paint",
        properties: Properties(vec![]),
        blocked_by: Some(NODE.into()),
        ..phase.clone()
    };
    let file = ProjectFile {
        version: "1.0",
        name: Some("Mustang 1967"),
        strict: Some(false),
        templates: vec!["restomod.yaml".into()],
        roots: Some(vec![ROOT.into()]),
        nodes: BTreeMap::from([(ROOT.into(), root), (NODE.into(), phase), (CHILD.into(), waiting)]),
        history: None,
    };
    let fault = Fault { place: format!("nodes.{ROOT}.children[2]"), message: "there is no such node".into() };
    let found = FaultList { faults: vec![fault], faults_total: 1 };
    let error = ErrorBody {
        code: ErrorCode::InvalidProjectFile,
        message: format!("The project file has a fault: nodes.{ROOT}.children[2]: there is no such node"),
        details: Some(serde_json::to_value(&found).unwrap()),
    };
    let (name, template_id) = (Some("Mustang 1967".to_owned()), Some("restomod".to_owned()));
    let report = ImportReport { valid: false, found, node_count: 3, template_id, name };
    let nothing = FaultList { faults: vec![], faults_total: 0 };
    let unnamed = ImportReport { valid: true, found: nothing, ..report.clone() };
    let imported = ProjectImported {
        project_id: PROJECT.into(),
        session_id: SESSION.into(),
        name: "Mustang 1967".into(),
        template_id: "restomod".into(),
        node_count: 3,
        graph: Some(empty_graph()),
        graph_omitted: false,
    };
    let too_large =
        ProjectImported { node_count: 20_001, graph: None, graph_omitted: true, ..imported.clone() };
    let accepted = Accepted { success: true, command_id: SERVER_MADE.into(), seq: 12, ..Accepted::default() };
    let accepted =
        Accepted { is_dirty: true, graph: Some(Some(empty_graph())), graph_seq: Some(12), ..accepted };
    let loaded = GraphLoaded {
        accepted,
        session_id: SESSION.into(),
        project_id: PROJECT.into(),
        template_id: "restomod".into(),
        node_count: 3,
    };
    vec![
        message("project-file", &file),
        message("rest-invalid-project-file", &ErrorAnswer { error }),
        message("rest-import-report", &report),
        message("rest-import-report-valid", &unnamed),
        message("rest-project-imported", &imported),
        message("rest-project-imported-too-large", &too_large),
        message("rest-graph-loaded", &loaded),
    ]
}

const INVITATION: &str = "01945a3c-0000-4000-8000-00000000000b";

fn invitations() -> Vec<(&'static str, Value)> {
    let view = InvitationView {
        invitation_id: INVITATION.into(),
        project_id: Some(PROJECT.into()),
        role: Some("editor"),
        created_by: "ann".into(),
        created_at: TIME.into(),
        expires_at: "2026-03-11T05:06:07.089Z".into(),
    };
    let shown = format!("inv_{}", "A".repeat(43));
    let new = NewInvitation {
        project_id: Some(PROJECT.into()),
        role: Some(MemberRole::Editor),
        expires_in: Some(604_800),
    };
    let to_nothing = InvitationView { project_id: None, role: None, ..view.clone() };
    let redeeming = TokenRequest {
        client_id: "carol".into(),
        device_name: None,
        device_type: None,
        password: Some("correct horse battery".into()),
        api_key: None,
        invitation: Some(shown.clone()),
    };
    vec![
        message(
            "rest-session-token",
            &SessionToken {
                session_token: format!("sess_{}", "A".repeat(43)),
                user_id: "ann".into(),
                expires_in: 3_600,
            },
        ),
        message("rest-audit-page", &audit_page()),
        message("request-new-invitation", &new),
        message(
            "request-new-project-invitation",
            &NewProjectInvitation { role: MemberRole::Viewer, expires_in: Some(3_600) },
        ),
        message("request-token-invited", &redeeming),
        message("rest-invitation-made", &InvitationMade { invitation: shown, view: view.clone() }),
        message("rest-invitations", &InvitationList { invitations: vec![view, to_nothing] }),
        message(
            "rest-invitation-revoked",
            &InvitationRevoked { success: true, invitation_id: INVITATION.into() },
        ),
    ]
}

fn audit_page() -> AuditPageView {
    let refused = AuditEntryView {
        id: 12,
        at: TIME.into(),
        kind: "refused".into(),
        outcome: AuditOutcome::Denied,
        user_id: Some("ann".into()),
        address: Some("192.0.2.1".into()),
        project_id: Some(PROJECT.into()),
        target: None,
        detail: Some(
            json!({ "what": "execute_command", "code": "FORBIDDEN", "rule": "project:editor", "count": 41 }),
        ),
    };
    let made = AuditEntryView {
        id: 11,
        kind: "user-created".into(),
        outcome: AuditOutcome::Done,
        user_id: Some("root".into()),
        project_id: None,
        target: Some("ann".into()),
        detail: None,
        ..refused.clone()
    };
    AuditPageView { entries: vec![refused, made], next: Some(11) }
}

fn searches() -> Vec<(&'static str, Value)> {
    let (status, old) = (json!(STATUS), json!({ "cm": 12 }));
    let property = PropertyIs { id: "status".into(), value: status.clone() };
    let search = SearchBody {
        query: Some("BODY".into()),
        blueprint_type_id: Some("phase".into()),
        property: Some(property),
        limit: Some(10),
    };
    let node = FoundNode {
        id: NODE.into(),
        blueprint_type_id: "phase",
        name: "Body work",
        properties: Properties(vec![("status", &status)]),
        parent_id: Some(ROOT.into()),
        created_at: TIME.into(),
        blocked_by: None,
        path: vec!["Mustang 1967"],
    };
    let orphan = OrphanedProperty {
        node_id: NODE.into(),
        name: "Body work",
        blueprint_type_id: "phase",
        property_id: "length",
        value: &old,
        reason: OrphanReason::UnknownProperty,
    };
    let orphaned = OrphanedProperties { orphaned: vec![orphan], total: 41, offset: 40, limit: 20 };
    vec![
        message("request-search", &search),
        message("rest-search-results", &SearchResults { results: vec![node], total: 7 }),
        message("rest-orphaned-properties", &orphaned),
    ]
}

fn history() -> Vec<(&'static str, Value)> {
    let renamed = HistoryEntry {
        seq_first: 8,
        seq_last: 9,
        command_id: "ann-7".into(),
        command_type: "UpdateProperty".into(),
        author: HistoryAuthor {
            user_id: "ann".into(),
            name: Some("Ann".into()),
            client_id: Some(CLIENT.into()),
        },
        at: TIME.into(),
        node_ids: vec![NODE.into()],
        node_count: 1,
        summary: "Renamed \"Body\" to \"Body work\"".into(),
    };
    let made = HistoryEntry {
        seq_first: 1,
        seq_last: 1,
        command_id: SERVER_MADE.into(),
        command_type: "CreateProject".into(),
        author: HistoryAuthor { user_id: "anonymous:rest".into(), name: None, client_id: None },
        node_ids: vec![ROOT.into()],
        summary: "Made the project \"Mustang 1967\", created project_root \"Mustang 1967\"".into(),
        ..renamed.clone()
    };
    let restore = RestoreBody { seq: 12, node_id: Some(NODE.into()), command_id: Some("ann-9".into()) };
    vec![
        message("rest-history", &HistoryPage { entries: vec![renamed, made], next_before: None }),
        message("request-restore", &restore),
        message("rest-blame", &blame()),
    ]
}

fn published() -> Vec<(&'static str, Value)> {
    let payload = json!({ "speaker": "human", "transcript": "Hi", "turn_id": 3 });
    let text = |text: &str| Some(text.to_owned());
    let request = Publish {
        event_type: "turn_update".into(),
        payload: payload.as_object().cloned().unwrap_or_default(),
        message_id: text("turn-3"),
        phase_id: text("part1"),
        turn_id: Some(3),
    };
    let answer = EventPublished {
        success: true,
        session_id: SESSION.into(),
        message_id: "turn-3".into(),
        n: 12,
        timestamp: 1_772_600_767.089,
        duplicate: false,
    };
    let payload = to_raw_value(&payload).unwrap();
    let event = StreamEvent {
        message_id: "turn-3",
        event_type: "turn_update",
        timestamp: 1_772_600_767.089,
        payload: &payload,
        phase_id: Some("part1"),
        turn_id: Some(3),
    };
    let session = StreamSession { session_id: SESSION, created_at: 1_772_600_000.5, state: "initializing" };
    let session = to_raw_value(&session).unwrap();
    let created = StreamEvent {
        message_id: "msg_f3cbd755",
        event_type: "session_created",
        payload: &session,
        phase_id: None,
        turn_id: None,
        ..event
    };
    let page = EventPage {
        session_id: SESSION,
        epoch: None,
        mode: Mode::Tail,
        events: vec![to_raw_value(&event).unwrap().into()],
        seq: 12,
        head: 12,
    };
    vec![
        message("request-publish", &request),
        message("rest-event-published", &answer),
        message("rest-event-page-published", &page),
        message("stream-event", &event),
        message("stream-session-created", &created),
    ]
}

fn engines() -> Vec<(&'static str, Value)> {
    let text = str::to_owned;
    let one = |id, name, status, duration_sec| PhaseProgress {
        id: text(id),
        name: text(name),
        status,
        duration_sec,
    };
    let phase = PhaseState {
        current_phase_id: text("part1"),
        phase_index: 1,
        total_phases: 3,
        phase_name: text("Part 1 Questions"),
        phase_profile: text("ielts_full_exam"),
        progress: vec![
            one("greeting", "Greeting", PhaseStatus::Completed, Some(5.2)),
            one("part1", "Part 1 Questions", PhaseStatus::Active, None),
            one("part2", "Part 2", PhaseStatus::Upcoming, None),
        ],
    };
    let speaker = SpeakerStatus {
        speaker: Speaker::Human,
        timestamp: 1_772_600_767.089,
        phase_id: Some(text("part1")),
    };
    let turn = |speaker, transcript, duration_sec, latency_ms| Turn {
        turn_id: 3,
        speaker: text(speaker),
        transcript: text(transcript),
        timestamp: 1_772_600_760.5,
        phase_id: text("part1"),
        duration_sec,
        latency_ms,
    };
    let turns = vec![
        turn("human", "I work in Leeds", 4.5, None),
        turn("ai", "What do you do there?", 1.2, Some(640)),
    ];
    let state = EngineState {
        phase: phase.clone(),
        speaker: speaker.clone(),
        turn_id: 4,
        history: turns.clone(),
        is_processing: false,
    };
    let silence = SpeakerStatus { speaker: Speaker::Silence, phase_id: None, ..speaker };
    let health = ServerHealth {
        status: "healthy",
        service: "graphroom",
        version: "0.1.0",
        timestamp: text("2026-11-20T12:32:35.166000Z"),
        engine_running: true,
    };
    vec![
        message("rest-engine-state", &state),
        message("rest-engine-phase", &phase),
        message("rest-engine-speaker", &speaker),
        message("rest-engine-speaker-silence", &silence),
        message("rest-engine-turns", &TurnHistory { turns, total: 12 }),
        message("rest-server-health", &health),
    ]
}

fn versions() -> Vec<(&'static str, Value)> {
    let version = VersionView {
        version_id: CHILD.into(),
        name: "Before the paint".into(),
        seq: 9,
        by: "ann".into(),
        created_at: TIME.into(),
    };
    let (version_id, name) = (version.version_id.clone(), version.name.clone());
    vec![
        message("request-new-version", &NewVersion { name: name.clone(), seq: Some(9) }),
        message("rest-version", &version),
        message("rest-versions", &VersionList { versions: vec![version], total: 1 }),
        message("rest-version-deleted", &VersionDeleted { success: true, version_id, name }),
    ]
}

fn blame() -> Blame {
    let made = LastWrite { seq: 4, by: "ann".into(), at: TIME.into(), restored: false };
    let undone = LastWrite { seq: 9, by: "bob".into(), restored: true, ..made.clone() };
    let name = ValueWrite { value: json!("Body work"), last: made.clone() };
    let length = ValueWrite { value: Value::Null, last: undone };
    Blame {
        project_id: PROJECT.into(),
        node_id: NODE.into(),
        epoch: EPOCH.into(),
        seq: 12,
        existence: made.clone(),
        place: PlaceWrite { parent_id: Some(ROOT.into()), index: 0, last: made },
        blocked_by: None,
        properties: [("length".into(), length), ("name".into(), name)].into(),
    }
}
