//! The conversations: begun, written in, read, and heard by whoever is in one.
//!
//! Who may do what is not decided here, but that nobody writes in another's name. What was answered is on disk, and
//! everybody in a conversation is told in the order in which it was written.

use std::sync::Arc;

use dashmap::DashMap;
use graphroom_protocol::chat::{
    ConversationDeleted, MessageAuthor, MessageDeleted, MessageEvent, MessageRead, StreamView,
};
use graphroom_protocol::{ErrorBody, ErrorCode, EventName};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::assistant::Ollama;
use super::hub::{Hub, Listener};
use super::telling::{self, packet};
use crate::clock::Clock;
use crate::domain::{Author, Timestamp};
use crate::store::{
    Appended, ConversationChange, ConversationId, ConversationPage, ConversationQuery, ConversationRow,
    ConversationStatus, MessageQuery, MessageRole, MessageRow, NewMessage, ParticipantRow, Store, StoreError,
};

/// The longest text of a message, in characters.
pub const MAX_TEXT: usize = 32_768;
/// The longest title, in characters.
pub const MAX_TITLE: usize = 200;
/// The longest id that a client may give a message, in characters.
pub const MAX_MESSAGE_ID: usize = 128;
/// The largest metadata, in bytes of JSON.
pub const MAX_METADATA: usize = 16 * 1024;
/// The most messages on a page.
pub const MAX_PAGE: usize = 100;
/// What a conversation is called that was given no name.
const TITLE: &str = "New Conversation";

/// All conversations.
pub struct Conversations {
    pub(super) store: Arc<dyn Store>,
    clock: Clock,
    pub(super) assistant: Option<Ollama>,
    hubs: DashMap<ConversationId, Arc<Hub>>,
}

/// What a conversation begins with.
#[derive(Clone, Debug, Default)]
pub struct Beginning {
    /// Its id; without it it gets one.
    pub id: Option<ConversationId>,
    /// The project that it is of.
    pub project_id: Option<String>,
    /// The client of another system that it is of.
    pub client_id: Option<String>,
    /// What it is called.
    pub title: Option<String>,
    /// Who takes part beside its author, with names.
    pub participants: Vec<(String, Option<String>)>,
    /// What clients want to know of it.
    pub metadata: Option<Map<String, Value>>,
}

/// A message before it is sent.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Whose part it has.
    pub role: MessageRole,
    /// What it says.
    pub text: String,
    /// What its client calls it.
    pub message_id: Option<String>,
    /// What clients want to know of it.
    pub metadata: Option<Map<String, Value>>,
    /// In milliseconds: the same text of the same author so short a time ago is this message.
    pub twin_within: Option<u32>,
}

/// What is told to somebody who enters a conversation.
pub struct Entered {
    /// The conversation.
    pub row: ConversationRow,
    /// Who takes part.
    pub participants: Vec<ParticipantRow>,
    /// Its messages, and whether there are more.
    pub messages: (Vec<MessageRow>, bool),
    /// Answers under way.
    pub streams: Vec<StreamView>,
    /// Who is writing.
    pub writing: Vec<MessageAuthor>,
}

impl Conversations {
    /// Those of a store; without an assistant nobody answers.
    pub fn new(store: Arc<dyn Store>, clock: Clock, assistant: Option<Ollama>) -> Arc<Self> {
        Arc::new(Self { store, clock, assistant, hubs: DashMap::new() })
    }

    /// What time it is.
    pub(super) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Begins a conversation; its author takes part.
    ///
    /// # Errors
    /// `INVALID_REQUEST`, or the store does not work.
    pub async fn begin(&self, beginning: Beginning, author: &Author) -> Result<ConversationRow, ErrorBody> {
        let Beginning { id, project_id, client_id, title, participants, metadata } = beginning;
        let (conversation_id, now) = (id.unwrap_or_else(Uuid::now_v7), self.now());
        let row = ConversationRow {
            conversation_id,
            project_id,
            client_id,
            title: checked_title(title.unwrap_or_else(|| TITLE.to_owned()))?,
            status: ConversationStatus::Active,
            created_by: author.user_id.to_string(),
            created_at: now,
            last_message_at: None,
            head: 0,
            metadata: checked_metadata(metadata)?,
        };
        let own = (author.user_id.to_string(), author.name.as_deref().map(str::to_owned));
        let mut all: Vec<_> = std::iter::once(own).chain(participants).collect();
        let mut known = std::collections::HashSet::new();
        all.retain(|(user_id, _)| known.insert(user_id.clone()));
        let participant = |(user_id, name)| ParticipantRow {
            conversation_id,
            user_id,
            name,
            joined_at: now,
            read_seq: 0,
            read_at: None,
        };
        let participants = all.into_iter().map(participant).collect();
        self.store.create_conversation(row.clone(), participants).await.map_err(failed)?;
        Ok(row)
    }

