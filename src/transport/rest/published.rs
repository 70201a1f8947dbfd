//! Publishing: an event for everybody who listens in a session, beside what happens to its graph.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::rest::published::{EventPublished, Publish};
use graphroom_protocol::{ErrorBody, ErrorCode};
use http::StatusCode;
use serde_json::Value;

use super::body::JsonBody;
use super::call::Call;
use super::document::errors::{Errors, OpensSession, ReadsBody};
use super::error::ApiError;
use super::open;
use super::parts::{Id, SessionId};
use crate::feed::{Draft, NotPublished, PER_WINDOW};
use crate::operations::Limit;
use crate::session::{OpenError, Reader, unloading};
use crate::transport::{Backend, limits, open_error};

/// The longest text but the payload, in characters.
pub const MAX_TEXT: usize = 128;
/// The largest payload, in bytes of JSON.
pub const MAX_PAYLOAD: usize = 64 * 1024;
/// Up to here every whole number is one that can be written as a fraction.
const EXACT: f64 = 9_007_199_254_740_992.0;
/// What only the server says.
const OWN: [&str; 3] = ["session_created", "heartbeat", "rate_limit_exceeded"];

/// Publishes an event in a session
///
/// Those who listen on `/ws` are told, in one order for all, and it is kept: it is on disk before it is answered. An
/// event with the `message_id` of one that is there is that one, answered with 200 and `duplicate`, and nobody is told
/// again. A session takes 1,000 events a minute; of what is over that its clients are told by `rate_limit_exceeded`.
#[utoipa::path(
    post, path = "/sessions/{session_id}/events", tag = "sessions", operation_id = "publish_event",
    params(SessionId), request_body = Publish,
    responses(
        (status = CREATED, description = "It was published", body = EventPublished),
        (status = OK, description = "It was there already", body = EventPublished),
        Errors<(OpensSession, ReadsBody)>,
    ),
)]
pub async fn publish(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
    body: JsonBody,
) -> Result<(StatusCode, Json<EventPublished>), ApiError> {
    let draft = read(&body, &call)?;
    let session = open(&backend, &call, &id, StatusCode::NOT_FOUND).await?;
    let reader = Reader::new(session).ok_or_else(unloading)?;
    call.still_may(&backend, reader.session())?;
    let session_id = reader.session().id().to_owned();
    let published = backend.feeds.publish(reader, draft).await.map_err(|error| refused(&backend, error))?;
    let status = if published.is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((
        status,
        Json(EventPublished {
            success: true,
            session_id,
            message_id: published.message_id,
            n: published.n,
            timestamp: published.timestamp,
            duplicate: !published.is_new,
        }),
    ))
}

fn read(body: &JsonBody, call: &Call) -> Result<Draft, ApiError> {
    let event_type = text(body, "event_type", 1)?;
    let event_type = event_type.ok_or_else(|| invalid("Missing event_type".to_owned()))?;
    if OWN.contains(&&*event_type) {
        return Err(invalid(format!("{event_type} is what only the server says")));
    }
    Ok(Draft {
        message_id: text(body, "message_id", 1)?,
        event_type,
        payload: payload(body)?,
        phase_id: text(body, "phase_id", 0)?,
        turn_id: turn_id(body)?,
        author: call.author().user_id.to_string(),
    })
}

fn invalid(message: String) -> ApiError {
    ErrorBody::new(ErrorCode::InvalidRequest, message).into()
}

fn text(body: &JsonBody, field: &str, least: usize) -> Result<Option<String>, ApiError> {
    let Some(text) = body.text(field)? else { return Ok(None) };
    if !(least..=MAX_TEXT).contains(&text.chars().count()) {
        return Err(invalid(format!("{field} must be {least} to {MAX_TEXT} characters")));
    }
    Ok(Some(text.to_owned()))
}

fn payload(body: &JsonBody) -> Result<String, ApiError> {
    let payload = match body.fields.get("payload") {
        None | Some(Value::Null) => return Ok("{}".to_owned()),
        Some(payload @ Value::Object(_)) => payload.to_string(),
        Some(_) => return Err(invalid("payload must be an object".to_owned())),
    };
    if payload.len() > MAX_PAYLOAD {
        let message = format!("A payload is at most {MAX_PAYLOAD} bytes");
        return Err(ErrorBody::new(ErrorCode::PayloadTooLarge, message).into());
    }
    Ok(payload)
}

fn turn_id(body: &JsonBody) -> Result<Option<i64>, ApiError> {
    match body.fields.get("turn_id") {
        None | Some(Value::Null) => Ok(None),
        Some(number) => match number.as_i64().or_else(|| whole(number)) {
            Some(number) => Ok(Some(number)),
            None => Err(invalid("turn_id must be a whole number".to_owned())),
        },
    }
}

/// A whole number that was written as a fraction.
fn whole(number: &Value) -> Option<i64> {
    let number = number.as_f64()?;
    (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as i64)
}

fn refused(backend: &Backend, why: NotPublished) -> ApiError {
    match why {
        NotPublished::Reserved => invalid("message_id is one of the server's own".to_owned()),
        NotPublished::TooMany(wait) => {
            backend.metrics.count_refusal(Limit::EventRate);
            let message = format!("A session takes {PER_WINDOW} events a minute: wait and repeat it");
            limits::refusal(ErrorCode::RateLimited, Limit::EventRate, &message, wait).into()
        }
        NotPublished::Store(error) => open_error(&OpenError::Store(error)).into(),
    }
}
