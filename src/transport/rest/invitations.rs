//! Invitations: an admin's to the server, and an owner's to its project.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::rest::invitations::{
    InvitationList, InvitationMade, InvitationRevoked, InvitationView, NewInvitation, NewProjectInvitation,
};
use graphroom_protocol::{ErrorBody, ErrorCode};
use http::StatusCode;
use uuid::Uuid;

use super::admin::{failed, unchanged};
use super::body::{JsonBody, OptionalJsonBody};
use super::call::Call;
use super::document::errors::{Errors, InvalidRequest, NotFound, ProjectNotFound, ReadsBody, ReadsStore};
use super::error::ApiError;
use super::history::{not_found, project_id};
use super::parts::{Id, Ids, InvitationId, InvitationOfProject, ProjectId};
use crate::domain::Role;
use crate::identity::InvitationRow;
use crate::identity::accounts::NotChanged;
use crate::identity::audit::{Kind, Note};
use crate::identity::invitations::{self, LIFETIME, LONGEST, SHORTEST};
use crate::transport::Backend;

type Made = Result<(StatusCode, Json<InvitationMade>), ApiError>;

fn view(row: InvitationRow) -> InvitationView {
    InvitationView {
        invitation_id: row.invitation_id.to_string(),
        project_id: row.project_id.map(|id| id.to_string()),
        role: row.role.map(Role::as_str),
        created_by: row.created_by,
        created_at: row.created_at.to_string(),
        expires_at: row.expires_at.to_string(),
    }
}

fn role(body: &JsonBody) -> Result<Option<Role>, ApiError> {
    let role = body.text("role")?.map(str::parse::<Role>).transpose();
    role.map_err(|error| ApiError::new(ErrorCode::InvalidRequest, &error.to_string()))
}

fn lifetime(body: &JsonBody) -> Result<Duration, ApiError> {
    match body.seq("expires_in")?.map(Duration::from_secs) {
        Some(lifetime) if !(SHORTEST..=LONGEST).contains(&lifetime) => {
            let (least, most) = (SHORTEST.as_secs(), LONGEST.as_secs());
            let rule = format!("expires_in must be {least} to {most} seconds");
            Err(ErrorBody::new(ErrorCode::InvalidRequest, rule).into())
        }
        lifetime => Ok(lifetime.unwrap_or(LIFETIME)),
    }
}

async fn make(backend: &Backend, call: &Call, place: Option<(Uuid, Role)>, body: &JsonBody) -> Made {
    let created_by = call.author().user_id.to_string();
    let new = invitations::NewInvitation { created_by, place, lifetime: lifetime(body)? };
    let (row, secret) = backend.identity.invite(new).await.map_err(|error| match error {
        NotChanged::Unknown => not_found(),
        error => unchanged(error),
    })?;
    call.note(backend, note(Kind::InvitationCreated, &row));
    let invitation = secret.expose().to_owned();
    Ok((StatusCode::CREATED, Json(InvitationMade { invitation, view: view(row) })))
}

async fn list(backend: &Backend, project: Option<Uuid>) -> Result<Json<InvitationList>, ApiError> {
    let rows = backend.identity.invitations(project).await.map_err(failed)?;
    Ok(Json(InvitationList { invitations: rows.into_iter().map(view).collect() }))
}

fn note(kind: Kind, row: &InvitationRow) -> Note {
    let note = Note::new(kind).of(&row.invitation_id.to_string()).in_project(row.project_id);
    note.with("role", row.role.map(Role::as_str))
}

async fn revoke(
    backend: &Backend,
    call: &Call,
    invitation_id: String,
    project: Option<Uuid>,
) -> Result<Json<InvitationRevoked>, ApiError> {
    let unknown = |_| ApiError::new(ErrorCode::NotFound, "There is no such invitation");
    let id = invitation_id.parse().map_err(unknown)?;
    match backend.identity.revoke_invitation(id, project).await {
        Ok(row) => {
            call.note(backend, note(Kind::InvitationRevoked, &row));
            Ok(Json(InvitationRevoked { success: true, invitation_id }))
        }
        Err(NotChanged::Unknown) => Err(ApiError::new(ErrorCode::NotFound, "There is no such invitation")),
        Err(error) => Err(unchanged(error)),
    }
}

