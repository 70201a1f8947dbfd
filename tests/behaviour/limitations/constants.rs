//! Every constant of the sources that says how much there may be of something: a client meets it, and is told of it with its
//! number, or no client meets it as a limit.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::told;
use crate::support::process::ServerProcess;

/// What such constants are called, beside `MAX_…`.
const NAMES: &[&str] = &[
    "AT_MOST",
    "AT_ONCE",
    "FAILURES",
    "FAULTS",
    "IN_ALL",
    "KEPT",
    "LONGEST",
    "MAX",
    "MOST",
    "PER_AUTHOR",
    "PER_WINDOW",
    "QUEUE",
    "READ",
    "REPLAYED",
    "WAITING",
];

/// Constants that clients meet, and what is said of each, by its number (`#`) as the source has it.
const TOLD: &[(&str, &str)] = &[
    ("protocol/src/channel.rs MAX_PROJECT_ID", "hears, by ids of # characters"),
    ("protocol/src/status.rs MAX_TOPICS", "# topics in one"),
    ("src/conversation/answering.rs MOST", "is shown # messages"),
    ("src/conversation/assistant.rs FAILURES", "# failures of the assistant in a row"),
    ("src/conversation/assistant/reading.rs MAX_TEXT", "its text has # bytes"),
    ("src/conversation/checked.rs MAX_MESSAGE_ID", "a message_id has # characters"),
    ("src/conversation/checked.rs MAX_METADATA", "# bytes of metadata"),
    ("src/conversation/checked.rs MAX_TEXT", "# characters a message, and"),
    ("src/conversation/checked.rs MAX_TITLE", "# characters the title of a conversation"),
    ("src/conversation/processing.rs MAX_CONTEXT", "and # of what is said besides"),
    ("src/conversation/processing.rs MAX_MEMORIES", "# of what is remembered"),
    ("src/conversation/reading.rs MAX_PAGE", "# messages a page"),
    ("src/conversation/reading.rs MAX_PAGE_BYTES", "messages a page, of # bytes"),
    ("src/domain/command.rs MAX_BATCH", "# commands a Batch"),
    ("src/domain/command.rs MAX_PROPERTY_ID", "by an id of # bytes"),
    ("src/domain/decide/nodes.rs MAX_VALUE_DEPTH", "as JSON, # levels deep"),
    ("src/domain/steps.rs IN_ALL", "# in all of a project"),
    ("src/domain/steps.rs PER_AUTHOR", "# undo steps of an author"),
    ("src/domain/undo.rs MAX_CONFLICTS", "# conflicts, and"),
    ("src/domain/undo.rs MAX_CONFLICT_BYTES", "and # bytes of them, that an undo"),
    ("src/feed/engines.rs READ", "from its last # events"),
    ("src/feed/mod.rs PER_WINDOW", "# published events within"),
    ("src/feed/mod.rs REPLAYED", "# events that who comes to /ws"),
    ("src/feed/phases.rs MAX_PHASES", "# phases of a conversation"),
    ("src/feed/turns.rs KEPT", "# turns, "),
    ("src/feed/turns.rs MAX_BYTES", "turns, # bytes of them"),
    ("src/identity/foreign.rs MAX_CLAIM", "# bytes those in tokens of others"),
    ("src/identity/invitations.rs LONGEST", "An invitation is good for 60 seconds to #"),
    ("src/identity/lockout.rs FAILURES", "# failed attempts to sign in"),
    ("src/identity/passwords.rs MAX_PASSWORD", "to # bytes a password"),
    ("src/identity/passwords.rs WAITING", "# of them that wait to be checked"),
    ("src/identity/session_tokens.rs AT_MOST", "# session tokens of one user"),
    ("src/identity/sign_in.rs MAX_NAME", "# the name of a device"),
    ("src/identity/tokens.rs MAX_TOKEN", "each has # bytes at most"),
    ("src/operations/broadcasts/health.rs FAULTS", "# faults of the server in a row"),
    ("src/operations/broadcasts/mod.rs KEPT", "# broadcasts are remembered"),
    ("src/operations/status/alerts.rs KEPT", "# alerts and"),
    ("src/operations/status/errors.rs KEPT", "and # errors that admins can read"),
    ("src/project/catalogue.rs MAX_IMPORTS", "# project files are read at a time"),
    ("src/project/catalogue.rs MAX_NAME", "# the name of a project"),
    ("src/project/history.rs MAX_NODES", "# nodes that it names of each"),
    ("src/project/history.rs MAX_PAGES", "commands that one request for the history looks through"),
    ("src/project/import.rs MAX_FILE", "# bytes a project file"),
    ("src/project/import/fault.rs MAX_LISTED", "of whose faults # are listed"),
    ("src/project/past.rs MAX_REPLAYS", "# states of before are made at a time"),
    ("src/project/versions.rs MAX_VERSIONS", "# named versions a project"),
    ("src/project/versions.rs MAX_VERSION_NAME", "by names of # characters at most"),
    ("src/session/ends.rs MAX_ENDS", "# ends of connections"),
    ("src/session/joining.rs MAX_INLINE", "# bytes of a graph or of events"),
    ("src/session/mailbox.rs MAX_BYTES", "and # bytes of them, that wait for one session"),
    ("src/session/mailbox.rs MAX_JOBS", "# commands, and"),
    ("src/session/mailbox.rs MAX_JOBS_PER_CONNECTION", "# of one connection"),
    ("src/session/member.rs MAX_SLOTS", "# answers of a session"),
    ("src/session/member.rs MAX_SLOT_BYTES", "and # bytes of them, that a connection has not taken"),
    ("src/session/outline.rs MAX", "# characters of a graph that the assistant is shown"),
    ("src/session/recent.rs MAX_AGE", "whose command_id is remembered for #"),
    ("src/session/recent.rs MAX_COMMANDS", "# commands of a project whose command_id"),
    ("src/session/submission.rs MAX_COMMAND_ID", "a command_id has # characters"),
    ("src/session/tail.rs MAX_PAGE_BYTES", "events of a session a page, of # bytes"),
    ("src/transport/broadcasting.rs MAX_DATA", "# bytes a broadcast"),
    ("src/transport/broadcasting.rs MAX_NAME", "# characters its event's name"),
    ("src/transport/connection/chat.rs MAX_JOINED", "# conversations that a connection is in"),
    ("src/transport/connection/handlers.rs MAX_TREE_BYTES", "# bytes over a socket"),
    ("src/transport/connection/hearing.rs MAX_HEARD", "# projects and topics that a connection hears"),
    ("src/transport/connection/identity.rs MAX_NAME", "# characters the id and the name of a user"),
    ("src/transport/connection/inbound.rs MAX_EVENT", "# bytes a command or another event"),
    ("src/transport/connection/inbox.rs MAX_BYTES", "and # bytes of them, that a connection sends while"),
    ("src/transport/connection/inbox.rs MAX_EVENTS", "# events, and"),
    ("src/transport/connection/mod.rs MAX_READING", "# graphs that a connection reads"),
    (
        "src/transport/connection/register.rs MAX_SILENCE",
        "30 seconds without a sign of life end a plain WebSocket",
    ),
    ("src/transport/connection/stray.rs MAX_STRAY", "and # of none"),
    ("src/transport/connection/stray.rs MAX_STRAY_BYTES", "of none, # bytes"),
    ("src/transport/doing.rs MAX_ID", "selected, by ids of # characters"),
    ("src/transport/doing.rs MAX_SELECTION", "# nodes that one can have selected"),
    ("src/transport/gateway/chat/talk.rs MAX_WORD", "# a word for a conversation on /ws/chat"),
    ("src/transport/gateway/client/frames.rs MAX_AUDIO", "# bytes of sound"),
    ("src/transport/gateway/client/id.rs MAX_ID", "# a client_id"),
    ("src/transport/gateway/client/letters.rs MAX_BYTES", "and # bytes of them, that wait for a client"),
    ("src/transport/gateway/client/letters.rs MAX_LETTERS", "# events, and"),
    ("src/transport/gateway/client/talk.rs MAX_TEXT", "# characters a message, and"),
    ("src/transport/gateway/client/talk.rs MAX_WAITING", "# bytes of sound that wait"),
    ("src/transport/gateway/flat/subscriptions.rs MAX", "# subscriptions of a page"),
    ("src/transport/gateway/flat/subscriptions.rs MAX_NAME", "/api/websocket/ws, by names of # characters"),
    ("src/transport/gateway/mod.rs MAX_MESSAGE", "# bytes a message of a plain WebSocket"),
    ("src/transport/gateway/stream/request.rs MAX_TEXT", "in texts of # characters"),
    ("src/transport/inspection.rs MAX_MEMBERS", "# members of one"),
    ("src/transport/mod.rs MAX_TREE_NODES", "# nodes of a graph that is sent along"),
    ("src/transport/processing.rs MAX_WORD", "# one for a session of a project's chat"),
    ("src/transport/request_log.rs MAX_ID", "# visible ASCII characters an x-request-id"),
    ("src/transport/rest/audit.rs MAX_PAGE", "# entries of the audit log"),
    ("src/transport/rest/body.rs MAX_BODY", "# bytes a body over REST"),
    ("src/transport/rest/broadcasts.rs MAX_EXCLUDED", "# that it excludes"),
    ("src/transport/rest/connections.rs MAX_LISTED", "# connections, "),
    ("src/transport/rest/connections.rs MAX_REASON", "# that of a disconnect"),
    ("src/transport/rest/conversations.rs MAX_PAGE", "bytes, # conversations"),
    (
        "src/transport/rest/conversations.rs MAX_PARTICIPANTS",
        "# participants that a conversation begins with",
    ),
    ("src/transport/rest/events.rs MAX_PAGE", "# events of a session a page"),
    ("src/transport/rest/events.rs MAX_WAIT", "# seconds that GET"),
    ("src/transport/rest/history.rs MAX_PAGE", "# commands of a history"),
    ("src/transport/rest/inspector.rs MAX_LISTED", "# sessions and"),
    ("src/transport/rest/inspector.rs MAX_SEARCH", "# what sessions are searched for"),
    ("src/transport/rest/maintenance.rs MAX_MESSAGE", "# characters an admin's notification"),
    ("src/transport/rest/maintenance.rs MAX_REASON", "# the reason of maintenance"),
    ("src/transport/rest/project_chat.rs MAX_DESCRIPTION", "# its description"),
    ("src/transport/rest/project_chat.rs MAX_TITLE", "# that of a project's chat"),
    ("src/transport/rest/project_chat.rs MOST", "# sessions of a project's chat"),
    ("src/transport/rest/projects.rs MAX_PAGE", "# projects, "),
    ("src/transport/rest/published.rs MAX_PAYLOAD", "# bytes the payload of a published event"),
    ("src/transport/rest/published.rs MAX_TEXT", "# characters each of its texts"),
    ("src/transport/rest/search.rs MOST", "# nodes that a search finds"),
    ("src/transport/rest/status.rs MOST", "# alerts"),
    ("src/transport/rest/upload.rs LONGEST", "at a time, # each at most"),
    ("src/transport/socketio/admin/board.rs MAX_ALL", "is shown # bytes of sockets"),
    ("src/transport/socketio/admin/mod.rs MAX_WATCHERS", "# admins who look on"),
    ("src/transport/socketio/mod.rs MAX_MESSAGE", "# bytes a WebSocket message"),
    ("src/transport/socketio/watch.rs MAX_POST", "# bytes a polling request"),
];

