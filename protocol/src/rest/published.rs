//! What clients publish in sessions, and the frames of `/ws`.

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A frame of `/ws`: an event that was published, or a graph event, or word of the stream itself.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StreamEvent<'a> {
    /// Names it in its session.
    pub message_id: &'a str,
    /// What happened, in a word.
    pub event_type: &'a str,
    /// When: seconds since the Unix epoch.
    pub timestamp: f64,
    /// What there is to say about it.
    #[schema(value_type = Object)]
    pub payload: &'a RawValue,
    /// The phase that it is of.
    #[schema(required = true)]
    pub phase_id: Option<&'a str>,
    /// The turn that it is of.
    #[schema(required = true)]
    pub turn_id: Option<i64>,
}

/// The payload of `session_created`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StreamSession<'a> {
    /// The session.
    pub session_id: &'a str,
    /// Since when: seconds since the Unix epoch.
    pub created_at: f64,
    /// Where it is in its life.
    pub state: &'a str,
}

/// The body of `POST /api/v1/sessions/{session_id}/events`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Publish {
    /// What happened, in a word. `session_created`, `heartbeat` and `rate_limit_exceeded` are the server's own.
    #[schema(min_length = 1, max_length = 128)]
    pub event_type: String,
    /// What there is to say about it: at most 64 KiB of JSON.
    #[schema(value_type = Option<Object>, required = false)]
    pub payload: Map<String, Value>,
    /// Names it in its session, so that it is published once. `msg_` and eight hexadecimal digits from `80000000` on
    /// are the server's own.
    #[schema(min_length = 1, max_length = 128)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// The phase that it is of.
    #[schema(max_length = 128)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase_id: Option<String>,
    /// The turn that it is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn_id: Option<i64>,
}

/// The answer to [`Publish`].
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventPublished {
    /// Always true.
    pub success: bool,
    /// The session.
    pub session_id: String,
    /// The event's name there.
    pub message_id: String,
    /// Its place among what was published there.
    pub n: u64,
    /// Its time: seconds since the Unix epoch.
    pub timestamp: f64,
    /// Whether an event of that name was there before: then nothing was done, and this is about that one.
    pub duplicate: bool,
}
