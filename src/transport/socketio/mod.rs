//! Socket.IO on `/` and `/graph`: the only part that knows the library.
//!
//! A socket's handlers are one plain closure that does its work at once: the library runs the futures
//! of handlers in no particular order. They are registered in the connect middleware, before the
//! client can send anything.

mod authentication;
mod connection;
mod event;
pub mod frames;
mod handlers;
mod identity;
mod inbound;
mod inbox;
mod needs;
mod noting;
mod pace;
mod packets;
mod pipe;
pub mod protocol4;
mod refusal;
mod report;
mod seating;
mod watch;

use std::convert::Infallible;
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::connect_info::ConnectInfo;
use graphroom_protocol::{ErrorBody, EventName, ServerShutdown};
use socketioxide::adapter::LocalAdapter;
use socketioxide::extract::{MaybeHttpExtension, TryData};
use socketioxide::handler::{ConnectHandler, FromConnectParts, Value};
use socketioxide::layer::SocketIoLayer;
use socketioxide::socket::{DisconnectReason, Socket};
use socketioxide::{SocketIo, TransportType};

pub use self::authentication::PATIENCE;
use self::connection::{Connection, lock};
use self::identity::{Said, malformed};
use self::inbound::Inbound;
use self::pipe::Pipes;
use self::refusal::Refusals;
use self::seating::Seating;
use self::watch::Doors;
pub use self::watch::MAX_POST;
use super::Backend;
use super::connections::Live;
use super::link::{Link, Rewriting};
use super::{access, address, credentials};
use crate::identity::SignedIn;
use crate::operations::CutReason;
use crate::session::Packet;
use crate::session::presence::{GRACE, SILENCE};

/// How often a client is asked whether it lives.
const PING_INTERVAL: Duration = Duration::from_secs(15);
/// How long it has to answer.
const PING_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a client may be silent, with the grace of a lost connection behind it: longer than the library waits for
/// the answer to a ping.
const MAX_SILENCE: Duration = SILENCE.saturating_sub(GRACE);
/// How often silent clients are looked for.
const ROUND: Duration = Duration::from_secs(2);
/// The largest WebSocket message, in bytes: the library closes the connection over it.
pub const MAX_MESSAGE: usize = 2 * 1024 * 1024;
/// The largest answer to a poll, in bytes. A poll that is cut by this limit during an upgrade may lose
/// a packet, so it is far above what the pipe lets in.
const MAX_POLL: u64 = 16 * 1024 * 1024;

/// The Socket.IO side of the server.
pub struct SocketIoServer {
    layer: SocketIoLayer,
    pipes: Arc<Pipes>,
    refusals: Arc<Refusals>,
    backend: Arc<Backend>,
}

/// Every connection there is.
#[derive(Default)]
pub struct Connections {
    all: Mutex<Vec<Weak<Connection>>>,
    seating: Seating,
}

impl Connections {
    fn add(&self, connection: &Arc<Connection>) {
        let mut all = lock(&self.all);
        if all.len() == all.capacity() {
            all.retain(|connection| connection.strong_count() > 0);
        }
        all.push(Arc::downgrade(connection));
    }

    fn live(&self) -> Vec<Arc<Connection>> {
        lock(&self.all).iter().filter_map(Weak::upgrade).filter(|connection| !connection.is_gone()).collect()
    }

    /// How many there are by WebSocket, and by polling.
    pub fn by_transport(&self) -> (usize, usize) {
        let live = self.live();
        let websockets = live.iter().filter(|connection| connection.is_by_websocket()).count();
        (websockets, live.len() - websockets)
    }
}

