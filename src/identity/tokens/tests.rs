//! What our tokens say, and that no other is taken for one.

use std::sync::atomic::{AtomicI64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::EncodingKey;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const SECRET: &[u8] = b"f3Zq8Lw1Xc6Vn0Rt5Yp2Ks9Dj4Hm7Gb!";
const OTHER_SECRET: &[u8] = b"A-different-one-0123456789-xyzuvw";
/// 2026-11-21T12:30:24.567Z
const NOW: i64 = 1_795_264_224_567;

/// A clock that a test sets.
fn clock_at(millis: i64) -> (Clock, Arc<AtomicI64>) {
    let time = Arc::new(AtomicI64::new(millis));
    let read = Arc::clone(&time);
    (Arc::new(move || Timestamp::from_millis(read.load(Ordering::SeqCst))), time)
}

fn tokens() -> (Tokens, Arc<AtomicI64>) {
    let (clock, time) = clock_at(NOW);
    (Tokens::new(Arc::new(SigningKeys::given(SECRET).unwrap()), clock, Lifetimes::default()), time)
}

fn bearer() -> Bearer {
    Bearer {
        user_id: "ann".to_owned(),
        device_name: Some("desk".to_owned()),
        device_type: None,
        roles: vec!["admin".to_owned()],
    }
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn read_part(token: &str, place: usize) -> String {
    let part = token.split('.').nth(place).unwrap();
    String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn good_claims() -> Value {
    let (tokens, _) = tokens();
    serde_json::to_value(tokens.issue(&bearer()).unwrap().access.claims).unwrap()
}

/// A token that is signed as it says.
fn made(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let message = format!("{}.{}", part(header), part(claims));
    let algorithm: Algorithm = serde_json::from_value(header["alg"].clone()).unwrap();
    let signature =
        jsonwebtoken::crypto::sign(message.as_bytes(), &EncodingKey::from_secret(secret), algorithm).unwrap();
    format!("{message}.{signature}")
}

fn header_given() -> Value {
    json!({"typ": "JWT", "alg": "HS256", "kid": "given"})
}

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

fn without(mut claims: Value, name: &str) -> Value {
    claims.as_object_mut().unwrap().remove(name).unwrap();
    claims
}

#[test]
fn a_token_says_what_the_contract_says_in_its_order() {
    let (tokens, _) = tokens();
    let pair = tokens.issue(&bearer()).unwrap();
    assert_eq!(read_part(&pair.access.text, 0), r#"{"typ":"JWT","alg":"HS256","kid":"given"}"#);
    let Claims { jti, fam, .. } = pair.access.claims;
    let expected = format!(
        r#"{{"sub":"ann","device_name":"desk","device_type":null,"issued_at":"2026-11-21T12:30:24.567000Z","exp":1795350624,"iat":1795264224,"type":"access","jti":"{jti}","fam":"{fam}","roles":["admin"],"iss":"graphroom","aud":"graphroom"}}"#
    );
    assert_eq!(read_part(&pair.access.text, 1), expected);
    assert_eq!(jti.get_version_num(), 4);
    let refresh: Value = serde_json::from_str(&read_part(&pair.refresh.text, 1)).unwrap();
    assert_eq!(refresh["type"], "refresh");
    assert_eq!(refresh["fam"], fam.to_string());
    assert_ne!(refresh["jti"], jti.to_string());
    for kept in ["sub", "device_name", "device_type", "roles"] {
        assert_eq!(refresh[kept], serde_json::to_value(&pair.access.claims).unwrap()[kept], "{kept}");
    }
}

#[test]
fn an_access_token_lives_a_day_and_a_refresh_token_a_week_to_the_second() {
    let (tokens, time) = tokens();
    let pair = tokens.issue(&bearer()).unwrap();
    for (issued, seconds, kind) in
        [(&pair.access, 86_400, TokenKind::Access), (&pair.refresh, 604_800, TokenKind::Refresh)]
    {
        assert_eq!(issued.claims.exp - issued.claims.iat, seconds);
        let end = issued.claims.exp * 1_000;
        assert_eq!(issued.claims.expires_at().millis(), end);
        time.store(end - 1, Ordering::SeqCst);
        assert_eq!(tokens.verify(&issued.text, kind).unwrap(), issued.claims);
        // No leeway: at the very second it is over.
        time.store(end, Ordering::SeqCst);
        assert_eq!(tokens.verify(&issued.text, kind).unwrap_err().reason, Reason::Expired);
    }
}

#[test]
fn two_tokens_of_one_second_differ() {
    let (tokens, _) = tokens();
    let texts: std::collections::HashSet<_> = (0..100)
        .flat_map(|_| {
            let Pair { access, refresh } = tokens.issue(&bearer()).unwrap();
            [access.text, refresh.text]
        })
        .collect();
    assert_eq!(texts.len(), 200);
}

#[test]
fn a_refreshed_pair_keeps_its_family_and_its_bearer_and_a_new_sign_in_begins_a_family() {
    let (tokens, _) = tokens();
    let first = tokens.issue(&bearer()).unwrap();
    let claims = tokens.verify(&first.refresh.text, TokenKind::Refresh).unwrap();
    assert_eq!(claims.bearer(), bearer());
    let second = tokens.issue_in(claims.fam, &claims.bearer()).unwrap();
    assert_eq!(second.access.claims.fam, first.access.claims.fam);
    assert_eq!(second.access.claims.bearer(), bearer());
    assert_ne!(second.refresh.claims.jti, first.refresh.claims.jti);
    assert_ne!(tokens.issue(&bearer()).unwrap().access.claims.fam, first.access.claims.fam);
}

#[test]
fn lifetimes_can_be_set() {
    let (clock, _) = clock_at(NOW);
    let lifetimes = Lifetimes { access: Duration::from_secs(60), refresh: Duration::MAX };
    let tokens = Tokens::new(Arc::new(SigningKeys::given(SECRET).unwrap()), clock, lifetimes);
    let pair = tokens.issue(&bearer()).unwrap();
    assert_eq!(pair.access.claims.exp - pair.access.claims.iat, 60);
    let refresh = tokens.verify(&pair.refresh.text, TokenKind::Refresh).unwrap();
    assert!(refresh.expires_at().is_readable() && refresh.expires_at().millis() > NOW);
}

/// Every kind of bad token, and what our log says of it.
fn bad_tokens() -> Vec<(&'static str, String, Reason)> {
    let (tokens, _) = tokens();
    let pair = tokens.issue(&bearer()).unwrap();
    let good = good_claims();
    let second = NOW / 1_000;
    let given = |claims: &Value| made(&header_given(), claims, SECRET);
    let header = |name: &str, value: Value| made(&with(header_given(), name, value), &good_claims(), SECRET);
    let none = |alg: &str| {
        let header = with(header_given(), "alg", json!(alg));
        format!("{}.{}.", part(&header), part(&good))
    };
    let (message, signature) = pair.access.text.rsplit_once('.').unwrap();
    let tampered = with(good.clone(), "sub", json!("bob"));
    vec![
        ("refresh", pair.refresh.text.clone(), Reason::Kind),
        ("none", none("none"), Reason::Malformed),
        ("None", none("None"), Reason::Malformed),
        ("no alg", format!("{}.{}.", part(&json!({"typ": "JWT"})), part(&good)), Reason::Malformed),
        ("unsigned", format!("{message}."), Reason::Signature),
        ("short signature", format!("{message}.{}", &signature[..20]), Reason::Signature),
        ("HS384", header("alg", json!("HS384")), Reason::Algorithm),
        ("HS512", header("alg", json!("HS512")), Reason::Algorithm),
        ("wrong key", made(&header_given(), &good, OTHER_SECRET), Reason::Signature),
        ("unknown kid", header("kid", json!("other")), Reason::UnknownKey),
        ("no kid", made(&without(header_given(), "kid"), &good, SECRET), Reason::UnknownKey),
        ("critical", header("crit", json!(["b64"])), Reason::Malformed),
        ("issuer", given(&with(good.clone(), "iss", json!("other"))), Reason::Issuer),
        ("no issuer", given(&without(good.clone(), "iss")), Reason::Malformed),
        ("audience", given(&with(good.clone(), "aud", json!("other"))), Reason::Audience),
        (
            "two audiences",
            given(&with(good.clone(), "aud", json!(["graphroom", "other"]))),
            Reason::Malformed,
        ),
        ("no audience", given(&without(good.clone(), "aud")), Reason::Malformed),
        ("expired", given(&with(good.clone(), "exp", json!(second))), Reason::Expired),
        ("long expired", given(&with(good.clone(), "exp", json!(i64::MIN))), Reason::Expired),
        ("no end", given(&without(good.clone(), "exp")), Reason::Malformed),
        ("endless", given(&with(good.clone(), "exp", json!(1e300))), Reason::Malformed),
        ("text end", given(&with(good.clone(), "exp", json!("1795350624"))), Reason::Malformed),
        ("early", given(&with(good.clone(), "nbf", json!(second + 1))), Reason::Early),
        ("no subject", given(&without(good.clone(), "sub")), Reason::Malformed),
        ("no type", given(&without(good.clone(), "type")), Reason::Malformed),
        ("other type", given(&with(good.clone(), "type", json!("Access"))), Reason::Malformed),
        ("no family", given(&without(good.clone(), "fam")), Reason::Malformed),
        ("tampered", format!("{}.{}.{signature}", part(&header_given()), part(&tampered)), Reason::Signature),
        ("oversized", pair.access.text.clone() + &"A".repeat(MAX_TOKEN), Reason::Oversized),
        ("empty", String::new(), Reason::Malformed),
        ("dots", "..".to_owned(), Reason::Malformed),
        ("more dots", format!("{}.", pair.access.text), Reason::Malformed),
        ("space", format!(" {}", pair.access.text), Reason::Malformed),
        ("padding", format!("{}=", pair.access.text), Reason::Malformed),
        ("junk", "junk".to_owned(), Reason::Malformed),
        ("not ascii", "ä.ö.ü\0".to_owned(), Reason::Malformed),
        ("no JSON", format!("{0}.{0}.{0}", URL_SAFE_NO_PAD.encode("{")), Reason::Malformed),
    ]
}

#[test]
fn whatever_is_wrong_with_a_token_its_bearer_is_told_the_same() {
    let (tokens, _) = tokens();
    for (name, text, reason) in bad_tokens() {
        let bad = tokens.verify(&text, TokenKind::Access).unwrap_err();
        assert_eq!(bad.to_string(), "the token is not valid");
        assert_eq!(bad.reason, reason, "{name}");
    }
}

#[test]
fn what_the_bad_tokens_are_made_of_is_good_otherwise() {
    let (tokens, _) = tokens();
    let good = good_claims();
    let claims = with(good.clone(), "nbf", json!(NOW / 1_000));
    for text in [made(&header_given(), &good, SECRET), made(&header_given(), &claims, SECRET)] {
        assert_eq!(tokens.verify(&text, TokenKind::Access).unwrap().sub, "ann");
    }
}

#[test]
fn an_access_token_gets_no_new_pair_and_either_kind_can_be_asked_about() {
    let (tokens, _) = tokens();
    let pair = tokens.issue(&bearer()).unwrap();
    assert_eq!(tokens.verify(&pair.access.text, TokenKind::Refresh).unwrap_err().reason, Reason::Kind);
    for issued in [pair.access, pair.refresh] {
        assert_eq!(tokens.verify_any(&issued.text).unwrap(), issued.claims);
    }
}

#[test]
fn a_claim_that_comes_twice_is_refused() {
    let (tokens, _) = tokens();
    let claims = good_claims().to_string().replacen('{', r#"{"sub":"bob","#, 1);
    let message = format!("{}.{}", part(&header_given()), URL_SAFE_NO_PAD.encode(claims));
    let key = EncodingKey::from_secret(SECRET);
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
    assert!(tokens.verify_any(&format!("{message}.{signature}")).is_err());
}

#[test]
fn a_token_of_an_older_key_is_good_until_the_key_is_removed() {
    let directory = tempfile::TempDir::new().unwrap();
    let (clock, _) = clock_at(NOW);
    let keys = Arc::new(SigningKeys::open(directory.path(), clock()).unwrap());
    let tokens = Tokens::new(Arc::clone(&keys), Arc::clone(&clock), Lifetimes::default());
    let old = tokens.issue(&bearer()).unwrap().access.text;
    let first = keys.names()[0].0.clone();
    let second = keys.rotate(clock()).unwrap();
    let new = tokens.issue(&bearer()).unwrap().access.text;
    assert_eq!(header(&old).unwrap().kid, Some(first.clone()));
    assert_eq!(header(&new).unwrap().kid, Some(second));
    tokens.verify(&old, TokenKind::Access).unwrap();
    tokens.verify(&new, TokenKind::Access).unwrap();
    keys.remove(&first).unwrap();
    assert_eq!(tokens.verify(&old, TokenKind::Access).unwrap_err().reason, Reason::UnknownKey);
    tokens.verify(&new, TokenKind::Access).unwrap();
    // After a restart it is the same.
    let again = Arc::new(SigningKeys::open(directory.path(), clock()).unwrap());
    let again = Tokens::new(again, clock, Lifetimes::default());
    assert!(again.verify(&old, TokenKind::Access).is_err());
    again.verify(&new, TokenKind::Access).unwrap();
}

#[test]
fn a_token_that_we_would_refuse_is_not_issued() {
    let (tokens, _) = tokens();
    let long = Bearer { device_name: Some("x".repeat(MAX_TOKEN)), ..bearer() };
    assert_eq!(tokens.issue(&long).unwrap_err(), NotIssued::TooLong);
}

#[test]
fn the_text_of_a_token_is_not_in_its_debug_text() {
    let (tokens, _) = tokens();
    let pair = tokens.issue(&bearer()).unwrap();
    let shown = format!("{pair:?}");
    for issued in [&pair.access, &pair.refresh] {
        for part in issued.text.split('.') {
            assert!(!shown.contains(part), "{shown}");
        }
    }
}

proptest! {
    #[test]
    fn a_token_with_any_byte_changed_is_bad(place: prop::sample::Index, bits in 1..=127_u8) {
        let (tokens, _) = tokens();
        let mut bytes = tokens.issue(&bearer()).unwrap().access.text.into_bytes();
        let place = place.index(bytes.len());
        bytes[place] = (bytes[place] ^ bits) & 0x7f;
        let changed = String::from_utf8(bytes).unwrap();
        prop_assert!(tokens.verify_any(&changed).is_err(), "{changed}");
    }

    #[test]
    fn no_text_is_a_token_and_none_breaks_the_reader(text in ".{0,200}(\\.[A-Za-z0-9_-]{0,60}){0,3}") {
        prop_assert!(tokens().0.verify_any(&text).is_err());
    }
}
