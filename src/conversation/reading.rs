//! What was said, read a page at a time, and how far somebody has read.

use graphroom_protocol::chat::MessageRead;
use graphroom_protocol::{ErrorBody, EventName};

use super::conversations::{Conversations, failed, no_conversation};
use super::telling::packet;
use crate::domain::{Author, Timestamp};
use crate::store::{ConversationId, MessageQuery, MessageRow};

/// The most messages on a page.
pub const MAX_PAGE: usize = 100;
/// The most bytes of text and metadata on a page, unless one message alone has more: a page is one packet.
pub const MAX_PAGE_BYTES: usize = 1024 * 1024;
impl Conversations {
    /// Messages of one, oldest first: those after a place, or the last before one or of all. And whether there are more,
    /// for which long messages are left, too.
    ///
    /// # Errors
    /// The store does not work.
    pub async fn messages(&self, mut query: MessageQuery) -> Result<(Vec<MessageRow>, bool), ErrorBody> {
        let (limit, is_after) = (query.limit, query.after.is_some());
        query.limit += 1;
        let mut messages = self.store.messages(query).await.map_err(failed)?;
        let all = messages.len();
        if is_after {
            messages.truncate(fitting(messages.iter(), limit));
        } else {
            messages.drain(..all - fitting(messages.iter().rev(), limit));
        }
        let has_more = messages.len() < all;
        Ok((messages, has_more))
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
        // In one order with other marks, so that what is told never goes back.
        let _order = hub.order.lock().await;
        let now = self.now();
        let seq = self.mark(id, author, seq, now).await?;
        let event = EventName::MessageRead;
        let told = MessageRead {
            event,
            conversation_id: &id.to_string(),
            user_id: &author.user_id,
            seq,
            timestamp: now.to_string(),
        };
        hub.tell(packet(event, &told).as_ref(), from);
        Ok(seq)
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
}

/// How many of them fit on a page; at least one, if there is any.
fn fitting<'a>(messages: impl Iterator<Item = &'a MessageRow>, limit: usize) -> usize {
    let mut bytes = 0;
    let fits = |(place, message): &(usize, &MessageRow)| {
        bytes += message.text.len() + message.metadata.as_ref().map_or(0, String::len);
        *place == 0 || bytes <= MAX_PAGE_BYTES
    };
    messages.take(limit).enumerate().take_while(fits).count()
}
