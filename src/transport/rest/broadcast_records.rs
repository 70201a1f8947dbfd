//! What became of broadcasts: counted, listed, described, and sent again to those that they failed for.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::ErrorCode;
use graphroom_protocol::rest::broadcasts::{
    BroadcastInfo, BroadcastInfoAnswer, BroadcastListAnswer, BroadcastRetried, BroadcastRetryAnswer,
    BroadcastStatsAnswer,
};

use super::call::Call;
use super::document::errors::{Busy, Errors, InvalidRequest, NotFound};
use super::error::ApiError;
use super::parts::{BroadcastId, Id};
use crate::domain::Standing;
use crate::identity::audit::{Kind, Note};
use crate::transport::Backend;

fn now(backend: &Backend) -> String {
    backend.identity.now().in_microseconds()
}

fn not_found() -> ApiError {
    ApiError::new(ErrorCode::NotFound, "Broadcast not found")
}

/// A broadcast that the caller may know of: its own or, where it may do everything, any.
fn known(backend: &Backend, call: &Call, id: &str) -> Result<BroadcastInfo, ApiError> {
    let (author, info) = backend.broadcasts.describe(id).ok_or_else(not_found)?;
    let is_user = call.caller().is_none_or(|caller| caller.standing == Standing::User);
    match is_user && call.author().user_id != author {
        true => Err(not_found()),
        false => Ok(info),
    }
}

/// Counts the broadcasts
///
/// All since the server started. Of all receivers some succeeded, some failed, the others are waited for.
#[utoipa::path(
    get, path = "/api/websocket/broadcast/stats", tag = "broadcasts", operation_id = "count_broadcasts",
    responses((status = OK, description = "The numbers", body = BroadcastStatsAnswer), Errors<()>),
)]
pub async fn stats(State(backend): State<Arc<Backend>>) -> Json<BroadcastStatsAnswer> {
    let data = backend.broadcasts.stats();
    let timestamp = data.timestamp.clone();
    Json(BroadcastStatsAnswer { success: true, data, timestamp })
}

/// Lists the latest broadcasts
///
/// Also those that are over.
#[utoipa::path(
    get, path = "/api/websocket/broadcast/active", tag = "broadcasts", operation_id = "list_broadcasts",
    responses(
        (status = OK, description = "The newest first, fifty at most", body = BroadcastListAnswer),
        Errors<()>,
    ),
)]
pub async fn active(State(backend): State<Arc<Backend>>) -> Json<BroadcastListAnswer> {
    let (data, timestamp) = (backend.broadcasts.latest(), now(&backend));
    Json(BroadcastListAnswer { success: true, data, timestamp })
}

/// Lists the latest broadcasts that failed for somebody
#[utoipa::path(
    get, path = "/api/websocket/broadcast/failed", tag = "broadcasts", operation_id = "list_failed_broadcasts",
    responses(
        (status = OK, description = "The newest first, fifty at most", body = BroadcastListAnswer),
        Errors<()>,
    ),
)]
pub async fn failed(State(backend): State<Arc<Backend>>) -> Json<BroadcastListAnswer> {
    let (data, timestamp) = (backend.broadcasts.failed(), now(&backend));
    Json(BroadcastListAnswer { success: true, data, timestamp })
}

/// Describes a broadcast
///
/// The last thousand are remembered, for an hour after they are over.
#[utoipa::path(
    get, path = "/api/websocket/broadcast/{broadcast_id}", tag = "broadcasts", operation_id = "read_broadcast",
    params(BroadcastId),
    responses(
        (status = OK, description = "The broadcast", body = BroadcastInfoAnswer),
        Errors<(InvalidRequest, NotFound)>,
    ),
)]
pub async fn one(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
) -> Result<Json<BroadcastInfoAnswer>, ApiError> {
    let (data, timestamp) = (known(&backend, &call, &id)?, now(&backend));
    Ok(Json(BroadcastInfoAnswer { success: true, data, timestamp }))
}

/// Sends a broadcast again
///
/// To those connections alone that it failed for.
#[utoipa::path(
    post, path = "/api/websocket/broadcast/{broadcast_id}/retry", tag = "broadcasts",
    operation_id = "retry_broadcast", params(BroadcastId),
    responses(
        (status = OK, description = "For how many it is tried again", body = BroadcastRetryAnswer),
        Errors<(InvalidRequest, NotFound, Busy)>,
    ),
)]
pub async fn retry(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
) -> Result<Json<BroadcastRetryAnswer>, ApiError> {
    known(&backend, &call, &id)?;
    let retried = backend.broadcasts.retry(&id).map_err(|refused| backend.limiter.no_broadcast(refused))?;
    let (retried, _) = retried.ok_or_else(not_found)?;
    call.note(&backend, Note::new(Kind::BroadcastSent).of(&id).with("again_for", retried));
    let (data, timestamp) = (BroadcastRetried { broadcast_id: id, retried }, now(&backend));
    Ok(Json(BroadcastRetryAnswer { success: true, data, timestamp }))
}
