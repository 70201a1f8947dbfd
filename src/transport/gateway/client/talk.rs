//! What one client talks in one conversation, by a WebSocket or by requests.

use std::sync::Arc;

use graphroom_protocol::chat::AssistantToken;
use graphroom_protocol::{ErrorBody, ErrorCode, ErrorEvent, EventName};
use serde_json::{Map, json};
use uuid::Uuid;

use super::frames::{self, Said};
use super::id::ClientId;
use super::talks::Place;
use crate::conversation::{
    Appended, Beginning, ConversationId, ConversationRow, Draft, Entered, MessageRole,
};
use crate::domain::Role;
use crate::identity::{Need, SignedIn};
use crate::outlet::Packet;
use crate::transport::access::unauthenticated;
use crate::transport::connection::Connection;
use crate::transport::connection::handlers::event;
use crate::transport::connection::listed::{Activity, Listed};
use crate::transport::limits::{Counted, Who};

/// The longest message, in characters.
pub const MAX_TEXT: usize = 10_000;
/// Within so many milliseconds the same text of the same author is the same message.
const TWIN_WITHIN: u32 = 5_000;
/// Sound that may wait for a client, in bytes: what it says later would wait behind it.
pub const MAX_WAITING: usize = 96 * 1024;

/// A client's talk.
pub struct Talk {
    /// What the client knows it by.
    pub session_id: Uuid,
    /// Whose it is.
    pub client_id: ClientId,
    /// Where.
    pub conversation_id: ConversationId,
    /// Since when.
    pub created_at: String,
    /// When something was last said.
    pub activity: Arc<Activity>,
    /// What it goes over.
    pub connection: Arc<Connection>,
    place: Place,
}

/// What a client wants to talk in.
pub struct Wish {
    /// What it calls itself.
    pub client_id: ClientId,
    /// The conversation that it was in, if it says so.
    pub conversation_id: Option<String>,
    /// When something was last said.
    pub activity: Arc<Activity>,
}

/// What became of something that was said.
pub enum Heard {
    /// A message.
    Message(Box<Appended>),
    /// Sound, which is not kept.
    Sound,
}

impl Talk {
    /// Lets a client into the conversation that it asks for, if that is its own or nobody's and it may read it; else
    /// into a new one. `welcome` is told before anything else.
    ///
    /// # Errors
    /// `CONNECTION_LIMIT`, or the store does not work.
    pub async fn enter(
        connection: &Arc<Connection>,
        wish: Wish,
        welcome: impl FnOnce(&Self) -> Option<Packet> + Send,
    ) -> Result<Self, ErrorBody> {
        let Wish { client_id, conversation_id, activity } = wish;
        let backend = &connection.backend;
        let who = connection.who().ok_or_else(unauthenticated)?;
        let place = backend.clients.enter(&who.caller.user_id, &client_id)?;
        let row = conversation(connection, &who, &client_id, conversation_id.as_deref()).await?;
        let talk = Self {
            session_id: Uuid::new_v4(),
            client_id,
            conversation_id: row.conversation_id,
            created_at: backend.identity.now().in_microseconds(),
            activity,
            connection: Arc::clone(connection),
            place,
        };
        connection.list_as(Listed {
            client_id: talk.client_id.shared(),
            session_id: talk.session_id,
            conversation_id: talk.conversation_id,
            activity: Arc::clone(&talk.activity),
        });
        talk.join(&row, welcome(&talk)).await?;
        Ok(talk)
    }

    /// Hears the conversation, behind the first packet; of an answer that is being written the text so far, as one piece.
    async fn join(&self, row: &ConversationRow, first: Option<Packet>) -> Result<(), ErrorBody> {
        let connection = &self.connection;
        let told = |entered: Entered| {
            let so_far = entered.streams.iter().filter(|stream| !stream.text.is_empty());
            let conversation_id = row.conversation_id.to_string();
            let pieces = so_far.filter_map(|stream| {
                let (name, token) = (EventName::AssistantToken, &stream.text);
                let (id, stream_id) = (&conversation_id, &stream.stream_id);
                event(name, &AssistantToken { event: name, conversation_id: id, stream_id, offset: 0, token })
            });
            connection.send(first.into_iter().chain(pieces));
            // No sound comes before that.
            self.place.sit(row.conversation_id, connection);
        };
        connection.join_conversation(row, Some(row.head), told).await
    }

