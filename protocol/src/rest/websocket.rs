//! How it is with the WebSockets, and which names events have.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::broadcasts::BroadcastStats;
use super::connections::ConnectionNumbers;
use super::status::System;
use crate::schema::always_true;

/// The answer to `GET /api/websocket/status`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebsocketStatusAnswer {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// How it is.
    pub data: WebsocketStatus,
    /// When that was: ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// The answer to `GET /api/websocket/metrics`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebsocketMetricsAnswer {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// All of it.
    pub data: WebsocketMetrics,
    /// When that was: ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// Everything that is told of connections, broadcasts and the server, at once.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebsocketMetrics {
    /// As by `GET /api/websocket/status`.
    pub websocket: WebsocketStatus,
    /// As by `GET /api/websocket/broadcast/stats`.
    pub broadcast: BroadcastStats,
    /// As by `GET /api/websocket/status/system`.
    pub status: System,
    /// In short.
    pub summary: MetricsSummary,
}

/// All of it in short.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct MetricsSummary {
    /// Connections that there are.
    pub total_connections: usize,
    /// Broadcasts that there were.
    pub total_broadcasts: u64,
    /// Successful deliveries of all receivers of those, from 0 to 1.
    pub success_rate: f64,
    /// Whether every component works.
    pub system_healthy: bool,
}

/// How it is with the connections of every transport.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebsocketStatus {
    /// What came and went since the server started.
    pub service: WebsocketFigures,
    /// Who is connected.
    pub connections: ConnectionNumbers,
    /// What the server was told.
    pub settings: WebsocketSettings,
}

/// What came and went since the server started.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebsocketFigures {
    /// For how long, in seconds.
    pub uptime: f64,
    /// Packets that were handed to clients.
    pub messages_sent: u64,
    /// Events that came.
    pub messages_received: u64,
    /// Those that were refused.
    pub errors_count: u64,
    /// Events that clients may send.
    pub event_handlers_count: usize,
    /// Always 0: nothing can be put between an event and its handler.
    pub middleware_count: usize,
}

/// What the server was told.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebsocketSettings {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub enabled: bool,
    /// The first port that it listens on.
    pub port: u16,
    /// How many connections there may be; 0 for any number.
    pub max_connections: usize,
    /// What is told while it happens.
    pub realtime_features: RealtimeFeatures,
}

/// What is told while it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RealtimeFeatures {
    /// What is said in conversations.
    pub chat: bool,
    /// How it is with the server, to who asks.
    pub status: bool,
    /// What is remembered of a project.
    pub memory: bool,
}

/// The frame `system-status` of `/api/websocket/ws`: how it is with the server. What is not measured is null.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SystemStatus {
    /// The process.
    pub system_health: SystemHealth,
    /// What it does.
    pub performance: SystemPerformance,
    /// The assistant.
    pub ai_processing: AssistantProcessing,
    /// Connections that there are.
    pub active_connections: usize,
    /// When that was.
    #[schema(format = DateTime)]
    pub last_update: String,
}

/// The process.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SystemHealth {
    /// `healthy`, or `degraded` while the store takes no writes.
    pub status: &'static str,
    /// The share of the machine's processors that the process used, from 0 to 1; null until it was measured.
    #[schema(required)]
    pub cpu: Option<f64>,
    /// The share of the memory that the process may use and does; null until it was measured.
    #[schema(required)]
    pub memory: Option<f64>,
    /// The share of the data directory's disk that is used; null until it was measured, and where nothing is on a disk.
    #[schema(required)]
    pub disk: Option<f64>,
    /// Not measured.
    #[schema(required)]
    pub network: Option<f64>,
    /// For how long the server has been there, in seconds.
    pub uptime: f64,
}

/// What it does.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SystemPerformance {
    /// How long a command took to be answered of late, on average, in seconds; null until it was measured.
    #[schema(required)]
    pub response_time: Option<f64>,
    /// Events that came, by second, since the server started.
    pub throughput: f64,
    /// The share of them that was refused.
    pub error_rate: f64,
    /// Users that are connected.
    pub active_users: usize,
    /// Events that came.
    pub messages_processed: u64,
}

/// The assistant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AssistantProcessing {
    /// Whether there is one, and it is there.
    pub available: bool,
}

/// The answer to `GET /api/websocket/events/types`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventTypesAnswer {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// The names.
    pub data: EventTypes,
    /// When that was: ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// The names of events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EventTypes {
    /// Those that the server sends or keeps for itself, each by what a program may call it.
    pub event_types: BTreeMap<String, &'static str>,
    /// How many.
    pub total_count: usize,
}
