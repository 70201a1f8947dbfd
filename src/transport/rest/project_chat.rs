//! A project's chat under `/api/chat`: its sessions, what was said, and how it is with it. Asking is in `processing`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use graphroom_protocol::rest::processing::{
    ChatEntry, ChatHistory, ChatSessionDeleted, ChatSessionInfo, ChatSessionMade, NewChatSession,
    ProjectChatSessions,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::IntoParams;

use super::auth::{Fields, ReadsBody, faulty};
use super::call::Call;
use super::document::errors::{
    ConversationNotFound, Errors, Forbidden, InvalidRequest, NeedsSession, ProjectNotFound,
};
use super::error::ApiError;
use super::parts::{ChatSessionOfProject, Id, Ids, Parameters, SpokenProject, number};
use super::processing::object;
use crate::conversation::{
    Beginning, ConversationQuery, ConversationRow, MessageQuery, MessageRole, MessageRow, telling,
};
use crate::domain::Role;
use crate::identity::Need;
use crate::identity::audit::{Kind, Note};
use crate::transport::Backend;

pub(super) const VIEWER: Need = Need::Role(Role::Viewer);
const COMMENTER: Need = Need::Role(Role::Commenter);
/// Sessions that are listed.
pub const MOST: usize = 100;
/// Messages of a history that does not say.
const HISTORY: usize = 50;
/// The longest title and description, in characters.
pub const MAX_TITLE: usize = 100;
pub const MAX_DESCRIPTION: usize = 500;

/// Of a route about a project's chat.
pub(super) type OfChat = (InvalidRequest, Forbidden, ProjectNotFound, NeedsSession);

/// Lists the sessions of a project's chat
///
/// They are the project's conversations.
#[utoipa::path(
    get, path = "/api/chat/sessions/{project_id}", tag = "project chat", operation_id = "list_project_chats",
    params(SpokenProject),
    responses((status = OK, description = "The sessions", body = ProjectChatSessions), Errors<OfChat>),
)]
pub async fn list(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(project): Id,
) -> Result<Json<ProjectChatSessions>, ApiError> {
    let spoken = backend.spoken_project(call.caller(), &project, VIEWER).await?;
    let (rows, has_more) = sessions(&backend, &spoken.topic).await?;
    let sessions: Vec<_> = rows.iter().map(|row| info(row, &spoken.topic)).collect();
    let total_count = sessions.len();
    Ok(Json(ProjectChatSessions { project_id: spoken.topic.to_string(), sessions, total_count, has_more }))
}

/// The conversations of a project, and whether there are more.
pub(super) async fn sessions(
    backend: &Backend,
    topic: &str,
) -> Result<(Vec<ConversationRow>, bool), ApiError> {
    let query = ConversationQuery {
        participant: None,
        project_id: Some(topic.to_owned()),
        client_id: None,
        status: None,
        before: None,
        limit: MOST,
    };
    let page = backend.conversations.list(query).await?;
    Ok((page.conversations, page.has_more))
}

fn info(row: &ConversationRow, topic: &str) -> ChatSessionInfo {
    let shown = telling::conversation(row);
    ChatSessionInfo {
        session_id: shown.conversation_id,
        project_id: topic.to_owned(),
        description: description(shown.metadata.as_ref()),
        title: shown.title,
        created_at: row.created_at.in_microseconds(),
        last_message_at: row.last_message_at.map(|at| at.in_microseconds()),
        message_count: row.head,
    }
}

fn description(metadata: Option<&Value>) -> Option<String> {
    metadata?["description"].as_str().map(str::to_owned)
}

