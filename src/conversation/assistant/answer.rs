//! An answer as it comes: text by text, then its end or a failure, then nothing.

use std::pin::Pin;

use futures_util::stream::{Stream, StreamExt, unfold};
use tokio::sync::OwnedSemaphorePermit;

use super::asking::Asking;
use super::reading::Reading;
use super::{Failure, Ollama};
use crate::breaker::Turn;

/// A part of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// More text, never none.
    Text(String),
    /// The end: there is all.
    Done {
        /// How many tokens the answer has, as the model counts.
        tokens: u64,
        /// Why it ends.
        why: Why,
    },
}

/// Why an answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// All is said.
    Stop,
    /// It may not have more tokens.
    Length,
}

/// An answer that is being given. Dropping it closes the connection to the server, which stops the model.
#[must_use = "nothing is asked before the first piece is asked for"]
pub struct Answer {
    pieces: Pin<Box<dyn Stream<Item = Result<Piece, Failure>> + Send>>,
}

/// What an answer holds as long as it lasts.
pub(super) struct Hold {
    assistant: Ollama,
    turn: Turn,
    /// Its place among those that there may be at once.
    _place: OwnedSemaphorePermit,
}

enum State {
    Asking(Box<Asking>, Hold),
    Reading(Reading, Hold),
    Over,
}

impl Answer {
    pub(super) fn new(asking: Asking, hold: Hold) -> Self {
        let state = State::Asking(Box::new(asking), hold);
        Self { pieces: Box::pin(unfold(state, step).fuse()) }
    }

    /// The next piece. The last one is [`Piece::Done`] or a failure, of which the cause is logged; behind it there is
    /// nothing. Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Result<Piece, Failure>> {
        self.pieces.next().await
    }
}

impl Hold {
    pub fn new(assistant: Ollama, turn: Turn, place: OwnedSemaphorePermit) -> Self {
        Self { assistant, turn, _place: place }
    }

    /// Lets go of everything, and says to the breaker what the end says about the server.
    fn ends_with(self, end: &Result<Piece, Failure>) {
        match end {
            Ok(_) => self.turn.succeeded(),
            Err(failure) => {
                tracing::warn!(why = failure.why(), "the assistant failed");
                if failure.speaks_against_the_server() {
                    if let Some(blamed) = self.assistant.0.blamed.get() {
                        blamed(failure);
                    }
                    self.turn.failed();
                }
            }
        }
    }
}

async fn step(state: State) -> Option<(Result<Piece, Failure>, State)> {
    let (piece, reading, hold) = match state {
        State::Asking(asking, hold) => match asking.first().await {
            Ok((piece, reading)) => (Ok(piece), Some(reading), hold),
            Err(failure) => (Err(failure), None, hold),
        },
        State::Reading(mut reading, hold) => (reading.next().await, Some(reading), hold),
        State::Over => return None,
    };
    match (piece, reading) {
        (Ok(Piece::Text(text)), Some(reading)) => {
            Some((Ok(Piece::Text(text)), State::Reading(reading, hold)))
        }
        (end, _) => {
            hold.ends_with(&end);
            Some((end, State::Over))
        }
    }
}
