//! Accounts: for admins, while the server runs. The command line does the same without one.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::rest::admin::{
    ApiKeyList, ApiKeyMade, ApiKeyRevoked, ApiKeyView, ChangeUser, NewApiKey, NewUser, UserList, UserView,
};
use graphroom_protocol::{ErrorBody, ErrorCode};
use http::StatusCode;

use super::body::{JsonBody, OptionalJsonBody};
use super::call::Call;
use super::document::errors::{Busy, Conflict, Errors, InvalidRequest, NotFound, ReadsBody, ReadsStore};
use super::error::ApiError;
use super::members::given_out;
use super::parts::{Id, KeyId, UserId};
use crate::identity::accounts::{self, ChangedUser, NotChanged};
use crate::identity::audit::{Kind, Note};
use crate::identity::passwords::PasswordError;
use crate::identity::sign_in::MAX_NAME;
use crate::identity::{ApiKeyRow, StoreError, UserRow};
use crate::session::OpenError;
use crate::transport::{Backend, open_error};

fn of_user(row: UserRow) -> UserView {
    UserView {
        user_id: row.user_id,
        name: row.name,
        is_admin: row.is_admin,
        is_disabled: row.is_disabled,
        has_password: row.password_hash.is_some(),
        created_at: row.created_at.to_string(),
    }
}

fn of_key(row: ApiKeyRow) -> ApiKeyView {
    ApiKeyView {
        key_id: row.key_id.to_string(),
        user_id: row.user_id,
        name: row.name,
        created_at: row.created_at.to_string(),
        expires_at: row.expires_at.map(|at| at.to_string()),
    }
}

pub(super) fn failed(error: StoreError) -> ApiError {
    open_error(&OpenError::Store(error)).into()
}

pub(super) fn unchanged(error: NotChanged) -> ApiError {
    let code = match error {
        NotChanged::Store(error) => return failed(error),
        NotChanged::Unknown => ErrorCode::NotFound,
        NotChanged::Taken => ErrorCode::Conflict,
        NotChanged::Password(PasswordError::Length) => ErrorCode::InvalidRequest,
        NotChanged::Password(PasswordError::Busy) => ErrorCode::Busy,
        NotChanged::Password(_) | NotChanged::NoRandomness(_) => {
            tracing::error!(%error, "an account was not changed");
            return ApiError::new(ErrorCode::Internal, "The request could not be carried out");
        }
    };
    ErrorBody::new(code, error.to_string()).into()
}

fn name(body: &JsonBody) -> Result<Option<String>, ApiError> {
    match body.text("name")? {
        Some(name) if !(1..=MAX_NAME).contains(&name.chars().count()) => {
            Err(ErrorBody::new(ErrorCode::InvalidRequest, format!("name must be 1 to {MAX_NAME} characters"))
                .into())
        }
        name => Ok(name.map(str::to_owned)),
    }
}

/// In characters, as the document has it; in bytes it is then what can be hashed.
pub(super) fn is_password(text: &str) -> bool {
    (8..=256).contains(&text.chars().count())
}

fn password(body: &JsonBody) -> Result<Option<String>, ApiError> {
    match body.text("password")? {
        Some(password) if !is_password(password) => {
            Err(ApiError::new(ErrorCode::InvalidRequest, "password must be 8 to 256 characters"))
        }
        password => Ok(password.map(str::to_owned)),
    }
}

/// Lists the users
#[utoipa::path(
    get, path = "/admin/users", tag = "admin", operation_id = "list_users",
    responses((status = OK, description = "All of them, by their ids", body = UserList), Errors<ReadsStore>),
)]
pub async fn users(State(backend): State<Arc<Backend>>) -> Result<Json<UserList>, ApiError> {
    let users = backend.identity.users().await.map_err(failed)?;
    Ok(Json(UserList { users: users.into_iter().map(of_user).collect() }))
}

/// Makes a user
#[utoipa::path(
    post, path = "/admin/users", tag = "admin", operation_id = "create_user", request_body = NewUser,
    responses(
        (status = CREATED, description = "The user", body = UserView),
        Errors<(ReadsBody, Conflict, Busy, ReadsStore)>,
    ),
)]
pub async fn create(
    State(backend): State<Arc<Backend>>,
    call: Call,
    body: JsonBody,
) -> Result<(StatusCode, Json<UserView>), ApiError> {
    let user_id = body.required("user_id", "Missing user_id")?;
    let user_id = given_out(user_id)?;
    let user = accounts::NewUser {
        user_id,
        name: name(&body)?,
        password: password(&body)?,
        is_admin: body.flag("is_admin")?,
    };
    let made = backend.identity.create_user(user).await.map_err(unchanged)?;
    call.note(&backend, Note::new(Kind::UserCreated).of(&made.user_id).with("is_admin", made.is_admin));
    Ok((StatusCode::CREATED, Json(of_user(made))))
}

