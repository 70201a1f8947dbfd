//! How it is with the server's connections, in numbers: the same for whoever asks by a route and by a frame.

use std::sync::Arc;

use graphroom_protocol::rest::connections::ConnectionNumbers;
use graphroom_protocol::rest::websocket::{
    AssistantProcessing, RealtimeFeatures, SystemHealth, SystemPerformance, SystemStatus, WebsocketFigures,
    WebsocketSettings, WebsocketStatus,
};
use graphroom_protocol::{ErrorBody, ErrorCode, RequestName};

use super::Backend;
use super::connection::welcome;
use super::connections::{Figures, Scope, counted};

/// What is told while it happens.
const FEATURES: RealtimeFeatures = RealtimeFeatures {
    chat: welcome::FEATURES.realtime_chat,
    status: welcome::FEATURES.realtime_status,
    memory: welcome::FEATURES.realtime_memory,
};

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
            realtime_features: FEATURES,
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
    let available = backend.conversations.has_assistant().await;
    let uptime = backend.roster.uptime().as_secs_f64();
    Ok(SystemStatus {
        system_health: SystemHealth {
            status: if works { "healthy" } else { "degraded" },
            cpu: None,
            memory: None,
            disk: None,
            network: None,
            uptime,
        },
        performance: SystemPerformance {
            response_time: None,
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
