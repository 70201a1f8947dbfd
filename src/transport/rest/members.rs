//! Who is what in a project. Where everybody may do everything it is written down all the same, for later.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::rest::members::{MemberList, MemberSet, MemberView, SetMember};
use graphroom_protocol::{ErrorBody, ErrorCode};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::body::JsonBody;
use super::call::Call;
use super::document::errors::{Conflict, Errors, InvalidRequest, ProjectNotFound, ReadsBody, ReadsStore};
use super::error::ApiError;
use super::history::{not_found, project_id};
use super::parts::{Id, Parameters, ProjectId};
use crate::domain::{Role, Standing};
use crate::identity::NotSet;
use crate::identity::audit::{Kind, Note};
use crate::identity::sign_in::{MAX_NAME, is_user_id};
use crate::session::OpenError;
use crate::transport::{Backend, open_error};

/// Lists who is what in a project
#[utoipa::path(
    get, path = "/projects/{project_id}/members", tag = "members", operation_id = "list_members",
    params(ProjectId),
    responses(
        (status = OK, description = "All of them, by their ids", body = MemberList),
        Errors<(InvalidRequest, ProjectNotFound, ReadsStore)>,
    ),
)]
pub async fn list(
    State(backend): State<Arc<Backend>>,
    _: Call,
    Id(id): Id,
) -> Result<Json<MemberList>, ApiError> {
    let rows = backend.identity.members(project_id(&id)?).await;
    let rows = rows.map_err(|error| open_error(&OpenError::Store(error)))?.ok_or_else(not_found)?;
    let members = rows.into_iter().map(|row| MemberView {
        user_id: row.user_id,
        role: row.role.as_str(),
        since: row.since.to_string(),
    });
    Ok(Json(MemberList { members: members.collect() }))
}

/// Says what somebody is in a project
///
/// It counts at once, on connections too that are there. A project keeps an owner.
#[utoipa::path(
    put, path = "/projects/{project_id}/members", tag = "members", operation_id = "set_member",
    params(ProjectId), request_body = SetMember,
    responses(
        (status = OK, description = "What it is", body = MemberSet),
        Errors<(ReadsBody, ProjectNotFound, Conflict, ReadsStore)>,
    ),
)]
pub async fn set(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
    body: JsonBody,
) -> Result<Json<MemberSet>, ApiError> {
    let user_id = given_out(body.required("user_id", "Missing user_id")?)?;
    let role = body.required("role", "Missing role")?;
    let role: Role =
        role.parse::<Role>().map_err(|error| ApiError::new(ErrorCode::InvalidRequest, &error.to_string()))?;
    change(&backend, &call, &id, user_id, Some(role)).await
}

/// Whom to take out.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Who.
    #[param(value_type = String, min_length = 1, max_length = 128)]
    user_id: Option<String>,
}

/// Takes somebody out of a project
///
/// It counts at once: connections of theirs leave its session. A project keeps an owner.
#[utoipa::path(
    delete, path = "/projects/{project_id}/members", tag = "members", operation_id = "remove_member",
    params(ProjectId, Which),
    responses(
        (status = OK, description = "It is nothing there", body = MemberSet),
        Errors<(InvalidRequest, ProjectNotFound, Conflict, ReadsStore)>,
    ),
)]
pub async fn remove(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
    Parameters(which): Parameters<Which>,
) -> Result<Json<MemberSet>, ApiError> {
    let user_id = given_out(which.user_id.as_deref().unwrap_or_default())?;
    change(&backend, &call, &id, user_id, None).await
}

/// The id of a user: those that mean nobody in particular are taken.
pub fn given_out(user_id: &str) -> Result<String, ApiError> {
    if !(1..=MAX_NAME).contains(&user_id.chars().count()) {
        let rule = format!("user_id must be 1 to {MAX_NAME} characters");
        return Err(ErrorBody::new(ErrorCode::InvalidRequest, rule).into());
    }
    if !is_user_id(user_id) {
        let message = "Ids that begin with anonymous: are not given out";
        return Err(ApiError::new(ErrorCode::Conflict, message));
    }
    Ok(user_id.to_owned())
}

async fn change(
    backend: &Backend,
    call: &Call,
    project: &str,
    user_id: String,
    role: Option<Role>,
) -> Result<Json<MemberSet>, ApiError> {
    let project: Uuid = project_id(project)?;
    // An admin may set right what is wrong.
    let keeps_owner = call.caller().is_some_and(|caller| caller.standing == Standing::User);
    match backend.identity.set_role(project, &user_id, role, keeps_owner).await {
        Ok(()) => {
            let kind = if role.is_some() { Kind::RoleSet } else { Kind::RoleRemoved };
            let note = Note::new(kind).of(&user_id).in_project(Some(project));
            call.note(backend, note.with("role", role.map(Role::as_str)));
            Ok(Json(MemberSet { success: true, user_id, role: role.map(Role::as_str) }))
        }
        Err(NotSet::NoProject) => Err(not_found()),
        Err(NotSet::LastOwner) => Err(ApiError::new(ErrorCode::Conflict, "A project keeps an owner")),
        Err(NotSet::Store(error)) => Err(open_error(&OpenError::Store(error)).into()),
    }
}
