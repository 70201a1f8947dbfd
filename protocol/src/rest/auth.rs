//! Tokens over REST: bodies under `/auth`, whose errors have the form that clients of these paths know.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::ErrorCode;

/// The body of `POST /auth/token`. In `token` mode it also shows one thing that proves who it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TokenRequest {
    /// Who the tokens are for.
    #[schema(min_length = 1, max_length = 128)]
    pub client_id: String,
    /// What its device is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 128)]
    pub device_name: Option<String>,
    /// What sort of device it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 128)]
    pub device_type: Option<String>,
    /// The user's password or, with an invitation, the one that the new user is to have: 8 to 256 characters then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// An API key of that user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key: Option<String>,
    /// An invitation, by which `client_id` becomes a user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invitation: Option<String>,
}

/// The answer to `POST /auth/token` and `/auth/refresh`.
#[derive(Clone, Serialize, ToSchema)]
pub struct TokenPair {
    /// A JWT, to be shown with every request.
    pub access_token: String,
    /// A JWT, to get a new pair for, once.
    pub refresh_token: String,
    /// How to show the first.
    #[schema(pattern = "^bearer$")]
    pub token_type: &'static str,
    /// For how many seconds the first is good.
    pub expires_in: u64,
}

/// The answer to `POST /auth/session`.
#[derive(Clone, Serialize, ToSchema)]
pub struct SessionToken {
    /// What is shown, with every request or when a socket connects. It is told this once.
    pub session_token: String,
    /// Whom it names.
    pub user_id: String,
    /// For how many seconds it counts if it is not used.
    pub expires_in: u64,
}

/// The body of `POST /auth/refresh`.
#[derive(Clone, Serialize, ToSchema)]
pub struct RefreshRequest {
    /// The refresh token.
    pub refresh_token: String,
}

/// The answer to `POST /auth/validate`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TokenValidity {
    /// Whether it counts.
    pub valid: bool,
    /// Whose it is, if it counts.
    pub client_id: Option<String>,
    /// When its time is over, if it counts.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
}

/// The body of `POST /auth/revoke`.
#[derive(Clone, Serialize, ToSchema)]
pub struct RevokeRequest {
    /// The token to take back.
    pub token: String,
}

/// The answer to `POST /auth/revoke`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TokenRevoked {
    /// For people.
    pub message: &'static str,
}

/// The answer to `GET /auth/health`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuthHealth {
    /// `healthy`.
    pub status: &'static str,
    /// `authentication`.
    pub service: &'static str,
    /// What time it is there.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// An error under `/auth`, and under `/api` but `/api/v1`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DetailAnswer {
    /// For people: a text or, of a body or a query that is not as it should be, a list of what is wrong with it.
    #[schema(value_type = Detail)]
    pub detail: Value,
    /// For programs.
    pub code: ErrorCode,
}

/// What is wrong.
#[derive(ToSchema)]
#[schema(as = Detail)]
#[serde(untagged)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub enum Detail {
    /// In a sentence.
    Text(String),
    /// By place.
    Faults(Vec<BodyFault>),
}

/// One thing that is wrong with a body.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BodyFault {
    /// `missing`, `string_type`, `int_parsing`, `json_invalid`, `model_attributes_type` or `value_error`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Where: `body` or `query`, then the field.
    #[schema(value_type = Vec<String>)]
    pub loc: Vec<&'static str>,
    /// For people.
    pub msg: &'static str,
}
