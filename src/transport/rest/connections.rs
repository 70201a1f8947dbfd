//! Connections: counted, listed and ended. Who may do everything sees all of them, everybody else its own.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::rest::connections::{
    ConnectionAnswer, ConnectionInfo, ConnectionStats, ConnectionsAnswer, ConnectionsCleaned, Disconnect,
    Disconnected,
};
use graphroom_protocol::{ErrorBody, ErrorCode};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::body::JsonBody;
use super::call::Call;
use super::document::errors::{Errors, InvalidRequest, NotFound, ReadsBody};
use super::error::ApiError;
use super::parts::{ClientId, ConnectionId, Id, Parameters, number};
use super::written::{Written, read};
use crate::identity::audit::{Kind, Note};
use crate::transport::Backend;
use crate::transport::connections::{Scope, Whom, ended, stats, view};

/// Minutes without a sign of life that a cleanup goes by if it is not told.
const INACTIVE_MINUTES: usize = 30;
/// A year: nothing is idle for longer.
const MAX_MINUTES: usize = 525_600;
/// Connections of a list, if it does not say.
const LISTED: usize = 1_000;
/// The most of them.
pub const MAX_LISTED: usize = 100_000;
/// The longest reason, in characters.
pub const MAX_REASON: usize = 256;

fn now(backend: &Backend) -> String {
    backend.identity.now().to_string()
}

fn not_found() -> ApiError {
    ApiError::new(ErrorCode::NotFound, "Connection not found")
}

/// Counts the connections
///
/// All of them for who may do everything, else the caller's own.
#[utoipa::path(
    get, path = "/api/connections/stats", tag = "connections", operation_id = "count_connections",
    responses((status = OK, description = "How many there are", body = ConnectionStats), Errors<()>),
)]
pub async fn count(
    State(backend): State<Arc<Backend>>,
    call: Call,
) -> Result<Json<ConnectionStats>, ApiError> {
    let connections = backend.connections_of(call.caller());
    let timestamp = now(&backend);
    read(move || stats(&connections, timestamp)).await.map(Json)
}

/// How long ago the last sign of life is of what is to be ended.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Inactive {
    /// In minutes.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 525_600, default = 30)]
    max_inactive_minutes: Option<String>,
}

/// Ends connections that nobody is at
///
/// Those from which nothing has come for so long, not even the answer to a ping.
#[utoipa::path(
    post, path = "/api/connections/cleanup", tag = "connections", operation_id = "clean_up_connections",
    params(Inactive),
    responses(
        (status = OK, description = "How many were ended", body = ConnectionsCleaned),
        Errors<InvalidRequest>,
    ),
)]
pub async fn clean_up(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Parameters(inactive): Parameters<Inactive>,
) -> Result<Json<ConnectionsCleaned>, ApiError> {
    let text = inactive.max_inactive_minutes.as_deref();
    let minutes = number("max_inactive_minutes", text, INACTIVE_MINUTES, 1..=MAX_MINUTES)?;
    let cleaned = backend.roster.clean_up(Duration::from_secs(minutes as u64 * 60));
    call.note(&backend, Note::new(Kind::ConnectionsEnded).with("connections", cleaned));
    Ok(Json(ConnectionsCleaned { cleaned }))
}

/// Lists the connections of a client
///
/// Those that the caller may see; none of a client that is not there.
#[utoipa::path(
    get, path = "/api/clients/{client_id}/connections", tag = "connections",
    operation_id = "list_client_connections", params(ClientId),
    responses(
        (status = OK, description = "Its connections, oldest first", body = Vec<ConnectionInfo>),
        Errors<InvalidRequest>,
    ),
)]
pub async fn of_client(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(client_id): Id,
) -> Result<Written, ApiError> {
    let mut connections = backend.connections_of(call.caller());
    connections.retain(|connection| *connection.client_id() == *client_id);
    let infos = move || connections.iter().map(|connection| connection.info()).collect::<Vec<_>>();
    read(move || Written::of(&infos())).await?
}

/// How much of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// How many connections to list. All are counted.
    #[param(value_type = Option<usize>, minimum = 0, maximum = 100_000, default = 1_000)]
    limit: Option<String>,
}

