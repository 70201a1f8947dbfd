//! The loaded sessions, for admins: listed, looked at, unloaded.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::rest::inspector::{InspectedSession, LoadedSessions, SessionUnloaded};
use graphroom_protocol::{ErrorBody, ErrorCode};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::call::Call;
use super::document::errors::{Errors, InvalidRequest, InvalidSession, ShuttingDown};
use super::error::ApiError;
use super::parts::{Id, Parameters, SessionId, number};
use super::written::{Written, read};
use crate::identity::audit::{Kind, Note};
use crate::transport::{Backend, open_error};

/// Sessions of a list that does not say.
const LISTED: usize = 100;
/// The most of them.
pub const MAX_LISTED: usize = 1_000;
/// The longest text to search for, in characters.
pub const MAX_SEARCH: usize = 256;

fn not_loaded() -> ApiError {
    ApiError::new(ErrorCode::InvalidSession, "No such session is loaded")
}

fn loaded_id(id: &str) -> Result<Uuid, ApiError> {
    id.parse().map_err(|_| not_loaded())
}

/// Which sessions to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// How many to list. All are counted.
    #[param(required = false, value_type = usize, minimum = 1, maximum = 1_000, default = 100)]
    limit: Option<String>,
    /// Those with this in the project's name, its id or the session's.
    #[param(required = false, max_length = 256)]
    search: Option<String>,
}

/// Lists the loaded sessions
///
/// The busiest first. Nobody who works in one waits for it.
#[utoipa::path(
    get, path = "/admin/sessions", tag = "admin", operation_id = "list_loaded_sessions", params(Filter),
    responses((status = OK, description = "As many as were asked for", body = LoadedSessions), Errors<InvalidRequest>),
)]
pub async fn list(
    State(backend): State<Arc<Backend>>,
    Parameters(filter): Parameters<Filter>,
) -> Result<Written, ApiError> {
    let limit = number("limit", filter.limit.as_deref(), LISTED, 1..=MAX_LISTED)?;
    if filter.search.as_ref().is_some_and(|text| text.chars().count() > MAX_SEARCH) {
        let message = format!("search must be at most {MAX_SEARCH} characters");
        return Err(ErrorBody::new(ErrorCode::InvalidRequest, message).into());
    }
    read(move || Written::of(&backend.loaded_sessions(filter.search.as_deref(), limit))).await?
}

/// Looks at a loaded session
///
/// Who is in it, how far each of them is, and which answers are under way. One that is not loaded is not loaded by this.
#[utoipa::path(
    get, path = "/admin/sessions/{session_id}", tag = "admin", operation_id = "inspect_session",
    params(SessionId),
    responses(
        (status = OK, description = "The session", body = InspectedSession),
        Errors<(InvalidRequest, InvalidSession)>,
    ),
)]
pub async fn one(State(backend): State<Arc<Backend>>, Id(id): Id) -> Result<Written, ApiError> {
    let id = loaded_id(&id)?;
    let session = read(move || backend.loaded_session(id).map(|session| Written::of(&session))).await?;
    session.ok_or_else(not_loaded)?
}

/// Unloads a session
///
/// Whoever is in it: what waits is answered first, then its members' connections are ended in a way that makes them come
/// back, and the session is loaded anew for the first of them. Nothing that was answered is lost; who was there by presence
/// over REST alone has to say so again.
#[utoipa::path(
    post, path = "/admin/sessions/{session_id}/unload", tag = "admin", operation_id = "unload_session",
    params(SessionId),
    responses(
        (status = OK, description = "It is not loaded any more", body = SessionUnloaded),
        Errors<(InvalidRequest, InvalidSession, ShuttingDown)>,
    ),
)]
pub async fn unload(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
) -> Result<Json<SessionUnloaded>, ApiError> {
    let id = loaded_id(&id)?;
    let project = backend.registry.live(id).and_then(|session| Some(session.project()?.project_id));
    if !backend.registry.unload(id).await.map_err(|error| open_error(&error))? {
        return Err(not_loaded());
    }
    call.note(&backend, Note::new(Kind::SessionUnloaded).of(&id.to_string()).in_project(project));
    Ok(Json(SessionUnloaded { unloaded: true }))
}
