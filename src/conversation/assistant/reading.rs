//! One body of an answer, read line by line into pieces. Asking again, should it break, is not its own.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Response;
use serde::Deserialize;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use super::lines::{Broken, Lines};
use super::{Failure, Piece, Why};

/// How many bytes of text an answer may have.
pub const MAX_TEXT: usize = 1024 * 1024;
/// How many lines in a row may be unintelligible.
const MAX_UNINTELLIGIBLE: u32 = 16;

pub(super) struct Reading {
    lines: Lines,
    silence: Duration,
    deadline: Instant,
    /// Bytes of text that were given out, and in how many pieces.
    given: usize,
    pieces: u64,
    unintelligible: u32,
    /// The end, if a text stood in the same line before it.
    end: Option<Piece>,
}

/// What may stand in a line.
#[derive(Deserialize)]
struct Line {
    message: Option<Message>,
    #[serde(default)]
    done: bool,
    done_reason: Option<String>,
    eval_count: Option<u64>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    content: String,
}

impl Reading {
    pub fn of(response: Response, silence: Duration, deadline: Instant) -> Self {
        let lines = Lines::of(response);
        Self { lines, silence, deadline, given: 0, pieces: 0, unintelligible: 0, end: None }
    }

    /// The next piece. Behind the end, or a failure, there is none to ask for.
    pub async fn next(&mut self) -> Result<Piece, Failure> {
        if let Some(end) = self.end.take() {
            return Ok(end);
        }
        loop {
            let line = self.line().await?;
            if line.trim_ascii().is_empty() {
                continue;
            }
            if let Some(piece) = self.piece(&line)? {
                return Ok(piece);
            }
        }
    }

    async fn line(&mut self) -> Result<Bytes, Failure> {
        let until = self.deadline.min(Instant::now() + self.silence);
        match timeout_at(until, self.lines.next()).await {
            Ok(Some(Ok(line))) => Ok(line),
            Ok(Some(Err(Broken::TooLong))) => Err(Failure::TooLong),
            Ok(Some(Err(Broken::Body(error)))) => Err(self.broken(format!("the body broke: {error:?}"))),
            Ok(None) => Err(self.broken("the body ended before the answer did".into())),
            Err(_) => Err(self.broken("nothing came for too long".into())),
        }
    }

    /// The piece in a line, if there is any.
    fn piece(&mut self, line: &[u8]) -> Result<Option<Piece>, Failure> {
        let known = |line: &Line| line.message.is_some() || line.done || line.error.is_some();
        let Some(line) = serde_json::from_slice(line).ok().filter(known) else {
            self.unintelligible += 1;
            let is_enough = self.unintelligible >= MAX_UNINTELLIGIBLE;
            return if is_enough { Err(self.broken("its lines make no sense".into())) } else { Ok(None) };
        };
        self.unintelligible = 0;
        let Line { message, done, done_reason, eval_count, error } = line;
        if let Some(error) = error {
            return Err(self.broken(format!("the server says: {error}")));
        }
        let text = message.map(|message| message.content).filter(|text| !text.is_empty());
        let text = text.map(|text| self.given_out(text)).transpose()?;
        let why = if done_reason.as_deref() == Some("length") { Why::Length } else { Why::Stop };
        let end = done.then(|| Piece::Done { tokens: eval_count.unwrap_or(self.pieces), why });
        if text.is_none() {
            return Ok(end);
        }
        self.end = end;
        Ok(text)
    }

    fn given_out(&mut self, text: String) -> Result<Piece, Failure> {
        self.given += text.len();
        self.pieces += 1;
        if self.given > MAX_TEXT { Err(Failure::TooLong) } else { Ok(Piece::Text(text)) }
    }

    /// What breaks before the first text may be asked for again.
    fn broken(&self, why: String) -> Failure {
        if self.pieces > 0 { Failure::Interrupted(why) } else { Failure::Unavailable(why) }
    }
}
