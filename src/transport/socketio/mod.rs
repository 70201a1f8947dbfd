//! Socket.IO on `/` and `/graph`: the only part that knows the library.
//!
//! A socket's handlers are one plain closure that does its work at once: the library runs the futures
//! of handlers in no particular order. They are registered in the connect middleware, before the
//! client can send anything.

pub mod frames;
mod inbound;
mod packets;
mod pipe;
pub mod protocol4;
mod refusal;
mod seating;
mod watch;
mod wire;

use std::convert::Infallible;
use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::Router;
use axum::extract::connect_info::ConnectInfo;
use graphroom_protocol::ErrorBody;
use socketioxide::adapter::LocalAdapter;
use socketioxide::extract::{MaybeHttpExtension, SocketRef, TryData};
use socketioxide::handler::{ConnectHandler, FromConnectParts, Value};
use socketioxide::layer::SocketIoLayer;
use socketioxide::socket::{DisconnectReason, Socket};
use socketioxide::{ProtocolVersion, SocketIo, TransportType};

use self::inbound::Emitted;
use self::pipe::Pipes;
use self::refusal::Refusals;
use self::seating::Seating;
use self::watch::Doors;
pub use self::watch::MAX_POST;
use self::wire::SocketWire;
use super::Backend;
use super::connection::identity::{Said, malformed, who};
use super::connection::welcome::{tell_maintenance, welcome};
use super::connection::{Connection, Opening, Origin, handlers};
use super::link::{Link, Rewriting};

/// How often a client is asked whether it lives.
const PING_INTERVAL: Duration = Duration::from_secs(15);
/// How long it has to answer.
const PING_TIMEOUT: Duration = Duration::from_secs(10);
/// How late a client may acknowledge an event.
const ACK_TIMEOUT: Duration = Duration::from_secs(60);
/// How often seats of clients are looked for that poll no more.
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
    seating: Arc<Seating>,
    refusals: Arc<Refusals>,
    backend: Arc<Backend>,
}

impl SocketIoServer {
    /// Both namespaces, ready to be put around a router. `/graph` has the older event names too, `/` only
    /// with `legacy_event_names`.
    pub fn new(backend: &Arc<Backend>, legacy_event_names: bool) -> Self {
        let (layer, io) = SocketIo::builder()
            .req_path(watch::PATH)
            .ping_interval(PING_INTERVAL)
            .ping_timeout(PING_TIMEOUT)
            .ack_timeout(ACK_TIMEOUT)
            .max_buffer_size(pipe::QUEUE)
            .max_payload(MAX_POLL)
            .ws_max_message_size(MAX_MESSAGE)
            .ws_max_frame_size(MAX_MESSAGE)
            .build_layer();
        let (pipes, refusals) = (Arc::new(Pipes::default()), Arc::new(Refusals::default()));
        let seating = Arc::new(Seating::default());
        for (path, legacy) in [("/", legacy_event_names), ("/graph", true)] {
            let refusals = Arc::clone(&refusals);
            let (pipes, seating) = (Arc::clone(&pipes), Arc::clone(&seating));
            let door = Door { backend: Arc::clone(backend), pipes, seating, refusals, legacy };
            let accept = move |socket: Accepted,
                               auth: TryData<Option<Said>>,
                               link: MaybeHttpExtension<ConnectInfo<Link>>| {
                let (door, auth) = (door.clone(), auth.0.map_err(|_| malformed()));
                async move {
                    let accepted = door.accept(&socket.0, auth, link.0).await;
                    accepted.map_err(|error| door.refusals.refuse(&error))
                }
            };
            let connected = move |socket: SocketRef| {
                greet(&socket);
                async {}
            };
            io.ns(path, connected.with(accept));
        }
        Self { layer, pipes, seating, refusals, backend: Arc::clone(backend) }
    }

    /// What has to be changed on every link, lest refusals be sent as the library writes them.
    pub fn rewriting(&self) -> Arc<dyn Rewriting> {
        Arc::clone(&self.refusals) as Arc<dyn Rewriting>
    }

    /// Puts Socket.IO in front of `router`.
    pub fn around(&self, router: Router) -> Router {
        let (pipes, seating) = (Arc::clone(&self.pipes), Arc::clone(&self.seating));
        let doors = Doors { pipes, seating, backend: Arc::clone(&self.backend) };
        let watch = axum::middleware::from_fn_with_state(doors, watch::watch);
        router.layer(self.layer.clone()).layer(watch)
    }

    /// Gives up, until the future is dropped, the seats of clients that poll no more.
    pub async fn sweep(&self) {
        loop {
            tokio::time::sleep(ROUND).await;
            self.seating.sweep();
        }
    }
}

/// What is needed to let a socket in.
#[derive(Clone)]
struct Door {
    backend: Arc<Backend>,
    pipes: Arc<Pipes>,
    seating: Arc<Seating>,
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
        let who = who(said, socket.req_parts(), socket.id.as_str(), &self.backend).await?;
        let wire = SocketWire::new(socket, &self.pipes);
        let pipe = wire.pipe();
        // A connection that began as polling has its link from the upgrade.
        let began_as_websocket = is_websocket_request(socket);
        if let Some(ConnectInfo(link)) = link.filter(|_| began_as_websocket) {
            pipe.set_link(link);
        }
        if is_python(socket) {
            pipe.is_polled_by_python();
        }
        let protocol = if socket.protocol() == ProtocolVersion::V4 { "engine.io 3" } else { "engine.io 4" };
        let opening = Opening {
            client_id: socket.id.to_string().into(),
            who,
            color,
            origin: Origin::of(socket.req_parts(), (protocol, socket.ns()), &self.backend),
            legacy: self.legacy,
            wire: Box::new(wire),
        };
        let connection = Connection::new(opening, &self.backend);
        connection.open()?;
        // By what is its own it must not be kept.
        socket.extensions.insert(Arc::downgrade(&connection));
        let receiver = Arc::clone(&connection);
        socket.on_fallback(move |Emitted(inbound): Emitted| {
            handlers::receive(&receiver, &inbound);
            async {}
        });
        let seating = Arc::clone(&self.seating);
        socket.on_disconnect(move |reason: DisconnectReason| {
            // Any other reason is one that stock clients come back after.
            use DisconnectReason as R;
            let is_lost = !matches!(reason, R::ClientNSDisconnect | R::ServerNSDisconnect);
            connection.disconnected(is_lost);
            seating.give_up(&connection.client_id);
            async {}
        });
        Ok(())
    }
}

/// Says that the client is there. Clients of `/graph` know of no such event: they are only told of maintenance.
fn greet(socket: &Socket) {
    let connection = socket.extensions.get::<Weak<Connection>>().as_ref().and_then(Weak::upgrade);
    match connection {
        Some(connection) if socket.ns() == "/" => welcome(&connection),
        Some(connection) => tell_maintenance(&connection),
        None => {}
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
