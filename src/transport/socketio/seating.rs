//! Seats of Engine.IO connections: taken at the handshake, before the library hears of it, and kept as long as the
//! connection lasts.
//!
//! A WebSocket's is kept by its link. That of a client that polls is kept here until it upgrades, is let go, or
//! has asked for nothing for so long that the library has given it up.

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use dashmap::DashMap;
use graphroom_protocol::ErrorBody;

use crate::transport::address;
use crate::transport::limits::{Limiter, Seat};
use crate::transport::link::Link;

/// How long a client that polls may ask for nothing: longer than the library waits for it.
const MAX_QUIET: Duration = Duration::from_secs(30);
/// The largest answer to a handshake, in bytes.
const MAX_ANSWER: usize = 4 * 1024;

/// The seats of clients that poll, by Engine.IO session id.
#[derive(Default)]
pub struct Seating(DashMap<String, (Seat, Instant)>);

impl Seating {
    /// A seat for whoever asks.
    pub fn take(limiter: &Limiter, request: &Request) -> Result<Seat, ErrorBody> {
        limiter.seat(address::of(request))
    }

    /// Keeps the seat for the session that the answer to a handshake by polling opens, if it does.
    pub async fn keep(&self, seat: Seat, response: Response) -> Response {
        if !response.status().is_success() {
            return response;
        }
        let (parts, body) = response.into_parts();
        let Ok(bytes) = axum::body::to_bytes(body, MAX_ANSWER).await else {
            return Response::from_parts(parts, Body::empty());
        };
        if let Some(sid) = opened(&bytes) {
            self.0.insert(sid.to_owned(), (seat, Instant::now()));
        }
        Response::from_parts(parts, Body::from(bytes))
    }

    /// The client asks for something.
    pub fn sign(&self, sid: &str) {
        if let Some(mut seat) = self.0.get_mut(sid) {
            seat.1 = Instant::now();
        }
    }

    /// The client goes on by a WebSocket: its seat lasts as long as the stream.
    pub fn upgrade(&self, sid: &str, link: &Link) {
        if let Some((_, (seat, _))) = self.0.remove(sid) {
            link.hold(Box::new(seat));
        }
    }

    /// The client is gone.
    pub fn give_up(&self, sid: &str) {
        self.0.remove(sid);
    }

    /// Gives up the seats of clients that have been quiet for too long.
    pub fn sweep(&self) {
        self.0.retain(|_, (_, last)| last.elapsed() <= MAX_QUIET);
    }
}

/// The id of the session that an answer opens: `0{"sid":"…",…}`, in protocol 3 behind its length.
fn opened(answer: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(answer).ok()?;
    let (_, behind) = text.split_once("\"sid\":\"")?;
    behind.split_once('"').map(|(sid, _)| sid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_of_an_answer_is_found_in_either_protocol() {
        let answer = br#"0{"sid":"AbC-_9","upgrades":["websocket"],"pingInterval":15000}"#;
        assert_eq!(opened(answer), Some("AbC-_9"));
        assert_eq!(opened(br#"63:0{"sid":"AbC-_9","upgrades":[]}2:40"#), Some("AbC-_9"));
        assert_eq!(opened(br#"{"code":1}"#), None);
        assert_eq!(opened(b"\xff"), None);
    }
}
