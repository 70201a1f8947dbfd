//! Conversations in memory.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use crate::domain::Timestamp;
use crate::store::{
    Appended, ConversationChange, ConversationId, ConversationPage, ConversationQuery, ConversationRow,
    Conversations, MessageQuery, MessageRow, NewMessage, ParticipantRow, StoreError, StoreFuture,
    conversations,
};

use super::MemoryStore;

/// All conversations.
#[derive(Debug, Default)]
pub(super) struct Tables(HashMap<ConversationId, Conversation>);

#[derive(Debug)]
struct Conversation {
    row: ConversationRow,
    participants: BTreeMap<String, ParticipantRow>,
    /// The first has the `seq` 1.
    messages: Vec<MessageRow>,
}

impl Tables {
    fn create(&mut self, row: ConversationRow, participants: Vec<ParticipantRow>) -> Result<(), StoreError> {
        conversations::check_new(&row, &participants)?;
        let id = row.conversation_id;
        if self.0.contains_key(&id) {
            return Err(conversations::taken(id));
        }
        let mut conversation = Conversation { row, participants: BTreeMap::new(), messages: Vec::new() };
        participants.into_iter().for_each(|participant| conversation.put(participant));
        self.0.insert(id, conversation);
        Ok(())
    }

    fn page(&self, query: &ConversationQuery) -> ConversationPage {
        let found = self.0.values().filter(|conversation| conversation.fits(query));
        let mut rows: Vec<_> = found.map(|conversation| conversation.row.clone()).collect();
        rows.sort_unstable_by_key(place);
        rows.truncate(query.limit.saturating_add(1));
        ConversationPage::cut(rows, query.limit)
    }

    fn change(&mut self, id: ConversationId, change: ConversationChange) -> bool {
        let Some(Conversation { row, .. }) = self.0.get_mut(&id) else { return false };
        row.title = change.title.unwrap_or_else(|| row.title.clone());
        row.status = change.status.unwrap_or(row.status);
        row.metadata = change.metadata.or_else(|| row.metadata.clone());
        true
    }

    fn participants(&self, id: ConversationId) -> Vec<ParticipantRow> {
        let conversation = self.0.get(&id);
        let mut rows: Vec<_> =
            conversation.into_iter().flat_map(|there| there.participants.values()).cloned().collect();
        // Those of one moment stay by `user_id`.
        rows.sort_by_key(|participant| participant.joined_at);
        rows
    }

    fn message(&mut self, id: ConversationId, message_id: &str) -> Option<&mut MessageRow> {
        self.0.get_mut(&id)?.messages.iter_mut().find(|message| message.message_id == message_id)
    }

    fn edit(
        &mut self,
        id: ConversationId,
        message_id: &str,
        text: String,
        at: Timestamp,
    ) -> Option<MessageRow> {
        let message = self.message(id, message_id).filter(|message| message.deleted_at.is_none())?;
        message.text = text;
        message.edited_at = Some(at);
        Some(message.clone())
    }

    fn delete_message(&mut self, id: ConversationId, message_id: &str, at: Timestamp) -> Option<MessageRow> {
        let message = self.message(id, message_id)?;
        if message.deleted_at.is_none() {
            message.text.clear();
            message.metadata = None;
            message.deleted_at = Some(at);
        }
        Some(message.clone())
    }
}

/// Its place in lists.
fn place(row: &ConversationRow) -> (Reverse<Timestamp>, ConversationId) {
    (Reverse(row.active_at()), row.conversation_id)
}

impl Conversation {
    fn fits(&self, query: &ConversationQuery) -> bool {
        let ConversationQuery { participant, project_id, client_id, status, before, .. } = query;
        participant.as_ref().is_none_or(|user_id| self.participants.contains_key(user_id))
            && (project_id.is_none() || *project_id == self.row.project_id)
            && (client_id.is_none() || *client_id == self.row.client_id)
            && status.is_none_or(|status| status == self.row.status)
            && before.is_none_or(|(at, id)| place(&self.row) > (Reverse(at), id))
    }

    fn put(&mut self, mut row: ParticipantRow) {
        row.read_seq = row.read_seq.min(self.row.head);
        let name = row.name.clone();
        self.participants.entry(row.user_id.clone()).or_insert(row).name = name;
    }

    fn append(&mut self, new: &NewMessage) -> Appended {
        let is_same = |known: &&MessageRow| known.message_id == new.message_id;
        let known = self.messages.iter().find(is_same).or_else(|| self.twin(new)).cloned();
        if let Some(message) = known {
            return Appended { message, is_new: false };
        }
        self.row.head += 1;
        self.row.last_message_at = self.row.last_message_at.max(Some(new.at));
        let message = new.at_seq(self.row.head);
        self.messages.push(message.clone());
        Appended { message, is_new: true }
    }

    fn twin(&self, new: &NewMessage) -> Option<&MessageRow> {
        let since = new.twin_since?;
        let mut latest = self.messages.iter().rev().take_while(|known| known.at >= since);
        latest.find(|known| new.is_twin(known))
    }

