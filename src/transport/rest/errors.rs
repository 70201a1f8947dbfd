//! The errors that happened in the server, for admins.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::ErrorCode;
use graphroom_protocol::rest::errors::{
    ErrorCategory, ErrorList, ErrorRecord, ErrorSeverity, ErrorStatistics,
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::call::Call;
use super::document::errors::{Errors, InvalidRequest, NotFound};
use super::error::ApiError;
use super::history::read as part;
use super::parts::{ErrorId, Id, Parameters, number};
use super::status::Hours;
use crate::identity::audit::{Kind, Note};
use crate::operations::status::{ERRORS_KEPT, ErrorQuery};
use crate::transport::{Backend, status};

/// Errors of a list that does not say.
const LISTED: usize = 100;

/// Which errors to list: those that match all that is given.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Those of this category; `redis`, `ai_service` and `context_engine` are other names for `store` and `assistant`.
    #[param(required = false, value_type = ErrorCategory, inline)]
    category: Option<String>,
    /// Those that are this bad.
    #[param(required = false, value_type = ErrorSeverity, inline)]
    severity: Option<String>,
    /// Those that somebody is done with, or nobody.
    #[param(required = false, value_type = bool)]
    resolved: Option<String>,
    /// How many to list.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 1_000, default = 100)]
    limit: Option<String>,
}

/// Lists the errors
///
/// The one that happened last first. What is the same is one as long as nobody is done with it; a thousand are kept. They
/// hold nothing of what clients say, and no secret.
#[utoipa::path(
    get, path = "/admin/errors", tag = "admin", operation_id = "list_errors", params(Filter),
    responses(
        (status = OK, description = "The errors", body = ErrorList),
        Errors<InvalidRequest>,
    ),
)]
pub async fn list(
    State(backend): State<Arc<Backend>>,
    Parameters(filter): Parameters<Filter>,
) -> Result<Json<ErrorList>, ApiError> {
    let limit = number("limit", filter.limit.as_deref(), LISTED, 1..=ERRORS_KEPT)?;
    let categories = ErrorCategory::ALL.map(ErrorCategory::as_str).join(", ");
    let severities = ErrorSeverity::ALL.map(ErrorSeverity::as_str).join(", ");
    let query = ErrorQuery {
        category: part(
            "category",
            filter.category.as_deref(),
            &format!("one of {categories}"),
            ErrorCategory::find,
        )?,
        severity: part(
            "severity",
            filter.severity.as_deref(),
            &format!("one of {severities}"),
            ErrorSeverity::find,
        )?,
        resolved: part("resolved", filter.resolved.as_deref(), "true or false", |text| text.parse().ok())?,
    };
    let (errors, total) = backend.status.errors(query, limit);
    Ok(Json(ErrorList { errors, total }))
}

/// Counts the errors
#[utoipa::path(
    get, path = "/admin/errors/statistics", tag = "admin", operation_id = "count_errors", params(Hours),
    responses(
        (status = OK, description = "How many there were", body = ErrorStatistics),
        Errors<InvalidRequest>,
    ),
)]
pub async fn statistics(
    State(backend): State<Arc<Backend>>,
    Parameters(hours): Parameters<Hours>,
) -> Result<Json<ErrorStatistics>, ApiError> {
    let statistics = backend.status.statistics(hours.read()?);
    Ok(Json(ErrorStatistics { circuit_breakers: status::breakers(&backend), ..statistics }))
}

/// Says that somebody is done with an error
///
/// The first who says so counts. If it happens again it is another one.
#[utoipa::path(
    post, path = "/admin/errors/{error_id}/resolve", tag = "admin", operation_id = "resolve_error",
    params(ErrorId),
    responses(
        (status = OK, description = "The error as it is now", body = ErrorRecord),
        Errors<(InvalidRequest, NotFound)>,
    ),
)]
pub async fn resolve(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
) -> Result<Json<ErrorRecord>, ApiError> {
    let resolved = backend.status.resolve_error(&id);
    let error = resolved.ok_or_else(|| ApiError::new(ErrorCode::NotFound, "Error not found"))?;
    call.note(&backend, Note::new(Kind::ErrorResolved).of(&id));
    Ok(Json(error))
}
