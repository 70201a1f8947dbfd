//! A talk over requests: what a WebSocket would bring waits here until a stream of events takes it.

use std::sync::Arc;

use graphroom_protocol::{ErrorBody, ErrorCode};
use http::request::Parts;
use uuid::Uuid;

use super::frames::Said;
use super::id::ClientId;
use super::letters::{Letters, Reading};
use super::talk::{Heard, Talk, Wish};
use crate::domain::Caller;
use crate::identity::SignedIn;
use crate::transport::connection::{Connection, Opening, Origin};
use crate::transport::limits::Seat;
use crate::transport::{Backend, address};

/// As it is listed.
const NAME: &str = "client chat over HTTP";

/// A talk over requests.
pub struct RequestTalk {
    /// The talk.
    pub talk: Talk,
    letters: Arc<Letters>,
    _leaving: Leaving,
    _seat: Seat,
}

/// Ends a connection when it is dropped.
struct Leaving(Arc<Connection>);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.disconnected(false);
    }
}

/// Lets a client begin.
///
/// # Errors
/// There are too many connections, or the store does not work.
pub async fn connect(
    backend: &Arc<Backend>,
    who: SignedIn,
    request: &Parts,
    (client_id, conversation_id): (ClientId, Option<String>),
) -> Result<Arc<RequestTalk>, ErrorBody> {
    let seat = backend.limiter.seat(address::marked(&request.extensions))?;
    let letters = Letters::new();
    let opening = Opening {
        who: Some(who),
        client_id: Uuid::new_v4().to_string().into(),
        color: None,
        origin: Origin::of(request, (NAME, "/api/chat/{client_id}"), backend),
        legacy: false,
        wire: letters.wire(),
    };
    let connection = Connection::new(opening, backend);
    connection.open()?;
    let leaving = Leaving(Arc::clone(&connection));
    let wish = Wish { client_id, conversation_id, activity: letters.activity() };
    let talk = Talk::enter(&connection, wish, |_| None).await?;
    let talk = Arc::new(RequestTalk { talk, letters, _leaving: leaving, _seat: seat });
    backend.clients.over_requests.insert(talk.talk.session_id, Arc::clone(&talk));
    tokio::spawn(Arc::clone(&talk).last());
    Ok(talk)
}

/// The talk of a client that it knows by this id.
#[must_use]
pub fn find(
    backend: &Backend,
    caller: &Caller,
    client_id: &ClientId,
    session_id: Option<&str>,
) -> Option<Arc<RequestTalk>> {
    let id: Uuid = session_id?.parse().ok()?;
    let found = Arc::clone(backend.clients.over_requests.get(&id)?.value());
    let is_callers = found.talk.connection.who().is_some_and(|who| who.caller.user_id == caller.user_id);
    (is_callers && found.talk.client_id == *client_id && !found.letters.is_over()).then_some(found)
}

impl RequestTalk {
    /// Lasts until it is ended or nobody used it for too long.
    async fn last(self: Arc<Self>) {
        let backend = Arc::clone(&self.talk.connection.backend);
        let idle = backend.clients.rules().idle;
        tokio::select! {
            () = self.letters.ended() => {}
            () = self.talk.activity.idle_for(idle) => {}
        }
        self.end();
    }

    /// Ends it: nothing more is heard. What waits is still told to who takes it now.
    pub fn end(&self) {
        self.letters.close();
        self.talk.connection.backend.clients.over_requests.remove(&self.talk.session_id);
    }

    /// Says something.
    ///
    /// # Errors
    /// See [`Talk::say`].
    pub async fn say(&self, said: Said) -> Result<Heard, ErrorBody> {
        let said = self.talk.say(said).await;
        if said.as_ref().is_err_and(|error| error.code == ErrorCode::ConversationNotFound) {
            self.end();
        }
        said
    }

    /// Takes what waits and what comes, from behind a letter if one is named that is kept. Who took it before gets no more.
    pub fn read(&self, after: Option<u64>) -> Reading {
        self.letters.read(after)
    }
}
