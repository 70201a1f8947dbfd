//! The peer on bare socketioxide: a room that gets every command as an event, and an acknowledgement.
//!
//! It keeps the last value of each property, so that its events have the fields and the size of
//! Graphroom's, and nothing else: no graph, no rules, no journal, and no care for who cannot keep up.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use axum::serve::ListenerExt;
use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef, State};

/// Packets that may wait for one connection: as many as the server under test allows itself.
const QUEUE: usize = 1_024;
const EPOCH: &str = "0197aaaa-0000-7000-8000-000000000001";
const TIMESTAMP: &str = "2026-01-01T00:00:00.000Z";

#[derive(Deserialize)]
struct Join {
    session_id: String,
}

#[derive(Deserialize)]
struct Execute {
    session_id: String,
    command_type: String,
    data: Update,
}

#[derive(Deserialize)]
struct Update {
    node_id: String,
    property_id: String,
    new_value: String,
}

#[derive(Serialize)]
struct PropertyChanged<'a> {
    event: &'a str,
    session_id: &'a str,
    project_id: &'a str,
    epoch: &'a str,
    seq: u64,
    timestamp: &'a str,
    command_id: &'a str,
    command_type: &'a str,
    author: Author<'a>,
    node_id: &'a str,
    property_id: &'a str,
    property_name: &'a str,
    old_value: Option<String>,
    new_value: &'a str,
}

#[derive(Serialize)]
struct Author<'a> {
    user_id: &'a str,
    client_id: &'a str,
}

#[derive(Serialize)]
struct Answer<'a> {
    success: bool,
    command_id: &'a str,
    seq: u64,
    undo_available: bool,
    redo_available: bool,
    is_dirty: bool,
}

#[derive(Serialize)]
struct Joined<'a> {
    success: bool,
    session_id: &'a str,
}

/// The rooms: their last `seq` and their values.
#[derive(Clone, Default)]
struct Rooms(Arc<Mutex<HashMap<String, Room>>>);

#[derive(Default)]
struct Room {
    seq: u64,
    values: HashMap<String, String>,
}

impl Rooms {
    fn write(&self, command: &Execute) -> (u64, Option<String>) {
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let room = rooms.entry(command.session_id.clone()).or_default();
        room.seq += 1;
        let Update { property_id, new_value, .. } = &command.data;
        (room.seq, room.values.insert(property_id.clone(), new_value.clone()))
    }
}

async fn execute(
    socket: SocketRef,
    Data(command): Data<Execute>,
    ack: AckSender,
    State(rooms): State<Rooms>,
) {
    let (seq, old_value) = rooms.write(&command);
    let event = PropertyChanged {
        event: "property-changed",
        session_id: &command.session_id,
        project_id: EPOCH,
        epoch: EPOCH,
        seq,
        timestamp: TIMESTAMP,
        command_id: EPOCH,
        command_type: &command.command_type,
        author: Author { user_id: "member-00000", client_id: socket.id.as_str() },
        node_id: &command.data.node_id,
        property_id: &command.data.property_id,
        property_name: &command.data.property_id,
        old_value,
        new_value: &command.data.new_value,
    };
    // Who cannot take it misses it: the load program counts how many did.
    let _ = socket.within(command.session_id.clone()).emit("property-changed", &event).await;
    let answer = Answer {
        success: true,
        command_id: EPOCH,
        seq,
        undo_available: true,
        redo_available: false,
        is_dirty: true,
    };
    let _ = ack.send(&answer);
}

fn accept(socket: &SocketRef) {
    socket.on("join_session", async |socket: SocketRef, Data::<Join>(join), ack: AckSender| {
        socket.join(join.session_id.clone());
        let _ = ack.send(&Joined { success: true, session_id: &join.session_id });
    });
    socket.on("execute_command", execute);
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let (layer, io) = SocketIo::builder().max_buffer_size(QUEUE).with_state(Rooms::default()).build_layer();
    io.ns("/", |socket: SocketRef| {
        // At once, and not in a future: the first event of a client may be there before it runs.
        accept(&socket);
        async {}
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    writeln!(std::io::stdout(), "listens on http://{}", listener.local_addr()?)?;
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, axum::Router::new().layer(layer)).await
}
