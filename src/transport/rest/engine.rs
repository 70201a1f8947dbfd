//! The state of a conversation engine, which is made from what it published: for clients that ask again and again.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::ErrorCode;
use graphroom_protocol::rest::engine::{EngineState, PhaseState, SpeakerStatus, TurnHistory};
use http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;

use super::auth::faulty;
use super::call::Call;
use super::document::errors::{At, EngineUnavailable, Errors, InvalidRequest, NoActivePhase, OpensSession};
use super::error::ApiError;
use super::open;
use super::parts::Parameters;
use crate::feed::{self, KEPT};
use crate::session::{OpenError, Session};
use crate::transport::access::NotOpened;
use crate::transport::{Backend, open_error};

/// Turns that are listed, if the client does not say.
const TURNS: usize = 50;

/// The query of the routes that tell the state.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Of {
    /// The session; without it that in which something was published last, of those that the caller may read.
    session_id: Option<String>,
}

/// The query of [`history`].
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TurnsOf {
    /// The session; without it that in which something was published last, of those that the caller may read.
    session_id: Option<String>,
    /// How many turns to list: 50 if it does not say. Below 1 it is 1, above 500 it is 500.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
}

/// Tells the whole state of a conversation engine
///
/// It is made from what was published in the session: `signal`, `phase_change`, `turn_update` and `error`. A session
/// has an engine as long as something was published there within the last minute.
#[utoipa::path(
    get, path = "/api/state", tag = "sessions", operation_id = "read_engine_state",
    params(Of),
    responses(
        (status = OK, description = "Where it is, who speaks, what was said last", body = EngineState),
        Errors<(OpensSession, EngineUnavailable)>,
    ),
)]
pub async fn state(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Parameters(query): Parameters<Of>,
) -> Result<Json<EngineState>, ApiError> {
    read(&backend, &call, query.session_id, |state, profile| state.all(profile)).await.map(Json)
}

/// Tells the phase that a conversation engine is in
#[utoipa::path(
    get, path = "/api/state/phase", tag = "sessions", operation_id = "read_engine_phase",
    params(Of),
    responses(
        (status = OK, description = "The phase, and those before and behind it", body = PhaseState),
        Errors<(OpensSession, NoActivePhase, EngineUnavailable)>,
    ),
)]
pub async fn phase(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Parameters(query): Parameters<Of>,
) -> Result<Json<PhaseState>, ApiError> {
    let phase = read(&backend, &call, query.session_id, |state, profile| state.phase(profile)).await?;
    phase.map(Json).ok_or_else(|| ApiError::new(ErrorCode::NoActivePhase, "No active phase"))
}

/// Tells who speaks
#[utoipa::path(
    get, path = "/api/state/speaker", tag = "sessions", operation_id = "read_engine_speaker",
    params(Of),
    responses(
        (status = OK, description = "Who speaks, and since when", body = SpeakerStatus),
        Errors<(OpensSession, EngineUnavailable)>,
    ),
)]
pub async fn speaker(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Parameters(query): Parameters<Of>,
) -> Result<Json<SpeakerStatus>, ApiError> {
    read(&backend, &call, query.session_id, |state, _| state.speaker()).await.map(Json)
}

/// Lists what was said in a conversation that an engine leads
///
/// `total` counts all turns, also those that are not listed.
#[utoipa::path(
    get, path = "/api/conversation/history", tag = "sessions", operation_id = "list_engine_turns",
    params(TurnsOf),
    responses(
        (status = OK, description = "The last turns, oldest first", body = TurnHistory),
        Errors<(OpensSession, At<422, InvalidRequest>, EngineUnavailable)>,
    ),
)]
pub async fn history(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Parameters(query): Parameters<TurnsOf>,
) -> Result<Json<TurnHistory>, ApiError> {
    let limit = limit(query.limit.as_deref())?;
    read(&backend, &call, query.session_id, |state, _| state.history(limit)).await.map(Json)
}

/// A whole number of whatever size, brought into its range.
fn limit(text: Option<&str>) -> Result<usize, ApiError> {
    let Some(text) = text.map(str::trim) else { return Ok(TURNS) };
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        let message = "Input should be a valid integer, unable to parse string as an integer";
        return Err(faulty("int_parsing", &["query", "limit"], message));
    }
    let too_large = if text.starts_with('-') { 0 } else { KEPT as i64 };
    let number = text.parse().unwrap_or(too_large);
    Ok(usize::try_from(number).unwrap_or_default().clamp(1, KEPT))
}

/// What can be seen of the engine of a session, or of the one that published last.
async fn read<T>(
    backend: &Arc<Backend>,
    call: &Call,
    session_id: Option<String>,
    view: impl FnOnce(&feed::State, Option<&str>) -> T,
) -> Result<T, ApiError> {
    let session = match session_id.filter(|id| !id.is_empty()) {
        Some(id) => open(backend, call, &id, StatusCode::NOT_FOUND).await?,
        None => latest(backend, call).await?,
    };
    let profile = session.stage().profile();
    let seen = backend.feeds.state(session.row().session_id, |state| view(state, profile)).await;
    seen.map_err(|error| open_error(&OpenError::Store(error)))?.ok_or_else(no_engine)
}

fn no_engine() -> ApiError {
    ApiError::new(ErrorCode::EngineUnavailable, "Engine not initialized")
}

/// The session in which something was published last, of those that the caller may read.
async fn latest(backend: &Arc<Backend>, call: &Call) -> Result<Arc<Session>, ApiError> {
    for id in backend.feeds.engines() {
        match backend.open_session(call.caller(), call.need(), id).await {
            Ok(session) => return Ok(session),
            // It was deleted meanwhile, or is nothing for this caller.
            Err(NotOpened::Refused(_) | NotOpened::Error(OpenError::NotFound)) => {}
            Err(NotOpened::Error(error)) => return Err(open_error(&error).into()),
        }
    }
    Err(no_engine())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_whole_number_brought_into_its_range() {
        let read = |text| limit(Some(text)).ok();
        assert_eq!(limit(None).ok(), Some(50));
        for (text, expected) in [("1", 1), ("-5", 1), ("0", 1), (" 7 ", 7), ("+7", 7), ("501", 500)] {
            assert_eq!(read(text), Some(expected), "{text}");
        }
        for (text, expected) in [("99999999999999999999", 500), ("-99999999999999999999", 1)] {
            assert_eq!(read(text), Some(expected), "{text}");
        }
        for text in ["", "abc", "5.5", "--5", "5 5", "0x10", "٣"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
