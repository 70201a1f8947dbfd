//! Who listens to a model's tokens by a plain WebSocket, and takes the time of each.

use std::net::SocketAddr;
use std::time::Duration;

use memchr::memmem;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::connection::{PATIENCE, upgraded};
use crate::fault::{Fault, Outcome};
use crate::frames;
use crate::model::nanos;

/// A WebSocket on which tokens come.
pub struct Listener {
    stream: TcpStream,
    came: Vec<u8>,
}

/// What somebody heard of one answer.
#[derive(Default)]
pub struct Heard {
    /// How many tokens there were.
    pub tokens: u64,
    /// Milliseconds from when each was sent, of those that were sent late enough.
    pub times: Vec<f64>,
}

impl Listener {
    /// Connects; with so many bytes for what came and was not read, if it says so.
    pub async fn open(address: SocketAddr, path: &str, narrow: Option<u32>) -> Outcome<Self> {
        let socket = TcpSocket::new_v4()?;
        if let Some(bytes) = narrow {
            socket.set_recv_buffer_size(bytes)?;
        }
        let mut stream = socket.connect(address).await?;
        stream.set_nodelay(true)?;
        let ask = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        );
        stream.write_all(ask.as_bytes()).await?;
        let came = upgraded(&mut stream).await?;
        Ok(Self { stream, came })
    }

    /// Sends a text.
    pub async fn say(&mut self, text: &str) -> Outcome<()> {
        Ok(self.stream.write_all(&frames::masked(text)).await?)
    }

    /// Waits for a text that is of this type.
    pub async fn wait_for(&mut self, kind: &str) -> Outcome<()> {
        let kind = format!("\"type\":\"{kind}\"");
        let mut found = false;
        while !found {
            self.next(|text| found |= memmem::find(text, kind.as_bytes()).is_some()).await?;
        }
        Ok(())
    }

    /// Hears an answer to its end; takes the time of tokens that were sent from `since` on.
    pub async fn hear(&mut self, since: u64) -> Outcome<Heard> {
        let (mut heard, mut is_over) = (Heard::default(), false);
        while !is_over {
            let mut wrong = None;
            self.next(|text| match token(text) {
                Some(token) => heard.take(token, since),
                None if memmem::find(text, b"\"type\":\"complete\"").is_some() => is_over = true,
                None if memmem::find(text, b"\"type\":\"error\"").is_some() => {
                    wrong = Some(String::from_utf8_lossy(text).into_owned());
                }
                None => {}
            })
            .await?;
            if let Some(wrong) = wrong {
                return Err(Fault::Refused(wrong));
            }
        }
        Ok(heard)
    }

    /// Reads once, and hands over every text that is whole.
    pub async fn next(&mut self, mut on: impl FnMut(&[u8])) -> Outcome<()> {
        let mut done = 0;
        while let Some((opcode, text, end)) = frames::first(&self.came[done..]) {
            if opcode == 8 {
                return Err(Fault::Ended);
            }
            on(text);
            done += end;
        }
        self.came.drain(..done);
        if done > 0 {
            return Ok(());
        }
        let reading = timeout(PATIENCE, self.stream.read_buf(&mut self.came)).await;
        match reading.map_err(|_| Fault::Late("a token".to_owned()))?? {
            0 => Err(Fault::Ended),
            _ => Ok(()),
        }
    }
}

impl Heard {
    /// The times of one frame's tokens, which may have been put together on the way.
    fn take(&mut self, token: &[u8], since: u64) {
        let now = nanos();
        for number in token.split(|byte| *byte == b' ') {
            let Some(sent) = std::str::from_utf8(number).ok().and_then(|text| text.parse::<u64>().ok())
            else {
                continue;
            };
            self.tokens += 1;
            if sent >= since {
                self.times.push(Duration::from_nanos(now.saturating_sub(sent)).as_secs_f64() * 1e3);
            }
        }
    }
}

/// The token of a frame.
fn token(text: &[u8]) -> Option<&[u8]> {
    const BEFORE: &[u8] = b"\"token\":\"";
    let at = memmem::find(text, BEFORE)? + BEFORE.len();
    let length = memchr::memchr(b'"', &text[at..])?;
    Some(&text[at..at + length])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_that_were_put_together_are_counted_each() {
        let mut heard = Heard::default();
        heard.take(token(br#"{"type":"token","token":"1 2 ","conversation_id":"c"}"#).unwrap(), 2);
        heard.take(token(br#"{"token":"3 xxxx","type":"token"}"#).unwrap(), 2);
        assert_eq!((heard.tokens, heard.times.len()), (3, 2));
        assert_eq!(token(br#"{"type":"complete","total_tokens":3}"#), None);
    }
}
