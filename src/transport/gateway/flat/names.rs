//! What pages know events by, where that is not what the server calls them: their names, and fields in camelCase.

use std::collections::HashMap;
use std::sync::LazyLock;

use graphroom_protocol::registry::{Lane, sent};
use serde_json::{Map, Value, json};

/// Events that pages know by another name; they come by that.
pub const OTHERS: [(&str, &str); 8] = [
    ("new_message", "message_received"),
    ("typing_indicator", "typing_start"),
    ("conversation_deleted", "session_deleted"),
    ("project-updated", "project_updated"),
    ("joined", "session_joined"),
    ("left", "session_left"),
    ("project_joined", "user_joined_project"),
    ("project_left", "user_left_project"),
];

/// Fields that pages read in camelCase, too.
const FIELDS: [(&str, &str); 6] = [
    ("message_id", "messageId"),
    ("session_id", "sessionId"),
    ("conversation_id", "conversationId"),
    ("project_id", "projectId"),
    ("user_id", "userId"),
    ("connection_id", "connectionId"),
];

/// What pages know an event by, if that is another name.
pub fn other(event: &str) -> Option<&'static str> {
    OTHERS.into_iter().find(|(known, _)| *known == event).map(|(_, other)| other)
}

/// Whom an event goes to; none of what is no event of the server's.
pub fn lane(event: &str) -> Option<Lane> {
    static LANES: LazyLock<HashMap<&str, Lane>> =
        LazyLock::new(|| sent().into_iter().map(|event| (event.name.as_str(), event.lane)).collect());
    LANES.get(event).copied()
}

/// Adds what pages read of an event and the server says otherwise.
pub fn add_fields(event: &str, fields: &mut Map<String, Value>) {
    add_event_fields(event, fields);
    add_ids(fields);
}

/// Adds the ids as pages read them.
pub fn add_ids(fields: &mut Map<String, Value>) {
    for (snake, camel) in FIELDS {
        if let Some(value) = fields.get(snake).cloned() {
            fields.entry(camel).or_insert(value);
        }
    }
    // To a page a conversation is a session.
    if let Some(value) = fields.get("conversation_id").cloned() {
        fields.entry("sessionId").or_insert(value);
    }
}

fn add_event_fields(event: &str, fields: &mut Map<String, Value>) {
    let added = match event {
        "new_message" | "message_updated" => {
            let message = fields.get("message").cloned().unwrap_or_default();
            let mut added =
                json!({ "messageId": message["message_id"], "userId": message["author"]["user_id"] });
            if event == "message_updated" {
                added["updates"] = message;
            }
            added
        }
        "typing_indicator" | "typing_stop" => {
            json!({ "user": { "id": fields.get("user_id"), "name": fields.get("name") } })
        }
        "project-updated" | "project_updated" => json!({ "updates": { "name": fields.get("name") } }),
        _ => return,
    };
    let Value::Object(added) = added else { return };
    for (name, value) in added {
        fields.entry(name).or_insert(value);
    }
}

#[cfg(test)]
mod tests {
    use graphroom_protocol::EventName;

    use super::*;

    #[test]
    fn every_event_with_another_name_is_one_and_no_event_has_that_name() {
        let known = |name: &str| EventName::ALL.iter().any(|event| event.as_str() == name);
        for (event, other) in OTHERS {
            // Whoever hears a project is told of its name by that very name.
            let is_same = other == EventName::ProjectChanged.as_str();
            assert!(known(event) && (!known(other) || is_same), "{event} as {other}");
        }
    }

    #[test]
    fn what_an_event_says_itself_is_left_alone() {
        let Value::Object(mut fields) = json!({ "user_id": "ann", "userId": "said", "conversation_id": "c" })
        else {
            unreachable!()
        };
        add_fields("typing_stop", &mut fields);
        let user = json!({ "id": "ann", "name": null });
        let expected = json!({ "user_id": "ann", "userId": "said", "conversation_id": "c", "conversationId": "c",
            "sessionId": "c", "user": user });
        assert_eq!(Value::Object(fields), expected);
    }
}
