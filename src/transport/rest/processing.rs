//! `POST /api/chat/process` and `/api/chat/verify`: a project's assistant is asked, and an answer looked at again.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use graphroom_protocol::rest::processing::{
    AiMetadata, AiResponse, ModelInfo, ProcessRequest, ProcessedChat, VerifiedChat, VerifyRequest,
};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::auth::{Fields, ReadsBody, faulty};
use super::call::Call;
use super::document::errors::{
    AssistantUnavailable, Busy, Errors, Forbidden, InvalidRequest, NeedsSession, ProjectNotFound,
};
use super::error::ApiError;
use crate::conversation::MAX_TEXT;
use crate::conversation::processing::{Doubted, Verified};
use crate::domain::Role;
use crate::identity::Need;
use crate::transport::Backend;
use crate::transport::processing::Worked;

/// Of what asks a project's assistant.
type Asks =
    (ReadsBody, (InvalidRequest, Forbidden, ProjectNotFound), (Busy, AssistantUnavailable), NeedsSession);

/// Lets a project's assistant answer a message
///
/// Who hears the project is told each step. It goes on to its end, also if the caller goes meanwhile; the message and the
/// answer are kept in the conversation that the session is.
#[utoipa::path(
    post, path = "/api/chat/process", tag = "project chat", operation_id = "process_chat",
    request_body = ProcessRequest,
    responses((status = OK, description = "The answer", body = ProcessedChat), Errors<Asks>),
)]
pub async fn process(
    State(backend): State<Arc<Backend>>,
    call: Call,
    request: Request,
) -> Result<Json<ProcessedChat>, ApiError> {
    let fields = Fields::read(request).await?;
    let request = ProcessRequest {
        project_id: fields.required("project_id")?,
        user_message: message(&fields, "user_message")?,
        session_id: fields.optional("session_id")?,
        context: object(&fields, "context")?,
        require_verification: flag(&fields, "require_verification", true)?,
    };
    let worked = backend.process(call.caller(), call.author(), request).await?;
    Ok(Json(shown(worked)))
}

/// Lets the assistant look at an answer again
///
/// Who hears the project is told that it begins and what came of it, also if the caller goes meanwhile.
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
    let (project, answer) = (fields.required("project_id")?, message(&fields, "response")?);
    let question = fields.optional("user_message")?;
    if question.as_ref().is_some_and(|text| text.chars().count() > MAX_TEXT) {
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
    let request_id = Uuid::new_v4().to_string();
    let doubted = Doubted {
        request_id: request_id.clone(),
        topic: Arc::clone(&spoken.topic),
        question,
        answer,
        intensity: intensity.clone(),
    };
    let Verified { verdict, whole } = backend.conversations.verify(doubted, backend.telling(&spoken)).await?;
    Ok(Json(VerifiedChat {
        success: true,
        verified: verdict.verified,
        confidence: verdict.confidence,
        feedback: verdict.feedback,
        verification_intensity: intensity,
        processing_time: whole,
        timestamp: backend.identity.now().in_microseconds(),
        request_id,
    }))
}

/// A text that says something, and not too much.
fn message(fields: &Fields, field: &'static str) -> Result<String, ApiError> {
    let text = fields.required(field)?;
    if text.trim().is_empty() {
        return Err(faulty("string_too_short", &["body", field], "String should have at least 1 character"));
    }
    if text.chars().count() > MAX_TEXT {
        let message = "String should have at most 32768 characters";
        return Err(faulty("string_too_long", &["body", field], message));
    }
    Ok(text)
}

pub(super) fn object(fields: &Fields, field: &'static str) -> Result<Map<String, Value>, ApiError> {
    match fields.0.get(field) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(object)) => Ok(object.clone()),
        Some(_) => Err(faulty("dict_type", &["body", field], "Input should be a valid dictionary")),
    }
}

fn flag(fields: &Fields, field: &'static str, default: bool) -> Result<bool, ApiError> {
    match fields.0.get(field) {
        None | Some(Value::Null) => Ok(default),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(faulty("bool_type", &["body", field], "Input should be a valid boolean")),
    }
}

fn shown(worked: Worked) -> ProcessedChat {
    let Worked { request_id, conversation_id, processed } = worked;
    let (confidence, verification_intensity) = (processed.explained.confidence, processed.intensity());
    let required = processed.verification_required;
    ProcessedChat {
        success: true,
        ai_response: AiResponse {
            id: processed.message.message_id,
            user_explanation: processed.explained.user_explanation,
            technical_instruction: processed.explained.technical_instruction,
            confidence,
            metadata: AiMetadata {
                memory_keys: Vec::new(),
                dependencies: processed.nodes,
                context_items: processed.context_items,
                processing_time: processed.generation,
                attempt: 1,
                verification_intensity,
                model_info: ModelInfo { name: processed.model, total_tokens: processed.tokens },
                error_info: (),
                request_id: request_id.clone(),
            },
            timestamp: processed.message.at.in_microseconds(),
            status: if required { "verification_required" } else { "completed" },
        },
        verification_required: required,
        verification_prompt: processed.verification_prompt,
        session_updated: true,
        message_stored: true,
        processing_time: processed.whole,
        error_message: (),
        request_id,
        conversation_id: conversation_id.to_string(),
    }
}
