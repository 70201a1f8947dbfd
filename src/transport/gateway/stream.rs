//! `/ws`: a client hears what is published in a session, and the events of its graph.
//!
//! It speaks first: it says which session it comes back to, or that it wants a new one. What it says after that shows
//! that it is there, and is not answered.

mod request;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::connect_info::ConnectInfo;
use axum::response::Response;
use graphroom_protocol::rest::published::StreamSession;
use http::request::Parts;
use serde_json::json;
use tokio::time::{Instant, sleep_until, timeout};
use uuid::Uuid;

pub use self::request::MAX_TEXT;
use self::request::{Asked, is_object};
use super::closing::Closing;
use super::{Admission, Frames, Incoming, Knock, Protocol, Upgrade};
use crate::domain::{Caller, Role, Standing};
use crate::feed::{Listening, STREAM, notice, seconds};
use crate::identity::{Need, SignedIn};
use crate::outlet::{Line, Packet};
use crate::session::{OpenError, Reader};
use crate::transport::access::{NotOpened, unauthenticated};
use crate::transport::connection::Connection;
use crate::transport::limits::Seats;
use crate::transport::link::Link;
use crate::transport::{Backend, open_error};

/// Where it is.
pub const PATH: &str = "/ws";

/// How often it is tried to read along in a session that is being unloaded.
const TRIES: usize = 3;

/// What clients may use of it, and how long they may be silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamRules {
    /// How many connections one address may have.
    pub connections_of_an_address: usize,
    /// How long a client may take to say what it wants.
    pub first_frame: Duration,
    /// After how long without a word of the client's it is sent one, again and again.
    pub heartbeat: Duration,
}

impl Default for StreamRules {
    fn default() -> Self {
        Self {
            connections_of_an_address: 5,
            first_frame: Duration::from_secs(10),
            heartbeat: Duration::from_secs(60),
        }
    }
}

/// What its connections share.
pub struct Streams {
    rules: StreamRules,
    seats: Arc<Seats>,
}

impl Streams {
    /// Nobody is connected.
    pub fn new(rules: StreamRules) -> Self {
        Self { rules, seats: Seats::new(0, rules.connections_of_an_address) }
    }

    /// What clients may use.
    pub fn rules(&self) -> &StreamRules {
        &self.rules
    }
}

/// Answers a request for a WebSocket.
pub async fn knock(
    State(backend): State<Arc<Backend>>,
    link: ConnectInfo<Link>,
    Upgrade(upgrade): Upgrade,
    parts: Parts,
) -> Response {
    let protocol = Protocol {
        name: "event stream",
        path: PATH,
        subprotocols: &[],
        admission: Admission::Open,
        takes_broadcasts: false,
        handed: None,
        encode: Arc::new(encode),
    };
    Knock::new(backend, parts, link).answer(upgrade, protocol, serve)
}

/// Only what is written already goes out: it has no other frames.
fn encode(packet: &Packet) -> Option<String> {
    match packet {
        Packet::Event { name: STREAM, payload: Some(payload) } => Some(payload.get().to_owned()),
        _ => None,
    }
}

fn invalid_json() -> Closing {
    Closing::new(1002, "Invalid JSON in message")
}

fn invalid_session() -> Closing {
    Closing::new(4001, "Invalid session_id")
}

async fn serve(connection: Arc<Connection>, mut frames: Frames) -> Closing {
    let backend = Arc::clone(&connection.backend);
    let Some(who) = connection.who() else { return Closing::of(&unauthenticated()) };
    let Ok(_seat) = backend.streams.seats.take_for(connection.address()) else {
        return Closing::new(4029, "Too many connections from this IP");
    };
    let asked = match timeout(backend.streams.rules.first_frame, frames.next()).await {
        Ok(Ok(Incoming::Text(text))) => Asked::read(&text),
        Ok(Ok(Incoming::Binary)) => None,
        Ok(Err(closing)) => return closing,
        Err(_) => return Closing::new(1002, "No connection request came in time"),
    };
    let Some(asked) = asked else { return invalid_json() };
    let reader = match open(&backend, &who.caller, asked.session_id()).await {
        Ok(reader) => reader,
        Err(closing) => return closing,
    };
    if let Some(profile) = asked.phase_profile {
        reader.session().stage().follow(profile);
    }
    let id = reader.session().row().session_id;
    let hello = welcome(&backend, &reader);
    let line = (&connection.client_id, Arc::clone(&connection) as Arc<dyn Line>);
    let listening = backend.feeds.listen(reader, line, asked.last_message_id.as_deref(), || hello).await;
    match listening {
        Ok(listening) => listen(&connection, &mut frames, &who, (id, listening)).await,
        Err(error) => closed(&error),
    }
}

/// The session that is asked for, or a new one.
async fn open(backend: &Arc<Backend>, caller: &Caller, id: Option<&str>) -> Result<Reader, Closing> {
    let id = match id {
        Some(id) => id.parse::<Uuid>().map_err(|_| invalid_session())?,
        None => {
            let owner = (caller.standing != Standing::Everybody).then(|| caller.user_id.to_string());
            backend.registry.create(owner).await.map_err(|error| closed(&error))?
        }
    };
    for _ in 0..TRIES {
        let opened = backend.open_session(Some(caller), Need::Role(Role::Viewer), id).await;
        let session = opened.map_err(|error| match error {
            NotOpened::Error(error) => closed(&error),
            NotOpened::Refused(error) => Closing::of(&error),
        })?;
        if let Some(reader) = Reader::new(session) {
            return Ok(reader);
        }
    }
    Err(Closing::of(&crate::session::unloading()))
}

fn closed(error: &OpenError) -> Closing {
    match error {
        OpenError::NotFound => invalid_session(),
        error => Closing::of(&open_error(error)),
    }
}

/// The first frame.
fn welcome(backend: &Backend, reader: &Reader) -> Option<Packet> {
    let session = reader.session();
    let (created_at, state) = (seconds(session.created_at()), session.state_name());
    let payload = StreamSession { session_id: session.id(), created_at, state };
    notice("session_created", backend.identity.now(), &payload)
}

/// Lets a client listen as long as it is there, and may.
async fn listen(
    connection: &Arc<Connection>,
    frames: &mut Frames,
    who: &SignedIn,
    (id, listening): (Uuid, Listening),
) -> Closing {
    let backend = &connection.backend;
    let every = backend.streams.rules.heartbeat;
    let mut changes = backend.identity.changes();
    let mut heartbeat = Instant::now() + every;
    loop {
        tokio::select! {
            incoming = frames.next() => match incoming {
                Ok(Incoming::Text(text)) if is_object(&text) => {
                    heartbeat = Instant::now() + every;
                    backend.registry.touch(id);
                }
                Ok(_) => return invalid_json(),
                Err(closing) => return closing,
            },
            () = sleep_until(heartbeat) => {
                heartbeat += every;
                connection.send(notice("heartbeat", backend.identity.now(), &json!({})));
            }
            () = listening.is_over() => return invalid_session(),
            Ok(()) = changes.changed() => {
                let may = backend.may_open(Some(&who.caller), Need::Role(Role::Viewer), id).await;
                match may {
                    Ok(()) => {}
                    Err(NotOpened::Refused(error)) => return Closing::of(&error),
                    Err(NotOpened::Error(error)) => return closed(&error),
                }
            }
        }
    }
}
