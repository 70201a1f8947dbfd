//! The names of events that nobody but the server may send: those that it sends, and those that are kept for it.

use std::collections::BTreeMap;

use crate::EventName;

/// Names that mean something to clients of one kind or another, and that the server itself does not send, or sends as frames
/// of one protocol alone.
const KEPT: &[&str] = &[
    "ai_error",
    "ai_response_received",
    "answer",
    "authenticate",
    "broadcast_ack",
    "broadcast_sent",
    "connect",
    "connect_error",
    "disconnect",
    "disconnecting",
    "heartbeat",
    "join_project",
    "leave_project",
    "memory_deleted",
    "memory_stored",
    "memory_updated",
    "message",
    "message_received",
    "message_sent",
    "newListener",
    "ping",
    "reconnect",
    "reconnect_attempt",
    "reconnect_failed",
    "removeListener",
    "session_created",
    "session_deleted",
    "session_joined",
    "session_left",
    "session_updated",
    "similar_issues_found",
    "status",
    "subscription_confirmed",
    "subscription_ended",
    "system-status",
    "system_alert",
    "system_metrics",
    "system_status",
    "token_expired",
    "typing_start",
    "user_joined_project",
    "user_left_project",
    "user_offline",
    "user_online",
    "user_updated",
];

/// Every such name.
fn all() -> impl Iterator<Item = &'static str> {
    let sent = EventName::ALL.into_iter().flat_map(|event| [Some(event.as_str()), event.legacy()]);
    sent.flatten().chain(KEPT.iter().copied())
}

/// Whether only the server may send events of this name.
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    all().any(|reserved| reserved == name)
}

/// Every such name, by what a program may call it: `NODE_CREATED` for `node-created`.
#[must_use]
pub fn reserved() -> BTreeMap<String, &'static str> {
    let mut names: BTreeMap<String, &'static str> = BTreeMap::new();
    // The plain name goes to who is written so: `project_updated` before `project-updated`.
    let (plain, others): (Vec<_>, Vec<_>) =
        all().partition(|name| constant(name).to_ascii_lowercase() == *name);
    for name in plain.into_iter().chain(others) {
        let mut constant = constant(name);
        // A name that is written otherwise only.
        while names.get(&constant).is_some_and(|known| *known != name) {
            constant.push_str("_OLDER");
        }
        names.insert(constant, name);
    }
    names
}

fn constant(name: &str) -> String {
    name.chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_a_constant_of_its_own() {
        let names = reserved();
        let different: std::collections::BTreeSet<_> = all().collect();
        assert_eq!(names.len(), different.len(), "{names:?}");
        assert_eq!(names["NODE_CREATED"], "node-created");
        assert_eq!(names["SESSION_CONNECTED"], "session:connected");
        assert_eq!(names["NEW_MESSAGE"], "new_message");
        assert!(is_reserved("connect") && is_reserved("undo") && !is_reserved("deployment_finished"));
    }

    #[test]
    fn the_list_holds_each_name_once_and_in_order() {
        assert!(KEPT.is_sorted_by(|one, other| one < other), "{KEPT:?}");
    }
}
