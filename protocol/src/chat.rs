//! Conversations: messages that last, and what is told while somebody writes one.

mod told;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Number, Value};
use utoipa::ToSchema;

pub use self::told::{
    AssistantEnd, AssistantStart, AssistantToken, ConversationDeleted, ConversationEvent, EndOfAnswer,
    MessageDeleted, MessageEvent, MessageRead, TypingEvent,
};
use crate::plain::said_object;
use crate::schema::always_true;

/// An event about a conversation as a whole.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct InConversation {
    /// Which.
    pub conversation_id: String,
}

/// `chat:join`
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct JoinConversation {
    /// Which.
    pub conversation_id: String,
    /// The `seq` of the last message that the caller has; without it the answer has the latest ones.
    #[serde(default)]
    pub after: Option<u64>,
}

/// `chat:send`
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct SendMessage {
    /// Where.
    pub conversation_id: String,
    /// The message.
    #[serde(flatten)]
    pub message: MessageBody,
}

/// A message that is to be sent: the body of `POST /api/v1/conversations/{conversation_id}/messages`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct MessageBody {
    /// What it says: 1 to 32,768 characters.
    #[schema(min_length = 1, max_length = 32768, pattern = r"\S")]
    pub text: String,
    /// Names it, so that it can be sent again and is there once; without it the server names it.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 128)]
    pub message_id: Option<String>,
    /// What clients want to know of it: an object of at most 16 KiB.
    #[serde(default, deserialize_with = "said_object")]
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<Option<Map<String, Value>>>,
    /// Lets the assistant answer it.
    #[serde(default, deserialize_with = "said_object")]
    #[schema(value_type = Option<Ask>)]
    pub assistant: Option<Option<Ask>>,
}

/// How the assistant is to answer.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct Ask {
    /// Another model than the server's own; one of those that it allows.
    #[serde(default)]
    pub model: Option<String>,
    /// How freely, from 0 to 2.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 2)]
    pub temperature: Option<f32>,
    /// The most tokens of the answer; at most what the server allows.
    #[serde(default, deserialize_with = "whole_number")]
    #[schema(minimum = 1, maximum = 4_294_967_295_u64)]
    pub max_tokens: Option<u32>,
    /// The node of the conversation's project whose subtree the assistant is shown.
    #[serde(default)]
    pub node_id: Option<String>,
}

/// Reads a whole number however it is written: to JSON 7.0 is 7.
///
/// # Errors
/// It is none, or not one of 32 bits.
pub fn whole_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let Some(number) = Option::<Number>::deserialize(deserializer)? else { return Ok(None) };
    let text = match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() == 0.0 => format!("{float:.0}"),
        _ => number.to_string(),
    };
    text.parse().map(Some).map_err(|_| D::Error::custom("max_tokens must be a whole number from 1"))
}

/// `chat:edit`
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct EditMessage {
    /// Where.
    pub conversation_id: String,
    /// Which.
    pub message_id: String,
    /// What it says now.
    #[schema(min_length = 1, max_length = 32768, pattern = r"\S")]
    pub text: String,
}

/// `chat:delete`
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct DeleteMessage {
    /// Where.
    pub conversation_id: String,
    /// Which.
    pub message_id: String,
}

/// `chat:read`
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct ReadMessages {
    /// Where.
    pub conversation_id: String,
    /// The last message that was read.
    pub seq: u64,
}

/// `chat:cancel`
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct CancelAnswer {
    /// Where.
    pub conversation_id: String,
    /// Which answer.
    pub stream_id: String,
}

/// `typing`
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct Typing {
    /// Where.
    pub conversation_id: String,
    /// Whether the caller is writing; it counts for six seconds unless it is said again.
    pub is_typing: bool,
}

/// A conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConversationView {
    /// Names it for good.
    pub conversation_id: String,
    /// The project that it is of; null for one that is of none.
    #[schema(required = true)]
    pub project_id: Option<String>,
    /// What people call it.
    pub title: String,
    /// Whether it goes on.
    pub status: ConversationStatus,
    /// Who began it: a `user_id`.
    pub created_by: String,
    /// When it was begun.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When its last message was sent; null as long as there is none.
    #[schema(required = true, format = DateTime)]
    pub last_message_at: Option<String>,
    /// The `seq` of its last message; 0 as long as there is none.
    pub head: u64,
    /// What clients want to know of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Object>)]
    pub metadata: Option<Value>,
}

/// Whether a conversation goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ConversationStatus {
    /// It does.
    Active,
    /// It came to its end.
    Completed,
    /// It is put away.
    Archived,
}

/// Somebody who takes part in a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConversationParticipant {
    /// Who.
    pub user_id: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// Since when.
    #[schema(format = DateTime)]
    pub joined_at: String,
    /// The last message that it has read; 0 for none.
    pub read_seq: u64,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MessageView {
    /// Names it within its conversation.
    pub message_id: String,
    /// Where it is.
    pub conversation_id: String,
    /// Its place: 1 for the first of the conversation, and no number is left out.
    pub seq: u64,
    /// Who wrote it.
    pub author: MessageAuthor,
    /// Whose part it has in the conversation.
    pub role: MessageRole,
    /// What it says; nothing of one that was deleted.
    pub text: String,
    /// When it was sent.
    #[schema(format = DateTime)]
    pub timestamp: String,
    /// When it was edited last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    pub edited_at: Option<String>,
    /// When it was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    pub deleted_at: Option<String>,
    /// What clients want to know of it; of the assistant's, how it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Object>)]
    pub metadata: Option<Value>,
}

/// Who wrote a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MessageAuthor {
    /// Who.
    pub user_id: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<String>,
}

/// Whose part a message has in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MessageRole {
    /// A participant's.
    User,
    /// The assistant's.
    Assistant,
    /// The server's.
    System,
}

/// An answer of the assistant that is being written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StreamView {
    /// Names it.
    pub stream_id: String,
    /// Which model writes it.
    pub model: String,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reply_to: Option<String>,
    /// The text so far: what comes next is at its end.
    pub text: String,
}

/// The acknowledgement of `chat:join`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct JoinedConversation {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// The conversation.
    pub conversation: ConversationView,
    /// Who takes part.
    pub participants: Vec<ConversationParticipant>,
    /// Messages, oldest first: those after `after`, or the latest ones; at most 100.
    pub messages: Vec<MessageView>,
    /// Whether there are more: after the last with `after`, before the first without.
    pub has_more: bool,
    /// Answers that are being written.
    pub streams: Vec<StreamView>,
    /// Who is writing.
    pub typing: Vec<MessageAuthor>,
}

/// The acknowledgement of `chat:send`, and the answer to the same over REST.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MessageSent {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// The message as it is kept.
    pub message: MessageView,
    /// It was there already.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub duplicate: bool,
    /// The assistant's answer that was begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub stream_id: Option<String>,
    /// Why the assistant does not answer, if it was asked to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub assistant_error: Option<crate::ErrorBody>,
}

/// The acknowledgement of `chat:edit` and `chat:delete`, and the answer to the same over REST.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MessageChanged {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// The message as it is kept.
    pub message: MessageView,
}

/// The acknowledgement of `chat:read`, and the answer to the same over REST.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MessagesRead {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// The last message that counts as read: never less than before.
    pub seq: u64,
}
