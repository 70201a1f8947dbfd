//! The graph reads: from what is committed, never through the mailbox.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use graphroom_protocol::graph::NodeTree;
use graphroom_protocol::rest::VersionedGraph;
use graphroom_protocol::{ErrorCode, GraphTree};
use http::{StatusCode, header};
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::IntoParams;
use uuid::Uuid;

use super::call::Call;
use super::document::errors::{
    At, Errors, InvalidRequest, NeedsSession, NoProject, NodeNotFound, OpensSession, OpensSession400,
    ProjectNotFound,
};
use super::error::ApiError;
use super::not_opened;
use super::parts::{Id, Ids, NodeOfProject, Parameters, SessionId};
use super::projects::open_project;
use super::whole::Graph;
use crate::session::{Committed, KeptGraph, OpenError, Session, WholeGraph};
use crate::transport::Backend;

/// The graph as JSON, encoded where waiting is allowed.
pub async fn encode(committed: Arc<Committed>) -> Option<Arc<RawValue>> {
    tokio::task::spawn_blocking(move || committed.tree()).await.ok().flatten()
}

/// Reads the graph of a session
///
/// The graph alone; an unknown session is 400, as clients of this route expect.
#[utoipa::path(
    get, path = "/sessions/{session_id}/graph/tree", tag = "graph", operation_id = "read_tree",
    params(SessionId),
    responses(
        (status = OK, description = "The graph", body = GraphTree),
        Errors<(OpensSession400, NoProject)>,
    ),
)]
pub async fn tree(State(backend): State<Arc<Backend>>, call: Call, Id(id): Id) -> Result<Response, ApiError> {
    Ok(read(&backend, &call, &id, StatusCode::BAD_REQUEST).await?.graph.alone())
}

/// The query of [`by_query`].
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct InQuery {
    /// The session whose graph it is.
    #[param(value_type = String)]
    session_id: Option<String>,
}

/// Reads the graph of a session that the query names
#[utoipa::path(
    get, path = "/graph", tag = "graph", operation_id = "read_tree_by_query", params(InQuery),
    responses(
        (status = OK, description = "The graph", body = GraphTree),
        Errors<(OpensSession, NoProject)>,
    ),
)]
pub async fn by_query(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Parameters(query): Parameters<InQuery>,
) -> Result<Response, ApiError> {
    let Some(id) = query.session_id else {
        return Err(ApiError::new(ErrorCode::InvalidRequest, "Missing session_id"));
    };
    Ok(read(&backend, &call, &id, StatusCode::NOT_FOUND).await?.graph.alone())
}

/// Reads the graph of a session and the `seq` that it includes
#[utoipa::path(
    get, path = "/sessions/{session_id}/graph", tag = "graph", operation_id = "read_graph",
    params(SessionId),
    responses(
        (status = OK, description = "The graph and its place in the journal", body = VersionedGraph),
        Errors<(OpensSession, NoProject)>,
    ),
)]
pub async fn of_session(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
) -> Result<Response, ApiError> {
    let Read { epoch, seq, graph } = read(&backend, &call, &id, StatusCode::NOT_FOUND).await?;
    graph.at(Some(&epoch), seq)
}

/// Reads a node and everything below it
#[utoipa::path(
    get, path = "/projects/{project_id}/graph/nodes/{node_id}", tag = "graph", operation_id = "read_node",
    params(NodeOfProject),
    responses(
        (status = OK, description = "The node", body = NodeTree),
        Errors<(InvalidRequest, ProjectNotFound, At<404, NodeNotFound>, NeedsSession)>,
    ),
)]
pub async fn node(
    State(backend): State<Arc<Backend>>,
    Ids(project_id, node_id): Ids,
) -> Result<Response, ApiError> {
    let committed = open_project(&backend, &project_id).await?.committed();
    let not_found =
        || ApiError::new(ErrorCode::NodeNotFound, "Node not found").with_status(StatusCode::NOT_FOUND);
    let node_id = node_id.parse().map_err(|_| not_found())?;
    let encoded = tokio::task::spawn_blocking(move || committed.node(node_id)).await.ok().flatten();
    Ok(json(&encoded.ok_or_else(not_found)?))
}

fn json(text: &RawValue) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text.get().to_owned()).into_response()
}

/// A graph that was read, and what it is of.
struct Read {
    epoch: String,
    seq: u64,
    graph: Graph,
}

/// Reads the graph of the session that a path or a query names; an unknown one is told with `not_found`'s status.
async fn read(backend: &Backend, call: &Call, id: &str, not_found: StatusCode) -> Result<Read, ApiError> {
    let found = match id.parse::<Uuid>() {
        Ok(id) => backend.whole_graph(call.caller(), call.need(), id).await,
        Err(_) => Err(OpenError::NotFound.into()),
    };
    match found.map_err(|error| not_opened(error, not_found))? {
        WholeGraph::Kept(KeptGraph { epoch, text }) => {
            Ok(Read { epoch: epoch.to_string(), seq: text.seq, graph: Graph::Kept(text) })
        }
        WholeGraph::Loaded(session) => of_loaded(&session).await,
    }
}

async fn of_loaded(session: &Session) -> Result<Read, ApiError> {
    let Some(epoch) = session.epoch() else {
        return Err(ApiError::new(ErrorCode::NoProject, "The session has no project"));
    };
    let committed = session.committed();
    let seq = committed.state.head;
    Ok(Read { epoch: epoch.to_owned(), seq, graph: sent(committed).await? })
}

/// The graph of what is committed. Of a large one the first is sent while the rest is encoded.
pub async fn sent(committed: Arc<Committed>) -> Result<Graph, ApiError> {
    match committed.pieces() {
        Some(pieces) => Ok(Graph::Pieces(pieces)),
        None => encoded(committed).await,
    }
}

/// The graph of a state, encoded where waiting is allowed.
pub async fn encoded(committed: Arc<Committed>) -> Result<Graph, ApiError> {
    let graph = encode(committed).await.map(Graph::Encoded);
    graph.ok_or_else(|| ApiError::new(ErrorCode::Internal, "The graph could not be written"))
}