/// Begins a session of a project's chat
#[utoipa::path(
    post, path = "/api/chat/sessions/{project_id}", tag = "project chat", operation_id = "create_project_chat",
    params(SpokenProject), request_body = NewChatSession,
    responses(
        (status = OK, description = "The session", body = ChatSessionMade),
        Errors<(ReadsBody, OfChat)>,
    ),
)]
pub async fn create(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(project): Id,
    request: Request,
) -> Result<Json<ChatSessionMade>, ApiError> {
    let spoken = backend.spoken_project(call.caller(), &project, COMMENTER).await?;
    let fields = Fields::read(request).await?;
    let title = fields.required("title")?;
    if title.trim().is_empty() || title.chars().count() > MAX_TITLE {
        return Err(faulty("value_error", &["body", "title"], "A title has 1 to 100 characters"));
    }
    let description = fields.optional("description")?;
    if description.as_ref().is_some_and(|text| text.chars().count() > MAX_DESCRIPTION) {
        let rule = "A description has at most 500 characters";
        return Err(faulty("string_too_long", &["body", "description"], rule));
    }
    let settings = object(&fields, "settings")?;
    let mut metadata = Map::new();
    metadata.extend(description.clone().map(|text| ("description".to_owned(), json!(text))));
    if !settings.is_empty() {
        metadata.insert("settings".to_owned(), Value::Object(settings));
    }
    let beginning = Beginning {
        project_id: Some(spoken.topic.to_string()),
        title: Some(title),
        metadata: Some(metadata).filter(|metadata| !metadata.is_empty()),
        ..Beginning::default()
    };
    let row = backend.conversations.begin(beginning, &call.author()).await?;
    Ok(Json(ChatSessionMade {
        session_id: row.conversation_id.to_string(),
        title: row.title,
        description,
        created_at: row.created_at.in_microseconds(),
        project_id: spoken.topic.to_string(),
        message: "Chat session created successfully",
    }))
}

/// Deletes a session of a project's chat
///
/// With all that was said in it. Of a project of ours its owners may, else who began it.
#[utoipa::path(
    delete, path = "/api/chat/sessions/{project_id}/{chat_session_id}", tag = "project chat",
    operation_id = "delete_project_chat", params(ChatSessionOfProject),
    responses(
        (status = OK, description = "It is gone", body = ChatSessionDeleted),
        Errors<(OfChat, ConversationNotFound)>,
    ),
)]
pub async fn delete(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Ids(project, session): Ids,
) -> Result<Json<ChatSessionDeleted>, ApiError> {
    let spoken = backend.spoken_project(call.caller(), &project, COMMENTER).await?;
    let id = backend.chat_session(&spoken, Some(&session)).await?;
    backend.conversing(call.caller(), Need::Role(Role::Owner), id).await?;
    backend.conversations.delete(id).await?;
    let note = Note::new(Kind::ConversationDeleted).of(&id.to_string()).in_project(spoken.project);
    call.note(&backend, note);
    Ok(Json(ChatSessionDeleted {
        message: "Chat session deleted successfully",
        session_id: session,
        project_id: spoken.topic.to_string(),
    }))
}

/// Which messages to read.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// A session of the chat, or a client's word for one; without it the one of those who name none.
    #[param(required = false, value_type = String, max_length = 256)]
    session_id: Option<String>,
    /// How many, the latest of them.
    #[param(required = false, value_type = usize, default = 50, minimum = 1, maximum = 100)]
    limit: Option<String>,
}

/// Reads what was said in a session of a project's chat
#[utoipa::path(
    get, path = "/api/chat/history/{project_id}", tag = "project chat", operation_id = "read_project_chat",
    params(SpokenProject, Page),
    responses((status = OK, description = "The latest messages, oldest first", body = ChatHistory), Errors<OfChat>),
)]
pub async fn history(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(project): Id,
    Parameters(page): Parameters<Page>,
) -> Result<Json<ChatHistory>, ApiError> {
    let limit = number("limit", page.limit.as_deref(), HISTORY, 1..=100)?;
    let spoken = backend.spoken_project(call.caller(), &project, VIEWER).await?;
    let id = backend.chat_session(&spoken, page.session_id.as_deref()).await?;
    let query = MessageQuery { conversation_id: id, before: None, after: None, limit };
    let (rows, has_more) = backend.conversations.messages(query).await?;
    let messages: Vec<_> = rows.iter().filter(|row| row.deleted_at.is_none()).map(entry).collect();
    let (project_id, total_count) = (spoken.topic.to_string(), messages.len());
    Ok(Json(ChatHistory { project_id, session_id: id.to_string(), messages, total_count, has_more }))
}

fn entry(row: &MessageRow) -> ChatEntry {
    let role = match row.role {
        MessageRole::User => "user",
        MessageRole::Assistant => "ai_pm",
        MessageRole::System => "system",
    };
    let shown = telling::message(row);
    ChatEntry {
        id: shown.message_id,
        role,
        content: shown.text,
        timestamp: row.at.in_microseconds(),
        user_id: shown.author.user_id,
        metadata: shown.metadata,
    }
}
