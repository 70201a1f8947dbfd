//! Session tokens: given out here. They are shown, looked at and taken back like other tokens.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use graphroom_protocol::rest::auth::{SessionToken, TokenRequest};

use super::auth::{Fields, Peer, ReadsBody, not_validated, prove};
use super::document::errors::{Conflict, Errors, RateLimited, ReadsStore, Unauthenticated};
use super::error::ApiError;
use crate::identity::session_tokens::LIFETIME;
use crate::identity::sign_in::Device;
use crate::transport::Backend;
use crate::transport::credentials::in_headers;

/// Gives a session token
///
/// For what `POST /auth/token` takes as a body or, without one, for an access token or an API key in a header. It counts as
/// long as it is used once an hour; a user has five, of which the one that was used longest ago makes room.
#[utoipa::path(
    post, path = "/auth/session", tag = "auth", operation_id = "issue_session_token",
    params(("Authorization" = Option<String>, Header, description = "`Bearer`, and a token or an API key")),
    request_body = Option<TokenRequest>,
    responses(
        (status = OK, description = "The session token", body = SessionToken),
        Errors<(ReadsBody, Unauthenticated, Conflict, RateLimited, ReadsStore)>,
    ),
)]
pub async fn issue(
    State(backend): State<Arc<Backend>>,
    Peer(address): Peer,
    request: Request,
) -> Result<Json<SessionToken>, ApiError> {
    let identity = &backend.identity;
    let proven = match in_headers(request.headers()) {
        Some(shown) => identity.prove_by(shown, address).await.map_err(not_validated)?,
        None => {
            let fields = Fields::read(request).await?;
            prove(&backend, &fields, &Device::default(), address).await?
        }
    };
    let secret = identity.create_session_token(&proven, address).await.map_err(not_validated)?;
    Ok(Json(SessionToken {
        session_token: secret.expose().to_owned(),
        user_id: proven.user_id().to_owned(),
        expires_in: LIFETIME.as_secs(),
    }))
}