    /// A client says something.
    ///
    /// # Errors
    /// It cannot be said, or the store does not work; `CONVERSATION_NOT_FOUND` if there is nowhere to say it any more.
    pub async fn say(&self, said: Said) -> Result<Heard, ErrorBody> {
        self.activity.touch();
        match said {
            Said::Text(text) => self.message(text).await.map(|sent| Heard::Message(Box::new(sent))),
            Said::Audio(data) => self.sound(&data).map(|()| Heard::Sound),
        }
    }

    /// Whether the client may say anything now.
    fn speaker(&self) -> Result<Arc<SignedIn>, ErrorBody> {
        let backend = &self.connection.backend;
        let who = self.connection.who().ok_or_else(unauthenticated)?;
        if !backend.identity.validity(&who).may_write() {
            return Err(unauthenticated());
        }
        Ok(who)
    }

    async fn message(&self, text: String) -> Result<Appended, ErrorBody> {
        let (connection, id) = (&self.connection, self.conversation_id);
        let backend = &connection.backend;
        let who = self.speaker()?;
        backend.check_maintenance()?;
        backend.limiter.take(Counted::Command, &Who::Connection(Arc::clone(&connection.client_id)))?;
        if text.chars().count() > MAX_TEXT {
            let message = format!("A message has at most {MAX_TEXT} characters");
            return Err(ErrorBody::new(ErrorCode::PayloadTooLarge, message));
        }
        let row = backend.conversing(Some(&who.caller), Need::Role(Role::Commenter), id).await?.row;
        if !backend.conversations.is_in(id, &connection.client_id) {
            // It was taken out, and may be in again.
            self.join(&row, None).await?;
        }
        let draft = Draft {
            role: MessageRole::User,
            text: text.trim().to_owned(),
            message_id: None,
            metadata: None,
            twin_within: Some(TWIN_WITHIN),
        };
        let from = Some(&*connection.client_id);
        let sent = backend.conversations.send(id, draft, &connection.author(), from).await?;
        if sent.is_new {
            backend.clients.turns.ask(sent.message.clone(), connection);
        } else if backend.conversations.under_way(id).0.is_empty() {
            // It was answered already, or will not be: nobody waits for that.
            connection.send(frames::packet(&json!({ "turn_complete": true })));
        }
        Ok(sent)
    }

    /// Lets those hear a sound who are there and not behind.
    fn sound(&self, data: &str) -> Result<(), ErrorBody> {
        self.speaker()?;
        let Some(packet) = frames::sound(data) else { return Ok(()) };
        let others = self.connection.backend.clients.others(self.conversation_id, &self.connection);
        for other in others {
            other.offer(&packet, MAX_WAITING);
        }
        Ok(())
    }
}

/// Tells a client what went wrong.
pub fn tell(connection: &Arc<Connection>, error: &ErrorBody) {
    let ErrorBody { code, message, details } = error;
    connection.send(event(EventName::Error, &ErrorEvent { message, code: *code, details: details.as_ref() }));
}

async fn conversation(
    connection: &Connection,
    who: &SignedIn,
    client_id: &ClientId,
    asked: Option<&str>,
) -> Result<ConversationRow, ErrorBody> {
    let backend = &connection.backend;
    if let Some(id) = asked.and_then(|id| id.parse().ok()) {
        match backend.conversing(Some(&who.caller), Need::Role(Role::Viewer), id).await {
            Ok(found) if found.row.client_id.as_deref().is_none_or(|id| id == client_id.as_str()) => {
                return Ok(found.row);
            }
            Err(error) if error.code != ErrorCode::ConversationNotFound => return Err(error),
            // Another client's, or none at all.
            _ => {}
        }
    }
    let metadata = Map::from_iter([("client_id".to_owned(), json!(client_id.as_str()))]);
    let client_id = Some(client_id.as_str().to_owned());
    let beginning = Beginning { client_id, metadata: Some(metadata), ..Beginning::default() };
    backend.conversations.begin(beginning, &connection.author()).await
}
