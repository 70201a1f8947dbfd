//! A bare Socket.IO client over a WebSocket: it shows what is on the wire, and reads only when told to.
//!
//! What stock clients make of it is tested with the stock client, in `tests/clients`.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::Instant;

use futures_util::{SinkExt, StreamExt};
use graphroom_protocol::Plain;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

/// How long a client waits for something before the test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a client has read and not taken apart yet, at most: there are tests with ten thousand clients.
const READ_BUFFER: usize = 8 * 1024;

/// How to connect.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `/` if empty.
    pub namespace: &'static str,
    /// What the client says of itself.
    pub user_id: Option<String>,
    /// The access token that it shows.
    pub token: Option<String>,
    /// The session token that it shows.
    pub session_token: Option<String>,
    /// The size of the kernel's receive buffer.
    pub receive_buffer: Option<u32>,
    /// Which Engine.IO it speaks.
    pub engine: Engine,
}

/// A version of Engine.IO, and who sends the pings in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// The client pings, 15 seconds after the last answer, as stock clients do. The server connects the
    /// root namespace by itself.
    Three,
    /// The server pings.
    #[default]
    Four,
}

/// When a client of [`Engine::Three`] sends its pings.
const PING_INTERVAL: Duration = Duration::from_secs(15);

/// An event as it came in.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its name.
    pub name: String,
    /// Its first argument.
    pub payload: Value,
}

/// A connected client.
pub struct Client {
    socket: WebSocketStream<TcpStream>,
    namespace: String,
    /// The socket's id.
    pub id: String,
    next_ack: u64,
    events: VecDeque<Event>,
    /// What it was welcomed with, which is no event to wait for; on `/graph` nobody is.
    pub welcome: Value,
    answers: HashMap<u64, Value>,
    /// The ids of answers in the order in which they came.
    pub answered: Vec<u64>,
    /// The acknowledgements that the server asked for and did not get.
    pub asked: Vec<u64>,
    /// When the next ping is to be sent, by who sends pings.
    ping_at: Option<Instant>,
    /// Pings of its own that were answered.
    pongs: usize,
}

impl Client {
    /// Connects without a name to the root namespace.
    pub async fn connect(address: SocketAddr) -> Self {
        Self::connect_with(address, Options::default()).await
    }

    /// Connects.
    pub async fn connect_with(address: SocketAddr, options: Options) -> Self {
        Self::try_connect(address, options).await.expect("the server lets the client in")
    }

