//! The connections that there are: counted, listed, ended.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::schema::always_true;

/// The answer to `GET /api/connections/stats`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConnectionStats {
    /// How many there are.
    pub total_connections: usize,
    /// Those whose credentials count.
    pub authenticated_connections: usize,
    /// Clients that they are of: several tabs of one client are one.
    pub unique_clients: usize,
    /// Conversations that clients of `/ws/{client_id}` are in.
    pub active_conversations: usize,
    /// When that was.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// The answer to `POST /api/connections/cleanup`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConnectionsCleaned {
    /// How many were ended.
    pub cleaned: usize,
}

/// A connection.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConnectionInfo {
    /// Names the connection, and no other one ever.
    pub connection_id: String,
    /// The socket's id: `client_id` in events.
    pub sid: String,
    /// The client that it is of: the same for all its tabs.
    pub client_id: String,
    /// Who it is; null as long as it has to say so and has not.
    #[schema(required)]
    pub user_id: Option<String>,
    /// What people call it.
    #[schema(required)]
    pub name: Option<String>,
    /// The session that it is in, or one of them; of a client of `/ws/{client_id}` what that knows its talk by.
    #[schema(required)]
    pub session_id: Option<String>,
    /// The conversation that a client of `/ws/{client_id}` is in; null for others, who may be in many.
    #[schema(required)]
    pub conversation_id: Option<String>,
    /// The projects of its sessions.
    pub project_ids: Vec<String>,
    /// The sessions that it is in.
    pub sessions: Vec<JoinedSession>,
    /// What it comes by.
    pub transport: Transport,
    /// Where it comes from.
    pub ip_address: String,
    /// What the client's software calls itself.
    #[schema(required)]
    pub user_agent: Option<String>,
    /// Since when it is there.
    #[schema(format = DateTime)]
    pub connected_at: String,
    /// When something last came from it: whatever it was, the answer to a ping too. With a client of `/ws/{client_id}` when
    /// something was last said.
    #[schema(format = DateTime)]
    pub last_activity: String,
    /// Whether it showed credentials that count.
    pub is_authenticated: bool,
    /// Sessions that it is in.
    pub subscription_count: usize,
    /// Events that came from it.
    pub message_count: u64,
    /// Those of them that were `ping`.
    pub heartbeat_count: u64,
    /// Packets that were handed to it.
    pub messages_sent: u64,
    /// The bytes of them.
    pub bytes_sent: u64,
    /// More about it.
    pub metadata: ConnectionMetadata,
}

/// A session that a connection is in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct JoinedSession {
    /// Which.
    pub session_id: String,
    /// Its project, if it has one.
    #[schema(required)]
    pub project_id: Option<String>,
    /// Graph events that the connection has yet to be handed.
    pub behind: u64,
    /// Whether it takes no more at present.
    pub is_lagging: bool,
}

/// What a connection comes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// A WebSocket.
    Websocket,
    /// Requests: long polling, or a stream of events.
    Polling,
}

/// What else is known of a connection.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConnectionMetadata {
    /// The protocol and its generation: `engine.io 4`.
    pub protocol: String,
    /// The namespace that it is in.
    pub namespace: String,
}

/// The answer to `GET /api/websocket/connections`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConnectionsAnswer {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// The connections, counted and listed.
    pub data: ConnectionsView,
    /// When that was.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// The connections, counted and listed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConnectionsView {
    /// In numbers.
    #[serde(flatten)]
    pub numbers: ConnectionNumbers,
    /// They themselves, oldest first, as many as were asked for.
    pub connections: Vec<ConnectionInfo>,
}

/// Who is connected, in numbers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConnectionNumbers {
    /// How many there were since the server started; to who sees its own alone, how many there are.
    pub total_connections: u64,
    /// How many there are.
    pub active_connections: usize,
    /// Events that came, since the server started; to who sees its own alone, by those that there are.
    pub messages_processed: u64,
    /// Users that they are of.
    pub unique_users: usize,
    /// Projects that they are in.
    pub active_projects: usize,
    /// How many there are of each address.
    pub connections_per_ip: BTreeMap<String, usize>,
    /// The projects that most of them are in, ten at most.
    pub top_projects: Vec<ProjectConnections>,
    /// How long they have been there, in seconds, on average.
    pub average_uptime: f64,
    /// When that was.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// How many connections are in a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProjectConnections {
    /// Which.
    pub project_id: String,
    /// How many.
    pub active_connections: usize,
}

/// The answer to `GET /api/websocket/connections/{connection_id}`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConnectionAnswer {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// The connection.
    pub data: ConnectionInfo,
    /// When that was.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// The body of `POST /api/v1/admin/disconnect`: one of the three ids.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct Disconnect {
    /// This connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection_id: Option<String>,
    /// All of this user's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// All that are in this session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// What they are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 256)]
    pub reason: Option<String>,
}

/// The answer to it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Disconnected {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// How many were ended.
    pub disconnected: usize,
}
