//! What the server's operators say to everybody, and how a client says that it has what was broadcast to it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::EventName;
use crate::rest::broadcasts::Severity;
use crate::schema::always_true;

/// `maintenance_mode`: commands are refused from now on, or no more. Whoever connects while they are is told, too.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MaintenanceMode<'a> {
    /// Its own name.
    pub event: EventName,
    /// Whether commands are refused.
    pub enabled: bool,
    /// Why, as far as somebody said so.
    #[schema(required = true)]
    pub reason: Option<&'a str>,
    /// When to try again, in milliseconds.
    #[schema(required = true)]
    pub retry_after_ms: Option<u64>,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: &'a str,
}

/// `system_notification`: a word of an operator's.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SystemNotification<'a> {
    /// Its own name.
    pub event: EventName,
    /// What there is to say.
    pub message: &'a str,
    /// How grave it is.
    pub severity: Severity,
    /// For whom it is, if it is for who is in one project or hears it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub project_id: Option<&'a str>,
    /// For whom it is, if it is for one user.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub user_id: Option<&'a str>,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: &'a str,
}

/// `broadcast_ack`: the client has a broadcast.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct AcknowledgeBroadcast {
    /// The id that came along with it.
    #[schema(max_length = 128)]
    pub broadcast_id: String,
}

/// The acknowledgement of `broadcast_ack`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BroadcastAcknowledged<'a> {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// The broadcast.
    pub broadcast_id: &'a str,
    /// Whether the server waited to be told so, by this connection.
    pub acknowledged: bool,
}
