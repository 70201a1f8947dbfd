//! Tokens that do not count, for every reason there is: whoever shows one learns nothing of what is wrong with it.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use graphroom::clock::system_clock;
use graphroom::identity::keys::SigningKeys;
use graphroom::identity::tokens::{Bearer, Lifetimes, Tokens};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::Guarded;
use crate::support::Client;
use crate::support::client::Options;

const SECRET: &[u8] = b"7Qm#x2!Lr9@vT4$kZ8^bN1&hC6*jW3(pD5)";
const OTHER_SECRET: &[u8] = b"3Fz!c8@Ws5#yG1$mR7^tB2&nK9*vX4(qH6)";
const HOUR: Duration = Duration::from_secs(3_600);

/// What the server would give out if it were asked now.
fn pair(lifetime: Duration) -> (String, String) {
    let keys = Arc::new(SigningKeys::given(SECRET).unwrap());
    let tokens = Tokens::new(keys, system_clock(), Lifetimes { access: lifetime, refresh: lifetime });
    let pair = tokens.issue(&Bearer { user_id: "ann".to_owned(), ..Bearer::default() }).unwrap();
    (pair.access.text, pair.refresh.text)
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn signed(algorithm: Algorithm, claims: &Value, secret: &[u8]) -> String {
    let header = Header { kid: Some("given".to_owned()), ..Header::new(algorithm) };
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(secret)).unwrap()
}

/// Every kind of them, by what is wrong.
fn bad_tokens() -> Vec<(&'static str, String)> {
    let (good, refresh) = pair(HOUR);
    let [head, payload, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("{good}") };
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    let with = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        claims
    };
    let hs256 = |claims: &Value| signed(Algorithm::HS256, claims, SECRET);
    let soon = claims["exp"].as_i64().unwrap() - 60;
    vec![
        ("none", format!("{}.{payload}.", part(&json!({ "alg": "none", "typ": "JWT", "kid": "given" })))),
        ("another algorithm", signed(Algorithm::HS512, &claims, SECRET)),
        ("an algorithm of another kind", {
            format!(
                "{}.{payload}.{signature}",
                part(&json!({ "alg": "RS256", "typ": "JWT", "kid": "given" }))
            )
        }),
        ("wrong key", signed(Algorithm::HS256, &claims, OTHER_SECRET)),
        ("wrong audience", hs256(&with("aud", json!("others")))),
        ("wrong issuer", hs256(&with("iss", json!("others")))),
        ("expired", pair(Duration::ZERO).0),
        ("early", hs256(&with("nbf", json!(soon)))),
        ("tampered", format!("{head}.{}.{signature}", part(&with("sub", json!("root"))))),
        ("unsigned", format!("{head}.{payload}.")),
        ("oversized", good.clone() + &"A".repeat(8 * 1024)),
        ("a refresh token", refresh),
        ("junk", "junk".to_owned()),
    ]
}

#[tokio::test]
async fn whatever_is_wrong_with_a_token_the_answer_is_the_same_by_every_transport() {
    let guarded = Guarded::start_with(|parts| {
        parts.credentials.keys = Arc::new(SigningKeys::given(SECRET).unwrap());
    })
    .await;
    let rest = &guarded.server.rest;
    let by_socket = async |token: &str| {
        let options = Options { token: Some(token.to_owned()), ..Options::default() };
        Client::try_connect(guarded.server.address, options).await.map(drop)
    };
    let good = pair(HOUR).0;
    assert_eq!(
        rest.with_token(&good).get("/projects").await.0,
        200,
        "what they are made of is good otherwise"
    );
    assert_eq!(by_socket(&good).await, Ok(()));

    let mut answers = Vec::new();
    for (name, token) in bad_tokens() {
        let (status, body) = rest.with_token(&token).get("/projects").await;
        answers.push((name, status.as_u16(), body, by_socket(&token).await));
    }
    let (_, status, body, refused) = answers[0].clone();
    assert_eq!((status, &body["error"]["code"]), (401, &json!("UNAUTHENTICATED")), "{body}");
    assert!(refused.as_ref().is_err_and(|packet| packet.contains(r#""data":{"code":"UNAUTHENTICATED"}"#)));
    for (name, other_status, other_body, other_refused) in answers {
        assert_eq!((other_status, &other_body, &other_refused), (status, &body, &refused), "{name}");
    }
    guarded.stop().await;
}
