//! What one client of `/ws/chat` talks about: its conversations, the answers that it waits for, and the frames that come of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use graphroom_protocol::chat::Ask;
use graphroom_protocol::{ErrorBody, ErrorCode};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use uuid::Uuid;

use super::frames::{Chat, Unreadable};
use super::sessions::Counts;
use crate::conversation::{Beginning, ConversationId, Draft, MessageRole};
use crate::domain::Role;
use crate::identity::Need;
use crate::outlet::{Named, Packet};
use crate::transport::Backend;
use crate::transport::access::unauthenticated;
use crate::transport::connection::{Connection, lock};
use crate::transport::gateway::FRAME;

/// What the ids of conversations are made in that clients have a word of their own for.
const WORDS: Uuid = Uuid::from_u128(0x6f0e_9f3a_2f0b_4f0d_9a5c_6f5f_2d1e_8b47);
/// The longest word for a conversation, in characters.
pub const MAX_WORD: usize = 256;
/// Answers that ended and are remembered.
const MAX_ENDED: usize = 256;

/// A client's talk.
pub struct Talk {
    /// Names the connection.
    pub session_id: Uuid,
    /// What is counted of it.
    pub counts: Arc<Counts>,
    backend: Arc<Backend>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The one of what is said without a word for it.
    nameless: Option<ConversationId>,
    /// Its messages that wait for an answer to begin, by their ids.
    asked: HashMap<String, Waiting>,
    /// Its answers, by their ids.
    streams: HashMap<String, Waiting>,
}

/// What an answer is for.
#[derive(Clone)]
struct Waiting {
    conversation_id: ConversationId,
    /// The client's word for it.
    word: Option<String>,
    /// It ended. Its last frame may be asked for again as long as the client takes none.
    is_over: bool,
}

/// What is read of the assistant's events.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    stream_id: String,
    reply_to: Option<String>,
    token: String,
    reason: String,
    total_tokens: u64,
    latency_ms: f64,
    error: Option<ErrorBody>,
    message: Option<Value>,
    code: Option<Value>,
}

/// What is wrong, if anything is, in what is told.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Wrong {
    error: Option<IgnoredAny>,
}

fn says_error(payload: &RawValue) -> bool {
    serde_json::from_str::<Wrong>(payload.get()).is_ok_and(|wrong| wrong.error.is_some())
}

impl Talk {
    /// Nothing was said yet.
    pub fn new(backend: Arc<Backend>) -> Self {
        let counts = backend.chat_sessions.counts();
        Self { session_id: Uuid::new_v4(), counts, backend, state: Mutex::default() }
    }

    /// The first frame.
    pub fn welcome(&self, connection: &Arc<Connection>, client_id: &str) {
        let fields = json!({ "client_id": client_id, "session_id": self.session_id.to_string() });
        self.send(connection, "connection_ack", fields);
    }

    /// Asks whether the client lives.
    pub fn ping(&self, connection: &Arc<Connection>) {
        self.send(connection, "ping", json!({}));
    }

    /// The client said nothing for too long.
    pub fn time_is_up(&self, connection: &Arc<Connection>) {
        let fields = json!({ "message": "Connection timeout - please reconnect", "level": "warning" });
        self.send(connection, "system", fields);
    }

    /// A frame could not be read.
    pub fn unreadable(&self, connection: &Arc<Connection>, unreadable: &Unreadable) {
        let (code, error) = unreadable.told();
        self.refuse(connection, code, &error, None);
    }

    fn refuse(&self, connection: &Arc<Connection>, code: &str, error: &str, word: Option<&str>) {
        self.send(connection, "error", json!({ "error": error, "code": code, "conversation_id": word }));
    }

    fn send(&self, connection: &Arc<Connection>, kind: &str, fields: Value) {
        let Ok(payload) = serde_json::value::to_raw_value(&self.frame(kind, fields)) else { return };
        connection.send([Packet::Event { name: FRAME, payload: Some(payload.into()) }]);
    }

