//! Random secrets that are shown once and stored as a hash: API keys, session tokens, invitations.
//!
//! They have 256 bits, so a fast hash is enough; what people think up goes through `passwords`.

#[cfg(test)]
mod tests;

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The random bytes of a secret.
const BYTES: usize = 32;

/// The SHA-256 of a secret's whole text: all that is stored of it.
pub type SecretHash = [u8; 32];

/// The machine gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gives no random bytes: {0}")]
pub struct NoRandomness(#[from] getrandom::Error);

/// Random bytes of the operating system.
pub(super) fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// What a secret is for. It can be seen by how it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// A program's, until it is revoked.
    ApiKey,
    /// A person's, as long as it is used.
    SessionToken,
    /// For somebody who has no account yet, once.
    Invitation,
}

impl SecretKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::ApiKey, Self::SessionToken, Self::Invitation];

    /// How a secret of this kind begins.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::ApiKey => "sk_",
            Self::SessionToken => "sess_",
            Self::Invitation => "inv_",
        }
    }
}

/// A secret's text. It is shown to whom it was made for, and to no log.
#[derive(Clone)]
pub struct Secret {
    kind: SecretKind,
    text: String,
}

impl Secret {
    /// Makes one that nobody knows.
    pub fn make(kind: SecretKind) -> Result<Self, NoRandomness> {
        let text = format!("{}{}", kind.prefix(), URL_SAFE_NO_PAD.encode(random::<BYTES>()?));
        Ok(Self { kind, text })
    }

    /// Takes what somebody sent, if it has the form of a secret. Whether it is one, its hash tells.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let kind = SecretKind::ALL.into_iter().find(|kind| text.starts_with(kind.prefix()))?;
        let mut bytes = [0; BYTES];
        let length = URL_SAFE_NO_PAD.decode_slice(&text[kind.prefix().len()..], &mut bytes).ok()?;
        (length == BYTES).then(|| Self { kind, text: text.to_owned() })
    }

    /// What it is for.
    #[must_use]
    pub fn kind(&self) -> SecretKind {
        self.kind
    }

    /// The text, for whom it was made for.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// What is stored of it.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        Sha256::digest(&self.text).into()
    }

    /// Whether it is the one of which `hash` is stored, in the same time whatever the answer.
    #[must_use]
    pub fn is(&self, hash: &SecretHash) -> bool {
        self.hash().ct_eq(hash).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({:?}, …)", self.kind)
    }
}
