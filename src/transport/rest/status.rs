//! How the server is: read, checked anew, and its alerts acknowledged.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::ErrorCode;
use graphroom_protocol::rest::status::{
    AlertAnswer, AlertsAnswer, Charts, Cleanup, CleanupAnswer, ConnectionNumbersAnswer, HealthAnswer,
    HistoryAnswer, Live, LiveAnswer, MetricsAnswer, SystemAnswer,
};
use graphroom_protocol::status::AlertSeverity;
use serde::Deserialize;
use utoipa::IntoParams;

use super::call::Call;
use super::document::errors::{Errors, InvalidRequest, NotFound};
use super::error::ApiError;
use super::parts::{AlertId, Id, Parameters, number};
use crate::identity::audit::{Kind, Note};
use crate::transport::{Backend, status};

/// Alerts of a list that does not say.
const LISTED: usize = 50;
/// More of anything is not kept.
pub const MOST: usize = 1_000;
/// A year.
const MAX_HOURS: usize = 8_760;
/// Minutes that measures are kept.
const MAX_MINUTES: usize = 60;

fn now(backend: &Backend) -> String {
    backend.status.now().in_microseconds()
}

/// Tells how the server is, in short
///
/// Nothing is asked for it: it is what was found out last. Before the first check nothing is healthy.
#[utoipa::path(
    get, path = "/api/websocket/status/health", tag = "status", operation_id = "read_health",
    responses((status = OK, description = "How it is", body = HealthAnswer), Errors<()>),
)]
pub async fn health(State(backend): State<Arc<Backend>>) -> Json<HealthAnswer> {
    Json(HealthAnswer { success: true, data: backend.status.health(), timestamp: now(&backend) })
}

fn whole(backend: &Backend) -> Json<SystemAnswer> {
    Json(SystemAnswer { success: true, data: status::whole(backend), timestamp: now(backend) })
}

/// Tells all that is known of how the server is
#[utoipa::path(
    get, path = "/api/websocket/status/system", tag = "status", operation_id = "read_system_status",
    responses((status = OK, description = "How it is", body = SystemAnswer), Errors<()>),
)]
pub async fn system(State(backend): State<Arc<Backend>>) -> Json<SystemAnswer> {
    whole(&backend)
}

/// Checks all components now
#[utoipa::path(
    post, path = "/api/websocket/status/health-check", tag = "status", operation_id = "check_health",
    responses((status = OK, description = "How it is", body = SystemAnswer), Errors<()>),
)]
pub async fn check(State(backend): State<Arc<Backend>>) -> Json<SystemAnswer> {
    backend.check().await;
    whole(&backend)
}

/// Which alerts to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Those that are, or were, this bad. There are none of a severity that there is not.
    #[param(required = false, value_type = String, example = "high")]
    severity: Option<String>,
    /// How many to list; 0 for all.
    #[param(value_type = Option<usize>, minimum = 0, maximum = 1_000, default = 50)]
    limit: Option<String>,
}

/// Lists the alerts
///
/// The newest first. A hundred are kept, and all that last.
#[utoipa::path(
    get, path = "/api/websocket/status/alerts", tag = "status", operation_id = "list_alerts", params(Filter),
    responses(
        (status = OK, description = "The alerts", body = AlertsAnswer),
        Errors<InvalidRequest>,
    ),
)]
pub async fn alerts(
    State(backend): State<Arc<Backend>>,
    Parameters(filter): Parameters<Filter>,
) -> Result<Json<AlertsAnswer>, ApiError> {
    let limit = match number("limit", filter.limit.as_deref(), LISTED, 0..=MOST)? {
        0 => MOST,
        limit => limit,
    };
    let severity = filter.severity.as_deref().map(|text| match text {
        "warning" => Some(AlertSeverity::Warning),
        "high" => Some(AlertSeverity::High),
        "critical" => Some(AlertSeverity::Critical),
        _ => None,
    });
    let mut data = backend.status.alerts();
    data.retain(|alert| severity.is_none_or(|severity| Some(alert.severity) == severity));
    data.reverse();
    data.truncate(limit);
    Ok(Json(AlertsAnswer { success: true, data, timestamp: now(&backend) }))
}

/// Says that somebody has seen an alert
///
/// The first who says so counts. It lasts all the same.
#[utoipa::path(
    post, path = "/api/websocket/status/alerts/{alert_id}/acknowledge", tag = "status",
    operation_id = "acknowledge_alert", params(AlertId),
    responses(
        (status = OK, description = "The alert as it is now", body = AlertAnswer),
        Errors<(InvalidRequest, NotFound)>,
    ),
)]
pub async fn acknowledge(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
) -> Result<Json<AlertAnswer>, ApiError> {
    let seen = backend.status.acknowledge(&id, &call.author().user_id);
    let data = seen.ok_or_else(|| ApiError::new(ErrorCode::NotFound, "Alert not found"))?;
    call.note(&backend, Note::new(Kind::AlertAcknowledged).of(&id));
    Ok(Json(AlertAnswer { success: true, data, timestamp: now(&backend) }))
}