    /// A frame, with what all frames have.
    fn frame(&self, kind: &str, fields: Value) -> Value {
        let timestamp = self.backend.identity.now().in_microseconds();
        let mut frame = json!({ "type": kind, "timestamp": timestamp });
        if let (Value::Object(frame), Value::Object(fields)) = (&mut frame, fields) {
            frame.extend(fields);
        }
        frame
    }

    /// What goes out of a packet, if anything does.
    pub fn encode(&self, packet: &Packet) -> Option<String> {
        let (name, payload) = match packet {
            Packet::Event { name, payload: Some(payload) } => (name, payload),
            Packet::Named(named) => return Some(self.frame("system", announced(named)).to_string()),
            Packet::Event { payload: None, .. } | Packet::Answer { .. } => return None,
        };
        let text = if *name == FRAME {
            payload.get().to_owned()
        } else {
            let told: Told = serde_json::from_str(payload.get()).ok()?;
            self.told(name, told)?.to_string()
        };
        Some(text)
    }

    /// Counts a packet of which a frame was handed over.
    pub fn count(&self, packet: &Packet) {
        self.counts.sent();
        let Packet::Event { name, payload: Some(payload) } = packet else { return };
        match *name {
            "assistant:token" => self.counts.token(),
            "error" => self.counts.error(),
            "assistant:end" | FRAME if says_error(payload) => self.counts.error(),
            _ => {}
        }
    }

    /// The frame of an event. Only the client's own answers are told here.
    fn told(&self, event: &str, told: Told) -> Option<Value> {
        let mut state = lock(&self.state);
        match event {
            "assistant:start" => {
                let waiting = state.asked.remove(&told.reply_to?)?;
                state.streams.insert(told.stream_id, waiting);
                None
            }
            "assistant:token" => {
                let Waiting { word, .. } = state.streams.get(&told.stream_id)?;
                Some(self.frame("token", json!({ "token": told.token, "conversation_id": word })))
            }
            "assistant:end" => {
                let Waiting { word, is_over, .. } = state.streams.get_mut(&told.stream_id)?;
                *is_over = true;
                if let Some(error) = told.error {
                    let error = format!("Generation failed: {}", error.message);
                    let fields =
                        json!({ "error": error, "code": "GENERATION_ERROR", "conversation_id": word });
                    return Some(self.frame("error", fields));
                }
                let fields = json!({ "conversation_id": word, "total_tokens": told.total_tokens,
                    "latency_ms": told.latency_ms, "reason": told.reason });
                Some(self.frame("complete", fields))
            }
            "server_shutdown" => {
                let message = "The server is going down - please reconnect";
                Some(self.frame("system", json!({ "message": message, "level": "warning" })))
            }
            "error" => Some(self.frame("error", json!({ "error": told.message, "code": told.code }))),
            _ => None,
        }
    }

    /// The client wants an answer.
    pub async fn chat(&self, connection: &Arc<Connection>, chat: Chat) {
        let word = chat.conversation_id.clone();
        if let Err(error) = self.ask(connection, chat).await {
            let code = match error.code {
                ErrorCode::InvalidRequest | ErrorCode::PayloadTooLarge => "INVALID_MESSAGE".to_owned(),
                code => json!(code).as_str().unwrap_or_default().to_owned(),
            };
            self.refuse(connection, &code, &error.message, word.as_deref());
        }
    }

