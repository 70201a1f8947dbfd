//! What is told to who is in a conversation.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ConversationView, MessageView};
use crate::EventName;

/// `new_message` and `message_updated`
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MessageEvent<'a> {
    /// Its own name.
    pub event: EventName,
    /// Where.
    pub conversation_id: &'a str,
    /// The message as it is now.
    pub message: MessageView,
}

/// `message_deleted`
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MessageDeleted<'a> {
    /// Its own name.
    pub event: EventName,
    /// Where.
    pub conversation_id: &'a str,
    /// Which.
    pub message_id: &'a str,
    /// Its place, which stays empty.
    pub seq: u64,
    /// When.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// `message_read`
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MessageRead<'a> {
    /// Its own name.
    pub event: EventName,
    /// Where.
    pub conversation_id: &'a str,
    /// Who.
    pub user_id: &'a str,
    /// Up to which message.
    pub seq: u64,
    /// When.
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// `typing_indicator` and `typing_stop`
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TypingEvent<'a> {
    /// Its own name.
    pub event: EventName,
    /// Where.
    pub conversation_id: &'a str,
    /// Who.
    pub user_id: &'a str,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<&'a str>,
}

/// `conversation_created` and `conversation_updated`
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConversationEvent<'a> {
    /// Its own name.
    pub event: EventName,
    /// Which.
    pub conversation_id: &'a str,
    /// The conversation as it is now.
    pub conversation: ConversationView,
}

/// `conversation_deleted`
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConversationDeleted<'a> {
    /// Its own name.
    pub event: EventName,
    /// Which.
    pub conversation_id: &'a str,
}

/// `assistant:start`
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AssistantStart<'a> {
    /// Its own name.
    pub event: EventName,
    /// Where.
    pub conversation_id: &'a str,
    /// Names the answer.
    pub stream_id: &'a str,
    /// Which model writes it.
    pub model: &'a str,
    /// The message that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reply_to: Option<&'a str>,
}

/// `assistant:token`
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AssistantToken<'a> {
    /// Its own name.
    pub event: EventName,
    /// Where.
    pub conversation_id: &'a str,
    /// Of which answer.
    pub stream_id: &'a str,
    /// How many characters (Unicode scalar values) of the answer come before.
    pub offset: usize,
    /// What comes next: one token, or several where the client takes them more slowly than they come.
    pub token: &'a str,
}

/// `assistant:end`
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AssistantEnd<'a> {
    /// Its own name.
    pub event: EventName,
    /// Where.
    pub conversation_id: &'a str,
    /// Of which answer.
    pub stream_id: &'a str,
    /// Why it ended.
    pub reason: EndOfAnswer,
    /// The message that its text became, which `new_message` tells next; none of an answer without any text.
    #[schema(required = true)]
    pub message_id: Option<&'a str>,
    /// Tokens as the model counts them, or pieces as they came where it was not asked any more.
    pub total_tokens: u64,
    /// How long it took, in milliseconds.
    pub latency_ms: f64,
    /// What went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub error: Option<&'a crate::ErrorBody>,
}

/// Why an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum EndOfAnswer {
    /// The model said all that it had to say.
    Complete,
    /// It reached the most tokens that it was allowed.
    Length,
    /// Somebody cancelled it.
    Cancelled,
    /// Nobody listens any more.
    Abandoned,
    /// Something went wrong.
    Error,
}
