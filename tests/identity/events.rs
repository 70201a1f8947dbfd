//! Every event of the registry, sent by everybody: who may not is refused, and nothing happens.
//!
//! Proves CHAT-9 (docs/behaviour.md).

use graphroom_protocol::RequestName;
use graphroom_protocol::registry::taken;
use serde_json::{Value, json};

use super::Guarded;
use crate::contract::events::example;
use crate::contract::routes::{assistant_settings, endless};
use crate::contract::talk::Talk;
use crate::support::ollama::OllamaStub;
use crate::support::{Client, Project};

/// Events that anybody may send, or that say who one is.
const FREE: [RequestName; 5] = [
    RequestName::Ping,
    RequestName::Heartbeat,
    // It is as free as what is in it.
    RequestName::Message,
    RequestName::Authenticate,
    RequestName::RefreshAuth,
];

async fn codes(client: &mut Client, project: &Project, talk: &Talk) -> Vec<(RequestName, Value)> {
    let mut codes = Vec::new();
    for event in taken().into_iter().filter(|event| !FREE.contains(&event.name)) {
        let answer = client.call(event.name.as_str(), example(event.name, project, talk)).await;
        let code = if answer["success"] == true { json!("taken") } else { answer["error"]["code"].clone() };
        codes.push((event.name, code));
    }
    codes
}

fn is_about_a_conversation(name: RequestName) -> bool {
    name == RequestName::Typing || name.as_str().starts_with("chat:")
}

/// A server with an assistant that does not stop.
async fn start() -> (Guarded, OllamaStub) {
    let assistant = endless().await;
    let settings = assistant_settings(&assistant);
    (Guarded::start_with(|parts| parts.assistant = Some(settings)).await, assistant)
}

#[tokio::test]
async fn who_did_not_say_who_it_is_may_say_so_and_nothing_else() {
    let (guarded, _assistant) = start().await;
    let project = guarded.project(&[("bob", "editor")]).await;
    let talk = Talk::begin(&guarded.rest("bob"), Some(&project.project_id)).await;
    let mut client = Client::connect(guarded.server.address).await;
    for (name, code) in codes(&mut client, &project, &talk).await {
        assert_eq!(code, "UNAUTHENTICATED", "{name:?}");
    }
    assert_eq!(client.call("no_such_event", json!({})).await["error"]["code"], "UNAUTHENTICATED");
    let wrapped = json!({ "event": "join_project", "data": { "project_id": project.project_id } });
    assert_eq!(client.call("message", wrapped).await["error"]["code"], "UNAUTHENTICATED");
    assert_eq!(client.call("ping", Value::Null).await["success"], true);

    let refused = client.call("authenticate", json!({ "user_id": "bob", "token": "junk" })).await;
    assert_eq!(refused["error"]["code"], "UNAUTHENTICATED");
    assert_eq!(client.event_named("authentication_failed").await, json!({ "error": "Invalid credentials" }));
    let other = client.call("authenticate", json!({ "user_id": "ann", "token": guarded.token("bob") })).await;
    assert_eq!(
        other["error"]["code"], "UNAUTHENTICATED",
        "whom it takes itself for has to be whom the token names"
    );

    let taken = client.call("authenticate", json!({ "user_id": "bob", "token": guarded.token("bob") })).await;
    assert_eq!((&taken["success"], &taken["user_id"]), (&json!(true), &json!("bob")));
    assert_eq!(client.event_named("authentication_success").await["user_id"], "bob");
    for (name, code) in codes(&mut client, &project, &talk).await {
        assert_eq!(code, "taken", "{name:?}");
    }
    guarded.stop().await;
}

#[tokio::test]
async fn to_a_stranger_a_session_is_as_one_that_is_not_there() {
    let (guarded, _assistant) = start().await;
    let project = guarded.project(&[]).await;
    let talk = Talk::begin(&guarded.rest("owner"), Some(&project.project_id)).await;
    let mut client = guarded.socket("stranger").await;
    for (name, code) in codes(&mut client, &project, &talk).await {
        let expected = match name {
            RequestName::LeaveSession | RequestName::LeaveConversation | RequestName::LeaveProject => "taken",
            // These are about nothing that others have.
            RequestName::Subscribe | RequestName::Unsubscribe | RequestName::AcknowledgeBroadcast => "taken",
            RequestName::JoinProject => "PROJECT_NOT_FOUND",
            name if is_about_a_conversation(name) => "CONVERSATION_NOT_FOUND",
            _ => "INVALID_SESSION",
        };
        assert_eq!(code, expected, "{name:?}");
    }
    let none = "00000000-0000-4000-8000-000000000000".to_owned();
    let nothing = Project { session_id: none.clone(), project_id: none.clone(), root: none };
    for event in taken().into_iter().filter(|event| !FREE.contains(&event.name)) {
        let of_nothing =
            client.call(event.name.as_str(), example(event.name, &nothing, &Talk::nothing())).await;
        let found = client.call(event.name.as_str(), example(event.name, &project, &talk)).await;
        assert_eq!(found["error"], of_nothing["error"], "{:?}", event.name);
    }
    guarded.stop().await;
}

#[tokio::test]
async fn a_viewer_reads_and_cannot_write() {
    let (guarded, _assistant) = start().await;
    let project = guarded.project(&[("viewer", "viewer")]).await;
    let talk = Talk::begin(&guarded.rest("owner"), Some(&project.project_id)).await;
    let mut client = guarded.socket("viewer").await;
    for (name, code) in codes(&mut client, &project, &talk).await {
        use RequestName as R;
        let reads = matches!(name, R::JoinConversation | R::LeaveConversation | R::ReadMessages);
        let writes = matches!(name, R::ExecuteCommand | R::Undo | R::Redo);
        let writes = writes || (is_about_a_conversation(name) && !reads);
        assert_eq!(code, if writes { "FORBIDDEN" } else { "taken" }, "{name:?}");
    }
    let (_, graph) = guarded.admin().get(&format!("/sessions/{}/graph", project.session_id)).await;
    assert_eq!(graph["seq"], 1, "only the project itself was made");
    guarded.stop().await;
}

#[tokio::test]
async fn a_bad_token_is_let_in_nowhere() {
    let guarded = Guarded::start().await;
    let options = |token: &str| crate::support::client::Options {
        token: Some(token.to_owned()),
        ..crate::support::client::Options::default()
    };
    let (_, refresh) = guarded.pair("ann", &[], std::time::Duration::from_secs(60));
    let expired = guarded.pair("ann", &[], std::time::Duration::ZERO).0;
    let mut told = Vec::new();
    for token in ["", "junk", "sk_junk", "sess_junk", &refresh, &expired, &(guarded.token("ann") + "x")] {
        told.push(Client::try_connect(guarded.server.address, options(token)).await.err().expect(token));
    }
    let packet: Value = serde_json::from_str(told[0].strip_prefix("44").unwrap()).unwrap();
    let code = "UNAUTHENTICATED";
    assert_eq!(packet, json!({ "message": packet["message"], "data": { "code": code }, "code": code }));
    assert!(told.iter().all(|other| *other == told[0]), "{told:?}");
    guarded.stop().await;
}
