//! What was: the commands of a project.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::rest::history::HistoryPage;
use graphroom_protocol::{ErrorBody, ErrorCode};
use serde::Deserialize;
use utoipa::IntoParams;

use super::document::errors::{Errors, InvalidRequest, ProjectNotFound, ReadsStore};
use super::error::ApiError;
use super::parts::{Id, Parameters, ProjectId, number};
use crate::project::history::{HistoryQuery, moment};
use crate::session::OpenError;
use crate::transport::{Backend, open_error};

/// Commands of a page that does not say.
const PAGE: usize = 50;
/// What may stand for a `seq`: whatever every client can count to.
const SEQS: std::ops::RangeInclusive<u64> = 1..=9_007_199_254_740_991;
/// Commands of the largest page.
pub const MAX_PAGE: usize = 200;

/// Which commands to list: those that match all that is given.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Those that touched this node. Where the graph was replaced, every node was touched.
    #[param(required = false, pattern = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    node_id: Option<String>,
    /// Those of this author, by its `user_id`.
    #[param(required = false)]
    author: Option<String>,
    /// Those committed at this time (RFC 3339) or later.
    #[param(required = false, value_type = String, format = DateTime, example = "2026-03-04T05:06:07Z")]
    from: Option<String>,
    /// Those committed before this time (RFC 3339).
    #[param(required = false, value_type = String, format = DateTime, example = "2026-03-05T00:00:00Z")]
    until: Option<String>,
    /// Those that end before this `seq`: the `next_before` of the page before.
    #[param(required = false, value_type = u64, minimum = 1, maximum = 9_007_199_254_740_991_u64)]
    before: Option<String>,
    /// How many to list.
    #[param(required = false, value_type = usize, default = 50, minimum = 1, maximum = 200)]
    limit: Option<String>,
}

/// A part of a query that has to be of a form.
///
/// # Errors
/// `INVALID_REQUEST`, and what is wanted.
pub fn read<T>(
    name: &str,
    text: Option<&str>,
    wanted: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, ApiError> {
    let wrong = || ErrorBody::new(ErrorCode::InvalidRequest, format!("{name} must be {wanted}")).into();
    text.map(|text| read(text).ok_or_else(wrong)).transpose()
}

impl Filter {
    fn query(self) -> Result<HistoryQuery, ApiError> {
        const TIME: &str = "a time as RFC 3339 writes it";
        Ok(HistoryQuery {
            node_id: read("node_id", self.node_id.as_deref(), "a UUID", |text| text.parse().ok())?,
            author: self.author,
            from: read("from", self.from.as_deref(), TIME, moment)?,
            until: read("until", self.until.as_deref(), TIME, moment)?,
            before: seq("before", self.before.as_deref())?,
            limit: number("limit", self.limit.as_deref(), PAGE, 1..=MAX_PAGE)?,
        })
    }
}

/// A place in the journal that a query may name.
pub fn seq(name: &str, text: Option<&str>) -> Result<Option<u64>, ApiError> {
    read(name, text, "a whole number from 1", |text| text.parse().ok().filter(|seq| SEQS.contains(seq)))
}

/// The project that a path names: text that is no id is an unknown one.
pub fn project_id(id: &str) -> Result<uuid::Uuid, ApiError> {
    id.parse().map_err(|_| not_found())
}

/// There is no such project.
pub fn not_found() -> ApiError {
    ApiError::new(ErrorCode::ProjectNotFound, "Project not found")
}

/// Lists the commands of a project, newest first
///
/// By node, author and time. One request looks through some thousands of commands; `next_before` goes on where
/// it stopped, also after a page without entries.
#[utoipa::path(
    get, path = "/projects/{project_id}/history", tag = "history", operation_id = "list_history",
    params(ProjectId, Filter),
    responses(
        (status = OK, description = "The commands of a page", body = HistoryPage),
        Errors<(InvalidRequest, ProjectNotFound, ReadsStore)>,
    ),
)]
pub async fn list(
    State(backend): State<Arc<Backend>>,
    Id(id): Id,
    Parameters(filter): Parameters<Filter>,
) -> Result<Json<HistoryPage>, ApiError> {
    let query = filter.query()?;
    let found = backend.projects.history(project_id(&id)?, &query).await;
    let found = found.map_err(|error| open_error(&OpenError::Store(error)))?;
    found.map(Json).ok_or_else(not_found)
}
