//! What is done about a page's frames: each becomes an event of the connection's, and what answers it a frame.

use std::sync::{Arc, Mutex};

use graphroom_protocol::registry::Lane;
use graphroom_protocol::{ErrorBody, ErrorCode, Plain, RequestName};
use serde_json::{Map, Value, json};

use super::answers::{Answers, Asked};
use super::broadcasting::unpacked;
use super::names;
use super::said::Said;
use super::subscriptions::Subscriptions;
use crate::domain::Role;
use crate::identity::{Need, decide};
use crate::outlet::{Named, Packet, Wanted};
use crate::transport::access::{refusal, unauthenticated};
use crate::transport::connection::inbound::{Inbound, Unreadable};
use crate::transport::connection::refusing::turn_down;
use crate::transport::connection::turn::turn;
use crate::transport::connection::{Connection, handlers, lock};
use crate::transport::gateway::FRAME;
use crate::transport::{Backend, status};

/// Frames that are about a session or a conversation, which is for the id to say.
const IN_SESSIONS: [&str; 3] = ["join_session", "leave_session", "typing"];
/// Frames that are no events, or not at once: what they ask for waits here for what was asked before.
const DONE_HERE: [&str; 7] = [
    "broadcast",
    "request-system-status",
    "status",
    "subscribe",
    "subscribe_project",
    "unsubscribe",
    "unsubscribe_project",
];
/// The longest name that is told again, in characters.
const MAX_TOLD: usize = 64;

/// A page's talk.
pub struct Talk {
    pub(super) backend: Arc<Backend>,
    answers: Mutex<Answers>,
    pub(super) subscriptions: Mutex<Subscriptions>,
}

impl Talk {
    /// Nothing was said yet.
    pub fn new(backend: &Arc<Backend>) -> Self {
        Self { backend: Arc::clone(backend), answers: Mutex::default(), subscriptions: Mutex::default() }
    }

    /// The answer to a ping.
    pub fn pong(&self) -> String {
        self.frame("pong", Map::new()).to_string()
    }

    /// A frame was none.
    pub fn unreadable(&self, connection: &Arc<Connection>, bytes: usize) {
        connection.traffic.came(false);
        turn_down(connection, (None, bytes), invalid("Error processing message"));
    }

    /// Does what a frame asks for.
    pub async fn take(&self, connection: &Arc<Connection>, said: Said) {
        if DONE_HERE.contains(&&*said.kind) {
            turn(connection).await;
        }
        match said.kind.as_str() {
            "status" | "request-system-status" => self.tell_status(connection, said).await,
            kind if IN_SESSIONS.contains(&kind) => self.in_a_session(connection, said).await,
            "authenticate" => self.authenticate(connection, said),
            "subscribe" | "unsubscribe" | "subscribe_project" | "unsubscribe_project" => {
                self.subscribe(connection, said);
            }
            "broadcast" => self.broadcast(connection, &said).await,
            kind => match RequestName::find(kind) {
                Some(name) => self.pass(connection, name, said, None),
                None => {
                    let kind: String = kind.chars().take(MAX_TOLD).collect();
                    self.refused(connection, &said, invalid(format!("Unknown message type: {kind}")));
                }
            },
        }
    }

    /// Hands an event over that everybody may send. `asked` says what becomes of its answer; without it that goes to who
    /// asked by an id.
    pub(super) fn pass(
        &self,
        connection: &Arc<Connection>,
        name: RequestName,
        said: Said,
        asked: Option<Asked>,
    ) {
        let Said { id, fields, bytes, .. } = said;
        let asked = asked.or_else(|| id.map(|id| Asked::Answer { id }));
        let ack_id = asked.map(|asked| lock(&self.answers).ask(asked));
        let argument = serde_json::value::to_raw_value(&fields).map_err(|_| Unreadable::Malformed);
        let inbound = Inbound { ack_id, name: Some(name.as_str().to_owned()), bytes, argument };
        handlers::receive(connection, &inbound);
    }

