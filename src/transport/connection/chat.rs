//! Conversations over a connection: what each event about one asks for, and what is done about it.
//!
//! Events and answers of conversations keep one order, the connection's own line; what belongs to sessions has another.

use std::sync::Arc;

use graphroom_protocol::chat::{
    CancelAnswer, DeleteMessage, EditMessage, InConversation, JoinConversation, JoinedConversation,
    MessageChanged, MessagesRead, ReadMessages, SendMessage, Typing,
};
use graphroom_protocol::{ErrorBody, ErrorCode, ErrorEvent, EventName, Rejected, RequestName, Success};
use serde::Serialize;
use uuid::Uuid;

use super::handlers::{acknowledgement, event};
use super::inbound::Inbound;
use super::{Connection, event as reading, lock};
use crate::conversation::{ConversationRow, Entered, Listener, no_conversation, telling};
use crate::domain::{Caller, Role, Standing};
use crate::identity::Need;
use crate::outlet::{Line, Packet};
use crate::transport::access::unauthenticated;
use crate::transport::chatting::{Conversing, draft, message_sent};

/// Conversations that one connection may be in.
pub const MAX_JOINED: usize = 1_000;

/// What an event about a conversation asks for.
pub struct Chat {
    conversation_id: String,
    asks: Asks,
}

enum Asks {
    Join { after: Option<u64> },
    Leave,
    Send(Box<SendMessage>),
    Edit { message_id: String, text: String },
    Delete { message_id: String },
    Read { seq: u64 },
    Cancel { stream_id: String },
    Typing { is_typing: bool },
}

impl Chat {
    /// Reads an event; none if it is about no conversation.
    pub fn read(name: RequestName, inbound: &Inbound) -> Option<Result<Self, ErrorBody>> {
        use RequestName as R;
        Some(match name {
            R::JoinConversation => {
                reading::argument(inbound).map(|JoinConversation { conversation_id, after }| {
                    Self::of(conversation_id, Asks::Join { after })
                })
            }
            R::LeaveConversation => reading::argument(inbound)
                .map(|InConversation { conversation_id }| Self::of(conversation_id, Asks::Leave)),
            R::SendMessage => reading::argument(inbound)
                .map(|send: SendMessage| Self::of(send.conversation_id.clone(), Asks::Send(Box::new(send)))),
            R::EditMessage => {
                reading::argument(inbound).map(|EditMessage { conversation_id, message_id, text }| {
                    Self::of(conversation_id, Asks::Edit { message_id, text })
                })
            }
            R::DeleteMessage => {
                reading::argument(inbound).map(|DeleteMessage { conversation_id, message_id }| {
                    Self::of(conversation_id, Asks::Delete { message_id })
                })
            }
            R::ReadMessages => reading::argument(inbound)
                .map(|ReadMessages { conversation_id, seq }| Self::of(conversation_id, Asks::Read { seq })),
            R::CancelAnswer => {
                reading::argument(inbound).map(|CancelAnswer { conversation_id, stream_id }| {
                    Self::of(conversation_id, Asks::Cancel { stream_id })
                })
            }
            R::Typing => reading::argument(inbound).map(|Typing { conversation_id, is_typing }| {
                Self::of(conversation_id, Asks::Typing { is_typing })
            }),
            _ => return None,
        })
    }

    fn of(conversation_id: String, asks: Asks) -> Self {
        Self { conversation_id, asks }
    }

    /// What it needs in the conversation.
    fn need(&self) -> Need {
        match self.asks {
            Asks::Join { .. } | Asks::Read { .. } => Need::Role(Role::Viewer),
            // Whoever may not be in a conversation any more may leave it all the same.
            Asks::Leave => Need::Name,
            _ => Need::Role(Role::Commenter),
        }
    }
}

