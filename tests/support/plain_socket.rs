//! A bare client of a plain WebSocket: it sends frames and reads them, and only when told to.
//!
//! What frames mean is for the tests of each protocol to know.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue, Response, header};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// How long a client waits for something before the test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a server closed a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// 1006 if it did so without a word.
    pub code: u16,
    /// For people.
    pub reason: String,
}

impl Closed {
    fn without_a_word() -> Self {
        Self { code: 1006, reason: String::new() }
    }
}

/// A connected client.
pub struct PlainSocket {
    socket: WebSocketStream<TcpStream>,
    /// The subprotocol that the server took.
    pub subprotocol: Option<String>,
}

impl PlainSocket {
    /// Connects, with these headers beside those of every WebSocket.
    pub async fn connect(address: SocketAddr, path_and_query: &str, headers: &[(&str, &str)]) -> Self {
        Self::try_connect(address, path_and_query, headers, None).await.expect("the server takes a WebSocket")
    }

    /// Connects, unless the request is refused: its status and body. A kernel's receive buffer of `buffer` bytes, if
    /// any is said.
    pub async fn try_connect(
        address: SocketAddr,
        path_and_query: &str,
        headers: &[(&str, &str)],
        buffer: Option<u32>,
    ) -> Result<Self, (u16, String)> {
        let tcp = TcpSocket::new_v4().unwrap();
        if let Some(size) = buffer {
            tcp.set_recv_buffer_size(size).unwrap();
        }
        // Nobody listens any more: as refused as can be.
        let Ok(stream) = tcp.connect(address).await else { return Err((0, String::new())) };
        stream.set_nodelay(true).unwrap();
        let mut request = format!("ws://{address}{path_and_query}").into_client_request().unwrap();
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            request.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
        }
        let opened = tokio::time::timeout(PATIENCE, client_async(request, stream)).await;
        match opened.expect("an answer in time") {
            Ok((socket, answer)) => Ok(Self { socket, subprotocol: subprotocol(&answer) }),
            Err(Error::Http(answer)) => {
                let body = answer.body().as_deref().unwrap_or_default();
                Err((answer.status().as_u16(), String::from_utf8_lossy(body).into_owned()))
            }
            Err(_) => Err((0, String::new())),
        }
    }

    /// Sends a frame.
    pub async fn send(&mut self, frame: &Value) {
        self.send_message(Message::text(frame.to_string())).await;
    }

    /// Sends a message as it is.
    pub async fn send_message(&mut self, message: Message) {
        // A client that was cut finds out by reading.
        let _ = self.socket.send(message).await;
    }

    /// The next frame.
    pub async fn next(&mut self) -> Value {
        match self.next_or_closed().await {
            Ok(frame) => frame,
            Err(closed) => panic!("closed instead of a frame: {closed:?}"),
        }
    }

    /// The next frame, or how the connection was closed.
    pub async fn next_or_closed(&mut self) -> Result<Value, Closed> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.socket.next()).await.expect("a frame in time");
            match message {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Err(Closed { code: frame.code.into(), reason: frame.reason.to_string() });
                }
                Some(Ok(Message::Close(None)) | Err(_)) | None => return Err(Closed::without_a_word()),
                Some(Ok(_)) => {}
            }
        }
    }

    /// How the connection was closed; frames that come before are dropped.
    pub async fn closed(&mut self) -> Closed {
        loop {
            if let Err(closed) = self.next_or_closed().await {
                return closed;
            }
        }
    }

    /// Closes it in order, and waits until the server has agreed.
    pub async fn close(mut self) {
        let _ = self.socket.close(None).await;
        self.closed().await;
    }
}

fn subprotocol<T>(answer: &Response<T>) -> Option<String> {
    let taken = answer.headers().get(header::SEC_WEBSOCKET_PROTOCOL)?;
    taken.to_str().ok().map(str::to_owned)
}