impl SocketIoServer {
    /// Both namespaces, ready to be put around a router. `/graph` has the older event names too, `/` only
    /// with `legacy_event_names`.
    pub fn new(backend: &Arc<Backend>, legacy_event_names: bool) -> Self {
        let (layer, io) = SocketIo::builder()
            .req_path(watch::PATH)
            .ping_interval(PING_INTERVAL)
            .ping_timeout(PING_TIMEOUT)
            .max_buffer_size(pipe::QUEUE)
            .max_payload(MAX_POLL)
            .ws_max_message_size(MAX_MESSAGE)
            .ws_max_frame_size(MAX_MESSAGE)
            .build_layer();
        let (pipes, refusals) = (Arc::new(Pipes::default()), Arc::new(Refusals::default()));
        for (path, legacy) in [("/", legacy_event_names), ("/graph", true)] {
            let refusals = Arc::clone(&refusals);
            let door = Door { backend: Arc::clone(backend), pipes: Arc::clone(&pipes), refusals, legacy };
            let accept = move |socket: Accepted,
                               auth: TryData<Option<Said>>,
                               link: MaybeHttpExtension<ConnectInfo<Link>>| {
                let (door, auth) = (door.clone(), auth.0.map_err(|_| malformed()));
                async move {
                    let accepted = door.accept(&socket.0, auth, link.0).await;
                    accepted.map_err(|error| door.refusals.refuse(&error))
                }
            };
            io.ns(path, (|| async {}).with(accept));
        }
        Self { layer, pipes, refusals, backend: Arc::clone(backend) }
    }

    /// What has to be changed on every link, lest refusals be sent as the library writes them.
    pub fn rewriting(&self) -> Arc<dyn Rewriting> {
        Arc::clone(&self.refusals) as Arc<dyn Rewriting>
    }

    /// Puts Socket.IO in front of `router`.
    pub fn around(&self, router: Router) -> Router {
        let doors = Doors { pipes: Arc::clone(&self.pipes), backend: Arc::clone(&self.backend) };
        let watch = axum::middleware::from_fn_with_state(doors, watch::watch);
        router.layer(self.layer.clone()).layer(watch)
    }

    /// Ends, until the future is dropped, connections that have shown no sign of life for so long that whoever
    /// had them is gone in time, whatever the library thinks of them.
    pub async fn end_silent(&self) {
        loop {
            tokio::time::sleep(ROUND).await;
            self.backend.connections.seating.sweep();
            for connection in self.backend.connections.live() {
                let pipe = connection.pipe();
                if pipe.last_sign().elapsed() > MAX_SILENCE && !pipe.is_cut() {
                    tracing::info!(client_id = %connection.client_id, "connection cut: it was silent for too long");
                    self.backend.metrics.count_cut(CutReason::Silent);
                    pipe.cut();
                }
            }
        }
    }

    /// Ends, until the future is dropped, what connections may not do any more.
    pub async fn end_unwelcome(&self) {
        authentication::watch(Arc::clone(&self.backend)).await;
    }

    /// Tells every client that the server goes down, and waits until they were told or `deadline` is over.
    pub async fn shut_down(&self, retry_after: Duration, deadline: Instant) {
        let retry_after_ms = u64::try_from(retry_after.as_millis()).unwrap_or(u64::MAX);
        let last_word = ServerShutdown { event: EventName::ServerShutdown, retry_after_ms };
        let Ok(payload) = serde_json::value::to_raw_value(&last_word) else { return };
        let packet =
            Packet::Event { name: EventName::ServerShutdown.as_str(), payload: Some(payload.into()) };
        let connections = self.backend.connections.live();
        for connection in &connections {
            connection.send([packet.clone()]);
        }
        while connections.iter().any(|connection| !connection.is_flushed()) && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Ends every connection once the kernel has delivered what it holds; stock clients come back.
    pub fn close_all(&self) {
        for connection in self.backend.connections.live() {
            connection.pipe().close();
        }
    }
}

/// What is needed to let a socket in.
#[derive(Clone)]
struct Door {
    backend: Arc<Backend>,
    pipes: Arc<Pipes>,
    refusals: Arc<Refusals>,
    legacy: bool,
}

/// The socket that asks to be let in.
struct Accepted(Arc<Socket>);

impl FromConnectParts<LocalAdapter> for Accepted {
    type Error = Infallible;

