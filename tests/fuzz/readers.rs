//! Every place in the sources that reads bytes from outside, and the part that goes there.

use std::fs;
use std::path::Path;

use graphroom::transport::rest;
use graphroom_protocol::{Command, RequestName};

use super::{commands, routes, sockets};
use crate::support::random::Random;

/// A file that reads, and the parts of the fuzz test that reach it. The part is the module's name.
const READERS: &[(&str, &[&str])] = &[
    ("src/config.rs", &["options"]),
    ("src/config/aliases.rs", &["options"]),
    ("src/config/assistant.rs", &["options"]),
    ("src/config/duration.rs", &["options"]),
    ("src/config/environment.rs", &["options"]),
    ("src/config/file.rs", &["options"]),
    ("src/domain/command/fields.rs", &["world", "sockets", "routes"]),
    ("src/domain/effect.rs", &["records"]),
    ("src/domain/record.rs", &["records", "stored"]),
    ("src/domain/snapshot/read.rs", &["snapshots"]),
    ("src/domain/timestamp.rs", &["records"]),
    ("src/domain/value_rules.rs", &["world", "files"]),
    ("src/project/import/json.rs", &["files", "routes"]),
    ("src/project/import/node.rs", &["files", "routes"]),
    ("src/project/templates/check.rs", &["files"]),
    ("src/project/templates/form.rs", &["files"]),
    ("src/project/versions.rs", &["routes"]),
    ("src/store/journal.rs", &["stored"]),
    ("src/store/sqlite/check.rs", &["stored"]),
    ("src/store/sqlite/check/accounts.rs", &["stored"]),
    ("src/store/sqlite/check/entry.rs", &["stored"]),
    ("src/store/sqlite/check/journal.rs", &["stored"]),
    ("src/store/sqlite/rows.rs", &["stored"]),
    ("src/transport/address.rs", &["edges"]),
    ("src/transport/assets.rs", &["accepting"]),
    ("src/transport/assets/quality.rs", &["accepting"]),
    ("src/transport/connection/inbound.rs", &["sockets", "plain"]),
    ("src/transport/credentials.rs", &["routes"]),
    ("src/transport/chatting.rs", &["plain", "routes", "sockets"]),
    ("src/transport/connection/chat.rs", &["plain", "sockets"]),
    ("src/transport/gateway/chat/frames.rs", &["messages"]),
    ("src/transport/gateway/client.rs", &["clients"]),
    ("src/transport/gateway/client/frames.rs", &["clients"]),
    ("src/transport/gateway/client/requests.rs", &["routes"]),
    ("src/transport/gateway/client/talk.rs", &["clients", "routes"]),
    ("src/conversation/processing/structured.rs", &["messages"]),
    ("src/feed/envelope.rs", &["routes", "stream"]),
    ("src/feed/state.rs", &["routes"]),
    ("src/transport/connection/hearing.rs", &["flat", "sockets"]),
    ("src/transport/connection/wrapped.rs", &["sockets"]),
    ("src/transport/gateway/stream.rs", &["stream"]),
    ("src/transport/gateway/stream/request.rs", &["stream"]),
    ("src/transport/hearing.rs", &["flat", "routes", "sockets"]),
    ("src/transport/processing.rs", &["routes"]),
    ("src/transport/rest/engine.rs", &["routes"]),
    ("src/transport/gateway/status.rs", &["watching"]),
    ("src/transport/gateway/flat/said.rs", &["flat"]),
    ("src/transport/gateway/flat/talk.rs", &["flat"]),
    ("src/transport/gateway/native.rs", &["plain"]),
    ("src/transport/guard/authority.rs", &["edges", "raw"]),
    ("src/transport/rest/admin.rs", &["routes"]),
    ("src/transport/rest/broadcasts.rs", &["routes"]),
    ("src/transport/rest/errors.rs", &["routes"]),
    ("src/transport/rest/inspector.rs", &["routes"]),
    ("src/operations/broadcasts/priority.rs", &["routes"]),
    ("src/config/status.rs", &["options"]),
    ("src/config/values.rs", &["options"]),
    ("src/transport/rest/audit.rs", &["routes"]),
    ("src/transport/rest/blame.rs", &["routes"]),
    ("src/transport/rest/call.rs", &["routes"]),
    ("src/transport/rest/body.rs", &["routes"]),
    ("src/transport/rest/client_chat.rs", &["routes"]),
    ("src/transport/rest/connections.rs", &["routes"]),
    ("src/transport/rest/events.rs", &["routes"]),
    ("src/transport/rest/files.rs", &["routes"]),
    ("src/transport/rest/graph.rs", &["routes"]),
    ("src/transport/rest/history.rs", &["routes"]),
    ("src/transport/rest/conversations.rs", &["routes"]),
    ("src/transport/rest/invitations.rs", &["routes"]),
    ("src/transport/rest/members.rs", &["routes"]),
    ("src/transport/rest/messages.rs", &["routes"]),
    ("src/transport/rest/noting.rs", &["routes"]),
    ("src/transport/rest/past.rs", &["routes"]),
    ("src/transport/rest/parts.rs", &["routes"]),
    ("src/transport/rest/projects.rs", &["routes"]),
    ("src/transport/rest/mod.rs", &["routes"]),
    ("src/transport/rest/upload.rs", &["routes"]),
    ("src/transport/socketio/frames.rs", &["edges", "raw"]),
    ("src/transport/connection/event.rs", &["sockets"]),
    ("src/transport/connection/identity.rs", &["edges", "raw"]),
    ("src/transport/socketio/inbound.rs", &["sockets", "raw"]),
    ("src/transport/socketio/protocol4.rs", &["edges", "raw"]),
    ("src/transport/socketio/watch.rs", &["raw"]),
];

