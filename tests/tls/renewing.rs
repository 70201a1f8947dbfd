//! A new certificate without a restart: by a signal, and by files that change.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use graphroom::transport::tls::{CertificateFiles, Tls};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};

use crate::support::log::Log;
use crate::support::process::{ServerProcess, without_settings};
use crate::support::tls::{Authority, connect};
use crate::support::{TestServer, until};

/// Whether a client that trusts `authority` alone is let in: it tells whose certificate is shown.
async fn is_shown(server: std::net::SocketAddr, authority: &Authority) -> bool {
    connect(server, authority.trusted()).await.is_ok()
}

fn write(files: &CertificateFiles, (certificate, key): (String, String)) {
    fs::write(&files.certificate, certificate).unwrap();
    fs::write(&files.key, key).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_change_are_taken_once_they_belong_together_and_connections_stay() {
    let log = Log::keep();
    let (old, new) = (Authority::new(), Authority::new());
    let directory = tempfile::tempdir().unwrap();
    let files = old.issue_in(directory.path());
    let tls = Tls::open(files.clone()).unwrap().looking_every(Duration::from_millis(20));
    let tls = Arc::new(tls);
    let server = TestServer::start_allowing(|parts| parts.tls = Some(tls)).await;
    let mut open = connect(server.address, old.trusted()).await.unwrap();

    let (certificate, key) = new.issue();
    fs::write(&files.certificate, &certificate).unwrap();
    until("half of a pair was looked at", async || {
        log.faults().iter().any(|line| line.contains("the certificate was not renewed"))
    })
    .await;
    assert!(is_shown(server.address, &old).await, "half of a pair is none");
    fs::write(&files.key, &key).unwrap();
    until("the new one is shown", async || is_shown(server.address, &new).await).await;
    assert!(!is_shown(server.address, &old).await);

    let request = format!("GET /api/v1/health HTTP/1.1\r\nhost: {}\r\n\r\n", server.address);
    open.write_all(request.as_bytes()).await.unwrap();
    let mut answer = [0; 15];
    open.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_renews_the_certificate_and_one_that_is_not_good_is_told_and_not_taken() {
    let (old, new) = (Authority::new(), Authority::new());
    let (data, directory) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let files = old.issue_in(directory.path());
    let mut command = ServerProcess::command(data.path());
    command.arg("--tls-cert").arg(&files.certificate).arg("--tls-key").arg(&files.key);
    command.args(["--log-filter", "info"]).stderr(Stdio::piped());
    let mut process = ServerProcess::start(command).await;
    let mut log = BufReader::new(process.take_stderr()).lines();
    let mut logged = async |what: &str| loop {
        let line = log.next_line().await.unwrap().expect("the process goes on");
        if line.contains(what) {
            return line;
        }
    };
    assert!(is_shown(process.address, &old).await);

    fs::write(&files.key, "no key").unwrap();
    process.hang_up().await;
    let line = logged("the certificate was not renewed").await;
    assert!(line.contains("ERROR") && line.contains("key.pem"), "{line}");
    assert!(is_shown(process.address, &old).await);

    write(&files, new.issue());
    process.hang_up().await;
    logged("the certificate was renewed").await;
    assert!(is_shown(process.address, &new).await);
    assert!(process.terminate().await.success());
}

/// How the process ends that is started with these, and what it says.
async fn refused(data: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = without_settings(env!("CARGO_BIN_EXE_graphroom"));
    command.args(["--listen", "127.0.0.1:0", "--data"]).arg(data).args(arguments);
    let output = command.output().await.unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_does_not_start_without_what_it_needs_for_tls() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let (code, said) = refused(&data, &["--tls-cert", "chain.pem"]).await;
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("--tls-cert and --tls-key go together"), "{said}");
    let (code, said) = refused(&data, &["--tls-cert", "no/chain.pem", "--tls-key", "no/key.pem"]).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("the certificate file no/chain.pem cannot be read"), "{said}");
    assert!(!data.exists(), "nothing was made for a server that cannot start");
}
