//! Made-up sources that break a rule, and some that only look like it.

use super::source::Source;
use super::{
    MAX_LINES, broken_file_rules, forbidden_arrows, impure_domain, out_of_place, sql_outside_the_store,
};

/// What `rule` says of a made-up source.
fn found(rule: fn(&Source) -> Vec<String>, path: &str, text: &str) -> String {
    rule(&Source::new(path, text)).join("; ")
}

#[test]
fn an_arrow_that_leads_the_wrong_way_is_found_however_it_is_written() {
    let cases = [
        ("src/domain/graph.rs", "use crate::store::Journal;", "domain may not use crate::store::Journal"),
        ("src/domain/mod.rs", "use super::store::Journal;", "domain may not use crate::store::Journal"),
        (
            "src/domain/graph.rs",
            "fn f() { super::super::session::x() }",
            "domain may not use crate::session::x",
        ),
        ("src/store/a.rs", "mod tests { use super::super::super::app; }", "store may not use crate::app"),
        (
            "src/store/mod.rs",
            "use crate::{domain::Record, session::{self, Room}};",
            "store may not use crate::session; store may not use crate::session::Room",
        ),
        (
            "src/transport/rest.rs",
            "use crate::domain::{Author, graph::Graph, Scope};",
            "transport may not use crate::domain::graph::Graph",
        ),
        ("src/transport/rest.rs", "use crate::domain::*;", "transport may not use crate::domain::*"),
        (
            "src/transport/rest.rs",
            "use crate::domain::Authors;",
            "transport may not use crate::domain::Authors",
        ),
        (
            "src/session/a.rs",
            "let x: Vec<crate::transport::Frame> = y;",
            "session may not use crate::transport::Frame",
        ),
        ("src/main.rs", "use graphroom::store;", "main may not use crate::store"),
        ("src/cellar.rs", "", "cellar is a room without a line in ARROWS"),
    ];
    for (path, text, wrong) in cases {
        assert_eq!(found(forbidden_arrows, path, text), wrong, "{text}");
    }
}

#[test]
fn an_arrow_that_leads_the_right_way_is_not_found() {
    let cases = [
        (
            "src/session/actor.rs",
            "use crate::{domain::{Record as R, State}, store::Journal}; use super::ring;",
        ),
        ("src/transport/rest.rs", "use crate::domain::{Author, Scope}; use crate::transport::{guard, link};"),
        (
            "src/domain/graph.rs",
            "use super::effect::Body; mod tests { use super::super::Graph; use super::*; }",
        ),
        ("src/domain/mod.rs", "mod tests { use super::Graph; }"),
        (
            "src/domain/graph.rs",
            "//! [`crate::store`]\n/* crate::app /* */ crate::app */ fn f() { \"crate::app\"; }",
        ),
        ("src/domain/graph.rs", "const A: &str = r#\"\" crate::app\"#; const B: char = '\"'; // crate::app"),
        ("src/main.rs", "fn main() { graphroom::command_line::run() }"),
    ];
    for (path, text) in cases {
        assert_eq!(found(forbidden_arrows, path, text), "", "{text}");
    }
}

