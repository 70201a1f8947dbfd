//! Plain WebSockets: for clients that speak no Socket.IO.
//!
//! Each protocol is an adapter, which reads frames as calls of a [`Connection`] and writes packets as frames. What they
//! have in common is here: who may come in, the way out, and how a connection ends.

pub mod chat;
pub mod client;
mod closing;
pub mod flat;
mod native;
mod outgoing;
mod status;
pub mod stream;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::extract::connect_info::ConnectInfo;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use futures_util::stream::SplitStream;
use futures_util::{FutureExt, StreamExt};
use graphroom_protocol::rest::errors::{ErrorCategory, ErrorSeverity};
use graphroom_protocol::{ErrorBody, ErrorCode};
use http::Method;
use http::header::{ALLOW, SEC_WEBSOCKET_PROTOCOL};
use http::request::Parts;
use uuid::Uuid;

use self::client::id::ClientId;
use self::closing::Closing;
pub use self::outgoing::PING_INTERVAL;
use self::outgoing::{Encode, GatewayWire, Handed, Outgoing};
use super::connection::identity::{Said, who};
use super::connection::{Connection, Opening, Origin};
use super::limits::Seat;
use super::link::Link;
use super::noting::{Asked, refused};
use super::rest::error::ApiError;
use super::{Backend, access, address, credentials};
use crate::identity::{Shown, SignedIn};

/// The largest message, in bytes: the connection is closed over it, as over Socket.IO.
pub const MAX_MESSAGE: usize = 2 * 1024 * 1024;

/// What packets are called that are frames already.
pub const FRAME: &str = "frame";

/// The WebSockets' paths.
pub fn router(backend: Arc<Backend>) -> Router {
    let router = Router::new().route(native::PATH, any(native::knock)).route(chat::PATH, any(chat::knock));
    let router = router.route(stream::PATH, any(stream::knock)).route(client::PATH, any(client::knock));
    let router = router.route(status::PATH, any(status::knock));
    router.route(flat::PATH, any(flat::knock)).with_state(backend)
}

/// A request that asks for a WebSocket.
pub struct Upgrade(WebSocketUpgrade);

impl<S: Send + Sync> FromRequestParts<S> for Upgrade {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let is_get = matches!(parts.method, Method::GET | Method::CONNECT);
        let upgrade = WebSocketUpgrade::from_request_parts(parts, state).await;
        upgrade.map(Self).map_err(|_| if is_get { not_asked_for() } else { not_allowed() })
    }
}

fn not_asked_for() -> Response {
    ApiError::new(ErrorCode::InvalidRequest, "This path is a WebSocket's").into_response()
}

fn not_allowed() -> Response {
    let error = ApiError::new(ErrorCode::MethodNotAllowed, "This path is a WebSocket's: it takes GET");
    ([(ALLOW, "GET")], error).into_response()
}

/// Somebody who asks for a WebSocket.
struct Knock {
    backend: Arc<Backend>,
    parts: Parts,
    link: Link,
    seat: Result<Seat, ErrorBody>,
}

impl Knock {
    /// Takes a seat for whoever asks. Whether there was one is told once the client can be told.
    fn new(backend: Arc<Backend>, parts: Parts, ConnectInfo(link): ConnectInfo<Link>) -> Self {
        let address = address::marked(&parts.extensions);
        let seat = backend.limiter.seat(address).inspect_err(|error| {
            let asked = Asked { what: "connect", caller: None, address, project_id: None, target: None };
            refused(&backend.identity, asked, error);
        });
        Self { backend, parts, link, seat }
    }

    /// Takes the connection over, and lets `adapter` serve it to its end. What is refused is refused by closing: a
    /// browser shows its page nothing of a refused upgrade.
    fn answer<A, F>(self, upgrade: WebSocketUpgrade, protocol: Protocol, adapter: A) -> Response
    where
        A: FnOnce(Arc<Connection>, Frames) -> F + Send + 'static,
        F: Future<Output = Closing> + Send,
    {
        let upgrade = upgrade.max_message_size(MAX_MESSAGE).max_frame_size(MAX_MESSAGE);
        upgrade.protocols(protocol.subprotocols.iter().copied()).on_upgrade(move |socket| async move {
            let (sink, stream) = socket.split();
            let outgoing =
                Outgoing::new(self.link.clone(), Arc::clone(&protocol.encode), protocol.handed.clone());
            tokio::spawn(Arc::clone(&outgoing).write(sink));
            let closing = match self.open(&outgoing, &protocol).await {
                Ok(connection) => {
                    let frames = Frames { stream, outgoing: Arc::clone(&outgoing) };
                    serve(connection, frames, adapter).await
                }
                Err(closing) => closing,
            };
            outgoing.close(closing);
            outgoing.ended().await;
        })
    }

