//! Readings: graphs that clients read beside their connections, and a follower who reads the events page by page.

use std::sync::Arc;

use graphroom::session::{Reader, Session, Tail};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::super::room::{Reading, Room};
use super::client::Client;
use super::server::Server;
use crate::support::random::Random;

/// What is being read.
#[derive(Default)]
pub struct Readings {
    graphs: Vec<(usize, usize, JoinHandle<Option<Value>>)>,
    page: Option<JoinHandle<Option<Page>>>,
    follower: Option<Room>,
}

/// What the follower gets.
enum Page {
    First(Value),
    Again(Value),
    Next(Tail, Option<String>),
}

impl Readings {
    /// The follower's place.
    pub fn follower(&self) -> Option<&Room> {
        self.follower.as_ref()
    }

    /// Whether anything is being read.
    pub fn is_idle(&self) -> bool {
        self.graphs.is_empty() && self.page.is_none()
    }

    /// Whoever needs the graph asks for it.
    pub fn ask(&mut self, clients: &mut [Client], server: &Server) {
        for (place, client) in clients.iter_mut().enumerate() {
            let is_joined = client.line.as_ref().is_some_and(|line| line.is_joined);
            let wants = client.room.as_ref().is_some_and(Room::wants_reading);
            if is_joined && wants && !client.is_reading {
                client.is_reading = true;
                let session = server.session();
                let reading = tokio::spawn(async move { Some(graph(&*session.await.ok()?.ok()?)) });
                self.graphs.push((place, client.rooms, reading));
            }
        }
    }

    /// Hands on what was read.
    pub async fn come_back(&mut self, clients: &mut [Client]) {
        for (place, room, reading) in std::mem::take(&mut self.graphs) {
            if !reading.is_finished() {
                self.graphs.push((place, room, reading));
                continue;
            }
            let read = reading.await.ok().flatten();
            let client = &mut clients[place];
            // Who joined anew since has another place, and asks for itself.
            if client.rooms == room {
                client.is_reading = false;
                read.as_ref().and_then(Reading::of).into_iter().for_each(|reading| client.read(&reading));
            }
        }
        if self.page.as_ref().is_some_and(JoinHandle::is_finished)
            && let Some(page) = self.page.take()
        {
            self.hear(page.await.ok().flatten());
        }
    }

    fn hear(&mut self, page: Option<Page>) {
        match (page, self.follower.take()) {
            (Some(Page::First(graph)), _) => {
                let mut first = graph;
                first["mode"] = json!("snapshot");
                self.follower = Some(Room::new(&first, false, false));
            }
            (Some(Page::Again(graph)), Some(mut room)) => {
                Reading::of(&graph).into_iter().for_each(|reading| room.read(&reading));
                self.follower = Some(room);
            }
            (Some(Page::Next(tail, epoch)), Some(room)) => {
                let events: Vec<Value> = tail
                    .events
                    .iter()
                    .map(|event| serde_json::from_str(event.payload.get()).expect("it is JSON"))
                    .collect();
                let told = json!({ "events": events, "seq": tail.seq, "epoch": epoch });
                self.follower = Some(room.went_on(&told, false));
            }
            (_, room) => self.follower = room,
        }
    }

    /// The follower asks for what comes next, unless it does already.
    pub fn follow(&mut self, server: &Server, random: &mut Random) {
        if self.page.is_some() {
            return;
        }
        let (session, after) = (server.session(), self.follower.as_ref().map(Room::heard));
        let wants_reading = self.follower.as_ref().is_some_and(Room::wants_reading);
        let events = 1 + random.below(5);
        self.page = Some(tokio::spawn(async move {
            let session = session.await.ok()?.ok()?;
            let Some(after) = after else { return Some(Page::First(graph(&session))) };
            if wants_reading {
                return Some(Page::Again(graph(&session)));
            }
            let reader = Reader::new(Arc::clone(&session))?;
            let tail = reader.tail(after, events).await.ok()?;
            Some(Page::Next(tail, session.epoch().map(str::to_owned)))
        }));
    }

    /// The server that was asked is dead.
    pub fn forget(&mut self, clients: &mut [Client]) {
        for (place, room, reading) in self.graphs.drain(..) {
            reading.abort();
            if clients[place].rooms == room {
                clients[place].is_reading = false;
            }
        }
        self.page.take().into_iter().for_each(|page| page.abort());
    }
}

/// The graph as a session has it now.
pub fn graph(session: &Session) -> Value {
    let committed = session.committed();
    let tree = committed.tree().expect("every graph has a JSON form");
    let tree: Value = serde_json::from_str(tree.get()).expect("it is JSON");
    json!({
        "session_id": session.id(), "epoch": session.epoch(), "seq": committed.state.head, "graph": tree,
    })
}
