//! `/ws/{client_id}`: a client talks with the assistant and with others, in one conversation, by as many tabs as it likes.
//!
//! In come text and sound, by their mime types; out go `connection_established`, pieces of text, the ends of turns and
//! sound. The same talk goes over requests, too: [`requests`].

pub mod frames;
pub mod id;
mod letters;
pub mod requests;
pub mod talk;
pub mod talks;
mod turns;
mod writing;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::PathRejection;
use axum::extract::{ConnectInfo, Path, State};
use axum::response::{IntoResponse, Response};
use graphroom_protocol::{ErrorBody, ErrorCode};
use http::request::Parts;
use serde_json::json;

use self::frames::{Unreadable, read};
use self::id::ClientId;
pub use self::id::MAX_ID;
pub use self::letters::{MAX_BYTES as MAX_LETTER_BYTES, MAX_LETTERS};
use self::talk::{Talk, Wish, tell};
use super::closing::Closing;
use super::{Admission, Frames, Incoming, Knock, Protocol, Upgrade};
use crate::outlet::Packet;
use crate::transport::Backend;
use crate::transport::connection::Connection;
use crate::transport::connection::listed::Activity;
use crate::transport::link::Link;
use crate::transport::rest::error::ApiError;

/// Where it is.
pub const PATH: &str = "/ws/{client_id}";

/// What clients may use of it, and how long they may be silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientRules {
    /// How many connections one client may have.
    pub connections_of_a_client: usize,
    /// How long nothing may come or go.
    pub idle: Duration,
}

impl Default for ClientRules {
    fn default() -> Self {
        Self { connections_of_a_client: 20, idle: Duration::from_secs(1_800) }
    }
}

/// Answers a request for a WebSocket.
pub async fn knock(
    State(backend): State<Arc<Backend>>,
    link: ConnectInfo<Link>,
    Upgrade(upgrade): Upgrade,
    path: Result<Path<String>, PathRejection>,
    parts: Parts,
) -> Response {
    let Ok(Path(client_id)) = path else {
        return ApiError::new(ErrorCode::InvalidRequest, "The path cannot be read").into_response();
    };
    let (client_id, activity) = (ClientId::read(&client_id), Arc::new(Activity::default()));
    let wanted = conversation_id(&parts);
    let sending = Arc::clone(&activity);
    let protocol = Protocol {
        name: "client chat",
        path: PATH,
        subprotocols: &["bearer"],
        admission: Admission::Client(client_id.clone()),
        takes_broadcasts: true,
        handed: None,
        encode: Arc::new(move |packet| frames::frame(packet).inspect(|_| sending.touch())),
    };
    Knock::new(backend, parts, link).answer(upgrade, protocol, async move |connection, frames| {
        // Who has another id was refused before.
        let Ok(client_id) = client_id else { return Closing::GOING };
        serve(connection, frames, Wish { client_id, conversation_id: wanted, activity }).await
    })
}

/// The conversation that a client asks for.
fn conversation_id(parts: &Parts) -> Option<String> {
    let mut pairs = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
    pairs.find(|(name, _)| name == "conversation_id").map(|(_, value)| value.into_owned())
}

async fn serve(connection: Arc<Connection>, mut frames: Frames, wish: Wish) -> Closing {
    let talk = match Talk::enter(&connection, wish, welcome).await {
        Ok(talk) => talk,
        Err(error) => return Closing::of(&error),
    };
    let idle = connection.backend.clients.rules().idle;
    loop {
        let incoming = tokio::select! {
            incoming = frames.next() => incoming,
            () = talk.activity.idle_for(idle) => return Closing::new(1001, "Inactive connection"),
        };
        let taken = match incoming {
            Ok(incoming) => take(&talk, &incoming).await,
            Err(closing) => return closing,
        };
        if let Err(closing) = taken {
            return closing;
        }
    }
}

/// The first frame.
fn welcome(talk: &Talk) -> Option<Packet> {
    let connection = &talk.connection;
    frames::packet(&json!({
        "type": "connection_established",
        "connection_id": connection.origin.id.to_string(),
        "client_id": talk.client_id.as_str(),
        "conversation_id": talk.conversation_id.to_string(),
        "session_id": talk.session_id.to_string(),
        "timestamp": connection.backend.identity.now().in_microseconds(),
    }))
}

/// Takes a frame; what cannot be done is told, but with nowhere to say anything the connection is over.
async fn take(talk: &Talk, incoming: &Incoming) -> Result<(), Closing> {
    talk.activity.touch();
    let Incoming::Text(text) = incoming else {
        return Err(Closing::new(1003, "Binary frames are not taken"));
    };
    let said = match read(text) {
        Ok(said) => talk.say(said).await.map(drop),
        Err(Unreadable::Refused(error)) => Err(error),
        Err(Unreadable::NotAnObject) => return Err(Closing::new(1002, "A frame is a JSON object")),
    };
    match said {
        Err(error) if error.code == ErrorCode::ConversationNotFound => Err(Closing::of(&error)),
        Err(error) => {
            tell(&talk.connection, &error);
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// How a client is closed whose id is none.
pub(super) fn closing(error: &ErrorBody) -> Closing {
    match error.code {
        ErrorCode::InvalidRequest => Closing::new(4400, &error.message),
        _ => Closing::of(error),
    }
}