    async fn ask(&self, connection: &Arc<Connection>, chat: Chat) -> Result<(), ErrorBody> {
        let Chat { content, conversation_id: word, model, temperature, max_tokens } = chat;
        let id = self.conversation(connection, word.as_deref(), &content).await?;
        // It may have been deleted, and begun anew.
        if !self.backend.conversations.is_in(id, &connection.client_id) {
            connection.hear(id).await?;
        }
        let message_id = Uuid::now_v7().to_string();
        let draft = Draft {
            role: MessageRole::User,
            text: content,
            message_id: Some(message_id.clone()),
            metadata: None,
            twin_within: None,
        };
        let conversations = &self.backend.conversations;
        let sent = conversations.send(id, draft, &connection.author(), Some(&connection.client_id)).await?;
        {
            let mut state = lock(&self.state);
            if state.streams.len() > MAX_ENDED {
                state.streams.retain(|_, one| !one.is_over);
            }
        }
        lock(&self.state)
            .asked
            .insert(message_id.clone(), Waiting { conversation_id: id, word, is_over: false });
        let ask = Ask { model, temperature, max_tokens, node_id: None };
        let asked = conversations.ask(id, ask, Some(&sent.message), None).await;
        // An answer's start may still wait behind what the client has not taken: it takes the entry itself.
        if asked.is_err() {
            lock(&self.state).asked.remove(&message_id);
        }
        asked.map(drop)
    }

    /// The conversation that a client's word stands for: one that it may write in, or one of its own.
    async fn conversation(
        &self,
        connection: &Arc<Connection>,
        word: Option<&str>,
        content: &str,
    ) -> Result<ConversationId, ErrorBody> {
        if word.is_some_and(|word| word.chars().count() > MAX_WORD) {
            let message =
                format!("Invalid message format: conversation_id has at most {MAX_WORD} characters");
            return Err(ErrorBody::new(ErrorCode::InvalidRequest, message));
        }
        self.backend.check_maintenance()?;
        let Some(who) = connection.who() else { return Err(unauthenticated()) };
        if !self.backend.identity.validity(&who).may_write() {
            return Err(unauthenticated());
        }
        let need = Need::Role(Role::Commenter);
        if let Some(id) = word.and_then(|word| word.parse().ok()) {
            match self.backend.conversing(Some(&who.caller), need, id).await {
                Ok(conversing) => return Ok(conversing.row.conversation_id),
                Err(error) if error.code != ErrorCode::ConversationNotFound => return Err(error),
                // A word like any other.
                Err(_) => {}
            }
        }
        let nameless = lock(&self.state).nameless;
        let id = match (word, nameless) {
            (None, known) => known.unwrap_or_else(Uuid::now_v7),
            (Some(word), _) => Uuid::new_v5(&WORDS, format!("{}\n{word}", who.caller.user_id).as_bytes()),
        };
        let beginning = Beginning { id: Some(id), ..Beginning::default() };
        self.backend.conversations.begin_by(beginning, content, &connection.author()).await?;
        if word.is_none() {
            lock(&self.state).nameless = Some(id);
        }
        Ok(id)
    }

    /// The client wants no more of its answers in a conversation, or of any.
    pub fn cancel(&self, word: Option<&str>) {
        let streams: Vec<_> = {
            let state = lock(&self.state);
            let under_way = state.streams.iter().filter(|(_, one)| !one.is_over);
            let wanted = under_way.filter(|(_, one)| word.is_none() || one.word.as_deref() == word);
            wanted.map(|(stream_id, one)| (one.conversation_id, stream_id.clone())).collect()
        };
        for (id, stream_id) in streams {
            // One that ended meanwhile needs no end.
            drop(self.backend.conversations.cancel(id, &stream_id));
        }
    }
}

/// What is broadcast, as the frame `system` has it: a sentence and how grave it is, and all of it.
fn announced(Named { name, payload, .. }: &Named) -> Value {
    let data: Value = serde_json::from_str(payload.get()).unwrap_or_default();
    let text = |field: &str| data[field].as_str().map(str::to_owned);
    let message = text("message").or_else(|| text("reason")).unwrap_or_else(|| name.to_string());
    let level = text("severity").or_else(|| text("level")).unwrap_or_else(|| "info".to_owned());
    json!({ "message": message, "level": level, "event_type": &**name, "data": data })
}
