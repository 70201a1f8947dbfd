//! Who is connected to `/ws/chat`, and how it is with it.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

/// The answer to `GET /ws/health`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChatHealth {
    /// Always `healthy`: the process answers.
    pub status: &'static str,
    /// Always `websocket`.
    pub service: &'static str,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
    /// What is counted.
    pub metrics: ChatMetrics,
    /// Whether the assistant's server answers.
    pub ollama_status: AssistantStatus,
    /// The same, and whether there is one at all.
    pub assistant: AssistantState,
}

/// How it is with the assistant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AssistantState {
    /// Its server answers.
    Answers,
    /// There is one, and its server does not answer.
    Away,
    /// The server was started without one.
    None,
}

/// Whether the assistant's server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AssistantStatus {
    /// It does.
    Healthy,
    /// It does not, or there is none.
    Unhealthy,
}

/// What is counted of `/ws/chat`; totals are since the server's start.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChatMetrics {
    /// Connected now.
    pub active_connections: usize,
    /// Clients of those.
    pub unique_clients: usize,
    /// Ever connected.
    pub total_connections: u64,
    /// Frames that were sent.
    pub total_messages: u64,
    /// Tokens among them.
    pub total_tokens: u64,
    /// Errors among them.
    pub total_errors: u64,
    /// How many may be connected.
    pub max_connections: usize,
}

/// The answer to `GET /ws/sessions`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChatSessionList {
    /// How many.
    pub total_sessions: usize,
    /// Each by its id: the caller's own; all of them for who may do everything.
    pub sessions: BTreeMap<String, ChatSessionView>,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// A connection to `/ws/chat`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChatSessionView {
    /// Whose it is.
    pub client_id: String,
    /// The same as its key.
    pub session_id: String,
    /// Where the client is.
    pub ip_address: String,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub connected_at: String,
    /// When a frame last came or went.
    #[schema(format = DateTime)]
    pub last_activity: String,
    /// Frames that were sent.
    pub message_count: u64,
    /// Tokens among them.
    pub token_count: u64,
    /// Errors among them.
    pub error_count: u64,
}
