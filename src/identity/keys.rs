//! The keys that our own tokens are signed with: several at a time, each under a name of its own.
//!
//! The newest signs and all of them verify, so that a rotation takes nobody's token away. They are symmetric: who
//! may verify may sign. Keys that others sign with are in `foreign`.

pub(super) mod file;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Once, PoisonError};

use arc_swap::ArcSwap;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, EncodingKey};

use self::file::StoredKey;
use super::secrets::{NoRandomness, random};
use crate::domain::Timestamp;

/// What the file in the data directory is called.
pub const FILE_NAME: &str = "signing-keys.json";

/// The name of a key that the operator gave.
pub const GIVEN: &str = "given";

/// The least bytes of a secret: as many as the hash has.
pub const MIN_SECRET: usize = 32;

/// The random bytes of a key that is made here.
const MADE_SECRET: usize = 64;

/// The least different bytes of a secret. Of 32 random ones hardly ever fewer than 24 differ; of 32 hexadecimal
/// digits hardly ever fewer than 10.
const MIN_DIFFERENT: usize = 8;

/// What examples and templates have where a secret belongs, in small letters and without signs between.
const FROM_EXAMPLES: &[&str] = &[
    "yoursecret",
    "yoursupersecret",
    "yourjwtsecret",
    "yourverysecret",
    "supersecret",
    "mysecret",
    "changethis",
    "changeme",
    "changeit",
    "changeinproduction",
    "replaceme",
    "replacethis",
    "insecure",
    "defaultsecret",
    "examplesecret",
    "your256bitsecret",
];

/// Why a secret is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakSecret {
    /// It can be tried out.
    #[error("it is shorter than {MIN_SECRET} bytes")]
    Short,
    /// It is as good as short.
    #[error("it has fewer than {MIN_DIFFERENT} different bytes")]
    Monotonous,
    /// Everybody knows it.
    #[error("it is one from an example, which everybody knows")]
    Known,
}

