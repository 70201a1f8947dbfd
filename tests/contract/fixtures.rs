//! The golden messages are what the documents say: a change of one that the other does not follow shows here.

use std::path::PathBuf;

use graphroom::domain::record::ConflictReason;
use graphroom::transport::rest;
use graphroom_protocol::registry::{sent, taken};
use graphroom_protocol::{RequestName, asyncapi};
use serde_json::{Value, json};

use super::schema::Schemas;

/// The schemas that REST bodies and answers have, by the names of their golden messages.
const REST: [(&str, &str); 136] = [
    ("rest-status-health", "HealthAnswer"),
    ("rest-status-system", "SystemAnswer"),
    ("rest-status-alerts", "AlertsAnswer"),
    ("rest-status-alert", "AlertAnswer"),
    ("rest-status-history", "HistoryAnswer"),
    ("rest-status-live", "LiveAnswer"),
    ("rest-status-metrics", "MetricsAnswer"),
    ("rest-cleanup", "CleanupAnswer"),
    ("rest-charts", "Charts"),
    ("rest-errors", "ErrorList"),
    ("rest-error-statistics", "ErrorStatistics"),
    ("request-broadcast", "BroadcastData"),
    ("rest-broadcast-sent", "BroadcastAnswer"),
    ("rest-broadcast", "BroadcastInfoAnswer"),
    ("rest-broadcasts", "BroadcastListAnswer"),
    ("rest-broadcast-retried", "BroadcastRetryAnswer"),
    ("rest-broadcast-stats", "BroadcastStatsAnswer"),
    ("request-maintenance", "SetMaintenance"),
    ("rest-maintenance", "MaintenanceView"),
    ("request-notification", "NewNotification"),
    ("rest-notification-sent", "NotificationSent"),
    ("request-message", "MessageBody"),
    ("request-new-conversation", "NewConversation"),
    ("request-change-conversation", "ChangeConversation"),
    ("request-new-participant", "NewParticipant"),
    ("request-new-text", "NewText"),
    ("request-read-up-to", "ReadUpTo"),
    ("rest-conversation", "ConversationInfo"),
    ("rest-conversation-changed", "ConversationView"),
    ("rest-conversations", "ConversationList"),
    ("rest-conversation-removed", "ConversationRemoved"),
    ("rest-messages", "MessagePage"),
    ("rest-participant-set", "ParticipantSet"),
    ("rest-participant-set-out", "ParticipantSet"),
    ("rest-connection-stats", "ConnectionStats"),
    ("rest-client-connected", "ClientConnected"),
    ("request-client-says", "ClientSays"),
    ("rest-client-heard", "ClientHeard"),
    ("rest-client-left", "ClientHeard"),
    ("rest-client-status", "ClientStatus"),
    ("rest-connections-cleaned", "ConnectionsCleaned"),
    ("rest-websocket-status", "WebsocketStatusAnswer"),
    ("rest-websocket-metrics", "WebsocketMetricsAnswer"),
    ("rest-event-types", "EventTypesAnswer"),
    ("rest-connections", "ConnectionsAnswer"),
    ("rest-connection", "ConnectionAnswer"),
    ("request-disconnect", "Disconnect"),
    ("rest-disconnected", "Disconnected"),
    ("request-new-user", "NewUser"),
    ("request-change-user", "ChangeUser"),
    ("rest-user", "UserView"),
    ("rest-users", "UserList"),
    ("request-new-api-key", "NewApiKey"),
    ("rest-api-key-made", "ApiKeyMade"),
    ("rest-api-keys", "ApiKeyList"),
    ("rest-api-key-revoked", "ApiKeyRevoked"),
    ("rest-session-token", "SessionToken"),
    ("rest-audit-page", "AuditPageView"),
    ("request-new-invitation", "NewInvitation"),
    ("request-new-project-invitation", "NewProjectInvitation"),
    ("request-token-invited", "TokenRequest"),
    ("rest-invitation-made", "InvitationMade"),
    ("rest-invitations", "InvitationList"),
    ("rest-invitation-revoked", "InvitationRevoked"),
    ("request-token", "TokenRequest"),
    ("rest-token-pair", "TokenPair"),
    ("rest-token-validity", "TokenValidity"),
    ("rest-token-validity-not", "TokenValidity"),
    ("rest-token-revoked", "TokenRevoked"),
    ("rest-auth-health", "AuthHealth"),
    ("rest-detail", "DetailAnswer"),
    ("rest-detail-faults", "DetailAnswer"),
    ("request-set-member", "SetMember"),
    ("rest-members", "MemberList"),
    ("rest-member-set", "MemberSet"),
    ("rest-member-set-out", "MemberSet"),
    ("rest-cleaned-up", "CleanedUp"),
    ("rest-dirty", "DirtyView"),
    ("rest-error", "ErrorAnswer"),
    ("rest-graph", "VersionedGraph"),
    ("rest-graph-loaded", "GraphLoaded"),
    ("rest-history", "HistoryPage"),
    ("rest-blame", "Blame"),
    ("request-new-version", "NewVersion"),
    ("rest-version", "VersionView"),
    ("rest-versions", "VersionList"),
    ("rest-version-deleted", "VersionDeleted"),
    ("request-restore", "RestoreBody"),
    ("rest-import-report", "ImportReport"),
    ("rest-import-report-valid", "ImportReport"),
    ("rest-invalid-project-file", "ErrorAnswer"),
    ("rest-limitation", "Limitation"),
    ("rest-loaded-sessions", "LoadedSessions"),
    ("rest-inspected-session", "InspectedSession"),
    ("rest-session-unloaded", "SessionUnloaded"),
    ("rest-orphaned-properties", "OrphanedProperties"),
    ("rest-project-imported", "ProjectImported"),
    ("rest-project-imported-too-large", "ProjectImported"),
    ("rest-search-results", "SearchResults"),
    ("rest-project", "ProjectView"),
    ("rest-project-created", "ProjectCreated"),
    ("rest-project-deleted", "ProjectDeleted"),
    ("rest-event-page", "EventPage"),
    ("request-publish", "Publish"),
    ("rest-event-published", "EventPublished"),
    ("rest-event-page-published", "EventPage"),
    ("stream-event", "StreamEvent"),
    ("stream-session-created", "StreamEvent"),
    ("rest-engine-state", "EngineState"),
    ("rest-engine-phase", "PhaseState"),
    ("rest-engine-speaker", "SpeakerStatus"),
    ("rest-engine-speaker-silence", "SpeakerStatus"),
    ("rest-engine-turns", "TurnHistory"),
    ("rest-server-health", "ServerHealth"),
    ("rest-presence", "PresenceView"),
    ("rest-presence-lease", "PresenceLease"),
    ("rest-project-renamed", "ProjectRenamed"),
    ("rest-projects", "ProjectList"),
    ("rest-ready", "Ready"),
    ("rest-saved", "Saved"),
    ("rest-service", "ServiceView"),
    ("rest-session-created", "SessionCreated"),
    ("rest-state-set", "StateSet"),
    ("rest-session-info", "SessionInfo"),
    ("rest-session-info-without-project", "SessionInfo"),
    ("rest-sessions", "SessionList"),
    ("rest-template-schema", "TemplateSchema"),
    ("rest-templates", "TemplateList"),
    ("graph", "GraphTree"),
    ("request-search", "SearchBody"),
    ("project-file", "ProjectFile"),
    ("request-process-chat", "ProcessRequest"),
    ("rest-chat-processed", "ProcessedChat"),
    ("rest-chat-session-made", "ChatSessionMade"),
    ("rest-chat-history", "ChatHistory"),
    ("rest-chat-verified", "VerifiedChat"),
];

