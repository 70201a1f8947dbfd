//! Who is connected to `/ws/chat`, and how it is with it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::rest::chat_sessions::{
    AssistantState, AssistantStatus, ChatHealth, ChatMetrics, ChatSessionList, ChatSessionView,
};

use super::call::Call;
use super::document::errors::Errors;
use super::error::ApiError;
use crate::domain::{Caller, Standing};
use crate::transport::Backend;
use crate::transport::gateway::chat::sessions::ChatSession;

/// Tells how it is with `/ws/chat`
#[utoipa::path(
    get, path = "/ws/health", tag = "connections", operation_id = "chat_health",
    responses((status = OK, description = "How it is", body = ChatHealth), Errors<()>),
)]
pub async fn health(State(backend): State<Arc<Backend>>) -> Json<ChatHealth> {
    let assistant = backend.conversations.assistant_state().await;
    let is_healthy = assistant == AssistantState::Answers;
    let totals = backend.chat_sessions.totals();
    Json(ChatHealth {
        status: "healthy",
        service: "websocket",
        timestamp: backend.identity.now().in_microseconds(),
        metrics: ChatMetrics {
            active_connections: totals.active_connections,
            unique_clients: totals.unique_clients,
            total_connections: totals.total_connections,
            total_messages: totals.total_messages,
            total_tokens: totals.total_tokens,
            total_errors: totals.total_errors,
            max_connections: backend.chat_sessions.rules().connections,
        },
        ollama_status: if is_healthy { AssistantStatus::Healthy } else { AssistantStatus::Unhealthy },
        assistant,
    })
}

/// Lists who is connected to `/ws/chat`
///
/// The caller's own connections; all of them for who may do everything.
#[utoipa::path(
    get, path = "/ws/sessions", tag = "connections", operation_id = "list_chat_sessions",
    responses((status = OK, description = "The connections", body = ChatSessionList), Errors<()>),
)]
pub async fn list(
    State(backend): State<Arc<Backend>>,
    call: Call,
) -> Result<Json<ChatSessionList>, ApiError> {
    let only = match call.caller() {
        Some(Caller { standing: Standing::User, user_id, .. }) => Some(&**user_id),
        _ => None,
    };
    let sessions = backend.chat_sessions.list(only).into_iter();
    let sessions: std::collections::BTreeMap<_, _> =
        sessions.map(|session| (session.session_id.to_string(), shown(&backend, &session))).collect();
    let timestamp = backend.identity.now().in_microseconds();
    Ok(Json(ChatSessionList { total_sessions: sessions.len(), sessions, timestamp }))
}

fn shown(backend: &Backend, session: &ChatSession) -> ChatSessionView {
    ChatSessionView {
        client_id: session.client_id.clone(),
        session_id: session.session_id.to_string(),
        ip_address: session.address.to_string(),
        connected_at: session.connected_at.clone(),
        last_activity: backend.identity.now().before(session.idle.as_millis()).in_microseconds(),
        message_count: session.message_count,
        token_count: session.token_count,
        error_count: session.error_count,
    }
}
