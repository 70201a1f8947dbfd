//! Conversations on SQLite. The statements are in the files beside this one.

pub(super) mod entries;
pub(super) mod leaving;
pub(super) mod lists;
pub(super) mod messages;
mod participants;

use crate::domain::Timestamp;
use crate::store::{
    Appended, ConversationChange, ConversationId, ConversationPage, ConversationQuery, ConversationRow,
    Conversations, MessageQuery, MessageRow, NewMessage, ParticipantRow, StoreError, StoreFuture,
};

use super::SqliteStore;

impl Conversations for SqliteStore {
    fn create_conversation(
        &self,
        row: ConversationRow,
        participants: Vec<ParticipantRow>,
    ) -> StoreFuture<'_, Result<(), StoreError>> {
        let bytes = row.bytes();
        Box::pin(self.change(bytes, move |connection| entries::insert(connection, &row, &participants)))
    }

    fn conversation(
        &self,
        id: ConversationId,
    ) -> StoreFuture<'_, Result<Option<ConversationRow>, StoreError>> {
        Box::pin(self.readers.read(move |connection| entries::get(connection, id)))
    }

    fn conversations(
        &self,
        query: ConversationQuery,
    ) -> StoreFuture<'_, Result<ConversationPage, StoreError>> {
        Box::pin(self.readers.read(move |connection| lists::page(connection, &query)))
    }

    fn change_conversation(
        &self,
        id: ConversationId,
        change: ConversationChange,
    ) -> StoreFuture<'_, Result<bool, StoreError>> {
        let bytes = change.metadata.as_ref().map_or(0, String::len);
        Box::pin(self.change(bytes, move |connection| entries::update(connection, id, &change)))
    }

    fn delete_conversation(&self, id: ConversationId) -> StoreFuture<'_, Result<bool, StoreError>> {
        Box::pin(async move {
            let was_there = self.change(0, move |connection| entries::delete(connection, id)).await?;
            while self.change(0, leaving::see_off).await? {}
            Ok(was_there)
        })
    }

    fn put_participant(&self, row: ParticipantRow) -> StoreFuture<'_, Result<bool, StoreError>> {
        Box::pin(self.change(0, move |connection| participants::put(connection, &row)))
    }

    fn remove_participant(
        &self,
        id: ConversationId,
        user_id: &str,
    ) -> StoreFuture<'_, Result<bool, StoreError>> {
        let user_id = user_id.to_owned();
        Box::pin(self.change(0, move |connection| participants::delete(connection, id, &user_id)))
    }

    fn participants(&self, id: ConversationId) -> StoreFuture<'_, Result<Vec<ParticipantRow>, StoreError>> {
        Box::pin(self.readers.read(move |connection| participants::all(connection, id)))
    }

    fn append_message(&self, message: NewMessage) -> StoreFuture<'_, Result<Option<Appended>, StoreError>> {
        let bytes = message.bytes();
        Box::pin(self.change(bytes, move |connection| messages::append(connection, &message)))
    }

    fn message(
        &self,
        id: ConversationId,
        message_id: &str,
    ) -> StoreFuture<'_, Result<Option<MessageRow>, StoreError>> {
        let message_id = message_id.to_owned();
        Box::pin(self.readers.read(move |connection| messages::get(connection, id, &message_id)))
    }

    fn messages(&self, query: MessageQuery) -> StoreFuture<'_, Result<Vec<MessageRow>, StoreError>> {
        Box::pin(self.readers.read(move |connection| messages::page(connection, &query)))
    }

    fn edit_message(
        &self,
        id: ConversationId,
        message_id: &str,
        text: String,
        at: Timestamp,
    ) -> StoreFuture<'_, Result<Option<MessageRow>, StoreError>> {
        let (message_id, bytes) = (message_id.to_owned(), text.len());
        Box::pin(self.change(bytes, move |connection| messages::edit(connection, id, &message_id, &text, at)))
    }

    fn delete_message(
        &self,
        id: ConversationId,
        message_id: &str,
        at: Timestamp,
    ) -> StoreFuture<'_, Result<Option<MessageRow>, StoreError>> {
        let message_id = message_id.to_owned();
        Box::pin(self.change(0, move |connection| messages::delete(connection, id, &message_id, at)))
    }

    fn mark_read(
        &self,
        id: ConversationId,
        user_id: &str,
        seq: u64,
        at: Timestamp,
    ) -> StoreFuture<'_, Result<Option<u64>, StoreError>> {
        let user_id = user_id.to_owned();
        Box::pin(self.change(0, move |connection| participants::mark_read(connection, id, &user_id, seq, at)))
    }
}

/// One of the words that may be stored for a thing.
fn word<T: Copy>(text: &str, all: &[T], as_str: fn(T) -> &'static str) -> Result<T, StoreError> {
    let known = all.iter().copied().find(|known| as_str(*known) == text);
    known.ok_or_else(|| StoreError::Corrupt(format!("{text:?} is no word for a conversation or a message")))
}

/// A place in a conversation as it was stored.
fn place(stored: i64) -> Result<u64, StoreError> {
    u64::try_from(stored).map_err(|_| StoreError::Corrupt(format!("{stored} is no place in a conversation")))
}

/// A moment as it was stored, where there may be none.
fn moment(stored: Option<i64>) -> Option<Timestamp> {
    stored.map(Timestamp::from_millis)
}
