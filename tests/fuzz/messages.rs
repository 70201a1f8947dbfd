//! Messages: JSON from outside, what clients ask for, canonical JSON, and answers as clients read them.

use graphroom::conversation::processing::structured;
use graphroom::domain::canonical;
use graphroom::transport::gateway::chat::frames::{self, Said};
use graphroom_protocol::announcement::AcknowledgeBroadcast;
use graphroom_protocol::auth::Authenticate;
use graphroom_protocol::channel::{InProject, Wrapped};
use graphroom_protocol::presence::{DoingChange, SetPresence};
use graphroom_protocol::request::{Delivery, ExecuteCommand, InSession, Join, OnConflict, Scope, TakeBack};
use graphroom_protocol::status::Topics;
use graphroom_protocol::{Accepted, ErrorBody, JoinAnswer, Plain, Rejected, RequestName};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::run::{Case, Part};
use super::{bytes, commands, corpus, values};

/// The text of a message that was altered: as a value, as bytes, or both.
fn altered(case: &mut Case, base: &Value, other: &Value) -> Vec<u8> {
    let random = &mut case.random;
    let way = random.below(10);
    let value = if way < 7 { values::altered(random, base, other) } else { base.clone() };
    let text = values::written(&value);
    let bytes = if way >= 5 {
        bytes::altered(random, text.as_bytes(), other.to_string().as_bytes())
    } else {
        text.into_bytes()
    };
    case.shows(super::run::readable(&bytes));
    bytes
}

/// Any JSON is read as what it is, and its canonical form is one text for one value.
fn plain(case: &mut Case, bytes: &[u8]) -> Option<Value> {
    let read = serde_json::from_slice::<Plain>(bytes);
    case.saw("any JSON", read.is_ok());
    let Plain(value) = read.ok()?;
    let text = canonical::to_string(&value);
    let Plain(again) = serde_json::from_str(&text).expect("what was written is read");
    assert_eq!(again, value);
    assert_eq!(canonical::to_string(&again), text);
    assert_eq!(canonical::hash(&value), canonical::hash_text(&text));
    Some(value)
}

/// What is read of a field has to be what stands there.
pub fn text_of(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_else(|| panic!("{field} is no text in {value}")).to_owned()
}

fn flag_of(value: &Value, field: &str) -> bool {
    let said = value.get(field).filter(|flag| !flag.is_null());
    said.is_some_and(|flag| flag.as_bool().unwrap_or_else(|| panic!("{field} in {value}")))
}

pub fn optional_text(value: &Value, field: &str) -> Option<String> {
    value.get(field).filter(|value| !value.is_null()).map(|_| text_of(value, field))
}

