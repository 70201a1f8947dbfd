//! How the server is, and its connections in numbers: the same for whoever asks by a route and by a frame.
//!
//! Here is asked, measured and told; what is made of it is for [`Status`](crate::operations::Status) to say.

pub mod checking;
mod measuring;
mod telling;

use std::collections::BTreeMap;
use std::path::PathBuf;

use std::sync::Arc;
use std::time::Duration;

use graphroom_protocol::channel::Features;
use graphroom_protocol::rest::connections::ConnectionNumbers;
use graphroom_protocol::rest::status::{Charts, Performance, System};
use graphroom_protocol::rest::websocket::{
    AssistantProcessing, RealtimeFeatures, SystemHealth, SystemPerformance, SystemStatus, WebsocketFigures,
    WebsocketSettings, WebsocketStatus,
};
use graphroom_protocol::status::{BreakerView, Metrics};
use graphroom_protocol::{ErrorBody, ErrorCode, RequestName};

use super::Backend;
use super::connections::{Figures, Scope, counted};
use crate::operations::status::{Thresholds, breaker};

/// When the server is checked, measured and told, and what is too much.
#[derive(Clone, Debug)]
pub struct StatusRules {
    /// How often the components are checked.
    pub check_every: Duration,
    /// How often it is measured.
    pub measure_every: Duration,
    /// How often it is told how it is, if nothing changes.
    pub tell_every: Duration,
    /// What is too much.
    pub thresholds: Thresholds,
    /// The directory whose disk may become full, if there is one.
    pub data: Option<PathBuf>,
}

impl Default for StatusRules {
    fn default() -> Self {
        Self {
            check_every: Duration::from_secs(30),
            measure_every: Duration::from_secs(10),
            tell_every: Duration::from_secs(60),
            thresholds: Thresholds::default(),
            data: None,
        }
    }
}

/// How the breakers stand, by what they guard and by what others call that.
#[must_use]
pub fn breakers(backend: &Backend) -> BTreeMap<String, BreakerView> {
    let now = backend.status.now();
    let store = backend.status.store_breaker().standing();
    let assistant = backend.conversations.assistant().map(|assistant| assistant.breaker().standing());
    let broadcasts = backend.broadcasts.breaker().standing();
    let all = [
        ("broadcasts", Some(broadcasts)),
        ("broadcast_service", Some(broadcasts)),
        ("store", Some(store)),
        ("redis_service", Some(store)),
        ("assistant", assistant),
        ("ai_service", assistant),
    ];
    let all = all.into_iter().filter_map(|(name, standing)| Some((name.to_owned(), breaker(standing?, now))));
    all.collect()
}

/// All that is known of how the server is.
#[must_use]
pub fn whole(backend: &Backend) -> System {
    let metrics = backend.status.metrics();
    let last = metrics.clone().unwrap_or_default();
    System {
        health: backend.status.health(),
        metrics,
        alerts: backend.status.alerts(),
        performance: Performance {
            avg_response_time: last.response_time,
            avg_error_rate: last.error_rate,
            current_connections: last.active_connections,
        },
        circuit_breakers: breakers(backend),
        timestamp: backend.status.now().in_microseconds(),
    }
}

/// What was measured within so many minutes, oldest first.
#[must_use]
pub fn charts(backend: &Backend, minutes: usize) -> Charts {
    let every = backend.status_rules.measure_every.as_secs_f64();
    let wanted = (minutes * 60) as f64 / every.max(0.001);
    let points = backend.status.points(wanted as usize).into_iter().map(Into::into).collect();
    Charts { interval_seconds: every, points }
}

/// What is told while it happens.
fn features(backend: &Backend) -> RealtimeFeatures {
    let Features { realtime_chat, realtime_status, realtime_memory } = backend.realtime.features();
    RealtimeFeatures { chat: realtime_chat, status: realtime_status, memory: realtime_memory }
}

/// How it is with the connections.
///
/// # Errors
/// They could not be read.
pub async fn status(backend: &Arc<Backend>) -> Result<WebsocketStatus, ErrorBody> {
    let (figures, connections) = read(backend).await?;
    Ok(WebsocketStatus {
        service: WebsocketFigures {
            uptime: backend.roster.uptime().as_secs_f64(),
            messages_sent: figures.sent,
            messages_received: figures.received,
            errors_count: figures.refused,
            event_handlers_count: RequestName::ALL.len(),
            middleware_count: 0,
        },
        connections,
        settings: WebsocketSettings {
            enabled: true,
            port: backend.port,
            max_connections: backend.limiter.allowance().connections,
            realtime_features: features(backend),
        },
    })
}

/// How it is with the server.
///
/// # Errors
/// The connections could not be read.
pub async fn system(backend: &Arc<Backend>) -> Result<SystemStatus, ErrorBody> {
    let (figures, connections) = read(backend).await?;
    let works = backend.readiness.store_works().await;
    let measured = backend.status.metrics();
    let share = |of: fn(&Metrics) -> f64| measured.as_ref().map(of);
    let available = backend.conversations.has_assistant().await;
    let uptime = backend.roster.uptime().as_secs_f64();
    Ok(SystemStatus {
        system_health: SystemHealth {
            status: if works { "healthy" } else { "degraded" },
            cpu: share(|measured| measured.cpu_usage),
            memory: share(|measured| measured.memory_usage),
            disk: measured.as_ref().and_then(|measured| measured.disk_free).map(|free| 1.0 - free),
            network: None,
            uptime,
        },
        performance: SystemPerformance {
            response_time: share(|measured| measured.response_time),
            throughput: figures.received as f64 / uptime.max(1.0),
            error_rate: figures.refused as f64 / figures.received.max(1) as f64,
            active_users: connections.unique_users,
            messages_processed: figures.received,
        },
        ai_processing: AssistantProcessing { available },
        active_connections: connections.active_connections,
        last_update: connections.timestamp,
    })
}

/// Reads what many connections say of themselves, where it holds nobody up.
async fn read(backend: &Arc<Backend>) -> Result<(Figures, ConnectionNumbers), ErrorBody> {
    let backend = Arc::clone(backend);
    let reading = tokio::task::spawn_blocking(move || {
        let now = backend.identity.now().to_string();
        let (figures, view) = counted(&backend.roster, &Scope::All, 0, now);
        (figures, view.numbers)
    });
    reading.await.map_err(|_| ErrorBody::new(ErrorCode::Internal, "The connections could not be read"))
}
