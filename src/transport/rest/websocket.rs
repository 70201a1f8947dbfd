//! How it is with the WebSockets, and which names events have.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::reserved::reserved;
use graphroom_protocol::rest::websocket::{
    EventTypes, EventTypesAnswer, MetricsSummary, WebsocketMetrics, WebsocketMetricsAnswer,
    WebsocketStatusAnswer,
};

use super::document::errors::Errors;
use super::error::ApiError;
use crate::transport::{Backend, status};

/// Tells how it is with the connections
///
/// Those of every transport: Socket.IO and plain WebSockets. Everything is counted since the server started.
#[utoipa::path(
    get, path = "/api/websocket/status", tag = "connections", operation_id = "read_websocket_status",
    responses((status = OK, description = "How it is", body = WebsocketStatusAnswer), Errors<()>),
)]
pub async fn status(State(backend): State<Arc<Backend>>) -> Result<Json<WebsocketStatusAnswer>, ApiError> {
    let data = status::status(&backend).await?;
    Ok(Json(WebsocketStatusAnswer {
        success: true,
        data,
        timestamp: backend.identity.now().in_microseconds(),
    }))
}

/// Lists the names of events
///
/// Those that the server sends, and those that it keeps for itself: no client may send others an event of such a name.
#[utoipa::path(
    get, path = "/api/websocket/events/types", tag = "connections", operation_id = "list_event_types",
    responses((status = OK, description = "The names", body = EventTypesAnswer), Errors<()>),
)]
pub async fn event_types(State(backend): State<Arc<Backend>>) -> Json<EventTypesAnswer> {
    let event_types = reserved();
    let data = EventTypes { total_count: event_types.len(), event_types };
    Json(EventTypesAnswer { success: true, data, timestamp: backend.identity.now().in_microseconds() })
}

/// Tells all that is known of connections, broadcasts and the server
#[utoipa::path(
    get, path = "/api/websocket/metrics", tag = "status", operation_id = "read_websocket_metrics",
    responses((status = OK, description = "All of it", body = WebsocketMetricsAnswer), Errors<()>),
)]
pub async fn metrics(State(backend): State<Arc<Backend>>) -> Result<Json<WebsocketMetricsAnswer>, ApiError> {
    let websocket = status::status(&backend).await?;
    let (broadcast, status) = (backend.broadcasts.stats(), status::whole(&backend));
    let summary = MetricsSummary {
        total_connections: websocket.connections.active_connections,
        total_broadcasts: broadcast.total_broadcasts,
        success_rate: broadcast.success_rate,
        system_healthy: status.health.healthy,
    };
    let data = WebsocketMetrics { websocket, broadcast, status, summary };
    Ok(Json(WebsocketMetricsAnswer {
        success: true,
        data,
        timestamp: backend.identity.now().in_microseconds(),
    }))
}
