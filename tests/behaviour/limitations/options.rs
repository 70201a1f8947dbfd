//! Every option of the command line: it bounds what clients may do, and is told with its number, or it bounds nothing.

use std::collections::BTreeSet;

use clap::Args;
use graphroom::config::Config;

use super::{named, row, told};
use crate::support::process::ServerProcess;

/// Options that bound what clients may do, what a server is told of each, and what it then says of it. An option
/// without a value is left as it is.
const BOUNDS: &[(&str, &str, &str)] = &[
    ("allow-host", "a.example,b.example", "at loopback hosts and 2 others"),
    (
        "allow-origin",
        "http://a.example,http://b.example,http://c.example",
        "of loopback and of 3 other origins",
    ),
    ("allow-network", "127.0.0.0/8", "Clients of some networks are not answered"),
    ("deny-network", "192.0.2.0/24", "Clients of some networks are not answered"),
    ("tls-cert", "", "No TLS"),
    ("tls-key", "", "No TLS"),
    ("auth", "", "No login"),
    ("access-token-lifetime", "11h", "An access token is good for 11 hours"),
    ("refresh-token-lifetime", "12h", "a refresh token for 12 hours"),
    ("unload-after", "13m", "A session that nobody uses for 13 minutes"),
    ("end-idle-after", "14m", "14 minutes without a sign of life end a connection"),
    ("admin-ui", "true", "admins who look on by Socket.IO's Admin UI"),
    ("max-nodes", "15", "15 nodes a project"),
    ("max-commands-per-second", "16", "16 commands a second"),
    ("max-commands-burst", "17", "and 17 at once"),
    ("max-connections", "18", "18 connections, by Socket.IO"),
    ("max-connections-per-address", "19", "19 connections from one address"),
    ("max-connections-per-user", "20", "Connections of one user are not limited without --auth token"),
    ("max-sessions", "21", "21 sessions at once"),
    // Told where there is none: below.
    ("assistant-url", "http://127.0.0.1:9", ""),
    ("assistant-model", "", "by 3 models that may be named"),
    ("assistant-models", "one,another", "by 3 models that may be named"),
    ("assistant-max-tokens", "22", "22 tokens an answer of the assistant"),
    ("assistant-at-once", "23", "23 answers of the assistant at once"),
    ("broadcast-queue", "24", "24 broadcasts that wait"),
    ("broadcasts-per-minute", "25", "25 broadcasts a minute of a user"),
    ("max-chat-connections", "26", "26 connections to /ws/chat"),
    ("max-chat-connections-per-client", "27", "27 connections to /ws/chat of one client"),
    ("chat-idle", "28s", "28 seconds without a frame of the client's"),
    ("max-connections-per-client", "29", "29 connections to /ws/{client_id} of one client"),
    ("client-idle", "30m", "30 minutes without a word"),
    ("realtime-chat", "false", "Nobody is told how the assistant gets on"),
    ("realtime-status", "false", "Nobody is told how the server is"),
];

/// What some of them say where everybody has to say who it is, and there is no assistant.
const WITH_TOKENS: &[(&str, &str, &str)] = &[
    ("auth", "token", "30 seconds for who connects to say who it is"),
    ("max-connections-per-user", "31", "31 connections of one user"),
    ("max-connections-per-address", "0", "Any number of connections from one address"),
    (
        "max-commands-per-second",
        "0",
        "Commands of a connection, or of an author at an address over REST, are not",
    ),
    ("broadcasts-per-minute", "0", "Broadcasts of a user are not limited"),
    ("assistant-url", "", "There is no assistant"),
];

/// Options that bound nothing to a client, and why.
const NO_BOUND: &[(&str, &[&str])] = &[
    ("where options, data and templates are", &["config", "listen", "data", "templates"]),
    ("what a graph means, not how much of it there may be", &["strict", "lenient-parents"]),
    ("what events are called", &["legacy-event-names"]),
    ("what is logged", &["log", "log-filter", "log-file", "log-file-keep"]),
    ("whether the server starts", &["insecure"]),
    ("which credentials count: the others do not, which is no limit", &["jwt-secret-file", "trusted-keys"]),
    ("the same", &["trusted-secret-file", "trusted-issuer", "trusted-audience"]),
    ("the same", &["user-claim", "name-claim", "role-claim"]),
    ("how the process ends: nobody is served any more then", &["shutdown-timeout"]),
    ("whose address counts for the limits", &["trusted-proxy"]),
    ("how the assistant answers who does not say", &["assistant-system", "assistant-temperature"]),
    ("which answers are marked to be looked at", &["confidence-threshold"]),
    ("when admins are warned", &["alert-response-time", "alert-error-rate", "alert-connections"]),
    ("the same", &["alert-memory", "alert-lag", "alert-disk-free"]),
    ("what is traced", &["traces-to", "trace-one-in"]),
];

/// Starts the program as told, and holds what it says against that.
async fn told_by_a_server(options: &[(&str, &str, &str)]) -> Vec<(String, String)> {
    let directory = tempfile::tempdir().unwrap();
    let mut command = ServerProcess::command(directory.path());
    for (option, value, _) in options.iter().filter(|(_, value, _)| !value.is_empty()) {
        match *option {
            "admin-ui" => command.arg("--admin-ui"),
            _ => command.arg(format!("--{option}={value}")),
        };
    }
    let mut process = ServerProcess::start(command).await;
    let rows = told(&process.rest).await;
    assert!(process.terminate().await.success());
    for (option, _, expected) in options.iter().filter(|(.., expected)| !expected.is_empty()) {
        let (limitation, workaround) = row(&rows, expected);
        let is_named = named(&format!("{limitation} {workaround}")).contains(*option);
        assert!(is_named, "--{option} is named with {limitation:?}, {workaround:?}");
    }
    rows
}

#[tokio::test]
async fn every_option_that_bounds_clients_is_told_with_its_number_and_by_its_name() {
    let rows = told_by_a_server(BOUNDS).await;
    let others = told_by_a_server(WITH_TOKENS).await;
    let known: BTreeSet<_> = options().into_iter().collect();
    for (limitation, workaround) in rows.iter().chain(&others) {
        let strange: Vec<_> =
            named(&format!("{limitation} {workaround}")).difference(&known).cloned().collect();
        assert!(strange.is_empty(), "{strange:?} in {limitation:?}, {workaround:?} are no options");
    }
}

/// The long names of all options of a server.
fn options() -> Vec<String> {
    let serve = Config::augment_args(clap::Command::new("serve"));
    let options = serve.get_arguments().map(|option| option.get_long().expect("a long name").to_owned());
    options.collect()
}

#[test]
fn every_option_bounds_clients_or_is_known_not_to() {
    let options = options();
    assert!(options.len() > 50, "the options were found");
    let said = BOUNDS.iter().chain(WITH_TOKENS).filter(|(.., expected)| !expected.is_empty());
    let bounding: BTreeSet<_> = said.map(|(option, ..)| *option).collect();
    let others = NO_BOUND.iter().flat_map(|(_, options)| options.iter().copied());
    let mut known: Vec<_> = bounding.into_iter().chain(others).collect();
    for option in &options {
        let place = known.iter().position(|known| known == option);
        let place = place.unwrap_or_else(|| panic!("--{option} has no row, and no reason to have none"));
        known.swap_remove(place);
    }
    assert!(known.is_empty(), "{known:?} are no options, or stand here twice");
}