#[test]
fn a_library_out_of_its_place_is_found() {
    let cases = [
        ("src/session/actor.rs", "use axum::Json;", "axum::Json belongs into src/transport, src/app.rs"),
        (
            "src/store/mod.rs",
            "fn f() -> ::http::Method {}",
            "http::Method belongs into src/transport, src/app.rs",
        ),
        ("src/application.rs", "use tower;", "tower belongs into src/transport, src/app.rs"),
        (
            "src/transport/rest.rs",
            "use socketioxide::SocketIo;",
            "socketioxide::SocketIo belongs into src/transport/socketio",
        ),
        (
            "src/project/mod.rs",
            "use rusqlite::{Connection as C};",
            "rusqlite::Connection belongs into src/store",
        ),
        ("src/app.rs", "use std::{env, fs};", "std::env belongs into src/config, src/config.rs"),
        (
            "src/app.rs",
            "let a = std::env::var(\"A\");",
            "std::env::var belongs into src/config, src/config.rs",
        ),
        (
            "src/store/mod.rs",
            "use graphroom_protocol::ErrorCode;",
            "graphroom_protocol::ErrorCode belongs into src/conversation, src/feed, src/identity, src/operations, src/project, src/session, src/transport, src/app.rs",
        ),
    ];
    for (path, text, wrong) in cases {
        assert_eq!(found(out_of_place, path, text), wrong, "{text}");
    }
    let right = [
        ("src/transport/rest/mod.rs", "use axum::{Json, http::StatusCode};"),
        (
            "src/app.rs",
            "fn f() -> impl Layer + use<> {} use tower::Layer; use crate::transport::http::Listener;",
        ),
        ("src/transport/socketio/mod.rs", "use socketioxide::SocketIo;"),
        ("src/config.rs", "use std::env; const FILTER: &str = \"socketioxide::x=warn\";"),
        ("src/session/room.rs", "let http = 1; self.axum::<u8>();"),
    ];
    for (path, text) in right {
        assert_eq!(found(out_of_place, path, text), "", "{text}");
    }
}

#[test]
fn sql_outside_the_store_is_found() {
    let text = "let rows = query(r\"SELECT id FROM projects\");";
    assert_eq!(
        found(sql_outside_the_store, "src/session/a.rs", text),
        "SQL outside the store: SELECT id FROM projects"
    );
    assert_eq!(found(sql_outside_the_store, "src/store/sqlite/rows.rs", text), "");
    let prose = "/// SELECT nothing\nconst KIND: &str = \"select\";";
    assert_eq!(found(sql_outside_the_store, "src/session/a.rs", prose), "");
}

#[test]
fn a_clock_chance_or_a_file_in_the_domain_is_found() {
    let impure = [
        "use tokio::sync::Mutex;",
        "use std::{collections::HashMap, time::Instant};",
        "let now = chrono::Utc::now();",
        "use chrono::Utc; let now = Utc::now();",
        "let id = uuid::Uuid::new_v4();",
        "let ids = iter::repeat_with(Uuid::now_v7);",
        "let text = std::fs::read_to_string(path);",
    ];
    for text in impure {
        assert_ne!(found(impure_domain, "src/domain/graph.rs", text), "", "{text}");
        assert_eq!(found(impure_domain, "src/session/mod.rs", text), "");
    }
    let pure = "use chrono::Utc; use uuid::Uuid; let id = Uuid::new_v5(a, b); // not Utc::now()";
    assert_eq!(found(impure_domain, "src/domain/graph.rs", pure), "");
}

#[test]
fn a_file_that_is_undocumented_too_long_or_unfinished_is_found() {
    let long = "//! x\n".repeat(MAX_LINES + 1);
    let cases = [
        ("src/app.rs", "use a::b;\n//! x", "begins without //!"),
        ("src/app.rs", &long, "401 lines, more than 400"),
        ("src/app.rs", "//! x\nfn f() { todo!() }", "todo! is left in it"),
        ("src/app.rs", "//! x\nfn f() { unimplemented ! (\"\") }", "unimplemented! is left in it"),
        ("src/app.rs", "//! x\nfn f() { std::dbg!(1); }", "dbg! is left in it"),
        ("src/app.rs", "//! x\n// todo!()\nconst A: &str = \"dbg!\"; fn todo() {}", ""),
        ("src/app/tests.rs", &long, ""),
        ("src/app/tests/a.rs", &long, ""),
    ];
    for (path, text, wrong) in cases {
        assert_eq!(found(broken_file_rules, path, text), wrong);
    }
    let tested = format!("//! x\n#[cfg(test)]\nmod tests {{\n{}}}\n", "\n".repeat(MAX_LINES));
    assert_eq!(found(broken_file_rules, "src/app.rs", &tested), "");
    assert_ne!(found(broken_file_rules, "src/app.rs", &tested.replace("mod tests {", "mod tests;")), "");
}
