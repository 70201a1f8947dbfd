//! The floor: how cheap the same bytes can be over the same sockets, whoever sends them.
//!
//! It knows as much of HTTP, WebSocket and Socket.IO as the load program says, reads no JSON, and writes what a
//! room is told to each member in one call for all commands that had come. No server of use is below it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io::{self, Write};
use std::rc::Rc;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::{LocalSet, spawn_local};

const EPOCH: &str = "0197aaaa-0000-7000-8000-000000000001";

type Rooms = Rc<RefCell<HashMap<String, Rc<Room>>>>;

/// Members, and what they are all to be told next.
#[derive(Default)]
struct Room {
    members: RefCell<Vec<Rc<Member>>>,
    news: RefCell<Vec<u8>>,
    seq: Cell<u64>,
    changed: Notify,
}

struct Member {
    stream: TcpStream,
    /// What the kernel did not take.
    behind: RefCell<Vec<u8>>,
    gone: Cell<bool>,
}

impl Member {
    /// Writes what was left, and then this. True if something is left.
    fn write(&self, bytes: &[u8]) -> bool {
        let mut behind = self.behind.borrow_mut();
        if behind.is_empty() {
            let taken = self.take(bytes);
            behind.extend_from_slice(&bytes[taken..]);
        } else {
            behind.extend_from_slice(bytes);
            let taken = self.take(&behind);
            behind.drain(..taken);
        }
        !behind.is_empty() && !self.gone.get()
    }

    fn take(&self, bytes: &[u8]) -> usize {
        match self.stream.try_write(bytes) {
            Ok(taken) => taken,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
            Err(_) => {
                self.gone.set(true);
                bytes.len()
            }
        }
    }
}

/// Tells a room what is new as long as there is one.
async fn tell(room: Rc<Room>) {
    let mut again = false;
    loop {
        if again {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        } else {
            room.changed.notified().await;
            // Whoever else has something to say in this room says it first.
            tokio::task::yield_now().await;
        }
        let news = room.news.take();
        let members = room.members.borrow();
        again = members.iter().filter(|member| member.write(&news)).count() > 0;
    }
}

/// A text frame, as servers send it.
fn frame(out: &mut Vec<u8>, text: &str) {
    out.push(0x81);
    match u16::try_from(text.len()) {
        Ok(length) if length < 126 => out.push(length.to_le_bytes()[0]),
        Ok(length) => {
            out.push(126);
            out.extend_from_slice(&length.to_be_bytes());
        }
        Err(_) => {
            out.push(127);
            out.extend_from_slice(&(text.len() as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(text.as_bytes());
}

/// The text between `before` and the next quote.
fn field<'a>(text: &'a str, before: &str) -> &'a str {
    let from = text.find(before).map_or(text.len(), |place| place + before.len());
    let rest = &text[from..];
    &rest[..rest.find('"').unwrap_or(rest.len())]
}

/// One connection's side of the talk.
struct Talk {
    rooms: Rooms,
    room: Option<Rc<Room>>,
    member: Rc<Member>,
    /// What it is to be told alone.
    own: Vec<u8>,
}

impl Talk {
    fn hear(&mut self, text: &str) {
        if text.starts_with("40") {
            frame(&mut self.own, "40{\"sid\":\"AAAAAAAAAAAAAAAAAAAA\"}");
        } else if let Some(packet) = text.strip_prefix("42") {
            let ack = &packet[..packet.find('[').unwrap_or(0)];
            if packet.contains("\"join_session\"") {
                self.join(field(packet, "\"session_id\":\""));
                frame(&mut self.own, &format!("43{ack}[{{\"success\":true}}]"));
            } else {
                self.execute(packet, ack);
            }
        }
    }

    fn join(&mut self, session_id: &str) {
        let mut rooms = self.rooms.borrow_mut();
        let room = rooms.entry(session_id.to_owned()).or_insert_with(|| {
            let room = Rc::new(Room::default());
            spawn_local(tell(Rc::clone(&room)));
            room
        });
        room.members.borrow_mut().push(Rc::clone(&self.member));
        self.room = Some(Rc::clone(room));
    }

    fn execute(&mut self, packet: &str, ack: &str) {
        let Some(room) = &self.room else { return };
        room.seq.set(room.seq.get() + 1);
        let (session_id, seq) = (field(packet, "\"session_id\":\""), room.seq.get());
        let node_id = field(packet, "\"node_id\":\"");
        let property_id = field(packet, "\"property_id\":\"");
        let value = field(packet, "\"new_value\":\"");
        let event = format!(
            "42[\"property-changed\",{{\"event\":\"property-changed\",\"session_id\":\"{session_id}\",\
             \"project_id\":\"{EPOCH}\",\"epoch\":\"{EPOCH}\",\"seq\":{seq},\
             \"timestamp\":\"2026-01-01T00:00:00.000Z\",\"command_id\":\"{EPOCH}\",\
             \"command_type\":\"UpdateProperty\",\"author\":{{\"user_id\":\"member-00000\",\
             \"client_id\":\"AAAAAAAAAAAAAAAA\"}},\"node_id\":\"{node_id}\",\
             \"property_id\":\"{property_id}\",\"property_name\":\"{property_id}\",\
             \"old_value\":\"{value}\",\"new_value\":\"{value}\"}}]"
        );
        frame(&mut room.news.borrow_mut(), &event);
        room.changed.notify_one();
        let answer = format!(
            "43{ack}[{{\"success\":true,\"command_id\":\"{EPOCH}\",\"seq\":{seq},\
             \"undo_available\":true,\"redo_available\":false,\"is_dirty\":true}}]"
        );
        frame(&mut self.own, &answer);
    }
}

/// The first whole frame of what came: where it ends, and its text without the mask.
fn take_frame(bytes: &[u8]) -> Option<(usize, String)> {
    let (length, at) = match bytes.get(1)? & 0x7f {
        126 => (usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)), 4),
        127 => (usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?, 10),
        length => (usize::from(length), 2),
    };
    let (mask, text) = (bytes.get(at..at + 4)?, bytes.get(at + 4..at + 4 + length)?);
    let text = text.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
    Some((at + 4 + length, String::from_utf8(text).unwrap_or_default()))
}