/// Constants that no client meets as a limit, and why.
const NOT_TOLD: &[(&str, &[&str])] = &[
    (
        "what options and files of an operator may say",
        &[
            "src/config.rs MAX_RATE",
            "src/config/broadcasts.rs MAX_RATE",
            "src/config/values.rs MAX_LIFETIME",
            "src/identity/keys/file.rs MAX_BYTES",
            "src/identity/tokens.rs LONGEST",
            "src/project/templates.rs MAX_FILE_BYTES",
            "src/project/templates/check.rs MAX_ID",
            "src/session/registry/cleanup.rs LONGEST",
            "src/transport/tls/certificate.rs MAX_FILE",
        ],
    ),
    (
        "the range of a parameter, which its schema says",
        &[
            "src/operations/broadcasts/priority.rs MOST",
            "src/transport/rest/body.rs MAX_WHOLE",
            "src/transport/rest/connections.rs MAX_MINUTES",
            "src/transport/rest/maintenance.rs MAX_ID",
            "src/transport/rest/maintenance.rs MAX_RETRY_AFTER",
            "src/transport/rest/projects.rs MAX_OFFSET",
            "src/transport/rest/sessions.rs MAX_HOURS",
            "src/transport/rest/status.rs MAX_HOURS",
            "src/transport/rest/status.rs MAX_MINUTES",
        ],
    ),
    (
        "how work is cut into pieces: who waits for it gets all of it",
        &[
            "src/conversation/stream.rs MAX_PIECE",
            "src/feed/single.rs MAX_BYTES",
            "src/identity/audit.rs MOST",
            "src/identity/passwords.rs AT_ONCE",
            "src/operations/broadcasts/attempts.rs AT_ONCE",
            "src/session/batch.rs MAX_BYTES",
            "src/session/batch.rs MAX_COMMANDS",
            "src/session/batch.rs MAX_EFFECTS",
            "src/session/frame.rs MAX_BYTES",
            "src/session/frame.rs MAX_INTERVAL",
            "src/session/registry/cleanup.rs MAX_SWEEP",
            "src/store/sqlite/writer.rs QUEUE",
            "src/transport/gateway/outgoing.rs MAX_BYTES",
            "src/transport/gateway/outgoing.rs MAX_FRAMES",
            "src/transport/gateway/outgoing.rs MAX_HURRIED",
            "src/transport/link/boundary.rs LONGEST",
            "src/transport/link/bypass.rs MAX_SPARE",
            "src/transport/socketio/admin/board.rs MAX_CHANGES",
            "src/transport/socketio/pipe.rs MAX_BYTES",
            "src/transport/socketio/pipe.rs MAX_PACKETS",
            "src/transport/socketio/pipe.rs MAX_POLL_BYTES",
            "src/transport/socketio/pipe.rs MAX_PYTHON_POLL",
            "src/transport/socketio/pipe.rs QUEUE",
        ],
    ),
    (
        "what is remembered to save work, or to say a thing once: beyond it the work is done, or the thing said, again",
        &[
            "src/conversation/unanswered.rs MOST",
            "src/project/past.rs KEPT",
            "src/session/presence.rs MAX_LEFT",
            "src/store/snapshots.rs KEPT",
            "src/store/sqlite/write.rs KEPT",
            "src/transport/gateway/chat/talk.rs MAX_ENDED",
            "src/transport/gateway/flat/answers.rs MAX_TOLD",
            "src/transport/people.rs MAX_LEFT",
        ],
    ),
    (
        "how much of something is shown, written down or looked at: what is longer is shortened and refused to nobody",
        &[
            "src/conversation/processing.rs MAX_INSTRUCTION",
            "src/feed/phases.rs MAX_TEXT",
            "src/identity/audit.rs WAITING",
            "src/identity/audit/note.rs MAX_DETAILS",
            "src/identity/audit/note.rs MAX_ID",
            "src/identity/audit/note.rs MAX_TEXT",
            "src/operations/status/errors.rs MAX_TEXT",
            "src/operations/traces.rs MAX_PARENT",
            "src/project/export.rs MAX_FILE_NAME",
            "src/project/history/summary.rs MAX_NAMED",
            "src/session/publisher/followed.rs MOST",
            "src/transport/connection/report.rs MAX_AGENT",
            "src/transport/gateway/closing.rs MAX_REASON",
            "src/transport/gateway/flat/talk.rs MAX_TOLD",
            "src/transport/processing.rs MAX_NODE",
            "src/transport/socketio/admin/content.rs MAX_READ",
            "src/transport/socketio/admin/content.rs MAX_SHOWN",
            "src/transport/socketio/admin/content.rs MAX_TEXT",
            "src/transport/socketio/admin/sessions.rs MOST",
            "src/transport/socketio/admin/tap.rs MAX_NAME",
            "src/transport/socketio/admin/tap.rs WAITING",
            "src/transport/socketio/admin/view.rs MAX_FIELDS",
            "src/transport/socketio/admin/view.rs MAX_TEXT",
        ],
    ),
    (
        "what another limit comes before",
        &[
            // The same as of an undo, which says it.
            "src/domain/decide/restore.rs MAX_CONFLICTS",
            "src/transport/socketio/mod.rs MAX_POLL",
            "src/transport/socketio/protocol4.rs MAX_CONNECT",
            "src/transport/socketio/seating.rs MAX_ANSWER",
            "src/transport/socketio/seating.rs MAX_QUIET",
        ],
    ),
    (
        "of the assistant's server, not of a client",
        &[
            "src/conversation/assistant/lines.rs MAX_LINE",
            "src/conversation/assistant/reading.rs MAX_UNINTELLIGIBLE",
        ],
    ),
    ("names, not a number of them", &["protocol/src/reserved.rs KEPT"]),
];

