//! How it is with a project's chat: in figures, now, and what is known of its last question.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::rest::processing::{
    ChatContext, ChatRequest, ChatStats, ChatStatus, ProcessingTotals,
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::call::Call;
use super::document::errors::Errors;
use super::error::ApiError;
use super::parts::{Id, Parameters, SpokenProject};
use super::project_chat::{OfChat, VIEWER, sessions};
use crate::conversation::processing::terms::preview;
use crate::transport::Backend;
use crate::transport::processing::Context;

/// How much of a text is told.
const SHOWN: usize = 200;

/// Counts what was said in a project's chat
#[utoipa::path(
    get, path = "/api/chat/stats/{project_id}", tag = "project chat", operation_id = "count_project_chat",
    params(SpokenProject),
    responses((status = OK, description = "The figures", body = ChatStats), Errors<OfChat>),
)]
pub async fn stats(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(project): Id,
) -> Result<Json<ChatStats>, ApiError> {
    let spoken = backend.spoken_project(call.caller(), &project, VIEWER).await?;
    let (rows, _) = sessions(&backend, &spoken.topic).await?;
    let totals = backend.conversations.doings.totals();
    let mean = |sum: f64| (totals.answered > 0).then(|| sum / totals.answered as f64);
    Ok(Json(ChatStats {
        project_id: spoken.topic.to_string(),
        total_sessions: rows.len(),
        total_messages: rows.iter().map(|row| row.head).sum(),
        last_message_at: rows
            .iter()
            .filter_map(|row| row.last_message_at)
            .max()
            .map(|at| at.in_microseconds()),
        listeners: backend.channels.listeners(&spoken.topic),
        processing: ProcessingTotals {
            answered: totals.answered,
            failed: totals.failed,
            verification_required: totals.unsure,
            average_processing_time: mean(totals.seconds),
            average_confidence: mean(totals.confidence),
        },
        timestamp: backend.identity.now().in_microseconds(),
    }))
}

/// Tells what a project's chat is doing
#[utoipa::path(
    get, path = "/api/chat/status/{project_id}", tag = "project chat", operation_id = "project_chat_status",
    params(SpokenProject),
    responses((status = OK, description = "What it is doing", body = ChatStatus), Errors<OfChat>),
)]
pub async fn status(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(project): Id,
) -> Result<Json<ChatStatus>, ApiError> {
    let spoken = backend.spoken_project(call.caller(), &project, VIEWER).await?;
    let doing = backend.conversations.doings.of(&spoken.topic);
    let is_at = |status: &str| doing.iter().any(|(_, doing)| doing.status == status);
    let status = ["generating", "processing"].into_iter().find(|status| is_at(status)).unwrap_or("idle");
    let requests = doing.iter().map(|(request_id, doing)| ChatRequest {
        request_id: request_id.clone(),
        session_id: doing.session.clone(),
        status: doing.status,
        processing_time: doing.since.elapsed().as_secs_f64(),
    });
    Ok(Json(ChatStatus {
        project_id: spoken.topic.to_string(),
        status,
        assistant_available: backend.conversations.has_assistant().await,
        requests: requests.collect(),
        timestamp: backend.identity.now().in_microseconds(),
    }))
}

/// Which session's last question it is about.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OfSession {
    /// A session of the chat, or a client's word for one; without it the one of those who name none.
    #[param(required = false, value_type = String, max_length = 256)]
    session_id: Option<String>,
}

/// Tells what is known of the last question of a session
#[utoipa::path(
    get, path = "/api/chat/context/{project_id}", tag = "project chat", operation_id = "read_chat_context",
    params(SpokenProject, OfSession),
    responses((status = OK, description = "What is known", body = ChatContext), Errors<OfChat>),
)]
pub async fn context(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(project): Id,
    Parameters(of): Parameters<OfSession>,
) -> Result<Json<ChatContext>, ApiError> {
    let spoken = backend.spoken_project(call.caller(), &project, VIEWER).await?;
    let id = backend.chat_session(&spoken, of.session_id.as_deref()).await?;
    let Context { terms, weighed } = backend.chat_context(&spoken, id).await?;
    Ok(Json(ChatContext {
        project_id: spoken.topic.to_string(),
        session_id: id.to_string(),
        key_terms: terms,
        memory_count: weighed.memories.len(),
        relevant_memories: weighed.relevant().map(|memory| preview(&memory.text, SHOWN)).collect(),
        context_score: weighed.known.context,
        completeness_score: weighed.known.completeness,
        confidence_score: weighed.known.confidence,
        suggested_actions: weighed.known.suggested_actions,
        timestamp: backend.identity.now().in_microseconds(),
    }))
}
