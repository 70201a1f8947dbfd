//! A project's chat with the assistant under `/api/chat`: bodies as clients of an older server know them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// The body of `POST /api/chat/process`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ProcessRequest {
    /// The project, or a word for one that is kept elsewhere.
    #[schema(min_length = 1, max_length = 128)]
    pub project_id: String,
    /// What is asked.
    #[schema(min_length = 1, max_length = 32768)]
    pub user_message: String,
    /// A session of the project's chat, or a word for one; without it the one of those who name none.
    #[serde(default)]
    #[schema(max_length = 256)]
    pub session_id: Option<String>,
    /// What else the assistant is shown.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub context: Map<String, Value>,
    /// Whether an answer that is not sure has to be looked at. True if it is not said.
    #[serde(default = "yes")]
    #[schema(value_type = Option<bool>, default = true)]
    pub require_verification: bool,
}

fn yes() -> bool {
    true
}

/// The answer to `POST /api/chat/process`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProcessedChat {
    /// Always true: what fails is an error.
    #[schema(schema_with = crate::schema::always_true)]
    pub success: bool,
    /// The answer.
    pub ai_response: AiResponse,
    /// Whether somebody should look at it.
    pub verification_required: bool,
    /// What to ask whoever wrote the message; null if nobody needs to look.
    #[schema(required = true)]
    pub verification_prompt: Option<String>,
    /// Whether the session has the answer: always.
    pub session_updated: bool,
    /// Whether the message is kept: always.
    pub message_stored: bool,
    /// How long it took, in seconds.
    pub processing_time: f64,
    /// Always null: what fails is an error.
    #[schema(schema_with = crate::schema::always_null)]
    pub error_message: (),
    /// Names the request, as in its events.
    pub request_id: String,
    /// The conversation that the session is.
    pub conversation_id: String,
}

/// An answer of the assistant's.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AiResponse {
    /// The message in its conversation.
    pub id: String,
    /// In plain words.
    pub user_explanation: String,
    /// What to do, for who does it.
    pub technical_instruction: String,
    /// How sure it is, from 0 to 1.
    pub confidence: f64,
    /// How it came about.
    pub metadata: AiMetadata,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
    /// `verification_required` or `completed`.
    pub status: &'static str,
}

/// How an answer came about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AiMetadata {
    /// What is remembered of it. Nothing yet.
    pub memory_keys: Vec<String>,
    /// The nodes of the project that it was shown.
    pub dependencies: Vec<String>,
    /// How many earlier messages and nodes it was shown.
    pub context_items: usize,
    /// How long the assistant took, in seconds.
    pub processing_time: f64,
    /// Always 1: no answer that was begun is asked for again.
    pub attempt: u32,
    /// How thoroughly it should be looked at: `none`, `low`, `medium` or `high`.
    pub verification_intensity: &'static str,
    /// The model.
    pub model_info: ModelInfo,
    /// Always null: what fails is an error.
    #[schema(schema_with = crate::schema::always_null)]
    pub error_info: (),
    /// Names the request, as in its events.
    pub request_id: String,
}

/// The model that answered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ModelInfo {
    /// Its name.
    pub name: String,
    /// How many tokens the answer has, as it counts.
    pub total_tokens: u64,
}

/// The body of `POST /api/chat/sessions/{project_id}`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewChatSession {
    /// What it is called.
    #[schema(min_length = 1, max_length = 100)]
    pub title: String,
    /// What it is for.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub description: Option<String>,
    /// What clients want to know of it.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub settings: Map<String, Value>,
}

/// A session of a project's chat.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChatSessionInfo {
    /// The conversation that it is.
    pub session_id: String,
    /// The project.
    pub project_id: String,
    /// What it is called.
    pub title: String,
    /// What it is for.
    #[schema(required = true)]
    pub description: Option<String>,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// The time of its latest message; null before the first.
    #[schema(required = true, format = DateTime)]
    pub last_message_at: Option<String>,
    /// How many messages it has.
    pub message_count: u64,
}

/// The answer to `POST /api/chat/sessions/{project_id}`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChatSessionMade {
    /// The conversation that it is.
    pub session_id: String,
    /// What it is called.
    pub title: String,
    /// What it is for.
    #[schema(required = true)]
    pub description: Option<String>,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// The project.
    pub project_id: String,
    /// For people.
    pub message: &'static str,
}

/// The answer to `GET /api/chat/sessions/{project_id}`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProjectChatSessions {
    /// The project.
    pub project_id: String,
    /// Its sessions, the latest activity first; 100 at most.
    pub sessions: Vec<ChatSessionInfo>,
    /// How many of them are here.
    pub total_count: usize,
    /// Whether there are more.
    pub has_more: bool,
}

