//! Events for one connection alone: replies to what it sent, and the server's last word.
//!
//! They have no `seq`, are never replayed, and nobody else in the room hears them.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::channel::Features;
use crate::{ErrorCode, EventName};

/// The event `connection_established`: the first frame of a plain WebSocket, and the first event on `/`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConnectionEstablished<'a> {
    /// Its own name.
    pub event: EventName,
    /// The caller's connection, as others see it.
    pub client_id: &'a str,
    /// The same, as who lists connections names it.
    pub connection_id: &'a str,
    /// Who the caller is; null where it has to say so and has not yet.
    #[schema(required = true)]
    pub user_id: Option<&'a str>,
    /// RFC 3339, UTC, microseconds, `Z`.
    pub server_time: String,
    /// What the server tells as it happens.
    pub features: Features,
}

/// The event `joined`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Joined<'a> {
    /// Its own name.
    pub event: EventName,
    /// The room.
    pub session_id: &'a str,
    /// The caller's connection.
    pub client_id: &'a str,
    /// Joined connections, this one included.
    pub active_clients: usize,
    /// RFC 3339, UTC, milliseconds, `Z`.
    pub timestamp: &'a str,
}

/// The event `left`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Left<'a> {
    /// Its own name.
    pub event: EventName,
    /// The room, as the client named it.
    pub session_id: &'a str,
    /// The caller's connection.
    pub client_id: &'a str,
}

/// The event `error`: what was refused, for clients that asked for no acknowledgement or never look at
/// it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ErrorEvent<'a> {
    /// For people.
    pub message: &'a str,
    /// For programs.
    pub code: ErrorCode,
    /// More for programs, by code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub details: Option<&'a Value>,
}

/// The event `server_shutdown`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ServerShutdown {
    /// Its own name.
    pub event: EventName,
    /// When to try again, in milliseconds from now.
    pub retry_after_ms: u64,
}
