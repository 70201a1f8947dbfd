//! Broadcasts, for every transport that lets somebody send one: what may be sent, and who receives it.

use std::sync::Arc;

use graphroom_protocol::rest::broadcasts::BroadcastInfo;
use graphroom_protocol::{ErrorBody, ErrorCode, EventName, reserved};
use serde_json::json;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::Backend;
use super::connection::Connection;
use super::connections::Live;
use super::hearing::Spoken;
use crate::operations::broadcasts::{Order, Receiver, Target};
use crate::outlet::{Named, Packet, Receipt};

/// The longest name of an event, in characters.
pub const MAX_NAME: usize = 128;
/// The most that an event carries, in bytes.
pub const MAX_DATA: usize = 64 * 1024;

/// Events of the server's that others may send, too: they announce, and nothing follows from them.
const ANNOUNCEMENTS: [EventName; 2] = [EventName::BroadcastMessage, EventName::SystemNotification];

/// Whom a broadcast is for.
#[derive(Clone, Debug)]
pub enum Audience {
    /// Everybody who is somebody.
    Everybody,
    /// Who is in a project's session, or hears it.
    Project(Spoken),
    /// Who hears a project by `join_project`, whoever is in its session.
    Listeners(Spoken),
    /// A user's connections.
    User(String),
    /// The members of a session; none if the id is none.
    Session(Option<Uuid>),
    /// A client's connections, by what it calls itself or by what the server calls it.
    Client(String),
    /// One connection; none if the id is none.
    Connection(Option<Uuid>),
    /// Who is in a conversation.
    Conversation(Uuid),
}

impl Audience {
    /// What kind it is.
    #[must_use]
    pub fn target(&self) -> Target {
        match self {
            Self::Everybody => Target::System,
            Self::Project(_) | Self::Listeners(_) => Target::Project,
            Self::User(_) => Target::User,
            Self::Session(_) => Target::Session,
            Self::Client(_) => Target::Client,
            Self::Connection(_) => Target::Connection,
            Self::Conversation(_) => Target::Conversation,
        }
    }

    fn has(&self, connection: &Connection) -> bool {
        match self {
            Self::Everybody => true,
            Self::Project(spoken) => {
                connection.hears(&spoken.topic)
                    || spoken.project.is_some_and(|project| connection.is_in_project(project))
            }
            Self::Listeners(spoken) => connection.hears(&spoken.topic),
            Self::User(user_id) => connection.who().is_some_and(|who| *who.caller.user_id == **user_id),
            Self::Session(id) => id.is_some_and(|id| connection.is_in(id)),
            Self::Client(id) => *connection.client_id == **id || *Live::client_id(connection) == **id,
            Self::Connection(id) => *id == Some(connection.origin.id),
            Self::Conversation(id) => connection.is_in_conversation(*id),
        }
    }
}

impl Receiver for Connection {
    fn id(&self) -> Uuid {
        self.origin.id
    }

    fn hand(self: Arc<Self>, packet: Packet, receipt: Receipt) {
        self.send_and_tell(packet, receipt);
    }
}

/// An event under a name that may be anybody's.
#[must_use]
pub fn named(name: &str, payload: Box<RawValue>) -> Packet {
    Packet::Named(Arc::new(Named { name: name.into(), payload: payload.into(), wanted: None }))
}

/// Refuses names that no broadcast may have: those that tell the server's truth, or mean something to a protocol.
///
/// # Errors
/// `INVALID_REQUEST`, with the name in `details.event_type`.
pub fn check_name(event_type: &str) -> Result<(), ErrorBody> {
    let refused = |message: &str| {
        // Never longer than what could be said of it.
        let told: String = event_type.chars().take(MAX_NAME).collect();
        let details = Some(json!({ "event_type": told }));
        Err(ErrorBody { details, ..ErrorBody::new(ErrorCode::InvalidRequest, message) })
    };
    if !(1..=MAX_NAME).contains(&event_type.chars().count()) {
        return refused("event_type must be 1 to 128 characters");
    }
    let may_announce = ANNOUNCEMENTS.iter().any(|name| name.as_str() == event_type);
    match reserved::is_reserved(event_type) && !may_announce {
        true => refused("Only the server sends events of this name"),
        false => Ok(()),
    }
}

impl Backend {
    /// Sends a broadcast to everybody of an audience but those whose connection, or its client, is excluded. Who is not
    /// there now does not get it later.
    ///
    /// # Errors
    /// `BUSY`: too many wait, or they failed again and again.
    pub fn broadcast(
        &self,
        order: Order,
        audience: &Audience,
        exclude: &[&str],
    ) -> Result<BroadcastInfo, ErrorBody> {
        let sent = self.broadcasts.send(order, &self.receivers(audience, exclude));
        sent.map_err(|refused| self.limiter.no_broadcast(refused))
    }

    /// Tells everybody what the server itself has to say, whatever failed before.
    ///
    /// # Errors
    /// `BUSY`: too many wait.
    pub fn announce(&self, order: Order) -> Result<BroadcastInfo, ErrorBody> {
        let sent = self.broadcasts.announce(order, &self.receivers(&Audience::Everybody, &[]));
        sent.map_err(|refused| self.limiter.no_broadcast(refused))
    }

    fn receivers(&self, audience: &Audience, exclude: &[&str]) -> Vec<Arc<dyn Receiver>> {
        let is_excluded = |connection: &Connection| {
            let id = connection.origin.id.to_string();
            exclude.iter().any(|excluded| *excluded == id || *excluded == &*connection.client_id)
        };
        let mut receivers = self.connections.live();
        receivers.retain(|connection| {
            let can_hear = connection.who().is_some() && connection.wire.takes_broadcasts();
            can_hear && !connection.wire.is_cut() && audience.has(connection) && !is_excluded(connection)
        });
        receivers.into_iter().map(|connection| connection as Arc<dyn Receiver>).collect()
    }
}