/// The name of the schema that a golden message on a socket must have.
fn on_a_socket(fixture: &str, message: &Value) -> Option<String> {
    if fixture == "request-wrapped" {
        return Some("Wrapped".to_owned());
    }
    if let Some(request) = fixture.strip_prefix("request-") {
        let name = RequestName::find(request)?;
        return taken().into_iter().find(|event| event.name == name)?.payload.map(|shape| shape.name);
    }
    let named = match fixture {
        "error" => "ErrorEvent",
        "answer-success" => "Success",
        "answer-chat-joined" => "JoinedConversation",
        "answer-chat-changed" => "MessageChanged",
        "answer-chat-read" => "MessagesRead",
        _ if fixture.starts_with("answer-chat-sent") => "MessageSent",
        "answer-authenticated" => "Authenticated",
        "answer-project-heard" => "ProjectHeard",
        "answer-subscribed" => "Subscribed",
        "answer-broadcast-acknowledged" => "BroadcastAcknowledged",
        "answer-heartbeat" => "Heartbeat",
        "heartbeat-response" => "HeartbeatResponse",
        "authentication-success" => "AuthenticationSuccess",
        "authentication-failed" => "AuthenticationFailed",
        _ if fixture.starts_with("answer-joined") => "JoinAnswer",
        "answer-graph" | "answer-graph-too-large" => "GraphAnswer",
        _ if fixture.starts_with("answer-") && message["success"] == true => "Accepted",
        _ if fixture.starts_with("answer-") => "Rejected",
        _ => return of_event(message["event"].as_str()?),
    };
    Some(named.to_owned())
}