/// The answer to `DELETE /api/chat/sessions/{project_id}/{chat_session_id}`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChatSessionDeleted {
    /// For people.
    pub message: &'static str,
    /// The session.
    pub session_id: String,
    /// The project.
    pub project_id: String,
}

/// A message of a project's chat.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChatEntry {
    /// The message in its conversation.
    pub id: String,
    /// `user`, `ai_pm` or `system`.
    pub role: &'static str,
    /// What it says.
    pub content: String,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
    /// Whose it is.
    pub user_id: String,
    /// What is kept with it; null if nothing is.
    #[schema(required = true, value_type = Option<Object>)]
    pub metadata: Option<Value>,
}

/// The answer to `GET /api/chat/history/{project_id}`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChatHistory {
    /// The project.
    pub project_id: String,
    /// The conversation that the session is.
    pub session_id: String,
    /// The latest messages, oldest first.
    pub messages: Vec<ChatEntry>,
    /// How many of them are here.
    pub total_count: usize,
    /// Whether there are earlier ones.
    pub has_more: bool,
}

/// The body of `POST /api/chat/verify`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct VerifyRequest {
    /// The project, which is told.
    #[schema(min_length = 1, max_length = 128)]
    pub project_id: String,
    /// What the answer says.
    #[schema(min_length = 1, max_length = 32768)]
    pub response: String,
    /// What it answers.
    #[serde(default)]
    #[schema(max_length = 32768)]
    pub user_message: Option<String>,
    /// `low`, `medium` or `high`; `medium` if it is not said.
    #[serde(default)]
    pub verification_intensity: Option<String>,
}

/// The answer to `POST /api/chat/verify`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VerifiedChat {
    /// Always true: what fails is an error.
    #[schema(schema_with = crate::schema::always_true)]
    pub success: bool,
    /// Whether the answer holds.
    pub verified: bool,
    /// How sure that is, from 0 to 1.
    pub confidence: f64,
    /// Why.
    pub feedback: String,
    /// `low`, `medium` or `high`.
    pub verification_intensity: String,
    /// How long it took, in seconds.
    pub processing_time: f64,
    /// Names the request, as in its events.
    pub request_id: String,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// The answer to `GET /api/chat/stats/{project_id}`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChatStats {
    /// The project.
    pub project_id: String,
    /// Its sessions, 100 at most.
    pub total_sessions: usize,
    /// Their messages.
    pub total_messages: u64,
    /// The time of the latest; null before the first.
    #[schema(required = true, format = DateTime)]
    pub last_message_at: Option<String>,
    /// How many connections hear the project.
    pub listeners: usize,
    /// What the assistant did since the server's start, for all projects.
    pub processing: ProcessingTotals,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// What the assistant did since the server's start.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProcessingTotals {
    /// Messages that it answered.
    pub answered: u64,
    /// Messages that it did not.
    pub failed: u64,
    /// Answers that were to be looked at.
    pub verification_required: u64,
    /// How long an answer took, in seconds; null before the first.
    #[schema(required = true)]
    pub average_processing_time: Option<f64>,
    /// How sure it was; null before the first.
    #[schema(required = true)]
    pub average_confidence: Option<f64>,
}

/// The answer to `GET /api/chat/status/{project_id}`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChatStatus {
    /// The project.
    pub project_id: String,
    /// `idle`, `processing` or `generating`: what the chat is furthest with.
    pub status: &'static str,
    /// Whether the assistant's server answers.
    pub assistant_available: bool,
    /// What is worked on.
    pub requests: Vec<ChatRequest>,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// A message that is worked on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChatRequest {
    /// Names it in its events.
    pub request_id: String,
    /// The session as the client named it.
    #[schema(required = true)]
    pub session_id: Option<String>,
    /// `processing` or `generating`.
    pub status: &'static str,
    /// For how long, in seconds.
    pub processing_time: f64,
}

/// The answer to `GET /api/chat/context/{project_id}`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChatContext {
    /// The project.
    pub project_id: String,
    /// The conversation that the session is.
    pub session_id: String,
    /// What its last question is about.
    pub key_terms: Vec<String>,
    /// How many earlier messages and nodes were looked at.
    pub memory_count: usize,
    /// Those of them with a term in them, 200 characters of each.
    pub relevant_memories: Vec<String>,
    /// The share of the terms that something is known of.
    pub context_score: f64,
    /// How much is known for a message with so many terms.
    pub completeness_score: f64,
    /// The mean of both.
    pub confidence_score: f64,
    /// What would help the assistant.
    pub suggested_actions: Vec<String>,
    /// ISO 8601, UTC, microseconds, `Z`.
    #[schema(format = DateTime)]
    pub timestamp: String,
}
