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
use crate::domain::Caller;
use crate::identity::invitations::{Invited, NotRedeemed};
use crate::identity::sign_in::{Device, NotRevoked, Proof, Proven, are_names};
use crate::identity::tokens::Pair;
use crate::identity::{Denied, Shown};
use crate::transport::access::denied;
use crate::transport::credentials::bearer;
use crate::transport::{Backend, address};

/// Of a route that reads a JSON body: a wrong one is 422.
pub(super) type ReadsBody = (At<422, InvalidRequest>, PayloadTooLarge);

/// Whose request it is.
pub struct Peer(pub IpAddr);

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
    let device =
        Device { device_name: fields.optional("device_name")?, device_type: fields.optional("device_type")? };
    let proven = prove(&backend, &fields, &device, address).await?;
    let pair = backend.identity.issue(proven, device, address).map_err(not_validated)?;
    Ok(Json(pair_of(&backend, pair)))
}

/// Who a body is from, by what it shows.
pub(super) async fn prove(
    backend: &Backend,
    fields: &Fields,
    device: &Device,
    address: IpAddr,
) -> Result<Proven, ApiError> {
    let client_id = fields.required("client_id")?;
    let evidence = Evidence::read(fields)?;
    if !are_names(&client_id, device) {
        return Err(faulty("value_error", &["body"], "Names are 1 to 128 characters, and not anonymous"));
    }
    let identity = &backend.identity;
    match evidence {
        Evidence::Proof(proof) => identity.prove(&client_id, proof, address).await.map_err(not_validated),
        Evidence::Invited(invited) => {
            identity.redeem(&client_id, invited, address).await.map_err(not_redeemed)
        }
    }
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
        Errors<(At<403, Unauthenticated>, ReadsStore)>,
    ),
)]
pub async fn validate(
    State(backend): State<Arc<Backend>>,
    Peer(address): Peer,
    headers: HeaderMap,
) -> Result<Json<TokenValidity>, ApiError> {
    let found = match bearing(&backend, in_header(&headers)?, address).await {
        Ok(found) => Some(found),
        Err(Denied::Bad) => None,
        Err(error) => return Err(not_validated(error)),
    };
    Ok(Json(TokenValidity {
        valid: found.is_some(),
        client_id: found.as_ref().map(|(caller, _)| caller.user_id.to_string()),
        expires_at: found.map(|(_, expires_at)| expires_at),
    }))
}

/// Who bears a token of ours, whatever it is good for, and until when.
async fn bearing(backend: &Backend, text: &str, address: IpAddr) -> Result<(Caller, String), Denied> {
    let identity = &backend.identity;
    if let shown @ Shown::SessionToken(_) = Shown::read(text) {
        let who = identity.authenticate(shown, address).await?;
        return Ok((who.caller, identity.unused_until().to_string()));
    }
    let claims = identity.validate(text).ok_or(Denied::Bad)?;
    Ok((identity.signed_in(&claims).caller, claims.expires_at().to_string()))
}

/// Takes a token back
///
/// One's own, or as an admin anybody's; a refresh token with everything that came out of its sign-in. A session token is
/// one, too.
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
    let bearing = bearing(&backend, in_header(&headers)?, address).await;
    let (caller, _) = bearing.map_err(not_validated)?;
    let token = Fields::read(request).await?.required("token")?;
    match backend.identity.revoke(&caller, &token, address).await {
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
    let timestamp = backend.identity.now().in_microseconds();
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
pub(super) fn not_validated(error: Denied) -> ApiError {
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
pub(super) struct Fields(pub(super) serde_json::Map<String, Value>);

impl Fields {
    pub(super) async fn read(request: Request) -> Result<Self, ApiError> {
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

    pub(super) fn required(&self, field: &'static str) -> Result<String, ApiError> {
        self.optional(field)?.ok_or_else(|| faulty("missing", &["body", field], "Field required"))
    }

    pub(super) fn optional(&self, field: &'static str) -> Result<Option<String>, ApiError> {
        match self.0.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(faulty("string_type", &["body", field], "Input should be a valid string")),
        }
    }
}

/// The refusal of a body, or of a query, that is not as it should be.
pub(super) fn faulty(kind: &'static str, loc: &[&'static str], msg: &'static str) -> ApiError {
    let fault = BodyFault { kind, loc: loc.to_vec(), msg };
    let error = ErrorBody::new(ErrorCode::InvalidRequest, msg);
    let error = ErrorBody { details: Some(json!([fault])), ..error };
    ApiError::from(error).with_status(StatusCode::UNPROCESSABLE_ENTITY)
}
