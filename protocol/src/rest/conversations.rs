//! Conversations over REST: begun, listed, changed, and who takes part. Messages and answers are in [`crate::chat`].

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::chat::{
    ConversationParticipant, ConversationStatus, ConversationView, MessageAuthor, MessageView, StreamView,
};
use crate::plain::said_object;
use crate::schema::always_true;

/// The body of `POST /api/v1/conversations`, which may be missing.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct NewConversation {
    /// What people call it; the server finds a name if it does not say.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    pub title: Option<String>,
    /// The project that it is of: one where the caller may at least write messages.
    #[serde(default)]
    pub project_id: Option<String>,
    /// Who takes part beside the caller.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub participants: Option<Vec<NewParticipant>>,
    /// What clients want to know of it: an object of at most 16 KiB.
    #[serde(default, deserialize_with = "said_object")]
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<Option<Map<String, Value>>>,
}

/// Somebody who is to take part: the body of `PUT /api/v1/conversations/{conversation_id}/participants`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewParticipant {
    /// Who.
    #[schema(min_length = 1, max_length = 128)]
    pub user_id: String,
    /// What people call it.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 128)]
    pub name: Option<String>,
}

/// The body of `PATCH /api/v1/conversations/{conversation_id}`. What is not there stays as it is.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct ChangeConversation {
    /// What people call it from now on.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    pub title: Option<String>,
    /// Whether it goes on.
    #[serde(default)]
    pub status: Option<ConversationStatus>,
    /// What clients want to know of it from now on: an object of at most 16 KiB.
    #[serde(default, deserialize_with = "said_object")]
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<Option<Map<String, Value>>>,
}

/// The body of `PATCH /api/v1/conversations/{conversation_id}/messages/{message_id}`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewText {
    /// What it says now: 1 to 32,768 characters.
    #[schema(min_length = 1, max_length = 32768, pattern = r"\S")]
    pub text: String,
}

/// The body of `PUT /api/v1/conversations/{conversation_id}/read`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct ReadUpTo {
    /// The last message that was read; 0 for none.
    #[schema(maximum = 9_007_199_254_740_991_u64)]
    pub seq: u64,
}

/// A conversation with all that is known of it now: the answer to `POST /api/v1/conversations` and to
/// `GET /api/v1/conversations/{conversation_id}`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConversationInfo {
    /// The conversation.
    #[serde(flatten)]
    pub conversation: ConversationView,
    /// Who takes part, those who joined first in front.
    pub participants: Vec<ConversationParticipant>,
    /// Answers that are being written.
    pub streams: Vec<StreamView>,
    /// Who is writing.
    pub typing: Vec<MessageAuthor>,
}

/// The answer to `GET /api/v1/conversations`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConversationList {
    /// Those of the page, the latest activity first.
    pub conversations: Vec<ConversationView>,
    /// The `before` of the next page; null if this is the last one.
    #[schema(required = true)]
    pub next_before: Option<String>,
}

/// The answer to `DELETE /api/v1/conversations/{conversation_id}`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConversationRemoved {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// Which.
    pub conversation_id: String,
}

/// The answer to `GET /api/v1/conversations/{conversation_id}/messages`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MessagePage {
    /// Those of the page, oldest first.
    pub messages: Vec<MessageView>,
    /// Whether there are more: after the last with `after`, before the first without.
    pub has_more: bool,
}

/// The answer to `PUT` and `DELETE /api/v1/conversations/{conversation_id}/participants`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ParticipantSet {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// Who.
    pub user_id: String,
    /// Whether it takes part now.
    pub takes_part: bool,
}
