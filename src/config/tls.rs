//! TLS, for who speaks it without a proxy.

use std::path::PathBuf;

use clap::Args;

/// The certificate. Without one, HTTP is spoken plainly.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsOptions {
    /// A file with the server's certificate (PEM), and behind it those that lead to one that clients trust: HTTPS alone is spoken then
    #[arg(long = "tls-cert", id = "tls_cert", env = "GRAPHROOM_TLS_CERT", value_name = "FILE")]
    pub cert: Option<PathBuf>,

    /// A file with its private key (PEM), readable by the server alone
    #[arg(long = "tls-key", id = "tls_key", env = "GRAPHROOM_TLS_KEY", value_name = "FILE")]
    pub key: Option<PathBuf>,
}
