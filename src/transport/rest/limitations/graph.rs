//! What a project may have, what one command may do, and how much of what was is told.

use graphroom_protocol::rest::limitations::Limitation;

use super::{limitation, time};
use crate::project::history::{LOOKED_THROUGH, MAX_NODES};
use crate::project::import::{MAX_FILE, MAX_LISTED};
use crate::project::versions::{MAX_VERSION_NAME, MAX_VERSIONS};
use crate::session::bounds::{
    GRACE, INTERVAL, LEASE, MAX_BATCH, MAX_COMMAND_ID, MAX_CONFLICT_BYTES, MAX_CONFLICTS, MAX_ENDS,
    MAX_INLINE, MAX_PROPERTY_ID, MAX_REMEMBERED, MAX_VALUE_DEPTH, MIN_REMEMBERED, REMEMBERED_FOR,
    STEPS_IN_ALL, STEPS_OF_AN_AUTHOR,
};
use crate::transport::connection::handlers::MAX_TREE_BYTES;
use crate::transport::doing::{MAX_ID, MAX_SELECTION};
use crate::transport::{Backend, MAX_TREE_NODES};

pub fn told(backend: &Backend) -> Vec<Limitation> {
    [&of_a_project(backend)[..], &of_a_command(backend)[..], &of_what_was()[..], &presence()[..]].concat()
}

fn of_a_project(backend: &Backend) -> [Limitation; 5] {
    let graph = backend.projects.limits();
    [
        limitation(
            format!("{} nodes a project, {} levels deep", graph.nodes, graph.depth),
            "Make several projects; --max-nodes",
        ),
        limitation(
            format!(
                "{} bytes a property value, as JSON, {MAX_VALUE_DEPTH} levels deep, by an id of \
                 {MAX_PROPERTY_ID} bytes at most",
                graph.property_bytes
            ),
            "Keep large content elsewhere and its address in the property",
        ),
        limitation(
            format!(
                "{MAX_VERSIONS} named versions a project, by names of {MAX_VERSION_NAME} characters at most"
            ),
            "Delete others by DELETE /api/v1/projects/{project_id}/versions/{version_id}, or go by seq: \
             the history stays",
        ),
        limitation(
            format!("{MAX_FILE} bytes a project file, of whose faults {MAX_LISTED} are listed"),
            "Split the project into several files; mend the faults and try again with dry_run=1",
        ),
        limitation(
            format!(
                "{MAX_TREE_NODES} nodes of a graph that is sent along with an answer, {MAX_TREE_BYTES} \
                 bytes over a socket; {MAX_INLINE} bytes of a graph or of events with the answer to a join"
            ),
            "Read the graph by GET /api/v1/projects/{project_id}, which has no limit of size",
        ),
    ]
}

fn of_a_command(backend: &Backend) -> [Limitation; 4] {
    let graph = backend.projects.limits();
    [
        limitation(format!("{MAX_BATCH} commands a Batch"), "Send several of them"),
        limitation(
            format!(
                "{} events of a command, {} bytes each: one with more is told as graph-replaced",
                graph.events, graph.event_bytes
            ),
            "Read the graph again when graph-replaced comes, or send several commands",
        ),
        limitation(
            format!(
                "{MAX_REMEMBERED} commands of a project whose command_id is remembered for {}, the last \
                 {MIN_REMEMBERED} of them however old; a command_id has {MAX_COMMAND_ID} characters at most",
                time(REMEMBERED_FOR)
            ),
            "Repeat a command that was not answered soon, and give a new one a new id",
        ),
        limitation(
            format!(
                "{MAX_CONFLICTS} conflicts, and {MAX_CONFLICT_BYTES} bytes of them, that an undo tells one by one"
            ),
            "Read conflicts_omitted, which counts the others, and the graph",
        ),
    ]
}

/// How far back one may go.
fn of_what_was() -> [Limitation; 3] {
    [
        limitation(
            format!(
                "{STEPS_OF_AN_AUTHOR} undo steps of an author, {STEPS_IN_ALL} in all of a project; the \
                 oldest fall out"
            ),
            "Go back further by POST /api/v1/projects/{project_id}/restore, which the whole history is there for",
        ),
        limitation(
            format!(
                "{LOOKED_THROUGH} commands that one request for the history looks through, and {MAX_NODES} \
                 nodes that it names of each"
            ),
            "Ask again with before, as next_before says, also after an empty page",
        ),
        limitation(
            format!("{MAX_ENDS} ends of connections that previous_end can tell of, none of before a restart"),
            "Join with since all the same: it brings what is missing without them",
        ),
    ]
}

fn presence() -> [Limitation; 3] {
    [
        limitation(
            format!(
                "{MAX_SELECTION} nodes that one can have selected, by ids of {MAX_ID} characters at most"
            ),
            "Name the topmost ones",
        ),
        limitation(
            format!("{} between two changes of presence that a member is told", time(INTERVAL)),
            "Show what came last: of several changes it is the only one that is told",
        ),
        limitation(
            format!(
                "{} that who lost the connection is away before being gone, and {} of presence over REST",
                time(GRACE),
                time(LEASE)
            ),
            "Come back with the same user_id; repeat PUT /api/v1/sessions/{session_id}/presence in time",
        ),
    ]
}