/// Files that parse something that is ours, or is read elsewhere.
const NOT_FROM_OUTSIDE: &[(&str, &str)] = &[
    ("src/command_line/invitation.rs", "ids and a role, which whoever runs the command types"),
    (
        "src/conversation/telling.rs",
        "metadata that was checked when it was stored; the place of a page goes by the routes",
    ),
    (
        "src/conversation/assistant/reading.rs",
        "what the assistant's server says, which whoever runs the server names; its own tests have garbage",
    ),
    ("src/transport/gateway/flat/answers.rs", "our own answers"),
    (
        "src/transport/gateway/chat/talk.rs",
        "our own events, and a word that may be an id: any text is a word",
    ),
    ("src/transport/gateway/client/writing.rs", "our own events and frames"),
    ("src/transport/socketio/admin/content.rs", "what came by a socket and was read there already"),
    ("src/transport/socketio/admin/view.rs", "our own figures of connections"),
    ("src/transport/socketio/packets.rs", "our own lists of arguments"),
    ("src/operations/status/machine.rs", "the kernel's own files; its own tests have garbage"),
    ("src/command_line/key.rs", "an id, which whoever runs the command types"),
    ("src/command_line/project/export.rs", "an id, which whoever runs the command types"),
    ("src/domain/caller.rs", "a word of four, read by who reads a body"),
    (
        "src/identity/foreign/key_set.rs",
        "keys that whoever runs the server names; its own tests have wrong ones",
    ),
    ("src/identity/keys/file.rs", "our own keys; its own tests have wrong ones"),
    ("src/store/sqlite/members.rs", "a role that was stored"),
    ("src/domain/canonical.rs", "a text that was written a moment before"),
    (
        "src/store/sqlite/snapshots.rs",
        "a label behind whose checksum nobody reads on; `tests/behaviour/snapshots.rs` alters it",
    ),
    (
        "src/store/sqlite/snapshots/graph_texts.rs",
        "a label behind whose checksum nobody reads on; `tests/behaviour/kept_graphs.rs` alters it",
    ),
    ("src/transport/rest/whole.rs", "a word of our own that stands for a graph"),
    ("src/logging/daily_file.rs", "names of files that the log itself made, beside which others may lie"),
];

/// What reading looks like in the sources.
const READS: [&str; 8] = [
    "from_str(",
    "from_slice(",
    "from_str::<",
    "from_slice::<",
    "from_str_with_options(",
    "from_read_iter(",
    ".parse()",
    ".parse::<",
];
const READS_TOO: [&str; 4] =
    ["from_str_radix(", "parse_from_str(", "parse_from_rfc3339(", "form_urlencoded::parse("];

fn sources(directory: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path.to_str().unwrap().to_owned());
        }
    }
}

#[test]
fn every_place_that_reads_from_outside_has_a_part_of_the_fuzz_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    sources(&root.join("src"), &mut found);
    let mut missing = Vec::new();
    for path in found {
        let name = path.strip_prefix(root.to_str().unwrap()).unwrap().trim_start_matches('/');
        let is_test = name.contains("/tests") || name.contains("/suite") || name.ends_with("round_trip.rs");
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let code = code.replace("extend_from_slice(", "").replace("copy_from_slice(", "");
        let reads = READS.iter().chain(&READS_TOO).any(|read| code.contains(read));
        let is_known = READERS.iter().any(|(known, _)| *known == name)
            || NOT_FROM_OUTSIDE.iter().any(|(known, _)| *known == name);
        if reads && !is_test && !is_known {
            missing.push(name.to_owned());
        }
    }
    assert!(missing.is_empty(), "say in READERS which part of the fuzz test goes to {missing:?}");
    let own = include_str!("mod.rs");
    for (file, parts) in READERS {
        assert!(root.join(file).exists(), "{file} is gone");
        assert!(parts.iter().all(|part| own.contains(&format!("\nmod {part};"))), "{file}: {parts:?}");
    }
}

#[test]
fn every_command_event_and_route_has_something_to_be_altered() {
    let mut random = Random::new(1);
    for command_type in Command::TYPES {
        assert!(!commands::data(command_type, &mut random, &[]).is_null(), "{command_type}");
    }
    for name in RequestName::ALL {
        assert!(sockets::meant(name, &mut random, "s", &[]).is_object(), "{name:?}");
    }
    let document = serde_json::to_value(rest::openapi()).unwrap();
    for (_, path, operation) in routes::operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        let has_body = operation["requestBody"].is_object();
        let example = routes::body(id, &mut random, "s", &[]);
        assert_eq!(has_body, example.is_some(), "{id} at {path}: say what its body is");
    }
}
