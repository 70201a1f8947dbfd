//! Our own tokens: JWTs by HS256, for who was let in. An access token opens doors, a refresh token gets new ones.
//!
//! Whatever is wrong with a token, its bearer is told the same. What was revoked is not known here, and what
//! others signed is in `foreign`.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::keys::SigningKeys;
use crate::clock::Clock;
use crate::domain::Timestamp;

/// The longest token in bytes. A longer one is not even looked at.
pub const MAX_TOKEN: usize = 8 * 1024;

/// The longest life of a token in seconds, a hundred years, whatever is set.
const LONGEST: u64 = 100 * 366 * 86_400;

/// Who our tokens are from, and who they are for.
pub const GRAPHROOM: &str = "graphroom";

/// A token that is no good. Its text is the same whatever is wrong with it.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the token is not valid")]
pub struct BadToken {
    /// For our log, and for nobody outside.
    pub reason: Reason,
}

/// What is wrong with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is longer than [`MAX_TOKEN`].
    Oversized,
    /// It is no JWT, or its claims are not what they should be.
    Malformed,
    /// It is signed another way than its key signs, or not at all.
    Algorithm,
    /// No key has its `kid`.
    UnknownKey,
    /// The signature is not its own.
    Signature,
    /// It is from somebody else.
    Issuer,
    /// It is for somebody else.
    Audience,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    Early,
    /// An access token is wanted and it is a refresh token, or the other way round.
    Kind,
}

impl From<Reason> for BadToken {
    fn from(reason: Reason) -> Self {
        Self { reason }
    }
}

/// Why a token was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotIssued {
    /// It would be longer than what we accept.
    #[error("the names are too long for a token")]
    TooLong,
    /// The library signed nothing.
    #[error("the token could not be signed")]
    NotSigned,
}

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenKind {
    /// To be let in.
    Access,
    /// To get a new pair, once.
    Refresh,
}

/// What a token says, in the order in which it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who bears it.
    pub sub: String,
    /// What the bearer's device is called.
    pub device_name: Option<String>,
    /// What sort of device it is.
    pub device_type: Option<String>,
    /// When it was made, for people.
    pub issued_at: String,
    /// The second from which on it is no good.
    pub exp: i64,
    /// The second in which it was made.
    pub iat: i64,
    /// What it is good for.
    #[serde(rename = "type")]
    pub kind: TokenKind,
    /// Its own name: no two tokens have the same.
    pub jti: Uuid,
    /// The name that all tokens share which came out of one sign-in.
    pub fam: Uuid,
    /// What the bearer is to the whole server, such as `admin`.
    pub roles: Vec<String>,
    /// Who made it.
    pub iss: String,
    /// Who it is for.
    pub aud: String,
    /// The second before which it is no good. We write none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
}

impl Claims {
    /// When its time is over.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        Timestamp::from_millis(self.exp.saturating_mul(1_000))
    }

    /// Who it was issued to.
    #[must_use]
    pub fn bearer(&self) -> Bearer {
        Bearer {
            user_id: self.sub.clone(),
            device_name: self.device_name.clone(),
            device_type: self.device_type.clone(),
            roles: self.roles.clone(),
        }
    }

    /// Whether this is a token of ours, and now is its time.
    fn check(&self, now: Timestamp) -> Result<(), BadToken> {
        if self.iss != GRAPHROOM {
            return Err(Reason::Issuer.into());
        }
        if self.aud != GRAPHROOM {
            return Err(Reason::Audience.into());
        }
        let second = now.millis().div_euclid(1_000);
        if second >= self.exp {
            return Err(Reason::Expired.into());
        }
        if self.nbf.is_some_and(|begin| second < begin) {
            return Err(Reason::Early.into());
        }
        Ok(())
    }
}

/// Who gets tokens, and what stands in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bearer {
    /// Who it is.
    pub user_id: String,
    /// What its device is called.
    pub device_name: Option<String>,
    /// What sort of device it is.
    pub device_type: Option<String>,
    /// What it is to the whole server, such as `admin`.
    pub roles: Vec<String>,
}

/// How long tokens are good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// An access token.
    pub access: Duration,
    /// A refresh token.
    pub refresh: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        let hour = Duration::from_secs(3_600);
        Self { access: hour * 24, refresh: hour * 24 * 7 }
    }
}

/// A token and what it says. Its text is not in its `Debug`.
#[derive(Clone)]
pub struct Issued {
    /// What is sent.
    pub text: String,
    /// What it says.
    pub claims: Claims,
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issued").field("claims", &self.claims).finish_non_exhaustive()
    }
}

/// What a sign-in gives.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The one for now.
    pub access: Issued,
    /// The one for later.
    pub refresh: Issued,
}