/// Why there are no keys, or why they stay as they are. No message has a secret in it.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file could not be read or written.
    #[error("the key file {path}: {source}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// Others than its owner may read the file, or write it.
    #[error(
        "the key file {path} is open to others (mode {mode:03o}): chmod 600 it, and if others were there, replace the key"
    )]
    OpenToOthers {
        /// Which file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// What is in the file are no keys.
    #[error("the key file {path} has not the form of one: {what}")]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A secret was given that is none.
    #[error("the signing secret is refused: {0}")]
    Weak(#[from] WeakSecret),
    /// A given key is changed where it was given.
    #[error("the signing key was given, so it is not changed here")]
    NotOurs,
    /// The key that signs cannot be taken away.
    #[error("this key signs: rotate first")]
    Signs,
    /// There is no such key.
    #[error("there is no key of that name")]
    Unknown,
    /// None can be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// One key.
pub(super) struct SigningKey {
    pub(super) kid: String,
    made_at: Timestamp,
    pub(super) signs: EncodingKey,
    pub(super) verifies: DecodingKey,
}

impl SigningKey {
    fn new(kid: String, made_at: Timestamp, secret: &[u8]) -> Self {
        let (signs, verifies) = (EncodingKey::from_secret(secret), DecodingKey::from_secret(secret));
        Self { kid, made_at, signs, verifies }
    }
}

/// The oldest first. There is at least one.
pub(super) struct Ring(Vec<Arc<SigningKey>>);

impl Ring {
    /// The one that signs.
    pub(super) fn newest(&self) -> Option<&SigningKey> {
        self.0.last().map(AsRef::as_ref)
    }

    pub(super) fn named(&self, kid: &str) -> Option<&SigningKey> {
        self.0.iter().find(|key| key.kid == kid).map(AsRef::as_ref)
    }
}

/// The keys as they are now. Whoever holds them sees a rotation at once.
pub struct SigningKeys {
    ring: ArcSwap<Ring>,
    file: Option<PathBuf>,
    changing: Mutex<()>,
}

impl SigningKeys {
    /// Those of the file in `directory`, which is made with one key in it if it is missing.
    pub fn open(directory: &Path, now: Timestamp) -> Result<Self, KeyError> {
        let path = directory.join(FILE_NAME);
        let keys = match file::read(&path) {
            Err(KeyError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                file::create(&path, &[made(now)?])?
            }
            read => read?,
        };
        Ok(Self::of(&keys, Some(path)))
    }

    /// The one that the operator gave. No file is looked at.
    pub fn given(secret: &[u8]) -> Result<Self, KeyError> {
        check_secret(secret)?;
        let since = Timestamp::from_millis(0);
        let key = StoredKey { kid: GIVEN.to_owned(), made_at: since, secret: secret.to_vec() };
        Ok(Self::of(&[key], None))
    }

    /// The one in a file of the operator's, which nobody else may read.
    pub fn given_file(path: &Path) -> Result<Self, KeyError> {
        Self::given(&secret_of(path)?)
    }

    /// One that lasts as long as the process: for a server that keeps nothing.
    pub fn passing(now: Timestamp) -> Result<Self, KeyError> {
        Ok(Self::of(&[made(now)?], None))
    }

    fn of(keys: &[StoredKey], file: Option<PathBuf>) -> Self {
        install_cryptography();
        Self { ring: ArcSwap::from_pointee(ring(keys)), file, changing: Mutex::new(()) }
    }

    /// Makes a key that signs from now on, and gives its name. What the others signed is still good.
    pub fn rotate(&self, now: Timestamp) -> Result<String, KeyError> {
        let new = made(now)?;
        let kid = new.kid.clone();
        self.change(|keys| {
            keys.push(new);
            Ok(())
        })?;
        Ok(kid)
    }

    /// Takes a key away, and with it all tokens that it signed.
    pub fn remove(&self, kid: &str) -> Result<(), KeyError> {
        self.change(|keys| {
            let place = keys.iter().position(|key| key.kid == kid).ok_or(KeyError::Unknown)?;
            if place + 1 == keys.len() {
                return Err(KeyError::Signs);
            }
            keys.remove(place);
            Ok(())
        })
    }

    /// Changes what is in the file now, which another process may have changed, and takes that over.
    fn change(
        &self,
        change: impl FnOnce(&mut Vec<StoredKey>) -> Result<(), KeyError>,
    ) -> Result<(), KeyError> {
        let path = self.file.as_deref().ok_or(KeyError::NotOurs)?;
        let _alone = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut keys = file::read(path)?;
        change(&mut keys)?;
        file::replace(path, &keys)?;
        self.ring.store(Arc::new(ring(&keys)));
        Ok(())
    }

    /// Their names and since when they are there, the one that signs last.
    #[must_use]
    pub fn names(&self) -> Vec<(String, Timestamp)> {
        self.ring.load().0.iter().map(|key| (key.kid.clone(), key.made_at)).collect()
    }

    pub(super) fn ring(&self) -> Arc<Ring> {
        self.ring.load_full()
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.names().into_iter().map(|(kid, _)| kid).collect();
        f.debug_struct("SigningKeys").field("kids", &names).field("file", &self.file).finish()
    }
}

fn ring(keys: &[StoredKey]) -> Ring {
    let keys = keys.iter().map(|key| SigningKey::new(key.kid.clone(), key.made_at, &key.secret));
    Ring(keys.map(Arc::new).collect())
}

fn made(now: Timestamp) -> Result<StoredKey, NoRandomness> {
    let kid = URL_SAFE_NO_PAD.encode(random::<12>()?);
    Ok(StoredKey { kid, made_at: now, secret: random::<MADE_SECRET>()?.to_vec() })
}

/// The secret in a file of the operator's, without the line's end, if it is one.
pub(super) fn secret_of(path: &Path) -> Result<Vec<u8>, KeyError> {
    let text = file::read_private(path)?;
    let secret = text.trim_ascii_end();
    check_secret(secret)?;
    Ok(secret.to_vec())
}

/// Refuses a secret that can be guessed.
pub fn check_secret(secret: &[u8]) -> Result<(), WeakSecret> {
    let plain: String = String::from_utf8_lossy(secret).to_lowercase();
    let plain: String = plain.chars().filter(char::is_ascii_alphanumeric).collect();
    if FROM_EXAMPLES.iter().any(|known| plain.contains(known)) {
        return Err(WeakSecret::Known);
    }
    if secret.len() < MIN_SECRET {
        return Err(WeakSecret::Short);
    }
    let mut different = secret.to_vec();
    different.sort_unstable();
    different.dedup();
    if different.len() < MIN_DIFFERENT {
        return Err(WeakSecret::Monotonous);
    }
    Ok(())
}

/// Says which cryptography signs. The library panics if two are built in by whoever else uses it and nobody says.
pub(super) fn install_cryptography() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Who was there before us chose the only one that is built in, too.
        let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
    });
}
