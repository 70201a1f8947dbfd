//! `/admin`: what Socket.IO's Admin UI shows of a server, to admins, and nothing that changes anything.
//!
//! Who looks on is a connection like any other and is ended like one; its line is bounded, and it is cut when it takes
//! nothing. It is in no session, and events that it sends are not done.

mod board;
mod content;
mod counts;
mod sessions;
mod show;
mod sign_in;
pub mod tap;
mod told;
mod view;

use std::sync::{Arc, Mutex, Weak};

use axum::extract::connect_info::ConnectInfo;
use graphroom_protocol::{ErrorBody, ErrorCode};
use serde_json::{Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{MaybeHttpExtension, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use socketioxide::socket::Socket;
use tokio::sync::mpsc::Receiver;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

pub use self::board::MAX_ALL;
use self::board::connection;
use self::sessions::Sessions;
use self::sign_in::Showing;
use self::tap::{Seen, Tap};
use super::door::{Accepted, Door, Entering};
use super::inbound::Emitted;
use super::wire::SocketWire;
use crate::outlet::Packet;
use crate::transport::Backend;
use crate::transport::connection::{ADMIN_NAMESPACE, Connection};
use crate::transport::link::Link;

/// How many may look on at once.
pub const MAX_WATCHERS: usize = 16;

/// What is shown, and to whom.
pub struct Admin {
    backend: Arc<Backend>,
    tap: Arc<Tap>,
    /// What comes out of the tap; it is read in one place.
    noticed: tokio::sync::Mutex<Receiver<Seen>>,
    sessions: Sessions,
    seats: Arc<Semaphore>,
    watchers: Mutex<Vec<Watcher>>,
    arrived: Notify,
    /// What is told of this server itself.
    server: Value,
}

/// Somebody who looks on.
struct Watcher {
    connection: Weak<Connection>,
    /// Whether it has been told nothing yet.
    is_new: bool,
}

/// What a socket keeps until it is greeted, and as long as it lasts.
#[derive(Clone)]
struct Seated {
    session_id: Option<String>,
    /// One fewer may look on as long as this is kept.
    _seat: Arc<OwnedSemaphorePermit>,
}

impl Admin {
    /// Nobody looks on yet.
    pub fn new(backend: &Arc<Backend>) -> Arc<Self> {
        let (tap, noticed) = Tap::new();
        let host = host_name();
        let server_id = format!("{host}#{}", backend.port);
        Arc::new(Self {
            backend: Arc::clone(backend),
            tap: Arc::new(tap),
            noticed: tokio::sync::Mutex::new(noticed),
            sessions: Sessions::default(),
            seats: Arc::new(Semaphore::new(MAX_WATCHERS)),
            watchers: Mutex::default(),
            arrived: Notify::new(),
            server: json!({ "serverId": server_id, "hostname": host, "pid": std::process::id() }),
        })
    }

    /// Where it is noticed what is shown.
    pub fn tap(&self) -> Arc<Tap> {
        Arc::clone(&self.tap)
    }

    async fn accept(
        &self,
        door: &Door,
        socket: &Arc<Socket>,
        showing: Showing,
        link: Option<ConnectInfo<Link>>,
    ) -> Result<(), ErrorBody> {
        let (who, session_id) = self.sign_in(showing, socket.req_parts(), socket.id.as_str()).await?;
        let seat = Arc::clone(&self.seats).try_acquire_owned().map_err(|_| {
            ErrorBody::new(ErrorCode::Busy, format!("At most {MAX_WATCHERS} may look on at once"))
        })?;
        let wire = SocketWire::new(socket, &door.pipes).with_arguments();
        let connection = door.open(socket, Entering { who: Some(who), color: None, wire }, link)?;
        socket.extensions.insert(Seated { session_id, _seat: Arc::new(seat) });
        socket.on_fallback(move |Emitted(inbound): Emitted| {
            connection.traffic.came(false);
            connection.send(inbound.ack_id.and_then(refusal));
            async {}
        });
        Ok(())
    }

    /// Tells who is let in what it needs at once; everything else comes with the next look.
    fn greet(&self, socket: &Socket) {
        let Some(connection) = connection(socket) else { return };
        let session_id = socket.extensions.get::<Seated>().and_then(|seated| seated.session_id);
        connection.send(session_id.map(|id| told::session(&id)).into_iter().chain([told::config()]));
        let watcher = Watcher { connection: Arc::downgrade(&connection), is_new: true };
        show::lock(&self.watchers).push(watcher);
        self.tap.came(socket);
        self.arrived.notify_one();
    }
}

/// Lets in who may look on.
pub fn serve(io: &SocketIo, admin: &Arc<Admin>, door: &Door) {
    let (admin, greeting, door) = (Arc::clone(admin), Arc::clone(admin), door.clone());
    let accept = move |socket: Accepted,
                       auth: TryData<Option<Showing>>,
                       link: MaybeHttpExtension<ConnectInfo<Link>>| {
        let (admin, door) = (Arc::clone(&admin), door.clone());
        // What cannot be read shows nothing.
        let showing = auth.0.ok().flatten().unwrap_or_default();
        async move {
            let accepted = admin.accept(&door, &socket.0, showing, link.0).await;
            accepted.map_err(|error| door.refusals.refuse(&error))
        }
    };
    let connected = move |socket: SocketRef| {
        greeting.greet(&socket);
        async {}
    };
    io.ns(ADMIN_NAMESPACE, connected.with(accept));
}

/// The answer to whatever somebody here wants done.
fn refusal(ack_id: i64) -> Option<Packet> {
    let error =
        ErrorBody::new(ErrorCode::Forbidden, "Nothing is done by way of this namespace: it only shows");
    let payload = serde_json::value::to_raw_value(&json!({ "success": false, "error": error })).ok()?;
    Some(Packet::Answer { ack_id, payload: payload.into() })
}

/// What this machine calls itself.
fn host_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    Some(name.trim()).filter(|name| !name.is_empty()).unwrap_or("localhost").to_owned()
}