fn of_event(name: &str) -> Option<String> {
    sent().into_iter().find_map(|event| {
        let older = event.older.filter(|older| older.name == name).and_then(|older| older.payload);
        let own = event.payload.filter(|_| event.name.as_str() == name);
        own.or(older).map(|shape| shape.name)
    })
}

#[test]
fn every_golden_message_is_what_the_documents_say() {
    let of_rest = Schemas::of(&serde_json::to_value(rest::openapi()).unwrap());
    let of_sockets = Schemas::of(&serde_json::to_value(asyncapi::document()).unwrap());
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("protocol/fixtures");
    let mut checked = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let message: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        if let Some((_, schema)) = REST.iter().find(|(fixture, _)| *fixture == name) {
            of_rest.check_named(schema, &message, name);
        } else {
            let schema = on_a_socket(name, &message);
            of_sockets.check_named(&schema.unwrap_or_else(|| panic!("say what {name} is")), &message, name);
        }
        checked += 1;
    }
    assert!(checked > REST.len() + 30);
}

#[test]
fn every_reason_of_a_conflict_is_one_that_the_documents_know() {
    use ConflictReason as R;
    let all = [
        R::ChangedSince,
        R::MovedSince,
        R::BlockingChangedSince,
        R::Cycle,
        R::DepthLimit,
        R::TemplateChangedSince,
        R::WorkedOnSince,
        R::NodeDeleted,
        R::NodeExists,
    ];
    // A new reason does not compile here until it stands in the list above.
    let place = |reason| match reason {
        R::ChangedSince => 0,
        R::MovedSince => 1,
        R::BlockingChangedSince => 2,
        R::Cycle => 3,
        R::DepthLimit => 4,
        R::TemplateChangedSince => 5,
        R::WorkedOnSince => 6,
        R::NodeDeleted => 7,
        R::NodeExists => 8,
    };
    let schemas = Schemas::of(&serde_json::to_value(asyncapi::document()).unwrap());
    for (index, reason) in all.into_iter().enumerate() {
        assert_eq!(place(reason), index);
        schemas.check_named("ConflictReason", &json!(reason), "a reason");
    }
}

#[test]
fn what_an_undo_that_was_refused_would_leave_alone_is_told_as_the_document_says() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("protocol/fixtures/answer-undo-refused.json");
    let answer: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let schemas = Schemas::of(&serde_json::to_value(rest::openapi()).unwrap());
    schemas.check_named("StepRefused", &answer["error"]["details"], "the details");
}

#[test]
#[should_panic(expected = "seq")]
fn a_message_that_lacks_a_field_is_not_what_the_documents_say() {
    let document = serde_json::to_value(asyncapi::document()).unwrap();
    Schemas::of(&document).check_named("SessionClosedEvent", &json!({ "event": "session:closed" }), "cut");
}
