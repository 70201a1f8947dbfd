//! Passwords: stored as argon2id, compared slowly on purpose, and never many at once.
//!
//! Whether somebody exists cannot be told by the time that an answer takes: who is unknown costs a hashing, too.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use tokio::sync::Semaphore;

use super::secrets::{NoRandomness, random};

/// The memory of one hashing in KiB, its rounds and its lanes: OWASP's least for argon2id.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// How many are hashed at once: each takes 19 MiB and a core for some tens of milliseconds.
const AT_ONCE: usize = 2;

/// How many may wait for that.
pub const WAITING: usize = 64;

/// The shortest password that is stored.
pub const MIN_PASSWORD: usize = 8;

/// The longest in bytes. A longer one is not hashed.
pub const MAX_PASSWORD: usize = 1_024;

/// Why a password was not hashed.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// It is too short or too long to be stored.
    #[error("a password has {MIN_PASSWORD} to {MAX_PASSWORD} bytes")]
    Length,
    /// As many are waiting as may.
    #[error("too many passwords are being compared: try again later")]
    Busy,
    /// There is no salt.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The hashing itself failed.
    #[error("the password could not be hashed")]
    Failed,
}

/// Where passwords are hashed and compared.
pub struct Passwords {
    desks: Desks,
    /// The hash of no password.
    nobody: Arc<str>,
}

impl Passwords {
    /// A place for that.
    pub fn new() -> Result<Self, NoRandomness> {
        let desks = Desks::new(AT_ONCE, WAITING);
        let (memory, rounds, lanes) = COST;
        let (salt, hash) = (random::<16>()?, random::<32>()?);
        let (salt, hash) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash));
        let nobody = format!("$argon2id$v=19$m={memory},t={rounds},p={lanes}${salt}${hash}");
        Ok(Self { desks, nobody: nobody.into() })
    }

    /// What is stored of a password.
    pub async fn hash(&self, password: String) -> Result<String, PasswordError> {
        if !(MIN_PASSWORD..=MAX_PASSWORD).contains(&password.len()) {
            return Err(PasswordError::Length);
        }
        let salt = random::<16>()?;
        self.desks.run(move || hash(&password, &salt)).await?
    }

    /// Whether this is the password of which `stored` is kept. Nobody, or somebody without one, has none, and the
    /// answer takes as long.
    pub async fn verify(&self, password: String, stored: Option<&str>) -> Result<bool, PasswordError> {
        if password.len() > MAX_PASSWORD {
            return Ok(false);
        }
        let known = stored.is_some();
        let stored: Arc<str> = stored.map_or_else(|| Arc::clone(&self.nobody), Into::into);
        let same = self.desks.run(move || verify(&password, &stored)).await??;
        Ok(same && known)
    }
}

fn argon2() -> Result<Argon2<'static>, PasswordError> {
    let (memory, rounds, lanes) = COST;
    let params = Params::new(memory, rounds, lanes, None).map_err(|_| PasswordError::Failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str, salt: &[u8]) -> Result<String, PasswordError> {
    let salt = SaltString::encode_b64(salt).map_err(|_| PasswordError::Failed)?;
    let hash = argon2()?.hash_password(password.as_bytes(), &salt);
    hash.map(|hash| hash.to_string()).map_err(|_| PasswordError::Failed)
}

/// By the cost that is stored with the hash, which may be that of an earlier release.
fn verify(password: &str, stored: &str) -> Result<bool, PasswordError> {
    let stored = PasswordHash::new(stored).map_err(|_| PasswordError::Failed)?;
    match argon2()?.verify_password(password.as_bytes(), &stored) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::Password) => Ok(false),
        Err(_) => Err(PasswordError::Failed),
    }
}

/// Places to work at, and places to wait for one.
struct Desks {
    working: Arc<Semaphore>,
    all: Arc<Semaphore>,
}

impl Desks {
    fn new(working: usize, waiting: usize) -> Self {
        Self { working: Arc::new(Semaphore::new(working)), all: Arc::new(Semaphore::new(working + waiting)) }
    }

    /// Does the work at a desk. Who asked may go: the desk is free when the work is done, not before.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let place = Arc::clone(&self.all).try_acquire_owned().map_err(|_| PasswordError::Busy)?;
        let desk = Arc::clone(&self.working).acquire_owned().await.map_err(|_| PasswordError::Failed)?;
        let done = tokio::task::spawn_blocking(move || {
            let _until_done = (place, desk);
            work()
        });
        done.await.map_err(|_| PasswordError::Failed)
    }
}