    fn messages(&self, query: &MessageQuery) -> Vec<MessageRow> {
        let is_below = |message: &&MessageRow| query.before.is_none_or(|before| message.seq < before);
        let below = self.messages.iter().filter(is_below);
        if let Some(after) = query.after {
            return below.filter(|message| message.seq > after).take(query.limit).cloned().collect();
        }
        let mut last: Vec<_> = below.rev().take(query.limit).cloned().collect();
        last.reverse();
        last
    }

    fn mark_read(&mut self, user_id: &str, seq: u64, at: Timestamp) -> Option<u64> {
        let participant = self.participants.get_mut(user_id)?;
        let seq = seq.min(self.row.head);
        if seq > participant.read_seq {
            participant.read_seq = seq;
            participant.read_at = Some(at);
        }
        Some(participant.read_seq)
    }
}

impl Conversations for MemoryStore {
    fn create_conversation(
        &self,
        row: ConversationRow,
        participants: Vec<ParticipantRow>,
    ) -> StoreFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.tables()?.conversations.create(row, participants) })
    }

    fn conversation(
        &self,
        id: ConversationId,
    ) -> StoreFuture<'_, Result<Option<ConversationRow>, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.conversations.0.get(&id).map(|there| there.row.clone())) })
    }

    fn conversations(
        &self,
        query: ConversationQuery,
    ) -> StoreFuture<'_, Result<ConversationPage, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.conversations.page(&query)) })
    }

    fn change_conversation(
        &self,
        id: ConversationId,
        change: ConversationChange,
    ) -> StoreFuture<'_, Result<bool, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.conversations.change(id, change)) })
    }

    fn delete_conversation(&self, id: ConversationId) -> StoreFuture<'_, Result<bool, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.conversations.0.remove(&id).is_some()) })
    }

    fn put_participant(&self, row: ParticipantRow) -> StoreFuture<'_, Result<bool, StoreError>> {
        Box::pin(async move {
            let mut tables = self.tables()?;
            let conversation = tables.conversations.0.get_mut(&row.conversation_id);
            Ok(conversation.map(|there| there.put(row)).is_some())
        })
    }

    fn remove_participant(
        &self,
        id: ConversationId,
        user_id: &str,
    ) -> StoreFuture<'_, Result<bool, StoreError>> {
        let user_id = user_id.to_owned();
        Box::pin(async move {
            let mut tables = self.tables()?;
            let conversation = tables.conversations.0.get_mut(&id);
            Ok(conversation.is_some_and(|there| there.participants.remove(&user_id).is_some()))
        })
    }

    fn participants(&self, id: ConversationId) -> StoreFuture<'_, Result<Vec<ParticipantRow>, StoreError>> {
        Box::pin(async move { Ok(self.tables()?.conversations.participants(id)) })
    }

    fn append_message(&self, message: NewMessage) -> StoreFuture<'_, Result<Option<Appended>, StoreError>> {
        Box::pin(async move {
            let mut tables = self.tables()?;
            let conversation = tables.conversations.0.get_mut(&message.conversation_id);
            Ok(conversation.map(|there| there.append(&message)))
        })
    }

    fn message(
        &self,
        id: ConversationId,
        message_id: &str,
    ) -> StoreFuture<'_, Result<Option<MessageRow>, StoreError>> {
        let message_id = message_id.to_owned();
        Box::pin(async move { Ok(self.tables()?.conversations.message(id, &message_id).cloned()) })
    }

    fn messages(&self, query: MessageQuery) -> StoreFuture<'_, Result<Vec<MessageRow>, StoreError>> {
        Box::pin(async move {
            let tables = self.tables()?;
            let conversation = tables.conversations.0.get(&query.conversation_id);
            Ok(conversation.map(|there| there.messages(&query)).unwrap_or_default())
        })
    }

    fn edit_message(
        &self,
        id: ConversationId,
        message_id: &str,
        text: String,
        at: Timestamp,
    ) -> StoreFuture<'_, Result<Option<MessageRow>, StoreError>> {
        let message_id = message_id.to_owned();
        Box::pin(async move { Ok(self.tables()?.conversations.edit(id, &message_id, text, at)) })
    }

    fn delete_message(
        &self,
        id: ConversationId,
        message_id: &str,
        at: Timestamp,
    ) -> StoreFuture<'_, Result<Option<MessageRow>, StoreError>> {
        let message_id = message_id.to_owned();
        Box::pin(async move { Ok(self.tables()?.conversations.delete_message(id, &message_id, at)) })
    }

    fn mark_read(
        &self,
        id: ConversationId,
        user_id: &str,
        seq: u64,
        at: Timestamp,
    ) -> StoreFuture<'_, Result<Option<u64>, StoreError>> {
        let user_id = user_id.to_owned();
        Box::pin(async move {
            let mut tables = self.tables()?;
            let conversation = tables.conversations.0.get_mut(&id);
            Ok(conversation.and_then(|there| there.mark_read(&user_id, seq, at)))
        })
    }
}