/// A request is read in the same way as the JSON that it is, or not at all.
fn request(case: &mut Case, name: RequestName, bytes: &[u8], value: Option<&Value>) {
    let is_taken = match name {
        RequestName::ExecuteCommand => read::<ExecuteCommand>(bytes, value, |request, value| {
            assert_eq!(request.session_id, text_of(value, "session_id"));
            assert_eq!(request.command_type, text_of(value, "command_type"));
            assert_eq!(request.data.0, value.get("data").cloned().unwrap_or_default());
            assert_eq!(request.command_id, optional_text(value, "command_id"));
            assert_eq!(request.graph, flag_of(value, "graph"));
        }),
        RequestName::Undo | RequestName::Redo => read::<TakeBack>(bytes, value, |request, value| {
            assert_eq!(
                request.session_id,
                value.get("session_id").map_or(String::new(), |_| text_of(value, "session_id"))
            );
            let scope = request.scope.map(|scope| match scope {
                Scope::Mine => "mine".to_owned(),
                Scope::Session => "session".to_owned(),
            });
            assert_eq!(scope, optional_text(value, "scope"));
            let on_conflict = request.on_conflict.map(|on_conflict| match on_conflict {
                OnConflict::Skip => "skip".to_owned(),
                OnConflict::Refuse => "refuse".to_owned(),
            });
            assert_eq!(on_conflict, optional_text(value, "on_conflict"));
            assert_eq!(request.command_id, optional_text(value, "command_id"));
            assert_eq!((request.force, request.graph), (flag_of(value, "force"), flag_of(value, "graph")));
        }),
        RequestName::Authenticate | RequestName::RefreshAuth => {
            read::<Authenticate>(bytes, value, |request, value| {
                assert_eq!(request.user_id, optional_text(value, "user_id"));
                assert_eq!(request.token, optional_text(value, "token"));
                assert_eq!(request.api_key, optional_text(value, "api_key"));
                assert_eq!(request.session_token, optional_text(value, "session_token"));
            })
        }
        RequestName::JoinSession => read::<Join>(bytes, value, |request, value| {
            assert_eq!(request.session_id, text_of(value, "session_id"));
            let delivery = if request.delivery == Delivery::Batch { "batch" } else { "events" };
            assert_eq!(delivery, optional_text(value, "delivery").unwrap_or_else(|| "events".to_owned()));
            assert_eq!(request.presence, flag_of(value, "presence"));
            match (&request.since, value.get("since")) {
                (None, None) => {}
                (Some(None), Some(said)) => assert!(said.is_null()),
                (Some(Some(since)), Some(said)) => {
                    assert_eq!(
                        (&*since.epoch, Some(since.seq)),
                        (&*text_of(said, "epoch"), said["seq"].as_u64())
                    );
                }
                (read, said) => panic!("{said:?} was read as {read:?}"),
            }
            assert_eq!(
                request.lifecycle.unwrap_or(false),
                value.get("lifecycle").is_some_and(|said| said == true)
            );
        }),
        RequestName::LeaveSession | RequestName::GetGraph => {
            read::<InSession>(bytes, value, |request, value| {
                assert_eq!(request.session_id, text_of(value, "session_id"));
            })
        }
        RequestName::SetPresence => read::<SetPresence>(bytes, value, |request, value| {
            assert_eq!(request.session_id, text_of(value, "session_id"));
            let is_said = |field: &str| value.get(field).is_some();
            let DoingChange { cursor, selection, editing, typing } = &request.change;
            assert_eq!((cursor.is_some(), selection.is_some()), (is_said("cursor"), is_said("selection")));
            assert_eq!((editing.is_some(), typing.is_some()), (is_said("editing"), is_said("typing")));
            let is_null = |field: &str| value.get(field).is_none_or(Value::is_null);
            assert_eq!(typing.flatten(), value.get("typing").and_then(Value::as_bool));
            assert_eq!(cursor.flatten().is_none(), is_null("cursor"));
        }),
        // They take nothing.
        RequestName::Ping | RequestName::Heartbeat => return,
        RequestName::Subscribe | RequestName::Unsubscribe => {
            read::<Topics>(bytes, value, |request, value| {
                let topics: Vec<_> = value["topics"].as_array().unwrap().iter().map(Value::as_str).collect();
                let said: Vec<_> = request.topics.iter().map(|topic| Some(&**topic)).collect();
                assert_eq!(said, topics);
            })
        }
        RequestName::JoinProject | RequestName::LeaveProject => {
            read::<InProject>(bytes, value, |request, value| {
                assert_eq!(request.project_id, text_of(value, "project_id"));
            })
        }
        RequestName::AcknowledgeBroadcast => read::<AcknowledgeBroadcast>(bytes, value, |request, value| {
            assert_eq!(request.broadcast_id, text_of(value, "broadcast_id"));
        }),
        RequestName::Message => read::<Wrapped>(bytes, value, |request, value| {
            assert_eq!(request.event, text_of(value, "event"));
            let data = request.data.as_ref().map(|data| serde_json::from_str::<Plain>(data.get()).unwrap().0);
            assert_eq!(data, value.get("data").filter(|data| !data.is_null()).cloned());
        }),
        RequestName::JoinConversation
        | RequestName::LeaveConversation
        | RequestName::SendMessage
        | RequestName::EditMessage
        | RequestName::DeleteMessage
        | RequestName::ReadMessages
        | RequestName::CancelAnswer
        | RequestName::Typing => super::talk::is_taken(name, bytes, value),
    };
    case.saw(name.as_str(), is_taken);
}

pub fn read<T: DeserializeOwned>(bytes: &[u8], value: Option<&Value>, compare: impl Fn(&T, &Value)) -> bool {
    let Ok(request) = serde_json::from_slice::<T>(bytes) else { return false };
    // serde takes a list for a struct, field by field; that is harmless, and there is no field to compare.
    if let Some(value) = value.filter(|value| value.is_object()) {
        compare(&request, value);
    }
    true
}

/// What is read as an answer is written as it was read.
fn answer<T: DeserializeOwned + Serialize>(case: &mut Case, kind: &str, bytes: &[u8]) {
    let read = serde_json::from_slice::<T>(bytes);
    case.saw(kind, read.is_ok());
    let Ok(read) = read else { return };
    let text = serde_json::to_string(&read).unwrap();
    let again: T = serde_json::from_str(&text).expect("what was written is read");
    assert_eq!(serde_json::to_string(&again).unwrap(), text);
}