    /// A conversation.
    ///
    /// # Errors
    /// `CONVERSATION_NOT_FOUND`, or the store does not work.
    pub async fn find(&self, id: ConversationId) -> Result<ConversationRow, ErrorBody> {
        self.store.conversation(id).await.map_err(failed)?.ok_or_else(no_conversation)
    }

    /// A page of them.
    ///
    /// # Errors
    /// The store does not work.
    pub async fn list(&self, query: ConversationQuery) -> Result<ConversationPage, ErrorBody> {
        self.store.conversations(query).await.map_err(failed)
    }

    /// Who takes part in one.
    ///
    /// # Errors
    /// The store does not work.
    pub async fn participants(&self, id: ConversationId) -> Result<Vec<ParticipantRow>, ErrorBody> {
        self.store.participants(id).await.map_err(failed)
    }

    /// Changes one.
    ///
    /// # Errors
    /// `INVALID_REQUEST`, `CONVERSATION_NOT_FOUND`, or the store does not work.
    pub async fn change(
        &self,
        id: ConversationId,
        title: Option<String>,
        status: Option<ConversationStatus>,
        metadata: Option<Map<String, Value>>,
    ) -> Result<ConversationRow, ErrorBody> {
        let title = title.map(checked_title).transpose()?;
        let change = ConversationChange { title, status, metadata: checked_metadata(metadata)? };
        if !self.store.change_conversation(id, change).await.map_err(failed)? {
            return Err(no_conversation());
        }
        self.find(id).await
    }

    /// Deletes one, with all its messages: who is in it is told, and hears nothing more.
    ///
    /// # Errors
    /// `CONVERSATION_NOT_FOUND`, or the store does not work.
    pub async fn delete(&self, id: ConversationId) -> Result<(), ErrorBody> {
        let hub = self.hub(id);
        {
            let _order = hub.order.lock().await;
            if !self.store.delete_conversation(id).await.map_err(failed)? {
                return Err(no_conversation());
            }
            for stream in hub.streams() {
                stream.cancel.cancel();
            }
            let event = EventName::ConversationDeleted;
            let told = ConversationDeleted { event, conversation_id: &id.to_string() };
            hub.tell(packet(event, &told).as_ref(), None);
            // Nothing comes behind it: answers under way end for nobody.
            hub.clear();
        }
        self.let_go(&hub);
        Ok(())
    }

    /// Lets somebody take part.
    ///
    /// # Errors
    /// `CONVERSATION_NOT_FOUND`, or the store does not work.
    pub async fn enter(
        &self,
        id: ConversationId,
        user_id: &str,
        name: Option<&str>,
    ) -> Result<(), ErrorBody> {
        let row = ParticipantRow {
            conversation_id: id,
            user_id: user_id.to_owned(),
            name: name.map(str::to_owned),
            joined_at: self.now(),
            read_seq: 0,
            read_at: None,
        };
        let is_there = self.store.put_participant(row).await.map_err(failed)?;
        if is_there { Ok(()) } else { Err(no_conversation()) }
    }

    /// Lets somebody take part no more. False if it did not.
    ///
    /// # Errors
    /// The store does not work.
    pub async fn exit(&self, id: ConversationId, user_id: &str) -> Result<bool, ErrorBody> {
        let was_in = self.store.remove_participant(id, user_id).await.map_err(failed)?;
        if let Some(hub) = self.hubs.get(&id).map(|hub| Arc::clone(&hub)) {
            for listener in hub.listeners().iter().filter(|listener| *listener.user_id == *user_id) {
                self.leave(id, &listener.client_id);
            }
            self.let_go(&hub);
        }
        Ok(was_in)
    }

    /// Messages of one, oldest first: those after a place, or the last before one or of all. And whether there are more.
    ///
    /// # Errors
    /// The store does not work.
    pub async fn messages(&self, mut query: MessageQuery) -> Result<(Vec<MessageRow>, bool), ErrorBody> {
        let (limit, is_after) = (query.limit, query.after.is_some());
        query.limit += 1;
        let mut messages = self.store.messages(query).await.map_err(failed)?;
        let has_more = messages.len() > limit;
        if has_more && is_after {
            messages.truncate(limit);
        } else if has_more {
            messages.drain(..messages.len() - limit);
        }
        Ok((messages, has_more))
    }