/// Where a constant is, with its name, and its value as it is written there.
type Constants = BTreeMap<String, String>;

/// The constants of a source that say how much there may be. Those of its tests are at its end.
fn constants_in(path: &str, text: &str) -> Constants {
    let text = text.split_once("#[cfg(test)]\nmod tests {").map_or(text, |(before, _)| before);
    let declarations = text.split(';').filter_map(|item| item.rsplit_once("const "));
    let named = declarations.filter_map(|(_, rest)| {
        let (name, typed) = rest.split_once(':')?;
        let (_, value) = typed.split_once('=')?;
        let counts = name.starts_with("MAX_") || NAMES.contains(&name);
        counts.then(|| (format!("{path} {name}"), value.trim().to_owned()))
    });
    named.collect()
}

fn constants() -> Constants {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut waiting = vec![root.join("src"), root.join("protocol/src")];
    let mut found = Constants::new();
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            if path.is_dir() && !matches!(name, "tests" | "suite") {
                waiting.push(path);
            } else if path.is_file() && !matches!(name, "tests" | "suite") {
                let place = path.strip_prefix(root).unwrap().to_str().unwrap();
                found.extend(constants_in(place, &fs::read_to_string(&path).unwrap_or_default()));
            }
        }
    }
    found
}

/// A number of a product, or a quotient, of numbers and of other constants of the same source.
fn number(constants: &Constants, path: &str, value: &str) -> Option<u64> {
    let one = |text: &str| {
        let text = text.trim();
        let other = || number(constants, path, constants.get(&format!("{path} {text}"))?);
        text.replace('_', "").parse().ok().or_else(other)
    };
    let mut quotient = value.split('/').map(|product| product.split('*').map(one).product::<Option<u64>>());
    let first = quotient.next()??;
    quotient.try_fold(first, |number, divisor| Some(number / divisor?))
}

