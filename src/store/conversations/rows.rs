//! What is stored of conversations.

use crate::domain::Timestamp;

use super::ConversationId;

/// A conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationRow {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The project that it is about, if it is about one.
    pub project_id: Option<String>,
    /// The client of another system for whom it is held.
    pub client_id: Option<String>,
    /// What it is called.
    pub title: String,
    /// How it stands.
    pub status: ConversationStatus,
    /// Who began it: a `user_id`.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The time of its latest message. None before the first.
    pub last_message_at: Option<Timestamp>,
    /// The `seq` of its last message; 0 before the first.
    pub head: u64,
    /// What else is kept with it: a JSON text.
    pub metadata: Option<String>,
}

impl ConversationRow {
    /// When something last happened in it: the first half of the order of lists.
    #[must_use]
    pub fn active_at(&self) -> Timestamp {
        self.last_message_at.unwrap_or(self.created_at)
    }

    /// About how much it adds to a transaction.
    pub(in crate::store) fn bytes(&self) -> usize {
        self.title.len() + self.metadata.as_ref().map_or(0, String::len)
    }
}

/// How a conversation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConversationStatus {
    /// It goes on.
    Active,
    /// It came to its end.
    Completed,
    /// It is put away.
    Archived,
}

impl ConversationStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Active, Self::Completed, Self::Archived];

    /// As it is stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Completed => "completed",
            Self::Archived => "archived",
        }
    }
}

/// What of a conversation changes. By default, nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversationChange {
    /// What it is called from now on.
    pub title: Option<String>,
    /// How it stands from now on.
    pub status: Option<ConversationStatus>,
    /// What else is kept with it from now on: a JSON text.
    pub metadata: Option<String>,
}

/// Somebody in a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParticipantRow {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Who.
    pub user_id: String,
    /// What people call it.
    pub name: Option<String>,
    /// Since when.
    pub joined_at: Timestamp,
    /// The `seq` of the last message that it has read; 0 for none.
    pub read_seq: u64,
    /// When that was noted.
    pub read_at: Option<Timestamp>,
}

/// Which conversations are wanted: those that all given fields fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversationQuery {
    /// Only those that this user is in.
    pub participant: Option<String>,
    /// Only those about this project.
    pub project_id: Option<String>,
    /// Only those for this client.
    pub client_id: Option<String>,
    /// Only those that stand so.
    pub status: Option<ConversationStatus>,
    /// Only those behind this place in the order: the [`active_at`](ConversationRow::active_at) and the id of the last
    /// one of the page before.
    pub before: Option<(Timestamp, ConversationId)>,
    /// How many there may be in the page.
    pub limit: usize,
}

/// A page of a list of conversations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversationPage {
    /// The conversations of the page.
    pub conversations: Vec<ConversationRow>,
    /// Whether there are more behind it.
    pub has_more: bool,
}

impl ConversationPage {
    /// Of `found`, which is one more than the page may have, if there are more, the page.
    pub(in crate::store) fn cut(mut found: Vec<ConversationRow>, limit: usize) -> Self {
        let has_more = found.len() > limit;
        found.truncate(limit);
        Self { conversations: found, has_more }
    }
}

/// As what somebody speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageRole {
    /// A person, or a program in its place.
    User,
    /// The assistant.
    Assistant,
    /// The server.
    System,
}

impl MessageRole {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::User, Self::Assistant, Self::System];

    /// As it is stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::System => "system",
        }
    }
}

/// A message that is to be added to a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Names it in the conversation, so that it is added once.
    pub message_id: String,
    /// Who says it: a `user_id`.
    pub author: String,
    /// What people call the author.
    pub author_name: Option<String>,
    /// As what the author speaks.
    pub role: MessageRole,
    /// What is said.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// What else is kept with it: a JSON text.
    pub metadata: Option<String>,
    /// If there is one: a message with the same author, role and text that is not deleted is its twin, and counts instead
    /// of it. It is looked for from the last message back to the first that is older than this.
    pub twin_since: Option<Timestamp>,
}

impl NewMessage {
    /// About how much it adds to a transaction.
    pub(in crate::store) fn bytes(&self) -> usize {
        self.text.len() + self.metadata.as_ref().map_or(0, String::len)
    }

    /// Whether `known` says the same.
    pub(in crate::store) fn is_twin(&self, known: &MessageRow) -> bool {
        known.deleted_at.is_none()
            && (&known.author, known.role, &known.text) == (&self.author, self.role, &self.text)
    }

    /// The message at its place.
    pub(in crate::store) fn at_seq(&self, seq: u64) -> MessageRow {
        let Self { conversation_id, message_id, author, author_name, role, text, at, metadata, .. } =
            self.clone();
        let (edited_at, deleted_at) = (None, None);
        MessageRow {
            conversation_id,
            seq,
            message_id,
            author,
            author_name,
            role,
            text,
            at,
            edited_at,
            deleted_at,
            metadata,
        }
    }
}

/// What became of a message that was to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The message: the new one, or the one that counts instead.
    pub message: MessageRow,
    /// Whether it was added.
    pub is_new: bool,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRow {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Its place there, from 1, without a gap.
    pub seq: u64,
    /// Names it in the conversation.
    pub message_id: String,
    /// Who said it: a `user_id`.
    pub author: String,
    /// What people called the author.
    pub author_name: Option<String>,
    /// As what the author spoke.
    pub role: MessageRole,
    /// What was said. Empty once it is deleted.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// When it got its present text, if that is not the first.
    pub edited_at: Option<Timestamp>,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// What else is kept with it: a JSON text. None once it is deleted.
    pub metadata: Option<String>,
}

/// Which messages are wanted: with `after` the first behind it, otherwise the last, or the last below `before`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageQuery {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Only those with a smaller `seq`.
    pub before: Option<u64>,
    /// Only those with a larger `seq`.
    pub after: Option<u64>,
    /// How many there may be.
    pub limit: usize,
}