/// Makes an invitation
///
/// By it somebody becomes a user, once, at `POST /auth/token`. `invitation` is told this once.
#[utoipa::path(
    post, path = "/admin/invitations", tag = "admin", operation_id = "create_invitation",
    request_body = Option<NewInvitation>,
    responses(
        (status = CREATED, description = "The invitation", body = InvitationMade),
        Errors<(ReadsBody, ProjectNotFound, ReadsStore)>,
    ),
)]
pub async fn create(
    State(backend): State<Arc<Backend>>,
    call: Call,
    OptionalJsonBody(body): OptionalJsonBody,
) -> Made {
    let project = body.text("project_id")?.map(project_id).transpose()?;
    let place = match (project, role(&body)?) {
        (Some(project), role) => Some((project, role.unwrap_or(Role::Viewer))),
        (None, None) => None,
        // A role is one in a project.
        (None, Some(_)) => return Err(not_found()),
    };
    make(&backend, &call, place, &body).await
}

/// Lists the invitations
#[utoipa::path(
    get, path = "/admin/invitations", tag = "admin", operation_id = "list_invitations",
    responses(
        (status = OK, description = "Those that count, to projects and to none", body = InvitationList),
        Errors<ReadsStore>,
    ),
)]
pub async fn list_all(State(backend): State<Arc<Backend>>) -> Result<Json<InvitationList>, ApiError> {
    list(&backend, None).await
}

/// Takes an invitation back
#[utoipa::path(
    delete, path = "/admin/invitations/{invitation_id}", tag = "admin", operation_id = "revoke_invitation",
    params(InvitationId),
    responses(
        (status = OK, description = "It does not count any more", body = InvitationRevoked),
        Errors<(InvalidRequest, NotFound, ReadsStore)>,
    ),
)]
pub async fn revoke_any(
    State(backend): State<Arc<Backend>>,
    Id(id): Id,
    call: Call,
) -> Result<Json<InvitationRevoked>, ApiError> {
    revoke(&backend, &call, id, None).await
}

/// Makes an invitation to a project
///
/// As by an admin, for an owner of the project.
#[utoipa::path(
    post, path = "/projects/{project_id}/invitations", tag = "members", operation_id = "invite_to_project",
    params(ProjectId), request_body = NewProjectInvitation,
    responses(
        (status = CREATED, description = "The invitation", body = InvitationMade),
        Errors<(ReadsBody, ProjectNotFound, ReadsStore)>,
    ),
)]
pub async fn create_in_project(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
    body: JsonBody,
) -> Made {
    let missing = || ApiError::new(ErrorCode::InvalidRequest, "Missing role");
    let role = role(&body)?.ok_or_else(missing)?;
    make(&backend, &call, Some((project_id(&id)?, role)), &body).await
}

/// Lists the invitations to a project
#[utoipa::path(
    get, path = "/projects/{project_id}/invitations", tag = "members", operation_id = "list_project_invitations",
    params(ProjectId),
    responses(
        (status = OK, description = "Those that count", body = InvitationList),
        Errors<(InvalidRequest, ProjectNotFound, ReadsStore)>,
    ),
)]
pub async fn list_in_project(
    State(backend): State<Arc<Backend>>,
    Id(id): Id,
) -> Result<Json<InvitationList>, ApiError> {
    list(&backend, Some(existing(&backend, &id).await?)).await
}

/// Takes an invitation to a project back
#[utoipa::path(
    delete, path = "/projects/{project_id}/invitations/{invitation_id}", tag = "members",
    operation_id = "revoke_project_invitation", params(InvitationOfProject),
    responses(
        (status = OK, description = "It does not count any more", body = InvitationRevoked),
        Errors<(InvalidRequest, NotFound, ProjectNotFound, ReadsStore)>,
    ),
)]
pub async fn revoke_in_project(
    State(backend): State<Arc<Backend>>,
    Ids(id, invitation_id): Ids,
    call: Call,
) -> Result<Json<InvitationRevoked>, ApiError> {
    let project = existing(&backend, &id).await?;
    revoke(&backend, &call, invitation_id, Some(project)).await
}

async fn existing(backend: &Backend, id: &str) -> Result<Uuid, ApiError> {
    let project = project_id(id)?;
    backend.identity.members(project).await.map_err(failed)?.ok_or_else(not_found)?;
    Ok(project)
}
