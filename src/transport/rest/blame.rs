//! Who wrote what a node is.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::ErrorCode;
use graphroom_protocol::rest::history::Blame;
use http::StatusCode;

use super::document::errors::{At, Errors, InvalidRequest, NeedsSession, NodeNotFound, ProjectNotFound};
use super::error::ApiError;
use super::parts::{Ids, NodeOfProject};
use super::projects::open_project;
use crate::project::blame;
use crate::transport::Backend;

/// Tells who wrote last what a node is
///
/// For its existence, its place, what it waits for, and each property, also one that was deleted.
#[utoipa::path(
    get, path = "/projects/{project_id}/nodes/{node_id}/blame", tag = "history", operation_id = "read_blame",
    params(NodeOfProject),
    responses(
        (status = OK, description = "Who wrote, in which command, and when", body = Blame),
        Errors<(InvalidRequest, ProjectNotFound, At<404, NodeNotFound>, NeedsSession)>,
    ),
)]
pub async fn read(
    State(backend): State<Arc<Backend>>,
    Ids(project_id, node_id): Ids,
) -> Result<Json<Blame>, ApiError> {
    let session = open_project(&backend, &project_id).await?;
    let committed = session.committed();
    let found = session.project().zip(node_id.parse().ok());
    let blame = found.and_then(|(project, id)| blame::of(project, &committed.state, id));
    let not_found =
        || ApiError::new(ErrorCode::NodeNotFound, "Node not found").with_status(StatusCode::NOT_FOUND);
    blame.map(Json).ok_or_else(not_found)
}