/// Changes a user
///
/// It counts at once: connections of a user that is disabled, or is no admin any more, are ended.
#[utoipa::path(
    patch, path = "/admin/users/{user_id}", tag = "admin", operation_id = "change_user",
    params(UserId), request_body = ChangeUser,
    responses(
        (status = OK, description = "The user as it is now", body = UserView),
        Errors<(ReadsBody, NotFound, Busy, ReadsStore)>,
    ),
)]
pub async fn change(
    State(backend): State<Arc<Backend>>,
    Id(user_id): Id,
    call: Call,
    body: JsonBody,
) -> Result<Json<UserView>, ApiError> {
    let change = ChangedUser {
        name: name(&body)?,
        password: password(&body)?,
        is_admin: body.optional_flag("is_admin")?,
        is_disabled: body.optional_flag("is_disabled")?,
    };
    let note = Note::new(Kind::UserChanged)
        .of(&user_id)
        .with("new_name", change.name.is_some())
        .with("new_password", change.password.is_some())
        .with("is_admin", change.is_admin)
        .with("is_disabled", change.is_disabled);
    let changed = backend.identity.update_user(&user_id, change).await.map_err(unchanged)?;
    call.note(&backend, note);
    Ok(Json(of_user(changed)))
}

/// Makes an API key of a user's
///
/// `api_key` is told this once.
#[utoipa::path(
    post, path = "/admin/users/{user_id}/keys", tag = "admin", operation_id = "create_api_key",
    params(UserId), request_body = Option<NewApiKey>,
    responses(
        (status = CREATED, description = "The key", body = ApiKeyMade),
        Errors<(ReadsBody, NotFound, ReadsStore)>,
    ),
)]
pub async fn create_key(
    State(backend): State<Arc<Backend>>,
    Id(user_id): Id,
    call: Call,
    OptionalJsonBody(body): OptionalJsonBody,
) -> Result<(StatusCode, Json<ApiKeyMade>), ApiError> {
    let made = backend.identity.create_api_key(&user_id, name(&body)?).await;
    let (key, secret) = made.map_err(unchanged)?;
    let key_id = key.key_id.to_string();
    call.note(&backend, Note::new(Kind::ApiKeyCreated).of(&user_id).with("key_id", key_id));
    let api_key = secret.expose().to_owned();
    Ok((StatusCode::CREATED, Json(ApiKeyMade { api_key, key: of_key(key) })))
}

/// Lists the API keys
#[utoipa::path(
    get, path = "/admin/keys", tag = "admin", operation_id = "list_api_keys",
    responses((status = OK, description = "All of them, oldest first", body = ApiKeyList), Errors<ReadsStore>),
)]
pub async fn keys(State(backend): State<Arc<Backend>>) -> Result<Json<ApiKeyList>, ApiError> {
    let keys = backend.identity.api_keys().await.map_err(failed)?;
    Ok(Json(ApiKeyList { keys: keys.into_iter().map(of_key).collect() }))
}

/// Takes an API key back
///
/// It counts at once: connections that showed it are ended.
#[utoipa::path(
    delete, path = "/admin/keys/{key_id}", tag = "admin", operation_id = "revoke_api_key",
    params(KeyId),
    responses(
        (status = OK, description = "There is no such key any more", body = ApiKeyRevoked),
        Errors<(InvalidRequest, NotFound, ReadsStore)>,
    ),
)]
pub async fn revoke_key(
    State(backend): State<Arc<Backend>>,
    Id(key_id): Id,
    call: Call,
) -> Result<Json<ApiKeyRevoked>, ApiError> {
    let id = key_id.parse().map_err(|_| unchanged(NotChanged::Unknown))?;
    backend.identity.revoke_api_key(id).await.map_err(unchanged)?;
    call.note(&backend, Note::new(Kind::ApiKeyRevoked).of(&key_id));
    Ok(Json(ApiKeyRevoked { success: true, key_id }))
}
