//! Conversations over REST: begun, listed, changed, deleted, and who takes part. What is said in them is in `messages`.
//!
//! What a caller may do in one is decided by [`Backend::conversing`], for every transport alike.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::chat::{ConversationStatus, ConversationView};
use graphroom_protocol::rest::conversations::{
    ChangeConversation, ConversationInfo, ConversationList, ConversationRemoved, NewConversation,
    NewParticipant, ParticipantSet,
};
use graphroom_protocol::{ErrorBody, ErrorCode};
use http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::IntoParams;
use uuid::Uuid;

use super::body::{JsonBody, OptionalJsonBody};
use super::call::Call;
use super::document::errors::{
    Conflict, ConversationNotFound, Errors, InvalidRequest, ProjectNotFound, ReadsBody, ReadsStore,
};
use super::error::ApiError;
use super::history::{not_found, read};
use super::members::given_out;
use super::parts::{Caller, ConversationId, Id, Parameters, number};
use crate::conversation::{Beginning, ConversationQuery, ConversationRow, no_conversation, telling};
use crate::domain::{Author, Role};
use crate::identity::audit::{Kind, Note};
use crate::identity::sign_in::MAX_NAME;
use crate::identity::{Need, decide};
use crate::transport::Backend;
use crate::transport::access::refusal;
use crate::transport::chatting::Conversing;

const VIEWER: Need = Need::Role(Role::Viewer);
const COMMENTER: Need = Need::Role(Role::Commenter);
const EDITOR: Need = Need::Role(Role::Editor);
const OWNER: Need = Need::Role(Role::Owner);

/// Conversations of a page that does not say.
const PAGE: usize = 50;
/// Conversations of the largest page.
pub const MAX_PAGE: usize = 100;
/// The most participants that a conversation is begun with.
pub const MAX_PARTICIPANTS: usize = 1_000;

/// A body in the form that the route takes.
pub fn form<T: DeserializeOwned>(body: JsonBody) -> Result<T, ApiError> {
    let read = serde_json::from_value(Value::Object(body.fields));
    read.map_err(|error| {
        let message = format!("The body is not as it should be: {error}");
        ErrorBody::new(ErrorCode::InvalidRequest, message).into()
    })
}

/// The conversation that a path names, for a caller that may do there what needs this.
pub async fn conversing(
    backend: &Backend,
    call: &Call,
    id: &str,
    need: Need,
) -> Result<Conversing, ApiError> {
    let id: Uuid = id.parse().map_err(|_| no_conversation())?;
    Ok(backend.conversing(call.caller(), need, id).await?)
}

/// Begins a conversation
///
/// The caller takes part. Who hears its project, or its participants if it is of none, is told by `conversation_created`. Of a project,
/// its members read it and those who may write messages write in it; of none, those
/// who take part.
#[utoipa::path(
    post, path = "/conversations", tag = "conversations", operation_id = "create_conversation",
    params(Caller), request_body = Option<NewConversation>,
    responses(
        (status = CREATED, description = "The conversation", body = ConversationInfo),
        Errors<(ReadsBody, ProjectNotFound, Conflict, ReadsStore)>,
    ),
)]
pub async fn create(
    State(backend): State<Arc<Backend>>,
    call: Call,
    OptionalJsonBody(body): OptionalJsonBody,
) -> Result<(StatusCode, Json<ConversationInfo>), ApiError> {
    let NewConversation { title, project_id, participants, metadata } = form(body)?;
    let participants = participants.unwrap_or_default();
    if participants.len() > MAX_PARTICIPANTS {
        let message = format!("At most {MAX_PARTICIPANTS} participants can be named at once");
        return Err(ErrorBody::new(ErrorCode::InvalidRequest, message).into());
    }
    let participants: Result<Vec<_>, ApiError> = participants.into_iter().map(checked).collect();
    let project_id = match project_id {
        Some(project) => Some(own_project(&backend, &call, &project, COMMENTER).await?),
        None => None,
    };
    let metadata = metadata.flatten();
    let participants = participants?;
    let beginning = Beginning { project_id, title, participants, metadata, ..Beginning::default() };
    let row = backend.conversations.begin(beginning, &call.author()).await?;
    Ok((StatusCode::CREATED, Json(info(&backend, &row).await?)))
}

/// A participant as it may be entered.
fn checked(NewParticipant { user_id, name }: NewParticipant) -> Result<(String, Option<String>), ApiError> {
    if name.as_ref().is_some_and(|name| !(1..=MAX_NAME).contains(&name.chars().count())) {
        let message = format!("name must be 1 to {MAX_NAME} characters");
        return Err(ErrorBody::new(ErrorCode::InvalidRequest, message).into());
    }
    Ok((given_out(&user_id)?, name))
}