/// Lists and counts the connections
///
/// All of them for who may do everything, else the caller's own.
#[utoipa::path(
    get, path = "/api/websocket/connections", tag = "connections", operation_id = "list_connections",
    params(Page),
    responses(
        (status = OK, description = "The connections, and numbers of them", body = ConnectionsAnswer),
        Errors<InvalidRequest>,
    ),
)]
pub async fn list(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Parameters(page): Parameters<Page>,
) -> Result<Written, ApiError> {
    let limit = number("limit", page.limit.as_deref(), LISTED, 0..=MAX_LISTED)?;
    let (scope, timestamp) = (Scope::of(call.caller()), now(&backend));
    let at = timestamp.clone();
    read(move || {
        let data = view(&backend.roster, &scope, limit, at);
        Written::of(&ConnectionsAnswer { success: true, data, timestamp })
    })
    .await?
}

/// Describes a connection
///
/// One that the caller may not see is as one that is not there.
#[utoipa::path(
    get, path = "/api/websocket/connections/{connection_id}", tag = "connections",
    operation_id = "read_connection", params(ConnectionId),
    responses(
        (status = OK, description = "The connection", body = ConnectionAnswer),
        Errors<(InvalidRequest, NotFound)>,
    ),
)]
pub async fn one(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
) -> Result<Json<ConnectionAnswer>, ApiError> {
    let scope = Scope::of(call.caller());
    let found = id.parse().ok().and_then(|id| backend.roster.get(&scope, id)).ok_or_else(not_found)?;
    Ok(Json(ConnectionAnswer { success: true, data: found.info(), timestamp: now(&backend) }))
}

/// Ends connections
///
/// One of them, all of a user's, or all that are in a session; they are told why by the event `error`. Whoever may
/// connect may connect again.
#[utoipa::path(
    post, path = "/admin/disconnect", tag = "connections", operation_id = "disconnect",
    request_body = Disconnect,
    responses(
        (status = OK, description = "How many were ended", body = Disconnected),
        Errors<(ReadsBody, NotFound)>,
    ),
)]
pub async fn disconnect(
    State(backend): State<Arc<Backend>>,
    call: Call,
    body: JsonBody,
) -> Result<Json<Disconnected>, ApiError> {
    let whom = whom(&body)?;
    let reason = reason(&body)?.unwrap_or("An admin ended the connection");
    let disconnected = backend.roster.disconnect(&whom, &ended("admin", reason));
    // Of a user or a session there may be none; a connection is there or it is not.
    if disconnected == 0 && matches!(whom, Whom::Connection(_)) {
        return Err(not_found());
    }
    let target = match &whom {
        Whom::Connection(id) | Whom::Session(id) => id.to_string(),
        Whom::User(user_id) => user_id.clone(),
    };
    let note = Note::new(Kind::ConnectionsEnded).of(&target);
    call.note(&backend, note.with("connections", disconnected).with("reason", reason));
    Ok(Json(Disconnected { success: true, disconnected }))
}

fn whom(body: &JsonBody) -> Result<Whom, ApiError> {
    let id = |text: &str| text.parse::<Uuid>().ok();
    match (body.text("connection_id")?, body.text("user_id")?, body.text("session_id")?) {
        (Some(connection), None, None) => id(connection).map(Whom::Connection).ok_or_else(not_found),
        (None, Some(user), None) => Ok(Whom::User(user.to_owned())),
        // What is no id is in no session.
        (None, None, Some(session)) => Ok(Whom::Session(id(session).unwrap_or_default())),
        _ => {
            let message = "Say whom: one of connection_id, user_id and session_id";
            Err(ApiError::new(ErrorCode::InvalidRequest, message))
        }
    }
}

fn reason(body: &JsonBody) -> Result<Option<&str>, ApiError> {
    match body.text("reason")? {
        Some(reason) if !(1..=MAX_REASON).contains(&reason.chars().count()) => {
            let message = format!("reason must be 1 to {MAX_REASON} characters");
            Err(ErrorBody::new(ErrorCode::InvalidRequest, message).into())
        }
        reason => Ok(reason),
    }
}
