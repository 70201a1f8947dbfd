//! Who takes part in a conversation: entered, and taken out. Who may do that is not decided here.

use std::sync::Arc;

use graphroom_protocol::ErrorBody;

use super::conversations::{Conversations, failed, no_conversation};
use super::telling;
use crate::store::{ConversationId, ParticipantRow};

impl Conversations {
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

    /// Lets somebody take part no more: its connections are told, and hear nothing more. False if it did not.
    ///
    /// # Errors
    /// The store does not work.
    pub async fn exit(&self, id: ConversationId, user_id: &str) -> Result<bool, ErrorBody> {
        let hub = self.hub(id);
        let _order = hub.order.lock().await;
        let was_in = self.store.remove_participant(id, user_id).await.map_err(failed)?;
        for listener in hub.listeners().iter().filter(|listener| *listener.user_id == *user_id) {
            hub.remove(&listener.client_id);
            Arc::clone(&listener.line).send(telling::taken_out(id).into_iter().collect());
        }
        Ok(was_in)
    }
}
