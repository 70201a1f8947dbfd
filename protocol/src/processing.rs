//! What everybody who hears a project is told while its assistant works on a message.

use serde::Serialize;
use utoipa::ToSchema;

use crate::EventName;

/// `ai_processing_start`: a message is worked on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AiProcessingStart<'a> {
    /// Its own name.
    pub event: EventName,
    /// Names the request in all its events and in its answer.
    pub request_id: &'a str,
    /// The whole message.
    pub user_message: &'a str,
    /// The project.
    pub project_id: &'a str,
    /// The session as the client named it.
    #[schema(required = true)]
    pub session_id: Option<&'a str>,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: &'a str,
}

/// `ai_processing_progress`: a stage of it began or ended. What else it says depends on the stage.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct Progress {
    /// Of `context_analysis`: the share of the terms that something is known of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub context_score: Option<f64>,
    /// Of `context_analysis`: how much is known for a message with so many terms.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub completeness_score: Option<f64>,
    /// Of `context_analysis`: the mean of both.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub confidence_score: Option<f64>,
    /// Of `ai_generation` and `verification`: from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub confidence: Option<f64>,
    /// Of `ai_generation`: how long that took, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub processing_time: Option<f64>,
    /// Of `ai_generation`: what is remembered of it. Nothing yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub memory_keys: Option<Vec<String>>,
    /// Of `verification` that is required: what to ask whoever wrote the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub verification_prompt: Option<String>,
    /// Of `verification` that began: how thorough it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub verification_intensity: Option<String>,
    /// Of `verification` that ended: whether the answer holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub verified: Option<bool>,
    /// Of `verification` that ended: why, at most 200 characters of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub feedback: Option<String>,
    /// Of `verification` that failed: what happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub error: Option<String>,
}

/// `ai_processing_progress`
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AiProcessingProgress<'a> {
    /// Its own name.
    pub event: EventName,
    /// Names the request.
    pub request_id: &'a str,
    /// `context_analysis`, `ai_generation` or `verification`.
    pub stage: &'a str,
    /// `started`, `completed`, `required` or `error`.
    pub status: &'a str,
    /// The project.
    pub project_id: &'a str,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: &'a str,
    /// What else it says.
    #[serde(flatten)]
    pub more: Progress,
}

/// What `context_analysis_complete` says, stage by stage.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct Analysis {
    /// Of `analysis_started`: the first 100 characters of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub user_input_preview: Option<String>,
    /// Of `key_terms_extracted`: the words that the message is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub key_terms: Option<Vec<String>>,
    /// Of `key_terms_extracted`: how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub term_count: Option<usize>,
    /// Of `memories_retrieved`: how many earlier messages and nodes were looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub memory_count: Option<usize>,
    /// Of `analysis_complete`: the share of the terms that something is known of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub context_score: Option<f64>,
    /// Of `analysis_complete`: how much is known for a message with so many terms.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub completeness_score: Option<f64>,
    /// Of `analysis_complete`: the mean of both.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub confidence_score: Option<f64>,
    /// Of `analysis_complete`: how many of them have a term in them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub relevant_memory_count: Option<usize>,
    /// Of `analysis_complete`: how long that took, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub processing_time: Option<f64>,
    /// Of `analysis_complete`: what would help the assistant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub suggested_actions: Option<Vec<String>>,
}

/// `context_analysis_complete`: what is found out about a message before the assistant is asked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContextAnalysis<'a> {
    /// Its own name.
    pub event: EventName,
    /// Names the request.
    pub request_id: &'a str,
    /// `analysis_started`, `key_terms_extracted`, `memories_retrieved` or `analysis_complete`.
    pub stage: &'a str,
    /// The project.
    pub project_id: &'a str,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: &'a str,
    /// What else it says.
    #[serde(flatten)]
    pub more: Analysis,
}

/// `message_processed`: a message of the chat is kept.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MessageProcessed<'a> {
    /// Its own name.
    pub event: EventName,
    /// Names the request.
    pub request_id: &'a str,
    /// The message in its conversation.
    pub message_id: &'a str,
    /// `user` or `ai_pm`.
    pub role: &'a str,
    /// Its first 100 characters.
    pub content_preview: &'a str,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: &'a str,
    /// The project.
    pub project_id: &'a str,
}

/// `ai_processing_end`: the message is answered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AiProcessingEnd<'a> {
    /// Its own name.
    pub event: EventName,
    /// Names the request.
    pub request_id: &'a str,
    /// Always true.
    #[schema(schema_with = crate::schema::always_true)]
    pub success: bool,
    /// How sure the assistant is, from 0 to 1.
    pub confidence: f64,
    /// How long everything took, in seconds.
    pub processing_time: f64,
    /// Whether somebody should look at the answer; the same as in the request's answer.
    pub verification_required: bool,
    /// The project.
    pub project_id: &'a str,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: &'a str,
}

/// `ai_processing_error`: the message is not answered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AiProcessingError<'a> {
    /// Its own name.
    pub event: EventName,
    /// Names the request.
    pub request_id: &'a str,
    /// For people.
    pub error: &'a str,
    /// The project.
    pub project_id: &'a str,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: &'a str,
}

/// `error_occurred`: a part of the server could not do its work for a project.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ErrorOccurred<'a> {
    /// Its own name.
    pub event: EventName,
    /// Which part.
    pub component: &'a str,
    /// What it was at.
    pub operation: &'a str,
    /// For people.
    pub error: &'a str,
    /// The project.
    pub project_id: &'a str,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: &'a str,
}

/// `chat_status_update`: what the chat of a project is doing changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChatStatusUpdate<'a> {
    /// Its own name.
    pub event: EventName,
    /// The project.
    pub project_id: &'a str,
    /// The session as the client named it.
    #[schema(required = true)]
    pub session_id: Option<&'a str>,
    /// Names the request.
    pub request_id: &'a str,
    /// `processing`, `generating`, `completed` or `error`.
    pub status: &'a str,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: &'a str,
}
