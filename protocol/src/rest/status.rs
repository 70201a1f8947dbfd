//! How the server is, as routes tell it.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::connections::ConnectionNumbers;
use crate::schema::always_true;
use crate::status::{Alert, BreakerView, Check, HealthSummary, Metrics};

/// The answer to `GET /api/websocket/status/health`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HealthAnswer {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// How it is.
    pub data: HealthSummary,
    /// When that was: ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// The answer to `GET /api/websocket/status/system` and `POST /api/websocket/status/health-check`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SystemAnswer {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// How it is.
    pub data: System,
    /// When that was: ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// How the server is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct System {
    /// In short.
    pub health: HealthSummary,
    /// What was measured last; null before the first time.
    #[schema(required)]
    pub metrics: Option<Metrics>,
    /// The alerts that are kept, a hundred at most, oldest first.
    pub alerts: Vec<Alert>,
    /// What the thresholds are held against.
    pub performance: Performance,
    /// What failed several times in a row is left alone for a while.
    pub circuit_breakers: BTreeMap<String, BreakerView>,
    /// When that was.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// What the thresholds are held against.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Performance {
    /// How long a command took to be answered on average, in seconds.
    pub avg_response_time: f64,
    /// The share of answers that say that the server failed.
    pub avg_error_rate: f64,
    /// Connections that there are.
    pub current_connections: usize,
}

/// The answer to `GET /api/websocket/status/alerts`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AlertsAnswer {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// The newest first.
    pub data: Vec<Alert>,
    /// When that was: ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// The answer to `POST /api/websocket/status/alerts/{alert_id}/acknowledge`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AlertAnswer {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// The alert as it is now.
    pub data: Alert,
    /// When that was: ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// The answer to `GET /api/websocket/status/history`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HistoryAnswer {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// The rounds of checks, oldest first, a thousand at most.
    pub data: Vec<Check>,
    /// When that was: ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// The answer to `POST /api/websocket/maintenance/connections/cleanup`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CleanupAnswer {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// What came of it.
    pub data: Cleanup,
}

/// What came of a cleanup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Cleanup {
    /// Connections that there were.
    pub connections_before: usize,
    /// Those that are left.
    pub connections_after: usize,
    /// Those that were ended.
    pub connections_removed: usize,
    /// When that was: ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// The answer to `GET /api/status/live`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LiveAnswer {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// How it is.
    pub data: Live,
    /// When that was: ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// How the server is at this moment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Live {
    /// In short.
    pub status: HealthSummary,
    /// What was measured last; null before the first time.
    #[schema(required)]
    pub metrics: Option<Metrics>,
    /// The alerts that last, oldest first.
    pub alerts: Vec<Alert>,
}

/// The answer to `GET /api/status/metrics`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MetricsAnswer {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// What was measured last; null before the first time.
    #[schema(required)]
    pub data: Option<Metrics>,
    /// When that was: ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// The answer to `GET /api/status/connections`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConnectionNumbersAnswer {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// Who is connected, in numbers.
    pub data: ConnectionNumbers,
    /// When that was: ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// The answer to `GET /api/v1/admin/charts`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Charts {
    /// How far the points are apart.
    pub interval_seconds: f64,
    /// Oldest first; those of the last hour at most.
    pub points: Vec<ChartPoint>,
}

/// What was measured at a moment; what is by second is so since the point before.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ChartPoint {
    /// When: ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub at: String,
    /// Connections that there were.
    pub connections: usize,
    /// Sessions that were loaded.
    pub sessions: usize,
    /// Connections that were in sessions, once for each session.
    pub members: usize,
    /// Commands that were answered.
    pub commands_per_second: f64,
    /// Graph events that were committed.
    pub events_per_second: f64,
    /// Graph events that members were handed.
    pub deliveries_per_second: f64,
    /// What came over connections and was refused.
    pub refused_per_second: f64,
    /// The share of the machine's processors that the process used, from 0 to 1.
    pub cpu: f64,
    /// The memory that it used.
    pub memory_bytes: u64,
    /// 99 of 100 commands took no longer.
    pub command_p99_ms: f64,
    /// By how much a timer of 100 ms was late at most.
    pub event_loop_lag_ms: f64,
    /// Alerts that lasted.
    pub active_alerts: usize,
}

impl From<Metrics> for ChartPoint {
    fn from(metrics: Metrics) -> Self {
        Self {
            at: metrics.timestamp,
            connections: metrics.active_connections,
            sessions: metrics.sessions,
            members: metrics.members,
            commands_per_second: metrics.commands_per_second,
            events_per_second: metrics.events_per_second,
            deliveries_per_second: metrics.deliveries_per_second,
            refused_per_second: metrics.refused_per_second,
            cpu: metrics.cpu_usage,
            memory_bytes: metrics.memory_bytes,
            command_p99_ms: metrics.command_p99_ms,
            event_loop_lag_ms: metrics.event_loop_lag_ms,
            active_alerts: metrics.active_alerts,
        }
    }
}
