//! What this server does not do, and how much it does, by the numbers that it was started with.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::rest::limitations::Limitation;

use super::body::MAX_BODY;
use super::document::errors::Errors;
use crate::conversation::{MAX_METADATA, MAX_PAGE as MAX_MESSAGES, MAX_TEXT};
use crate::feed::{KEPT, PER_WINDOW, READ};
use crate::identity::lockout::{FAILURES, MINUTES_15};
use crate::identity::session_tokens::{AT_MOST, LIFETIME};
use crate::project::import::MAX_FILE;
use crate::transport::broadcasting::{MAX_DATA, MAX_NAME};
use crate::transport::connection::{MAX_HEARD, MAX_JOINED, PATIENCE};
use crate::transport::gateway::client::frames::MAX_AUDIO;
use crate::transport::gateway::client::talk::MAX_TEXT as MAX_CLIENT_TEXT;
use crate::transport::limits::{PRESENCE_BURST, PRESENCE_PER_SECOND};
use crate::transport::socketio::{MAX_MESSAGE, MAX_POST};
use crate::transport::{Backend, MAX_TREE_NODES};

/// Tells the limits of this server
///
/// Each with its configured number, and with what to do about it. `planned_fix` and `phase` are null where
/// nothing is to be fixed.
#[utoipa::path(
    get, path = "/api/limitations", tag = "service", operation_id = "list_limitations",
    responses(
        (status = OK, description = "What it does not do, and how much it does", body = Vec<Limitation>),
        Errors<()>,
    ),
)]
pub async fn list(State(backend): State<Arc<Backend>>) -> Json<Vec<Limitation>> {
    Json([access(&backend), rates(&backend), counts(&backend), sizes(&backend)].concat())
}

fn limitation(limitation: String, workaround: &str) -> Limitation {
    Limitation { limitation, workaround: workaround.to_owned(), planned_fix: None, phase: None }
}

/// Who may do what.
fn access(backend: &Backend) -> Vec<Limitation> {
    let failures = limitation(
        format!(
            "{FAILURES} failed attempts to sign in within {} minutes, at an account or from an address",
            MINUTES_15 / 60_000
        ),
        "Wait as long as RATE_LIMITED says",
    );
    let mut all = vec![failures];
    if !backend.networks.are_all() {
        let networks = "Clients of some networks are not answered".to_owned();
        all.push(limitation(networks, "Come by another network; --allow-network, --deny-network"));
    }
    if !backend.identity.is_open() {
        all.extend(sign_in());
        return all;
    }
    let open = limitation(
        "No login: whoever reaches the server may read and change everything, under any name".to_owned(),
        "Start it with --auth token, or listen on loopback",
    );
    all.insert(0, open);
    all
}

/// What holds for who has to say who it is.
fn sign_in() -> [Limitation; 2] {
    let minutes = LIFETIME.as_secs() / 60;
    [
        limitation(
            format!(
                "{AT_MOST} session tokens of one user, each good for {minutes} minutes after it was last used"
            ),
            "The one that was used longest ago makes room for a newer one",
        ),
        limitation(
            format!("{} seconds for who connects to say who it is", PATIENCE.as_secs()),
            "Show a token as you connect, or send authenticate at once",
        ),
    ]
}

fn rates(backend: &Backend) -> Vec<Limitation> {
    let allowance = backend.limiter.allowance();
    let commands = match allowance.commands_per_second {
        0 => "Commands of a connection, or of an author at an address over REST, are not limited".to_owned(),
        per_second => format!(
            "{per_second} commands a second of a connection, or of an author at an address over REST, and \
             {} at once",
            allowance.commands_burst
        ),
    };
    let presence = format!(
        "{PRESENCE_PER_SECOND} changes of presence a second of a connection, or of an author at an address over \
         REST, and {PRESENCE_BURST} at once"
    );
    vec![
        limitation(
            commands,
            "Wait as long as RATE_LIMITED says, or send many commands as one Batch; --max-commands-per-second, \
             --max-commands-burst",
        ),
        limitation(presence, "Send the latest state alone; others are told 20 times a second at most"),
        limitation(
            match allowance.broadcasts_per_minute {
                0 => "Broadcasts of a user are not limited".to_owned(),
                per_minute => format!("{per_minute} broadcasts a minute of a user"),
            },
            "Wait as long as RATE_LIMITED says; --broadcasts-per-minute",
        ),
        limitation(
            format!("{} broadcasts that wait, of each of three priorities", allowance.broadcast_queue),
            "Repeat what was answered BUSY; --broadcast-queue",
        ),
    ]
}