/// Makes tokens, and looks at those that come.
pub struct Tokens {
    keys: Arc<SigningKeys>,
    clock: Clock,
    lifetimes: Lifetimes,
}

impl Tokens {
    /// Tokens that these keys sign.
    #[must_use]
    pub fn new(keys: Arc<SigningKeys>, clock: Clock, lifetimes: Lifetimes) -> Self {
        Self { keys, clock, lifetimes }
    }

    /// How long tokens are good.
    #[must_use]
    pub fn lifetimes(&self) -> Lifetimes {
        self.lifetimes
    }

    /// A pair for somebody who signs in: the first of its family.
    pub fn issue(&self, bearer: &Bearer) -> Result<Pair, NotIssued> {
        self.issue_in(Uuid::new_v4(), bearer)
    }

    /// A further pair of a family, in exchange for its refresh token.
    pub fn issue_in(&self, family: Uuid, bearer: &Bearer) -> Result<Pair, NotIssued> {
        let access = self.sign(TokenKind::Access, family, bearer)?;
        let refresh = self.sign(TokenKind::Refresh, family, bearer)?;
        Ok(Pair { access, refresh })
    }

    fn sign(&self, kind: TokenKind, fam: Uuid, bearer: &Bearer) -> Result<Issued, NotIssued> {
        let claims = self.claims(kind, fam, bearer);
        let ring = self.keys.ring();
        let key = ring.newest().ok_or(NotIssued::NotSigned)?;
        let header = Header { kid: Some(key.kid.clone()), ..Header::new(Algorithm::HS256) };
        let text = encode(&header, &claims, &key.signs).map_err(|_| NotIssued::NotSigned)?;
        if text.len() > MAX_TOKEN {
            return Err(NotIssued::TooLong);
        }
        Ok(Issued { text, claims })
    }

    fn claims(&self, kind: TokenKind, fam: Uuid, bearer: &Bearer) -> Claims {
        let now = (self.clock)();
        let lifetime = match kind {
            TokenKind::Access => self.lifetimes.access,
            TokenKind::Refresh => self.lifetimes.refresh,
        };
        let iat = now.millis().div_euclid(1_000);
        let Bearer { user_id, device_name, device_type, roles } = bearer.clone();
        Claims {
            sub: user_id,
            device_name,
            device_type,
            issued_at: now.in_microseconds(),
            exp: iat.saturating_add_unsigned(lifetime.as_secs().min(LONGEST)),
            iat,
            kind,
            jti: Uuid::new_v4(),
            fam,
            roles,
            iss: GRAPHROOM.to_owned(),
            aud: GRAPHROOM.to_owned(),
            nbf: None,
        }
    }

    /// What a token says that is good for this.
    pub fn verify(&self, token: &str, wanted: TokenKind) -> Result<Claims, BadToken> {
        let claims = self.verify_any(token)?;
        if claims.kind == wanted { Ok(claims) } else { Err(Reason::Kind.into()) }
    }

    /// What a token says that is good for anything.
    pub fn verify_any(&self, token: &str) -> Result<Claims, BadToken> {
        let header = header(token)?;
        let ring = self.keys.ring();
        let key = header.kid.as_deref().and_then(|kid| ring.named(kid)).ok_or(Reason::UnknownKey)?;
        let claims: Claims = signed(token, &key.verifies, Algorithm::HS256)?;
        claims.check((self.clock)())?;
        Ok(claims)
    }
}

/// What a token says of its signature. Nobody vouches for it yet.
pub(super) fn header(token: &str) -> Result<Header, BadToken> {
    if token.len() > MAX_TOKEN {
        return Err(Reason::Oversized.into());
    }
    let header = decode_header(token).map_err(|_| Reason::Malformed)?;
    // What must be understood is not understood here.
    if header.crit.is_some() { Err(Reason::Malformed.into()) } else { Ok(header) }
}

/// The claims of a token that `key` signed by `algorithm`, which is the key's and not the token's choice. What they
/// say, times included, is for the caller to look at: the library has a clock and a leeway of its own.
pub(super) fn signed<T: DeserializeOwned>(
    token: &str,
    key: &jsonwebtoken::DecodingKey,
    algorithm: Algorithm,
) -> Result<T, BadToken> {
    use jsonwebtoken::errors::ErrorKind;

    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    let decoded = decode(token, key, &validation).map_err(|error| match error.kind() {
        ErrorKind::InvalidAlgorithm | ErrorKind::InvalidKeyFormat => Reason::Algorithm,
        ErrorKind::InvalidSignature => Reason::Signature,
        _ => Reason::Malformed,
    })?;
    Ok(decoded.claims)
}