/// The id of a project, for a caller that may do there what needs this.
async fn own_project(backend: &Backend, call: &Call, id: &str, need: Need) -> Result<String, ApiError> {
    let project: Uuid = id.parse().map_err(|_| not_found())?;
    let role = call.caller().and_then(|caller| backend.role_in_project(caller, project));
    decide(call.caller(), need, role)
        .map_err(|refused| refusal(refused).map_or_else(not_found, Into::into))?;
    // Who may do everything may name what is not there.
    super::projects::open_project(backend, id).await?;
    Ok(project.to_string())
}

async fn info(backend: &Backend, row: &ConversationRow) -> Result<ConversationInfo, ApiError> {
    let participants = backend.conversations.participants(row.conversation_id).await?;
    let (streams, typing) = backend.conversations.under_way(row.conversation_id);
    Ok(ConversationInfo {
        conversation: telling::conversation(row),
        participants: participants.iter().map(telling::participant).collect(),
        streams,
        typing,
    })
}

/// Which conversations to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// All of this project, instead of those that the caller takes part in.
    #[param(required = false)]
    project_id: Option<String>,
    /// Only those that stand so.
    #[param(inline, required = false, value_type = ConversationStatus)]
    status: Option<String>,
    /// Those behind the last one of the page before, whose `next_before` it is.
    #[param(
        required = false,
        pattern = r"^[0-9]{1,15}\.[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
    )]
    before: Option<String>,
    /// How many to list.
    #[param(required = false, value_type = usize, default = 50, minimum = 1, maximum = 100)]
    limit: Option<String>,
}

/// Lists conversations, the latest activity first
///
/// Those that the caller takes part in, or all of a project that it may read.
#[utoipa::path(
    get, path = "/conversations", tag = "conversations", operation_id = "list_conversations",
    params(Page),
    responses(
        (status = OK, description = "The conversations of a page", body = ConversationList),
        Errors<(InvalidRequest, ProjectNotFound, ReadsStore)>,
    ),
)]
pub async fn list(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Parameters(page): Parameters<Page>,
) -> Result<Json<ConversationList>, ApiError> {
    let limit = number("limit", page.limit.as_deref(), PAGE, 1..=MAX_PAGE)?;
    let status = read("status", page.status.as_deref(), "active, completed or archived", status)?;
    let before = read("before", page.before.as_deref(), "the next_before of a page", telling::read_place)?;
    let (project_id, participant) = match &page.project_id {
        Some(project) => (Some(own_project(&backend, &call, project, VIEWER).await?), None),
        None => (None, Some(call.author().user_id.to_string())),
    };
    let query = ConversationQuery { participant, project_id, client_id: None, status, before, limit };
    let found = backend.conversations.list(query).await?;
    let last = found.conversations.last().filter(|_| found.has_more);
    let next_before = last.map(telling::place);
    // Who takes part in one of a project is not always a member any more.
    let is_seen = |row: &&ConversationRow| {
        let project = row.project_id.as_deref().and_then(|id| id.parse().ok());
        project.is_none_or(|project| backend.may_see(call.caller(), Some(project), None))
    };
    let conversations = found.conversations.iter().filter(is_seen).map(telling::conversation).collect();
    Ok(Json(ConversationList { conversations, next_before }))
}

fn status(text: &str) -> Option<crate::conversation::ConversationStatus> {
    crate::conversation::ConversationStatus::ALL.into_iter().find(|status| status.as_str() == text)
}

/// Describes a conversation
#[utoipa::path(
    get, path = "/conversations/{conversation_id}", tag = "conversations", operation_id = "read_conversation",
    params(ConversationId),
    responses(
        (status = OK, description = "The conversation, who takes part, and what goes on", body = ConversationInfo),
        Errors<(InvalidRequest, ConversationNotFound, ReadsStore)>,
    ),
)]
pub async fn describe(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
) -> Result<Json<ConversationInfo>, ApiError> {
    let Conversing { row, .. } = conversing(&backend, &call, &id, VIEWER).await?;
    Ok(Json(info(&backend, &row).await?))
}

