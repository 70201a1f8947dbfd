//! Who hears a project: joining and leaving, signs of life, and events that are wrapped in `message`.
//!
//! Whoever hears a project is told what the assistant does there, and what is broadcast to it. Its graph is heard in its
//! session, which is something else.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::EventName;
use crate::schema::always_true;

/// The longest `project_id`, in characters.
pub const MAX_PROJECT_ID: usize = 128;

/// `join_project`, `leave_project`
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct InProject {
    /// A project, or a word for one that is kept elsewhere.
    #[schema(min_length = 1, max_length = 128)]
    pub project_id: String,
}

/// The acknowledgement of `join_project` and `leave_project`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProjectHeard<'a> {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// The project.
    pub project_id: &'a str,
    /// Names the connection.
    pub connection_id: &'a str,
    /// Whether that is new: whoever hears a project joins it once, whoever does not leaves nothing.
    pub changed: bool,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: &'a str,
}

/// `project_joined`, `project_left`: a connection hears a project, or no more.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProjectListener<'a> {
    /// Its own name.
    pub event: EventName,
    /// The project.
    pub project_id: &'a str,
    /// Whose connection it is.
    pub user_id: &'a str,
    /// Names the connection.
    pub connection_id: &'a str,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: &'a str,
}

/// The event `heartbeat_response`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HeartbeatResponse<'a> {
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: &'a str,
}

/// The acknowledgement of `heartbeat`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Heartbeat<'a> {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: &'a str,
}

/// The argument of `message`: another event. Instead of the object it may be its JSON as a text.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Wrapped {
    /// Its name.
    pub event: String,
    /// Its argument; without it an empty object.
    #[serde(default)]
    #[schema(value_type = Value, nullable = false)]
    pub data: Option<Box<RawValue>>,
}

/// What a client can expect of the server, as the welcome says it.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Features {
    /// What the assistant does is told as it does it.
    pub realtime_chat: bool,
    /// The server says how it is.
    pub realtime_status: bool,
    /// What is remembered is told.
    pub realtime_memory: bool,
}

/// `broadcast_message`: an event of a client's own, for everybody else who hears the project.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BroadcastMessage<'a> {
    /// Its own name.
    pub event: EventName,
    /// What the client calls its event.
    #[schema(min_length = 1, max_length = 128)]
    pub event_type: &'a str,
    /// What it says.
    #[schema(value_type = Object)]
    pub data: &'a Map<String, Value>,
    /// The project.
    pub project_id: &'a str,
    /// Whose event it is.
    pub user_id: &'a str,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}
