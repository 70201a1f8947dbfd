//! Tokens that somebody else made: a platform whose users are let in here.
//!
//! How a token is signed is said by the key that verifies it and never by the token. Who it is about stands in claims
//! whose names can be set. Nothing is signed here, and nothing is fetched: keys come from files.

mod key_set;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::{fs, io};

use chrono::DateTime;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use self::key_set::KeySet;
use super::keys::{KeyError, secret_of};
use super::tokens::{BadToken, Reason, header, signed};
use crate::clock::Clock;
use crate::domain::Timestamp;

/// The longest user's name or id that is taken from a token, in bytes.
pub const MAX_CLAIM: usize = 256;

/// Names of tokens that we were shown: not random ones.
const NAMES: Uuid = Uuid::from_u128(0x8a5c_63d4_92b7_4c0e_a1f5_7d26_3be8_9043);

/// Why keys could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum ForeignKeyError {
    /// The file could not be read.
    #[error("the file of keys cannot be read: {0}")]
    Io(#[from] io::Error),
    /// A shared secret is no secret.
    #[error(transparent)]
    Secret(#[from] KeyError),
    /// It is not what verifies a token.
    #[error("the file of keys is refused: {0}")]
    Refused(&'static str),
}

/// Which tokens are taken, and where in them the user stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignRules {
    /// Who must have made it, if anybody in particular.
    pub issuer: Option<String>,
    /// Who it must be for. Without one, a token that says who it is for is for somebody else.
    pub audience: Option<String>,
    /// The claim with the user's id.
    pub user_claim: String,
    /// The claim with the user's name, if there is one.
    pub name_claim: Option<String>,
    /// The claim with the user's role or roles, if there is one.
    pub role_claim: Option<String>,
    /// The roles that make somebody an admin here.
    pub admin_roles: Vec<String>,
}

impl Default for ForeignRules {
    fn default() -> Self {
        Self {
            issuer: None,
            audience: None,
            user_claim: "sub".to_owned(),
            name_claim: None,
            role_claim: None,
            admin_roles: vec!["admin".to_owned(), "super_admin".to_owned()],
        }
    }
}

/// Whom a token is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignUser {
    /// Who it is.
    pub user_id: String,
    /// What people call it.
    pub name: Option<String>,
    /// Whether one of its roles makes it an admin here.
    pub is_admin: bool,
    /// When the token's time is over.
    pub expires_at: Timestamp,
    /// A name of this token, to revoke it by: made of all that is signed, as not every issuer gives one.
    pub token_id: Uuid,
}

/// Looks at others' tokens.
pub struct ForeignTokens {
    keys: KeySet,
    rules: ForeignRules,
    clock: Clock,
}

impl ForeignTokens {
    /// By the public key of a PEM file, or by the public keys of a JWKS file.
    pub fn public_keys(path: &Path, rules: ForeignRules, clock: Clock) -> Result<Self, ForeignKeyError> {
        let text = fs::read(path)?;
        Ok(Self::new(KeySet::read(&text).map_err(ForeignKeyError::Refused)?, rules, clock))
    }

    /// By a secret in a file, which is as good as the other's own: HS256.
    pub fn shared_secret(path: &Path, rules: ForeignRules, clock: Clock) -> Result<Self, ForeignKeyError> {
        Ok(Self::new(KeySet::shared(&secret_of(path)?), rules, clock))
    }

    fn new(keys: KeySet, rules: ForeignRules, clock: Clock) -> Self {
        Self { keys, rules, clock }
    }

    /// Whom a token is about, if it is good.
    pub fn verify(&self, token: &str) -> Result<ForeignUser, BadToken> {
        let header = header(token)?;
        let key = self.keys.for_token(header.kid.as_deref(), header.alg)?;
        let claims: Map<String, Value> = signed(token, &key.verifies, key.algorithm)?;
        self.check_parties(&claims)?;
        let expires_at = self.check_time(&claims)?;
        // Where tokens have kinds, that for refreshing opens no door.
        if claims.get("type").and_then(Value::as_str) == Some("refresh") {
            return Err(Reason::Kind.into());
        }
        self.user(&claims, expires_at, token_id(token)).ok_or_else(|| Reason::Malformed.into())
    }

    fn check_parties(&self, claims: &Map<String, Value>) -> Result<(), BadToken> {
        let issuer = claims.get("iss").and_then(Value::as_str);
        if self.rules.issuer.is_some() && issuer != self.rules.issuer.as_deref() {
            return Err(Reason::Issuer.into());
        }
        let for_us = match (claims.get("aud"), self.rules.audience.as_deref()) {
            (None, None) => true,
            (Some(Value::String(one)), Some(us)) => one == us,
            (Some(Value::Array(some)), Some(us)) => some.iter().any(|one| one.as_str() == Some(us)),
            _ => false,
        };
        if for_us { Ok(()) } else { Err(Reason::Audience.into()) }
    }

    /// When the token's time is over, if now is its time.
    fn check_time(&self, claims: &Map<String, Value>) -> Result<Timestamp, BadToken> {
        let now = (self.clock)();
        let expires_at = claims.get("exp").and_then(moment).ok_or(Reason::Malformed)?;
        if now >= expires_at {
            return Err(Reason::Expired.into());
        }
        let begins_at = claims.get("nbf").map(|begin| moment(begin).ok_or(Reason::Malformed)).transpose()?;
        if begins_at.is_some_and(|begin| now < begin) {
            return Err(Reason::Early.into());
        }
        Ok(expires_at)
    }

    fn user(
        &self,
        claims: &Map<String, Value>,
        expires_at: Timestamp,
        token_id: Uuid,
    ) -> Option<ForeignUser> {
        let rules = &self.rules;
        let user_id = text(claims, &rules.user_claim)?.to_owned();
        // A name that is none is no reason to keep somebody out.
        let name = rules.name_claim.as_deref().and_then(|claim| text(claims, claim)).map(str::to_owned);
        let is_admin = rules.role_claim.as_deref().and_then(|claim| claims.get(claim)).is_some_and(|roles| {
            let is_one = |role: &Value| {
                role.as_str().is_some_and(|role| rules.admin_roles.iter().any(|one| one == role))
            };
            roles.as_array().map_or_else(|| is_one(roles), |roles| roles.iter().any(is_one))
        });
        Some(ForeignUser { user_id, name, is_admin, expires_at, token_id })
    }
}

/// A claim that is a text, and neither empty nor endless.
fn text<'a>(claims: &'a Map<String, Value>, claim: &str) -> Option<&'a str> {
    let text = claims.get(claim)?.as_str()?;
    (!text.trim().is_empty() && text.len() <= MAX_CLAIM).then_some(text)
}

/// A claim that is a time: seconds, maybe with a fraction.
fn moment(claim: &Value) -> Option<Timestamp> {
    let seconds = claim.as_f64().filter(|seconds| seconds.abs() < 1e12)?;
    let moment = DateTime::from_timestamp_millis((seconds * 1_000.0).floor() as i64)?;
    Some(Timestamp::from(moment)).filter(|moment| moment.is_readable())
}

/// Of what is signed alone: some signatures can be written in two ways.
fn token_id(token: &str) -> Uuid {
    let signed = token.rsplit_once('.').map_or(token, |(signed, _)| signed);
    Uuid::new_v5(&NAMES, &Sha256::digest(signed))
}
