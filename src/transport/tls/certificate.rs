//! Reading a certificate and its key, and saying what is wrong with them.
//!
//! Whether clients trust it, and for which names, is theirs to decide. No message has anything of a key in it.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys};
use sha2::{Digest, Sha256};

use super::CertificateFiles;

/// The largest file that is read. A chain has a few thousand bytes.
const MAX_FILE: u64 = 1024 * 1024;

/// What stands in the line before a key that asks for a password.
const ENCRYPTED: &str = "ENCRYPTED";

/// Why there is no TLS, or why a certificate stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file cannot be read.
    #[error("the {what} {path} cannot be read: {cause}")]
    Io {
        /// What it should have.
        what: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// What is in a file is not what should be there.
    #[error("the {what} {path} is refused: {why}")]
    Refused {
        /// What it should have.
        what: &'static str,
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Both are good, and do not belong together.
    #[error("the key file {key} is not that of the first certificate in {certificate}")]
    Mismatch {
        /// The file of certificates.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
    },
    /// TLS itself cannot be set up.
    #[error("TLS cannot be used: {0}")]
    Tls(Error),
}

const CERTIFICATE: &str = "certificate file";
const KEY: &str = "key file";

/// What was in both files.
pub(super) struct Both {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

/// Tells two contents of the files apart, and keeps nothing of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fingerprint([u8; 32]);

impl Both {
    pub fn fingerprint(&self) -> Fingerprint {
        let parts = [Sha256::digest(&self.certificate), Sha256::digest(&self.key)].concat();
        Fingerprint(Sha256::digest(parts).into())
    }
}

/// Reads both files.
pub(super) fn read(files: &CertificateFiles) -> Result<Both, CertificateError> {
    let read = |what, path: &Path| {
        read_file(path).map_err(|cause| CertificateError::Io { what, path: path.to_owned(), cause })
    };
    Ok(Both { certificate: read(CERTIFICATE, &files.certificate)?, key: read(KEY, &files.key)? })
}

fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > MAX_FILE {
        true => Err(io::Error::new(io::ErrorKind::FileTooLarge, "it has more than a MiB")),
        false => Ok(bytes),
    }
}

/// Whether what was read can be used.
pub(super) fn check(
    files: &CertificateFiles,
    both: &Both,
    provider: &CryptoProvider,
) -> Result<CertifiedKey, CertificateError> {
    let refused = |what, path: &Path, why: &str| {
        Err(CertificateError::Refused { what, path: path.to_owned(), why: why.to_owned() })
    };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&both.certificate).collect();
    let chain = match chain {
        Ok(chain) if chain.is_empty() => {
            return refused(CERTIFICATE, &files.certificate, "there is no certificate (PEM) in it");
        }
        Ok(chain) => chain,
        Err(error) => return refused(CERTIFICATE, &files.certificate, &not_pem(&error)),
    };
    let key = match PrivateKeyDer::from_pem_slice(&both.key) {
        Ok(key) => key,
        Err(pem::Error::NoItemsFound) if String::from_utf8_lossy(&both.key).contains(ENCRYPTED) => {
            return refused(KEY, &files.key, "the key asks for a password: take the password off");
        }
        Err(pem::Error::NoItemsFound) => {
            return refused(KEY, &files.key, "there is no private key (PEM) in it");
        }
        Err(error) => return refused(KEY, &files.key, &not_pem(&error)),
    };
    let Ok(signing) = provider.key_provider.load_private_key(key) else {
        return refused(KEY, &files.key, "it is no key of RSA, ECDSA or Ed25519");
    };
    let certified = CertifiedKey::new(chain, signing);
    match certified.keys_match() {
        Ok(()) | Err(Error::InconsistentKeys(InconsistentKeys::Unknown)) => Ok(certified),
        Err(Error::InconsistentKeys(_)) => {
            Err(CertificateError::Mismatch { certificate: files.certificate.clone(), key: files.key.clone() })
        }
        Err(_) => refused(CERTIFICATE, &files.certificate, "its first certificate is none of X.509"),
    }
}

fn not_pem(error: &pem::Error) -> String {
    let what = match error {
        pem::Error::MissingSectionEnd { .. } => "a part of it has no end",
        pem::Error::IllegalSectionStart { .. } => "a part of it has no proper beginning",
        _ => "what a part of it has is not encoded well",
    };
    format!("it is no PEM: {what}")
}

/// Who can read a key can pass for this server.
pub(super) fn warn_if_open(files: &CertificateFiles) {
    let Ok(found) = fs::metadata(&files.key) else { return };
    let mode = found.permissions().mode() & 0o777;
    if mode & 0o007 != 0 {
        let path = files.key.display();
        tracing::warn!("the key file {path} is open to everybody (mode {mode:03o}): chmod 600 it");
    }
}