    /// Sends a message. `from` is the connection that it came over, which is not told.
    ///
    /// # Errors
    /// `INVALID_REQUEST`, `PAYLOAD_TOO_LARGE`, `CONVERSATION_NOT_FOUND`, `IDEMPOTENCY_MISMATCH`, or the store does not
    /// work.
    pub async fn send(
        &self,
        id: ConversationId,
        draft: Draft,
        author: &Author,
        from: Option<&str>,
    ) -> Result<Appended, ErrorBody> {
        let now = self.now();
        let message = NewMessage {
            conversation_id: id,
            message_id: checked_message_id(draft.message_id)?,
            author: author.user_id.to_string(),
            author_name: author.name.as_deref().map(str::to_owned),
            role: draft.role,
            text: checked_text(draft.text)?,
            at: now,
            metadata: checked_metadata(draft.metadata)?,
            twin_since: draft.twin_within.map(|within| now.before(within.into())),
        };
        let hub = self.hub(id);
        let sent = {
            let _order = hub.order.lock().await;
            let appended = self.store.append_message(message).await.map_err(failed);
            let appended = appended.and_then(|appended| appended.ok_or_else(no_conversation));
            appended.and_then(|appended| by_same(appended, author)).inspect(|appended| {
                if appended.is_new {
                    tell_message(&hub, EventName::NewMessage, &appended.message, from);
                }
            })
        };
        if let Some(from) = from {
            hub.stop_writing(from);
        }
        self.let_go(&hub);
        sent
    }

    /// Writes a message anew; only its author may.
    ///
    /// # Errors
    /// `INVALID_REQUEST`, `FORBIDDEN`, `MESSAGE_NOT_FOUND`, or the store does not work.
    pub async fn edit(
        &self,
        id: ConversationId,
        message_id: &str,
        text: String,
        author: &Author,
        from: Option<&str>,
    ) -> Result<MessageRow, ErrorBody> {
        let text = checked_text(text)?;
        self.check_author(id, message_id, author).await?;
        let hub = self.hub(id);
        let edited = {
            let _order = hub.order.lock().await;
            let edited = self.store.edit_message(id, message_id, text, self.now()).await.map_err(failed);
            edited.and_then(|row| row.ok_or_else(no_message)).inspect(|row| {
                tell_message(&hub, EventName::MessageUpdated, row, from);
            })
        };
        self.let_go(&hub);
        edited
    }

    /// Deletes a message: its author's own, or anybody's where that may be.
    ///
    /// # Errors
    /// `FORBIDDEN`, `MESSAGE_NOT_FOUND`, or the store does not work.
    pub async fn delete_message(
        &self,
        id: ConversationId,
        message_id: &str,
        (author, may_delete_all): (&Author, bool),
        from: Option<&str>,
    ) -> Result<MessageRow, ErrorBody> {
        if !may_delete_all {
            self.check_author(id, message_id, author).await?;
        }
        let hub = self.hub(id);
        let deleted = {
            let _order = hub.order.lock().await;
            let now = self.now();
            let deleted = self.store.delete_message(id, message_id, now).await.map_err(failed);
            deleted.and_then(|row| row.ok_or_else(no_message)).inspect(|row| {
                // It was deleted before, and everybody was told.
                if row.deleted_at != Some(now) {
                    return;
                }
                let event = EventName::MessageDeleted;
                let told = MessageDeleted {
                    event,
                    conversation_id: &id.to_string(),
                    message_id,
                    seq: row.seq,
                    timestamp: now.to_string(),
                };
                hub.tell(packet(event, &told).as_ref(), from);
            })
        };
        self.let_go(&hub);
        deleted
    }

    /// Whoever wants to change a message has to be its author.
    async fn check_author(
        &self,
        id: ConversationId,
        message_id: &str,
        author: &Author,
    ) -> Result<(), ErrorBody> {
        let message = self.store.message(id, message_id).await.map_err(failed)?.ok_or_else(no_message)?;
        if message.author == *author.user_id && message.role == MessageRole::User {
            return Ok(());
        }
        Err(ErrorBody::new(ErrorCode::Forbidden, "Only who wrote a message may change it"))
    }

