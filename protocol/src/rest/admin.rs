//! Accounts, for admins.

use serde::Serialize;
use utoipa::ToSchema;

use crate::schema::always_true;

/// The body of `POST /api/v1/admin/users`.
#[derive(Clone, Serialize, ToSchema)]
pub struct NewUser {
    /// Who it is: not beginning with `anonymous:`.
    #[schema(min_length = 1, max_length = 128)]
    pub user_id: String,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 128)]
    pub name: Option<String>,
    /// Its password. Without one it signs in by API keys alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 8, max_length = 256)]
    pub password: Option<String>,
    /// Whether it may do everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_admin: Option<bool>,
}

/// The body of `PATCH /api/v1/admin/users/{user_id}`. What is not there stays as it is.
#[derive(Clone, Serialize, ToSchema)]
pub struct ChangeUser {
    /// What people call it from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 128)]
    pub name: Option<String>,
    /// Its password from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 8, max_length = 256)]
    pub password: Option<String>,
    /// Whether it may do everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_admin: Option<bool>,
    /// Whether it may do nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_disabled: Option<bool>,
}

/// A user.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UserView {
    /// Who it is.
    pub user_id: String,
    /// What people call it.
    pub name: Option<String>,
    /// Whether it may do everything.
    pub is_admin: bool,
    /// Whether it may do nothing.
    pub is_disabled: bool,
    /// Whether it can sign in by a password.
    pub has_password: bool,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
}

/// The answer to `GET /api/v1/admin/users`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UserList {
    /// All of them, by their ids.
    pub users: Vec<UserView>,
}

/// The body of `POST /api/v1/admin/users/{user_id}/keys`, which may be missing.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct NewApiKey {
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 128)]
    pub name: Option<String>,
}

/// An API key, without what is shown.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApiKeyView {
    /// Names the key; it is no secret.
    pub key_id: String,
    /// Whose it is.
    pub user_id: String,
    /// What it is called.
    pub name: String,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When its time is over, if ever.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
}

/// The answer to `POST /api/v1/admin/users/{user_id}/keys`.
#[derive(Clone, Serialize, ToSchema)]
pub struct ApiKeyMade {
    /// What is shown. It is told this once.
    pub api_key: String,
    /// The key.
    #[serde(flatten)]
    pub key: ApiKeyView,
}

/// The answer to `GET /api/v1/admin/keys`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApiKeyList {
    /// All of them, oldest first.
    pub keys: Vec<ApiKeyView>,
}

/// The answer to `DELETE /api/v1/admin/keys/{key_id}`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApiKeyRevoked {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// Which.
    pub key_id: String,
}
