//! Nodes that are found, and values that no template knows: read from what is committed.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use graphroom_protocol::rest::search::{OrphanedProperties, SearchBody, SearchResults};
use graphroom_protocol::{ErrorBody, ErrorCode};
use http::header;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::task::spawn_blocking;
use utoipa::IntoParams;

use super::body::JsonBody;
use super::document::errors::{Errors, InvalidRequest, NeedsSession, ProjectNotFound, ReadsBody};
use super::error::ApiError;
use super::parts::{Id, Parameters, ProjectId, number};
use super::projects::{MAX_OFFSET, open_project};
use crate::project::orphans;
use crate::project::search::{self, Search};
use crate::session::Committed;
use crate::transport::Backend;

/// Nodes that a search tells of if it does not say.
const FOUND: usize = 50;
/// Values of a page that does not say.
const PAGE: usize = 100;
/// What either may ask for.
pub const MOST: usize = 1_000;

/// Finds nodes of a project
///
/// By a part of their name or texts, by their type, by a property's value; all that is given has to match.
#[utoipa::path(
    post, path = "/projects/{project_id}/graph/search", tag = "graph", operation_id = "search_graph",
    params(ProjectId), request_body = SearchBody,
    responses(
        (status = OK, description = "The nodes that match, in the order of the tree", body = SearchResults),
        Errors<(ReadsBody, ProjectNotFound, NeedsSession)>,
    ),
)]
pub async fn find(
    State(backend): State<Arc<Backend>>,
    Id(id): Id,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let search = Search {
        query: body.text("query")?.map(str::to_owned),
        blueprint_type_id: body.text("blueprint_type_id")?.map(str::to_owned),
        property: property(&body)?,
        limit: limit(&body)?,
    };
    let committed = open_project(&backend, &id).await?.committed();
    answer(committed, move |committed| json(&search::find(&committed.state, &search))).await
}

fn property(body: &JsonBody) -> Result<Option<(String, Value)>, ApiError> {
    let wrong = || ApiError::new(ErrorCode::InvalidRequest, "property must be {id, value}");
    match body.fields.get("property") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(fields)) => match (fields.get("id"), fields.get("value")) {
            (Some(Value::String(id)), Some(value)) => Ok(Some((id.clone(), value.clone()))),
            _ => Err(wrong()),
        },
        Some(_) => Err(wrong()),
    }
}

fn limit(body: &JsonBody) -> Result<usize, ApiError> {
    let Some(limit) = body.fields.get("limit").filter(|limit| !limit.is_null()) else { return Ok(FOUND) };
    // Some clients write 5.0 where others write 5.
    let whole = limit.as_f64().filter(|limit| limit.fract() == 0.0 && (1.0..=MOST as f64).contains(limit));
    whole.map(|limit| limit as usize).ok_or_else(|| {
        ErrorBody::new(ErrorCode::InvalidRequest, format!("limit must be a whole number from 1 to {MOST}"))
            .into()
    })
}

/// Which values to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// How many to pass over.
    #[param(required = false, value_type = usize, default = 0, maximum = 9_007_199_254_740_991_u64)]
    offset: Option<String>,
    /// How many to list.
    #[param(required = false, value_type = usize, default = 100, minimum = 1, maximum = 1000)]
    limit: Option<String>,
}

/// Lists the values of a project that its template does not know
///
/// They are kept: a template that is adopted loses nothing.
#[utoipa::path(
    get, path = "/projects/{project_id}/orphaned-properties", tag = "graph",
    operation_id = "list_orphaned_properties", params(ProjectId, Page),
    responses(
        (status = OK, description = "The values of a page, in the order of the tree", body = OrphanedProperties),
        Errors<(InvalidRequest, ProjectNotFound, NeedsSession)>,
    ),
)]
pub async fn orphaned(
    State(backend): State<Arc<Backend>>,
    Id(id): Id,
    Parameters(page): Parameters<Page>,
) -> Result<Response, ApiError> {
    let offset = number("offset", page.offset.as_deref(), 0, 0..=MAX_OFFSET)?;
    let limit = number("limit", page.limit.as_deref(), PAGE, 1..=MOST)?;
    let committed = open_project(&backend, &id).await?.committed();
    answer(committed, move |committed| json(&orphans::page(&committed.state, offset, limit))).await
}

fn json(answer: &impl Serialize) -> Option<Vec<u8>> {
    serde_json::to_vec(answer).ok()
}

/// Looks and writes where waiting is allowed.
async fn answer(
    committed: Arc<Committed>,
    look: impl FnOnce(&Committed) -> Option<Vec<u8>> + Send + 'static,
) -> Result<Response, ApiError> {
    match spawn_blocking(move || look(&committed)).await {
        Ok(Some(json)) => Ok(([(header::CONTENT_TYPE, "application/json")], json).into_response()),
        _ => Err(ApiError::new(ErrorCode::Internal, "The answer could not be written")),
    }
}