    /// To a page a conversation is a session, too: which of the two is meant is for the id to say.
    async fn in_a_session(&self, connection: &Arc<Connection>, mut said: Said) {
        let id = said.text("conversation_id").or_else(|| said.text("session_id")).map(str::to_owned);
        let Some(id) = id else {
            let error = invalid(format!("{} wants a sessionId", said.kind));
            return self.refused(connection, &said, error);
        };
        let is_conversation = self.is_conversation(connection, &id).await;
        let name = match (said.kind.as_str(), is_conversation) {
            ("join_session", true) => RequestName::JoinConversation,
            ("join_session", false) => RequestName::JoinSession,
            ("leave_session", true) => RequestName::LeaveConversation,
            ("leave_session", false) => RequestName::LeaveSession,
            (_, true) => RequestName::Typing,
            (_, false) => RequestName::SetPresence,
        };
        let mut asked = None;
        if is_conversation {
            said.fields.insert("conversation_id".into(), json!(id));
            asked = in_conversation(&said, &id);
        } else {
            said.fields.insert("session_id".into(), json!(id));
        }
        match name {
            // Pages show who is there, and who types.
            RequestName::JoinSession => drop(said.fields.entry("presence").or_insert(true.into())),
            RequestName::SetPresence => {
                let Some(Value::Bool(is_typing)) = said.fields.remove("is_typing") else {
                    let error = invalid("isTyping must be true or false");
                    return self.refused(connection, &said, error);
                };
                said.fields = Map::from_iter([
                    ("session_id".to_owned(), json!(id)),
                    ("typing".to_owned(), is_typing.into()),
                ]);
            }
            _ => {}
        }
        self.pass(connection, name, said, asked);
    }

    /// Whether an id is that of a conversation that the page may know of.
    async fn is_conversation(&self, connection: &Connection, id: &str) -> bool {
        let Ok(id) = id.parse() else { return false };
        if self.backend.conversations.is_in(id, &connection.client_id) {
            return true;
        }
        if self.backend.registry.live(id).is_some() {
            return false;
        }
        let who = connection.who();
        let caller = who.as_ref().map(|who| &who.caller);
        self.backend.conversing(caller, Need::Role(Role::Viewer), id).await.is_ok()
    }

    fn authenticate(&self, connection: &Arc<Connection>, mut said: Said) {
        let token = said.text("token").map(str::to_owned);
        // Where nothing is verified, a page stays who it is: it shows whatever it has.
        if self.backend.identity.is_open()
            && said.text("user_id").is_none()
            && let Some(who) = connection.who()
        {
            said.fields.insert("user_id".into(), json!(who.caller.user_id));
        }
        self.pass(connection, RequestName::Authenticate, said, Some(Asked::SignIn { token }));
    }

    async fn tell_status(&self, connection: &Arc<Connection>, said: Said) {
        connection.traffic.came(false);
        if let Err(error) = may(connection, Need::Admin) {
            return self.refuse(connection, &said, error);
        }
        let (name, fields) = if said.kind == "status" {
            let data = status::status(&self.backend).await;
            ("status", data.map(|data| json!({ "data": data })))
        } else {
            ("system-status", status::system(&self.backend).await.map(|data| json!(data)))
        };
        match fields {
            Ok(fields) => self.send(connection, name, fields),
            Err(error) => self.refuse(connection, &said, error),
        }
    }

    /// Refuses a frame that went no further.
    pub(super) fn refused(&self, connection: &Arc<Connection>, said: &Said, error: ErrorBody) {
        connection.traffic.came(false);
        self.refuse(connection, said, error);
    }

    /// Refuses it by its answer, if it is an event of its own and wants one.
    fn refuse(&self, connection: &Arc<Connection>, said: &Said, error: ErrorBody) {
        let id = said.id.filter(|_| IN_SESSIONS.contains(&&*said.kind));
        let ack_id = id.map(|id| lock(&self.answers).ask(Asked::Answer { id }));
        turn_down(connection, (ack_id, said.bytes), error);
    }

