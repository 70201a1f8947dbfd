//! The server's certificate for TLS: read at the start, and again when it is renewed.
//!
//! Only new connections see a new one. The handshake, and what is encrypted, is the [link](super::link)'s.

mod certificate;
mod renewal;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;

pub use certificate::CertificateError;
pub use renewal::Renewal;

use certificate::Fingerprint;

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// What is spoken over TLS. A link carries one WebSocket and is measured and cut for it alone: with HTTP/2 many
/// would share it.
const ALPN: &[u8] = b"http/1.1";

/// Where a certificate is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The certificates (PEM): the server's own first, then those that lead to one that clients trust.
    pub certificate: PathBuf,
    /// The own one's private key (PEM).
    pub key: PathBuf,
}

/// What a server needs to speak TLS.
pub struct Tls {
    files: CertificateFiles,
    shown: Arc<Shown>,
    /// What was read last, be it good or not. Locked while files are read, by whoever reads them.
    read: Mutex<Fingerprint>,
    acceptor: TlsAcceptor,
    look_every: Duration,
}

impl Tls {
    /// Reads the certificate.
    ///
    /// # Errors
    /// A file cannot be read, or has not what it should, or the key is another certificate's.
    pub fn open(files: CertificateFiles) -> Result<Self, CertificateError> {
        let read = certificate::read(&files)?;
        let provider = Arc::new(aws_lc_rs::default_provider());
        let key = certificate::check(&files, &read, &provider)?;
        certificate::warn_if_open(&files);
        let shown = Arc::new(Shown(ArcSwap::from_pointee(key)));
        let versions = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let builder = versions.map_err(CertificateError::Tls)?.with_no_client_auth();
        let mut config = builder.with_cert_resolver(Arc::clone(&shown) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![ALPN.to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Ok(Self { files, shown, read: Mutex::new(read.fingerprint()), acceptor, look_every: LOOK_EVERY })
    }

    /// The same, with files that are looked at as often as this.
    #[must_use]
    pub fn looking_every(self, look_every: Duration) -> Self {
        Self { look_every, ..self }
    }

    /// What does the handshakes.
    #[must_use]
    pub fn acceptor(&self) -> TlsAcceptor {
        self.acceptor.clone()
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("files", &self.files).finish_non_exhaustive()
    }
}

/// The certificate that is shown to clients, whatever name they ask for.
#[derive(Debug)]
struct Shown(ArcSwap<CertifiedKey>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load_full())
    }
}
