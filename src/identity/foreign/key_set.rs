//! The keys of others: each with the one way of signing that it is for.
//!
//! RS256, ES256 and EdDSA by public keys, HS256 by a shared secret. A private key has no business here.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;

use crate::identity::keys::install_cryptography;
use crate::identity::tokens::{BadToken, Reason};

/// The least bytes of an RSA key's modulus.
const MIN_RSA: usize = 256;

/// A key, and how it signs.
pub(super) struct ForeignKey {
    kid: Option<String>,
    pub(super) algorithm: Algorithm,
    pub(super) verifies: DecodingKey,
}

/// At least one.
pub(super) struct KeySet(Vec<ForeignKey>);

#[derive(Deserialize)]
struct Jwks {
    keys: Vec<serde_json::Value>,
}

impl KeySet {
    /// A secret that is shared with who signs.
    pub(super) fn shared(secret: &[u8]) -> Self {
        install_cryptography();
        let verifies = DecodingKey::from_secret(secret);
        Self(vec![ForeignKey { kid: None, algorithm: Algorithm::HS256, verifies }])
    }

    /// What is in a PEM or JWKS file.
    pub(super) fn read(text: &[u8]) -> Result<Self, &'static str> {
        install_cryptography();
        let keys = match text.trim_ascii_start() {
            [b'{', ..] => from_jwks(text)?,
            _ => vec![from_pem(text)?],
        };
        let twice =
            |(place, key): (usize, &ForeignKey)| keys[..place].iter().any(|other| other.kid == key.kid);
        if keys.iter().enumerate().any(twice) {
            return Err("two keys have one kid, or none");
        }
        if keys.is_empty() { Err("there is no key for RS256, ES256 or EdDSA in it") } else { Ok(Self(keys)) }
    }

    /// The key for a token that says so of itself. A key without a name is for all, as is an only one for a token
    /// that names none; that the token is signed the key's way is looked at here and again with the signature.
    pub(super) fn for_token(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<&ForeignKey, BadToken> {
        let key = match (&*self.0, kid) {
            ([only], _) if only.kid.is_none() => Some(only),
            ([only], None) => Some(only),
            (_, None) => None,
            (all, kid) => all.iter().find(|key| key.kid.as_deref() == kid),
        };
        let key = key.ok_or(Reason::UnknownKey)?;
        if key.algorithm == algorithm { Ok(key) } else { Err(Reason::Algorithm.into()) }
    }
}

fn from_pem(text: &[u8]) -> Result<ForeignKey, &'static str> {
    let plain = std::str::from_utf8(text).map_err(|_| "it is neither PEM nor JSON")?;
    let mut begins = plain.lines().filter(|line| line.starts_with("-----BEGIN"));
    match (begins.next().map(str::trim_end), begins.next()) {
        (Some("-----BEGIN PUBLIC KEY-----" | "-----BEGIN RSA PUBLIC KEY-----"), None) => {}
        (Some(_), None) => return Err("it is no public key"),
        (Some(_), Some(_)) => return Err("a PEM file has one key: several go into a JWKS file"),
        (None, _) => return Err("it is neither PEM nor JSON"),
    }
    // The library knows each kind by its own reader only.
    let found = DecodingKey::from_rsa_pem(text).map(|key| (key, Algorithm::RS256));
    let found = found.or_else(|_| DecodingKey::from_ec_pem(text).map(|key| (key, Algorithm::ES256)));
    let found = found.or_else(|_| DecodingKey::from_ed_pem(text).map(|key| (key, Algorithm::EdDSA)));
    let (verifies, algorithm) = found.map_err(|_| "its kind of key is not known")?;
    if !has_size(&verifies, algorithm) {
        return Err("the key has not the size for RS256, ES256 or EdDSA");
    }
    Ok(ForeignKey { kid: None, algorithm, verifies })
}

fn from_jwks(text: &[u8]) -> Result<Vec<ForeignKey>, &'static str> {
    let jwks: Jwks = serde_json::from_slice(text).map_err(|_| "it is no JWKS")?;
    let mut keys = Vec::new();
    for key in jwks.keys {
        if ["d", "p", "q"].iter().any(|private| key.get(private).is_some()) {
            return Err("a private key is in it");
        }
        if key["kty"] == "oct" {
            return Err("a symmetric key is in it: a shared secret is given by itself");
        }
        // Keys for other things are none of ours.
        let jwk = serde_json::from_value::<Jwk>(key).ok();
        keys.extend(jwk.map(|jwk| from_jwk(&jwk)).transpose()?.flatten());
    }
    Ok(keys)
}

/// The key, if it is for signatures as we know them.
fn from_jwk(jwk: &Jwk) -> Result<Option<ForeignKey>, &'static str> {
    let (algorithm, name) = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
        AlgorithmParameters::EllipticCurve(of) if of.curve == EllipticCurve::P256 => {
            (Algorithm::ES256, KeyAlgorithm::ES256)
        }
        AlgorithmParameters::OctetKeyPair(of) if of.curve == EllipticCurve::Ed25519 => {
            (Algorithm::EdDSA, KeyAlgorithm::EdDSA)
        }
        _ => return Ok(None),
    };
    let other_use = jwk.common.public_key_use.as_ref().is_some_and(|used| *used != PublicKeyUse::Signature);
    if other_use || jwk.common.key_algorithm.is_some_and(|said| said != name) {
        return Ok(None);
    }
    let verifies = DecodingKey::from_jwk(jwk).map_err(|_| "a key in it is broken")?;
    if !has_size(&verifies, algorithm) {
        return Err("a key in it has not the size for RS256, ES256 or EdDSA");
    }
    Ok(Some(ForeignKey { kid: jwk.common.key_id.clone(), algorithm, verifies }))
}

/// Whether a key is as long as it must be. The library would refuse every token instead.
fn has_size(key: &DecodingKey, algorithm: Algorithm) -> bool {
    let length = key.try_get_as_bytes().map(<[u8]>::len);
    match algorithm {
        Algorithm::ES256 => length.is_ok_and(|length| length == 65),
        Algorithm::EdDSA => length.is_ok_and(|length| length == 32),
        _ => modulus(key).is_some_and(|modulus| modulus >= MIN_RSA),
    }
}

fn modulus(key: &DecodingKey) -> Option<usize> {
    let jwk = Jwk::from_decoding_key(key, Some(Algorithm::RS256)).ok()?;
    let AlgorithmParameters::RSA(numbers) = jwk.algorithm else { return None };
    let bytes = URL_SAFE_NO_PAD.decode(numbers.n).ok()?;
    Some(bytes.iter().skip_while(|byte| **byte == 0).count())
}
