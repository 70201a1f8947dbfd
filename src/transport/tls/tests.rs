//! What is taken for a certificate and a key, and what is said of what is not.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use rcgen::{CertificateParams, KeyPair};
use tempfile::TempDir;

use super::*;

fn pair() -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

fn files(certificate: &str, key: &str) -> (TempDir, CertificateFiles) {
    let directory = tempfile::tempdir().unwrap();
    let place = |name| directory.path().join(name);
    let files = CertificateFiles { certificate: place("chain.pem"), key: place("key.pem") };
    fs::write(&files.certificate, certificate).unwrap();
    fs::write(&files.key, key).unwrap();
    fs::set_permissions(&files.key, fs::Permissions::from_mode(0o600)).unwrap();
    (directory, files)
}

/// What is said of these two.
fn fault(certificate: &str, key: &str) -> String {
    let (_directory, files) = files(certificate, key);
    Tls::open(files).expect_err("it is refused").to_string()
}

#[test]
fn a_chain_and_the_key_of_its_first_certificate_are_taken() {
    let ((first, key), (second, _)) = (pair(), pair());
    let (_directory, files) = files(&format!("{first}{second}"), &key);
    let tls = Tls::open(files).unwrap();
    assert_eq!(tls.shown.0.load().cert.len(), 2);
}

#[test]
fn each_fault_is_told_with_its_file_and_nothing_of_the_key() {
    let ((certificate, key), (_, other)) = (pair(), pair());
    let locked = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let junk = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n";
    let cases = [
        (fault("", &key), "chain.pem is refused: there is no certificate (PEM) in it"),
        (fault(&key, &key), "chain.pem is refused: there is no certificate (PEM) in it"),
        (fault(&certificate[..200], &key), "chain.pem is refused: it is no PEM"),
        (
            fault(&junk.replace("PRIVATE KEY", "CERTIFICATE"), &key),
            "chain.pem is refused: its first certificate is none",
        ),
        (fault(&certificate, ""), "key.pem is refused: there is no private key (PEM) in it"),
        (fault(&certificate, &certificate), "key.pem is refused: there is no private key (PEM) in it"),
        (fault(&certificate, locked), "key.pem is refused: the key asks for a password"),
        (fault(&certificate, junk), "key.pem is refused: it is no key of RSA, ECDSA or Ed25519"),
        (fault(&certificate, &key[..100]), "key.pem is refused: it is no PEM"),
        (fault(&certificate, &other), "key.pem is not that of the first certificate in"),
        (fault(&"x".repeat(1024 * 1024 + 1), &key), "chain.pem cannot be read: it has more than a MiB"),
    ];
    for (said, expected) in cases {
        assert!(said.contains(expected), "{said}");
        assert!(!said.contains("MII") && !said.contains("BEGIN"), "{said}");
    }
}

#[test]
fn files_that_are_not_there_are_named() {
    let (directory, files) = files("", "");
    fs::remove_file(&files.certificate).unwrap();
    let said = Tls::open(files).expect_err("it is refused").to_string();
    assert!(said.contains("the certificate file ") && said.contains("chain.pem cannot be read"), "{said}");
    drop(directory);
}

#[test]
fn what_is_renewed_is_new_good_and_told_apart_from_what_is_the_same() {
    let ((certificate, key), (next, next_key)) = (pair(), pair());
    let (_directory, files) = files(&certificate, &key);
    let tls = Tls::open(files.clone()).unwrap();
    let shown = || tls.shown.0.load().cert[0].clone();
    let first = shown();
    assert!(matches!(tls.renew(), Renewal::Same));
    fs::write(&files.certificate, &next).unwrap();
    assert!(matches!(tls.renew(), Renewal::Refused(CertificateError::Mismatch { .. })));
    assert_eq!(shown(), first);
    fs::write(&files.key, &next_key).unwrap();
    assert!(matches!(tls.renew(), Renewal::Renewed));
    assert_ne!(shown(), first);
    assert!(matches!(tls.renew(), Renewal::Same));
}

#[test]
fn a_look_takes_what_stayed_since_the_last_one_and_tries_what_is_bad_once() {
    let ((certificate, key), (next, next_key)) = (pair(), pair());
    let (_directory, files) = files(&certificate, &key);
    let tls = Tls::open(files.clone()).unwrap();
    let first = tls.shown.0.load().cert[0].clone();
    let looked_like = tls.look(None);
    fs::write(&files.certificate, &next).unwrap();
    let half = tls.look(looked_like);
    assert_ne!(half, looked_like);
    let before = *tls.read.lock().unwrap();
    assert_eq!(tls.look(half), half);
    assert_ne!(*tls.read.lock().unwrap(), before, "it was tried");
    assert_eq!(tls.shown.0.load().cert[0], first);
    fs::write(&files.key, &next_key).unwrap();
    let whole = tls.look(half);
    assert_eq!(tls.shown.0.load().cert[0], first, "it may be written on");
    tls.look(whole);
    assert_ne!(tls.shown.0.load().cert[0], first);
    fs::remove_file(&files.key).unwrap();
    assert_eq!(tls.look(whole), None);
}
