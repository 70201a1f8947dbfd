//! Messages that the assistant was to answer when the server died: kept, and nobody asks any more. Who repeats such a message lets it be
//! answered after all, once.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use super::conversations::Conversations;
use crate::domain::Timestamp;
use crate::store::{Appended, ConversationId, MessageRow};

/// Those that are remembered to have been asked about. Above it none is asked about any more: so many were never left.
const MOST: usize = 10_000;

/// What was left by the server before this one.
pub(super) struct Unanswered {
    /// When this one began.
    since: Timestamp,
    asked: Mutex<HashSet<(ConversationId, u64)>>,
}

impl Unanswered {
    /// Nothing was asked about yet.
    pub(super) fn since(since: Timestamp) -> Self {
        Self { since, asked: Mutex::default() }
    }
}

impl Conversations {
    /// Whether the assistant is to be asked about a message that was sent with a wish for an answer: it is new, or it was kept before
    /// this server began and is the last of its conversation, so that it has no answer. Of many who repeat it one gets true.
    pub async fn is_to_be_asked_about(&self, sent: &Appended) -> bool {
        let message = &sent.message;
        if sent.is_new || message.at >= self.unanswered.since || message.deleted_at.is_some() {
            return sent.is_new;
        }
        let is_last = self.find(message.conversation_id).await.is_ok_and(|row| row.head == message.seq);
        let mut asked = self.unanswered.asked.lock().unwrap_or_else(PoisonError::into_inner);
        is_last && asked.len() < MOST && asked.insert((message.conversation_id, message.seq))
    }

    /// The assistant could not be asked about it: who repeats it may try again.
    pub fn was_not_asked_about(&self, message: &MessageRow) {
        let mut asked = self.unanswered.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.remove(&(message.conversation_id, message.seq));
    }
}
