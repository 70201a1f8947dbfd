//! How the server is: what was checked, what was measured, and what is wrong.
//!
//! Who subscribes to topics is told of it as it changes; the same is read by routes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::EventName;
use crate::schema::always_true;

/// The most topics that one `subscribe` names.
pub const MAX_TOPICS: usize = 100;

/// The argument of `subscribe` and `unsubscribe`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct Topics {
    /// `status`, `health`, `alerts`, `projects`, `user`, `user:` with a user's id, or `project:` with a project's.
    #[schema(min_items = 1, max_items = 100)]
    pub topics: Vec<String>,
}

/// The acknowledgement of `subscribe` and `unsubscribe`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Subscribed {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// What happened to each topic, in the order of the request.
    pub topics: Vec<TopicHeard>,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// What happened to a topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TopicHeard {
    /// The topic, with the id that `user` stands for.
    pub topic: String,
    /// Whether that is new: whoever hears a topic subscribes to it once, whoever does not gives up nothing.
    pub changed: bool,
}

/// How bad something is that lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AlertSeverity {
    /// It may become worse.
    Warning,
    /// A part does not work.
    High,
    /// The server can hardly work.
    Critical,
}

/// What an alert is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertType {
    /// A component does not work.
    ComponentFailure,
    /// Answers take long, or the tasks wait for each other.
    Performance,
    /// Much fails, or something broke.
    Error,
    /// Connections are about to become too many.
    Scalability,
    /// Memory or disk are about to become too little.
    Resource,
}

/// Something that is wrong, or was: one for as long as it lasts, whatever causes it and how often.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Alert {
    /// Names it.
    pub id: String,
    /// What it is about.
    #[serde(rename = "type")]
    pub kind: AlertType,
    /// The component that does not work; only if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// What was measured; only if something was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric: Option<String>,
    /// How much it was when it was worst; null for a component.
    #[schema(required)]
    pub value: Option<f64>,
    /// How much it may be; null for a component.
    #[schema(required)]
    pub threshold: Option<f64>,
    /// How bad it is, or was at its worst.
    pub severity: AlertSeverity,
    /// For people.
    pub message: String,
    /// When it was raised: ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
    /// Whether it is over.
    pub resolved: bool,
    /// When it was over.
    #[schema(required, format = DateTime)]
    pub resolved_at: Option<String>,
    /// Whether an admin has seen it.
    pub acknowledged: bool,
    /// Who.
    #[schema(required)]
    pub acknowledged_by: Option<String>,
    /// When.
    #[schema(required, format = DateTime)]
    pub acknowledged_at: Option<String>,
    /// How often its cause was seen while it lasted.
    pub occurrences: u64,
}

/// How the server is, in short.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct HealthSummary {
    /// Whether every component was checked and works.
    pub healthy: bool,
    /// Whether each component works, by our name for it and by those that others know it by. Before the first check none does.
    pub component_health: BTreeMap<String, bool>,
    /// Components that work; other names are not counted.
    pub healthy_components: usize,
    /// Components that there are.
    pub total_components: usize,
    /// The share of those that work, from 0 to 100.
    pub health_percentage: f64,
    /// When they were last checked; null before the first time.
    #[schema(required, format = DateTime)]
    pub last_check: Option<String>,
    /// Alerts that last.
    pub active_alerts: usize,
    /// Alerts that are kept.
    pub total_alerts: usize,
}

/// What was measured last.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Metrics {
    /// When: ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
    /// For how long the server has been there, in seconds.
    pub uptime: f64,
    /// The share of the memory that the process may use and does, from 0 to 1.
    pub memory_usage: f64,
    /// The memory that the process uses, in bytes.
    pub memory_bytes: u64,
    /// The share of the machine's processors that the process used, from 0 to 1.
    pub cpu_usage: f64,
    /// The share of the data directory's disk that is free, from 0 to 1; null where nothing is on a disk.
    #[schema(required)]
    pub disk_free: Option<f64>,
    /// By how much a timer of 100 ms was late at most, in milliseconds.
    pub event_loop_lag_ms: f64,
    /// Connections that there are.
    pub active_connections: usize,
    /// Sessions that are loaded.
    pub sessions: usize,
    /// Connections that are in sessions, once for each session.
    pub members: usize,
    /// What came and was handed over since the server started.
    pub messages_processed: u64,
    /// What came, by second.
    pub messages_in_per_second: f64,
    /// What was handed over, by second.
    pub messages_out_per_second: f64,
    /// Commands that were answered, by second.
    pub commands_per_second: f64,
    /// Graph events that were committed, by second.
    pub events_per_second: f64,
    /// Graph events that members were handed, by second.
    pub deliveries_per_second: f64,
    /// What came over connections and was refused, by second.
    pub refused_per_second: f64,
    /// The share of answers that say that the server failed; 0 if there were fewer than ten.
    pub error_rate: f64,
    /// How long a command took to be answered on average, in seconds.
    pub response_time: f64,
    /// Half of the commands took no longer than this, in milliseconds.
    pub command_p50_ms: f64,
    /// 99 of 100 commands took no longer than this, in milliseconds.
    pub command_p99_ms: f64,
    /// Half of the commits took no longer than this, in milliseconds.
    pub commit_p50_ms: f64,
    /// 99 of 100 commits took no longer than this, in milliseconds.
    pub commit_p99_ms: f64,
    /// Alerts that last.
    pub active_alerts: usize,
}

/// `system_status_update`: how the server is; every minute, and whenever its health changes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SystemStatusUpdate {
    /// Its own name.
    pub event: EventName,
    /// In short.
    pub health: HealthSummary,
    /// What was measured last; null before the first time.
    #[schema(required)]
    pub metrics: Option<Metrics>,
    /// The last ten alerts, oldest first.
    pub alerts: Vec<Alert>,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// `performance_alert`: an alert was raised, became worse, or is over.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PerformanceAlert {
    /// Its own name.
    pub event: EventName,
    /// The alert.
    pub alert: Alert,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// `health_check`: the components were checked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HealthCheck {
    /// Its own name.
    pub event: EventName,
    /// What came of it.
    pub check: Check,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// A round of checks.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Check {
    /// When: ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
    /// Whether every component works.
    pub healthy: bool,
    /// Whether each does, by its names.
    pub components: BTreeMap<String, bool>,
    /// How long it took, in seconds.
    pub check_duration: f64,
}

/// `metrics_update`: something was measured.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MetricsUpdate {
    /// Its own name.
    pub event: EventName,
    /// What.
    pub metrics: Metrics,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// How a breaker stands: what failed several times in a row is left alone for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BreakerView {
    /// `closed`, everybody is let through; `open`, nobody is; `half_open`, one at a time is.
    pub state: BreakerState,
    /// Failures since the last time that all was well.
    pub failure_count: u32,
    /// When the last one was.
    #[schema(required, format = DateTime)]
    pub last_failure_time: Option<String>,
    /// Successes since it tries again.
    pub success_count: u32,
}

/// What a breaker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BreakerState {
    /// Everybody is let through.
    Closed,
    /// Nobody is.
    Open,
    /// One at a time is.
    HalfOpen,
}
