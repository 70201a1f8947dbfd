//! The live side of the conversations: who is in one, who writes, and which answers are under way.
//!
//! It is there as long as somebody is in a conversation or something goes on there, and forgotten then.

use std::ops::Deref;
use std::sync::{Arc, Weak};
use std::time::Duration;

use graphroom_protocol::chat::{MessageAuthor, StreamView};
use graphroom_protocol::{ErrorBody, ErrorCode};
use tokio::time::{sleep_until, timeout};

use super::conversations::{Conversations, Entered, no_conversation};
use super::hub::{Hub, Listener};
use super::reading::MAX_PAGE;
use super::stream::AnswerStream;
use crate::clock::Instant;
use crate::domain::Author;
use crate::store::{ConversationId, ConversationRow, MessageQuery};

/// The live side of a conversation, and how many use it now.
pub(super) struct Slot {
    hub: Arc<Hub>,
    users: usize,
}

/// The live side of a conversation while it is used.
pub(super) struct InUse<'a> {
    conversations: &'a Conversations,
    hub: Arc<Hub>,
}

impl Deref for InUse<'_> {
    type Target = Hub;

    fn deref(&self) -> &Hub {
        &self.hub
    }
}

impl Drop for InUse<'_> {
    /// Who uses it last forgets it, if nothing goes on there. They are counted under the map's lock: of two who end
    /// at the same time one is the last.
    fn drop(&mut self) {
        self.conversations.hubs.remove_if_mut(&self.hub.id, |_, slot| {
            slot.users -= 1;
            slot.users == 0 && slot.hub.is_idle()
        });
    }
}

impl Conversations {
    /// The live side of a conversation.
    pub(super) fn hub(&self, id: ConversationId) -> InUse<'_> {
        let mut slot = self
            .hubs
            .entry(id)
            .or_insert_with(|| Slot { hub: Arc::new(Hub::new(id, Arc::clone(&self.projects))), users: 0 });
        slot.users += 1;
        InUse { conversations: self, hub: Arc::clone(&slot.hub) }
    }

    /// The same, if there is one.
    pub(super) fn known(&self, id: ConversationId) -> Option<InUse<'_>> {
        let mut slot = self.hubs.get_mut(&id)?;
        slot.users += 1;
        Some(InUse { conversations: self, hub: Arc::clone(&slot.hub) })
    }

    /// How many conversations somebody is in, or something goes on in.
    #[must_use]
    pub fn live(&self) -> usize {
        self.hubs.len()
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
        let _order = hub.order.lock().await;
        let entered = self.entered(id, after).await?;
        let takes_part = entered.participants.iter().any(|one| one.user_id == *listener.user_id);
        if listener.must_take_part && !takes_part {
            return Err(no_conversation());
        }
        hub.add(listener);
        let streams = hub.streams();
        let views = streams.iter().map(|stream| stream.add(listener, true)).collect();
        answer(Entered { streams: views, writing: hub.writing(), ..entered });
        for stream in streams {
            stream.release(&listener.client_id);
        }
        Ok(())
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
        if let Some(hub) = self.known(id) {
            hub.remove(client_id);
        }
    }

    /// What goes on in one: answers under way, and who is writing.
    #[must_use]
    pub fn under_way(&self, id: ConversationId) -> (Vec<StreamView>, Vec<MessageAuthor>) {
        let Some(hub) = self.known(id) else { return Default::default() };
        (hub.streams().iter().map(|stream| stream.view()).collect(), hub.writing())
    }

    /// The answers under way in a project's conversations.
    #[must_use]
    pub fn streams_of_project(&self, project_id: &str) -> Vec<Arc<AnswerStream>> {
        let streams = self.hubs.iter().flat_map(|slot| slot.hub.streams());
        streams.filter(|stream| stream.project_id.as_deref() == Some(project_id)).collect()
    }

    /// Waits until no answer is under way in one.
    pub async fn quiet(&self, id: ConversationId) {
        loop {
            let streams = self.known(id).map(|hub| hub.streams()).unwrap_or_default();
            let Some(stream) = streams.first() else { return };
            stream.over.cancelled().await;
        }
    }

    /// Whether a connection hears a conversation.
    #[must_use]
    pub fn is_in(&self, id: ConversationId, client_id: &str) -> bool {
        self.hubs.get(&id).is_some_and(|slot| slot.hub.has(client_id))
    }

    /// Somebody writes, or no more.
    pub fn write(
        self: &Arc<Self>,
        row: &ConversationRow,
        client_id: &Arc<str>,
        author: &Author,
        is_typing: bool,
    ) {
        let (id, project_id) = (row.conversation_id, row.project_id.as_deref());
        if !is_typing {
            return self.known(id).into_iter().for_each(|hub| hub.stop_writing(client_id));
        }
        // Who hears its project is told also if nobody is in it.
        if self.hub(id).write(client_id, author, project_id) {
            tokio::spawn(watch_writing(Arc::downgrade(self), id, Arc::clone(client_id)));
        }
    }

    fn writes_until(&self, id: ConversationId, client_id: &str) -> Option<Instant> {
        let hub = self.known(id)?;
        hub.writes_until(client_id)
    }

    /// Ends an answer that is under way.
    ///
    /// # Errors
    /// `STREAM_NOT_FOUND`.
    pub fn cancel(&self, id: ConversationId, stream_id: &str) -> Result<(), ErrorBody> {
        let streams = self.known(id).map(|hub| hub.streams()).unwrap_or_default();
        let stream = streams.iter().find(|stream| stream.stream_id == stream_id);
        let none = || ErrorBody::new(ErrorCode::StreamNotFound, "There is no such answer under way");
        stream.ok_or_else(none)?.cancel.cancel();
        Ok(())
    }

    /// Ends every answer that is under way, and lets none begin. What was written of them becomes a message; true if
    /// that was done in time.
    pub async fn shut_down(&self, limit: Duration) -> bool {
        self.closing.cancel();
        self.answers.close();
        timeout(limit, self.answers.wait()).await.is_ok()
    }
}

/// Ends somebody's writing when nothing more is said of it. It keeps nothing alive.
async fn watch_writing(conversations: Weak<Conversations>, id: ConversationId, client_id: Arc<str>) {
    let until = || conversations.upgrade()?.writes_until(id, &client_id);
    while let Some(until) = until() {
        sleep_until(until).await;
    }
}
