//! The form of secrets, what is stored of them, and what is never shown.

use super::*;

#[test]
fn a_secret_has_its_prefix_and_43_characters_that_a_url_may_have() {
    for kind in SecretKind::ALL {
        let secret = Secret::make(kind).unwrap();
        let random = secret.expose().strip_prefix(kind.prefix()).unwrap();
        assert_eq!(random.len(), 43);
        assert!(random.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'), "{random}");
        assert_eq!(secret.kind(), kind);
    }
}

#[test]
fn no_two_secrets_are_the_same() {
    let made: std::collections::HashSet<_> =
        (0..1_000).map(|_| Secret::make(SecretKind::ApiKey).unwrap().hash()).collect();
    assert_eq!(made.len(), 1_000);
}

#[test]
fn a_secret_that_comes_back_has_the_hash_that_was_stored_and_another_has_not() {
    for kind in SecretKind::ALL {
        let made = Secret::make(kind).unwrap();
        let read = Secret::read(made.expose()).unwrap();
        assert_eq!(read.kind(), kind);
        assert!(read.is(&made.hash()));
        assert!(!Secret::make(kind).unwrap().is(&made.hash()));
    }
    // The hash is of the whole text, prefix included.
    let key = Secret::make(SecretKind::ApiKey).unwrap();
    let renamed = Secret::read(&key.expose().replacen("sk_", "inv_", 1)).unwrap();
    assert!(!renamed.is(&key.hash()));
}

#[test]
fn the_hash_is_the_sha_256_of_the_text() {
    let text = format!("sk_{}", "A".repeat(43));
    let hash = Secret::read(&text).unwrap().hash();
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, KNOWN_HASH);
}

/// `printf 'sk_%s' AAA…A | sha256sum`, with 43 of them.
const KNOWN_HASH: &str = "12576e7a680e2c3225b7d080cd3e1484262cfd95d5596652e4649a8325ac8ea8";

#[test]
fn what_has_not_the_form_of_a_secret_is_none() {
    let good = Secret::make(SecretKind::SessionToken).unwrap();
    let good = good.expose();
    let wrong = [
        String::new(),
        "sess_".to_owned(),
        good[..good.len() - 1].to_owned(),
        format!("{good}A"),
        format!("{good}="),
        format!(" {good}"),
        good.replacen("sess_", "SESS_", 1),
        good.replacen("sess_", "", 1),
        format!("sk_{}", "+".repeat(43)),
        format!("sk_{}", "ä".repeat(22)),
        // The last character has four bits of the secret and two that are none.
        format!("sk_{}B", "A".repeat(42)),
        format!("sk_{}", "A".repeat(1 << 20)),
    ];
    for text in wrong {
        assert!(Secret::read(&text).is_none(), "{text:.60}");
    }
}

#[test]
fn a_secret_is_not_in_its_debug_text() {
    let secret = Secret::make(SecretKind::Invitation).unwrap();
    let shown = format!("{secret:?} {:#?}", Some(&secret));
    assert!(!shown.contains(&secret.expose()[4..12]), "{shown}");
    assert!(shown.contains("Invitation"), "{shown}");
}
