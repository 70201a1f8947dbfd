//! The registry is whole: every event says what it carries, and every schema that is referred to is there.

use std::collections::BTreeSet;

use graphroom_protocol::command::Command;
use graphroom_protocol::registry::{Lane, schemas, sent, taken};
use graphroom_protocol::{EventName, RequestName};
use serde_json::Value;
use utoipa::PartialSchema;

#[test]
fn every_event_says_what_it_carries() {
    for event in sent() {
        let name = event.name.as_str();
        assert!(event.payload.is_some() || event.name == EventName::Pong, "{name}");
        assert!(event.about.ends_with('.'), "{name}");
        assert_eq!(event.older.is_some(), event.name.legacy().is_some(), "{name}");
        assert!(event.older.is_none_or(|older| older.payload.is_some()), "{name} under its older name");
    }
    for event in taken() {
        let name = event.name.as_str();
        let says_nothing = matches!(event.name, RequestName::Ping | RequestName::Heartbeat);
        assert!(event.payload.is_some() || says_nothing, "{name}");
        assert_eq!(RequestName::find(name), Some(event.name));
    }
    assert_eq!(RequestName::find("joined"), None);
}

#[test]
fn a_payload_names_its_event_and_an_event_with_a_seq_is_durable() {
    let schemas = serde_json::to_value(schemas()).unwrap();
    for event in sent() {
        let Some(payload) = &event.payload else { continue };
        let schema = &schemas[&payload.name];
        let name = &schema["properties"]["event"]["enum"];
        // Of these, old clients know the payloads as they are.
        let unnamed = [
            EventName::Error,
            EventName::AuthenticationSuccess,
            EventName::AuthenticationFailed,
            EventName::HeartbeatResponse,
        ];
        assert!(unnamed.contains(&event.name) || *name == serde_json::json!([event.name]), "{schema:#}");
        // In a conversation it is a place among the messages.
        let has_seq = schema["properties"]["seq"].is_object() && event.lane != Lane::Conversation;
        assert_eq!(has_seq, event.lane == Lane::Graph, "{schema:#}");
        let required: Vec<&str> =
            schema["required"].as_array().unwrap().iter().map(|r| r.as_str().unwrap()).collect();
        let properties: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
        assert!(required.iter().all(|name| properties.iter().any(|known| known == name)), "{schema:#}");
    }
}

#[test]
fn the_graph_events_are_those_that_are_durable() {
    let durable: Vec<_> =
        sent().into_iter().filter(|event| event.is_durable()).map(|event| event.name).collect();
    assert_eq!(durable, EventName::GRAPH);
}

#[test]
fn every_schema_that_is_referred_to_is_there() {
    let schemas = serde_json::to_value(schemas()).unwrap();
    let mut referred = BTreeSet::new();
    references(&schemas, &mut referred);
    assert!(referred.len() > 10);
    for name in referred {
        assert!(!schemas[&name].is_null(), "{name}");
    }
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Object(fields) => {
            for (key, value) in fields {
                match value.as_str() {
                    Some(target) if key == "$ref" => {
                        found.insert(target.rsplit('/').next().unwrap().to_owned());
                    }
                    _ => references(value, found),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_list_of_command_types_is_that_of_the_commands() {
    let schema = serde_json::to_value(Command::schema()).unwrap();
    let of_schema: Vec<&Value> = schema["oneOf"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["properties"]["command_type"]["enum"][0])
        .collect();
    assert_eq!(of_schema, Command::TYPES);
}
