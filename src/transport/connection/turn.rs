//! The turn of what no event of the connection does, but what has to come behind those before it.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::Connection;
use super::event::Event;
use super::inbox::dispatch;

/// Waits until all that came before was done, or handed to its session. A connection that was cut waits for nothing.
pub async fn turn(connection: &Arc<Connection>) {
    let (sender, turn) = oneshot::channel();
    dispatch(connection, Event::turn(sender));
    drop(turn.await);
}