/// Of how many hours.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Hours {
    /// In hours.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 8_760, default = 24)]
    hours: Option<String>,
}

impl Hours {
    /// The number.
    pub fn read(&self) -> Result<usize, ApiError> {
        number("hours", self.hours.as_deref(), 24, 1..=MAX_HOURS)
    }
}

/// Lists the rounds of checks
///
/// The oldest first. A thousand are kept.
#[utoipa::path(
    get, path = "/api/websocket/status/history", tag = "status", operation_id = "read_status_history",
    params(Hours),
    responses(
        (status = OK, description = "The rounds", body = HistoryAnswer),
        Errors<InvalidRequest>,
    ),
)]
pub async fn history(
    State(backend): State<Arc<Backend>>,
    Parameters(hours): Parameters<Hours>,
) -> Result<Json<HistoryAnswer>, ApiError> {
    let data = backend.status.checks(hours.read()?);
    Ok(Json(HistoryAnswer { success: true, data, timestamp: now(&backend) }))
}

/// Ends connections that show no sign of life
///
/// As the server does by itself every few seconds: those from which nothing came for `--end-idle-after`.
#[utoipa::path(
    post, path = "/api/websocket/maintenance/connections/cleanup", tag = "connections",
    operation_id = "clean_up_dead_connections",
    responses((status = OK, description = "What came of it", body = CleanupAnswer), Errors<()>),
)]
pub async fn clean_up(
    State(backend): State<Arc<Backend>>,
    call: Call,
) -> Result<Json<CleanupAnswer>, ApiError> {
    let cleaning = Arc::clone(&backend);
    let cleaned = tokio::task::spawn_blocking(move || {
        let (before, _) = cleaning.roster.totals();
        (before, cleaning.roster.clean_up_silent())
    });
    let unread = |_| ApiError::new(ErrorCode::Internal, "The connections could not be read");
    let (connections_before, connections_removed) = cleaned.await.map_err(unread)?;
    call.note(&backend, Note::new(Kind::ConnectionsEnded).with("connections", connections_removed));
    let data = Cleanup {
        connections_before,
        connections_after: connections_before.saturating_sub(connections_removed),
        connections_removed,
        timestamp: now(&backend),
    };
    Ok(Json(CleanupAnswer { success: true, data }))
}

/// Tells how the server is at this moment
#[utoipa::path(
    get, path = "/api/status/live", tag = "status", operation_id = "read_live_status",
    responses((status = OK, description = "How it is", body = LiveAnswer), Errors<()>),
)]
pub async fn live(State(backend): State<Arc<Backend>>) -> Json<LiveAnswer> {
    let mut alerts = backend.status.alerts();
    alerts.retain(|alert| !alert.resolved);
    let data = Live { status: backend.status.health(), metrics: backend.status.metrics(), alerts };
    Json(LiveAnswer { success: true, data, timestamp: now(&backend) })
}

/// Tells what was measured last
#[utoipa::path(
    get, path = "/api/status/metrics", tag = "status", operation_id = "read_status_metrics",
    responses((status = OK, description = "What was measured", body = MetricsAnswer), Errors<()>),
)]
pub async fn metrics(State(backend): State<Arc<Backend>>) -> Json<MetricsAnswer> {
    Json(MetricsAnswer { success: true, data: backend.status.metrics(), timestamp: now(&backend) })
}

/// Tells who is connected, in numbers
#[utoipa::path(
    get, path = "/api/status/connections", tag = "status", operation_id = "read_status_connections",
    responses((status = OK, description = "Who is", body = ConnectionNumbersAnswer), Errors<()>),
)]
pub async fn connections(
    State(backend): State<Arc<Backend>>,
) -> Result<Json<ConnectionNumbersAnswer>, ApiError> {
    let data = status::status(&backend).await?.connections;
    Ok(Json(ConnectionNumbersAnswer { success: true, data, timestamp: now(&backend) }))
}

/// How far back.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Back {
    /// In minutes.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 60, default = 60)]
    minutes: Option<String>,
}

/// Tells what was measured within the last hour
#[utoipa::path(
    get, path = "/admin/charts", tag = "admin", operation_id = "read_charts", params(Back),
    responses(
        (status = OK, description = "The points, oldest first", body = Charts),
        Errors<InvalidRequest>,
    ),
)]
pub async fn charts(
    State(backend): State<Arc<Backend>>,
    Parameters(back): Parameters<Back>,
) -> Result<Json<Charts>, ApiError> {
    let minutes = number("minutes", back.minutes.as_deref(), MAX_MINUTES, 1..=MAX_MINUTES)?;
    Ok(Json(status::charts(&backend, minutes)))
}