    /// Notes how far somebody has read; who does takes part from then on. How far it has read now.
    ///
    /// # Errors
    /// `CONVERSATION_NOT_FOUND`, or the store does not work.
    pub async fn read(
        &self,
        id: ConversationId,
        author: &Author,
        seq: u64,
        from: Option<&str>,
    ) -> Result<u64, ErrorBody> {
        let hub = self.hub(id);
        let read = {
            // In one order with other marks, so that what is told never goes back.
            let _order = hub.order.lock().await;
            let now = self.now();
            self.mark(id, author, seq, now).await.inspect(|seq| {
                let event = EventName::MessageRead;
                let told = MessageRead {
                    event,
                    conversation_id: &id.to_string(),
                    user_id: &author.user_id,
                    seq: *seq,
                    timestamp: now.to_string(),
                };
                hub.tell(packet(event, &told).as_ref(), from);
            })
        };
        self.let_go(&hub);
        read
    }

    async fn mark(
        &self,
        id: ConversationId,
        author: &Author,
        seq: u64,
        now: Timestamp,
    ) -> Result<u64, ErrorBody> {
        let mark = || self.store.mark_read(id, &author.user_id, seq, now);
        if let Some(seq) = mark().await.map_err(failed)? {
            return Ok(seq);
        }
        self.enter(id, &author.user_id, author.name.as_deref()).await?;
        mark().await.map_err(failed)?.ok_or_else(no_conversation)
    }

    /// Lets a connection hear a conversation. `answer` is called with what it has to be told first, before it hears
    /// anything; it must not wait.
    ///
    /// # Errors
    /// `CONVERSATION_NOT_FOUND`, or the store does not work.
    pub async fn join(
        &self,
        id: ConversationId,
        after: Option<u64>,
        listener: &Arc<Listener>,
        answer: impl FnOnce(Entered) + Send,
    ) -> Result<(), ErrorBody> {
        let hub = self.hub(id);
        let entered = {
            let _order = hub.order.lock().await;
            let entered = self.entered(id, after).await;
            entered.map(|entered| {
                hub.add(listener);
                let streams = hub.streams();
                let views = streams.iter().map(|stream| stream.add(listener, true)).collect();
                answer(Entered { streams: views, writing: hub.writing(), ..entered });
                for stream in streams {
                    stream.release(&listener.client_id);
                }
            })
        };
        self.let_go(&hub);
        entered
    }

    async fn entered(&self, id: ConversationId, after: Option<u64>) -> Result<Entered, ErrorBody> {
        let row = self.find(id).await?;
        let participants = self.participants(id).await?;
        let query = MessageQuery { conversation_id: id, before: None, after, limit: MAX_PAGE };
        let messages = self.messages(query).await?;
        Ok(Entered { row, participants, messages, streams: Vec::new(), writing: Vec::new() })
    }

    /// A connection hears a conversation no more. When the last one goes, nobody needs its answers.
    pub fn leave(&self, id: ConversationId, client_id: &str) {
        let Some(hub) = self.hubs.get(&id).map(|hub| Arc::clone(&hub)) else { return };
        if hub.remove(client_id) && !hub.has_listeners() {
            for stream in hub.streams() {
                stream.abandon();
            }
        }
        self.let_go(&hub);
    }

    /// Somebody writes, or no more.
    pub fn write(&self, id: ConversationId, client_id: &Arc<str>, author: &Author, is_typing: bool) {
        let Some(hub) = self.hubs.get(&id).map(|hub| Arc::clone(&hub)) else { return };
        if is_typing {
            hub.write(client_id, author);
        } else {
            hub.stop_writing(client_id);
        }
        self.let_go(&hub);
    }

    /// What goes on in one: answers under way, and who is writing.
    #[must_use]
    pub fn under_way(&self, id: ConversationId) -> (Vec<StreamView>, Vec<MessageAuthor>) {
        let Some(hub) = self.hubs.get(&id).map(|hub| Arc::clone(&hub)) else { return Default::default() };
        let under_way = (hub.streams().iter().map(|stream| stream.view()).collect(), hub.writing());
        self.let_go(&hub);
        under_way
    }

    /// Whether a connection hears a conversation.
    #[must_use]
    pub fn is_in(&self, id: ConversationId, client_id: &str) -> bool {
        self.hubs.get(&id).is_some_and(|hub| hub.listeners().iter().any(|one| *one.client_id == *client_id))
    }

