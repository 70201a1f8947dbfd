//! The bare wire of Engine.IO: single HTTP requests, and a WebSocket that answers nothing by itself.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::Method;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// What stands between the packets of a payload.
pub const SEPARATOR: char = '\u{1e}';

/// An answer: its status and its body.
pub type Answer = (u16, String);

/// Plain HTTP to the path of Engine.IO.
#[derive(Clone)]
pub struct Http {
    client: reqwest::Client,
    address: SocketAddr,
}

impl Http {
    /// To the server at this address.
    pub fn to(address: SocketAddr) -> Self {
        let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
        Self { client, address }
    }

    /// One request with this query.
    pub async fn request(&self, method: Method, query: &str, body: &str) -> Answer {
        let url = format!("http://{}/socket.io/?{query}", self.address);
        let answer = self.client.request(method, url).body(body.to_owned()).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// One `GET` with this query.
    pub async fn get(&self, query: &str) -> Answer {
        self.request(Method::GET, query, "").await
    }

    /// Opens a session and answers the first ping, which comes at once: its id.
    pub async fn open(&self) -> String {
        let (status, body) = self.get("EIO=4&transport=polling").await;
        assert_eq!(status, 200, "{body}");
        let open: Value = serde_json::from_str(body.strip_prefix('0').expect("an open packet")).unwrap();
        let sid = open["sid"].as_str().expect("an id").to_owned();
        assert_eq!(self.poll(&sid).await, (200, "2".to_owned()));
        assert_eq!(self.push(&sid, "3").await, (200, "ok".to_owned()));
        sid
    }

    /// Opens a session and connects it to the root namespace.
    pub async fn connect(&self) -> String {
        let sid = self.open().await;
        assert_eq!(self.push(&sid, "40").await, (200, "ok".to_owned()));
        let (status, body) = self.poll(&sid).await;
        assert!(status == 200 && body.starts_with("40{"), "{status} {body}");
        sid
    }

    /// One poll that brings more than the welcome.
    pub async fn poll(&self, sid: &str) -> Answer {
        loop {
            let (status, body) = self.get(&format!("EIO=4&transport=polling&sid={sid}")).await;
            let packets: Vec<_> = body.split(SEPARATOR).filter(|packet| !is_welcome(packet)).collect();
            if !packets.is_empty() {
                return (status, packets.join(&SEPARATOR.to_string()));
            }
        }
    }

    /// Sends a payload.
    pub async fn push(&self, sid: &str, payload: &str) -> Answer {
        self.request(Method::POST, &format!("EIO=4&transport=polling&sid={sid}"), payload).await
    }

    /// Says goodbye: a server that goes down need not wait for it.
    pub async fn close(&self, sid: &str) {
        assert_eq!(self.push(sid, "1").await, (200, "ok".to_owned()));
    }

    /// Polls until so many packets have come; pings are not counted.
    pub async fn packets(&self, sid: &str, count: usize) -> Vec<String> {
        let mut packets = Vec::new();
        while packets.len() < count {
            let (status, body) = self.poll(sid).await;
            assert_eq!(status, 200, "{body}");
            packets.extend(body.split(SEPARATOR).filter(|packet| *packet != "2").map(str::to_owned));
        }
        packets
    }
}

/// Whether it is the event that everybody gets on `/`, whatever a test is about.
pub fn is_welcome(packet: &str) -> bool {
    packet.starts_with("42[\"connection_established\"")
}

/// A WebSocket that sends only what it is told to, pongs included.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// What comes on a WebSocket.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame {
    /// Text.
    Text(String),
    /// Bytes.
    Binary(Vec<u8>),
    /// It is closed, or broken.
    Closed,
}

impl Frame {
    /// The text, which it must be.
    pub fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            other => panic!("{other:?} is no text"),
        }
    }
}

impl Socket {
    /// Opens one with this query, unless the server does not let it.
    pub async fn try_open(address: SocketAddr, query: &str) -> Result<Self, String> {
        let url = format!("ws://{address}/socket.io/?{query}");
        let opened = tokio::time::timeout(PATIENCE, connect_async(url)).await.expect("an answer in time");
        opened.map(|(socket, _)| Self(socket)).map_err(|error| error.to_string())
    }

    /// Opens one, takes its open packet, and answers the first ping, which comes at once: the rest of that packet.
    pub async fn open(address: SocketAddr) -> (Self, Value) {
        let mut socket = Self::try_open(address, "EIO=4&transport=websocket").await.unwrap();
        let open = socket.text().await;
        let open = serde_json::from_str(open.strip_prefix('0').expect("an open packet")).unwrap();
        assert_eq!(socket.text().await, "2");
        socket.send("3").await;
        (socket, open)
    }

    /// Opens one that is connected to the root namespace.
    pub async fn connect(address: SocketAddr) -> Self {
        let (mut socket, _) = Self::open(address).await;
        socket.send("40").await;
        assert!(socket.text().await.starts_with("40{"));
        socket
    }

    /// Opens one for a session that polls.
    pub async fn upgrading(address: SocketAddr, sid: &str) -> Self {
        Self::try_open(address, &format!("EIO=4&transport=websocket&sid={sid}")).await.unwrap()
    }

    /// Sends text.
    pub async fn send(&mut self, text: &str) {
        // Who was closed finds out by reading.
        drop(self.0.send(Message::text(text)).await);
    }

    /// Sends bytes.
    pub async fn send_binary(&mut self, bytes: &[u8]) {
        drop(self.0.send(Message::binary(bytes.to_vec())).await);
    }

    /// What comes next.
    pub async fn next(&mut self) -> Frame {
        loop {
            match tokio::time::timeout(PATIENCE, self.0.next()).await.expect("a frame in time") {
                Some(Ok(Message::Text(text))) if is_welcome(&text) => {}
                Some(Ok(Message::Text(text))) => return Frame::Text(text.to_string()),
                Some(Ok(Message::Binary(bytes))) => return Frame::Binary(bytes.to_vec()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Frame::Closed,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next text.
    pub async fn text(&mut self) -> String {
        self.next().await.text()
    }

    /// The next text that is no ping, or none once it is closed.
    pub async fn packet(&mut self) -> Option<String> {
        loop {
            match self.next().await {
                Frame::Text(text) if text == "2" => {}
                Frame::Text(text) => return Some(text),
                Frame::Binary(bytes) => panic!("{bytes:?} came"),
                Frame::Closed => return None,
            }
        }
    }

    /// Asks and is answered: the connection is alive.
    pub async fn echoes(&mut self) {
        self.send(r#"427["ping",{}]"#).await;
        assert_eq!(self.packet().await.as_deref(), Some(r#"42["pong"]"#));
        assert_eq!(self.packet().await.as_deref(), Some(r#"437[{"success":true}]"#));
    }

    /// The same where other events may come, too.
    pub async fn echoes_among_others(&mut self) {
        self.send(r#"427["ping",{}]"#).await;
        while self.packet().await.expect("it is alive") != r#"437[{"success":true}]"# {}
    }

    /// The end comes next: the stream's, or Engine.IO's and then the stream's.
    pub async fn ends(&mut self, because: &str) {
        let end = match self.next().await {
            Frame::Text(close) if close == "1" => self.next().await,
            other => other,
        };
        assert_eq!(end, Frame::Closed, "{because:?}");
    }
}
