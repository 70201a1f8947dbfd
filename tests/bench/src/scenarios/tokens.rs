//! Tokens alone, in this process: verified one after another, and issued by many at once.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use graphroom::clock::system_clock;
use graphroom::identity::keys::SigningKeys;
use graphroom::identity::tokens::{Bearer, Lifetimes, TokenKind, Tokens};
use tokio::sync::Barrier;

use super::Bench;
use crate::fault::{Fault, Outcome};
use crate::report::Bound;
use crate::statistics::percentile;

/// Verifications in a second on one core.
const VERIFIED: f64 = 20_000.0;
/// Milliseconds for a pair of tokens at the median.
const ISSUED: f64 = 20.0;
/// How many ask for tokens at once.
const AT_ONCE: usize = 50;

/// Both.
pub async fn run(bench: &mut Bench) -> Outcome<()> {
    let verifications = bench.options.size(100_000, 500);
    let pairs = bench.options.size(100, 4);
    let what = format!("{verifications} tokens verified; {pairs} pairs issued to each of {AT_ONCE} at once");
    bench.report.scenario("tokens", &what);
    let (mut verified, mut issued) = (Vec::new(), Vec::new());
    for _ in 0..bench.options.runs {
        let tokens = Arc::new(tokens()?);
        verified.push(verify(&tokens, verifications)?);
        issued.push(issue(&tokens, pairs).await?);
    }
    let report = &mut bench.report;
    report.goal("HS256 tokens verified on one core", "/s", Bound::AtLeast, VERIFIED, &verified);
    report.goal("a pair issued to one of 50 at once, median", "ms", Bound::AtMost, ISSUED, &issued);
    Ok(())
}

fn tokens() -> Outcome<Tokens> {
    let clock = system_clock();
    let keys = SigningKeys::passing(clock()).map_err(|error| Fault::Refused(error.to_string()))?;
    Ok(Tokens::new(Arc::new(keys), clock, Lifetimes::default()))
}

fn bearer() -> Bearer {
    Bearer {
        user_id: "somebody".to_owned(),
        device_name: Some("a desk".to_owned()),
        device_type: Some("python".to_owned()),
        roles: Vec::new(),
    }
}

/// How many in a second.
fn verify(tokens: &Tokens, times: usize) -> Outcome<f64> {
    let pair = tokens.issue(&bearer()).map_err(|error| Fault::Refused(error.to_string()))?;
    let begun = Instant::now();
    for _ in 0..times {
        let claims = tokens.verify(black_box(&pair.access.text), TokenKind::Access);
        black_box(claims.map_err(|error| Fault::Refused(error.to_string()))?);
    }
    Ok(times as f64 / begun.elapsed().as_secs_f64())
}

/// Milliseconds for one at the median, from when its turn came. Each gives way to the others after each.
async fn issue(tokens: &Arc<Tokens>, pairs: usize) -> Outcome<f64> {
    let ready = Arc::new(Barrier::new(AT_ONCE));
    let tasks: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (tokens, ready) = (Arc::clone(tokens), Arc::clone(&ready));
            tokio::spawn(async move {
                ready.wait().await;
                let mut times = Vec::with_capacity(pairs);
                for _ in 0..pairs {
                    let begun = Instant::now();
                    // The wait for the others is a part of what one of many waits for.
                    tokio::task::yield_now().await;
                    if let Ok(pair) = tokens.issue(&bearer()) {
                        black_box(pair);
                        times.push(begun.elapsed().as_secs_f64() * 1e3);
                    }
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.map_err(|error| Fault::Refused(error.to_string()))?);
    }
    if times.len() < AT_ONCE * pairs {
        return Err(Fault::Counts("tokens were not issued".to_owned()));
    }
    Ok(percentile(&times, 50.0))
}