/// How a constant's value is told: a number, or a time.
fn shown(constants: &Constants, constant: &str) -> Option<String> {
    let (path, _) = constant.split_once(' ')?;
    let value = constants.get(constant)?;
    let seconds = value.strip_prefix("Duration::from_secs(").and_then(|rest| rest.strip_suffix(')'));
    if let Some(seconds) = seconds {
        return number(constants, path, seconds).map(time);
    }
    let number = number(constants, path, value)?;
    Some(if constant.ends_with("_MILLIS") { time(number / 1_000) } else { number.to_string() })
}

fn time(seconds: u64) -> String {
    match seconds {
        hours if hours.is_multiple_of(3_600) => format!("{} hours", hours / 3_600),
        minutes if minutes.is_multiple_of(60) => format!("{} minutes", minutes / 60),
        seconds => format!("{seconds} seconds"),
    }
}

#[test]
fn every_constant_that_clients_meet_is_told_or_is_known_not_to_be_met() {
    let constants = constants();
    let told = TOLD.iter().map(|(constant, _)| *constant);
    let known: Vec<_> = told.chain(NOT_TOLD.iter().flat_map(|(_, names)| names.iter().copied())).collect();
    let apart: BTreeSet<_> = known.iter().copied().collect();
    assert_eq!(apart.len(), known.len(), "one of them stands here twice");
    let found: BTreeSet<_> = constants.keys().map(String::as_str).collect();
    let new: Vec<_> = found.difference(&apart).collect();
    assert!(new.is_empty(), "{new:#?}: does a client meet it? Then GET /api/limitations tells it");
    let gone: Vec<_> = apart.difference(&found).collect();
    assert!(gone.is_empty(), "{gone:#?} are not there any more");
}

