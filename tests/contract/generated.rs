//! The generated documents: what is committed is what the registries give. `make generate` writes them.

use std::path::PathBuf;

use graphroom::transport::rest;
use graphroom_protocol::registry::{Schemas, schemas};
use graphroom_protocol::{asyncapi, typescript};
use serde::Serialize;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("protocol/generated")
}

/// Holds the committed file against what it must be, or writes it if that is what was asked for.
fn hold(name: &str, text: &str) {
    let path = folder().join(name);
    if std::env::var("GENERATED").is_ok_and(|wish| wish == "write") {
        std::fs::create_dir_all(folder()).unwrap();
        return std::fs::write(path, text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    if committed != text {
        let line = committed.lines().zip(text.lines()).position(|(old, new)| old != new);
        panic!("{name} is stale from line {}: run `make generate`", line.unwrap_or_default() + 1);
    }
}

fn pretty(document: &impl Serialize) -> String {
    serde_json::to_string_pretty(document).unwrap() + "\n"
}

/// The schemas of every transport.
fn all_schemas() -> Schemas {
    let mut all = schemas();
    for (name, schema) in rest::openapi().components.unwrap().schemas {
        if let Some(other) = all.get(&name) {
            assert_eq!(pretty(other), pretty(&schema), "{name} is two things");
        }
        all.insert(name, schema);
    }
    all
}

#[test]
fn the_openapi_document_is_not_stale() {
    hold("openapi.json", &pretty(&rest::openapi()));
}

#[test]
fn the_asyncapi_document_is_not_stale() {
    hold("asyncapi.json", &pretty(&asyncapi::document()));
}

#[test]
fn the_typescript_types_are_not_stale() {
    hold("protocol.ts", &typescript::module(&all_schemas()));
}
