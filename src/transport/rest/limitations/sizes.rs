//! How large what comes in may be, how long a name, and how much a list tells at a time.

use graphroom_protocol::rest::limitations::Limitation;

use super::limitation;
use crate::conversation::{MAX_PAGE as MAX_MESSAGES, MAX_PAGE_BYTES};
use crate::identity::foreign::MAX_CLAIM;
use crate::identity::sign_in::MAX_NAME as MAX_DEVICE;
use crate::project::catalogue::MAX_NAME as MAX_PROJECT_NAME;
use crate::session::tail::MAX_PAGE_BYTES as MAX_EVENTS_BYTES;
use crate::transport::connection::identity::MAX_NAME;
use crate::transport::connection::inbound::MAX_EVENT;
use crate::transport::gateway::client::MAX_ID as MAX_CLIENT_ID;
use crate::transport::request_log::MAX_ID as MAX_REQUEST_ID;
use crate::transport::rest::body::MAX_BODY;
use crate::transport::rest::maintenance::{MAX_MESSAGE as MAX_NOTIFICATION, MAX_REASON};
use crate::transport::rest::{
    audit, connections, conversations, events, history, inspector, project_chat, projects, search, status,
};
use crate::transport::socketio::{MAX_MESSAGE, MAX_POST};
use crate::transport::{gateway, inspection};

/// Where what reads JSON gives up. It has no name for it: a test below holds this to it.
const JSON_LEVELS: usize = 128;

pub fn told() -> Vec<Limitation> {
    [&of_what_comes_in()[..], &of_names()[..], &of_lists()[..]].concat()
}

fn of_what_comes_in() -> [Limitation; 3] {
    [
        limitation(
            format!(
                "{MAX_EVENT} bytes a command or another event, over Socket.IO and plain WebSocket, \
                 {MAX_BODY} bytes a body over REST"
            ),
            "Send several commands",
        ),
        limitation(
            format!(
                "{MAX_MESSAGE} bytes a WebSocket message, {MAX_POST} bytes a polling request; {} bytes a \
                 message of a plain WebSocket",
                gateway::MAX_MESSAGE
            ),
            "Send several messages: over it the connection is closed, or the request refused",
        ),
        limitation(
            format!("JSON alone, nested less than {JSON_LEVELS} levels deep: no binary data"),
            "Send an address, or text in base64; nest less deep",
        ),
    ]
}

fn of_names() -> [Limitation; 3] {
    [
        limitation(
            format!("{MAX_REQUEST_ID} visible ASCII characters an x-request-id"),
            "Take a shorter one: a longer one is passed over, and the answer has another",
        ),
        limitation(
            format!(
                "{MAX_NAME} characters the id and the name of a user, {MAX_DEVICE} the name of a device, \
                 {MAX_CLIENT_ID} a client_id, {MAX_PROJECT_NAME} the name of a project, {MAX_CLAIM} bytes \
                 those in tokens of others"
            ),
            "Take a shorter one",
        ),
        limitation(
            format!(
                "{MAX_NOTIFICATION} characters an admin's notification, {MAX_REASON} the reason of \
                 maintenance, {} that of a disconnect, {} what sessions are searched for",
                connections::MAX_REASON,
                inspector::MAX_SEARCH
            ),
            "Say it shorter, or where more stands",
        ),
    ]
}

/// How many a list has at most, however many are asked for.
fn of_lists() -> [Limitation; 3] {
    [
        limitation(
            format!(
                "{MAX_MESSAGES} messages a page, of {MAX_PAGE_BYTES} bytes, {} conversations, {} sessions \
                 of a project's chat",
                conversations::MAX_PAGE,
                project_chat::MOST
            ),
            "Read the others by before or after at GET /api/v1/conversations/{conversation_id}/messages, \
             by before at GET /api/v1/conversations",
        ),
        limitation(
            format!(
                "{} events of a session a page, of {MAX_EVENTS_BYTES} bytes, {} commands of a history, {} \
                 projects, {} nodes that a search finds",
                events::MAX_PAGE,
                history::MAX_PAGE,
                projects::MAX_PAGE,
                search::MOST
            ),
            "Go on with what the page says: seq, next_before, offset; search for something narrower",
        ),
        limitation(
            format!(
                "For admins, {} entries of the audit log a page, {} connections, {} sessions and {} \
                 members of one, {} alerts",
                audit::MAX_PAGE,
                connections::MAX_LISTED,
                inspector::MAX_LISTED,
                inspection::MAX_MEMBERS,
                status::MOST
            ),
            "Go on with next where there is one, or look for something narrower",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_read_up_to_the_level_that_is_told_and_no_further() {
        let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        let reads = |levels| serde_json::from_str::<serde_json::Value>(&nested(levels)).is_ok();
        assert!(reads(JSON_LEVELS - 1) && !reads(JSON_LEVELS));
    }
}
