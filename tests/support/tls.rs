//! Certificates that are made for a test, and what speaks TLS to a server for clients that do not.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use graphroom::transport::tls::CertificateFiles;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;
use tokio::io::copy_bidirectional_with_sizes;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Bytes that wait between a client and the server, in every place where some may.
const BUFFER: u32 = 16 * 1024;

/// Who signs certificates.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    directory: TempDir,
}

impl Authority {
    /// One that nobody knows yet.
    pub fn new() -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        // A name that is not the one that every certificate has: those would look as if they had signed themselves.
        params.distinguished_name.push(DnType::CommonName, "An authority of the tests");
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("authority.pem"), &pem).unwrap();
        Self { issuer: Issuer::new(params, key), pem, directory }
    }

    /// Its own certificate.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A file with that.
    pub fn file(&self) -> PathBuf {
        self.directory.path().join("authority.pem")
    }

    /// A certificate of this machine and its key, as PEM.
    pub fn issue(&self) -> (String, String) {
        let mut params = CertificateParams::new(["localhost", "127.0.0.1"].map(str::to_owned)).unwrap();
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }

    /// The same, in files of a directory.
    pub fn issue_in(&self, directory: &Path) -> CertificateFiles {
        let files =
            CertificateFiles { certificate: directory.join("chain.pem"), key: directory.join("key.pem") };
        let (certificate, key) = self.issue();
        fs::write(&files.certificate, certificate).unwrap();
        fs::write(&files.key, key).unwrap();
        files
    }

    /// What a client needs that trusts it.
    pub fn trusted(&self) -> ClientConfig {
        self.trusted_with(rustls::ALL_VERSIONS)
    }

    /// The same, of a client that speaks these versions alone.
    pub fn trusted_with(&self, versions: &[&'static rustls::SupportedProtocolVersion]) -> ClientConfig {
        use rustls::pki_types::CertificateDer;
        use rustls::pki_types::pem::PemObject;
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.pem.as_bytes()).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_protocol_versions(versions).unwrap();
        builder.with_root_certificates(roots).with_no_client_auth()
    }
}

/// A TLS stream to a server, as this client configures it.
pub async fn connect(address: SocketAddr, config: ClientConfig) -> std::io::Result<TlsStream<TcpStream>> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(BUFFER)?;
    let stream = socket.connect(address).await?;
    stream.set_nodelay(true)?;
    TlsConnector::from(Arc::new(config)).connect(ServerName::from(address.ip()), stream).await
}

/// Takes plain streams and passes what they say on to a server over TLS, with next to no room in between: who does not
/// read here does not read there.
pub struct Unwrapping {
    /// Where it listens.
    pub address: SocketAddr,
    ends: Arc<Ends>,
    accepting: JoinHandle<()>,
}

#[derive(Default)]
struct Ends {
    orderly: AtomicUsize,
    torn: AtomicUsize,
}

impl Unwrapping {
    /// In front of `server`.
    pub async fn start(server: SocketAddr, authority: &Authority) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_send_buffer_size(BUFFER).unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        let listener = socket.listen(1_024).unwrap();
        let address = listener.local_addr().unwrap();
        let ends = Arc::new(Ends::default());
        let accepting = tokio::spawn(accept(listener, server, authority.trusted(), Arc::clone(&ends)));
        Self { address, ends, accepting }
    }

    /// How many streams ended in order, by a word that nothing more comes.
    pub fn orderly_ends(&self) -> usize {
        self.ends.orderly.load(Ordering::SeqCst)
    }

    /// How many broke.
    pub fn torn_ends(&self) -> usize {
        self.ends.torn.load(Ordering::SeqCst)
    }
}

impl Drop for Unwrapping {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, server: SocketAddr, config: ClientConfig, ends: Arc<Ends>) {
    while let Ok((mut client, _)) = listener.accept().await {
        let (config, ends) = (config.clone(), Arc::clone(&ends));
        tokio::spawn(async move {
            client.set_nodelay(true).unwrap();
            let Ok(mut stream) = connect(server, config).await else { return };
            let room = BUFFER as usize;
            let passed = copy_bidirectional_with_sizes(&mut client, &mut stream, room, room).await;
            let end = if passed.is_ok() { &ends.orderly } else { &ends.torn };
            end.fetch_add(1, Ordering::SeqCst);
        });
    }
}
