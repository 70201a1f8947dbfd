//! `GET /api/limitations`, held against what there is to be limited by: the options of the command line, the limits that
//! refusals name, and the constants of the sources.
//!
//! Proves LIM-1 (docs/behaviour.md).

mod constants;
mod options;

use std::collections::BTreeSet;
use std::time::Duration;

use graphroom::operations::Limit;
use graphroom::transport::limits::Allowance;
use reqwest::StatusCode;
use serde_json::Value;

use crate::support::tls::Authority;
use crate::support::{Rest, TestServer};

/// What a server says of its limits: each limitation with its workaround.
async fn told(rest: &Rest) -> Vec<(String, String)> {
    let (status, list) = rest.send(rest.at_root("/api/limitations")).await;
    assert_eq!(status, StatusCode::OK);
    let text = |row: &Value, key: &str| row[key].as_str().expect("a text").to_owned();
    let rows = list.as_array().expect("a list").iter();
    rows.map(|row| (text(row, "limitation"), text(row, "workaround"))).collect()
}

/// The one row that says this of what is limited.
fn row<'a>(rows: &'a [(String, String)], expected: &str) -> &'a (String, String) {
    let found: Vec<_> = rows.iter().filter(|(limitation, _)| limitation.contains(expected)).collect();
    assert_eq!(found.len(), 1, "{expected:?} is to stand in one row of {rows:#?}");
    found[0]
}

/// The options that a text names.
fn named(text: &str) -> BTreeSet<String> {
    let names = text.split("--").skip(1);
    let name = |text: &str| -> String {
        text.chars().take_while(|letter| letter.is_ascii_lowercase() || *letter == '-').collect()
    };
    names.map(name).collect()
}

#[tokio::test]
async fn every_limit_that_a_refusal_names_has_its_row() {
    let server = TestServer::start().await;
    let rows = told(&server.rest).await;
    for limit in Limit::ALL {
        let ending = format!("; details.limit is {}", limit.name());
        let found = rows.iter().filter(|(_, workaround)| workaround.ends_with(&ending)).count();
        assert_eq!(found, 1, "{} in {rows:#?}", limit.name());
    }
    server.stop().await;
}

#[tokio::test]
async fn no_row_is_told_twice_and_none_says_nothing() {
    let server = TestServer::start().await;
    let rows = told(&server.rest).await;
    let apart: BTreeSet<_> = rows.iter().map(|(limitation, _)| limitation).collect();
    assert_eq!(apart.len(), rows.len(), "{rows:#?}");
    assert!(rows.iter().all(|(limitation, workaround)| !limitation.is_empty() && !workaround.is_empty()));
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_option_is_told_as_the_server_was_started_all_the_same() {
    let server = TestServer::start_allowing(|parts| {
        parts.allowance = Allowance { broadcast_pause: Duration::from_secs(77), ..Allowance::default() };
        parts.rules.limits.depth = 61;
        parts.rules.limits.property_bytes = 62;
        parts.rules.limits.events = 63;
        parts.rules.limits.event_bytes = 64;
        parts.rules.kept.items = 65;
        parts.rules.kept.bytes = 66;
        parts.patience.headers = Duration::from_secs(67);
        parts.patience.body = Duration::from_secs(68);
        parts.stream.connections_of_an_address = 69;
        parts.stream.first_frame = Duration::from_secs(70);
    })
    .await;
    let rows = told(&server.rest).await;
    for expected in [
        "let broadcasts rest for 77 seconds",
        "61 levels deep",
        "62 bytes a property value",
        "63 events of a command, 64 bytes each",
        "65 events, or 66 bytes of them",
        "67 seconds for the headers of a request, 68 seconds between",
        "69 connections of one address on /ws",
        "70 seconds for a client of /ws",
    ] {
        row(&rows, expected);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_server_that_speaks_tls_says_so_and_how_long_its_handshake_may_take() {
    let server = TestServer::start_secured(&Authority::new(), |parts| {
        parts.patience.handshake = Duration::from_secs(71);
    })
    .await;
    let rows = told(&server.rest).await;
    row(&rows, "HTTPS alone is spoken, by HTTP/1.1, and 71 seconds are left for the handshake");
    assert!(rows.iter().all(|(limitation, _)| !limitation.contains("No TLS")), "{rows:#?}");
    server.stop().await;
}
