//! Maintenance and notifications: what operators say to everybody.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::announcement::SystemNotification;
use graphroom_protocol::rest::broadcasts::{
    MaintenanceView, NewNotification, NotificationSent, SetMaintenance, Severity,
};
use graphroom_protocol::{ErrorBody, ErrorCode, EventName};

use super::body::JsonBody;
use super::call::Call;
use super::document::errors::{Busy, Errors, ProjectNotFound, ReadsBody, ReadsStore};
use super::error::ApiError;
use crate::identity::audit::{Kind, Note};
use crate::operations::maintenance::Pause;
use crate::transport::Backend;
use crate::transport::broadcasting::Audience;

/// The longest reason, in characters.
pub const MAX_REASON: usize = 256;
/// The longest notification, in characters.
pub const MAX_MESSAGE: usize = 2_000;
/// The longest id of whom it is for, in characters.
const MAX_ID: usize = 128;
/// When clients are to try again if nobody says when, in milliseconds.
const RETRY_AFTER: u64 = 30_000;
/// The latest that they can be told to: in a day.
const MAX_RETRY_AFTER: u64 = 86_400_000;

fn invalid(message: String) -> ApiError {
    ErrorBody::new(ErrorCode::InvalidRequest, message).into()
}

/// A text of at least a character and at most so many.
fn text<'a>(body: &'a JsonBody, field: &str, most: usize) -> Result<Option<&'a str>, ApiError> {
    match body.text(field)? {
        Some(text) if !(1..=most).contains(&text.chars().count()) => {
            Err(invalid(format!("{field} must be 1 to {most} characters")))
        }
        text => Ok(text),
    }
}

fn view(backend: &Backend) -> MaintenanceView {
    let pause = backend.maintenance.get();
    MaintenanceView {
        enabled: pause.is_some(),
        reason: pause.as_ref().and_then(|pause| pause.reason.clone()),
        retry_after_ms: pause.as_ref().map(|pause| pause.retry_after_ms),
        since: pause.map(|pause| pause.since.clone()),
    }
}

/// Tells whether the server is in maintenance
#[utoipa::path(
    get, path = "/admin/maintenance", tag = "admin", operation_id = "read_maintenance",
    responses((status = OK, description = "Whether it is", body = MaintenanceView), Errors<()>),
)]
pub async fn read(State(backend): State<Arc<Backend>>) -> Json<MaintenanceView> {
    Json(view(&backend))
}

/// Begins maintenance, or ends it
///
/// As long as it lasts, whatever would change something is refused on every transport; reading, joining, presence and what
/// admins do go on. Everybody is told by `maintenance_mode`. A server that starts anew is in none.
#[utoipa::path(
    post, path = "/admin/maintenance", tag = "admin", operation_id = "set_maintenance",
    request_body = SetMaintenance,
    responses((status = OK, description = "How it is now", body = MaintenanceView), Errors<ReadsBody>),
)]
pub async fn set(
    State(backend): State<Arc<Backend>>,
    call: Call,
    body: JsonBody,
) -> Result<Json<MaintenanceView>, ApiError> {
    let enabled =
        body.optional_flag("enabled")?.ok_or_else(|| invalid("enabled must be true or false".to_owned()))?;
    let reason = text(&body, "reason", MAX_REASON)?.map(str::to_owned);
    let retry_after_ms = match body.fields.get("retry_after_ms") {
        None | Some(serde_json::Value::Null) => RETRY_AFTER,
        Some(_) => body.whole_number("retry_after_ms")?,
    };
    if retry_after_ms > MAX_RETRY_AFTER {
        return Err(invalid(format!("retry_after_ms is at most {MAX_RETRY_AFTER}")));
    }
    let since = backend.identity.now().to_string();
    let note = Note::new(Kind::MaintenanceSet).with("enabled", enabled).with("reason", reason.clone());
    backend
        .set_maintenance(enabled.then_some(Pause { reason, retry_after_ms, since }), &call.author().user_id);
    call.note(&backend, note);
    Ok(Json(view(&backend)))
}

/// Tells everybody something
///
/// Or who is in a project or hears it, or one user: by `system_notification`.
#[utoipa::path(
    post, path = "/admin/notifications", tag = "admin", operation_id = "send_notification",
    request_body = NewNotification,
    responses(
        (status = OK, description = "It was taken", body = NotificationSent),
        Errors<(ReadsBody, ProjectNotFound, Busy, ReadsStore)>,
    ),
)]
pub async fn notify(
    State(backend): State<Arc<Backend>>,
    call: Call,
    body: JsonBody,
) -> Result<Json<NotificationSent>, ApiError> {
    let message = text(&body, "message", MAX_MESSAGE)?;
    let message = message.ok_or_else(|| invalid(format!("message must be 1 to {MAX_MESSAGE} characters")))?;
    let severity = body.text("severity")?.unwrap_or("info");
    let severity = Severity::find(severity)
        .ok_or_else(|| invalid("severity must be info, warning or critical".to_owned()))?;
    let (project_id, user_id) = (text(&body, "project_id", MAX_ID)?, text(&body, "user_id", MAX_ID)?);
    let audience = match (project_id, user_id) {
        (None, None) => Audience::Everybody,
        (None, Some(user)) => Audience::User(user.to_owned()),
        (Some(project), None) => {
            Audience::Project(backend.spoken_project(call.caller(), project, call.need()).await?)
        }
        (Some(_), Some(_)) => {
            return Err(invalid("Say for whom: at most one of project_id and user_id".to_owned()));
        }
    };
    let told = SystemNotification {
        event: EventName::SystemNotification,
        message,
        severity,
        project_id,
        user_id,
        timestamp: &backend.identity.now().in_microseconds(),
    };
    let info = backend.notify(&told, &audience, &call.author().user_id)?;
    let note = Note::new(Kind::BroadcastSent).of(&info.message_id).with("event_type", info.event_type);
    call.note(&backend, note.with("target", info.target_type).with("connections", info.target_count));
    Ok(Json(NotificationSent { broadcast_id: info.message_id, target_count: info.target_count }))
}