/// Does what an event asks for, and answers it.
pub async fn act(connection: &Arc<Connection>, chat: Chat, name: &'static str, ack_id: Option<i64>) {
    if let Err(error) = carry_out(connection, chat, ack_id).await {
        connection.note_refusal(name, None, &error);
        refuse(connection, ack_id, error);
    }
}

/// Tells a refusal in the conversations' order.
#[expect(clippy::needless_pass_by_value, reason = "whoever is refused is done with it")]
pub fn refuse(connection: &Arc<Connection>, ack_id: Option<i64>, error: ErrorBody) {
    connection.traffic.refused();
    let ErrorBody { code, message, details } = &error;
    let told = ErrorEvent { message, code: *code, details: details.as_ref() };
    let told = if ack_id.is_none() { event(EventName::Error, &told) } else { None };
    let ack = acknowledgement(ack_id, &Rejected::new(None, error.clone()));
    connection.send(told.into_iter().chain(ack));
}

async fn carry_out(connection: &Arc<Connection>, chat: Chat, ack_id: Option<i64>) -> Result<(), ErrorBody> {
    let need = chat.need();
    let id: Uuid = chat.conversation_id.parse().map_err(|_| no_conversation())?;
    let (who, author) = (connection.who(), connection.author());
    let caller = who.as_ref().map(|who| &who.caller);
    let backend = &connection.backend;
    let conversations = &backend.conversations;
    if matches!(chat.asks, Asks::Leave) {
        // That needs somebody, whoever it is.
        if caller.is_none() {
            return Err(unauthenticated());
        }
        connection.leave_conversation(id);
        answer(connection, ack_id, &Success { success: true });
        return Ok(());
    }
    if let Some(who) = &who
        && matches!(need, Need::Role(role) if role > Role::Viewer)
        && !backend.identity.validity(who).may_write()
    {
        return Err(unauthenticated());
    }
    let Conversing { row, role } = backend.conversing(caller, need, id).await?;
    let client_id = &*connection.client_id;
    match chat.asks {
        Asks::Join { after } => {
            let told = |entered: Entered| answer(connection, ack_id, &shown(entered));
            return connection.join_conversation(&row, after, told).await;
        }
        Asks::Leave => {}
        Asks::Send(send) => {
            let ask = send.message.assistant.clone().flatten();
            let sent = conversations.send(id, draft(send.message), &author, Some(client_id)).await?;
            let asked = backend.ask_about(caller, &row, ask, &sent).await;
            answer(connection, ack_id, &message_sent(&sent, asked));
        }
        Asks::Edit { message_id, text } => {
            let row = conversations.edit(id, &message_id, text, &author, Some(client_id)).await?;
            answer(connection, ack_id, &MessageChanged { success: true, message: telling::message(&row) });
        }
        Asks::Delete { message_id } => {
            let by = (&author, role.is_some_and(|role| role >= Role::Owner));
            let row = conversations.delete_message(id, &message_id, by, Some(client_id)).await?;
            answer(connection, ack_id, &MessageChanged { success: true, message: telling::message(&row) });
        }
        Asks::Read { seq } => {
            let seq = conversations.read(id, &author, seq, Some(client_id)).await?;
            answer(connection, ack_id, &MessagesRead { success: true, seq });
        }
        Asks::Cancel { stream_id } => {
            conversations.cancel(id, &stream_id)?;
            answer(connection, ack_id, &Success { success: true });
        }
        Asks::Typing { is_typing } => {
            conversations.write(&row, &connection.client_id, &author, is_typing);
            answer(connection, ack_id, &Success { success: true });
        }
    }
    Ok(())
}

fn answer(connection: &Arc<Connection>, ack_id: Option<i64>, payload: &impl Serialize) {
    connection.send(acknowledgement(ack_id, payload));
}

