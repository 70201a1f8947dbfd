//! As much of HTTP as the runner needs to make projects, read graphs and give commands over REST.

use std::net::SocketAddr;

use memchr::memmem;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::connection::PATIENCE;
use crate::fault::{Fault, Outcome};

/// A connection that is kept.
pub struct Http {
    stream: TcpStream,
    address: SocketAddr,
    came: Vec<u8>,
}

impl Http {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, address, came: Vec::new() })
    }

    /// Posts JSON and gives what is answered with success.
    pub async fn post(&mut self, path: &str, body: &str) -> Outcome<Vec<u8>> {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        self.ask(&head).await
    }

    /// Gets a path.
    pub async fn get(&mut self, path: &str) -> Outcome<Vec<u8>> {
        let head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        self.ask(&head).await
    }

    async fn ask(&mut self, request: &str) -> Outcome<Vec<u8>> {
        self.stream.write_all(request.as_bytes()).await?;
        tokio::time::timeout(PATIENCE, self.answer())
            .await
            .map_err(|_| Fault::Late("an answer over HTTP".to_owned()))?
    }

    async fn answer(&mut self) -> Outcome<Vec<u8>> {
        let end = self.read_to(b"\r\n\r\n").await?;
        let head = String::from_utf8_lossy(&self.came[..end]).to_ascii_lowercase();
        self.came.drain(..end);
        let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let body = if let Some(length) = field("content-length:").and_then(|length| length.parse().ok()) {
            self.take(length).await?
        } else {
            self.chunks().await?
        };
        if head.split(' ').nth(1).is_some_and(|status| status.starts_with('2')) {
            Ok(body)
        } else {
            Err(Fault::Refused(String::from_utf8_lossy(&body).into_owned()))
        }
    }

    async fn chunks(&mut self) -> Outcome<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let end = self.read_to(b"\r\n").await?;
            let line = String::from_utf8_lossy(&self.came[..end]).trim().to_owned();
            self.came.drain(..end);
            let length = usize::from_str_radix(&line, 16).map_err(|_| Fault::Refused(line))?;
            let chunk = self.take(length + 2).await?;
            if length == 0 {
                return Ok(body);
            }
            body.extend_from_slice(&chunk[..length]);
        }
    }

    /// Reads until `mark` has come; gives where it ends.
    async fn read_to(&mut self, mark: &[u8]) -> Outcome<usize> {
        loop {
            if let Some(at) = memmem::find(&self.came, mark) {
                return Ok(at + mark.len());
            }
            self.read().await?;
        }
    }

    async fn take(&mut self, length: usize) -> Outcome<Vec<u8>> {
        self.came.reserve(length.saturating_sub(self.came.len()));
        while self.came.len() < length {
            self.read().await?;
        }
        let rest = self.came.split_off(length);
        Ok(std::mem::replace(&mut self.came, rest))
    }

    async fn read(&mut self) -> Outcome<()> {
        if self.stream.read_buf(&mut self.came).await? == 0 { Err(Fault::Ended) } else { Ok(()) }
    }
}

/// A text field of a JSON object, by its path.
pub fn text(body: &[u8], path: &str) -> Outcome<String> {
    let value: Value = serde_json::from_slice(body)?;
    let found = value.pointer(path).and_then(Value::as_str);
    found.map(str::to_owned).ok_or_else(|| Fault::Refused(format!("an answer without {path}")))
}
