//! What the stub does with one request, step by step.

use std::io;
use std::sync::Arc;

use serde_json::json;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::Notify;

use super::End;

/// Where a script waits until it is let on, once each time.
#[derive(Clone, Default)]
pub struct Gate(Arc<Notify>);

/// What the stub does with one request: a head, steps, and the end of the body.
#[derive(Clone)]
pub struct Script(Vec<Step>);

#[derive(Clone)]
enum Step {
    Head { status: u16, kind: &'static str, further: &'static str },
    Bytes(Vec<u8>),
    ForEver(Vec<u8>),
    Wait(Gate),
    Hang,
    Reset,
}

impl Gate {
    /// A closed one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets one script on, now or when it comes here.
    pub fn open(&self) {
        self.0.notify_one();
    }
}

impl Script {
    /// The head of an answer as Ollama gives it, and no line yet.
    pub fn new() -> Self {
        Self::of_type("application/x-ndjson")
    }

    /// A whole answer: a line a piece, then the end with as many tokens.
    pub fn says<'a>(pieces: impl IntoIterator<Item = &'a str>) -> Self {
        let pieces: Vec<_> = pieces.into_iter().collect();
        pieces.iter().fold(Self::new(), |script, piece| script.text(piece)).done("stop", pieces.len())
    }

    /// A refusal with its reason, as Ollama gives it.
    pub fn status(status: u16) -> Self {
        let head = Step::Head { status, kind: "application/json", further: "" };
        Self(vec![head]).line(r#"{"error":"of the inside"}"#)
    }

    /// A head of another type.
    pub fn of_type(kind: &'static str) -> Self {
        Self(vec![Step::Head { status: 200, kind, further: "" }])
    }

    /// Sends the client elsewhere.
    pub fn redirect(further: &'static str) -> Self {
        Self(vec![Step::Head { status: 307, kind: "text/plain", further }])
    }

    /// Nothing at all, not even a head.
    pub fn mute() -> Self {
        Self(vec![Step::Hang])
    }

    /// A reset in place of a head.
    pub fn cut() -> Self {
        Self(vec![Step::Reset])
    }

    /// A line with a text.
    pub fn text(self, text: &str) -> Self {
        let message = json!({ "role": "assistant", "content": text });
        let at = "2026-01-01T00:00:00.000000000Z";
        self.line(&json!({ "model": "m", "created_at": at, "message": message, "done": false }).to_string())
    }

    /// The last line.
    pub fn done(self, reason: &str, tokens: usize) -> Self {
        let message = json!({ "role": "assistant", "content": "" });
        let line = json!({ "message": message, "done": true, "done_reason": reason, "eval_count": tokens });
        self.line(&line.to_string())
    }

    /// Any line.
    pub fn line(self, line: &str) -> Self {
        self.bytes(format!("{line}\n"))
    }

    /// Any bytes of the body.
    pub fn bytes(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.then(Step::Bytes(bytes.into()))
    }

    /// These bytes again and again, until the client hangs up.
    pub fn for_ever(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.then(Step::ForEver(bytes.into()))
    }

    /// Waits until the gate is opened.
    pub fn wait(self, gate: &Gate) -> Self {
        self.then(Step::Wait(gate.clone()))
    }

    /// Nothing more, and no end, until the client hangs up.
    pub fn hang(self) -> Self {
        self.then(Step::Hang)
    }

    /// Resets the connection. What the client has not read by then may be lost on the way: wait for a gate before.
    pub fn reset(self) -> Self {
        self.then(Step::Reset)
    }

    fn then(mut self, step: Step) -> Self {
        self.0.push(step);
        self
    }

    pub(super) async fn play(&self, out: &mut (impl AsyncWrite + Unpin)) -> io::Result<End> {
        for step in &self.0 {
            match step {
                Step::Head { status, kind, further } => {
                    let head = format!(
                        "HTTP/1.1 {status} Told\r\ncontent-type: {kind}\r\n{further}\
                         transfer-encoding: chunked\r\nconnection: close\r\n\r\n"
                    );
                    out.write_all(head.as_bytes()).await?;
                }
                Step::Bytes(bytes) => chunk(out, bytes).await?,
                Step::ForEver(bytes) => loop {
                    chunk(out, bytes).await?;
                },
                Step::Wait(gate) => gate.0.notified().await,
                Step::Hang => std::future::pending().await,
                Step::Reset => return Ok(End::Reset),
            }
        }
        out.write_all(b"0\r\n\r\n").await?;
        Ok(End::Played)
    }
}

async fn chunk(out: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> io::Result<()> {
    let chunk = [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
    out.write_all(&chunk).await
}
