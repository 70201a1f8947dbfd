//! Key pairs, made anew for each run, in all forms that a platform hands out.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair,
};
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::Value;

use super::*;

/// What a platform signs with.
pub(super) struct Pair {
    pub(super) algorithm: Algorithm,
    pub(super) signs: EncodingKey,
    pub(super) private_pem: String,
    pub(super) public_pem: String,
    pub(super) public_der: Vec<u8>,
}

impl Pair {
    fn new(algorithm: Algorithm, private: &[u8], public: &PublicKeyX509Der<'_>) -> Self {
        let (private_pem, public_pem) = (pem("PRIVATE KEY", private), pem("PUBLIC KEY", public.as_ref()));
        let signs = match algorithm {
            Algorithm::RS256 => EncodingKey::from_rsa_pem(private_pem.as_bytes()),
            Algorithm::EdDSA => EncodingKey::from_ed_pem(private_pem.as_bytes()),
            _ => EncodingKey::from_ec_pem(private_pem.as_bytes()),
        };
        Self {
            algorithm,
            signs: signs.unwrap(),
            private_pem,
            public_pem,
            public_der: public.as_ref().to_vec(),
        }
    }

    pub(super) fn rsa(size: KeySize) -> Self {
        let pair = RsaKeyPair::generate(size).unwrap();
        let private: aws_lc_rs::encoding::Pkcs8V1Der<'_> = pair.as_der().unwrap();
        Self::new(Algorithm::RS256, private.as_ref(), &pair.public_key().as_der().unwrap())
    }

    pub(super) fn ec(of: &'static EcdsaSigningAlgorithm, algorithm: Algorithm) -> Self {
        let pair = EcdsaKeyPair::generate(of).unwrap();
        let private = pair.to_pkcs8v1().unwrap();
        Self::new(algorithm, private.as_ref(), &pair.public_key().as_der().unwrap())
    }

    pub(super) fn p256() -> Self {
        Self::ec(&ECDSA_P256_SHA256_FIXED_SIGNING, Algorithm::ES256)
    }

    pub(super) fn p384() -> Self {
        Self::ec(&ECDSA_P384_SHA384_FIXED_SIGNING, Algorithm::ES384)
    }

    pub(super) fn ed() -> Self {
        let pair = Ed25519KeyPair::generate().unwrap();
        let private = pair.to_pkcs8v1().unwrap();
        Self::new(Algorithm::EdDSA, private.as_ref(), &pair.public_key().as_der().unwrap())
    }

    /// One of each kind that is taken.
    pub(super) fn all() -> Vec<Self> {
        vec![Self::rsa(KeySize::Rsa2048), Self::p256(), Self::ed()]
    }

    /// The public key as it stands in a JWKS.
    pub(super) fn jwk(&self, kid: &str) -> Value {
        install_cryptography();
        let mut jwk = Jwk::from_encoding_key(&self.signs, self.algorithm).unwrap();
        jwk.common.key_id = Some(kid.to_owned());
        serde_json::to_value(jwk).unwrap()
    }
}

pub(super) fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