fn counts(backend: &Backend) -> Vec<Limitation> {
    let allowance = backend.limiter.allowance();
    vec![
        limitation(
            format!("{} connections, by Socket.IO and plain WebSocket", many(allowance.connections)),
            "Try again when others have left; --max-connections",
        ),
        limitation(
            format!("{} connections from one address", many(allowance.connections_per_address)),
            "Name the proxies that all come by with --trusted-proxy; --max-connections-per-address",
        ),
        limitation(
            match backend.identity.is_open() {
                true => "Connections of one user are not limited without --auth token".to_owned(),
                false => {
                    format!("{} connections of one user", many(allowance.connections_per_user))
                }
            },
            "Close what is not used, or ask an admin to; --max-connections-per-user",
        ),
        limitation(
            format!(
                "{} minutes without a sign of life end a connection",
                backend.roster.end_idle_after().as_secs() / 60
            ),
            "Answer pings, as every client library does; --end-idle-after",
        ),
        limitation(
            format!("{MAX_JOINED} conversations that a connection is in"),
            "Leave others by chat:leave, or connect twice",
        ),
        limitation(
            format!("{MAX_HEARD} projects that a connection hears"),
            "Leave others by leave_project, or connect twice",
        ),
        limitation(
            format!(
                "{} connections to /ws/{{client_id}} of one client",
                backend.clients.rules().connections_of_a_client
            ),
            "Close what is not used; --max-connections-per-client",
        ),
        limitation(
            format!("{} minutes without a word end one", backend.clients.rules().idle.as_secs() / 60),
            "Connect again with its conversation_id; --client-idle",
        ),
        limitation(
            format!(
                "{} connections of one address on /ws",
                backend.streams.rules().connections_of_an_address
            ),
            "Close what is not used",
        ),
        limitation(
            format!("{PER_WINDOW} published events a minute in a session"),
            "Wait as long as the refusal says",
        ),
        limitation(
            format!(
                "{KEPT} turns of a conversation that an engine leads, from its last {READ} events if nobody asked before"
            ),
            "Read all events by GET /api/v1/sessions/{session_id}/events?kind=published",
        ),
        limitation(
            format!("{} sessions at once that somebody is in", many(backend.registry.max_sessions())),
            "Those that nobody is in make room by themselves; --max-sessions",
        ),
    ]
}

fn sizes(backend: &Backend) -> Vec<Limitation> {
    let graph = backend.projects.limits();
    vec![
        limitation(
            format!("{} nodes a project, {} levels deep", graph.nodes, graph.depth),
            "Make several projects; --max-nodes",
        ),
        limitation(
            format!("{} bytes a property value, as JSON", graph.property_bytes),
            "Keep large content elsewhere and its address in the property",
        ),
        limitation(
            format!("{MAX_BODY} bytes a command, over REST, Socket.IO and plain WebSocket"),
            "Send several commands",
        ),
        limitation(
            format!("{MAX_MESSAGE} bytes a WebSocket message, {MAX_POST} bytes a polling request"),
            "Send several messages: over it the connection is closed, or the request refused",
        ),
        limitation(
            format!("{MAX_TEXT} characters a message, and {MAX_METADATA} bytes of metadata with it, as JSON"),
            "Send several messages",
        ),
        limitation(
            format!(
                "{MAX_CLIENT_TEXT} characters a message, and {MAX_AUDIO} bytes of sound, on /ws/{{client_id}}"
            ),
            "Send several messages",
        ),
        limitation(
            format!("{MAX_MESSAGES} messages a page"),
            "Read the others by before or after at GET /api/v1/conversations/{conversation_id}/messages",
        ),
        limitation(
            format!("{MAX_DATA} bytes a broadcast, and {MAX_NAME} characters its event's name"),
            "Broadcast an address, and let clients fetch what is there",
        ),
        limitation(format!("{MAX_FILE} bytes a project file"), "Split the project into several files"),
        limitation(
            format!("{MAX_TREE_NODES} nodes of a graph that is sent along with an answer"),
            "Read the graph by GET /api/v1/projects/{project_id}, which has no limit of size",
        ),
    ]
}

/// A number in front of what it counts.
fn many(number: usize) -> String {
    if number == 0 { "Any number of".to_owned() } else { number.to_string() }
}
