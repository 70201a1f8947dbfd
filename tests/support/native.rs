//! A client of `/ws/v1`: what its frames mean.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;

use serde_json::{Value, json};

use super::client::Event;
use super::plain_socket::{Closed, PlainSocket};

/// Where the protocol is spoken.
pub const PATH: &str = "/ws/v1";

/// A client that was welcomed.
pub struct Native {
    /// The WebSocket itself.
    pub socket: PlainSocket,
    /// What the server calls it.
    pub id: String,
    /// What it was welcomed with.
    pub welcome: Value,
    next_id: u64,
    events: VecDeque<Event>,
    answers: HashMap<u64, Value>,
    /// The ids of answers in the order in which they came.
    pub answered: Vec<u64>,
    closed: Option<Closed>,
}

impl Native {
    /// Connects without a name.
    pub async fn connect(address: SocketAddr) -> Self {
        Self::connect_to(address, PATH).await
    }

    /// Connects with a name, which nobody verifies.
    pub async fn named(address: SocketAddr, user_id: &str) -> Self {
        Self::connect_to(address, &format!("{PATH}?user_id={user_id}")).await
    }

    /// Connects with an access token or a session token.
    pub async fn with_token(address: SocketAddr, token: &str) -> Self {
        Self::connect_to(address, &format!("{PATH}?token={token}")).await
    }

    async fn connect_to(address: SocketAddr, path_and_query: &str) -> Self {
        let socket = PlainSocket::connect(address, path_and_query, &[]).await;
        Self::welcomed(socket).await.expect("a welcome")
    }

    /// Whoever was let in is welcomed.
    pub async fn welcomed(mut socket: PlainSocket) -> Result<Self, Closed> {
        let mut frame = socket.next_or_closed().await?;
        assert_eq!(frame["event"], "connection_established", "the first frame: {frame}");
        let welcome = frame["data"].take();
        let id = welcome["client_id"].as_str().unwrap().to_owned();
        Ok(Self {
            socket,
            id,
            welcome,
            // Far from any that a test makes up.
            next_id: 7_000_000_000,
            events: VecDeque::new(),
            answers: HashMap::new(),
            answered: Vec::new(),
            closed: None,
        })
    }

    /// Sends an event that asks for an answer, and does not wait for it.
    pub async fn emit(&mut self, event: &str, data: Value) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        self.socket.send(&json!({ "event": event, "data": data, "id": id })).await;
        id
    }

    /// Sends an event that asks for no answer.
    pub async fn tell(&mut self, event: &str, data: Value) {
        self.socket.send(&json!({ "event": event, "data": data })).await;
    }

    /// Sends an event and waits for its answer.
    pub async fn call(&mut self, event: &str, data: Value) -> Value {
        let id = self.emit(event, data).await;
        self.answer(id).await
    }

    /// Joins a session, which must work.
    pub async fn join(&mut self, session_id: &str) -> Value {
        let answer = self.call("join_session", json!({ "session_id": session_id })).await;
        assert_eq!(answer["success"], true, "{answer}");
        answer
    }

    /// Waits for an answer; events that come before are kept.
    pub async fn answer(&mut self, id: u64) -> Value {
        match self.try_answer(id).await {
            Some(answer) => answer,
            None => panic!("closed before the answer: {:?}", self.closed),
        }
    }

    /// Waits for an answer; none if the connection closes before it comes.
    pub async fn try_answer(&mut self, id: u64) -> Option<Value> {
        loop {
            if let Some(answer) = self.answers.remove(&id) {
                return Some(answer);
            }
            self.read().await?;
        }
    }

    /// The next event, of any name.
    pub async fn event(&mut self) -> Event {
        self.next_event().await.expect("an event before the connection closes")
    }

    /// The next event; none once the connection is closed.
    pub async fn next_event(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            self.read().await?;
        }
    }

    /// The next event of this name; others are dropped.
    pub async fn event_named(&mut self, name: &str) -> Value {
        loop {
            let event = self.event().await;
            if event.name == name {
                return event.payload;
            }
        }
    }

    /// The events that were read already, as those are that came before an answer.
    pub fn read_already(&mut self) -> Vec<Event> {
        self.events.drain(..).collect()
    }

    /// How the connection was closed; what comes before is kept.
    pub async fn closed(&mut self) -> Closed {
        while self.read().await.is_some() {}
        self.closed.clone().expect("it is closed")
    }

    /// Reads one frame; none once the connection is closed.
    async fn read(&mut self) -> Option<()> {
        if self.closed.is_some() {
            return None;
        }
        let mut frame = match self.socket.next_or_closed().await {
            Ok(frame) => frame,
            Err(closed) => {
                self.closed = Some(closed);
                return None;
            }
        };
        if frame.get("answer").is_some() {
            // What was not asked by this client's count is nobody's here.
            if let Some(id) = frame["id"].as_u64() {
                self.answered.push(id);
                self.answers.insert(id, frame["answer"].take());
            }
        } else {
            let payload = frame["data"].take();
            let name = frame["event"].as_str().unwrap_or_else(|| panic!("neither: {frame}")).to_owned();
            self.events.push_back(Event { name, payload });
        }
        Some(())
    }
}