    /// Connects, unless the server does not let it.
    pub async fn try_connect(address: SocketAddr, options: Options) -> Result<Self, String> {
        let tcp = TcpSocket::new_v4().map_err(|error| error.to_string())?;
        if let Some(size) = options.receive_buffer {
            tcp.set_recv_buffer_size(size).map_err(|error| error.to_string())?;
        }
        let stream = tcp.connect(address).await.map_err(|error| error.to_string())?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        let engine = if options.engine == Engine::Three { 3 } else { 4 };
        let url = format!("ws://{address}/socket.io/?EIO={engine}&transport=websocket");
        let request = url.into_client_request().map_err(|error| error.to_string())?;
        let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER);
        let opened = client_async_with_config(request, stream, Some(config)).await;
        let (socket, _) = opened.map_err(|error| error.to_string())?;
        let namespace = match options.namespace {
            "" | "/" => String::new(),
            namespace => format!("{namespace},"),
        };
        let mut client = Self {
            socket,
            namespace,
            id: String::new(),
            next_ack: 0,
            events: VecDeque::new(),
            welcome: Value::Null,
            answers: HashMap::new(),
            answered: Vec::new(),
            asked: Vec::new(),
            ping_at: None,
            pongs: 0,
        };
        let open = client.frame().await.ok_or("closed before the handshake")?;
        assert!(open.starts_with('0'), "{open}");
        if options.engine == Engine::Three {
            return client.connect_by_engine_3(&open).await;
        }
        let mut auth = serde_json::Map::new();
        auth.extend(options.user_id.map(|user_id| ("user_id".to_owned(), json!(user_id))));
        auth.extend(options.token.map(|token| ("token".to_owned(), json!(token))));
        auth.extend(options.session_token.map(|token| ("session_token".to_owned(), json!(token))));
        let auth = if auth.is_empty() { String::new() } else { Value::Object(auth).to_string() };
        client.send(format!("40{}{auth}", client.namespace)).await;
        let connected = client.frame().await.ok_or("closed instead of connected")?;
        let prefix = format!("40{}", client.namespace);
        let payload = connected.strip_prefix(&prefix).ok_or_else(|| connected.clone())?;
        let payload: Value = serde_json::from_str(payload).map_err(|error| error.to_string())?;
        client.id = payload["sid"].as_str().unwrap_or_default().to_owned();
        Ok(client)
    }

    /// The server says that the root is connected; any other namespace is asked for then.
    async fn connect_by_engine_3(mut self, open: &str) -> Result<Self, String> {
        let open: Value = serde_json::from_str(&open[1..]).map_err(|error| error.to_string())?;
        self.id = open["sid"].as_str().unwrap_or_default().to_owned();
        self.ping_at = Some(Instant::now() + PING_INTERVAL);
        assert_eq!(self.frame().await.as_deref(), Some("40"));
        if !self.namespace.is_empty() {
            let connect = format!("40{}", self.namespace);
            self.send(connect.clone()).await;
            let mut answer = self.frame().await;
            // The root, which it did not ask for, welcomes it.
            if answer.as_ref().is_some_and(|frame| frame.starts_with("42[\"connection_established\"")) {
                answer = self.frame().await;
            }
            assert_eq!(answer, Some(connect));
        }
        Ok(self)
    }

    /// Sends no ping any more: nothing tells the server that this client lives.
    pub fn ping_no_more(&mut self) {
        self.ping_at = None;
    }

    /// Sends one Engine.IO packet as it is.
    pub async fn send(&mut self, packet: impl Into<String>) {
        // A client that was cut finds out by reading.
        let _ = self.socket.send(Message::text(packet.into())).await;
    }

    /// Leaves the root namespace and connects to it again, over the same stream.
    pub async fn connect_anew(&mut self) {
        self.send("41").await;
        self.send("40").await;
        while !self.frame().await.expect("it is let in again").starts_with("40") {}
    }

    /// Sends a WebSocket message as it is.
    pub async fn send_message(&mut self, message: Message) {
        let _ = self.socket.send(message).await;
    }

    /// Waits until the server has read everything that was sent: it answers a ping of the WebSocket's behind that.
    pub async fn all_read(&mut self) {
        let pongs = self.pongs;
        self.send_message(Message::Ping(Vec::new().into())).await;
        while self.pongs == pongs {
            assert!(self.read().await, "a pong before the connection closes");
        }
    }

    /// Sends a text frame that is no UTF-8.
    pub async fn send_invalid_utf8(&mut self) {
        // Final, text; masked, two bytes; a mask of zeros; no UTF-8.
        let _ = self.socket.get_mut().write_all(&[0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]).await;
    }

    /// Puts a packet into the stream's buffer; [`Self::flush`] sends what is there.
    pub async fn feed(&mut self, packet: String) {
        let _ = self.socket.feed(Message::text(packet)).await;
    }

    /// Sends what was fed.
    pub async fn flush(&mut self) {
        let _ = self.socket.flush().await;
    }

    /// An event as a packet, and the id that its answer will have.
    pub fn packet(&mut self, event: &str, payload: &Value) -> (u64, String) {
        let ack = self.next_ack;
        self.next_ack += 1;
        (ack, format!("42{}{ack}{}", self.namespace, json!([event, payload])))
    }

    /// Sends an event that asks for an answer, and does not wait for it.
    pub async fn emit(&mut self, event: &str, payload: Value) -> u64 {
        let (ack, packet) = self.packet(event, &payload);
        self.send(packet).await;
        ack
    }

    /// Sends an event and waits for its answer.
    pub async fn call(&mut self, event: &str, payload: Value) -> Value {
        let ack = self.emit(event, payload).await;
        self.answer(ack).await
    }

    /// Joins a session, which must work.
    pub async fn join(&mut self, session_id: &str) -> Value {
        let answer = self.call("join_session", json!({ "session_id": session_id })).await;
        assert_eq!(answer["success"], true, "{answer}");
        answer
    }

    /// Waits for an answer; events that come before are kept.
    pub async fn answer(&mut self, ack: u64) -> Value {
        self.try_answer(ack).await.expect("an answer before the connection closes")
    }

    /// Waits for an answer; none if the connection closes before it comes.
    pub async fn try_answer(&mut self, ack: u64) -> Option<Value> {
        loop {
            if let Some(answer) = self.answers.remove(&ack) {
                return Some(answer);
            }
            if !self.read().await {
                return None;
            }
        }
    }

    /// Acknowledges everything that the server asked to have acknowledged.
    pub async fn acknowledge(&mut self) {
        for asked in std::mem::take(&mut self.asked) {
            self.send(format!("43{}{asked}[]", self.namespace)).await;
        }
    }

    /// The next event, of any name.
    pub async fn event(&mut self) -> Event {
        self.next_event().await.expect("an event before the connection closes")
    }

    /// The events that were read already, as those are that came before an answer.
    pub fn read_already(&mut self) -> Vec<Event> {
        self.events.drain(..).collect()
    }

    /// The next event; none once the connection is closed.
    pub async fn next_event(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            if !self.read().await {
                return None;
            }
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

    /// Reads one packet. False once the connection is closed.
    async fn read(&mut self) -> bool {
        let Some(packet) = self.frame().await else { return false };
        if let Some(event) = packet.strip_prefix(&format!("42{}", self.namespace)) {
            let (asked, event) = event.split_at(event.find('[').unwrap());
            self.asked.extend(asked.parse::<u64>());
            // What callers broadcast may have any keys, also one that the library takes for a sign of its own.
            let parts: Vec<Plain> = serde_json::from_str(event).unwrap();
            let mut parts: Vec<Value> = parts.into_iter().map(|Plain(part)| part).collect();
            let payload = if parts.len() > 1 { parts.swap_remove(1) } else { Value::Null };
            match parts[0].as_str().unwrap() {
                "connection_established" => self.welcome = payload,
                name => self.events.push_back(Event { name: name.to_owned(), payload }),
            }
        } else if let Some(answer) = packet.strip_prefix(&format!("43{}", self.namespace)) {
            let digits = answer.find('[').unwrap();
            let ack = answer[..digits].parse().unwrap();
            let mut arguments: Vec<Value> = serde_json::from_str(&answer[digits..]).unwrap();
            self.answered.push(ack);
            self.answers
                .insert(ack, if arguments.is_empty() { Value::Null } else { arguments.swap_remove(0) });
        } else if packet.starts_with("41") || packet == "1" {
            return false;
        }
        true
    }

    /// The next packet; none once the connection is closed. Pings, of which the first may come before the
    /// connection to a namespace is answered, are answered here, or sent.
    async fn frame(&mut self) -> Option<String> {
        let patience = Instant::now() + PATIENCE;
        loop {
            // However much there is to be read.
            if self.ping_at.is_some_and(|at| at <= Instant::now()) {
                self.ping_at = None;
                self.send("2").await;
            }
            let until = self.ping_at.unwrap_or(patience);
            let Ok(frame) = tokio::time::timeout_at(until, self.socket.next()).await else {
                assert!(self.ping_at.is_some(), "a frame in time");
                continue;
            };
            match frame {
                Some(Ok(Message::Text(text))) if text == "2" => self.send("3").await,
                Some(Ok(Message::Text(text))) if text == "3" => {
                    self.ping_at = Some(Instant::now() + PING_INTERVAL);
                }
                Some(Ok(Message::Text(text))) => return Some(text.to_string()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(Message::Pong(_))) => {
                    self.pongs += 1;
                    return Some(String::new());
                }
                Some(Ok(_)) => {}
            }
        }
    }
}
