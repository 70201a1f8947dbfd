//! What may wait: for a session, for a client, for its turn. What finds no room is answered, or ends who lets it
//! pile up.

use std::time::Duration;

use graphroom_protocol::rest::limitations::Limitation;

use super::{limitation, time};
use crate::project::catalogue::MAX_IMPORTS;
use crate::project::past::MAX_REPLAYS;
use crate::session::bounds::{
    MAX_JOBS, MAX_JOBS_PER_CONNECTION, MAX_SLOT_BYTES, MAX_SLOTS, MAX_WAITING_BYTES,
};
use crate::transport::Backend;
use crate::transport::connection::{MAX_INBOX, MAX_INBOX_BYTES, MAX_READING, MAX_STRAY, MAX_STRAY_BYTES};
use crate::transport::gateway::client::{MAX_LETTER_BYTES, MAX_LETTERS};
use crate::transport::rest::events::MAX_WAIT;
use crate::transport::rest::upload::LONGEST;

pub fn told(backend: &Backend) -> Vec<Limitation> {
    [&for_a_session(backend)[..], &for_a_client()[..], &for_its_turn()[..]].concat()
}

fn for_a_session(backend: &Backend) -> [Limitation; 3] {
    let kept = backend.registry.kept();
    [
        limitation(
            format!(
                "{MAX_JOBS} commands, and {MAX_WAITING_BYTES} bytes of them, that wait for one session; \
                 {MAX_JOBS_PER_CONNECTION} of one connection"
            ),
            "Repeat what was answered BUSY with the same command_id, and wait for answers before sending more",
        ),
        limitation(
            format!(
                "{MAX_INBOX} events, and {MAX_INBOX_BYTES} bytes of them, that a connection sends while a \
                 session is being loaded for it; over that it is cut"
            ),
            "Wait for the answer to join_session before sending more",
        ),
        limitation(
            format!(
                "{} events, or {} bytes of them, that a session keeps for members that are behind; who is \
                 further behind is cut (fell_behind)",
                kept.items, kept.bytes
            ),
            "Join again with since: what is missing comes, or the graph as it is",
        ),
    ]
}

fn for_a_client() -> [Limitation; 2] {
    [
        limitation(
            format!(
                "{MAX_SLOTS} answers of a session, and {MAX_SLOT_BYTES} bytes of them, that a connection \
                 has not taken, and {MAX_STRAY} of none, {MAX_STRAY_BYTES} bytes; over that it is cut \
                 (answers_outstanding)"
            ),
            "Read answers while asking; join again with since, and repeat what was not answered with the \
             same command_id",
        ),
        limitation(
            format!(
                "{MAX_LETTERS} events, and {MAX_LETTER_BYTES} bytes of them, that wait for a client of \
                 /api/chat/{{client_id}} without a stream"
            ),
            "Open GET /api/chat/{client_id}/stream: the rest of an answer comes behind them",
        ),
    ]
}

fn for_its_turn() -> [Limitation; 4] {
    [
        limitation(
            format!("{MAX_READING} graphs that a connection reads at a time"),
            "Repeat what was answered BUSY, or read GET /api/v1/sessions/{session_id}/graph",
        ),
        limitation(
            format!("{MAX_IMPORTS} project files are read at a time, {} each at most", time(LONGEST)),
            "Wait: others have their turn first. Send a file as fast as the network lets you",
        ),
        limitation(
            format!("{MAX_REPLAYS} states of before are made at a time"),
            "Wait: others have their turn first",
        ),
        limitation(
            format!(
                "{} that GET /api/v1/sessions/{{session_id}}/events is held back for",
                time(Duration::from_secs(MAX_WAIT as u64))
            ),
            "Ask again, or ask for text/event-stream, which goes on",
        ),
    ]
}
