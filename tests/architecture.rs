//! Holds the arrows between the parts of the crate, and the rules of its files, by reading the sources.
//!
//! Each rule is a function from one source to what is wrong with it, and is tested on made-up sources:
//! a rule that finds nothing anywhere would hold nothing.

mod made_up;
mod source;

use std::fs;
use std::path::Path;

use source::Source;

/// What each room may use of the others: a whole room, or one item of it. A new room needs a line here,
/// and a new arrow a reason in `docs/decisions`.
const ARROWS: &[(&str, &[&str])] = &[
    ("lib", &[]),
    ("main", &["command_line"]),
    (
        "command_line",
        &[
            "app",
            "clock",
            "config",
            "conversation::assistant::Settings",
            "domain::Author",
            "domain::Limits",
            "domain::Role",
            "domain::Timestamp",
            "identity",
            "logging",
            "operations::TraceRules",
            "operations::status::Levels",
            "operations::status::Thresholds",
            "project",
            "session::GRAPH_FORM",
            "session::Rules",
            "session::replay",
            "store",
            "transport::address::TrustedProxies",
            "transport::gateway::chat::ChatRules",
            "transport::gateway::client::ClientRules",
            "transport::gateway::stream::StreamRules",
            "transport::guard",
            "transport::limits::Allowance",
            "transport::networks::Networks",
            "transport::realtime::Realtime",
            "transport::serving::Patience",
            "transport::status::StatusRules",
            "transport::tls",
        ],
    ),
    (
        "app",
        &[
            "channels",
            "clock",
            "conversation",
            "domain",
            "feed",
            "identity",
            "operations",
            "project",
            "session",
            "store",
            "transport",
        ],
    ),
    ("channels", &["outlet"]),
    ("clock", &["domain::Timestamp"]),
    ("config", &[]),
    ("breaker", &[]),
    ("conversation", &["breaker", "clock", "domain", "outlet", "store"]),
    ("feed", &["clock", "domain", "outlet", "session", "store"]),
    ("identity", &["clock", "domain", "store"]),
    ("logging", &["config"]),
    (
        "transport",
        &[
            "breaker",
            "channels",
            "conversation",
            "domain::Author",
            "domain::Caller",
            "domain::OnConflict",
            "domain::Role",
            "domain::Scope",
            "domain::Standing",
            "feed",
            "identity",
            "operations",
            "outlet",
            "project",
            "session",
        ],
    ),
    ("operations", &["breaker", "clock", "domain", "outlet", "session::observer", "session::trace", "store"]),
    ("outlet", &[]),
    ("project", &["clock", "domain", "store"]),
    ("session", &["clock", "domain", "outlet", "store"]),
    ("store", &["domain"]),
    ("domain", &[]),
];

/// Paths that only some places may name.
const ONLY_IN: &[(&[&str], &[&str])] = &[
    (
        &["axum", "http", "tower", "tower_http", "tower_service", "hyper", "hyper_util"],
        &["src/transport", "src/app.rs"],
    ),
    (&["socketioxide", "socketioxide_core", "engineioxide"], &["src/transport/socketio"]),
    (&["rustls", "tokio_rustls"], &["src/transport/link", "src/transport/tls", "src/transport/tls.rs"]),
    (&["rusqlite"], &["src/store"]),
    (&["utoipa", "utoipa_axum", "utoipa_swagger_ui"], &["src/transport/rest"]),
    (&["std::env", "dotenvy", "toml"], &["src/config", "src/config.rs"]),
    (&["reqwest", "backon"], &["src/conversation/assistant.rs", "src/conversation/assistant"]),
    (&["tracing_appender"], &["src/logging.rs"]),
    (
        &["opentelemetry", "opentelemetry_otlp", "opentelemetry_sdk", "prometheus_client", "rustix"],
        &["src/operations"],
    ),
    (&["argon2", "getrandom", "jsonwebtoken", "subtle"], &["src/identity"]),
    (
        &["graphroom_protocol"],
        &[
            "src/conversation",
            "src/feed",
            "src/identity",
            "src/operations",
            "src/project",
            "src/session",
            "src/transport",
            "src/app.rs",
        ],
    ),
];

/// What would make the domain depend on more than its arguments. The last name may be reached through
/// an import, so the ends of paths count too.
const NOT_IN_DOMAIN: &[&str] = &[
    "tokio",
    "futures_util",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::thread",
    "std::time",
    "Utc::now",
    "Local::now",
    "SystemTime::now",
    "Instant::now",
    "Uuid::new_v4",
    "Uuid::now_v7",
    "Uuid::now_v1",
];

