//! Socket.IO on `/` and `/graph`, and on `/admin` for who looks on: the only part that knows the library.
//!
//! A socket's handlers are one plain closure that does its work at once: the library runs the futures
//! of handlers in no particular order. They are registered in the connect middleware, before the
//! client can send anything.

mod admin;
mod door;
pub mod frames;
mod inbound;
mod packets;
mod pipe;
pub mod protocol4;
mod refusal;
mod seating;
mod watch;
mod wire;

use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::Router;
use axum::extract::connect_info::ConnectInfo;
use socketioxide::SocketIo;
use socketioxide::extract::{MaybeHttpExtension, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use socketioxide::layer::SocketIoLayer;
use socketioxide::socket::Socket;

use self::admin::Admin;
pub use self::admin::{MAX_ALL as MAX_WATCHED, MAX_WATCHERS};
use self::door::{Accepted, Door};
use self::pipe::Pipes;
use self::refusal::Refusals;
use self::seating::Seating;
use self::watch::Doors;
pub use self::watch::MAX_POST;
use super::Backend;
use super::connection::Connection;
use super::connection::identity::{Said, malformed};
use super::connection::welcome::{tell_maintenance, welcome};
use super::link::{Link, Rewriting};

/// How often a client is asked whether it lives.
pub const PING_INTERVAL: Duration = Duration::from_secs(15);
/// How long it has to answer.
pub const PING_TIMEOUT: Duration = Duration::from_secs(10);
/// How late a client may acknowledge an event.
const ACK_TIMEOUT: Duration = Duration::from_secs(60);
/// How often seats of clients are looked for that poll no more.
const ROUND: Duration = Duration::from_secs(2);
/// The largest WebSocket message, in bytes: the library closes the connection over it.
pub const MAX_MESSAGE: usize = 2 * 1024 * 1024;
/// The largest answer to a poll, in bytes. A poll that is cut by this limit during an upgrade may lose
/// a packet, so it is far above what the pipe lets in.
const MAX_POLL: u64 = 16 * 1024 * 1024;

/// What the namespaces are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Namespaces {
    /// Whether `/` has the older event names too; `/graph` has them always.
    pub legacy_event_names: bool,
    /// Whether there is `/admin`.
    pub admin_ui: bool,
}

/// The Socket.IO side of the server.
pub struct SocketIoServer {
    layer: SocketIoLayer,
    pipes: Arc<Pipes>,
    seating: Arc<Seating>,
    refusals: Arc<Refusals>,
    backend: Arc<Backend>,
    /// What shows the others to who is on `/admin`, and what it asks for them.
    admin: Option<(Arc<Admin>, SocketIo)>,
}

impl SocketIoServer {
    /// All namespaces, ready to be put around a router.
    pub fn new(backend: &Arc<Backend>, namespaces: Namespaces) -> Self {
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
        let admin = namespaces.admin_ui.then(|| Admin::new(backend));
        let door = Door {
            backend: Arc::clone(backend),
            pipes: Arc::default(),
            seating: Arc::default(),
            refusals: Arc::default(),
            legacy: true,
            tap: admin.as_ref().map(|admin| admin.tap()),
        };
        serve(&io, "/", &Door { legacy: namespaces.legacy_event_names, ..door.clone() });
        serve(&io, "/graph", &door);
        if let Some(admin) = &admin {
            admin::serve(&io, admin, &door);
        }
        let Door { pipes, seating, refusals, .. } = door;
        let admin = admin.map(|admin| (admin, io));
        Self { layer, pipes, seating, refusals, backend: Arc::clone(backend), admin }
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

    /// Shows everything to who looks on, until the future is dropped.
    pub async fn show(&self) {
        if let Some((admin, io)) = &self.admin {
            admin.show(io).await;
        }
    }
}

/// Lets clients in on one namespace.
fn serve(io: &SocketIo, path: &'static str, door: &Door) {
    let (door, tap) = (door.clone(), door.tap.clone());
    let accept =
        move |socket: Accepted, auth: TryData<Option<Said>>, link: MaybeHttpExtension<ConnectInfo<Link>>| {
            let (door, auth) = (door.clone(), auth.0.map_err(|_| malformed()));
            async move {
                let accepted = door.accept(&socket.0, auth, link.0).await;
                accepted.map_err(|error| door.refusals.refuse(&error))
            }
        };
    let connected = move |socket: SocketRef| {
        greet(&socket);
        if let Some(tap) = &tap {
            tap.came(&socket);
        }
        async {}
    };
    io.ns(path, connected.with(accept));
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
