//! What was, read and put back: the graph at a place in the journal, and restoring it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use graphroom_protocol::rest::VersionedGraph;
use graphroom_protocol::rest::history::RestoreBody;
use graphroom_protocol::{Accepted, ErrorBody, ErrorCode};
use http::HeaderMap;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::task::spawn_blocking;
use utoipa::IntoParams;
use uuid::Uuid;

use super::body::JsonBody;
use super::call::Call;
use super::commands::{self, GraphChoice};
use super::document::errors::{
    self, At, DepthLimit, Errors, InvalidRequest, NeedsSession, NodeExists, NodeLimit, NodeNotFound,
    ProjectNotFound, ReadsBody, Submits,
};
use super::error::ApiError;
use super::graph as now;
use super::history::{not_found, seq};
use super::parts::{Caller, Id, IdempotencyKey, Parameters, ProjectId};
use super::projects::{not_opened, open_project};
use super::whole::Graph;
use crate::domain::Scope;
use crate::project::past::{AsItWas, PastError};
use crate::session::{Committed, KeptGraph, OpenError, Request, Session, WholeGraph, Wish};
use crate::transport::{Backend, open_error};

/// When the graph is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct When {
    /// As it was behind the command that ends at this `seq`; as it is now if missing.
    #[param(required = false, value_type = u64, minimum = 1, maximum = 9_007_199_254_740_991_u64)]
    at: Option<String>,
}

/// Reads the graph of a project, as it is or as it was
///
/// A `seq` in the middle of a command is refused: nobody ever saw a command half done. `details` then say from
/// where to where it goes.
#[utoipa::path(
    get, path = "/projects/{project_id}/graph", tag = "history", operation_id = "read_graph_at",
    params(ProjectId, When),
    responses(
        (status = OK, description = "The graph and its place in the journal", body = VersionedGraph),
        Errors<(InvalidRequest, ProjectNotFound, NeedsSession)>,
    ),
)]
pub async fn graph(
    State(backend): State<Arc<Backend>>,
    Id(id): Id,
    Parameters(when): Parameters<When>,
) -> Result<Response, ApiError> {
    let at = seq("at", when.at.as_deref())?;
    let project_id: Uuid = id.parse().map_err(|_| not_found())?;
    let session = match backend.registry.whole_graph(project_id, at).await.map_err(not_opened)? {
        WholeGraph::Kept(KeptGraph { epoch, text }) => {
            let seq = text.seq;
            return Graph::Kept(text).at(Some(&epoch.to_string()), seq);
        }
        WholeGraph::Loaded(session) => session,
    };
    let committed = session.committed();
    let past = match at.filter(|at| *at != committed.state.head) {
        Some(at) => Some(as_it_was(&backend, &session, "at", at).await?),
        None => None,
    };
    let (seq, graph) = match &past {
        // What was is held until it is written: others wait for their turn that long.
        Some(past) => (past.state.head, now::encoded(Arc::new(Committed::new(past.state.clone()))).await?),
        None => (committed.state.head, now::sent(committed).await?),
    };
    graph.at(session.epoch(), seq)
}

/// A session's project at a place that a request names by `field`.
async fn as_it_was(backend: &Backend, session: &Session, field: &str, seq: u64) -> Result<AsItWas, ApiError> {
    let seq = no_later(field, seq, session.committed().state.head)?;
    let project_id = session.project().map(|project| project.project_id).unwrap_or_default();
    backend.projects.as_it_was(project_id, seq).await.map_err(|error| match error {
        PastError::WithinCommand { first, last } => within(field, first, last),
        PastError::Store(error) => open_error(&OpenError::Store(error)).into(),
    })
}

/// A place that a request names by `field`, unless it is beyond the head.
pub fn no_later(field: &str, seq: u64, head: u64) -> Result<u64, ApiError> {
    let beyond = || invalid(format!("{field} is beyond the head of the journal"), json!({ "head": head }));
    if seq > head { Err(beyond()) } else { Ok(seq) }
}

/// The refusal of a place where no command ends.
pub fn within(field: &str, first: u64, last: u64) -> ApiError {
    let message = format!("{field} is in the middle of a command");
    invalid(message, json!({ "seq_first": first, "seq_last": last }))
}

fn invalid(message: String, details: Value) -> ApiError {
    ErrorBody { code: ErrorCode::InvalidRequest, message, details: Some(details) }.into()
}

/// Makes the graph of a project, or a node and everything below it, what it was
///
/// A new command: what was in between stays in the history. A node's restore is told event by event and can be
/// undone; that of the whole graph is told by `graph-replaced` and taken back by another restore.
#[utoipa::path(
    post, path = "/projects/{project_id}/restore", tag = "history", operation_id = "restore",
    params(ProjectId, GraphChoice, Caller, IdempotencyKey), request_body = RestoreBody,
    responses(
        (status = OK, description = "It is as it was, durably", body = Accepted),
        Errors<(
            ReadsBody, ProjectNotFound, At<400, NodeNotFound>, (NodeExists, NodeLimit, DepthLimit),
            At<404, errors::InvalidSession>, Submits,
        )>,
    ),
)]
pub async fn restore(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
    Parameters(options): Parameters<GraphChoice>,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Json<Accepted>, ApiError> {
    let wants_graph = options.wants_graph()?;
    let (author, command_id) = (call.author(), commands::command_id(&headers, &body)?);
    let seq = body.seq("seq")?;
    let seq = seq.ok_or_else(|| ApiError::new(ErrorCode::InvalidRequest, "Missing seq"))?;
    let node_id = body.text("node_id")?;
    let node_id = node_id.map(|id| id.parse::<Uuid>().map_err(|_| was_not_there(seq))).transpose()?;
    let session = open_project(&backend, &id).await?;
    let past = as_it_was(&backend, &session, "seq", seq).await?;
    let restoring = spawn_blocking(move || (past.restoration(node_id), past)).await;
    let (restore, past) =
        restoring.map_err(|_| ApiError::new(ErrorCode::Internal, "The request could not be carried out"))?;
    let restore = restore.ok_or_else(|| was_not_there(seq))?;
    let request = Request {
        author,
        wish: Wish::Restore { restore, seq, node_id },
        command_id,
        default_scope: Scope::Session,
        // Few look back at a time, and for those there is room outside the mailbox.
        bytes: 0,
        waiting: None,
        via: call.via(),
    };
    let accepted = commands::submit(&session, request).await?;
    drop(past);
    Ok(Json(if wants_graph { commands::with_graph(accepted, &session).await } else { accepted }))
}

fn was_not_there(seq: u64) -> ApiError {
    ErrorBody::new(ErrorCode::NodeNotFound, format!("There was no such node at {seq}")).into()
}
