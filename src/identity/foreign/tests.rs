//! Tokens of another platform: by which keys they are taken, whom they are about, and which are not.

mod keys;

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use aws_lc_rs::rsa::KeySize;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;
use tempfile::TempDir;

use self::keys::Pair;
use super::*;
use crate::identity::keys::install_cryptography;

const SECRET: &str = "f3Zq8Lw1Xc6Vn0Rt5Yp2Ks9Dj4Hm7Gb!";
const NOW: i64 = 1_795_264_224;

fn clock() -> Clock {
    Arc::new(|| Timestamp::from_millis(NOW * 1_000))
}

/// As the platforms that are replaced here name their claims.
fn rules() -> ForeignRules {
    ForeignRules {
        user_claim: "id".to_owned(),
        name_claim: Some("email".to_owned()),
        role_claim: Some("role".to_owned()),
        ..ForeignRules::default()
    }
}

fn by_text(text: &str, rules: ForeignRules) -> Result<ForeignTokens, &'static str> {
    KeySet::read(text.as_bytes()).map(|keys| ForeignTokens::new(keys, rules, clock()))
}

fn claims() -> Value {
    json!({"id": "64f0", "email": "ann@example.org", "role": "org_admin", "iat": NOW, "exp": NOW + 60})
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn token(pair: &Pair, kid: Option<&str>, claims: &Value) -> String {
    install_cryptography();
    let header = Header { kid: kid.map(str::to_owned), ..Header::new(pair.algorithm) };
    encode(&header, claims, &pair.signs).unwrap()
}

/// Signed by a secret, whatever the algorithm of the header is worth.
fn by_secret(secret: &[u8], kid: Option<&str>, claims: &Value) -> String {
    install_cryptography();
    let header = Header { kid: kid.map(str::to_owned), ..Header::new(Algorithm::HS256) };
    encode(&header, claims, &EncodingKey::from_secret(secret)).unwrap()
}

fn reason(tokens: &ForeignTokens, token: &str) -> Reason {
    let bad = tokens.verify(token).unwrap_err();
    assert_eq!(bad.to_string(), "the token is not valid");
    bad.reason
}

#[test]
fn a_token_is_taken_by_the_public_key_of_a_pem_whatever_its_kid() {
    for pair in Pair::all() {
        let tokens = by_text(&pair.public_pem, rules()).unwrap();
        for kid in [None, Some("any")] {
            let user = tokens.verify(&token(&pair, kid, &claims())).unwrap();
            assert_eq!((&*user.user_id, user.name.as_deref()), ("64f0", Some("ann@example.org")));
            assert!(!user.is_admin);
            assert_eq!(user.expires_at.millis(), (NOW + 60) * 1_000);
        }
    }
}

#[test]
fn of_several_keys_in_a_jwks_the_one_that_the_token_names_counts() {
    let pairs = Pair::all();
    let mut jwks: Vec<Value> = pairs.iter().zip(["a", "b", "c"]).map(|(pair, kid)| pair.jwk(kid)).collect();
    // Keys for other things are passed over.
    let mut encrypting = Pair::p256().jwk("d");
    encrypting["use"] = json!("enc");
    jwks.extend([encrypting, Pair::p384().jwk("e"), json!({"kty": "new", "kid": "f"})]);
    let tokens = by_text(&json!({"keys": jwks}).to_string(), rules()).unwrap();
    for (pair, kid) in pairs.iter().zip(["a", "b", "c"]) {
        assert_eq!(tokens.verify(&token(pair, Some(kid), &claims())).unwrap().user_id, "64f0");
        for other in ["a", "b", "c"].into_iter().filter(|other| *other != kid) {
            assert_eq!(reason(&tokens, &token(pair, Some(other), &claims())), Reason::Algorithm);
        }
        for unknown in [None, Some("d"), Some("e"), Some("f"), Some("")] {
            assert_eq!(reason(&tokens, &token(pair, unknown, &claims())), Reason::UnknownKey);
        }
        let stranger = Pair::all().into_iter().find(|other| other.algorithm == pair.algorithm).unwrap();
        assert_eq!(reason(&tokens, &token(&stranger, Some(kid), &claims())), Reason::Signature);
    }
}

#[test]
fn a_public_key_is_no_shared_secret() {
    for pair in Pair::all() {
        let by_pem = by_text(&pair.public_pem, rules()).unwrap();
        let jwks = json!({"keys": [pair.jwk("a")]}).to_string();
        let by_jwks = by_text(&jwks, rules()).unwrap();
        let texts = [pair.public_pem.as_bytes(), pair.public_pem.trim_end().as_bytes(), &pair.public_der];
        for secret in texts {
            for kid in [None, Some("a")] {
                let forged = by_secret(secret, kid, &claims());
                assert_eq!(reason(&by_pem, &forged), Reason::Algorithm);
                assert_eq!(reason(&by_jwks, &forged), Reason::Algorithm);
            }
        }
    }
}

#[test]
fn a_shared_secret_signs_by_hs256_alone() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("secret");
    fs::write(&path, format!("{SECRET}\n")).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    let tokens = ForeignTokens::shared_secret(&path, rules(), clock()).unwrap();
    let good = by_secret(SECRET.as_bytes(), None, &claims());
    assert_eq!(tokens.verify(&good).unwrap().user_id, "64f0");
    assert_eq!(reason(&tokens, &by_secret(b"another", None, &claims())), Reason::Signature);
    let longer =
        encode(&Header::new(Algorithm::HS512), &claims(), &EncodingKey::from_secret(SECRET.as_bytes()));
    assert_eq!(reason(&tokens, &longer.unwrap()), Reason::Algorithm);
    assert_eq!(reason(&tokens, &token(&Pair::ed(), None, &claims())), Reason::Algorithm);
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    assert!(ForeignTokens::shared_secret(&path, rules(), clock()).is_err());
    // As a file of public keys it is none.
    assert!(ForeignTokens::public_keys(&path, rules(), clock()).is_err());
}