async fn serve(mut stream: TcpStream, rooms: Rooms) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut came = vec![0; 16 * 1024];
    let mut kept = 0;
    while !came[..kept].windows(4).any(|end| end == b"\r\n\r\n") {
        stream.readable().await?;
        kept += stream.try_read(&mut came[kept..]).or_else(not_yet)?;
    }
    // The load program does not check the key.
    let upgraded = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
    let mut hello = upgraded.as_bytes().to_vec();
    frame(&mut hello, "0{\"sid\":\"AAAAAAAAAAAAAAAA\",\"upgrades\":[],\"pingInterval\":25000}");
    stream.write_all(&hello).await?;
    drop(came);
    let member = Rc::new(Member { stream, behind: RefCell::default(), gone: Cell::new(false) });
    let mut talk = Talk { rooms, room: None, member: Rc::clone(&member), own: Vec::new() };
    let mut rest = Vec::new();
    while !member.gone.get() {
        member.stream.readable().await?;
        if !take_in(&member.stream, &mut rest)? {
            break;
        }
        let mut done = 0;
        while let Some((length, text)) = take_frame(&rest[done..]) {
            talk.hear(&text);
            done += length;
        }
        rest.drain(..done);
        if rest.is_empty() {
            rest = Vec::new();
        }
        let left = member.write(&std::mem::take(&mut talk.own));
        match &talk.room {
            Some(room) if left => room.changed.notify_one(),
            None if left => {
                member.stream.writable().await?;
                member.write(&[]);
            }
            _ => {}
        }
    }
    member.gone.set(true);
    if let Some(room) = &talk.room {
        room.members.borrow_mut().retain(|other| !Rc::ptr_eq(other, &member));
    }
    Ok(())
}

/// Reads once; false at the end. No future keeps the room for it.
fn take_in(stream: &TcpStream, rest: &mut Vec<u8>) -> io::Result<bool> {
    let mut chunk = [0; 16 * 1024];
    match stream.try_read(&mut chunk) {
        Ok(0) => return Ok(false),
        Ok(count) => rest.extend_from_slice(&chunk[..count]),
        Err(error) => drop(not_yet(error)?),
    }
    Ok(true)
}

fn not_yet(error: io::Error) -> io::Result<usize> {
    if error.kind() == io::ErrorKind::WouldBlock { Ok(0) } else { Err(error) }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(io::stdout(), "listens on http://{}", listener.local_addr()?)?;
    let rooms = Rooms::default();
    let serving = async {
        loop {
            let (stream, _) = listener.accept().await?;
            spawn_local(serve(stream, Rc::clone(&rooms)));
        }
    };
    LocalSet::new().run_until(serving).await
}