    pub(super) fn send(&self, connection: &Arc<Connection>, kind: &str, fields: Value) {
        let Value::Object(fields) = fields else { return };
        let Ok(payload) = serde_json::value::to_raw_value(&self.frame(kind, fields)) else { return };
        connection.send([Packet::Event { name: FRAME, payload: Some(payload.into()) }]);
    }

    /// A frame, with what all frames have.
    fn frame(&self, kind: &str, mut fields: Map<String, Value>) -> Value {
        names::add_ids(&mut fields);
        fields.entry("timestamp").or_insert_with(|| self.backend.identity.now().in_microseconds().into());
        fields.insert("type".into(), kind.into());
        Value::Object(fields)
    }

    /// What goes out of a packet, if anything does.
    pub fn encode(&self, packet: &Packet) -> Option<String> {
        match packet {
            Packet::Event { name: FRAME, payload: Some(payload) } => Some(payload.get().to_owned()),
            // Who asked by a frame of its own is told by the answer.
            Packet::Event { name: "authentication_success" | "authentication_failed", .. }
                if lock(&self.answers).is_signing_in() =>
            {
                None
            }
            Packet::Event { name, payload } => self.told(name, payload.as_ref().map(|payload| payload.get())),
            Packet::Answer { ack_id, payload } => {
                let (kind, fields) = lock(&self.answers).told(*ack_id, payload)?;
                Some(self.frame(kind, fields).to_string())
            }
            // What is broadcast to a page it hears, whatever it subscribed to.
            Packet::Named(named) => {
                let Named { name, payload, wanted } = &**named;
                let mut fields = flat(Some(payload.get()));
                if let Some(Wanted { id, .. }) = wanted {
                    fields.insert("broadcast_id".into(), (&**id).into());
                }
                Some(self.frame(name, fields).to_string())
            }
        }
    }

    /// The frame of an event, if the page wants it.
    fn told(&self, event: &str, payload: Option<&str>) -> Option<String> {
        let mut fields = flat(payload);
        let own = (event == "broadcast_message").then(|| unpacked(&mut fields)).flatten();
        let (event, lane) = (own.as_deref().unwrap_or(event), names::lane(event));
        names::add_fields(event, &mut fields);
        let other = names::other(event);
        let kind = match lane {
            Some(Lane::Reply | Lane::Notice) => Some(other.unwrap_or(event)),
            lane => {
                let is_of_project = lane == Some(Lane::Project);
                lock(&self.subscriptions).name(event, other, (&fields, is_of_project))
            }
        }?;
        Some(self.frame(kind, fields).to_string())
    }
}

/// Whether a page may do what needs this.
pub(in crate::transport::gateway) fn may(connection: &Connection, need: Need) -> Result<(), ErrorBody> {
    let who = connection.who();
    decide(who.as_ref().map(|who| &who.caller), need, None)
        .map_err(|refused| refusal(refused).unwrap_or_else(unauthenticated))
}

pub(super) fn invalid(message: impl Into<String>) -> ErrorBody {
    ErrorBody::new(ErrorCode::InvalidRequest, message)
}

/// What a page is told once it is in a conversation, or in it no more.
fn in_conversation(said: &Said, id: &str) -> Option<Asked> {
    let kind = match said.kind.as_str() {
        _ if said.id.is_some() => return None,
        "join_session" => "session_joined",
        "leave_session" => "session_left",
        _ => return None,
    };
    let ids = ["session_id", "conversation_id"].map(|name| (name.to_owned(), json!(id)));
    let fields = Map::from_iter(ids);
    Some(Asked::Word { kind, fields, with_answer: true })
}

/// The fields of what an event carries. What is no object, or has a type of its own, comes as a whole.
fn flat(payload: Option<&str>) -> Map<String, Value> {
    let read = payload.map(serde_json::from_str::<Plain>);
    match read {
        Some(Ok(Plain(Value::Object(fields)))) if !fields.contains_key("type") => fields,
        Some(Ok(Plain(whole))) => Map::from_iter([("data".to_owned(), whole)]),
        Some(Err(_)) | None => Map::new(),
    }
}
