//! Tokens under `/auth`: paths, bodies and statuses as clients of an older server know them.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, Request, State};
use graphroom_protocol::rest::auth::{
    AuthHealth, BodyFault, RefreshRequest, RevokeRequest, TokenPair, TokenRequest, TokenRevoked,
    TokenValidity,
};
use graphroom_protocol::{ErrorBody, ErrorCode};
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::admin::is_password;
use super::body::{self, OptionalJsonBody};
use super::document::errors::{
    At, Conflict, Errors, Forbidden, InvalidRequest, PayloadTooLarge, RateLimited, ReadsStore,
    Unauthenticated,
};
use super::error::ApiError;
use crate::identity::Denied;
use crate::identity::invitations::{Invited, NotRedeemed};
use crate::identity::sign_in::{Application, NotRevoked, Proof};
use crate::identity::tokens::{Claims, Pair, in_microseconds};
use crate::transport::access::denied;
use crate::transport::credentials::bearer;
use crate::transport::{Backend, address};

/// Of a route that reads a JSON body: a wrong one is 422.
type ReadsBody = (At<422, InvalidRequest>, PayloadTooLarge);

/// Whose request it is.
pub struct Peer(IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Ok(Self(address::marked(&parts.extensions)))
    }
}

/// Gives tokens
///
/// In `open` mode to whoever names itself; in `token` mode to who shows the user's password or an API key of it. Who
/// shows an invitation becomes a user of that name first, with the password that comes along, if one does.
#[utoipa::path(
    post, path = "/auth/token", tag = "auth", operation_id = "issue_tokens", request_body = TokenRequest,
    responses(
        (status = OK, description = "An access token and a refresh token", body = TokenPair),
        Errors<(ReadsBody, Unauthenticated, Conflict, RateLimited, ReadsStore)>,
    ),
)]
pub async fn issue(
    State(backend): State<Arc<Backend>>,
    Peer(address): Peer,
    request: Request,
) -> Result<Json<TokenPair>, ApiError> {
    let fields = Fields::read(request).await?;
    let application = Application {
        client_id: fields.required("client_id")?,
        device_name: fields.optional("device_name")?,
        device_type: fields.optional("device_type")?,
    };
    let shown = Evidence::read(&fields)?;
    if !application.is_well_formed() {
        return Err(faulty("value_error", &["body"], "Names are 1 to 128 characters, and not anonymous"));
    }
    let identity = &backend.identity;
    let pair = match shown {
        Evidence::Proof(proof) => identity.issue(application, proof, address).await.map_err(not_validated)?,
        Evidence::Invited(invited) => {
            identity.redeem(application, invited, address).await.map_err(not_redeemed)?
        }
    };
    Ok(Json(pair_of(&backend, pair)))
}

/// What a body shows.
enum Evidence {
    /// That somebody is who it says.
    Proof(Proof),
    /// That somebody may become a user.
    Invited(Invited),
}

impl Evidence {
    fn read(fields: &Fields) -> Result<Self, ApiError> {
        let [password, key, invitation] =
            [fields.optional("password")?, fields.optional("api_key")?, fields.optional("invitation")?];
        Ok(match (password, key, invitation) {
            (None, None, None) => Self::Proof(Proof::Nothing),
            (Some(password), None, None) => Self::Proof(Proof::Password(password)),
            (None, Some(key), None) => Self::Proof(Proof::ApiKey(key)),
            (Some(password), None, Some(_)) if !is_password(&password) => {
                let rule = "A password is 8 to 256 characters";
                return Err(faulty("value_error", &["body", "password"], rule));
            }
            (password, None, Some(invitation)) => Self::Invited(Invited { invitation, password }),
            (_, Some(_), _) => return Err(faulty("value_error", &["body"], "Show one thing, not two")),
        })
    }
}

/// Exchanges a refresh token for new tokens
///
/// A refresh token is good for that once. One that comes again ends everything that came out of its sign-in.
#[utoipa::path(
    post, path = "/auth/refresh", tag = "auth", operation_id = "refresh_tokens", request_body = RefreshRequest,
    responses(
        (status = OK, description = "An access token and a refresh token", body = TokenPair),
        Errors<(ReadsBody, Unauthenticated, ReadsStore)>,
    ),
)]
pub async fn refresh(
    State(backend): State<Arc<Backend>>,
    Peer(address): Peer,
    request: Request,
) -> Result<Json<TokenPair>, ApiError> {
    let token = Fields::read(request).await?.required("refresh_token")?;
    let pair = backend.identity.refresh(&token, address).await.map_err(not_validated)?;
    Ok(Json(pair_of(&backend, pair)))
}

/// Says whether the token in `Authorization` counts
#[utoipa::path(
    post, path = "/auth/validate", tag = "auth", operation_id = "validate_token",
    params(("Authorization" = String, Header, description = "`Bearer`, and the token")),
    responses(
        (status = OK, description = "Whether it does, and whose it is", body = TokenValidity),
        Errors<At<403, Unauthenticated>>,
    ),
)]
pub async fn validate(
    State(backend): State<Arc<Backend>>,
    headers: HeaderMap,
) -> Result<Json<TokenValidity>, ApiError> {
    let claims = backend.identity.validate(in_header(&headers)?);
    Ok(Json(TokenValidity {
        valid: claims.is_some(),
        expires_at: claims.as_ref().map(|claims| claims.expires_at().to_string()),
        client_id: claims.map(|claims| claims.sub),
    }))
}

