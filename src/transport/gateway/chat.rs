//! `/ws/chat`: a client talks with the assistant, and gets its answers token by token.
//!
//! In come `chat`, `cancel` and `pong`; out go `connection_ack`, `token`, `complete`, `error`, `ping` and `system`. What is said is kept: the
//! `conversation_id` is the client's own word for one of its conversations, or the id of one that it may write in.

pub mod frames;
pub mod sessions;
mod talk;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::connect_info::ConnectInfo;
use axum::response::Response;
use http::request::Parts;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until};

use self::frames::{Said, Unreadable, read};
use self::sessions::{ChatSessions, Place};
pub use self::talk::MAX_WORD;
use self::talk::Talk;
use super::closing::Closing;
use super::{Admission, Frames, Incoming, Knock, Protocol, Upgrade};
use crate::transport::Backend;
use crate::transport::connection::Connection;
use crate::transport::link::Link;

/// Where it is.
pub const PATH: &str = "/ws/chat";

/// What clients may use of it, and how long they may be silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChatRules {
    /// How many connections there may be.
    pub connections: usize,
    /// How many of one client.
    pub connections_of_a_client: usize,
    /// How often a client is asked whether it lives.
    pub ping_every: Duration,
    /// How long a client may send nothing.
    pub idle: Duration,
}

impl Default for ChatRules {
    fn default() -> Self {
        Self {
            connections: 100,
            connections_of_a_client: 10,
            // Clients wait thirty seconds for a frame.
            ping_every: Duration::from_secs(25),
            idle: Duration::from_secs(300),
        }
    }
}

/// Answers a request for a WebSocket.
pub async fn knock(
    State(backend): State<Arc<Backend>>,
    link: ConnectInfo<Link>,
    Upgrade(upgrade): Upgrade,
    parts: Parts,
) -> Response {
    let talk = Arc::new(Talk::new(Arc::clone(&backend)));
    let (encoding, counting) = (Arc::clone(&talk), Arc::clone(&talk));
    let protocol = Protocol {
        name: "chat",
        path: PATH,
        subprotocols: &["bearer"],
        admission: Admission::Token { refused: 1008 },
        takes_broadcasts: true,
        encode: Arc::new(move |packet| encoding.encode(packet)),
        handed: Some(Arc::new(move |packet| counting.count(packet))),
    };
    Knock::new(backend, parts, link)
        .answer(upgrade, protocol, move |connection, frames| serve(connection, frames, talk))
}

async fn serve(connection: Arc<Connection>, mut frames: Frames, talk: Arc<Talk>) -> Closing {
    let Some(who) = connection.who() else { return Closing::new(1008, "Not authenticated") };
    let sessions: &ChatSessions = &connection.backend.chat_sessions;
    let place = Place {
        client_id: who.caller.user_id.to_string(),
        address: connection.address(),
        connected_at: connection.backend.identity.now().in_microseconds(),
        counts: Arc::clone(&talk.counts),
    };
    let Some(_seat) = sessions.enter(talk.session_id, place) else { return Closing::new(1013, "") };
    talk.welcome(&connection, &who.caller.user_id);
    let ChatRules { ping_every, idle, .. } = *sessions.rules();
    let mut pings = interval_at(Instant::now() + ping_every, ping_every);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last = Instant::now();
    loop {
        tokio::select! {
            incoming = frames.next() => match incoming {
                Ok(incoming) => {
                    last = Instant::now();
                    take(&connection, &talk, incoming).await;
                }
                Err(closing) => return closing,
            },
            _ = pings.tick() => talk.ping(&connection),
            () = sleep_until(last + idle) => {
                talk.time_is_up(&connection);
                return Closing::new(1001, "Connection timeout - please reconnect");
            }
        }
    }
}

async fn take(connection: &Arc<Connection>, talk: &Talk, incoming: Incoming) {
    talk.counts.received();
    let said = match &incoming {
        Incoming::Text(text) => read(text),
        Incoming::Binary => Err(Unreadable::NotAnObject),
    };
    match said {
        Ok(Said::Chat(chat)) => talk.chat(connection, chat).await,
        Ok(Said::Cancel { conversation_id }) => talk.cancel(conversation_id.as_deref()),
        // An answer to a ping, and what later clients may say.
        Ok(Said::Nothing) => {}
        Err(unreadable) => talk.unreadable(connection, &unreadable),
    }
}
