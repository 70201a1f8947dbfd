//! Broadcasts: sent, counted, looked at and sent again; maintenance, and word of it.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::schema::always_true;

/// The body of a broadcast: what the event carries. 64 KiB at most.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = Object)]
pub struct BroadcastData(pub Map<String, Value>);

/// The answer to who sent a broadcast.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BroadcastAnswer {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// What was sent.
    pub data: BroadcastSent,
}

/// A broadcast that was taken, and will be handed over.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct BroadcastSent {
    /// Names it.
    pub broadcast_id: String,
    /// The project that it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub project_id: Option<String>,
    /// The user that it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub user_id: Option<String>,
    /// The session that it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub session_id: Option<String>,
    /// The client that it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub client_id: Option<String>,
    /// The connection that it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub connection_id: Option<String>,
    /// The conversation that it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub conversation_id: Option<String>,
    /// The name of the event.
    pub event_type: String,
    /// How urgent it is.
    pub priority: i64,
    /// How many connections it is for.
    pub target_count: usize,
    /// When that was: ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// How it is with one broadcast.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct BroadcastInfo {
    /// Names it: its `broadcast_id`.
    pub message_id: String,
    /// The name of the event.
    pub event_type: String,
    /// What kind of receivers it is for.
    #[schema(value_type = String)]
    pub target_type: &'static str,
    /// How many connections it is for.
    pub target_count: usize,
    /// How many were handed it: it is on its way to their clients.
    pub delivered_count: usize,
    /// How many said that they have it.
    pub acknowledged_count: usize,
    /// How many it failed for: they were gone before, or did not say that they have it.
    pub failed_count: usize,
    /// How often it was tried.
    pub attempts: u32,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Whether nothing is waited for.
    pub is_complete: bool,
    /// Whether receivers have to say that they have it.
    pub require_ack: bool,
    /// How urgent it is.
    pub priority: i64,
}

/// The answer to `GET /api/websocket/broadcast/{broadcast_id}`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BroadcastInfoAnswer {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// The broadcast.
    pub data: BroadcastInfo,
    /// When that was: ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// The answer to `GET /api/websocket/broadcast/active` and `/failed`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BroadcastListAnswer {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// The broadcasts, the newest first, fifty at most.
    pub data: Vec<BroadcastInfo>,
    /// When that was: ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// The answer to `POST /api/websocket/broadcast/{broadcast_id}/retry`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BroadcastRetryAnswer {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// What is tried again.
    pub data: BroadcastRetried,
    /// When that was: ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// A broadcast that is tried again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BroadcastRetried {
    /// Names it.
    pub broadcast_id: String,
    /// For how many it is tried again: those that it failed for.
    pub retried: usize,
}

/// How many broadcasts wait to be handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BroadcastQueues {
    /// Of priority 3 and more.
    pub high_priority: usize,
    /// Of priority 2.
    pub normal_priority: usize,
    /// Of priority 1 and less.
    pub low_priority: usize,
}

/// The broadcasts that are remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ActiveBroadcasts {
    /// All of them.
    pub total: usize,
    /// Those of which nothing is waited for.
    pub completed: usize,
    /// The others.
    pub pending: usize,
}

/// All broadcasts in numbers, since the server started.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct BroadcastStats {
    /// What waits.
    pub queues: BroadcastQueues,
    /// What is remembered.
    pub active_broadcasts: ActiveBroadcasts,
    /// How many there were.
    pub total_broadcasts: u64,
    /// How many receivers they had in all.
    pub total_receivers: u64,
    /// How many of those were handed theirs or, where that was asked for, said that they have it.
    pub successful_deliveries: u64,
    /// How many it failed for.
    pub failed_deliveries: u64,
    /// Attempts beside the first of each.
    pub retry_count: u64,
    /// Successful deliveries of all receivers, from 0 to 1.
    pub success_rate: f64,
    /// When that was: ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// The answer to `GET /api/websocket/broadcast/stats`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BroadcastStatsAnswer {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// The numbers.
    pub data: BroadcastStats,
    /// When that was: ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// The body of `POST /api/v1/admin/maintenance`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SetMaintenance {
    /// Whether commands are refused from now on.
    pub enabled: bool,
    /// Why, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 256)]
    pub reason: Option<String>,
    /// When clients are to try again, in milliseconds; 30 s if it does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 86_400_000_u64)]
    pub retry_after_ms: Option<u64>,
}

/// Whether commands are refused.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MaintenanceView {
    /// Whether they are.
    pub enabled: bool,
    /// Why, as far as somebody said so.
    pub reason: Option<String>,
    /// When clients are to try again.
    pub retry_after_ms: Option<u64>,
    /// Since when.
    #[schema(format = DateTime)]
    pub since: Option<String>,
}

/// How grave a notification is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Better to know.
    Warning,
    /// Everybody has to know.
    Critical,
}

impl Severity {
    /// The one of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        match name {
            "info" => Some(Self::Info),
            "warning" => Some(Self::Warning),
            "critical" => Some(Self::Critical),
            _ => None,
        }
    }
}

/// The body of `POST /api/v1/admin/notifications`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NewNotification {
    /// What there is to say.
    #[schema(min_length = 1, max_length = 2_000)]
    pub message: String,
    /// How grave it is; `info` if it does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// For who is in this project or hears it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 128)]
    pub project_id: Option<String>,
    /// For this user.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 128)]
    pub user_id: Option<String>,
}

/// A notification that was sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NotificationSent {
    /// Names the broadcast that it is.
    pub broadcast_id: String,
    /// How many connections it is for.
    pub target_count: usize,
}
