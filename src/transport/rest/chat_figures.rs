//! How it is with a project's chat: in figures, now, and what is known of its last question. And verdicts on answers.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::extract::{Request, State};
use graphroom_protocol::processing::Progress;
use graphroom_protocol::rest::processing::{
    ChatContext, ChatRequest, ChatStats, ChatStatus, ProcessingTotals, VerifiedChat, VerifyRequest,
};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::auth::{Fields, faulty};
use super::call::Call;
use super::document::errors::Errors;
use super::error::ApiError;
use super::parts::{Id, Parameters, SpokenProject};
use super::processing::{Asks, message};
use super::project_chat::{OfChat, VIEWER, sessions};
use crate::conversation::processing::terms::{key_terms, known, preview};
use crate::conversation::processing::{Stage, progress};
use crate::conversation::{MAX_TEXT, MessageQuery, MessageRole};
use crate::domain::Role;
use crate::identity::Need;
use crate::transport::Backend;

/// How much of a text is told.
const SHOWN: usize = 200;
/// Messages that are looked at for what is known.
const LOOKED_AT: usize = 100;

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
    let query = MessageQuery { conversation_id: id, before: None, after: None, limit: LOOKED_AT };
    let (rows, _) = backend.conversations.messages(query).await?;
    let mut said: Vec<_> = rows.into_iter().filter(|row| row.deleted_at.is_none()).collect();
    let last = said.iter().rposition(|row| row.role == MessageRole::User);
    let terms = last.map(|last| key_terms(&said.remove(last).text)).unwrap_or_default();
    let nodes = backend.remembered(spoken.project, terms.clone()).await?;
    let memories: Vec<String> =
        said.into_iter().map(|row| row.text).chain(nodes.into_iter().map(|node| node.text)).collect();
    let known = known(&terms, memories.iter().map(String::as_str));
    let relevant = known.relevant.iter().filter_map(|place| memories.get(*place));
    Ok(Json(ChatContext {
        project_id: spoken.topic.to_string(),
        session_id: id.to_string(),
        key_terms: terms,
        memory_count: memories.len(),
        relevant_memories: relevant.map(|text| preview(text, SHOWN)).collect(),
        context_score: known.context,
        completeness_score: known.completeness,
        confidence_score: known.confidence,
        suggested_actions: known.suggested_actions,
        timestamp: backend.identity.now().in_microseconds(),
    }))
}

/// Lets the assistant look at an answer again
///
/// Who hears the project is told that it begins and what came of it.
#[utoipa::path(
    post, path = "/api/chat/verify", tag = "project chat", operation_id = "verify_chat",
    request_body = VerifyRequest,
    responses((status = OK, description = "What it found", body = VerifiedChat), Errors<Asks>),
)]
pub async fn verify(
    State(backend): State<Arc<Backend>>,
    call: Call,
    request: Request,
) -> Result<Json<VerifiedChat>, ApiError> {
    let fields = Fields::read(request).await?;
    let (project, response) = (fields.required("project_id")?, message(&fields, "response")?);
    let asked = fields.optional("user_message")?;
    if asked.as_ref().is_some_and(|text| text.chars().count() > MAX_TEXT) {
        let rule = "String should have at most 32768 characters";
        return Err(faulty("string_too_long", &["body", "user_message"], rule));
    }
    let intensity = fields.optional("verification_intensity")?.unwrap_or_else(|| "medium".to_owned());
    if !["low", "medium", "high"].contains(&intensity.as_str()) {
        let rule = "Input should be 'low', 'medium' or 'high'";
        return Err(faulty("enum", &["body", "verification_intensity"], rule));
    }
    let need = Need::Role(Role::Commenter);
    let spoken = backend.spoken_project(call.caller(), &project, need).await?;
    let (tell, request_id) = (backend.telling(&spoken), Uuid::new_v4().to_string());
    let said = |status: &str, more: Progress| {
        let now = backend.identity.now().in_microseconds();
        progress(&tell, (&spoken.topic, &request_id, &now), Stage::Verification, status, more);
    };
    let began = Instant::now();
    said("started", Progress { verification_intensity: Some(intensity.clone()), ..Progress::default() });
    let verdict = backend.conversations.verdict(asked.as_deref(), &response, &intensity).await;
    let verdict = verdict.inspect_err(|error| {
        said("error", Progress { error: Some(error.message.clone()), ..Progress::default() });
    })?;
    said(
        "completed",
        Progress {
            verified: Some(verdict.verified),
            confidence: Some(verdict.confidence),
            feedback: Some(preview(&verdict.feedback, SHOWN)),
            ..Progress::default()
        },
    );
    Ok(Json(VerifiedChat {
        success: true,
        verified: verdict.verified,
        confidence: verdict.confidence,
        feedback: verdict.feedback,
        verification_intensity: intensity,
        processing_time: began.elapsed().as_secs_f64(),
        timestamp: backend.identity.now().in_microseconds(),
        request_id,
    }))
}
