//! How many connections there may be to what, what each may hear, and when one is ended.

use graphroom_protocol::channel::MAX_PROJECT_ID;
use graphroom_protocol::rest::limitations::Limitation;
use graphroom_protocol::status::MAX_TOPICS;

use super::{limitation, time};
use crate::transport::Backend;
use crate::transport::connection::{MAX_HEARD, MAX_JOINED, MAX_SILENCE};
use crate::transport::gateway;
use crate::transport::gateway::flat::{MAX_SUBSCRIPTION, MAX_SUBSCRIPTIONS};
use crate::transport::gateway::stream::MAX_TEXT;
use crate::transport::link::MAX_STALL;
use crate::transport::socketio::{MAX_WATCHED, MAX_WATCHERS, PING_INTERVAL, PING_TIMEOUT};

pub fn told(backend: &Backend) -> Vec<Limitation> {
    let mut all = Vec::new();
    all.extend(ends(backend));
    all.extend(hearing());
    all.extend(of_some_paths(backend));
    if !backend.realtime.chat {
        all.push(limitation(
            "Nobody is told how the assistant gets on with messages to a project's chat",
            "Ask GET /api/chat/status/{project_id}; --realtime-chat",
        ));
    }
    if !backend.realtime.status {
        all.push(limitation(
            "Nobody is told how the server is as it changes",
            "Ask GET /api/websocket/status/system; --realtime-status",
        ));
    }
    if backend.terms.admin_ui {
        all.push(limitation(
            format!(
                "{MAX_WATCHERS} admins who look on by Socket.IO's Admin UI, which is shown {MAX_WATCHED} \
                 bytes of sockets"
            ),
            "Close a page of it that is not used, or look at /admin; --admin-ui",
        ));
    }
    all
}

/// When a connection is ended.
fn ends(backend: &Backend) -> [Limitation; 5] {
    let patience = backend.terms.patience;
    [
        limitation(
            format!("{} without a sign of life end a connection", time(backend.roster.end_idle_after())),
            "Answer pings, as every client library does; --end-idle-after",
        ),
        limitation(
            format!(
                "{} to answer a ping of Socket.IO's, which comes every {}",
                time(PING_TIMEOUT),
                time(PING_INTERVAL)
            ),
            "Use a client library of Socket.IO's; it comes back by itself",
        ),
        limitation(
            format!(
                "{} without a sign of life end a plain WebSocket, which is pinged every {}",
                time(MAX_SILENCE),
                time(gateway::PING_INTERVAL)
            ),
            "Answer pings, as every WebSocket does; connect again and join with since",
        ),
        limitation(
            format!(
                "{} in which a client takes nothing of what waits for it end its connection",
                time(MAX_STALL)
            ),
            "Keep reading; connect again and join with since",
        ),
        limitation(
            format!(
                "{} for the headers of a request, {} between two pieces of its body",
                time(patience.headers),
                time(patience.body)
            ),
            "Send the request in one go; open a new connection for the next one",
        ),
    ]
}

/// What one connection may hear.
fn hearing() -> [Limitation; 4] {
    [
        limitation(
            format!("{MAX_JOINED} conversations that a connection is in"),
            "Leave others by chat:leave, or connect twice",
        ),
        limitation(
            format!(
                "{MAX_HEARD} projects and topics that a connection hears, by ids of {MAX_PROJECT_ID} \
                 characters at most"
            ),
            "Leave others by leave_project and unsubscribe, or connect twice",
        ),
        limitation(format!("{MAX_TOPICS} topics in one subscribe or unsubscribe"), "Send several of them"),
        limitation(
            format!(
                "{MAX_SUBSCRIPTIONS} subscriptions of a page on /api/websocket/ws, by names of \
                 {MAX_SUBSCRIPTION} characters at most"
            ),
            "Unsubscribe from others, or subscribe to nothing: then all comes",
        ),
    ]
}

/// What is counted for itself at some paths.
fn of_some_paths(backend: &Backend) -> [Limitation; 7] {
    let (chat, client, stream) =
        (backend.chat_sessions.rules(), backend.clients.rules(), backend.streams.rules());
    [
        limitation(
            format!("{} connections to /ws/chat", chat.connections),
            "Connect again when close code 1013 is some time ago; --max-chat-connections",
        ),
        limitation(
            format!("{} connections to /ws/chat of one client", chat.connections_of_a_client),
            "Close what is not used, or have several conversations over one connection; \
             --max-chat-connections-per-client",
        ),
        limitation(
            format!("{} without a frame of the client's end a connection to /ws/chat", time(chat.idle)),
            "Answer each ping by pong; connect again with the same conversation_id; --chat-idle",
        ),
        limitation(
            format!(
                "{} connections to /ws/{{client_id}} of one client, those over requests among them",
                client.connections_of_a_client
            ),
            "Close what is not used; --max-connections-per-client",
        ),
        limitation(
            format!("{} without a word end a connection to /ws/{{client_id}}", time(client.idle)),
            "Connect again with its conversation_id; --client-idle",
        ),
        limitation(
            format!("{} connections of one address on /ws", stream.connections_of_an_address),
            "Close what is not used",
        ),
        limitation(
            format!(
                "{} for a client of /ws to say which session it wants, in texts of {MAX_TEXT} characters at most",
                time(stream.first_frame)
            ),
            "Send the first frame, {} will do, as soon as the WebSocket is open",
        ),
    ]
}