/// SQL in a text.
const SQL: &[&str] = &[
    "SELECT ",
    "INSERT INTO ",
    "INSERT OR ",
    "DELETE FROM ",
    "UPDATE OR ",
    "CREATE TABLE ",
    "CREATE INDEX ",
    "CREATE UNIQUE INDEX ",
    "ALTER TABLE ",
    "DROP TABLE ",
    "PRAGMA ",
    "BEGIN IMMEDIATE",
];

const MAX_LINES: usize = 400;

/// Whether `path` is `prefix` or something in it.
fn within(path: &str, prefix: &str, separator: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with(separator))
}

fn forbidden_arrows(source: &Source) -> Vec<String> {
    let room = source.room();
    let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == room) else {
        return vec![format!("{room} is a room without a line in ARROWS")];
    };
    let crosses = |path: &str| {
        path.strip_prefix("crate::").is_some_and(|target| {
            !within(target, room, "::") && !allowed.iter().any(|allowed| within(target, allowed, "::"))
        })
    };
    let paths = source.paths().into_iter().filter(|path| crosses(path));
    paths.map(|path| format!("{room} may not use {path}")).collect()
}

fn out_of_place(source: &Source) -> Vec<String> {
    let allowed = |places: &[&str]| places.iter().any(|place| within(&source.path, place, "/"));
    let mut wrong = Vec::new();
    for path in source.paths() {
        for (names, places) in ONLY_IN {
            if names.iter().any(|name| within(&path, name, "::")) && !allowed(places) {
                wrong.push(format!("{path} belongs into {}", places.join(", ")));
            }
        }
    }
    wrong
}

fn sql_outside_the_store(source: &Source) -> Vec<String> {
    let is_sql = |text: &&String| SQL.iter().any(|words| text.contains(words));
    let texts = source.literals.iter().filter(is_sql).filter(|_| source.room() != "store");
    texts.map(|text| format!("SQL outside the store: {text}")).collect()
}

fn impure_domain(source: &Source) -> Vec<String> {
    let impure = |path: &String| {
        NOT_IN_DOMAIN.iter().any(|name| within(path, name, "::") || path.ends_with(&format!("::{name}")))
    };
    let paths = source.paths().into_iter().filter(impure).filter(|_| source.room() == "domain");
    paths.map(|path| format!("the domain may not use {path}")).collect()
}

fn broken_file_rules(source: &Source) -> Vec<String> {
    let mut wrong = Vec::new();
    if !source.text.starts_with("//!") {
        wrong.push("begins without //!".to_owned());
    }
    let is_test = source.path.split('/').any(|part| matches!(part, "tests" | "tests.rs"));
    let lines = source.lines_without_tests();
    if lines > MAX_LINES && !is_test {
        wrong.push(format!("{lines} lines, more than {MAX_LINES}"));
    }
    let unfinished = ["todo", "unimplemented", "dbg"].into_iter().filter(|name| source.calls(name));
    wrong.extend(unfinished.map(|name| format!("{name}! is left in it")));
    wrong
}

/// Every source below `directory`, which is relative to the crate.
fn sources(directory: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut waiting = vec![root.join(directory)];
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                found.push(Source::new(&name, &fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "no source below {directory}");
    found
}

/// Fails with everything that `rule` finds below `directories`.
fn hold(directories: &[&str], rule: fn(&Source) -> Vec<String>) {
    let sources = directories.iter().flat_map(|directory| sources(directory));
    let wrong: Vec<String> = sources
        .flat_map(|source| rule(&source).into_iter().map(move |what| format!("{}: {what}", source.path)))
        .collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_room_uses_only_the_rooms_that_its_arrows_lead_to() {
    hold(&["src"], forbidden_arrows);
}

#[test]
fn every_library_stays_in_the_rooms_that_are_built_on_it() {
    hold(&["src"], out_of_place);
}

#[test]
fn sql_stays_in_the_store() {
    hold(&["src"], sql_outside_the_store);
}

#[test]
fn the_domain_depends_on_nothing_but_its_arguments() {
    hold(&["src"], impure_domain);
}

#[test]
fn every_file_says_what_it_is_is_short_enough_and_finished() {
    hold(&["src", "protocol/src", "tests"], broken_file_rules);
}