    async fn open(self, outgoing: &Arc<Outgoing>, protocol: &Protocol) -> Result<Arc<Connection>, Closing> {
        let refused = |error: ErrorBody| protocol.admission.closing(&error);
        self.link.hold(Box::new(self.seat.map_err(refused)?));
        let client_id = Uuid::new_v4().to_string();
        let said = Said::in_query(self.parts.uri.query().unwrap_or_default());
        let color = said.color().map_err(refused)?;
        let who =
            protocol.admission.who(said, &self.parts, &client_id, &self.backend).await.map_err(refused)?;
        let opening = Opening {
            who,
            client_id: client_id.into(),
            color,
            origin: Origin::of(&self.parts, (protocol.name, protocol.path), &self.backend),
            legacy: false,
            wire: Box::new(GatewayWire::new(outgoing, protocol.takes_broadcasts)),
        };
        let connection = Connection::new(opening, &self.backend);
        connection.open().map_err(refused)?;
        Ok(connection)
    }
}

/// Lets the adapter serve, and says how the client went.
async fn serve<A, F>(connection: Arc<Connection>, frames: Frames, adapter: A) -> Closing
where
    A: FnOnce(Arc<Connection>, Frames) -> F,
    F: Future<Output = Closing>,
{
    let outgoing = Arc::clone(&frames.outgoing);
    // A panic is one client's: its connection ends in order all the same.
    let served = AssertUnwindSafe(adapter(Arc::clone(&connection), frames)).catch_unwind().await;
    let closing = served.unwrap_or_else(|_| {
        let (category, severity) = (ErrorCategory::Websocket, ErrorSeverity::Critical);
        connection.backend.status.record(category, severity, "A connection broke", None);
        Closing::of(&ErrorBody::new(ErrorCode::Internal, "Internal error"))
    });
    connection.disconnected(outgoing.is_lost());
    closing
}

/// What makes a protocol.
struct Protocol {
    /// As it is listed.
    name: &'static str,
    path: &'static str,
    /// Those of which a client may ask for one.
    subprotocols: &'static [&'static str],
    /// Who is let in.
    admission: Admission,
    /// Whether there is a frame for what callers broadcast.
    takes_broadcasts: bool,
    encode: Encode,
    /// Who is told of each packet of which a frame was handed over.
    handed: Option<Handed>,
}

/// Who is let in.
enum Admission {
    /// As over Socket.IO: who has to say who it is may do so by an event, for a while.
    Open,
    /// Who shows a token that counts, also where nobody else has to; anybody else is closed by this code.
    Token { refused: u16 },
    /// As which client its path names, where nobody has to say who it is; else who shows a token that counts.
    Client(Result<ClientId, ErrorBody>),
}

impl Admission {
    /// Who asks to be let in.
    async fn who(
        &self,
        said: Said,
        parts: &Parts,
        client_id: &str,
        backend: &Backend,
    ) -> Result<Option<SignedIn>, ErrorBody> {
        match self {
            Self::Open => return who(said, parts, client_id, backend).await,
            Self::Client(client) => {
                let client = client.as_ref().map_err(Clone::clone)?;
                if backend.identity.is_open() {
                    return Ok(Some(client.claimed()));
                }
            }
            Self::Token { .. } => {}
        }
        let shown = offered(parts).or_else(|| said.shown()).or_else(|| credentials::shown(parts));
        let shown = shown.filter(|shown| !shown.is_empty()).ok_or_else(access::unauthenticated)?;
        let named = backend.identity.authenticate(shown, address::marked(&parts.extensions)).await;
        named.map(Some).map_err(|denied| access::denied(&denied)).inspect_err(|error| {
            backend.note_fault("connect", error);
        })
    }

    /// How who is not let in is closed.
    fn closing(&self, error: &ErrorBody) -> Closing {
        match self {
            Self::Token { refused } if error.code == ErrorCode::Unauthenticated => {
                Closing::new(*refused, &error.message)
            }
            Self::Client(_) => client::closing(error),
            Self::Token { .. } | Self::Open => Closing::of(error),
        }
    }
}

/// The token that a browser shows beside a subprotocol: `bearer, <token>`.
fn offered(parts: &Parts) -> Option<Shown> {
    let offered = parts.headers.get(SEC_WEBSOCKET_PROTOCOL)?.to_str().ok()?;
    let (scheme, token) = offered.split_once(',')?;
    scheme.trim().eq_ignore_ascii_case("bearer").then(|| Shown::read(token))
}

/// What a client sends.
struct Frames {
    stream: SplitStream<WebSocket>,
    outgoing: Arc<Outgoing>,
}

/// One of the client's messages.
enum Incoming {
    Text(axum::extract::ws::Utf8Bytes),
    Binary,
}

impl Frames {
    /// The next one.
    ///
    /// # Errors
    /// There are no more, and so the connection is to be closed.
    async fn next(&mut self) -> Result<Incoming, Closing> {
        loop {
            let message = tokio::select! {
                message = self.stream.next() => message,
                () = self.outgoing.is_over() => return Err(Closing::GOING),
            };
            match message {
                Some(Ok(Message::Text(text))) => return Ok(Incoming::Text(text)),
                Some(Ok(Message::Binary(_))) => return Ok(Incoming::Binary),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_))) => {
                    self.outgoing.mark_left();
                    return Err(Closing::GOING);
                }
                Some(Err(error)) => return Err(Closing::unreadable(&error)),
                None => return Err(Closing::GOING),
            }
        }
    }
}