/// Changes a conversation
///
/// Who is in it is told by `conversation_updated`, and who hears its project or, if it is of none, takes part.
#[utoipa::path(
    patch, path = "/conversations/{conversation_id}", tag = "conversations", operation_id = "change_conversation",
    params(ConversationId, Caller), request_body = ChangeConversation,
    responses(
        (status = OK, description = "The conversation as it is now", body = ConversationView),
        Errors<(ReadsBody, ConversationNotFound, ReadsStore)>,
    ),
)]
pub async fn change(
    State(backend): State<Arc<Backend>>,
    Id(id): Id,
    call: Call,
    body: JsonBody,
) -> Result<Json<ConversationView>, ApiError> {
    let ChangeConversation { title, status, metadata } = form(body)?;
    let Conversing { row, .. } = conversing(&backend, &call, &id, EDITOR).await?;
    let (id, status) = (row.conversation_id, status.map(telling::status));
    let row = backend.conversations.change(id, title, status, metadata.flatten()).await?;
    Ok(Json(telling::conversation(&row)))
}

/// Deletes a conversation with all that was said in it
///
/// Who is in it is told by `conversation_deleted`, and who hears its project or, if it is of none, takes part.
#[utoipa::path(
    delete, path = "/conversations/{conversation_id}", tag = "conversations", operation_id = "delete_conversation",
    params(ConversationId, Caller),
    responses(
        (status = OK, description = "There is no such conversation any more", body = ConversationRemoved),
        Errors<(InvalidRequest, ConversationNotFound, ReadsStore)>,
    ),
)]
pub async fn delete(
    State(backend): State<Arc<Backend>>,
    Id(id): Id,
    call: Call,
) -> Result<Json<ConversationRemoved>, ApiError> {
    let Conversing { row, .. } = conversing(&backend, &call, &id, OWNER).await?;
    backend.conversations.delete(row.conversation_id).await?;
    let conversation_id = row.conversation_id.to_string();
    let project = row.project_id.as_deref().and_then(|id| id.parse().ok());
    call.note(&backend, Note::new(Kind::ConversationDeleted).of(&conversation_id).in_project(project));
    Ok(Json(ConversationRemoved { success: true, conversation_id }))
}

/// Lets somebody take part in a conversation
///
/// Who takes part already gets the new name. Of a project, that alone lets nobody read it; of none, the user is told by
/// `conversation_created`.
#[utoipa::path(
    put, path = "/conversations/{conversation_id}/participants", tag = "conversations",
    operation_id = "set_participant",
    params(ConversationId, Caller), request_body = NewParticipant,
    responses(
        (status = OK, description = "It takes part", body = ParticipantSet),
        Errors<(ReadsBody, ConversationNotFound, Conflict, ReadsStore)>,
    ),
)]
pub async fn set_participant(
    State(backend): State<Arc<Backend>>,
    Id(id): Id,
    call: Call,
    body: JsonBody,
) -> Result<Json<ParticipantSet>, ApiError> {
    let (user_id, name) = checked(form(body)?)?;
    let Conversing { row, .. } = conversing(&backend, &call, &id, EDITOR).await?;
    backend.conversations.enter(row.conversation_id, &user_id, name.as_deref()).await?;
    backend.conversations.tell_entered(&row, &user_id);
    Ok(Json(ParticipantSet { success: true, user_id, takes_part: true }))
}

/// Whom to take out.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Who.
    #[param(value_type = String, min_length = 1, max_length = 128)]
    user_id: Option<String>,
}

/// Lets somebody take part in a conversation no more
///
/// Everybody may go; others are taken out by an owner. It counts at once: their connections hear nothing more.
#[utoipa::path(
    delete, path = "/conversations/{conversation_id}/participants", tag = "conversations",
    operation_id = "remove_participant",
    params(ConversationId, Caller, Which),
    responses(
        (status = OK, description = "It does not take part", body = ParticipantSet),
        Errors<(InvalidRequest, ConversationNotFound, ReadsStore)>,
    ),
)]
pub async fn remove_participant(
    State(backend): State<Arc<Backend>>,
    Id(id): Id,
    call: Call,
    Parameters(which): Parameters<Which>,
) -> Result<Json<ParticipantSet>, ApiError> {
    let user_id = which.user_id.unwrap_or_default();
    if !(1..=MAX_NAME).contains(&user_id.chars().count()) {
        let message = format!("user_id must be 1 to {MAX_NAME} characters");
        return Err(ErrorBody::new(ErrorCode::InvalidRequest, message).into());
    }
    let Author { user_id: own, .. } = call.author();
    let need = if *own == *user_id { VIEWER } else { OWNER };
    let Conversing { row, .. } = conversing(&backend, &call, &id, need).await?;
    backend.conversations.exit(row.conversation_id, &user_id).await?;
    Ok(Json(ParticipantSet { success: true, user_id, takes_part: false }))
}