#[test]
fn none_tampered_junk_and_oversized_tokens_are_bad() {
    let pair = Pair::ed();
    let tokens = by_text(&pair.public_pem, rules()).unwrap();
    let good = token(&pair, None, &claims());
    let (message, signature) = good.rsplit_once('.').unwrap();
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let none = format!("{}.{}.", part(&json!({"alg": "none"})), part(&claims()));
    let header = message.split_once('.').unwrap().0;
    let tampered = format!("{header}.{}.{signature}", part(&with("id", json!("root"))));
    for (bad, why) in [
        (none, Reason::Malformed),
        (format!("{message}."), Reason::Signature),
        (tampered, Reason::Signature),
        (format!("{message}.{}", "A".repeat(signature.len())), Reason::Signature),
        (String::new(), Reason::Malformed),
        ("a.b.c".to_owned(), Reason::Malformed),
        (good.clone() + &"A".repeat(8 * 1024), Reason::Oversized),
    ] {
        assert_eq!(reason(&tokens, &bad), why, "{bad:.80}");
    }
    // Any byte of it.
    for place in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[place] ^= 1;
        let changed = String::from_utf8(bytes).unwrap();
        assert!(tokens.verify(&changed).is_err(), "{place}");
    }
}

#[test]
fn a_token_is_good_in_its_time_alone() {
    let pair = Pair::ed();
    let tokens = by_text(&pair.public_pem, rules()).unwrap();
    let reason = |name: &str, value: Value| reason(&tokens, &token(&pair, None, &with(name, value)));
    assert_eq!(reason("exp", json!(NOW)), Reason::Expired);
    assert_eq!(reason("exp", json!(NOW as f64 - 0.5)), Reason::Expired);
    assert_eq!(reason("nbf", json!(NOW + 1)), Reason::Early);
    for odd in [json!(null), json!("1795264284"), json!(1e300), json!(-1e300), json!([])] {
        assert_eq!(reason("exp", odd.clone()), Reason::Malformed);
        assert_eq!(reason("nbf", odd), Reason::Malformed);
    }
    let mut endless = claims();
    endless.as_object_mut().unwrap().remove("exp");
    assert!(tokens.verify(&token(&pair, None, &endless)).is_err());
    for (name, value) in [("exp", json!(NOW as f64 + 0.5)), ("nbf", json!(NOW))] {
        tokens.verify(&token(&pair, None, &with(name, value))).unwrap();
    }
}

