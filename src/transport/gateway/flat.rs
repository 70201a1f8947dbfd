//! `/api/websocket/ws`: the events of Socket.IO as flat JSON objects, for browser pages without Socket.IO.
//!
//! In come `{"type": name, …payload}`, in snake_case or camelCase; out go `{"type": name, …payload, "timestamp"}`. A few events
//! have another name here, which such pages know them by. What events ask for is done where it is done for everybody.

mod answers;
mod broadcasting;
mod names;
mod said;
mod subscribing;
mod subscriptions;
mod talk;

use std::sync::Arc;

use axum::extract::State;
use axum::extract::connect_info::ConnectInfo;
use axum::response::Response;
use http::request::Parts;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::said::{Said, read};
pub use self::subscriptions::{MAX as MAX_SUBSCRIPTIONS, MAX_NAME as MAX_SUBSCRIPTION};
use self::talk::Talk;
pub(super) use self::talk::may;
use super::closing::Closing;
use super::{Admission, Frames, Incoming, Knock, MAX_MESSAGE, Protocol, Upgrade};
use crate::transport::Backend;
use crate::transport::connection::Connection;
use crate::transport::connection::welcome::welcome;
use crate::transport::link::Link;

/// Where it is.
pub const PATH: &str = "/api/websocket/ws";

/// Frames that wait while something is looked up, or for the turn of one. Who sends more is not read any further.
const LINE: usize = 1_024;
/// Bytes of them; one frame may be half of that.
const LINE_BYTES: usize = 2 * MAX_MESSAGE;

/// Answers a request for a WebSocket.
pub async fn knock(
    State(backend): State<Arc<Backend>>,
    link: ConnectInfo<Link>,
    Upgrade(upgrade): Upgrade,
    parts: Parts,
) -> Response {
    let talk = Arc::new(Talk::new(&backend));
    let encoding = Arc::clone(&talk);
    let protocol = Protocol {
        name: "websocket",
        path: PATH,
        subprotocols: &[],
        admission: Admission::Open,
        takes_broadcasts: true,
        handed: None,
        encode: Arc::new(move |packet| encoding.encode(packet)),
    };
    Knock::new(backend, parts, link)
        .answer(upgrade, protocol, move |connection, frames| serve(connection, frames, talk))
}

/// A frame that waits, if it is one, its size, and its share of what may wait.
type Waiting = (Option<Said>, usize, OwnedSemaphorePermit);

async fn serve(connection: Arc<Connection>, frames: Frames, talk: Arc<Talk>) -> Closing {
    connection.refuse_once();
    welcome(&connection);
    let (line, waiting) = channel(LINE);
    let (closing, ()) =
        tokio::join!(take_in(&connection, frames, (&talk, line)), do_all(&connection, &talk, waiting));
    closing
}

/// Takes frames in as they come. A ping is answered at once, whatever waits: its page closes without an answer.
async fn take_in(
    connection: &Arc<Connection>,
    mut frames: Frames,
    (talk, line): (&Talk, Sender<Waiting>),
) -> Closing {
    let room = Arc::new(Semaphore::new(LINE_BYTES));
    loop {
        let (said, bytes) = match frames.next().await {
            Ok(Incoming::Text(text)) => (read(&text), text.len()),
            Ok(Incoming::Binary) => (None, 0),
            Err(closing) => return closing,
        };
        match said {
            Some(said) if said.kind == "ping" => {
                connection.traffic.came(true);
                frames.outgoing.hurry(talk.pong());
            }
            said => {
                let share = u32::try_from(bytes.min(LINE_BYTES)).unwrap_or_default();
                let Ok(permit) = Arc::clone(&room).acquire_many_owned(share).await else { continue };
                drop(line.send((said, bytes, permit)).await);
            }
        }
    }
}

/// Does what frames ask for, in their order, to the last of them.
async fn do_all(connection: &Arc<Connection>, talk: &Talk, mut waiting: Receiver<Waiting>) {
    while let Some((said, bytes, _share)) = waiting.recv().await {
        match said {
            Some(said) => talk.take(connection, said).await,
            None => talk.unreadable(connection, bytes),
        }
    }
}