/// A request as a client means it.
fn meant(case: &mut Case, name: RequestName) -> Value {
    let random = &mut case.random;
    let session_id = uuid::Uuid::from_u128(7).to_string();
    match name {
        RequestName::ExecuteCommand => {
            let command_type = *random.pick(&graphroom_protocol::Command::TYPES);
            let data = commands::data(command_type, random, &[]);
            serde_json::json!({ "session_id": session_id, "command_type": command_type, "data": data,
                "command_id": "c", "graph": random.percent(50) })
        }
        RequestName::Undo | RequestName::Redo => serde_json::json!({ "session_id": session_id,
            "scope": random.pick(&["mine", "session"]), "force": true, "on_conflict": random.pick(&["skip", "refuse"]),
            "command_id": "c", "graph": false }),
        RequestName::JoinSession => {
            serde_json::json!({ "session_id": session_id, "delivery": "events", "lifecycle": true })
        }
        RequestName::SetPresence
        | RequestName::LeaveSession
        | RequestName::GetGraph
        | RequestName::Authenticate
        | RequestName::RefreshAuth
        | RequestName::Heartbeat
        | RequestName::Ping => serde_json::json!({ "session_id": session_id }),
        RequestName::JoinProject | RequestName::LeaveProject => {
            serde_json::json!({ "project_id": session_id })
        }
        RequestName::AcknowledgeBroadcast => serde_json::json!({ "broadcast_id": "sys_none" }),
        RequestName::Subscribe | RequestName::Unsubscribe => {
            serde_json::json!({ "topics": ["status", session_id] })
        }
        RequestName::Message => {
            serde_json::json!({ "event": "leave_session", "data": { "session_id": session_id } })
        }
        _ => super::talk::meant(name, random, &session_id),
    }
}

/// A frame of `/ws/chat` as a client means it.
fn meant_frame(case: &mut Case) -> Value {
    let random = &mut case.random;
    serde_json::json!({ "type": random.pick(&["chat", "chat", "cancel", "pong"]), "content": "Which parts are late?",
        "conversation_id": "cv", "model": "small", "temperature": 0.5, "max_tokens": random.below(100) })
}

/// A frame of `/ws/chat` is read as what stands there, or not at all.
fn frame(case: &mut Case, bytes: &[u8], value: Option<&Value>) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let read = frames::read(text);
    if let (Ok(Said::Chat(chat)), Some(value)) = (&read, value) {
        assert_eq!(chat.content, text_of(value, "content"));
        assert_eq!(chat.conversation_id, optional_text(value, "conversation_id"));
        assert_eq!(chat.model, optional_text(value, "model"));
    }
    let is_object = value.is_some_and(Value::is_object);
    assert!(is_object || read.is_err(), "what is no object is no frame");
    case.saw("a frame of /ws/chat", read.is_ok());
}

/// What a model says is an answer, in its form or not.
fn formed(case: &mut Case, text: &str) {
    let read = structured::read_answer(text);
    assert!((0.0..=1.0).contains(&read.confidence), "{read:?}");
    let is_plain = read.user_explanation == text.trim();
    assert!(is_plain || !read.user_explanation.trim().is_empty(), "{read:?}");
    if let Some(verdict) = structured::read_verdict(text) {
        assert!((0.0..=1.0).contains(&verdict.confidence), "{verdict:?}");
    }
    assert!(structured::read_question(text).is_none_or(|question| !question.trim().is_empty()));
    case.saw("an answer in its form", !is_plain);
}

#[test]
fn what_is_read_is_what_was_sent_and_is_written_in_one_way() {
    let messages: Vec<Value> = corpus::messages().iter().map(corpus::json).collect();
    let mut part = Part::new("messages", 8).needs("any JSON", 300, 100);
    let takes = |name: &RequestName| !matches!(name, RequestName::Ping | RequestName::Heartbeat);
    for name in RequestName::ALL.into_iter().filter(takes) {
        part = part.needs(name.as_str(), 20, 20);
    }
    part = part.needs("a frame of /ws/chat", 100, 100).needs("an answer in its form", 100, 100);
    for kind in ["accepted", "rejected", "error", "joined"] {
        part = part.needs(kind, 1, 100);
    }
    part.run(|case| {
        let name = *case.random.pick(&RequestName::ALL);
        let base =
            if case.random.percent(60) { meant(case, name) } else { case.random.pick(&messages).clone() };
        let other = case.random.pick(&messages).clone();
        let bytes = altered(case, &base, &other);
        let value = plain(case, &bytes);
        request(case, name, &bytes, value.as_ref());
        answer::<Accepted>(case, "accepted", &bytes);
        answer::<Rejected>(case, "rejected", &bytes);
        answer::<JoinAnswer>(case, "joined", &bytes);
        let error = value.as_ref().map(|value| value["error"].to_string()).unwrap_or_default();
        answer::<ErrorBody>(case, "error", error.as_bytes());
        let base =
            json!({ "user_explanation": "Late.", "technical_instruction": "Order.", "confidence": 0.5 });
        let bytes = altered(case, &base, &other);
        formed(case, &String::from_utf8_lossy(&bytes));
        let base = meant_frame(case);
        let bytes = altered(case, &base, &other);
        let value = plain(case, &bytes);
        frame(case, &bytes, value.as_ref());
    });
}
