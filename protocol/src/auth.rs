//! Signing in over Socket.IO, and how long that lasts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::EventName;
use crate::schema::always_true;

/// The argument of `authenticate` and `auth:refresh`: one of the credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub struct Authenticate {
    /// Whom the client takes itself for. If it is there it has to be whom the credentials name.
    #[serde(default)]
    pub user_id: Option<String>,
    /// An access token, or any of the others.
    #[serde(default)]
    pub token: Option<String>,
    /// An API key.
    #[serde(default)]
    pub api_key: Option<String>,
    /// A session token.
    #[serde(default)]
    pub session_token: Option<String>,
}

/// The acknowledgement of `authenticate` and `auth:refresh`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Authenticated<'a> {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// Who the connection is now.
    pub user_id: &'a str,
    /// Until when; missing where there is no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    pub expires_at: Option<String>,
}

/// `authentication_success`: the reply to `authenticate`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuthenticationSuccess<'a> {
    /// Who the connection is now.
    pub user_id: &'a str,
    /// When that was found out.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// `authentication_failed`: the other reply to `authenticate`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuthenticationFailed<'a> {
    /// For people; the same whatever is wrong with the credentials.
    pub error: &'a str,
}

/// `auth:expiring`: what the connection showed ends soon. `auth:refresh` with something newer goes on without a break.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuthExpiring {
    /// Its own name.
    pub event: EventName,
    /// When it ends: from then on the connection only reads.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// How long it takes until the connection is ended, if nothing newer is shown.
    pub cut_in_ms: u64,
}