#[tokio::test]
async fn constants_that_clients_meet_are_told_by_the_number_that_they_have() {
    let constants = constants();
    let directory = tempfile::tempdir().unwrap();
    let mut command = ServerProcess::command(directory.path());
    command.args(["--admin-ui", "--assistant-url", "http://127.0.0.1:9"]);
    let process = ServerProcess::start(command).await;
    let rows = told(&process.rest).await;
    let missing = TOLD.iter().filter_map(|(constant, expected)| {
        let expected = match expected.contains('#') {
            true => expected.replace('#', &shown(&constants, constant).expect(constant)),
            false => (*expected).to_owned(),
        };
        let is_told = rows.iter().any(|(limitation, _)| holds(limitation, &expected));
        (!is_told).then_some((constant, expected))
    });
    assert_eq!(missing.collect::<Vec<_>>(), [], "is in no row of {rows:#?}");
}

/// Whether a text has this in it, and not the end of a longer number before it.
fn holds(text: &str, expected: &str) -> bool {
    let starts = text.match_indices(expected).map(|(start, _)| start);
    let is_whole = |start: usize| !text[..start].ends_with(|letter: char| letter.is_ascii_digit());
    starts.into_iter().any(is_whole)
}

#[test]
fn constants_are_found_and_counted_as_the_sources_write_them() {
    let source = "const MAX_A: usize = 4 * 1_024;\n/// Of it.\npub const MAX_B: usize = MAX_A / 2;\n\
                  pub(super) const KEPT: Duration = Duration::from_secs(2 * 3_600);\nconst OTHER: u8 = 1;\n\
                  #[cfg(test)]\nmod tests {\n    const MAX_C: usize = 1;\n}\n";
    let constants = constants_in("a.rs", source);
    assert_eq!(constants.keys().collect::<Vec<_>>(), ["a.rs KEPT", "a.rs MAX_A", "a.rs MAX_B"]);
    let shown = |name: &str| shown(&constants, name).unwrap();
    assert_eq!((shown("a.rs MAX_B"), shown("a.rs KEPT")), ("2048".to_owned(), "2 hours".to_owned()));
    assert!(holds("of 12 nodes", "12 nodes") && !holds("of 112 nodes", "12 nodes"));
}
