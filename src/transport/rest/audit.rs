//! The audit log, for admins: read page by page, and never written by a route.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::rest::audit::{AuditEntryView, AuditKind, AuditOutcome, AuditPageView};
use serde::Deserialize;
use utoipa::IntoParams;

use super::admin::failed;
use super::document::errors::{Errors, InvalidRequest, ReadsStore};
use super::error::ApiError;
use super::history::{read as part, seq};
use super::parts::{Parameters, number};
use crate::identity::audit::{self, AuditEntry, AuditQuery, Outcome};
use crate::project::history::moment;
use crate::transport::Backend;

/// Entries of a page that does not say.
const PAGE: usize = 100;
/// Entries of the largest page.
pub const MAX_PAGE: usize = 1_000;

/// Which entries to list: those that match all that is given.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Those before this one: the `next` of the page before.
    #[param(required = false, value_type = u64, minimum = 1, maximum = 9_007_199_254_740_991_u64)]
    before: Option<String>,
    /// How many to list.
    #[param(required = false, value_type = usize, default = 100, minimum = 1, maximum = 1_000)]
    limit: Option<String>,
    /// Those of this user.
    #[param(required = false)]
    user_id: Option<String>,
    /// Those of this kind.
    #[param(required = false, value_type = AuditKind, inline)]
    kind: Option<String>,
    /// Those in this project.
    #[param(required = false, pattern = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    project_id: Option<String>,
    /// Those with this outcome.
    #[param(required = false, value_type = AuditOutcome, inline)]
    outcome: Option<String>,
    /// Those of this time (RFC 3339) or later.
    #[param(required = false, value_type = String, format = DateTime, example = "2026-03-04T05:06:07Z")]
    from: Option<String>,
    /// Those before this time (RFC 3339).
    #[param(required = false, value_type = String, format = DateTime, example = "2026-03-05T00:00:00Z")]
    to: Option<String>,
}

impl Filter {
    fn query(self) -> Result<AuditQuery, ApiError> {
        const TIME: &str = "a time as RFC 3339 writes it";
        let kinds = AuditKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
        let kinds = format!("one of {kinds}");
        let kind = |text: &str| AuditKind::find(text).map(|kind| kind.as_str().to_owned());
        let outcome =
            |text: &str| [Outcome::Done, Outcome::Denied].into_iter().find(|one| one.as_str() == text);
        Ok(AuditQuery {
            before: seq("before", self.before.as_deref())?,
            limit: number("limit", self.limit.as_deref(), PAGE, 1..=MAX_PAGE)?,
            user_id: self.user_id.as_deref().map(audit::as_noted),
            kind: part("kind", self.kind.as_deref(), &kinds, kind)?,
            project_id: part("project_id", self.project_id.as_deref(), "a UUID", |text| text.parse().ok())?,
            outcome: part("outcome", self.outcome.as_deref(), "done or denied", outcome)?,
            from: part("from", self.from.as_deref(), TIME, moment)?,
            to: part("to", self.to.as_deref(), TIME, moment)?,
        })
    }
}

fn view((id, entry): (u64, AuditEntry)) -> AuditEntryView {
    AuditEntryView {
        id,
        at: entry.at.to_string(),
        kind: entry.kind,
        outcome: match entry.outcome {
            Outcome::Done => AuditOutcome::Done,
            Outcome::Denied => AuditOutcome::Denied,
        },
        user_id: entry.user_id,
        address: entry.address,
        project_id: entry.project_id.map(|id| id.to_string()),
        target: entry.target,
        detail: entry.detail.and_then(|detail| serde_json::from_str(&detail).ok()),
    }
}

/// Reads the audit log
///
/// Newest first. What was done up to this moment is in it.
#[utoipa::path(
    get, path = "/admin/audit", tag = "admin", operation_id = "read_audit", params(Filter),
    responses(
        (status = OK, description = "The entries of a page", body = AuditPageView),
        Errors<(InvalidRequest, ReadsStore)>,
    ),
)]
pub async fn read(
    State(backend): State<Arc<Backend>>,
    Parameters(filter): Parameters<Filter>,
) -> Result<Json<AuditPageView>, ApiError> {
    let page = backend.identity.audit().page(filter.query()?).await.map_err(failed)?;
    Ok(Json(AuditPageView { entries: page.entries.into_iter().map(view).collect(), next: page.next }))
}
