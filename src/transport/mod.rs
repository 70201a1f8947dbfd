//! The edges: what reaches the server over the network, and how it leaves.
//!
//! Handlers here take apart, call one method, and map the answer. No rule of the graph and no SQL.

pub mod access;
pub mod address;
pub mod announcing;
pub mod assets;
pub mod broadcasting;
pub mod chatting;
pub mod connection;
pub mod connections;
pub mod credentials;
pub mod doing;
pub mod gateway;
pub mod guard;
pub mod headers;
pub mod hearing;
pub mod inspection;
pub mod limits;
pub mod link;
pub mod networks;
pub mod news;
pub mod noting;
pub mod people;
pub mod processing;
pub mod realtime;
pub mod request_log;
pub mod rest;
pub mod serving;
pub mod socketio;
pub mod status;
pub mod tls;
pub mod topics;

use std::sync::Arc;
use std::time::Duration;

use graphroom_protocol::{ErrorBody, ErrorCode};

use self::connection::Connections;
use self::connections::Roster;
use self::gateway::chat::sessions::ChatSessions;
use self::gateway::client::talks::ClientTalks;
use self::gateway::stream::Streams;
use self::guard::Guard;
use self::limits::Limiter;
use self::networks::Networks;
use self::people::People;
use self::realtime::Realtime;
use self::serving::Patience;
use self::status::StatusRules;
use crate::channels::Channels;
use crate::conversation::Conversations;
use crate::feed::Feeds;
use crate::identity::Identity;
use crate::operations::{Broadcasts, Limit, Maintenance, Metrics, Readiness, Status};
use crate::project::Projects;
use crate::session::{OpenError, Registry};

/// The most nodes of a graph that is sent along with an answer.
pub const MAX_TREE_NODES: usize = 20_000;

/// What all transports work on.
pub struct Backend {
    /// The open sessions.
    pub registry: Arc<Registry>,
    /// What people say to each other and to the assistant.
    pub conversations: Arc<Conversations>,
    /// Who hears which project.
    pub channels: Channels,
    /// Which users hear which project.
    pub people: People,
    /// Who is connected to `/ws/chat`.
    pub chat_sessions: ChatSessions,
    /// The talks of `/ws/{client_id}`, and those over requests.
    pub clients: ClientTalks,
    /// What is told to many at once.
    pub broadcasts: Arc<Broadcasts>,
    /// Whether anything new is carried out.
    pub maintenance: Maintenance,
    /// What is published in sessions, and who listens.
    pub feeds: Arc<Feeds>,
    /// What the connections to `/ws` share.
    pub streams: Streams,
    /// The catalogue of projects and templates.
    pub projects: Projects,
    /// Every connection that may be in sessions.
    pub connections: Connections,
    /// Every connection of whichever transport, to be listed.
    pub roster: Roster,
    /// Where clients may be.
    pub networks: Networks,
    /// Who is who, and who may do what.
    pub identity: Arc<Identity>,
    /// What one client may use of all this.
    pub limiter: Limiter,
    /// What is counted and measured.
    pub metrics: Arc<Metrics>,
    /// Whether the store works.
    pub readiness: Readiness,
    /// How the server is.
    pub status: Arc<Status>,
    /// When it is checked, measured and told.
    pub status_rules: StatusRules,
    /// What is told as it happens.
    pub realtime: Realtime,
    /// The first port that the server listens on.
    pub port: u16,
    /// What else it was started with that clients meet.
    pub terms: Terms,
}

/// What a server was started with that clients meet, and that is held to elsewhere: for who tells of it.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Where requests may come from.
    pub guard: Guard,
    /// How long clients may take with their requests.
    pub patience: Patience,
    /// Whether TLS is spoken, and nothing else.
    pub is_secure: bool,
    /// Whether admins may look on by Socket.IO's Admin UI.
    pub admin_ui: bool,
    /// How long nobody may use a session before it is unloaded.
    pub unload_after: Duration,
}

/// Why a session could not be opened, as clients see it. The cause is logged here, and never sent.
pub fn open_error(error: &OpenError) -> ErrorBody {
    match error {
        OpenError::NotFound => ErrorBody::new(ErrorCode::InvalidSession, "Session not found"),
        OpenError::Full => limits::refusal(
            ErrorCode::SessionLimit,
            Limit::Sessions,
            "As many sessions are used as may be loaded: retry later",
            limits::PAUSE,
        ),
        OpenError::ShuttingDown => {
            ErrorBody::new(ErrorCode::ShuttingDown, "The server is going down: retry later")
        }
        OpenError::Store(cause) => {
            tracing::error!(%cause, "a session could not be opened");
            ErrorBody::new(ErrorCode::StoreUnavailable, "The session could not be read: retry later")
        }
    }
}
