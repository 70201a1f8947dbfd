//! A link: one connection between a client and the server, with what is under way on it in either direction.
//!
//! In one direction everything comes in order, as late as it likes. Either end may believe that the other is there
//! when it is not.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use graphroom::outlet::{Handed, Outlet, Packet, Subscription, Wake};
use graphroom_protocol::presence::DoingChange;
use graphroom_protocol::request::Since;

use super::super::plan::Body;

/// What a client sends.
#[derive(Clone, Debug)]
pub enum Ask {
    /// Events, from where it is if it says so.
    Join { since: Option<Option<Since>>, lifecycle: bool, batch: bool, presence: bool },
    /// No more events.
    Leave,
    /// A command.
    Submit { body: Body, command_id: Option<String> },
    /// What it is at.
    SetPresence(DoingChange),
}

impl Ask {
    /// What it is called.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Join { since: Some(_), .. } => "join since",
            Self::Join { .. } => "join",
            Self::Leave => "leave",
            Self::Submit { .. } => "submit",
            Self::SetPresence(_) => "presence",
        }
    }
}

/// A connection.
pub struct Link {
    /// Its id.
    pub client_id: Arc<str>,
    /// Packets that are taken before the client has had any of them.
    window: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    up: VecDeque<(i64, Ask)>,
    down: VecDeque<Packet>,
    /// The server has it.
    server: bool,
    /// The client has it.
    client: bool,
    /// The server ended it.
    is_cut: bool,
    was_full: bool,
    wakes: BTreeMap<u64, Wake>,
    next_wake: u64,
}

impl Link {
    /// A connection that both ends have.
    pub fn new(client_id: Arc<str>, window: usize) -> Arc<Self> {
        let state = State { server: true, client: true, ..State::default() };
        Arc::new(Self { client_id, window, state: Mutex::new(state) })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The client sends.
    pub fn send(&self, ack_id: i64, ask: Ask) {
        self.state().up.push_back((ack_id, ask));
    }

    /// What the server gets next.
    pub fn next_up(&self) -> Option<(i64, Ask)> {
        let mut state = self.state();
        if state.server { state.up.pop_front() } else { None }
    }

    /// What the client gets next.
    pub fn next_down(&self) -> Option<Packet> {
        let mut state = self.state();
        if !state.client {
            return None;
        }
        let packet = state.down.pop_front()?;
        let woken = std::mem::take(&mut state.was_full);
        let wakes: Vec<_> = if woken { state.wakes.values().cloned().collect() } else { Vec::new() };
        drop(state);
        wakes.iter().for_each(|wake| wake());
        Some(packet)
    }

    /// Whether anything is under way that would arrive.
    pub fn is_busy(&self) -> (bool, bool) {
        let state = self.state();
        (state.server && !state.up.is_empty(), state.client && !state.down.is_empty())
    }

    /// Something that waits for no window.
    pub fn put(&self, packet: Packet) {
        let mut state = self.state();
        if state.server && !state.is_cut {
            state.down.push_back(packet);
        }
    }

    /// The client has it no more.
    pub fn lost_by_client(&self) {
        self.state().client = false;
    }

    /// The server has it no more. What it sent already arrives, if anybody is there.
    pub fn lost_by_server(&self) {
        self.state().server = false;
    }

    /// Whether the client and the server have it.
    pub fn ends(&self) -> (bool, bool) {
        let state = self.state();
        (state.client, state.server)
    }

    /// Whether the server ended it.
    pub fn is_cut(&self) -> bool {
        self.state().is_cut
    }
}

/// The way out, as the session sees it.
pub struct Way(pub Arc<Link>);

impl Outlet for Way {
    fn hand(&self, packet: &Packet) -> Handed {
        let mut state = self.0.state();
        if !state.server || state.is_cut {
            return Handed::Gone;
        }
        if state.down.len() >= self.0.window {
            state.was_full = true;
            return Handed::Full;
        }
        state.down.push_back(packet.clone());
        Handed::Taken
    }

    fn subscribe(&self, wake: Wake) -> Subscription {
        let mut state = self.0.state();
        state.next_wake += 1;
        let place = state.next_wake;
        state.wakes.insert(place, wake);
        Box::new(Subscribed { link: Arc::clone(&self.0), place })
    }

    fn cut(&self) {
        self.0.state().is_cut = true;
    }
}

struct Subscribed {
    link: Arc<Link>,
    place: u64,
}

impl Drop for Subscribed {
    fn drop(&mut self) {
        let wake = self.link.state().wakes.remove(&self.place);
        drop(wake);
    }
}
