//! Conversations: who is in them, what was said there, in order, and how far each has read.
//!
//! Who may do what in one is not decided here, nor whom to tell. A conversation may name a project, and a client of
//! another system; neither is looked up, and nothing happens here when a project is deleted.

mod rows;

use crate::domain::Timestamp;

use super::{StoreError, StoreFuture};

pub use rows::{
    Appended, ConversationChange, ConversationPage, ConversationQuery, ConversationRow, ConversationStatus,
    MessageQuery, MessageRole, MessageRow, NewMessage, ParticipantRow,
};

/// Names a conversation for good.
pub type ConversationId = uuid::Uuid;

/// Enters conversations and what belongs to them, and finds them. What it changes is on disk when it returns `Ok`.
pub trait Conversations: Send + Sync + 'static {
    /// Enters a conversation without messages, and its participants: all or nothing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the id is taken; [`StoreError::Corrupt`] if the row says that there are
    /// messages already, or a participant is of another conversation.
    fn create_conversation(
        &self,
        row: ConversationRow,
        participants: Vec<ParticipantRow>,
    ) -> StoreFuture<'_, Result<(), StoreError>>;

    /// The conversation with this id.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn conversation(
        &self,
        id: ConversationId,
    ) -> StoreFuture<'_, Result<Option<ConversationRow>, StoreError>>;

    /// A page of the conversations, the latest activity first, those of one moment by id. Its length is what it
    /// costs; with a participant, how many conversations that one is in.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn conversations(
        &self,
        query: ConversationQuery,
    ) -> StoreFuture<'_, Result<ConversationPage, StoreError>>;

    /// Changes a conversation; false if there is none.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn change_conversation(
        &self,
        id: ConversationId,
        change: ConversationChange,
    ) -> StoreFuture<'_, Result<bool, StoreError>>;

    /// Removes a conversation with its participants and its messages; false if there is none. It is gone at once and
    /// as a whole; its messages leave the disk a part at a time, all of them before this returns, so that no other
    /// write waits for them.
    ///
    /// # Errors
    /// See [`StoreError`]. If only some of the messages could be removed, the next call or the next start removes
    /// the rest.
    fn delete_conversation(&self, id: ConversationId) -> StoreFuture<'_, Result<bool, StoreError>>;

    /// Enters a participant; false if there is no such conversation. Who is in it already only gets the new name. None
    /// has read further than the last message.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn put_participant(&self, row: ParticipantRow) -> StoreFuture<'_, Result<bool, StoreError>>;

    /// Removes a participant; false if there is none.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn remove_participant(
        &self,
        id: ConversationId,
        user_id: &str,
    ) -> StoreFuture<'_, Result<bool, StoreError>>;

    /// The participants of a conversation, those who joined first in front, those of one moment by `user_id`.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn participants(&self, id: ConversationId) -> StoreFuture<'_, Result<Vec<ParticipantRow>, StoreError>>;

    /// Adds a message to the end of a conversation; none if there is no such conversation. If that has the message
    /// already, or its twin ([`twin_since`](NewMessage::twin_since)), that is the answer and nothing changes.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn append_message(&self, message: NewMessage) -> StoreFuture<'_, Result<Option<Appended>, StoreError>>;

    /// A message by the id that it came with.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn message(
        &self,
        id: ConversationId,
        message_id: &str,
    ) -> StoreFuture<'_, Result<Option<MessageRow>, StoreError>>;

    /// Messages of a conversation, oldest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn messages(&self, query: MessageQuery) -> StoreFuture<'_, Result<Vec<MessageRow>, StoreError>>;

    /// Gives a message another text, and gives it as it is now. None if it is not there, or deleted.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn edit_message(
        &self,
        id: ConversationId,
        message_id: &str,
        text: String,
        at: Timestamp,
    ) -> StoreFuture<'_, Result<Option<MessageRow>, StoreError>>;

    /// Takes a message's text and metadata away, and gives what is left: it keeps its place. One that is deleted already
    /// stays as it is. None if there is no such message.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn delete_message(
        &self,
        id: ConversationId,
        message_id: &str,
        at: Timestamp,
    ) -> StoreFuture<'_, Result<Option<MessageRow>, StoreError>>;

    /// Notes that a participant has read up to `seq`, or to the last message if that comes before; never less than
    /// before. Gives how far that one has read now. None if there is no such participant.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn mark_read(
        &self,
        id: ConversationId,
        user_id: &str,
        seq: u64,
        at: Timestamp,
    ) -> StoreFuture<'_, Result<Option<u64>, StoreError>>;
}

/// Said where the id of a conversation is taken.
pub(super) fn taken(id: ConversationId) -> StoreError {
    StoreError::Unavailable(format!("conversation {id} is there already"))
}

/// Whether a conversation can begin like this.
pub(super) fn check_new(row: &ConversationRow, participants: &[ParticipantRow]) -> Result<(), StoreError> {
    let id = row.conversation_id;
    if row.head > 0 || row.last_message_at.is_some() {
        return Err(StoreError::Corrupt(format!("conversation {id} was to begin with messages")));
    }
    match participants.iter().find(|participant| participant.conversation_id != id) {
        Some(stray) => Err(StoreError::Corrupt(format!(
            "a participant of {} was to be entered in conversation {id}",
            stray.conversation_id
        ))),
        None => Ok(()),
    }
}
