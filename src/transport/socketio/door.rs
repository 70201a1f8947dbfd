//! The way in: what is known of a socket that asks to be let in, and what is registered on it before its client is told.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::connect_info::ConnectInfo;
use graphroom_protocol::ErrorBody;
use socketioxide::ProtocolVersion;
use socketioxide::TransportType;
use socketioxide::adapter::LocalAdapter;
use socketioxide::handler::{FromConnectParts, Value};
use socketioxide::socket::{DisconnectReason, Socket};

use super::admin::tap::Tap;
use super::inbound::Emitted;
use super::pipe::Pipes;
use super::refusal::Refusals;
use super::seating::Seating;
use super::wire::SocketWire;
use crate::identity::SignedIn;
use crate::transport::Backend;
use crate::transport::connection::identity::{Said, who};
use crate::transport::connection::{Connection, Opening, Origin, handlers};
use crate::transport::link::Link;

/// What is needed to let a socket in.
#[derive(Clone)]
pub struct Door {
    /// What the transports share.
    pub backend: Arc<Backend>,
    /// The pipes of all connections.
    pub pipes: Arc<Pipes>,
    /// The seats of clients that poll.
    pub seating: Arc<Seating>,
    /// How refusals are written.
    pub refusals: Arc<Refusals>,
    /// Whether clients get the older event names too.
    pub legacy: bool,
    /// What the Admin UI sees, where there is one.
    pub tap: Option<Arc<Tap>>,
}

/// The socket that asks to be let in.
pub struct Accepted(pub Arc<Socket>);

impl FromConnectParts<LocalAdapter> for Accepted {
    type Error = Infallible;

    fn from_connect_parts(socket: &Arc<Socket>, _: &Option<Value>) -> Result<Self, Infallible> {
        Ok(Self(Arc::clone(socket)))
    }
}

/// Who comes in.
pub struct Entering {
    /// Who it is, if it said so.
    pub who: Option<SignedIn>,
    /// The color that it wants to be shown in.
    pub color: Option<Arc<str>>,
    /// Its way out.
    pub wire: SocketWire,
}

impl Door {
    /// Registers everything on the socket, before the client is told that it is connected.
    pub async fn accept(
        &self,
        socket: &Arc<Socket>,
        auth: Result<Option<Said>, ErrorBody>,
        link: Option<ConnectInfo<Link>>,
    ) -> Result<(), ErrorBody> {
        let said = said(auth?, socket);
        let color = said.color()?;
        let who = who(said, socket.req_parts(), socket.id.as_str(), &self.backend).await?;
        let wire = SocketWire::new(socket, &self.pipes).seen_by(self.tap.clone());
        let receiver = self.open(socket, Entering { who, color, wire }, link)?;
        let tap = self.tap.clone();
        let seen = Arc::downgrade(socket);
        socket.on_fallback(move |Emitted(inbound): Emitted| {
            if let Some(tap) = &tap {
                tap.received(&seen, &inbound);
            }
            handlers::receive(&receiver, &inbound);
            async {}
        });
        Ok(())
    }

    /// Opens the connection of a socket that is let in.
    pub fn open(
        &self,
        socket: &Arc<Socket>,
        entering: Entering,
        link: Option<ConnectInfo<Link>>,
    ) -> Result<Arc<Connection>, ErrorBody> {
        let Entering { who, color, wire } = entering;
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
        self.watch_end(socket, Arc::clone(&connection));
        Ok(connection)
    }

    /// Ends the connection with the socket.
    fn watch_end(&self, socket: &Socket, connection: Arc<Connection>) {
        let (seating, tap, namespace) = (Arc::clone(&self.seating), self.tap.clone(), socket.ns().to_owned());
        socket.on_disconnect(move |reason: DisconnectReason| {
            // Any other reason is one that stock clients come back after.
            use DisconnectReason as R;
            let is_lost = !matches!(reason, R::ClientNSDisconnect | R::ServerNSDisconnect);
            connection.disconnected(is_lost);
            seating.give_up(&connection.client_id);
            if let Some(tap) = &tap {
                tap.went(&namespace, &connection.client_id, reason);
            }
            async {}
        });
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
