//! A client's talk over requests, under `/api/chat/{client_id}`.

use serde::Serialize;
use utoipa::ToSchema;

use crate::schema::always_true;

/// The answer to `POST /api/chat/{client_id}/connect`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClientConnected {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// Names the talk in the other requests.
    pub session_id: String,
    /// Whose it is.
    pub client_id: String,
    /// Where it is: the conversation that was asked for, or a new one.
    pub conversation_id: String,
    /// Names it among the connections.
    pub connection_id: String,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// The body of `POST /api/chat/{client_id}/send`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClientSays {
    /// The text, or sound in base64.
    #[schema(min_length = 1, max_length = 87_384)]
    pub content: String,
    /// What it is: text has at most 10,000 characters, sound at most 65,536 bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^(text/plain|audio/pcm)$", default = "text/plain")]
    pub mime_type: Option<String>,
    /// Whose part it is: nobody speaks for another.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^user$", default = "user")]
    pub role: Option<String>,
}

/// The answer to what a client says, or to its leaving.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClientHeard {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// The message; null where none was made.
    #[schema(required)]
    pub message_id: Option<String>,
    /// The talk.
    pub session_id: String,
    /// Where it is; null where it is over.
    #[schema(required)]
    pub conversation_id: Option<String>,
    /// Always null: what went wrong is another answer.
    #[schema(required)]
    pub error: Option<String>,
}

/// The answer to `GET /api/chat/{client_id}/status`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClientStatus {
    /// The talk.
    pub session_id: String,
    /// Whose it is.
    pub client_id: String,
    /// Where it is.
    pub conversation_id: String,
    /// Always true: one that is over is not found.
    #[schema(schema_with = always_true)]
    pub is_active: bool,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub created_at: String,
}