/// Takes a token back
///
/// One's own, or as an admin anybody's; a refresh token with everything that came out of its sign-in.
#[utoipa::path(
    post, path = "/auth/revoke", tag = "auth", operation_id = "revoke_token",
    params(("Authorization" = String, Header, description = "`Bearer`, and a token that counts")),
    request_body = RevokeRequest,
    responses(
        (status = OK, description = "It does not count any more", body = TokenRevoked),
        Errors<(ReadsBody, Unauthenticated, At<403, Unauthenticated>, Forbidden, ReadsStore)>,
    ),
)]
pub async fn revoke(
    State(backend): State<Arc<Backend>>,
    Peer(address): Peer,
    headers: HeaderMap,
    request: Request,
) -> Result<Json<TokenRevoked>, ApiError> {
    let claims: Option<Claims> = backend.identity.validate(in_header(&headers)?);
    let claims = claims.ok_or_else(|| not_validated(Denied::Bad))?;
    let token = Fields::read(request).await?.required("token")?;
    match backend.identity.revoke(&claims, &token, address).await {
        Ok(()) => Ok(Json(TokenRevoked { message: "Token revoked successfully" })),
        Err(NotRevoked::NotOwn) => {
            let details = Some(json!({ "rule": "admin" }));
            let error = ErrorBody::new(ErrorCode::Forbidden, "Only an admin revokes another's token");
            Err(ErrorBody { details, ..error }.into())
        }
        Err(NotRevoked::Denied(error)) => Err(error.into()),
    }
}

/// Says that this part of the server works
#[utoipa::path(
    get, path = "/auth/health", tag = "auth", operation_id = "authentication_health",
    responses((status = OK, description = "It does", body = AuthHealth), Errors<()>),
)]
pub async fn health(State(backend): State<Arc<Backend>>) -> Json<AuthHealth> {
    let timestamp = in_microseconds(backend.identity.now());
    Json(AuthHealth { status: "healthy", service: "authentication", timestamp })
}

fn pair_of(backend: &Backend, pair: Pair) -> TokenPair {
    TokenPair {
        access_token: pair.access.text,
        refresh_token: pair.refresh.text,
        token_type: "bearer",
        expires_in: backend.identity.access_lifetime().as_secs(),
    }
}

/// The token that a request shows by its header: these routes take no other.
fn in_header(headers: &HeaderMap) -> Result<&str, ApiError> {
    let refused =
        |message| ApiError::new(ErrorCode::Unauthenticated, message).with_status(StatusCode::FORBIDDEN);
    let header = headers.get(AUTHORIZATION).ok_or_else(|| refused("Not authenticated"))?;
    let token = header.to_str().ok().and_then(bearer);
    token.ok_or_else(|| refused("Invalid authentication credentials"))
}

/// What these routes say of credentials that do not count, whatever is wrong with them.
fn not_validated(error: Denied) -> ApiError {
    match error {
        Denied::Bad => ApiError::new(ErrorCode::Unauthenticated, "Could not validate credentials"),
        error => denied(&error).into(),
    }
}

fn not_redeemed(error: NotRedeemed) -> ApiError {
    match error {
        NotRedeemed::Denied(error) => not_validated(error),
        NotRedeemed::Taken => ApiError::new(ErrorCode::Conflict, "There is somebody of that name"),
    }
}

/// The fields of a body.
struct Fields(serde_json::Map<String, Value>);

impl Fields {
    async fn read(request: Request) -> Result<Self, ApiError> {
        use axum::extract::FromRequest;
        if !body::is_json(request.headers()) {
            let message = "Input should be a valid dictionary or object to extract fields from";
            return Err(faulty("model_attributes_type", &["body"], message));
        }
        match OptionalJsonBody::from_request(request, &()).await {
            Ok(OptionalJsonBody(body)) if body.len == 0 => {
                Err(faulty("missing", &["body"], "Field required"))
            }
            Ok(OptionalJsonBody(body)) => Ok(Self(body.fields)),
            Err(error) if error.code() == ErrorCode::InvalidRequest => {
                Err(faulty("json_invalid", &["body"], "JSON decode error"))
            }
            Err(error) => Err(error),
        }
    }

    fn required(&self, field: &'static str) -> Result<String, ApiError> {
        self.optional(field)?.ok_or_else(|| faulty("missing", &["body", field], "Field required"))
    }

    fn optional(&self, field: &'static str) -> Result<Option<String>, ApiError> {
        match self.0.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(faulty("string_type", &["body", field], "Input should be a valid string")),
        }
    }
}

/// The refusal of a body that is not as it should be.
fn faulty(kind: &'static str, loc: &[&'static str], msg: &'static str) -> ApiError {
    let fault = BodyFault { kind, loc: loc.to_vec(), msg };
    let error = ErrorBody::new(ErrorCode::InvalidRequest, msg);
    let error = ErrorBody { details: Some(json!([fault])), ..error };
    ApiError::from(error).with_status(StatusCode::UNPROCESSABLE_ENTITY)
}
