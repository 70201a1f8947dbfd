//! A relay of tokens, bare axum: for each text that comes over a WebSocket it asks a model, and sends on each token as
//! it gets it. It knows nobody, keeps nothing, and has no limits.

use std::io::{self, Write};
use std::net::SocketAddr;

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::any;
use axum::serve::ListenerExt;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

async fn knock(State(model): State<SocketAddr>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| async move {
        // Whoever has gone needs no answer.
        let _ = talk(socket, model).await;
    })
}

async fn talk(mut socket: WebSocket, model: SocketAddr) -> Result<(), axum::Error> {
    while let Some(Ok(Message::Text(question))) = socket.recv().await {
        answer(&mut socket, model, &question).await?;
    }
    Ok(())
}

async fn answer(socket: &mut WebSocket, model: SocketAddr, question: &str) -> Result<(), axum::Error> {
    let mut stream = TcpStream::connect(model).await.map_err(axum::Error::new)?;
    stream.set_nodelay(true).map_err(axum::Error::new)?;
    let body = json!({ "model": "m", "stream": true, "messages": [{ "role": "user", "content": question }] });
    let body = body.to_string();
    let head = format!("POST /api/chat HTTP/1.1\r\nHost: {model}\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all((head + &body).as_bytes()).await.map_err(axum::Error::new)?;
    let mut lines = BufReader::new(stream).lines();
    let mut is_head = true;
    while let Some(line) = lines.next_line().await.map_err(axum::Error::new)? {
        if is_head {
            is_head = !line.is_empty();
            continue;
        }
        let said: Value = serde_json::from_str(&line).map_err(axum::Error::new)?;
        let frame = if said["done"] == true {
            json!({ "type": "complete" })
        } else {
            json!({ "type": "token", "token": said["message"]["content"] })
        };
        socket.send(Message::text(frame.to_string())).await?;
    }
    Ok(())
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let model = std::env::args().nth(1).and_then(|address| address.parse().ok());
    let model: SocketAddr = model.ok_or_else(|| io::Error::other("say where the model is"))?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(io::stdout(), "listens on http://{}", listener.local_addr()?)?;
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, Router::new().route("/", any(knock)).with_state(model)).await
}