    fn from_connect_parts(socket: &Arc<Socket>, _: &Option<Value>) -> Result<Self, Infallible> {
        Ok(Self(Arc::clone(socket)))
    }
}

impl Door {
    /// Registers everything on the socket, before the client is told that it is connected.
    async fn accept(
        &self,
        socket: &Arc<Socket>,
        auth: Result<Option<Said>, ErrorBody>,
        link: Option<ConnectInfo<Link>>,
    ) -> Result<(), ErrorBody> {
        let said = said(auth?, socket);
        let color = said.color()?;
        let who = self.who(said, socket).await?;
        let (backend, pipes) = (Arc::clone(&self.backend), Arc::clone(&self.pipes));
        let connection = Arc::new(Connection::new(socket, (who, color), self.legacy, backend, pipes));
        if let Some(who) = connection.who() {
            let counted = connection.count_for(&who.caller.user_id);
            counted.inspect_err(|error| connection.note_refusal("connect", None, error))?;
        }
        // A connection that began as polling has its link from the upgrade.
        let began_as_websocket = is_websocket_request(socket);
        if let Some(ConnectInfo(link)) = link.filter(|_| began_as_websocket) {
            connection.pipe().set_link(link);
        }
        if is_python(socket) {
            connection.pipe().is_polled_by_python();
        }
        self.backend.connections.add(&connection);
        connection.note_connect();
        self.backend.roster.add(&(Arc::clone(&connection) as Arc<dyn Live>));
        let receiver = Arc::clone(&connection);
        socket.on_fallback(move |inbound: Inbound| {
            handlers::receive(&receiver, &inbound);
            async {}
        });
        socket.on_disconnect(move |reason: DisconnectReason| {
            // Any other reason is one that stock clients come back after.
            use DisconnectReason as R;
            let is_lost = !matches!(reason, R::ClientNSDisconnect | R::ServerNSDisconnect);
            connection.note_disconnect(is_lost);
            connection.disconnected(is_lost);
            async {}
        });
        Ok(())
    }

    /// Who connects. Where everybody has to say who it is, one who shows nothing may do so by `authenticate`.
    async fn who(&self, said: Said, socket: &Socket) -> Result<Option<SignedIn>, ErrorBody> {
        let identity = &self.backend.identity;
        let request = socket.req_parts();
        let named = match said.shown().or_else(|| credentials::shown(request)) {
            Some(shown) => Some(identity.authenticate(shown, address::marked(&request.extensions)).await),
            None => None,
        };
        match named {
            Some(Ok(named)) => Ok(Some(named)),
            // Clients of open mode show whatever they have.
            _ if identity.is_open() => said.claimed(socket.id.as_str()).map(Some),
            Some(Err(error)) => Err(access::denied(&error)),
            None => Ok(None),
        }
    }
}

/// Whether the connection's first request was a WebSocket's.
fn is_websocket_request(socket: &Socket) -> bool {
    socket.transport_type() == TransportType::Websocket
        && socket.req_parts().headers.contains_key(http::header::UPGRADE)
}

/// Whether the client is `python-socketio`: both HTTP clients that it uses name Python.
fn is_python(socket: &Socket) -> bool {
    let agent = socket.req_parts().headers.get(http::header::USER_AGENT);
    let agent = agent.and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    agent.to_ascii_lowercase().contains("python")
}

/// What the client says of itself: as it connects to the namespace or else, since protocol 4 knows no
/// `auth`, by the query of its handshake.
fn said(auth: Option<Said>, socket: &Socket) -> Said {
    let by_query = Said::in_query(socket.req_parts().uri.query().unwrap_or_default());
    auth.unwrap_or_default().or(by_query)
}
