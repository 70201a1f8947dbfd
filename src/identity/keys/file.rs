//! The file of keys: only its owner may read it, and it is whole or not there.
//!
//! It is JSON, so that an operator can see names and ages in it.

use std::fs::{File, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use tempfile::{Builder, NamedTempFile, PersistError};

use super::{KeyError, MIN_SECRET};
use crate::domain::Timestamp;

/// Whatever is longer is no file of keys.
const MAX_BYTES: u64 = 1 << 20;

/// Permissions of everybody but the owner.
const OTHERS: u32 = 0o077;

/// A key as it is stored. It has no `Debug`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::identity) struct StoredKey {
    pub(super) kid: String,
    pub(super) made_at: Timestamp,
    #[serde(with = "base64_text")]
    pub(super) secret: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    /// The newest last.
    keys: Vec<StoredKey>,
}

mod base64_text {
    //! Bytes as text.

    use base64::Engine as _;
    use serde::{Deserialize, Deserializer, Serializer, de};

    use super::URL_SAFE_NO_PAD;

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&URL_SAFE_NO_PAD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        // The decoder's own error names a byte of the secret.
        URL_SAFE_NO_PAD.decode(text).map_err(|_| de::Error::custom("not base64"))
    }
}

fn io_error(path: &Path) -> impl Fn(io::Error) -> KeyError {
    |source| KeyError::Io { path: path.to_owned(), source }
}

fn malformed(path: &Path, what: &'static str) -> KeyError {
    KeyError::Malformed { path: path.to_owned(), what }
}

/// What is in a file, if its owner alone may open it.
pub(in crate::identity) fn read_private(path: &Path) -> Result<Vec<u8>, KeyError> {
    let file = File::open(path).map_err(io_error(path))?;
    // Of the file that is open, not of the name, which may be another one by now.
    let found = file.metadata().map_err(io_error(path))?;
    let mode = found.permissions().mode() & 0o777;
    if mode & OTHERS != 0 {
        return Err(KeyError::OpenToOthers { path: path.to_owned(), mode });
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(io_error(path))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(malformed(path, "too long"));
    }
    Ok(bytes)
}

/// The keys in a file.
pub(super) fn read(path: &Path) -> Result<Vec<StoredKey>, KeyError> {
    let bytes = read_private(path)?;
    // The parser's own error may have a piece of a secret in it.
    let Contents { keys } = serde_json::from_slice(&bytes).map_err(|_| malformed(path, "no JSON of keys"))?;
    if keys.is_empty() {
        return Err(malformed(path, "no key is in it"));
    }
    if keys.iter().any(|key| key.secret.len() < MIN_SECRET) {
        return Err(malformed(path, "a secret is too short"));
    }
    let twice = |(place, key): (usize, &StoredKey)| keys[..place].iter().any(|other| other.kid == key.kid);
    if keys.iter().enumerate().any(twice) {
        return Err(malformed(path, "two keys have one name"));
    }
    Ok(keys)
}

/// Makes the file with these keys, and gives those that are in it: another process may have been quicker.
pub(super) fn create(path: &Path, keys: &[StoredKey]) -> Result<Vec<StoredKey>, KeyError> {
    let written = written(path, keys).map_err(io_error(path))?;
    match written.persist_noclobber(path) {
        Ok(_) => sync_directory(path).map_err(io_error(path))?,
        Err(PersistError { error, .. }) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(PersistError { error, .. }) => return Err(io_error(path)(error)),
    }
    read(path)
}

/// Puts these keys in the place of those that are in the file. A crash leaves the ones or the others.
pub(super) fn replace(path: &Path, keys: &[StoredKey]) -> Result<(), KeyError> {
    let replaced = written(path, keys).and_then(|file| {
        file.persist(path).map_err(|PersistError { error, .. }| error)?;
        sync_directory(path)
    });
    replaced.map_err(io_error(path))
}

/// A file beside `path` that is whole on disk, and has no name that lasts yet.
fn written(path: &Path, keys: &[StoredKey]) -> io::Result<NamedTempFile> {
    let mut file = Builder::new()
        .prefix(".signing-keys-")
        .permissions(Permissions::from_mode(0o600))
        .tempfile_in(directory_of(path))?;
    let mut text = serde_json::to_vec_pretty(&Contents { keys: keys.to_vec() })?;
    text.push(b'\n');
    file.write_all(&text)?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(directory_of(path))?.sync_all()
}