impl Connection {
    /// Lets it hear a conversation, and tells it what was said.
    ///
    /// # Errors
    /// There is none, it is in too many, or the store does not work.
    pub async fn join_conversation(
        self: &Arc<Self>,
        row: &ConversationRow,
        after: Option<u64>,
        told: impl FnOnce(Entered) + Send,
    ) -> Result<(), ErrorBody> {
        let id = row.conversation_id;
        let project = row.project_id.as_deref().and_then(|id| id.parse().ok());
        let conversations = &self.backend.conversations;
        {
            let mut joined = lock(&self.conversations);
            if joined.len() >= MAX_JOINED {
                // It was taken out of some, or they were deleted: nobody else told us.
                joined.retain(|id, _| conversations.is_in(*id, &self.client_id));
            }
            if joined.len() >= MAX_JOINED && !joined.contains_key(&id) {
                let message = format!("A connection is in at most {MAX_JOINED} conversations");
                return Err(ErrorBody::new(ErrorCode::InvalidState, message));
            }
            joined.insert(id, project);
        }
        let user_id = self.author().user_id;
        let is_user = self.who().is_some_and(|who| who.caller.standing == Standing::User);
        let listener = Arc::new(Listener {
            client_id: Arc::clone(&self.client_id),
            must_take_part: is_user && project.is_none() && row.created_by != *user_id,
            user_id,
            line: Arc::clone(self) as Arc<dyn Line>,
        });
        let joined = conversations.join(id, after, &listener, told).await;
        if self.is_gone() {
            // Nobody else will take it out again: what it was in may have been forgotten before it was in.
            conversations.leave(id, &self.client_id);
        }
        if !conversations.is_in(id, &self.client_id) {
            lock(&self.conversations).remove(&id);
        }
        joined
    }

    /// Lets it hear a conversation that it may read, and tells it nothing of what was said.
    ///
    /// # Errors
    /// There is none, it is in too many, or the store does not work.
    pub async fn hear(self: &Arc<Self>, id: Uuid) -> Result<(), ErrorBody> {
        let row = self.backend.conversations.find(id).await?;
        self.join_conversation(&row, Some(row.head), drop).await
    }

    /// It hears a conversation no more.
    pub fn leave_conversation(&self, id: Uuid) {
        if lock(&self.conversations).remove(&id).is_some() {
            self.backend.conversations.leave(id, &self.client_id);
        }
    }

    /// Whether it is in this one.
    pub fn is_in_conversation(&self, id: Uuid) -> bool {
        lock(&self.conversations).contains_key(&id) && self.backend.conversations.is_in(id, &self.client_id)
    }

    /// Whether it hears any.
    pub(super) fn is_in_conversations(&self) -> bool {
        !lock(&self.conversations).is_empty()
    }

    /// Takes it out of the conversations of projects that its client may not read any more, and tells it so.
    pub(super) fn leave_forbidden_conversations(self: &Arc<Self>, caller: &Caller) {
        if caller.standing != Standing::User {
            return;
        }
        let may_read = |project| self.backend.role_in_project(caller, project).is_some();
        let joined = lock(&self.conversations).clone();
        let lost = joined.into_iter().filter(|(_, project)| project.is_some_and(|id| !may_read(id)));
        for (id, _) in lost {
            self.leave_conversation(id);
            self.send(telling::taken_out(id));
        }
    }

    /// It hears none any more.
    pub(super) fn leave_conversations(&self) {
        let joined = std::mem::take(&mut *lock(&self.conversations));
        for id in joined.into_keys() {
            self.backend.conversations.leave(id, &self.client_id);
        }
    }
}

fn shown(entered: Entered) -> JoinedConversation {
    let (messages, has_more) = entered.messages;
    JoinedConversation {
        success: true,
        conversation: telling::conversation(&entered.row),
        participants: entered.participants.iter().map(telling::participant).collect(),
        messages: messages.iter().map(telling::message).collect(),
        has_more,
        streams: entered.streams,
        typing: entered.writing,
    }
}

impl Line for Connection {
    fn send(self: Arc<Self>, packets: Vec<Packet>) {
        Self::send(&self, packets);
    }

    fn is_clear(&self) -> bool {
        self.is_told()
    }
}
