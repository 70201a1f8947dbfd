//! The conversations: begun, written in, read, and heard by whoever is in one.
//!
//! Who may do what is not decided here, but that nobody writes in another's name. What was answered is on disk, and
//! everybody in a conversation is told in the order in which it was written.

use std::sync::Arc;

use dashmap::DashMap;
use graphroom_protocol::chat::{
    ConversationDeleted, MessageAuthor, MessageDeleted, MessageEvent, StreamView,
};
use graphroom_protocol::{ErrorBody, ErrorCode, EventName};
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::assistant::Ollama;
use super::checked;
use super::hub::Hub;
use super::live::Slot;
use super::news::{Projects, client_ids};
use super::processing::Doings;
use super::telling::{self, packet};
use super::unanswered::Unanswered;
use crate::clock::Clock;
use crate::domain::{Author, Timestamp};
use crate::store::{
    Appended, ConversationChange, ConversationId, ConversationPage, ConversationQuery, ConversationRow,
    ConversationStatus, MessageRole, MessageRow, NewMessage, ParticipantRow, Store, StoreError,
};

/// What a conversation is called that was given no name.
const TITLE: &str = "New Conversation";
/// The most characters of what is said first that one is called by.
const FIRST_WORDS: usize = 60;

/// All conversations.
pub struct Conversations {
    pub(super) store: Arc<dyn Store>,
    clock: Clock,
    pub(super) assistant: Option<Ollama>,
    pub(super) unanswered: Unanswered,
    /// Messages to projects' assistants that are worked on.
    pub doings: Doings,
    /// The way to who hears a project.
    pub(super) projects: Arc<Projects>,
    pub(super) hubs: DashMap<ConversationId, Slot>,
    /// Answers under way.
    pub(super) answers: TaskTracker,
    /// Ends them all.
    pub(super) closing: CancellationToken,
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
        let (answers, closing) = (TaskTracker::new(), CancellationToken::new());
        let (hubs, doings) = (DashMap::new(), Doings::default());
        let (projects, unanswered) = (Projects::new(Arc::clone(&clock)), Unanswered::since(clock()));
        let projects = Arc::new(projects);
        Arc::new(Self { store, clock, assistant, unanswered, doings, projects, hubs, answers, closing })
    }

    /// What time it is.
    pub(super) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Begins a conversation; its author takes part. Who hears its project is told, and of none who takes part.
    ///
    /// # Errors
    /// `INVALID_REQUEST`, or the store does not work.
    pub async fn begin(&self, beginning: Beginning, author: &Author) -> Result<ConversationRow, ErrorBody> {
        let row = self.make(beginning, author).await?;
        self.tell_of(EventName::ConversationCreated, &row, &[]).await;
        Ok(row)
    }

    async fn make(&self, beginning: Beginning, author: &Author) -> Result<ConversationRow, ErrorBody> {
        let Beginning { id, project_id, client_id, title, participants, metadata } = beginning;
        let (conversation_id, now) = (id.unwrap_or_else(Uuid::now_v7), self.now());
        let row = ConversationRow {
            conversation_id,
            project_id,
            client_id,
            title: checked::title(title.unwrap_or_else(|| TITLE.to_owned()))?,
            status: ConversationStatus::Active,
            created_by: author.user_id.to_string(),
            created_at: now,
            last_message_at: None,
            head: 0,
            metadata: checked::metadata(metadata)?,
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

    /// Begins a conversation that is called by what is said in it first, unless there is one with its id already. It is told before what
    /// comes of what is said.
    ///
    /// # Errors
    /// Those of [`Self::begin`].
    pub async fn begin_by(&self, beginning: Beginning, said: &str, author: &Author) -> Result<(), ErrorBody> {
        let Some(id) = beginning.id else { return self.begin(beginning, author).await.map(drop) };
        match self.find(id).await {
            Err(error) if error.code == ErrorCode::ConversationNotFound => {}
            found => return found.map(drop),
        }
        let title: String = said.chars().take(FIRST_WORDS).collect();
        let title = Some(title.trim().to_owned()).filter(|title| !title.is_empty());
        match self.begin(Beginning { title, ..beginning }, author).await {
            Ok(_) => Ok(()),
            // Somebody else may have been faster.
            Err(error) => self.find(id).await.map(drop).map_err(|_| error),
        }
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

    /// Changes one; who is in it is told, and who hears its project or takes part.
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
        let title = title.map(checked::title).transpose()?;
        let change = ConversationChange { title, status, metadata: checked::metadata(metadata)? };
        let hub = self.hub(id);
        let _order = hub.order.lock().await;
        if !self.store.change_conversation(id, change).await.map_err(failed)? {
            return Err(no_conversation());
        }
        let row = self.find(id).await?;
        self.tell_of(EventName::ConversationUpdated, &row, &hub.listeners()).await;
        Ok(row)
    }

    /// Deletes one, with all its messages: who is in it is told, and hears nothing more.
    ///
    /// # Errors
    /// `CONVERSATION_NOT_FOUND`, or the store does not work.
    pub async fn delete(&self, id: ConversationId) -> Result<(), ErrorBody> {
        let hub = self.hub(id);
        let _order = hub.order.lock().await;
        let hearers = self.hearers(&self.find(id).await?).await?;
        if !self.store.delete_conversation(id).await.map_err(failed)? {
            return Err(no_conversation());
        }
        let event = EventName::ConversationDeleted;
        let told = packet(event, &ConversationDeleted { event, conversation_id: &id.to_string() });
        let in_it = hub.listeners();
        hub.clear(told.as_ref());
        self.projects.tell(&hearers, told, &client_ids(&in_it));
        Ok(())
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
            message_id: checked::message_id(draft.message_id)?,
            author: author.user_id.to_string(),
            author_name: author.name.as_deref().map(str::to_owned),
            role: draft.role,
            text: checked::text(draft.text)?,
            at: now,
            metadata: checked::metadata(draft.metadata)?,
            twin_since: draft.twin_within.map(|within| now.before(within.into())),
        };
        let hub = self.hub(id);
        let _order = hub.order.lock().await;
        let appended = self.store.append_message(message).await.map_err(failed)?;
        let appended = by_same(appended.ok_or_else(no_conversation)?, author)?;
        if appended.is_new {
            tell_message(&hub, EventName::NewMessage, &appended.message, from);
        }
        if let Some(from) = from {
            hub.stop_writing(from);
        }
        Ok(appended)
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
        let text = checked::text(text)?;
        self.check_author(id, message_id, author).await?;
        let hub = self.hub(id);
        let _order = hub.order.lock().await;
        let edited = self.store.edit_message(id, message_id, text, self.now()).await.map_err(failed)?;
        let row = edited.ok_or_else(no_message)?;
        tell_message(&hub, EventName::MessageUpdated, &row, from);
        Ok(row)
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
        let _order = hub.order.lock().await;
        let now = self.now();
        let deleted = self.store.delete_message(id, message_id, now).await.map_err(failed)?;
        let row = deleted.ok_or_else(no_message)?;
        // It was deleted before, and everybody was told.
        if row.deleted_at != Some(now) {
            return Ok(row);
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
        Ok(row)
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
}

/// An id that names another author's message is taken.
fn by_same(appended: Appended, author: &Author) -> Result<Appended, ErrorBody> {
    if appended.is_new || appended.message.author == *author.user_id {
        return Ok(appended);
    }
    Err(ErrorBody::new(ErrorCode::IdempotencyMismatch, "Another author's message has this message_id"))
}

fn tell_message(hub: &Hub, event: EventName, row: &MessageRow, but: Option<&str>) {
    let conversation_id = hub.id.to_string();
    let told = MessageEvent { event, conversation_id: &conversation_id, message: telling::message(row) };
    hub.tell(packet(event, &told).as_ref(), but);
}

/// What is said of a conversation that is not there, or that must not be known of.
#[must_use]
pub fn no_conversation() -> ErrorBody {
    ErrorBody::new(ErrorCode::ConversationNotFound, "Conversation not found")
}

fn no_message() -> ErrorBody {
    ErrorBody::new(ErrorCode::MessageNotFound, "The conversation has no such message")
}

/// The cause is logged here, and never sent.
#[expect(clippy::needless_pass_by_value, reason = "it is what errors are mapped by")]
pub(super) fn failed(cause: StoreError) -> ErrorBody {
    tracing::error!(%cause, "a conversation could not be read or written");
    ErrorBody::new(ErrorCode::StoreUnavailable, "The conversation could not be read or written: retry later")
}