#[test]
fn a_token_is_from_who_it_should_be_and_for_us() {
    let pair = Pair::ed();
    let strict = ForeignRules {
        issuer: Some("https://login.example.org".to_owned()),
        audience: Some("graphroom".to_owned()),
        ..rules()
    };
    let strict = by_text(&pair.public_pem, strict).unwrap();
    let mut good = with("iss", json!("https://login.example.org"));
    good["aud"] = json!("graphroom");
    strict.verify(&token(&pair, None, &good)).unwrap();
    good["aud"] = json!(["other", "graphroom"]);
    strict.verify(&token(&pair, None, &good)).unwrap();
    for aud in [json!("other"), json!(["other"]), json!([]), json!(null), json!({"graphroom": 1})] {
        let mut bad = good.clone();
        bad["aud"] = aud;
        assert_eq!(reason(&strict, &token(&pair, None, &bad)), Reason::Audience);
    }
    for iss in [json!("https://login.example.org/"), json!(["https://login.example.org"]), json!(null)] {
        let mut bad = good.clone();
        bad["iss"] = iss;
        assert_eq!(reason(&strict, &token(&pair, None, &bad)), Reason::Issuer);
    }
    // Without an audience of ours, whatever is for somebody in particular is for somebody else.
    let lax = by_text(&pair.public_pem, rules()).unwrap();
    assert_eq!(reason(&lax, &token(&pair, None, &good)), Reason::Audience);
}

#[test]
fn claims_are_named_by_the_rules_and_roles_make_an_admin() {
    let pair = Pair::ed();
    let tokens = by_text(&pair.public_pem, rules()).unwrap();
    let user = |claims: &Value| tokens.verify(&token(&pair, None, claims)).unwrap();
    for role in [json!("super_admin"), json!("admin"), json!(["org_client", "super_admin"])] {
        assert!(user(&with("role", role)).is_admin);
    }
    for role in
        [json!("org_admin"), json!("Admin"), json!("admin "), json!([]), json!(null), json!({"admin": true})]
    {
        assert!(!user(&with("role", role)).is_admin);
    }
    assert_eq!(user(&with("email", json!(7))).name, None);
    for id in [json!(""), json!("  "), json!(7), json!(null), json!("x".repeat(MAX_CLAIM + 1))] {
        assert_eq!(reason(&tokens, &token(&pair, None, &with("id", id))), Reason::Malformed);
    }
    assert_eq!(reason(&tokens, &token(&pair, None, &with("type", json!("refresh")))), Reason::Kind);
    // By default it is `sub`, and nobody has a role.
    let plain = by_text(&pair.public_pem, ForeignRules::default()).unwrap();
    let mut both = with("sub", json!("ann"));
    both["role"] = json!("admin");
    let user = plain.verify(&token(&pair, None, &both)).unwrap();
    assert_eq!((&*user.user_id, user.name, user.is_admin), ("ann", None, false));
}

#[test]
fn a_token_has_a_name_of_its_own_whatever_its_signature() {
    let pair = Pair::p256();
    let tokens = by_text(&pair.public_pem, rules()).unwrap();
    // Each signature by ECDSA is another; what is signed is the same.
    let (one, two) = (token(&pair, None, &claims()), token(&pair, None, &claims()));
    assert_ne!(one, two);
    let id = tokens.verify(&one).unwrap().token_id;
    assert_eq!(tokens.verify(&two).unwrap().token_id, id);
    let other = token(&pair, None, &with("iat", json!(NOW + 1)));
    assert_ne!(tokens.verify(&other).unwrap().token_id, id);
}

#[test]
fn what_verifies_nothing_is_refused_when_it_is_read() {
    let (rsa, ed) = (Pair::rsa(KeySize::Rsa2048), Pair::ed());
    let mut private = ed.jwk("a");
    private["d"] = json!("AAAA");
    let mut short = ed.jwk("a");
    short["x"] = json!("AAAA");
    let mut small = rsa.jwk("a");
    small["n"] = json!(URL_SAFE_NO_PAD.encode([0xff; 128]));
    let jwks = |keys: Value| json!({"keys": keys}).to_string();
    for (text, why) in [
        (String::new(), "neither PEM nor JSON"),
        ("junk".to_owned(), "neither PEM nor JSON"),
        (rsa.private_pem.clone(), "no public key"),
        (keys::pem("CERTIFICATE", &rsa.public_der), "no public key"),
        (format!("{}{}", rsa.public_pem, ed.public_pem), "one key"),
        (keys::pem("PUBLIC KEY", b"junk"), "kind of key"),
        (Pair::p384().public_pem, "size"),
        ("{}".to_owned(), "no JWKS"),
        (jwks(json!([])), "no key"),
        (jwks(json!([Pair::p384().jwk("a")])), "no key"),
        (jwks(json!([private])), "private"),
        (jwks(json!([{"kty": "oct", "k": "AAAA"}])), "symmetric"),
        (jwks(json!([short])), "size"),
        (jwks(json!([small])), "size"),
        (jwks(json!([ed.jwk("a"), rsa.jwk("a")])), "one kid"),
    ] {
        let refused = by_text(&text, rules()).err();
        assert!(refused.is_some_and(|refused| refused.contains(why)), "{text:.60}: {refused:?}");
    }
}