    /// Ends an answer that is under way.
    ///
    /// # Errors
    /// `STREAM_NOT_FOUND`.
    pub fn cancel(&self, id: ConversationId, stream_id: &str) -> Result<(), ErrorBody> {
        let hub = self.hubs.get(&id).map(|hub| Arc::clone(&hub));
        let streams = hub.map(|hub| hub.streams()).unwrap_or_default();
        let stream = streams.iter().find(|stream| stream.stream_id == stream_id);
        let none = || ErrorBody::new(ErrorCode::StreamNotFound, "There is no such answer under way");
        stream.ok_or_else(none)?.cancel.cancel();
        Ok(())
    }

    /// The live side of a conversation, as long as somebody has it.
    pub(super) fn hub(&self, id: ConversationId) -> Arc<Hub> {
        Arc::clone(&self.hubs.entry(id).or_insert_with(|| Arc::new(Hub::new(id))))
    }

    /// Forgets the live side of a conversation where nothing goes on.
    pub(super) fn let_go(&self, hub: &Arc<Hub>) {
        // Two: the map's and the caller's. Whoever takes another one has to go by the map, which is locked here.
        self.hubs.remove_if(&hub.id, |_, known| {
            Arc::ptr_eq(known, hub) && hub.is_idle() && Arc::strong_count(known) == 2
        });
    }
}

pub(super) fn tell_message(hub: &Hub, event: EventName, row: &MessageRow, but: Option<&str>) {
    let conversation_id = hub.id.to_string();
    let told = MessageEvent { event, conversation_id: &conversation_id, message: telling::message(row) };
    hub.tell(packet(event, &told).as_ref(), but);
}

/// An id that names another author's message is taken.
fn by_same(appended: Appended, author: &Author) -> Result<Appended, ErrorBody> {
    if appended.is_new || appended.message.author == *author.user_id {
        return Ok(appended);
    }
    Err(ErrorBody::new(ErrorCode::IdempotencyMismatch, "Another author's message has this message_id"))
}

fn checked_title(title: String) -> Result<String, ErrorBody> {
    let length = title.chars().count();
    if title.trim().is_empty() || length > MAX_TITLE {
        return Err(invalid(format!("A title has 1 to {MAX_TITLE} characters")));
    }
    Ok(title)
}

fn checked_text(text: String) -> Result<String, ErrorBody> {
    if text.trim().is_empty() {
        return Err(invalid("A message says something"));
    }
    if text.chars().count() > MAX_TEXT {
        let message = format!("A message has at most {MAX_TEXT} characters");
        return Err(ErrorBody::new(ErrorCode::PayloadTooLarge, message));
    }
    Ok(text)
}

fn checked_message_id(id: Option<String>) -> Result<String, ErrorBody> {
    let Some(id) = id else { return Ok(Uuid::now_v7().to_string()) };
    if id.is_empty() || id.chars().count() > MAX_MESSAGE_ID {
        return Err(invalid(format!("A message_id has 1 to {MAX_MESSAGE_ID} characters")));
    }
    Ok(id)
}

fn checked_metadata(metadata: Option<Map<String, Value>>) -> Result<Option<String>, ErrorBody> {
    let Some(metadata) = metadata else { return Ok(None) };
    let metadata = Value::Object(metadata);
    if has_private_keys(&metadata) {
        return Err(invalid("Some key of the metadata is not allowed"));
    }
    let text = metadata.to_string();
    if text.len() > MAX_METADATA {
        let message = format!("metadata is at most {MAX_METADATA} bytes of JSON");
        return Err(ErrorBody::new(ErrorCode::PayloadTooLarge, message));
    }
    Ok(Some(text))
}

/// Whether it has a key that could not be read back.
fn has_private_keys(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.iter().any(|(key, value)| {
            key.starts_with(graphroom_protocol::plain::PRIVATE) || has_private_keys(value)
        }),
        Value::Array(items) => items.iter().any(has_private_keys),
        _ => false,
    }
}

fn invalid(message: impl Into<String>) -> ErrorBody {
    ErrorBody::new(ErrorCode::InvalidRequest, message)
}

pub(super) fn no_conversation() -> ErrorBody {
    ErrorBody::new(ErrorCode::ConversationNotFound, "Conversation not found")
}

fn no_message() -> ErrorBody {
    ErrorBody::new(ErrorCode::MessageNotFound, "The conversation has no such message")
}

/// The cause is logged here, and never sent.
pub(super) fn failed(cause: StoreError) -> ErrorBody {
    tracing::error!(%cause, "a conversation could not be read or written");
    ErrorBody::new(ErrorCode::StoreUnavailable, "The conversation could not be read or written: retry later")
}
