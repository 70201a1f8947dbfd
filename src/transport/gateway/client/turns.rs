//! Whose turn it is: in a conversation one answer is written at a time, since its pieces do not say which one they are of.
//!
//! What is said while one is written is answered behind it, all of it by one answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use graphroom_protocol::chat::Ask;

use super::talk::tell;
use crate::conversation::{ConversationId, MessageRow};
use crate::transport::connection::{Connection, lock};

/// What waits to be answered.
#[derive(Default)]
pub struct Turns(Mutex<HashMap<ConversationId, Option<Asked>>>);

/// The last message of somebody's that was not answered yet.
struct Asked {
    message: MessageRow,
    by: Arc<Connection>,
}

impl Turns {
    /// Lets the assistant answer a message, at once or behind the answer that is under way.
    pub fn ask(self: &Arc<Self>, message: MessageRow, by: &Arc<Connection>) {
        let id = message.conversation_id;
        let waits = lock(&self.0).insert(id, Some(Asked { message, by: Arc::clone(by) }));
        if waits.is_none() {
            tokio::spawn(Arc::clone(self).take(id, Arc::clone(by)));
        }
    }

    /// Takes turns as long as something waits.
    async fn take(self: Arc<Self>, id: ConversationId, by: Arc<Connection>) {
        let conversations = &by.backend.conversations;
        loop {
            conversations.quiet(id).await;
            let Some(asked) = self.next(id) else { return };
            let ask = Ask { model: None, temperature: None, max_tokens: None, node_id: None };
            if let Err(error) = conversations.ask(id, ask, Some(&asked.message), None).await {
                tell(&asked.by, &error);
            }
        }
    }

    /// What waits in a conversation. Where nothing does, nobody takes turns any more.
    fn next(&self, id: ConversationId) -> Option<Asked> {
        let mut waiting = lock(&self.0);
        let asked = waiting.get_mut(&id).and_then(Option::take);
        if asked.is_none() {
            waiting.remove(&id);
        }
        asked
    }
}
